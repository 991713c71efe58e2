"""Beds in figures: each counted once, in its city, its week and its currency."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.figures import By, Span, Told
from casework.housing.models import Unit
from casework.housing.statistics import bed_figures
from tests.acting import acting
from tests.factories.housing import (
    ClosureFactory,
    NeedFactory,
    PlaceFactory,
    PlacementFactory,
    TurnedAwayFactory,
    UnitFactory,
)

MONDAY, SUNDAY = date(2022, 9, 26), date(2022, 10, 2)
pytestmark = pytest.mark.usefixtures("nino")


def told(by: By = By.WEEK, first: date = MONDAY, last: date = SUNDAY, **asked: str) -> list[Told]:
    return bed_figures(Span.over(by, first, last), zone="Asia/Tbilisi", own_country="GE", **asked)


def figures(**asked: str) -> dict[str, Any]:
    [row] = told(**asked)
    return row.figures


def hall(capacity: int = 100, **values: Any) -> Unit:
    return UnitFactory.create(capacity=capacity, available_from=date(2022, 1, 1), **values)


def stay(unit: Unit, first: date, last: date, people: int, **values: Any) -> Any:
    need = NeedFactory.create(
        people=people, needed_from=first, needed_until=last, created_at=datetime(2022, 8, 1, tzinfo=UTC)
    )
    return PlacementFactory.create(unit=unit, need=need, **values)


def test_needs_by_the_local_day_on_which_they_were_asked() -> None:
    last_hour = datetime(2022, 10, 2, 19, 59, tzinfo=UTC)  # 23:59 in Tbilisi, Sunday
    NeedFactory.create(people=12, created_at=last_hour)
    NeedFactory.create(people=5, created_at=last_hour, country="GE", city="TBILISI ")
    NeedFactory.create(people=40, created_at=datetime(2022, 10, 2, 20, 0, tzinfo=UTC))
    NeedFactory.create(people=30, created_at=last_hour, city="Yerevan", country="AM")
    rows = {(row.country, row.city_key): row.figures for row in told()}
    assert rows["AM", "yerevan"]["people_asked"] == 30
    assert (rows["GE", "tbilisi"]["needs_asked"], rows["GE", "tbilisi"]["people_asked"]) == (2, 17)


def test_placed_once_by_the_first_night() -> None:
    unit = hall()
    first = stay(unit, date(2022, 9, 25), date(2022, 10, 1), 11)
    stay(unit, date(2022, 9, 27), date(2022, 10, 5), 12)
    stay(unit, date(2022, 9, 28), date(2022, 10, 5), 13, ended=True)
    stay(unit, date(2022, 9, 28), date(2022, 10, 5), 14, cancelled=True)
    stay(unit, date(2022, 9, 28), date(2022, 10, 5), 15, held=True)
    PlacementFactory.create(
        unit=unit, need=first.need, starts_on=date(2022, 10, 2), ends_on=date(2022, 10, 2), people=11,
        moved_from=first,
    )  # fmt: skip
    assert figures()["people_placed"] == 25


def test_nights_sold_and_there() -> None:
    """Sunday before to Tuesday after are cut to the week; a private unit is sold whole."""
    unit = hall(capacity=20)
    private = hall(capacity=6, private=True, place=unit.place)
    UnitFactory.create(capacity=1, place=unit.place, available_from=date(2022, 10, 2))
    ClosureFactory.create(unit=unit, starts_on=date(2022, 9, 20), ends_on=MONDAY)
    ClosureFactory.create(unit=unit, starts_on=date(2022, 9, 24), ends_on=MONDAY)  # the same night, once
    stay(unit, date(2022, 9, 27), date(2022, 10, 4), 10)
    stay(private, date(2022, 9, 24), date(2022, 9, 27), 2)
    found = figures()
    assert found["nights_sold"] == 10 * 6 + 6 * 2
    assert found["nights_available"] == 20 * 6 + 6 * 7 + 1
    assert found["occupancy"] == round(72 / 163, 3)


def test_nights_of_few_people_are_not_told() -> None:
    stay(hall(), MONDAY, SUNDAY, 9)
    [row] = told()
    assert (row.figures["nights_sold"], row.figures["occupancy"]) == (None, None)
    assert {"nights_sold", "occupancy", "people_placed"} <= set(row.suppressed)
    assert row.figures["nights_available"] == 700


def test_a_unit_without_a_first_day_is_there_since_it_was_entered_or_slept_in() -> None:
    unit = UnitFactory.create(capacity=10, created_at=datetime(2022, 10, 1, 10, 0, tzinfo=UTC))
    assert figures()["nights_available"] == 20
    stay(unit, date(2022, 9, 30), SUNDAY, 10)
    assert (figures()["nights_available"], figures()["occupancy"]) == (30, 1.0)


def test_rents_are_medians_for_the_night_and_the_household() -> None:
    unit = hall(price=Decimal("20.00"), currency="GEL")
    flat = hall(capacity=6, place=unit.place, private=True)
    money = {"price": Decimal("20.00"), "currency": "GEL"}
    stay(unit, MONDAY, MONDAY, 5, **money)  # 100
    stay(unit, MONDAY, MONDAY, 4, **money)  # 80
    stay(flat, MONDAY, MONDAY, 6, price=Decimal(1800), currency="GEL", price_per="month")  # 60
    for price in (90, 110, 130, 500):
        TurnedAwayFactory.create(on=MONDAY, price_asked=Decimal(price), currency="GEL")
    TurnedAwayFactory.create(on=MONDAY, people=9, price_asked=Decimal(70), currency="USD")
    found = figures()
    assert found["people_turned_away"] == 21
    assert found["rents"] == [
        {"currency": "GEL", "paid": "80.00", "asked": "120.00"},
        {"currency": "USD", "paid": None, "asked": None},
    ]


def test_change_against_the_week_before() -> None:
    for on, people in ((date(2022, 9, 25), 12), (MONDAY, 20), (date(2022, 10, 3), 5)):
        TurnedAwayFactory.create(on=on, people=people, price_asked=Decimal(people), currency="GEL")
    rows = told(last=date(2022, 10, 3))
    assert [row.figures["people_turned_away"] for row in rows] == [20, None]
    assert [row.change["people_turned_away"] for row in rows] == [8, None]
    assert rows[0].change["rents"] == [{"currency": "GEL", "paid": None, "asked": "8.00"}]


def test_days_do_not_give_away_a_day() -> None:
    """The week is told, 57: were four days of it told, the fifth would be too."""
    for number, people in enumerate((12, 14, 11, 16, 4)):
        TurnedAwayFactory.create(on=date(2022, 9, 26 + number), people=people)
    assert figures()["people_turned_away"] == 57
    days = [row.figures["people_turned_away"] for row in told(By.DAY)]
    assert days == [12, 14, None, 16, None, None, None]


def test_every_city_has_every_period_and_filters_narrow() -> None:
    PlaceFactory.create(city="Batumi")
    hall(place=PlaceFactory.create(city="Batumi"))
    TurnedAwayFactory.create(on=MONDAY, people=30)
    TurnedAwayFactory.create(on=MONDAY, people=30, country="AM", city="Yerevan", city_key="yerevan")
    rows = [(row.period.day, row.country, row.city) for row in told(last=date(2022, 10, 3))]
    cities = [("AM", "Yerevan"), ("GE", "Batumi"), ("GE", "Tbilisi")]
    assert rows == [(day, *city) for day in (26, 3) for city in cities]
    assert [row.city for row in told(country="AM")] == ["Yerevan"]
    assert [row.city for row in told(city_key="tbilisi")] == ["Tbilisi"]
    assert told(country="KZ") == []


def test_one_statement_however_much_there_is(nino: User) -> None:
    with CaptureQueriesContext(connection) as asked:
        told()
    assert len(asked) == 1
    for number in range(5):
        stay(hall(), MONDAY, SUNDAY, 10 + number)
    with CaptureQueriesContext(connection) as asked:
        told(By.DAY, first=date(2022, 1, 1))
    assert len(asked) == 1


def test_another_organisation_counts_for_nothing(almaty: Organisation, marek: User) -> None:
    with acting(almaty):
        stay(hall(), MONDAY, SUNDAY, 30)
        TurnedAwayFactory.create(on=MONDAY, people=50)
    assert told() == []
