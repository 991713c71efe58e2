"""Where what stands in a machine readable zone, and which characters may stand there.

ICAO Doc 9303, eighth edition: parts 5 (TD1), 6 (TD2), 4 (TD3); MVD order 773 of 16.11.2020, appendix 24.
Lines and positions are counted from 1, as the standard prints them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.people.cler import SIGNS

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS = frozenset("0123456789")
FILLER = frozenset("<")


@dataclass(frozen=True)
class Place:
    """One field: its line, its first and last position, what may stand there and how that is called."""

    line: int
    first: int
    last: int
    allowed: frozenset[str]
    wanted: str

    def of(self, lines: Sequence[str]) -> str:
        return lines[self.line - 1][self.first - 1 : self.last]


@dataclass(frozen=True)
class Layout:
    """`composite`: line, first, last of what the last check digit covers."""

    format: str
    lines: int
    length: int
    places: Mapping[str, Place]
    composite: tuple[tuple[int, int, int], ...]


def _letters(line: int, first: int, last: int) -> Place:
    return Place(line, first, last, LETTERS | FILLER, "a capital letter or <")


def _digits(line: int, first: int, last: int) -> Place:
    return Place(line, first, last, DIGITS | FILLER, "a digit or <")


def _mixed(line: int, first: int, last: int) -> Place:
    return Place(line, first, last, LETTERS | DIGITS | FILLER, "a capital letter, a digit or <")


def _only_digits(line: int, first: int, last: int) -> Place:
    return Place(line, first, last, DIGITS, "a digit")


def _fillers(line: int, first: int, last: int) -> Place:
    return Place(line, first, last, FILLER, "<")


def _kinds(letters: str, wanted: str) -> Place:
    return Place(1, 1, 1, frozenset(letters), wanted)


def _sex(line: int, at: int) -> Place:
    return Place(line, at, at, frozenset("MFX<"), "M, F, X or <")


TD1 = Layout(
    "TD1", 3, 30,
    {
        "type": _kinds("ACI", "A, C or I"), "subtype": _letters(1, 2, 2), "issuer": _letters(1, 3, 5),
        "number": _mixed(1, 6, 14), "number_digit": _digits(1, 15, 15), "optional": _mixed(1, 16, 30),
        "birth_date": _digits(2, 1, 6), "birth_date_digit": _digits(2, 7, 7), "sex": _sex(2, 8),
        "expires_on": _digits(2, 9, 14), "expires_on_digit": _digits(2, 15, 15),
        "nationality": _letters(2, 16, 18), "optional_2": _mixed(2, 19, 29),
        "composite_digit": _digits(2, 30, 30), "name": _letters(3, 1, 30),
    },
    ((1, 6, 30), (2, 1, 7), (2, 9, 15), (2, 19, 29)),
)  # fmt: skip

_SECOND_LINE = {
    "number": _mixed(2, 1, 9), "number_digit": _digits(2, 10, 10), "nationality": _letters(2, 11, 13),
    "birth_date": _digits(2, 14, 19), "birth_date_digit": _digits(2, 20, 20), "sex": _sex(2, 21),
    "expires_on": _digits(2, 22, 27), "expires_on_digit": _digits(2, 28, 28),
}  # fmt: skip

TD2 = Layout(
    "TD2", 2, 36,
    {
        "type": _kinds("ACIP", "A, C, I or P"), "subtype": _letters(1, 2, 2), "issuer": _letters(1, 3, 5),
        "name": _letters(1, 6, 36), **_SECOND_LINE,
        "optional": _mixed(2, 29, 35), "composite_digit": _digits(2, 36, 36),
    },
    ((2, 1, 10), (2, 14, 20), (2, 22, 35)),
)  # fmt: skip

TD3 = Layout(
    "TD3", 2, 44,
    {
        "type": _kinds("P", "P"), "subtype": _letters(1, 2, 2), "issuer": _letters(1, 3, 5),
        "name": _letters(1, 6, 44), **_SECOND_LINE,
        "optional": _mixed(2, 29, 42), "optional_digit": _digits(2, 43, 43),
        "composite_digit": _digits(2, 44, 44),
    },
    ((2, 1, 10), (2, 14, 20), (2, 22, 43)),
)  # fmt: skip

# The frame of a TD3 with what ICAO does not allow: digits in a name, and no day of expiry. Of the ten digits
# of a passport's number the number field holds nine; the fourth stands first in the optional data.
RU_INTERNAL = Layout(
    "RU_INTERNAL", 2, 44,
    {
        **TD3.places,
        "name": Place(1, 6, 44, SIGNS | FILLER, "a capital letter, 2, 3, 4, 6, 7, 8, 9 or <"),
        "number": _only_digits(2, 1, 9),
        "expires_on": _fillers(2, 22, 27), "expires_on_digit": _fillers(2, 28, 28),
        "optional": _only_digits(2, 29, 29), "issued_on": _only_digits(2, 30, 35),
        "issuing_unit": _only_digits(2, 36, 41), "rest": _fillers(2, 42, 42),
    },
    TD3.composite,
)  # fmt: skip
