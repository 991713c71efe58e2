"""Nights, priorities, prices, cities: exact."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.housing.rules import (
    Sold,
    budget_of,
    highest,
    is_covered,
    levels,
    nights,
    price_of,
    raised,
    runs_above,
)
from casework.housing.sentences import nights_named, ordinal, why_here
from casework.people.cities import city_key
from casework.people.currencies import is_currency

FIRST = date(2022, 10, 1)


def october(day: int) -> date:
    return date(2022, 10, day)


def sold(first: int, last: int, people: int = 1) -> Sold:
    return Sold(october(first), october(last), people)


def test_nights_are_inclusive_and_the_next_may_begin_the_day_after() -> None:
    assert nights(october(1), october(3)) == 3
    assert highest([sold(1, 3), sold(4, 6)], october(1), october(6)) == 1
    assert highest([sold(1, 3), sold(3, 6)], october(1), october(6)) == 2


def test_levels_leave_no_gap() -> None:
    found = list(levels([sold(3, 4, 2)], october(1), october(6)))
    assert found == [
        (october(1), october(2), 0),
        (october(3), october(4), 2),
        (october(5), october(6), 0),
    ]


def test_levels_of_stays_that_lie_outside() -> None:
    assert list(levels([sold(1, 2), sold(9, 12)], october(3), october(8))) == [(october(3), october(8), 0)]


def test_runs_above_join_where_they_adjoin() -> None:
    stays = [sold(1, 2, 3), sold(3, 5, 4), sold(9, 9, 4)]
    assert runs_above(stays, 2, october(1), october(10)) == [
        (october(1), october(5)),
        (october(9), october(9)),
    ]


def test_highest_to_the_end_of_time() -> None:
    assert highest([sold(5, 9, 2)], october(1), date.max) == 2


periods = st.tuples(st.integers(0, 20), st.integers(0, 12), st.integers(1, 5))


@given(stays=st.lists(periods, max_size=8), first=st.integers(0, 20), length=st.integers(0, 15))
def test_levels_night_by_night(stays: list[tuple[int, int, int]], first: int, length: int) -> None:
    """The sweep against counting every night."""
    counted: Counter[int] = Counter()
    for begins, more, people in stays:
        for night in range(begins, begins + more + 1):
            counted[night] += people
    day = lambda number: FIRST + timedelta(days=number)  # noqa: E731
    given_stays = [Sold(day(begins), day(begins + more), people) for begins, more, people in stays]

    by_night = {
        begins + timedelta(days=step): people
        for begins, ends, people in levels(given_stays, day(first), day(first + length))
        for step in range((ends - begins).days + 1)
    }

    assert by_night == {day(n): counted[n] for n in range(first, first + length + 1)}


@pytest.mark.parametrize(
    ("confirmed", "covered"),
    [
        ([], False),
        ([sold(1, 10, 2)], True),
        ([sold(1, 10, 1)], False),
        ([sold(1, 10, 1), sold(1, 4, 1)], True),
        ([sold(1, 4, 1), sold(5, 9, 1)], False),
        ([sold(20, 25, 2)], False),
        ([sold(1, 2, 2)], True),
    ],
    ids=["none", "all", "half", "split", "one after another", "to come", "tonight"],
)
def test_is_covered(confirmed: list[Sold], covered: bool) -> None:
    assert is_covered(2, confirmed, october(2)) is covered


def test_is_covered_by_what_is_over() -> None:
    assert not is_covered(2, [sold(1, 4, 2)], october(5))


@pytest.mark.parametrize(
    ("priority", "grounds", "expected"),
    [
        ("normal", [], "normal"),
        ("normal", ["illness"], "high"),
        ("normal", ["illness", "no_shelter"], "urgent"),
        ("normal", ["unaccompanied_child"], "urgent"),
        ("urgent", ["illness"], "urgent"),
        ("high", [], "high"),
    ],
)
def test_raised(priority: str, grounds: list[str], expected: str) -> None:
    assert raised(priority, grounds) == expected


@pytest.mark.parametrize("written", ["Tbilisi", " tbilisi ", "TBILISI", "Tbilisi\t"])
def test_city_key(written: str) -> None:
    assert city_key(written) == "tbilisi"


def test_city_key_of_two_words() -> None:
    assert city_key("Nur  Sultan") == city_key("nur sultan") == "nur sultan"


def test_price_of_a_private_unit_is_for_the_unit() -> None:
    assert price_of(Decimal(50), "night", nights=3, people=4, private=True) == Decimal("150.00")


def test_price_of_a_shared_unit_is_by_the_bed() -> None:
    assert price_of(Decimal(50), "night", nights=3, people=4, private=False) == Decimal("600.00")


def test_price_by_the_month_counts_thirty_nights() -> None:
    assert price_of(Decimal(900), "month", nights=10, people=1, private=True) == Decimal("300.00")
    assert price_of(Decimal(100), "month", nights=1, people=1, private=True) == Decimal("3.33")


def test_budget_is_for_the_household() -> None:
    assert budget_of(Decimal(30), "night", nights=10) == Decimal("300.00")
    assert budget_of(Decimal(900), "month", nights=10) == Decimal("300.00")


@pytest.mark.parametrize("code", ["GEL", "KZT", "EUR", "RSD"])
def test_currency_in_use(code: str) -> None:
    assert is_currency(code)


@pytest.mark.parametrize("code", ["XXX", "XAU", "HRK", "gel", "GE", ""])
def test_currency_that_nobody_uses(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (121, "121st")],
)
def test_ordinal(number: int, word: str) -> None:
    assert ordinal(number) == word


def test_why_here() -> None:
    assert (
        why_here(
            priority="urgent", grounds=["no_shelter"], since=date(2022, 9, 25), position=3, city="Tbilisi",
            status="waiting",
        )
        == "urgent: a night without shelter; waiting since 2022-09-25; 3rd in Tbilisi"
    )  # fmt: skip


def test_why_here_by_waiting_time_alone() -> None:
    told = why_here(priority="normal", grounds=[], since=FIRST, position=12, city="", status="waiting")
    assert told == "normal; waiting since 2022-10-01; 12th without a city"


def test_why_here_after_the_turns_that_are_counted() -> None:
    told = why_here(
        priority="normal", grounds=[], since=FIRST, position=1_001, city="Tbilisi", status="waiting"
    )
    assert told == "normal; waiting since 2022-10-01; after the first 1,000 in Tbilisi"


def test_nights_named() -> None:
    one, two = (october(3), october(3)), (october(5), october(7))
    assert nights_named([one]) == "the night of 2022-10-03"
    assert nights_named([one, two]) == "the nights of 2022-10-03 and 2022-10-05 to 2022-10-07"
    assert nights_named([two]) == "the nights of 2022-10-05 to 2022-10-07"
