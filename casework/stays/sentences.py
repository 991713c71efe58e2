"""Sentences that a caseworker can read to the person, made from the reasons of the calculation itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from casework.stays.rules import Limit, Reason, StayWarning
from casework.stays.wording import LANGUAGES
from casework.stays.wording.language import Language

FALLBACK = "en"
# Values that are codes with a name in every language.
NAMED = ("document", "permit", "purpose")


def told_in(tag: str) -> str:
    """The language that somebody who asks for `tag` is answered in: `ru-KZ` is read as `ru`."""
    primary = tag.lower().split("-")[0]
    return primary if primary in LANGUAGES else FALLBACK


def is_reviewed(tag: str) -> bool:
    """Whether a speaker has read the sentences. Where none has, whoever shows them says so."""
    return _language(tag).reviewed


def named(kind: str, code: str, tag: str) -> str:
    """What a document, a permit or a purpose is called."""
    return _name(kind, code, _language(tag))


def render(reasons: Sequence[Reason], language: str) -> list[str]:
    """One sentence or two per reason, in their order; English where `told_in` says so."""
    words = _language(language)
    return [_filled(words.sentences[reason.code], reason.values, words) for reason in reasons]


def render_warning(warning: StayWarning, language: str) -> str:
    """The detail of a warning. A code that only the register knows is told as a condition of a permit."""
    words = _language(language)
    template = words.warnings.get(warning.code) or words.warnings["permit_condition"]
    return _filled(template, warning.values, words)


def limit_told(limit: Limit, language: str) -> str:
    """The length that a limit allows, in a few words."""
    return _limit(limit, _language(language))


class _Number:
    """A number that brings its noun in the right form: `{days:day|days}`."""

    def __init__(self, value: int, plural: Callable[[int], int]) -> None:
        self.value = value
        self.plural = plural

    def __format__(self, forms: str) -> str:
        if not forms:
            return str(self.value)
        return f"{self.value} {forms.split('|')[self.plural(self.value)]}"


class _NotThere:
    """A value that is not known: words for a day, a question mark for a number."""

    def __init__(self, words: str, plural: Callable[[int], int]) -> None:
        self.words = words
        self.plural = plural

    def __format__(self, forms: str) -> str:
        return f"? {forms.split('|')[self.plural(0)]}" if forms else self.words


def _language(tag: str) -> Language:
    return LANGUAGES[told_in(tag)]


def _filled(template: str, values: Mapping[str, object], words: Language) -> str:
    return template.format(**{name: _told(name, value, words) for name, value in values.items()})


def _told(name: str, value: object, words: Language) -> object:
    if value is None:
        return _NotThere(words.missing.get(name) or words.missing[""], words.plural)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return _Number(value, words.plural)
    if name == "limits" and isinstance(value, Sequence):
        return words.joined_by.join(_limit(limit, words) for limit in value)
    if name in NAMED:
        return _name(name, str(value), words)
    return str(value)


def _name(kind: str, code: str, words: Language) -> str:
    return words.words.get(f"{kind}_{code}") or words.words.get(code, code)


def _limit(limit: Limit, words: Language) -> str:
    values = {
        "days": limit.days,
        "months": limit.months,
        "window_days": limit.window_days,
        "until_on": limit.until_on,
    }
    return _filled(words.limits[limit.kind], values, words)
