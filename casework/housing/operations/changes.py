"""What becomes of a placement: confirmed, other nights, another unit, given back. History is kept."""

from datetime import date, datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.housing.booking import check_nights, store, told
from casework.housing.checks import TEXT, check_text
from casework.housing.freed import Freed, Placed, about, freed_by
from casework.housing.locking import lock_placement, release_run_out
from casework.housing.models import LIVE, Placement, PlacementStatus, Unit
from casework.housing.room import check_people_of, check_room, no_room
from casework.housing.rules import ONE
from casework.housing.standing import stand
from casework.housing.trail import record_on
from casework.refusals import Conflict, Fault, Faults, Invalid
from casework.stays.zones import local_day


class PlacementClosed(Conflict):
    """It has ended, was cancelled, or its hold has run out: only a new placement can follow."""


@transaction.atomic
def confirm_placement(*, placement: Placement, by: Actor, at: datetime) -> Placed:
    placement, _ = lock_placement(placement)
    _check_live(placement, at)
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
    _check_live(placement, at)
    _check_reason(reason)
    begun = placement.starts_on < _today(placement.unit, at)
    if begun and placement.status == PlacementStatus.CONFIRMED and not reason.strip():
        sentence = f"Say why: the nights since {placement.starts_on} will count as empty. Or end it instead."
        raise Invalid(Fault("/reason", sentence))
    freed = freed_by(placement, placement.starts_on, placement.ends_on)
    values = {"reason": reason.strip()} if reason.strip() else {}
    placement.change(at=at, status=PlacementStatus.CANCELLED, hold_expires_at=None, **values)
    return _gave_back("placement.cancelled", placement, (freed,), by, at)


@transaction.atomic
def end_placement(
    *, placement: Placement, ends_on: date, reason: str = "", by: Actor, at: datetime
) -> Placed:
    """They have left, or leave tomorrow: `ends_on` is the last night, tonight at the latest."""
    placement, _ = lock_placement(placement)
    _check_live(placement, at)
    _check_reason(reason)
    if placement.status == PlacementStatus.HELD:
        raise PlacementClosed(Fault("/status", "A hold is cancelled, not ended: nobody has slept there."))
    faults, before = Faults(), placement.ends_on
    faults.check(ends_on >= placement.starts_on, "/ends_on", "No night was slept: cancel it instead.")
    faults.check(ends_on <= before, "/ends_on", f"It ends on {before}: to extend it, change its nights.")
    tonight = ends_on <= _today(placement.unit, at)
    faults.check(tonight, "/ends_on", "It ends tonight at the latest: to shorten it, change its last night.")
    faults.refuse()
    values = {"reason": reason.strip()} if reason.strip() else {}
    placement.change(at=at, status=PlacementStatus.ENDED, ends_on=ends_on, **values)
    freed = (freed_by(placement, ends_on + ONE, before),) if ends_on < before else ()
    return _gave_back("placement.ended", placement, freed, by, at)


@transaction.atomic
def change_placement(
    *, placement: Placement, starts_on: date | None = None, ends_on: date | None = None,
    reason: str = "", by: Actor, at: datetime,
) -> Placed:  # fmt: skip
    """Other nights in the same unit: extended, shortened or shifted. Raises as `place_household` does."""
    placement, _ = lock_placement(placement)
    _check_live(placement, at)
    _check_reason(reason)
    before = placement.starts_on, placement.ends_on
    first, last = starts_on or before[0], ends_on or before[1]
    faults = Faults()
    check_nights(faults, placement.unit, first, last, at, began=before[0])
    faults.refuse()
    released = release_run_out([placement.unit_id], by, at)
    _check_new_nights(placement, first, last, at)
    values = {"reason": reason.strip()} if reason.strip() else {}
    with no_room():
        placement.change(at=at, starts_on=first, ends_on=last, **values)
    freed = (*released, *_left_over(placement, before, (first, last)))
    return _gave_back("placement.changed", placement, freed, by, at)


@transaction.atomic
def move_placement(
    *, placement: Placement, unit: Unit, from_day: date, reason: str = "", by: Actor, at: datetime
) -> Placed:
    """From that night on in another unit; the placement there is the one that is handed back."""
    placement, units = lock_placement(placement, unit.pk)
    unit = units[unit.pk]
    _check_live(placement, at)
    _check_reason(reason)
    first, last = placement.starts_on, placement.ends_on
    faults = Faults()
    faults.check(unit.pk != placement.unit_id, "/unit", "They have their beds in this unit already.")
    inside = first <= from_day <= last
    faults.check(inside, "/starts_on", f"A night of the placement: from {first} to {last}.")
    check_nights(faults, unit, from_day, max(last, from_day), at)
    faults.refuse()
    released = release_run_out([unit.pk], by, at)
    check_room(unit, from_day, last, placement.people, at)
    status, expires_at = placement.status, placement.hold_expires_at
    _leave(placement, from_day, at)
    moved = Placement(
        organisation_id=by.organisation, need=placement.need, unit=unit, starts_on=from_day, ends_on=last,
        people=placement.people, status=status, hold_expires_at=expires_at, moved_from=placement,
        split_reason=placement.split_reason, reason=reason.strip(),
    )  # fmt: skip
    store(moved)
    freed = (*released, freed_by(placement, from_day, last))
    record_on("placement.left", placement, by, at, {**told(placement), **about(freed)})
    stand(placement.need, at)
    record_on("placement.moved", moved, by, at, {**told(moved), "moved_from": placement.pk})
    return Placed(moved, freed)


def _leave(placement: Placement, from_day: date, at: datetime) -> None:
    """The old one ends the night before; where no night is left of it, it is cancelled."""
    if from_day == placement.starts_on:
        placement.change(at=at, status=PlacementStatus.CANCELLED, hold_expires_at=None)
        return
    last = from_day - ONE
    over = placement.status == PlacementStatus.CONFIRMED and last < _today(placement.unit, at)
    placement.change(at=at, ends_on=last, status=PlacementStatus.ENDED if over else placement.status)


def _check_live(placement: Placement, at: datetime) -> None:
    if placement.has_run_out(at):
        raise PlacementClosed(Fault("/status", "The hold has run out: the bed is free for others."))
    if placement.status not in LIVE:
        raise PlacementClosed(Fault("/status", f"This placement is {placement.status} already."))


def _check_reason(reason: str) -> None:
    faults = Faults()
    check_text(faults, "/reason", reason, TEXT)
    faults.refuse()


def _check_new_nights(placement: Placement, first: date, last: date, at: datetime) -> None:
    """Nights that it has are its own, whatever has become of the unit since."""
    stretches = [(first, min(last, placement.starts_on - ONE)), (max(first, placement.ends_on + ONE), last)]
    for begins, ends in stretches:
        if begins <= ends:
            check_people_of(placement.need, begins, ends, placement.people, at, but=placement.pk)
            check_room(placement.unit, begins, ends, placement.people, at, but=placement.pk)


def _left_over(
    placement: Placement, before: tuple[date, date], after: tuple[date, date]
) -> tuple[Freed, ...]:
    early = before[0], min(before[1], after[0] - ONE)
    late = max(before[0], after[1] + ONE), before[1]
    return tuple(freed_by(placement, first, last) for first, last in (early, late) if first <= last)


def _gave_back(
    action: str, placement: Placement, freed: tuple[Freed, ...], by: Actor, at: datetime
) -> Placed:
    stand(placement.need, at)
    record_on(action, placement, by, at, {**told(placement), **about(freed)})
    return Placed(placement, freed)


def _today(unit: Unit, at: datetime) -> date:
    return local_day(unit.place.country, at)
