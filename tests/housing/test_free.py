"""Which units are free, against counting every night of every unit."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.housing.free import free_units
from casework.housing.models import Closure, Placement, Unit
from tests.acting import acting
from tests.factories.housing import ClosureFactory, NeedFactory, PlaceFactory, PlacementFactory, UnitFactory

FIRST = date(2022, 10, 1)


def october(day: int) -> date:
    return date(2022, 10, day)


def beds(at: datetime, first: int = 1, last: int = 1, **asked: Any) -> dict[Any, int]:
    return {
        unit.id: unit.free for unit in free_units(first=october(first), last=october(last), at=at, **asked)
    }


def test_free_tonight(nino: User, at: datetime) -> None:
    room, flat, taken = (
        UnitFactory.create(),
        UnitFactory.create(private=True),
        UnitFactory.create(private=True),
    )
    PlacementFactory.create(unit=room)
    PlacementFactory.create(unit=taken, people=1)
    assert beds(at) == {room.pk: 2, flat.pk: 4}


def test_free_says_what_it_is(nino: User, at: datetime) -> None:
    unit = UnitFactory.create(priced=True, step_free=True)
    (found,) = free_units(first=FIRST, last=FIRST, at=at)
    assert (found.name, found.place_name, found.city, found.price) == (
        unit.name, unit.place.name, "Tbilisi", unit.price,
    )  # fmt: skip
    assert (found.step_free, found.pets, found.capacity, found.free) == (True, False, 4, 4)


def test_free_on_all_nights(nino: User, at: datetime) -> None:
    """The highest night counts, not the sum of those who come and go."""
    unit = UnitFactory.create(capacity=5)
    for first, last, people in ((1, 2, 2), (3, 4, 3), (4, 9, 1)):
        PlacementFactory.create(unit=unit, people=people, starts_on=october(first), ends_on=october(last))
    assert beds(at, 1, 9) == {unit.pk: 1}
    assert beds(at, 1, 2) == {unit.pk: 3}
    assert beds(at, 3, 3) == {unit.pk: 2}
    assert beds(at, 5, 9) == {unit.pk: 4}
    assert beds(at, 1, 9, people=2) == {}


@pytest.mark.parametrize("trait", ["run_out", "cancelled"])
def test_free_again(nino: User, at: datetime, trait: str) -> None:
    unit = PlacementFactory.create(**{trait: True}).unit
    assert beds(at) == {unit.pk: 4}


def test_held_is_not_free(nino: User, at: datetime) -> None:
    unit = PlacementFactory.create(held=True).unit
    assert beds(at) == {unit.pk: 2}
    assert beds(at + timedelta(hours=24)) == {unit.pk: 4}


def test_not_there_and_closed(nino: User, at: datetime) -> None:
    unit = UnitFactory.create(available_from=october(2), available_until=october(9))
    ClosureFactory.create(unit=unit, starts_on=october(5), ends_on=october(6))
    free = [night for night in range(1, 11) if beds(at, night, night)]
    assert free == [2, 3, 4, 7, 8, 9]


def test_free_where(nino: User, at: datetime) -> None:
    tbilisi = UnitFactory.create()
    batumi = UnitFactory.create(place=PlaceFactory.create(city="Batumi"))
    almaty = UnitFactory.create(place=PlaceFactory.create(city="Almaty", country="KZ"))
    assert set(beds(at, city_key="batumi")) == {batumi.pk}
    assert set(beds(at, country="GE")) == {tbilisi.pk, batumi.pk}
    assert set(beds(at, unit_ids=[almaty.pk])) == {almaty.pk}
    assert beds(at, unit_ids=[]) == {}


def test_free_is_ones_own(nino: User, almaty: Organisation, at: datetime) -> None:
    with acting(almaty):
        UnitFactory.create()
    assert beds(at) == {}


def test_free_night_by_night(nino: User, at: datetime) -> None:
    """Twelve rooms full of stays, every window of them."""
    chance = random.Random(5)
    units = [UnitFactory.create(capacity=40, private=n % 4 == 3) for n in range(12)]
    need = NeedFactory.create()
    for unit in units:
        for _ in range(0 if unit.private and chance.random() < 0.5 else 9):
            first = chance.randrange(1, 20) if not unit.private else 1
            last = min(31, first + chance.randrange(0, 9))
            people = chance.randrange(1, 4)
            PlacementFactory.create(
                unit=unit, need=need, people=people, starts_on=october(first), ends_on=october(last),
            )  # fmt: skip
            if unit.private:
                break
    for _ in range(60):
        first = chance.randrange(1, 28)
        last = chance.randrange(first, 32)
        expected = {unit.pk: least_free(unit, first, last) for unit in units}
        assert beds(at, first, last) == {pk: free for pk, free in expected.items() if free > 0}


def least_free(unit: Unit, first: int, last: int) -> int:
    stays = list(Placement.objects.filter(unit=unit))
    assert not Closure.objects.exists()
    free = []
    for night in range(first, last + 1):
        people = sum(stay.people for stay in stays if stay.starts_on <= october(night) <= stay.ends_on)
        free.append((0 if people else unit.capacity) if unit.private else unit.capacity - people)
    return min(free)
