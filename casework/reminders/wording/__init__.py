"""The words of the reminders, one module per language, as data: translators change these and no code.

No name, no country, no organisation: anybody may look over a shoulder.
"""

from collections.abc import Mapping

from . import en, ka, kk, mn, ru
from .language import Wording

WORDINGS: Mapping[str, Wording] = {
    "en": en.WORDING,
    "ru": ru.WORDING,
    "ka": ka.WORDING,
    "kk": kk.WORDING,
    "mn": mn.WORDING,
}
FALLBACK = "en"
