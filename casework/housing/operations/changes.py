"""What becomes of a placement in its unit: confirmed, other nights, given back. History is kept."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from casework.audit.actors import Actor
from casework.housing.booking import (
    PlacementClosed,
    check_live,
    check_nights,
    check_party,
    check_reason,
    expiry_of,
    today_in,
    told,
)
from casework.housing.freed import Freed, Placed, about, freed_by
from casework.housing.locking import lock_placement, release_run_out
from casework.housing.models import Placement, PlacementStatus
from casework.housing.room import check_people_of, check_room, no_room
from casework.housing.rules import ONE
from casework.housing.standing import stand
from casework.housing.trail import record_on
from casework.refusals import Fault, Faults, Invalid


@transaction.atomic
def confirm_placement(*, placement: Placement, by: Actor, at: datetime) -> Placed:
    placement, _ = lock_placement(placement)
    check_live(placement, at)
    if placement.status == PlacementStatus.CONFIRMED:
        return Placed(placement)
    placement.change(at=at, status=PlacementStatus.CONFIRMED, hold_expires_at=None)
    stand(placement.need, at)
    record_on("placement.confirmed", placement, by, at, told(placement))
    return Placed(placement)


@transaction.atomic
def cancel_placement(*, placement: Placement, reason: str = "", by: Actor, at: datetime) -> Placed:
    """All of its nights become free. Once a confirmed one has begun, a reason is asked for: nobody came."""
    placement, _ = lock_placement(placement)
    check_live(placement, at)
    check_reason(reason)
    begun = placement.starts_on < today_in(placement.unit, at)
    if begun and placement.status == PlacementStatus.CONFIRMED and not reason.strip():
        sentence = f"Say why: the nights since {placement.starts_on} will count as empty. Or end it instead."
        raise Invalid(Fault("/reason", sentence))
    freed = freed_by(placement, placement.starts_on, placement.ends_on)
    placement.change(at=at, status=PlacementStatus.CANCELLED, hold_expires_at=None, **_said(reason))
    return _gave_back("placement.cancelled", placement, (freed,), by, at)


@transaction.atomic
def end_placement(
    *, placement: Placement, ends_on: date | None = None, reason: str = "", by: Actor, at: datetime
) -> Placed:
    """They have left, or leave tomorrow: `ends_on` is the last night, tonight at the latest.

    Null: they are gone, and last night was the last one (tonight, where it is the first).
    """
    placement, _ = lock_placement(placement)
    check_live(placement, at)
    check_reason(reason)
    before, today = placement.ends_on, today_in(placement.unit, at)
    if placement.status == PlacementStatus.HELD:
        raise PlacementClosed(Fault("/status", "A hold is cancelled, not ended: nobody has slept there."))
    if placement.starts_on > today:
        raise Invalid(Fault("/status", "No night was slept: cancel it instead."))
    last = ends_on or max(placement.starts_on, min(today - ONE, before))
    faults = Faults()
    faults.check(last >= placement.starts_on, "/ends_on", "No night was slept: cancel it instead.")
    faults.check(last <= before, "/ends_on", f"It ends on {before}: to extend it, change its nights.")
    late = "It ends tonight at the latest: to shorten it, change its last night."
    faults.check(last <= today, "/ends_on", late)
    faults.refuse()
    placement.change(at=at, status=PlacementStatus.ENDED, ends_on=last, **_said(reason))
    freed = (freed_by(placement, last + ONE, before),) if last < before else ()
    return _gave_back("placement.ended", placement, freed, by, at)


@transaction.atomic
def change_placement(
    *, placement: Placement, starts_on: date | None = None, ends_on: date | None = None,
    people: int | None = None, hold_expires_at: datetime | None = None, split_reason: str = "",
    reason: str = "", by: Actor, at: datetime,
) -> Placed:  # fmt: skip
    """Other nights or more or fewer people in the same unit, or held for another time from now on.

    Raises as `place_household` does.
    """
    placement, _ = lock_placement(placement)
    check_live(placement, at)
    check_reason(reason)
    check_reason(split_reason, "/split_reason")
    before, people_before = (placement.starts_on, placement.ends_on), placement.people
    first, last = starts_on or before[0], ends_on or before[1]
    people = people_before if people is None else people
    split_reason = split_reason.strip() or placement.split_reason
    faults = Faults()
    check_nights(faults, placement.unit, first, last, at, began=before[0])
    if people != people_before:  # a household that has grown meanwhile keeps the beds that it has
        check_party(faults, placement.need, people, split_reason)
    held_until = placement.hold_expires_at
    if hold_expires_at not in (None, held_until):
        held_until = expiry_of(faults, placement.status == PlacementStatus.HELD, hold_expires_at, at)
    faults.refuse()
    released = release_run_out([placement.unit_id], by, at)
    _check_new_nights(placement, first, last, people, at)
    values = {
        "starts_on": first, "ends_on": last, "people": people, "split_reason": split_reason,
        "hold_expires_at": held_until,
    }  # fmt: skip
    with no_room():
        placement.change(at=at, **values, **_said(reason))
    left = (before,) if people < people_before else _left_over(before, (first, last))
    freed = (*released, *(freed_by(placement, *nights) for nights in left))
    return _gave_back("placement.changed", placement, freed, by, at)


def _said(reason: str) -> dict[str, Any]:
    """What was said before stays, where nothing is said now."""
    return {"reason": reason.strip()} if reason.strip() else {}


def _check_new_nights(placement: Placement, first: date, last: date, people: int, at: datetime) -> None:
    """Nights that it has are its own, whatever the unit has become; more people are new on each."""
    stretches = [(first, min(last, placement.starts_on - ONE)), (max(first, placement.ends_on + ONE), last)]
    if people > placement.people:
        stretches = [(first, last)]
    for begins, ends in stretches:
        if begins <= ends:
            check_people_of(placement.need, begins, ends, people, at, but=placement.pk)
            check_room(placement.unit, begins, ends, people, at, but=placement.pk)


def _left_over(before: tuple[date, date], after: tuple[date, date]) -> tuple[tuple[date, date], ...]:
    early = before[0], min(before[1], after[0] - ONE)
    late = max(before[0], after[1] + ONE), before[1]
    return tuple((first, last) for first, last in (early, late) if first <= last)


def _gave_back(
    action: str, placement: Placement, freed: tuple[Freed, ...], by: Actor, at: datetime
) -> Placed:
    stand(placement.need, at)
    record_on(action, placement, by, at, {**told(placement), **about(freed)})
    return Placed(placement, freed)
