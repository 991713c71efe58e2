"""Lines that are no machine readable zone, and that nothing else is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.people.mrz import UnreadableZone, read
from casework.people.mrz_layouts import RU_INTERNAL, TD1, TD2, TD3, Layout

from .mrz_lines import CARD, OLD_CARD, PASSPORT, RUSSIAN, TODAY, changed


def refused(lines: list[str]) -> list[tuple[str, str]]:
    with pytest.raises(UnreadableZone) as failure:
        read(lines, TODAY)
    return [(fault.pointer, fault.detail) for fault in failure.value.faults]


@pytest.mark.parametrize("lines", [[], PASSPORT[:1], [*CARD, CARD[0]]])
def test_refuses_a_number_of_lines(lines: list[str]) -> None:
    assert refused(lines) == [("", "A zone has two lines (passports) or three (cards).")]


@pytest.mark.parametrize(
    ("lines", "pointer", "words"),
    [
        ([PASSPORT[0][:-1], PASSPORT[1]], "/0", "has 43 characters; it needs 44"),
        ([PASSPORT[0], PASSPORT[1] + " "], "/1", "has 45 characters"),
        ([OLD_CARD[0], OLD_CARD[1] + "<"], "/1", "has 37 characters"),
        ([CARD[0], CARD[1], CARD[2] + "<"], "/2", "has 31 characters; it needs 30"),
        ([PASSPORT[0], ""], "/1", "has 0 characters"),
        (["V" + PASSPORT[0][1:], PASSPORT[1]], "/0", "a visa"),
        (changed(PASSPORT, 0, 1, "I"), "/0", "Position 1: P is needed, not latin capital letter i"),
        (changed(PASSPORT, 0, 6, "e"), "/0", "Position 6: a capital letter or < is needed, not latin small"),
        (changed(PASSPORT, 0, 6, "\u0415"), "/0", "cyrillic capital letter ie (U+0415)"),
        (changed(PASSPORT, 0, 6, "3"), "/0", "Position 6: a capital letter or <"),
        (changed(PASSPORT, 0, 6, "<"), "/0", "name begins with <"),
        (changed(PASSPORT, 1, 14, "O"), "/1", "Position 14: a digit or < is needed, not latin capital letter o"),
        (changed(PASSPORT, 1, 14, "\u0967"), "/1", "devanagari digit one"),
        (changed(PASSPORT, 1, 9, " "), "/1", "Position 9: a capital letter, a digit or < is needed, not space"),
        (changed(PASSPORT, 1, 9, "\x00"), "/1", "a character without a name (U+0000)"),
        (changed(PASSPORT, 1, 21, "W"), "/1", "Position 21: M, F, X or <"),
        (changed(RUSSIAN, 0, 6, "5"), "/0", "Position 6: a capital letter, 2, 3, 4, 6, 7, 8, 9 or <"),
        (changed(RUSSIAN, 1, 1, "A"), "/1", "Position 1: a digit is needed"),
        (changed(RUSSIAN, 1, 22, "210307"), "/1", "Position 22: < is needed"),
        (changed(CARD, 0, 1, "P"), "/0", "Position 1: A, C or I"),
    ],
)  # fmt: skip
def test_refuses_at_the_place(lines: list[str], pointer: str, words: str) -> None:
    [(found, detail)] = refused(lines)
    assert found == pointer
    assert words in detail


def test_refuses_each_line_once() -> None:
    assert [pointer for pointer, _ in refused([line.lower() for line in CARD])] == ["/0", "/1", "/2"]


@given(st.lists(st.text(alphabet=st.characters(), max_size=46), max_size=4))
def test_anything_is_read_or_refused(lines: list[str]) -> None:
    with suppress(UnreadableZone):
        assert read(lines, TODAY).checks


@pytest.mark.parametrize("layout", [TD1, TD2, TD3, RU_INTERNAL], ids=lambda layout: layout.format)
def test_every_position_belongs_to_one_field(layout: Layout) -> None:
    taken = sorted(
        (place.line, position)
        for place in layout.places.values()
        for position in range(place.first, place.last + 1)
    )
    assert taken == [
        (line, position) for line in range(1, layout.lines + 1) for position in range(1, layout.length + 1)
    ]


@given(
    st.sampled_from([TD1, TD2, TD3, RU_INTERNAL]).flatmap(
        lambda layout: st.tuples(
            st.just(layout),
            st.fixed_dictionaries(
                {
                    name: st.text(
                        sorted(place.allowed),
                        min_size=place.last - place.first + 1,
                        max_size=place.last - place.first + 1,
                    )
                    for name, place in layout.places.items()
                }
            ),
        )
    )
)
def test_whatever_fits_a_layout_is_read(drawn: tuple[Layout, dict[str, str]]) -> None:
    layout, fields = drawn
    lines = [[""] * layout.length for _ in range(layout.lines)]
    for name, place in layout.places.items():
        lines[place.line - 1][place.first - 1 : place.last] = fields[name]
    if layout is RU_INTERNAL:
        lines[0][:5] = "PNRUS"
    name = layout.places["name"]
    lines[name.line - 1][name.first - 1] = "A"
    zone = read(["".join(line) for line in lines], TODAY)
    assert zone.checks["composite"].printed == fields["composite_digit"]
    assert len(zone.number) <= 24
