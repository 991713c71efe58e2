"""A household gets its beds: held, then confirmed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.housing import operations
from casework.housing.booking import TOGETHER
from casework.housing.freed import Freed
from casework.housing.models import Need, Placement, Unit
from casework.housing.operations import NeedWithdrawn, PlacementClosed
from casework.housing.room import NoRoom, TooMany
from casework.refusals import Invalid
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import nights, october, pointers


# --- placing ---------------------------------------------------------------------------------------------
def test_place_household_holds_for_a_day(who: dict[str, Any], need: Need, room: Unit, at: datetime) -> None:
    placed = operations.place_household(need=need, unit=room, **nights(1, 10), **who)

    stored = Placement.objects.get(pk=placed.placement.pk)
    assert (stored.status, stored.hold_expires_at, stored.people) == ("held", at + timedelta(hours=24), 2)
    assert (stored.price, stored.currency, stored.price_per) == (Decimal("20.00"), "GEL", "night")
    assert placed.placement.need.status == "waiting"
    assert Event.objects.get().action == "placement.held"


def test_place_household_confirmed_at_once(who: dict[str, Any], need: Need, room: Unit) -> None:
    placed = operations.place_household(need=need, unit=room, hold=False, **nights(1, 10), **who)
    assert (placed.placement.status, placed.placement.hold_expires_at) == ("confirmed", None)
    need.refresh_from_db()
    assert need.status == "placed"


def test_place_household_keeps_the_price_of_that_day(who: dict[str, Any], need: Need, room: Unit) -> None:
    placed = operations.place_household(need=need, unit=room, **nights(1, 10), **who)
    Unit.objects.filter(pk=room.pk).update(price=Decimal(99))
    assert Placement.objects.get(pk=placed.placement.pk).price == Decimal("20.00")


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"ends_on": october(0 + 1), "starts_on": october(2)}, "/ends_on"),
        ({"starts_on": date(2012, 8, 1), "ends_on": date(2012, 8, 2)}, "/starts_on"),
        ({"starts_on": date(2033, 8, 1), "ends_on": date(2033, 8, 1)}, "/starts_on"),
        ({"ends_on": date(2042, 8, 1)}, "/ends_on"),
        ({"people": 0, "split_reason": "so"}, "/people"),
        ({"people": 3}, "/people"),
        ({"people": 1}, "/split_reason"),
        ({"hold_expires_at": datetime(2022, 10, 1, 10, 0, tzinfo=UTC)}, "/hold_expires_at"),
        ({"hold_expires_at": datetime(2022, 10, 16, tzinfo=UTC)}, "/hold_expires_at"),
        ({"hold": False, "hold_expires_at": datetime(2022, 10, 2, tzinfo=UTC)}, "/hold_expires_at"),
        ({"reason": "a\0b"}, "/reason"),
    ],
)  # fmt: skip
def test_place_household_refuses(
    who: dict[str, Any], need: Need, room: Unit, asked: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        operations.place_household(need=need, unit=room, **{**nights(1, 10), **asked}, **who)
    assert pointers(refused) == [pointer]
    assert not Placement.objects.exists()


def test_place_household_apart_only_with_a_reason(who: dict[str, Any], need: Need, room: Unit) -> None:
    with pytest.raises(Invalid, match=TOGETHER):
        operations.place_household(need=need, unit=room, people=1, hold=False, **nights(1, 10), **who)
    for unit in (room, UnitFactory.create()):
        need.refresh_from_db()
        assert need.status == "waiting"
        operations.place_household(
            need=need,
            unit=unit,
            people=1,
            split_reason="two rooms of one bed",
            hold=False,
            **nights(1, 10),
            **who,
        )
    need.refresh_from_db()
    assert need.status == "placed"


def test_place_household_nobody_has_two_beds(who: dict[str, Any], need: Need, room: Unit) -> None:
    PlacementFactory.create(need=need, ends_on=october(5))
    with pytest.raises(TooMany) as refused:
        operations.place_household(need=need, unit=room, **nights(5, 10), **who)
    told = "The need is of 2 people: with this, 4 would have beds on the night of 2022-10-05."
    assert refused.value.faults[0].detail == told
    operations.place_household(need=need, unit=room, **nights(6, 10), **who)


def test_place_household_of_a_need_withdrawn(who: dict[str, Any], room: Unit) -> None:
    with pytest.raises(NeedWithdrawn):
        operations.place_household(need=NeedFactory.create(withdrawn=True), unit=room, **nights(1, 2), **who)


def test_place_household_where_it_is_full(who: dict[str, Any], need: Need, room: Unit) -> None:
    PlacementFactory.create(unit=room, **nights(3, 4))
    with pytest.raises(NoRoom) as refused:
        operations.place_household(need=need, unit=room, **nights(1, 10), **who)
    assert refused.value.status == 409
    assert (
        refused.value.faults[0].detail
        == "Room 4 has too few free beds for 2 people on the nights of 2022-10-03 to 2022-10-04."
    )


def test_place_household_in_a_private_unit_that_is_taken(who: dict[str, Any], need: Need) -> None:
    flat = UnitFactory.create(private=True, name="Flat")
    PlacementFactory.create(unit=flat, people=1, **nights(3, 3))
    with pytest.raises(NoRoom, match="taken on the night of 2022-10-03"):
        operations.place_household(need=need, unit=flat, **nights(1, 10), **who)


def test_place_household_larger_than_the_unit(who: dict[str, Any], room: Unit) -> None:
    with pytest.raises(NoRoom, match="Room 4 has 3 beds: not enough for 4 people"):
        operations.place_household(need=NeedFactory.create(people=4), unit=room, **nights(1, 2), **who)


def test_place_household_before_the_unit_is_there(who: dict[str, Any], need: Need) -> None:
    unit = UnitFactory.create(available_from=october(2), available_until=october(5))
    with pytest.raises(NoRoom, match="available from 2022-10-02"):
        operations.place_household(need=need, unit=unit, **nights(1, 3), **who)
    with pytest.raises(NoRoom, match="available until 2022-10-05"):
        operations.place_household(need=need, unit=unit, **nights(2, 6), **who)


def test_place_household_while_it_is_closed(who: dict[str, Any], need: Need, room: Unit) -> None:
    ClosureFactory.create(unit=room, **nights(3, 4))
    with pytest.raises(NoRoom, match="closed on the nights of 2022-10-03 to 2022-10-04"):
        operations.place_household(need=need, unit=room, **nights(1, 3), **who)


def test_place_household_on_a_hold_that_has_run_out(who: dict[str, Any], need: Need, room: Unit) -> None:
    """Nothing swept: whoever asks for the bed finds it free, and the nights are told of."""
    hold = PlacementFactory.create(unit=room, people=3, run_out=True)
    placed = operations.place_household(need=need, unit=room, **nights(1, 10), **who)
    hold.refresh_from_db()
    assert (hold.status, hold.hold_expires_at) == ("cancelled", None)
    assert placed.freed == (Freed(hold.pk, hold.need_id, room.pk, october(1), october(10)),)


# --- confirming ------------------------------------------------------------------------------------------
def test_confirm_placement(who: dict[str, Any], need: Need) -> None:
    hold = PlacementFactory.create(need=need, held=True)
    placed = operations.confirm_placement(placement=hold, **who)
    assert (placed.placement.status, placed.placement.hold_expires_at) == ("confirmed", None)
    need.refresh_from_db()
    assert need.status == "placed"


def test_confirm_placement_twice_is_once(who: dict[str, Any], placement: Placement) -> None:
    operations.confirm_placement(placement=placement, **who)
    assert not Event.objects.exists()


@pytest.mark.parametrize("trait", ["run_out", "cancelled", "ended"])
def test_what_is_over_stays_over(who: dict[str, Any], trait: str) -> None:
    placement = PlacementFactory.create(**{trait: True})
    for change in (
        lambda: operations.confirm_placement(placement=placement, **who),
        lambda: operations.cancel_placement(placement=placement, **who),
        lambda: operations.end_placement(placement=placement, ends_on=october(1), **who),
        lambda: operations.change_placement(placement=placement, ends_on=october(2), **who),
        lambda: operations.move_placement(
            placement=placement, unit=UnitFactory.create(), from_day=october(2), **who
        ),
    ):
        with pytest.raises(PlacementClosed):
            change()


def test_hold_that_has_run_out_is_cancelled_to_whoever_looks(nino: User, at: datetime) -> None:
    hold = PlacementFactory.create(run_out=True)
    other = PlacementFactory.create(held=True)
    assert (hold.status, hold.status_at(at), other.status_at(at)) == ("held", "cancelled", "held")
    assert list(Placement.objects.occupying(at)) == [other]
