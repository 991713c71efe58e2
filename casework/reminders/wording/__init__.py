"""The words of the reminders, one module per language, as data: translators change these and no code.

No name, no country, no organisation: anybody may look over a shoulder.
"""

from collections.abc import Collection, Mapping

from . import en, ka, kk, mn, ru
from .language import Wording, faults_of

FALLBACK = "en"
WRITTEN = {"en": en.WORDING, "ru": ru.WORDING, "ka": ka.WORDING, "kk": kk.WORDING, "mn": mn.WORDING}


def broken(written: Mapping[str, Wording]) -> dict[str, list[str]]:
    """By language, what could not be written in it."""
    return {tag: faults for tag, words in written.items() if (faults := faults_of(words, en.WORDING))}


def whole(written: Mapping[str, Wording], faulty: Collection[str]) -> dict[str, Wording]:
    """What is broken is no language to write in: its readers get another, as those do whose own is not there."""
    return {tag: words for tag, words in written.items() if tag == FALLBACK or tag not in faulty}


BROKEN = broken(WRITTEN)  # config.checks says so
WORDINGS: Mapping[str, Wording] = whole(WRITTEN, BROKEN)
