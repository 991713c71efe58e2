"""Sentences that a caseworker can read to the person, made from the reasons of the calculation itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from casework.stays.rules import Limit, Reason, StayWarning
from casework.stays.wording import LANGUAGES
from casework.stays.wording.language import Language

FALLBACK = "en"
# Values that are codes with a name in every language.
NAMED = ("document", "permit", "purpose")


def render(reasons: Sequence[Reason], language: str) -> list[str]:
    """One sentence or two per reason, in their order; English where the language is not there yet."""
    words = _language(language)
    return [_filled(words.sentences[reason.code], reason.values, words) for reason in reasons]


def render_warning(warning: StayWarning, language: str) -> str:
    """The detail of a warning. A code that only the register knows is told as a condition of a permit."""
    words = _language(language)
    template = words.warnings.get(warning.code) or words.warnings["permit_condition"]
    return _filled(template, warning.values, words)


class _Number:
    """A number that brings its noun in the right form: `{days:day|days}`."""

    def __init__(self, value: int, plural: Callable[[int], int]) -> None:
        self.value = value
        self.plural = plural

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self.value)
        return f"{self.value} {forms.split('|')[self.plural(self.value)]}"


def _language(tag: str) -> Language:
    """By the first part of a BCP 47 tag: `ru-KZ` is read as `ru`."""
    return LANGUAGES.get(tag.lower().split("-")[0]) or LANGUAGES[FALLBACK]


def _filled(template: str, values: Mapping[str, object], words: Language) -> str:
    return template.format(**{name: _told(name, value, words) for name, value in values.items()})


def _told(name: str, value: object, words: Language) -> object:
    if value is None:
        return words.missing.get(name) or words.missing[""]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return _Number(value, words.plural)
    if name == "limits" and isinstance(value, Sequence):
        return words.joined_by.join(_limit(limit, words) for limit in value)
    if name in NAMED:
        return words.words.get(str(value), str(value))
    return str(value)


def _limit(limit: Limit, words: Language) -> str:
    values = {
        "days": limit.days,
        "months": limit.months,
        "window_days": limit.window_days,
        "until_on": limit.until_on,
    }
    return _filled(words.limits[limit.kind], values, words)
