"""Fifty desks ask for the last beds at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from casework.accounts.models import User
from casework.housing import operations
from casework.housing.freed import Placed
from casework.housing.models import Need, Placement, Unit
from casework.housing.operations import PlacementClosed
from casework.housing.room import NoRoom, TooMany
from casework.isolation import acting_for
from casework.refusals import Invalid
from tests.databases import RealDatabase
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.together import at_once

DESKS = 50
FIRST = date(2022, 10, 1)


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


def sold_by_night(unit: Unit) -> Counter[date]:
    sold: Counter[date] = Counter()
    for placement in Placement.objects.filter(unit=unit).exclude(status="cancelled"):
        for number in range((placement.ends_on - placement.starts_on).days + 1):
            sold[placement.starts_on + timedelta(days=number)] += placement.people
    return sold


@pytest.mark.parametrize(
    ("unit", "people", "taken"),
    [
        ({"capacity": 7}, 1, 7),
        ({"capacity": 7}, 2, 3),
        ({"capacity": 7, "private": True}, 2, 1),
        ({"capacity": 1}, 1, 1),
    ],
    ids=["beds", "pairs", "private", "the last bed"],
)
def test_fifty_desks_and_one_unit(
    real_database: RealDatabase, nino: User, at: datetime, unit: dict[str, Any], people: int, taken: int
) -> None:
    """As many as there are beds get one; everybody else gets one clear sentence."""
    with acting_for(nino.organisation_id):
        room = UnitFactory.create(**unit)
        needs = NeedFactory.create_batch(DESKS, people=people)

    def desk(need: Need) -> Any:
        with acting_for(nino.organisation_id):
            return operations.place_household(
                need=need, unit=room, starts_on=FIRST, ends_on=night(3), by=nino.as_actor(), at=at
            )

    results = at_once([lambda n=need: desk(n) for need in needs])  # type: ignore[misc]

    refused = [one for one in results if isinstance(one, Exception)]
    assert {type(one) for one in refused} == {NoRoom}
    assert len(refused) == DESKS - taken
    with acting_for(nino.organisation_id):
        assert set(sold_by_night(room).values()) == {taken * people}


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_fifty_inserts_past_the_operations(
    real_database: RealDatabase, nino: User, private: bool, level: str
) -> None:
    """By the database alone, at every level: the transaction has looked around before it writes."""
    with acting_for(nino.organisation_id):
        room = UnitFactory.create(capacity=5, private=private)
        needs = NeedFactory.create_batch(DESKS, people=1)
    rows = [
        Placement(
            organisation_id=nino.organisation_id, need=need, unit=room, people=1, status="confirmed",
            starts_on=night(number % 4), ends_on=night(number % 4 + number % 3),
        )
        for number, need in enumerate(needs)
    ]  # fmt: skip
    looked = threading.Barrier(DESKS)

    def insert(row: Placement) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            with acting_for(nino.organisation_id):
                assert (
                    not Placement.objects.exists()
                )  # the snapshot is taken, in all fifty, before anybody writes
                looked.wait(60)
                row.save(force_insert=True)

    results = at_once([lambda r=row: insert(r) for row in rows])  # type: ignore[misc]

    assert {type(one) for one in results if one is not None} <= set(DatabaseError.__subclasses__())
    with acting_for(nino.organisation_id):
        sold = sold_by_night(room)
    assert 1 <= max(sold.values()) <= (1 if private else 5)
    if level == "READ COMMITTED":
        assert max(sold.values()) == (1 if private else 5)


def test_fifty_desks_do_everything_at_once(real_database: RealDatabase, nino: User, at: datetime) -> None:
    """Placing, moving, extending, ending, closing, shrinking, sweeping: nothing oversold, nobody in a circle."""
    who = {"by": nino.as_actor(), "at": at}
    with acting_for(nino.organisation_id):
        rooms = [UnitFactory.create(capacity=4) for _ in range(4)]
        placed = [
            PlacementFactory.create(unit=rooms[n % 4], need__people=1, ends_on=night(3)) for n in range(12)
        ]
        for n in range(4):
            PlacementFactory.create(unit=rooms[n], need__people=1, run_out=True)
        needs = NeedFactory.create_batch(DESKS, people=1)

    acts: list[Callable[[int], Any]] = [
        lambda n: operations.place_household(
            need=needs[n], unit=rooms[n % 4], starts_on=FIRST, ends_on=night(n % 5), hold=n % 2 == 0, **who
        ),
        lambda n: operations.move_placement(
            placement=placed[n % 12], unit=rooms[(n // 5) % 4], from_day=night(2), **who
        ),
        lambda n: operations.change_placement(placement=placed[n % 12], ends_on=night(n % 7), **who),
        lambda n: operations.end_placement(placement=placed[n % 12], ends_on=FIRST, **who),
        lambda n: operations.expire_holds(**who) if n % 2 else operations.finish_placements(**who),
    ]

    def desk(number: int) -> Any:
        with acting_for(nino.organisation_id):
            return acts[number % len(acts)](number)

    results = at_once([lambda n=number: desk(n) for number in range(DESKS)])  # type: ignore[misc]

    refused = {type(one) for one in results if isinstance(one, Exception)}
    assert refused <= {NoRoom, TooMany, PlacementClosed, Invalid}
    assert sum(isinstance(one, Placed) for one in results) > 10
    with acting_for(nino.organisation_id):
        for room in rooms:
            assert max(sold_by_night(room).values()) <= 4


def test_two_desks_and_one_household(real_database: RealDatabase, nino: User, at: datetime) -> None:
    """The same household in two rooms at the same moment has one bed each."""
    with acting_for(nino.organisation_id):
        need = NeedFactory.create()
        rooms = UnitFactory.create_batch(10)

    def desk(room: Unit) -> Any:
        with acting_for(nino.organisation_id):
            return operations.place_household(
                need=need, unit=room, starts_on=FIRST, ends_on=FIRST, by=nino.as_actor(), at=at
            )

    results = at_once([lambda r=room: desk(r) for room in rooms])  # type: ignore[misc]

    assert sum(not isinstance(one, Exception) for one in results) == 1


def test_a_room_shrinks_while_it_fills(real_database: RealDatabase, nino: User) -> None:
    """Past the operations: whoever comes second is refused."""
    with acting_for(nino.organisation_id):
        room = UnitFactory.create(capacity=DESKS)
        needs = NeedFactory.create_batch(DESKS - 5, people=1)

    def sleep(need: Need) -> None:
        with acting_for(nino.organisation_id):
            PlacementFactory.create(unit=room, need=need)

    def shrink(capacity: int) -> None:
        with acting_for(nino.organisation_id):
            Unit.objects.filter(pk=room.pk, capacity__gt=capacity).update(capacity=capacity)

    shrinking = [lambda c=capacity: shrink(c) for capacity in (25, 20, 15, 10, 5)]  # type: ignore[misc]
    at_once([*(lambda n=need: sleep(n) for need in needs), *shrinking])  # type: ignore[misc]

    with acting_for(nino.organisation_id):
        room.refresh_from_db()
        assert max(sold_by_night(room).values()) <= room.capacity
