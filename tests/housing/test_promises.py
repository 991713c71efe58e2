"""What the database holds by itself, whoever writes: no operation stands between these tests and the tables."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from casework.accounts.models import User
from casework.housing.models import Closure, Placement, Unit
from casework.isolation import acting_for
from casework.promises import Promise, broken_constraint
from tests.databases import RealDatabase
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, UnitFactory


def october(day: int) -> date:
    return date(2022, 10, day)


def sleep(unit: Unit, first: int, last: int, people: int = 1, **values: Any) -> Placement:
    placement: Placement = PlacementFactory.create(
        unit=unit, starts_on=october(first), ends_on=october(last), people=people, **values
    )
    return placement


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


@pytest.fixture
def room(nino: User) -> Unit:
    unit: Unit = UnitFactory.create(capacity=3)
    return unit


@pytest.fixture
def flat(nino: User) -> Unit:
    unit: Unit = UnitFactory.create(capacity=3, private=True)
    return unit


def test_every_promise_is_kept_by_a_trigger(db: None) -> None:
    """A name that no function raises is a sentence without a promise."""
    promised = {
        constraint.name
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, Promise)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
        sources = " ".join(row[0] for row in cursor.fetchall())
    assert promised
    assert {name for name in promised if f"'{name}'" not in sources} == set()


# --- shared units ----------------------------------------------------------------------------------------
def test_last_bed_and_one_more(room: Unit) -> None:
    sleep(room, 1, 5, 2)
    sleep(room, 5, 9, 1)
    with refused("full between") as caught:
        sleep(room, 5, 5, 1)
    diagnosis = caught.value.__cause__.diag  # type: ignore[union-attr]
    assert (diagnosis.constraint_name, diagnosis.sqlstate) == ("unit_is_not_oversold", "23514")


def test_bed_that_changes_hands_between_two_nights(room: Unit) -> None:
    sleep(room, 1, 3, 3)
    sleep(room, 4, 6, 3)


def test_nights_are_counted_each_by_itself(room: Unit) -> None:
    """Two stays that never meet leave room beside both of them."""
    sleep(room, 1, 3, 2)
    sleep(room, 4, 6, 2)
    sleep(room, 1, 6, 1)


def test_more_people_than_beds(room: Unit) -> None:
    with refused("full between"):
        sleep(room, 1, 1, 4)


@pytest.mark.parametrize(
    "change",
    [
        {"people": 3},
        {"ends_on": date(2022, 10, 4)},
        {"starts_on": date(2022, 10, 4), "ends_on": date(2022, 10, 8)},
    ],
    ids=["people", "longer", "shifted"],
)
def test_change_into_full_nights(room: Unit, change: dict[str, Any]) -> None:
    sleep(room, 3, 9, 2)
    placement = sleep(room, 1, 2, 2)
    if "people" in change:
        sleep(room, 1, 2, 1)
    with refused("full between"):
        Placement.objects.filter(pk=placement.pk).update(**change)


def test_change_of_unit_into_a_full_one(room: Unit) -> None:
    sleep(room, 1, 3, 3)
    placement = sleep(UnitFactory.create(), 1, 3)
    with refused("full between"):
        Placement.objects.filter(pk=placement.pk).update(unit=room)


def test_cancelled_takes_no_bed_and_cannot_come_back_into_a_full_room(room: Unit) -> None:
    placement = sleep(room, 1, 3, 3, cancelled=True)
    sleep(room, 1, 3, 3)
    with refused("full between"):
        Placement.objects.filter(pk=placement.pk).update(status="confirmed")


def test_many_rows_in_one_statement(room: Unit) -> None:
    need = NeedFactory.create()
    rows = [
        Placement(
            organisation=room.organisation, need=need, unit=room, starts_on=october(1), ends_on=october(1),
            people=2, status="confirmed",
        )
        for _ in range(2)
    ]  # fmt: skip
    with refused("full between"):
        Placement.objects.bulk_create(rows)


def test_capacity_below_what_is_promised(room: Unit) -> None:
    sleep(room, 1, 3, 2)
    Unit.objects.filter(pk=room.pk).update(capacity=2)
    with refused("have a bed in the unit"):
        Unit.objects.filter(pk=room.pk).update(capacity=1)


def test_capacity_below_what_was_slept_is_history(room: Unit) -> None:
    sleep(room, 1, 3, 3, ended=True)
    Unit.objects.filter(pk=room.pk).update(capacity=1)
    sleep(room, 4, 6)


def test_stay_that_goes_on_in_a_room_that_has_become_smaller(room: Unit) -> None:
    """Its old nights are its own; the new ones are asked for."""
    goes_on = sleep(room, 1, 3, 1, ended=False)
    sleep(room, 1, 1, 2, ended=True)
    Placement.objects.filter(pk=goes_on.pk).update(starts_on=october(2))
    Unit.objects.filter(pk=room.pk).update(capacity=1)
    Placement.objects.filter(pk=goes_on.pk).update(ends_on=october(9))
    with refused("full between"):
        sleep(room, 9, 9)


# --- private units ---------------------------------------------------------------------------------------
def test_private_unit_is_one_households(flat: Unit) -> None:
    sleep(flat, 1, 3)
    sleep(flat, 4, 6)
    with refused("private_unit_is_taken_once"):
        sleep(flat, 3, 3)


def test_private_is_what_the_unit_is(flat: Unit, room: Unit) -> None:
    """Whatever a statement says."""
    lie = sleep(flat, 1, 3, private=False)
    other = sleep(room, 1, 3, private=True)
    Placement.objects.filter(pk=lie.pk).update(private=False)
    assert dict(Placement.objects.values_list("pk", "private")) == {lie.pk: True, other.pk: False}


def test_unit_becomes_private(room: Unit) -> None:
    first = sleep(room, 1, 3)
    Unit.objects.filter(pk=room.pk).update(private=True)
    assert Placement.objects.get(pk=first.pk).private
    with refused("private_unit_is_taken_once"):
        sleep(room, 3, 4)


def test_unit_with_two_households_becomes_private(room: Unit) -> None:
    sleep(room, 1, 3)
    sleep(room, 3, 4)
    with refused("private_unit_is_taken_once"):
        Unit.objects.filter(pk=room.pk).update(private=True)


def test_unit_becomes_shared(flat: Unit) -> None:
    sleep(flat, 1, 3)
    Unit.objects.filter(pk=flat.pk).update(private=False)
    sleep(flat, 1, 3, 2)
    with refused("full between"):
        sleep(flat, 1, 3)


# --- closed, and not there -------------------------------------------------------------------------------
def test_placement_in_a_closure(room: Unit) -> None:
    ClosureFactory.create(unit=room, starts_on=october(3), ends_on=october(5))
    sleep(room, 1, 2)
    sleep(room, 6, 7)
    with refused("is closed between"):
        sleep(room, 5, 6)


def test_closure_over_a_placement(room: Unit) -> None:
    sleep(room, 3, 5)
    closure = ClosureFactory.create(unit=room, starts_on=october(6), ends_on=october(7))
    with refused("somebody has a bed"), transaction.atomic():
        ClosureFactory.create(unit=room, starts_on=october(1), ends_on=october(3))
    with refused("somebody has a bed"):
        Closure.objects.filter(pk=closure.pk).update(starts_on=october(5))


def test_placement_before_the_unit_is_there(nino: User) -> None:
    room = UnitFactory.create(available_from=october(3), available_until=october(9))
    sleep(room, 3, 9)
    for first, last in ((2, 3), (9, 10)):
        with refused("is not available"), transaction.atomic():
            sleep(room, first, last)


def test_unit_goes_away_under_a_placement(room: Unit) -> None:
    sleep(room, 3, 9)
    Unit.objects.filter(pk=room.pk).update(available_from=october(3), available_until=october(9))
    for change in ({"available_from": october(4)}, {"available_until": october(8)}):
        with refused("on another day"), transaction.atomic():
            Unit.objects.filter(pk=room.pk).update(**change)


# --- rows by themselves ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"starts_on": date(2022, 10, 5), "ends_on": date(2022, 10, 4)}, "placement_in_order"),
        ({"people": 0}, "placement_of_somebody"),
        ({"status": "held", "hold_expires_at": None}, "placement_held_until"),
        ({"status": "lost"}, "placement_held_until"),
    ],
)
def test_placement_that_cannot_be(nino: User, values: dict[str, Any], name: str) -> None:
    with refused(name):
        PlacementFactory.create(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"capacity": 0}, "unit_has_a_bed"),
        ({"price": -1, "currency": "GEL"}, "unit_price_is_money"),
        ({"price": 1}, "unit_price_is_money"),
        (
            {"available_from": date(2022, 10, 5), "available_until": date(2022, 10, 4)},
            "unit_available_in_order",
        ),
    ],
)
def test_unit_that_cannot_be(nino: User, values: dict[str, Any], name: str) -> None:
    with refused(name):
        UnitFactory.create(**values)


def test_need_ranks_by_its_priority(nino: User) -> None:
    ranks = [NeedFactory.create(priority=name) for name in ("normal", "urgent", "high")]
    for need in ranks:
        need.refresh_from_db()
    assert [need.rank for need in ranks] == [2, 0, 1]


def test_priority_asked_of_rows_from_before(real_database: RealDatabase, nino: User) -> None:
    rows = [("urgent", ["no_shelter"]), ("urgent", ["illness"]), ("high", ["illness"]), ("high", [])]
    with acting_for(nino.organisation_id):
        needs = [
            NeedFactory.create(priority=priority, grounds=grounds, priority_asked="normal")
            for priority, grounds in rows
        ]
    with real_database.as_owner() as owner:
        for statement in import_module("casework.housing.migrations.0004_priority_asked").ASKED:
            owner.execute(statement)
    with acting_for(nino.organisation_id):
        for need in needs:
            need.refresh_from_db()
    assert [need.priority_asked for need in needs] == ["normal", "urgent", "normal", "high"]


def test_which_constraint_was_broken(room: Unit) -> None:
    with pytest.raises(IntegrityError) as one, transaction.atomic():
        sleep(room, 1, 3, people=4)
    with pytest.raises(IntegrityError) as other, transaction.atomic():
        UnitFactory.create(place=room.place, name=room.name)
    broken = [broken_constraint(failure.value) for failure in (one, other)]
    assert broken == ["unit_is_not_oversold", "unit_name_once_in_its_place"]
    assert broken_constraint(IntegrityError("unit_name_once_in_its_place")) is None
