"""What speaks for a match and what against: each a code and a sentence, all of it one figure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """One reason or objection: a code for programs, a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True)
class Fit:
    """`fits`: nothing decisive speaks against it. Nothing is hidden."""

    fits: bool
    score: int
    reasons: tuple[Note, ...]
    against: tuple[Note, ...]


def weigh(notes: Iterable[Note], worth: Mapping[str, int], decisive: Container[str], *, less: int = 0) -> Fit:
    """In the order given; what is worth nothing or less speaks against. `less` is taken from the score."""
    told = list(notes)
    reasons = tuple(note for note in told if worth[note.code] > 0)
    against = tuple(note for note in told if worth[note.code] <= 0)
    fits = not any(note.code in decisive for note in against)
    return Fit(fits, sum(worth[note.code] for note in told) - less, reasons, against)
