"""The words of an answer, one module per language, as data: translators change these and no code."""

from . import en, ka, kk, mn, ru
from .language import Language

LANGUAGES: dict[str, Language] = {
    "en": en.LANGUAGE,
    "ru": ru.LANGUAGE,
    "ka": ka.LANGUAGE,
    "kk": kk.LANGUAGE,
    "mn": mn.LANGUAGE,
}
