"""Beds given back, other nights, another unit; and what the days do by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from casework.audit.models import Event
from casework.housing import operations
from casework.housing.details import NeedDetails
from casework.housing.freed import Freed
from casework.housing.models import Need, Placement, Unit
from casework.housing.operations import PlacementClosed
from casework.housing.room import NoRoom
from casework.refusals import Invalid
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory
from tests.housing.arranged import freed, nights, october, pointers


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


def test_end_placement_without_a_day(who: dict[str, Any], need: Need, placement: Placement) -> None:
    """They are gone: last night was the last, or tonight, where it is the first."""
    old = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20))
    assert operations.end_placement(placement=old, **who).placement.ends_on == date(2022, 9, 30)
    assert operations.end_placement(placement=placement, **who).placement.ends_on == october(1)
    to_come = PlacementFactory.create(need=need, starts_on=october(2))
    with pytest.raises(Invalid, match="cancel it instead"):
        operations.end_placement(placement=to_come, **who)


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
    old = PlacementFactory.create(need=need, unit=room, starts_on=date(2012, 9, 1), ends_on=date(2022, 8, 1))
    operations.change_placement(placement=old, ends_on=date(2022, 8, 3), **who)
    with pytest.raises(Invalid):
        operations.change_placement(placement=old, starts_on=date(2012, 4, 1), **who)


def test_change_placement_to_fewer_people(who: dict[str, Any], placement: Placement) -> None:
    with pytest.raises(Invalid) as refused:
        operations.change_placement(placement=placement, people=1, **who)
    assert pointers(refused) == ["/split_reason"]
    placed = operations.change_placement(placement=placement, people=1, split_reason="a hospital", **who)
    assert (placed.placement.people, placed.placement.split_reason) == (1, "a hospital")
    assert freed(placed) == [(october(1), october(10))]
    assert Need.objects.get().status == "waiting"


def test_change_placement_to_more_people(who: dict[str, Any], placement: Placement, need: Need) -> None:
    """A household that grows keeps its beds; one more bed is asked for on every night."""
    PlacementFactory.create(unit=placement.unit, need__people=1, **nights(5, 5))
    operations.change_need(need=need, details=replace(NeedDetails.of(need), people=3), **who)
    operations.change_placement(placement=placement, ends_on=october(9), **who)
    with pytest.raises(NoRoom, match="the night of 2022-10-05"):
        operations.change_placement(placement=placement, people=3, **who)
    changed = operations.change_placement(placement=placement, people=3, ends_on=october(4), **who).placement
    assert (changed.people, changed.ends_on) == (3, october(4))
    for people in (0, 4):
        with pytest.raises(Invalid):
            operations.change_placement(placement=placement, people=people, **who)


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
    """No night of it was here: it is the same placement, at the price that is asked there."""
    other = UnitFactory.create(price=Decimal(30), currency="GEL", private=True)
    placed = operations.move_placement(placement=placement, unit=other, **who)
    moved = Placement.objects.get()
    assert (placed.placement.pk, moved.unit, moved.price, moved.private) == (moved.pk, other, 30, True)
    assert placed.freed == (Freed(moved.pk, moved.need_id, placement.unit_id, october(1), october(10)),)
    PlacementFactory.create(unit=placement.unit, need__people=3, **nights(1, 10))
    with pytest.raises(NoRoom):
        operations.move_placement(placement=moved, unit=placement.unit, **who)


def test_move_placement_that_somebody_has_just_moved(who: dict[str, Any], placement: Placement) -> None:
    """Whoever still has the old unit before them changes what is there now."""
    seen = Placement.objects.get(pk=placement.pk)
    other = UnitFactory.create()
    operations.move_placement(placement=placement, unit=other, **who)
    changed = operations.change_placement(placement=seen, ends_on=october(4), **who).placement
    assert (changed.unit, changed.ends_on) == (other, october(4))


def test_move_placement_from_tonight_on(who: dict[str, Any], need: Need) -> None:
    """Without a day: the nights that were slept stay where they were slept."""
    placement = PlacementFactory.create(need=need, starts_on=date(2022, 9, 20))
    moved = operations.move_placement(placement=placement, unit=UnitFactory.create(), **who).placement
    assert (moved.starts_on, moved.moved_from_id) == (october(1), placement.pk)


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


def test_hold_for_longer(who: dict[str, Any], at: datetime) -> None:
    hold, week = PlacementFactory.create(held=True), at + timedelta(days=7)
    operations.change_placement(placement=hold, hold_expires_at=week, **who)
    hold.refresh_from_db()
    assert (hold.status, hold.hold_expires_at, hold.ends_on) == ("held", week, october(10))


@pytest.mark.parametrize(("days", "status"), [(15, "held"), (-1, "held"), (7, "confirmed")])
def test_hold_for_longer_refuses(who: dict[str, Any], at: datetime, days: int, status: str) -> None:
    placement = PlacementFactory.create(held=status == "held")
    with pytest.raises(Invalid) as refused:
        operations.change_placement(placement=placement, hold_expires_at=at + timedelta(days=days), **who)
    assert pointers(refused) == ["/hold_expires_at"]


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


def test_withdraw_passed_needs(who: dict[str, Any]) -> None:
    """On the morning after the last night, on the calendar there; whoever still has a bed is left alone."""
    asked_at = datetime(2022, 9, 19, 12, 0, tzinfo=UTC)
    late = {"needed_from": date(2022, 9, 20), "needed_until": date(2022, 9, 30), "created_at": asked_at}
    passed = NeedFactory.create(reason="with a cat", **late)
    NeedFactory.create(**{**late, "needed_until": october(1)})
    NeedFactory.create(open_end=True)
    NeedFactory.create(placed=True, **late)
    PlacementFactory.create(need=NeedFactory.create(**late), **nights(1, 3))
    NeedFactory.create(**{**late, "created_at": who["at"]})  # written down afterwards: it has a day more
    in_samoa = NeedFactory.create(country="AS", **late)  # where it is still the night of the 30th
    assert operations.withdraw_passed_needs(**who) == (passed,)
    passed.refresh_from_db()
    sentence = "The last night asked for, 2022-09-30, passed while they waited."
    assert (passed.status, passed.reason) == ("withdrawn", f"with a cat\n{sentence}")
    assert Event.objects.get(action="bed_need.passed").object_id == passed.pk
    assert operations.withdraw_passed_needs(**who) == ()
    afternoon = {**who, "at": datetime(2022, 10, 1, 12, 0, tzinfo=UTC)}
    assert operations.withdraw_passed_needs(**afternoon) == (in_samoa,)


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
