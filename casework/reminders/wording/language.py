"""What a language needs so that a reminder can be written in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from string import Formatter


@dataclass(frozen=True)
class Wording:
    """`things` by kind of deadline, `thing` for one without words yet. Sentences take {thing} and {day}.

    `instead` is said to somebody whose own language is not there; an empty `review_note` means that a speaker
    has read this one.
    """

    day: Callable[[date], str]
    thing: str
    things: Mapping[str, str]
    subject: str
    subject_passed: str
    subject_moved: str
    ahead: str
    passed: str
    moved: str
    moved_passed: str
    subject_digest: str
    digest: str
    digest_more: str
    person_ahead: str
    person_passed: str
    caseworker_ahead: str
    caseworker_passed: str
    link: str
    person_link: str
    silent: str
    automatic: str
    instead: str
    review_note: str = ""


def faults_of(words: Wording, original: Wording) -> list[str]:
    """The names of what could not be written: a place that nobody fills, a brace too many, no day."""
    told, originals = _sentences(words), _sentences(original)
    broken = [name for name, text in told.items() if not _renders(text, originals.get(name, words.thing))]
    return broken if _says_days(words) else [*broken, "day"]


def _sentences(words: Wording) -> dict[str, str]:
    told = {field.name: getattr(words, field.name) for field in fields(words)}
    things = {f"things.{kind}": text for kind, text in words.things.items()}
    return {name: text for name, text in told.items() if name not in ("day", "things")} | things


def _renders(text: str, original: str) -> bool:
    """With what the original is given, and no more."""
    given = dict.fromkeys(_places(original), "7")
    try:
        told = text.format(**given)
        return (
            _places(text) == set(given) and bool(told.strip() or not original) and not set(told) & set("{}\n")
        )
    except (LookupError, ValueError, AttributeError):
        return False


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _says_days(words: Wording) -> bool:
    try:
        told = {words.day(date(2022, 1, 1) + timedelta(days=after)) for after in range(365)}
        return len(told) == 365 and all("2022" in day and not set(day) & set("{}\n") for day in told)
    except Exception:
        return False
