"""What a language needs so that a reminder can be written in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


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
