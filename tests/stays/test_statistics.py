"""Who came and who stays, in figures."""

from __future__ import annotations

from datetime import date

import pytest

from casework.figures import By, Span, Told
from casework.stays.statistics import arrival_figures, stay_figures
from tests.factories.stays import ArrivalFactory, DeadlineFactory

MONDAY, SATURDAY = date(2022, 9, 26), date(2022, 10, 1)
pytestmark = pytest.mark.usefixtures("nino")


def stays(**asked: str) -> list[Told]:
    return stay_figures(Span.over(By.WEEK, MONDAY, SATURDAY), today=SATURDAY, **asked)


def staying(count: int, due_on: date, country: str = "GE") -> None:
    for _ in range(count):
        arrival = ArrivalFactory.create(country=country, entered_on=date(2022, 9, 27))
        DeadlineFactory.create(arrival=arrival, country=country, due_on=due_on)


def test_arrivals_by_the_day_of_entry() -> None:
    ArrivalFactory.create_batch(12, country="GE", entered_on=date(2022, 9, 25))
    ArrivalFactory.create_batch(15, country="GE", entered_on=MONDAY)
    ArrivalFactory.create_batch(4, country="AM", entered_on=MONDAY)
    rows = arrival_figures(Span.over(By.WEEK, MONDAY, SATURDAY))
    assert [(row.country, row.figures, row.change) for row in rows] == [
        ("AM", {"arrivals": None}, {"arrivals": None}), ("GE", {"arrivals": 15}, {"arrivals": 3}),
    ]  # fmt: skip
    assert [row.country for row in arrival_figures(Span.over(By.DAY, MONDAY, MONDAY), country="AM")] == ["AM"]


def test_stays_that_go_on_end_and_have_run_over() -> None:
    staying(20, date(2022, 12, 1))
    staying(12, date(2022, 10, 15))
    staying(11, date(2022, 9, 30))
    ArrivalFactory.create(country="GE", left=True)
    [row] = stays()
    assert row.figures == {"open_stays": 43, "ending_soon": 12, "overstayed": 11}


def test_the_few_who_go_on_are_not_what_is_left() -> None:
    """43 minus 12 minus 28 would be the three whose stay is long."""
    staying(3, date(2022, 12, 1))
    staying(12, date(2022, 10, 15))
    staying(28, date(2022, 9, 30))
    [row] = stays()
    assert row.figures == {"open_stays": 43, "ending_soon": None, "overstayed": 28}
    assert row.suppressed == ["ending_soon"]
