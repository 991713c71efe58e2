"""What each night of a unit, a place and a city is."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.housing.models import Unit
from casework.housing.nights import Level, nights_of, occupancy
from tests.factories.housing import ClosureFactory, PlaceFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import nights, october


def arranged() -> Unit:
    """The 1st: two people; the 2nd: nobody, for the hold has run out; the 3rd closed; the 4th not there."""
    unit = UnitFactory.create(available_until=october(3))
    PlacementFactory.create(unit=unit, **nights(1, 1))
    PlacementFactory.create(unit=unit, run_out=True, **nights(2, 2))
    PlacementFactory.create(unit=unit, cancelled=True, **nights(2, 2))
    ClosureFactory.create(unit=unit, **nights(3, 3))
    return unit


def test_nights_of_a_unit(nino: User, at: datetime) -> None:
    unit = arranged()
    found = nights_of([unit], october(1), october(4), at)[unit.pk]
    told = [(night.people, len(night.placements), night.closure is not None, night.there) for night in found]
    assert told == [(2, 1, False, True), (0, 0, False, True), (0, 0, True, True), (0, 0, False, False)]
    assert [night.free for night in found] == [2, 4, 0, 0]


def test_a_private_unit_that_is_taken_has_no_free_bed(nino: User, at: datetime) -> None:
    unit = UnitFactory.create(private=True)
    PlacementFactory.create(unit=unit)
    assert nights_of([unit], october(1), october(1), at)[unit.pk][0].free == 0


def test_nights_cost_two_queries(nino: User, at: datetime) -> None:
    units = UnitFactory.create_batch(5)
    with CaptureQueriesContext(connection) as queries:
        nights_of(units, october(1), october(14), at)
    assert len(queries) == 2


def test_occupancy_by_city_and_by_place(nino: User, at: datetime) -> None:
    unit = arranged()
    batumi = UnitFactory.create(place=PlaceFactory.create(city="Batumi"))
    by_city = occupancy(first=october(1), last=october(4), at=at)
    assert list(by_city["tbilisi"].values()) == [Level(2, 4), Level(0, 4)]
    assert set(by_city["batumi"].values()) == {Level(0, 4)}
    by_place = occupancy(first=october(1), last=october(4), at=at, place_ids=[unit.place_id])
    assert by_place == {unit.place_id: by_city["tbilisi"]}
    assert batumi.place_id not in by_place
