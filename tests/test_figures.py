"""What is told of few people: nothing, and nothing from which it could be reckoned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.figures import SUPPRESSED_BELOW, By, Measured, Series, Span, hide_beside, monday

MONDAY = date(2022, 9, 26)
DAY = timedelta(days=1)


def series(by: By, people: dict[date, int], last: date = MONDAY, **kind: bool) -> Series:
    measured = {day: Measured(number, number) for day, number in people.items()}
    return Series(Span.over(by, MONDAY, last), measured, **kind)


def week(*people: int) -> dict[date, int]:
    return {MONDAY + number * DAY: count for number, count in enumerate(people)}


def test_weeks_are_whole_whichever_days_are_asked() -> None:
    span = Span.over(By.WEEK, date(2022, 9, 28), date(2022, 10, 4))
    assert (span.first, span.last) == (MONDAY, date(2022, 10, 9))
    assert span.periods() == [MONDAY, date(2022, 10, 3)]
    assert span.read() == [date(2022, 9, 19), *span.periods()]


def test_days_are_read_with_the_day_before_and_their_weeks() -> None:
    span = Span.over(By.DAY, MONDAY, date(2022, 9, 27))
    assert span.periods() == [MONDAY, date(2022, 9, 27)]
    assert (span.reads_from, span.reads_until) == (date(2022, 9, 19), date(2022, 10, 2))


@pytest.mark.parametrize(("people", "told"), [(0, None), (9, None), (10, 10), (11, 11)])
def test_below_ten_nothing_is_told_nought_too(people: int, told: int | None) -> None:
    assert series(By.WEEK, {MONDAY: people}).told(MONDAY) == told


def test_no_change_from_or_to_what_is_not_told() -> None:
    before = MONDAY - 7 * DAY
    assert series(By.WEEK, {before: 12, MONDAY: 30}).change(MONDAY) == 18
    assert series(By.WEEK, {before: 9, MONDAY: 30}).change(MONDAY) is None
    assert series(By.WEEK, {before: 12, MONDAY: 9}).change(MONDAY) is None
    assert series(By.WEEK, {before: 12, MONDAY: 10}).change(MONDAY) == -2


def test_what_is_of_nobody_is_told() -> None:
    openings = Series(Span.over(By.WEEK, MONDAY, MONDAY), {MONDAY: Measured(3)}, of_people=False)
    assert (openings.told(MONDAY), openings.change(MONDAY)) == (3, 3)


def test_a_single_small_day_takes_another_with_it() -> None:
    """The week's 96 minus six days would be the seventh."""
    found = series(By.DAY, week(12, 15, 11, 20, 13, 14, 11), last=MONDAY + 6 * DAY)
    assert found.hidden.isdisjoint(week(0, 0, 0, 0, 0, 0, 0))
    found = series(By.DAY, week(12, 15, 8, 20, 13, 14, 14), last=MONDAY + 6 * DAY)
    assert [found.told(day) for day in week(0, 0, 0, 0, 0, 0, 0)] == [None, 15, None, 20, 13, 14, 14]


@given(st.lists(st.integers(0, 40), min_size=7, max_size=7))
def test_no_sum_of_days_gives_away_a_small_one(people: list[int]) -> None:
    days = week(*people)
    found = series(By.DAY, days, last=MONDAY + 6 * DAY)
    missing = [days[day] for day in days if found.told(day) is None]
    assert all(number < SUPPRESSED_BELOW for number in missing) or sum(missing) >= SUPPRESSED_BELOW
    if missing and sum(people) >= SUPPRESSED_BELOW:  # the week is told: all that it gives is this sum
        assert len(missing) > 1
        assert sum(missing) >= SUPPRESSED_BELOW
    assert all(days[day] >= SUPPRESSED_BELOW for day in days if found.told(day) is not None)


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 30), min_size=3), st.data())
def test_parts_of_a_sum(people: dict[str, int], data: st.DataObject) -> None:
    untold = data.draw(st.sets(st.sampled_from(sorted(people)), max_size=1))
    small = {part for part, number in people.items() if number < SUPPRESSED_BELOW}
    hidden = hide_beside(people, untold)
    assert small | untold <= hidden
    if not small:
        assert hidden == untold
    elif hidden != people.keys():
        assert len(hidden) > 1
        assert sum(people[part] for part in hidden) >= SUPPRESSED_BELOW


def test_monday() -> None:
    assert {monday(MONDAY + number * DAY) for number in range(7)} == {MONDAY}
