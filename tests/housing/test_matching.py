"""Which beds suit a need: what is said for them and against."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.cases.queries import beds_for
from casework.housing.matching import Match, matches_of
from tests.factories.housing import NeedFactory, PlaceFactory, PlacementFactory, UnitFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import DeadlineFactory


def codes(match: Match) -> tuple[set[str], set[str]]:
    return {note.code for note in match.reasons}, {note.code for note in match.against}


def only(need: Any, at: datetime, **asked: Any) -> Match:
    (match,) = matches_of(need, at=at, **asked)
    return match


def test_matches_have_room_for_all_on_all_nights(nino: User, at: datetime) -> None:
    need = NeedFactory.create(people=3)
    fits = UnitFactory.create()
    UnitFactory.create(capacity=2)
    PlacementFactory.create(
        unit=UnitFactory.create(), starts_on=date(2022, 10, 10), ends_on=date(2022, 10, 11)
    )
    UnitFactory.create(place=PlaceFactory.create(city="Batumi"))
    assert [match.unit.id for match in matches_of(need, at=at)] == [fits.pk]


def test_matches_without_a_city_are_of_the_country(nino: User, at: datetime) -> None:
    batumi = UnitFactory.create(place=PlaceFactory.create(city="Batumi"))
    almaty = UnitFactory.create(place=PlaceFactory.create(city="Almaty", country="KZ"))
    assert only(NeedFactory.create(city=""), at).unit.id == batumi.pk
    assert only(NeedFactory.create(city="", country="KZ"), at).unit.id == almaty.pk


def test_matches_without_an_end_are_for_thirty_nights(nino: User, at: datetime) -> None:
    unit = UnitFactory.create(priced=True, available_until=date(2022, 10, 30))
    need = NeedFactory.create(open_end=True)
    assert only(need, at).price_for_stay == Decimal("1200.00")
    unit.available_until = date(2022, 10, 29)
    unit.save()
    assert matches_of(need, at=at) == []


def test_matches_are_for_the_nights_to_come(nino: User, at: datetime) -> None:
    """Who has waited for a week does not need a bed that was free then; of what is over, the past is shown."""
    unit = UnitFactory.create(priced=True)
    PlacementFactory.create(unit=unit, need__people=4, starts_on=date(2022, 9, 20), ends_on=date(2022, 9, 30))
    need = NeedFactory.create(needed_from=date(2022, 9, 24), needed_until=date(2022, 10, 2))
    assert only(need, at).price_for_stay == Decimal("80.00")
    over = NeedFactory.create(needed_from=date(2022, 9, 10), needed_until=date(2022, 9, 12))
    assert only(over, at).price_for_stay == Decimal("120.00")


@pytest.mark.parametrize(
    ("asked", "unit", "reason", "against"),
    [
        ({"budget": Decimal(40), "currency": "GEL"}, {"priced": True}, "fits_budget", None),
        ({"budget": Decimal(39), "currency": "GEL"}, {"priced": True}, None, "over_budget"),
        ({"budget": Decimal(20), "currency": "GEL"}, {"priced": True, "private": True}, "fits_budget", None),
        (
            {"budget": Decimal(1200), "currency": "GEL", "budget_per": "month"},
            {"priced": True},
            "fits_budget",
            None,
        ),
        ({"budget": Decimal(40), "currency": "EUR"}, {"priced": True}, None, "other_currency"),
        ({"budget": Decimal(40), "currency": "EUR"}, {}, None, "price_unknown"),
        ({"step_free": True}, {"step_free": True}, "step_free", None),
        ({"step_free": True}, {}, None, "not_step_free"),
        ({"pets": True}, {"pets": True}, "pets", None),
        ({"pets": True}, {}, None, "no_pets"),
        ({}, {"private": True}, "private", None),
        ({}, {"capacity": 2}, "exact_size", None),
        ({}, {"capacity": 5, "private": True}, None, "much_larger"),
    ],
)
def test_match_says(
    nino: User,
    at: datetime,
    asked: dict[str, Any],
    unit: dict[str, Any],
    reason: str | None,
    against: str | None,
) -> None:
    UnitFactory.create(**unit)
    match = only(NeedFactory.create(**asked), at)
    reasons, contra = codes(match)
    assert reason is None or reason in reasons
    assert against is None or against in contra
    assert match.fits is (against not in {"over_budget", "not_step_free", "no_pets"})
    assert all(note.detail for note in (*match.reasons, *match.against))


def test_match_says_nothing_of_what_nobody_asked(nino: User, at: datetime) -> None:
    UnitFactory.create(priced=True, step_free=True, pets=True, capacity=3)
    assert codes(only(NeedFactory.create(), at)) == (set(), set())


def test_match_near_work(nino: User, at: datetime) -> None:
    UnitFactory.create()
    need = NeedFactory.create()
    assert "near_work" in codes(only(need, at, near_work={("GE", "tbilisi")}))[0]
    assert "near_work" not in codes(only(need, at, near_work={("GE", "batumi")}))[0]


@pytest.mark.parametrize(
    ("deadline", "shorter"),
    [
        ({"due_on": date(2022, 10, 9)}, True),
        ({"due_on": date(2022, 10, 10)}, False),
        ({"due_on": date(2022, 10, 9), "country": "KZ"}, False),
        ({"due_on": date(2022, 10, 9), "met": True}, False),
        ({"due_on": date(2022, 10, 9), "kind": "registration"}, False),
    ],
)
def test_match_stay_shorter_is_told_and_hides_nothing(
    nino: User, at: datetime, deadline: dict[str, Any], shorter: bool
) -> None:
    UnitFactory.create(capacity=2)
    need = NeedFactory.create()
    DeadlineFactory.create(arrival__person=PersonFactory.create(household=need.household), **deadline)
    match = only(need, at)
    assert ("stay_shorter" in codes(match)[1]) is shorter
    assert match.fits


def test_matches_best_first_and_at_most_fifty(nino: User, at: datetime) -> None:
    UnitFactory.create_batch(51, capacity=3)
    steps = UnitFactory.create(capacity=2)
    best = UnitFactory.create(capacity=2, step_free=True)
    matches = matches_of(NeedFactory.create(step_free=True), at=at)
    assert len(matches) == 50
    assert [match.unit.id for match in matches[:2]] == [best.pk, steps.pk]


def test_matches_cost_the_same_however_many(nino: User, at: datetime) -> None:
    need = NeedFactory.create()
    counts = []
    for _ in range(2):
        UnitFactory.create_batch(5)
        with CaptureQueriesContext(connection) as queries:
            beds_for(need, at=at)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 5
