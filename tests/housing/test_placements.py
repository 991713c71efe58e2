"""A household gets its beds, keeps them, changes them, gives them back."""

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
from casework.refusals import Invalid, Refused
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, UnitFactory


def october(day: int) -> date:
    return date(2022, 10, day)


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


@pytest.fixture
def need(nino: User) -> Need:
    need: Need = NeedFactory.create(needed_until=october(31))
    return need


@pytest.fixture
def room(nino: User) -> Unit:
    room: Unit = UnitFactory.create(capacity=3, priced=True, name="Room 4")
    return room


@pytest.fixture
def placement(need: Need, room: Unit) -> Placement:
    placement: Placement = PlacementFactory.create(need=need, unit=room, ends_on=october(10))
    return placement


def nights(first: int, last: int) -> dict[str, date]:
    return {"starts_on": october(first), "ends_on": october(last)}


def freed(placed: Any) -> list[tuple[date, date]]:
    return [(one.starts_on, one.ends_on) for one in placed.freed]


def pointers(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.pointer for fault in refused.value.faults]


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
        ({"starts_on": date(2022, 8, 1)}, "/starts_on"),
        ({"starts_on": date(2025, 8, 1), "ends_on": date(2025, 8, 1)}, "/starts_on"),
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
    assert refused.value.faults[0].detail == "Beds for 4 of 2 people on the night of 2022-10-05."
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


# --- giving back -----------------------------------------------------------------------------------------
def test_cancel_placement_frees_all_nights(who: dict[str, Any], placement: Placement) -> None:
    Need.objects.update(status="placed")
    placed = operations.cancel_placement(placement=placement, **who)
    assert (placed.placement.status, freed(placed)) == ("cancelled", [(october(1), october(10))])
    assert Need.objects.get().status == "waiting"


def test_cancel_placement_that_has_begun_says_why(who: dict[str, Any], need: Need) -> None:
    placement = PlacementFactory.create(need=need, starts_on=date(2022, 9, 29))
    with pytest.raises(Invalid) as refused:
        operations.cancel_placement(placement=placement, **who)
    assert pointers(refused) == ["/reason"]
    operations.cancel_placement(placement=placement, reason="nobody came", **who)


def test_end_placement(who: dict[str, Any], placement: Placement) -> None:
    """Tonight is the last night; they may have left days ago, too."""
    placed = operations.end_placement(placement=placement, ends_on=october(1), **who)
    assert (placed.placement.status, placed.placement.ends_on) == ("ended", october(1))
    assert freed(placed) == [(october(2), october(10))]
    assert Need.objects.get().status == "waiting"
    about = Event.objects.get(action="placement.ended").about
    assert about["freed"] == [
        {"unit": str(placement.unit_id), "starts_on": "2022-10-02", "ends_on": "2022-10-10"}
    ]


def test_end_placement_days_ago(who: dict[str, Any], need: Need) -> None:
    placement = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20))
    placed = operations.end_placement(placement=placement, ends_on=date(2022, 9, 27), **who)
    assert freed(placed) == [(date(2022, 9, 28), october(31))]


@pytest.mark.parametrize(
    ("ends_on", "sentence"),
    [
        (date(2022, 9, 30), "No night was slept"),
        (date(2022, 10, 2), "tonight at the latest"),
        (date(2022, 10, 11), "to extend it"),
    ],
)
def test_end_placement_refuses(
    who: dict[str, Any], placement: Placement, ends_on: date, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        operations.end_placement(placement=placement, ends_on=ends_on, **who)


def test_end_placement_that_is_only_held(who: dict[str, Any]) -> None:
    with pytest.raises(PlacementClosed, match="cancelled, not ended"):
        operations.end_placement(placement=PlacementFactory.create(held=True), ends_on=october(1), **who)


# --- other nights ----------------------------------------------------------------------------------------
def test_change_placement_extends(who: dict[str, Any], placement: Placement) -> None:
    placed = operations.change_placement(placement=placement, ends_on=october(20), **who)
    assert (placed.placement.ends_on, freed(placed)) == (october(20), [])


def test_change_placement_shortens_on_both_sides(who: dict[str, Any], placement: Placement) -> None:
    placed = operations.change_placement(placement=placement, **nights(3, 5), **who)
    assert freed(placed) == [(october(1), october(2)), (october(6), october(10))]


def test_change_placement_shifts_past_itself(who: dict[str, Any], placement: Placement) -> None:
    placed = operations.change_placement(placement=placement, **nights(15, 20), **who)
    assert freed(placed) == [(october(1), october(10))]


def test_change_placement_into_full_nights(who: dict[str, Any], placement: Placement) -> None:
    PlacementFactory.create(unit=placement.unit, **nights(12, 20))
    with pytest.raises(NoRoom, match="on the nights of 2022-10-12 to 2022-10-15"):
        operations.change_placement(placement=placement, ends_on=october(15), **who)
    assert Placement.objects.get(pk=placement.pk).ends_on == october(10)


def test_change_placement_that_began_long_ago(who: dict[str, Any], need: Need, room: Unit) -> None:
    old = PlacementFactory.create(need=need, unit=room, starts_on=date(2022, 5, 1), ends_on=october(4))
    operations.change_placement(placement=old, ends_on=october(9), **who)
    with pytest.raises(Invalid):
        operations.change_placement(placement=old, starts_on=date(2022, 4, 1), **who)


def test_change_placement_in_a_room_that_has_become_smaller(
    who: dict[str, Any], placement: Placement, room: Unit
) -> None:
    """It keeps what it has, and gets no more."""
    Placement.objects.filter(pk=placement.pk).update(status="ended")
    Unit.objects.filter(pk=room.pk).update(capacity=1)
    Placement.objects.filter(pk=placement.pk).update(status="confirmed")
    operations.change_placement(placement=placement, ends_on=october(9), **who)
    with pytest.raises(NoRoom):
        operations.change_placement(placement=placement, ends_on=october(10), **who)


# --- another unit ----------------------------------------------------------------------------------------
def test_move_placement(who: dict[str, Any], placement: Placement, need: Need) -> None:
    Need.objects.update(status="placed")
    other = UnitFactory.create(price=Decimal(30), currency="GEL")
    placed = operations.move_placement(
        placement=placement, unit=other, from_day=october(4), reason="bugs", **who
    )

    moved, left = placed.placement, Placement.objects.get(pk=placement.pk)
    assert (left.starts_on, left.ends_on, left.status) == (october(1), october(3), "confirmed")
    assert (moved.starts_on, moved.ends_on, moved.status) == (october(4), october(10), "confirmed")
    assert (moved.moved_from_id, moved.unit, moved.price, moved.people) == (left.pk, other, Decimal(30), 2)
    assert placed.freed == (Freed(left.pk, need.pk, left.unit_id, october(4), october(10)),)
    need.refresh_from_db()
    assert need.status == "placed"


def test_move_placement_from_its_first_night(who: dict[str, Any], placement: Placement) -> None:
    placed = operations.move_placement(
        placement=placement, unit=UnitFactory.create(), from_day=october(1), **who
    )
    assert Placement.objects.get(pk=placement.pk).status == "cancelled"
    assert placed.placement.starts_on == october(1)


def test_move_placement_that_lay_in_the_past(who: dict[str, Any], need: Need) -> None:
    placement = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20))
    operations.move_placement(
        placement=placement, unit=UnitFactory.create(), from_day=date(2022, 9, 25), **who
    )
    assert Placement.objects.get(pk=placement.pk).status == "ended"


def test_move_hold_stays_a_hold(who: dict[str, Any], need: Need) -> None:
    hold = PlacementFactory.create(need=need, held=True)
    moved = operations.move_placement(
        placement=hold, unit=UnitFactory.create(), from_day=october(4), **who
    ).placement
    assert (moved.status, moved.hold_expires_at) == ("held", hold.hold_expires_at)


@pytest.mark.parametrize("from_day", [date(2022, 9, 30), date(2022, 10, 11)])
def test_move_placement_on_another_day(who: dict[str, Any], placement: Placement, from_day: date) -> None:
    with pytest.raises(Invalid) as refused:
        operations.move_placement(placement=placement, unit=UnitFactory.create(), from_day=from_day, **who)
    assert pointers(refused) == ["/starts_on"]


def test_move_placement_to_where_it_is(who: dict[str, Any], placement: Placement) -> None:
    with pytest.raises(Invalid) as refused:
        operations.move_placement(placement=placement, unit=placement.unit, from_day=october(4), **who)
    assert pointers(refused) == ["/unit"]


def test_move_placement_to_a_full_unit_changes_nothing(who: dict[str, Any], placement: Placement) -> None:
    full = PlacementFactory.create(unit=UnitFactory.create(capacity=2)).unit
    with pytest.raises(NoRoom):
        operations.move_placement(placement=placement, unit=full, from_day=october(4), **who)
    assert Placement.objects.get(pk=placement.pk).ends_on == october(10)


# --- what the days do ------------------------------------------------------------------------------------
def test_expire_holds(who: dict[str, Any], at: datetime) -> None:
    run_out, held = PlacementFactory.create(run_out=True), PlacementFactory.create(held=True)
    assert operations.expire_holds(**who) == (
        Freed(run_out.pk, run_out.need_id, run_out.unit_id, october(1), october(10)),
    )
    assert set(Placement.objects.values_list("pk", "status")) == {
        (run_out.pk, "cancelled"),
        (held.pk, "held"),
    }
    assert operations.expire_holds(**who) == ()


def test_finish_placements(who: dict[str, Any], need: Need) -> None:
    """In Tbilisi the 1st has begun, so the night of the 30th has passed and tonight has not."""
    past = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20), ends_on=date(2022, 9, 30))
    tonight = PlacementFactory.create(starts_on=date(2022, 9, 20), ends_on=october(1))
    Need.objects.filter(pk=need.pk).update(status="placed")

    assert operations.finish_placements(**who) == 1

    assert set(Placement.objects.values_list("pk", "status")) == {
        (past.pk, "ended"),
        (tonight.pk, "confirmed"),
    }
    need.refresh_from_db()
    assert need.status == "waiting"


def test_finish_placements_of_a_need_that_is_over(who: dict[str, Any]) -> None:
    need = NeedFactory.create(needed_from=date(2022, 9, 1), needed_until=date(2022, 9, 30), placed=True)
    PlacementFactory.create(need=need)
    operations.finish_placements(**who)
    need.refresh_from_db()
    assert need.status == "placed"


def test_finish_placements_by_the_day_of_the_place(who: dict[str, Any]) -> None:
    """At 21:00 UTC it is tomorrow in Tbilisi and today in London."""
    late = {**who, "at": datetime(2022, 10, 1, 21, 0, tzinfo=UTC)}
    tbilisi = PlacementFactory.create(ends_on=october(1))
    london = PlacementFactory.create(unit__place__country="GB", ends_on=october(1))
    operations.finish_placements(**late)
    assert set(Placement.objects.values_list("pk", "status")) == {
        (tbilisi.pk, "ended"),
        (london.pk, "confirmed"),
    }
