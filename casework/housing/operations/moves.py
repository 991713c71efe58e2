"""A household goes on in another unit: the same placement from its first night, else a second one."""

from datetime import date, datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.housing.booking import check_live, check_nights, check_reason, priced, store, today_in, told
from casework.housing.freed import Placed, about, freed_by
from casework.housing.locking import lock_placement, release_run_out
from casework.housing.models import Placement, PlacementStatus, Unit
from casework.housing.room import check_room, no_room
from casework.housing.rules import ONE
from casework.housing.standing import stand
from casework.housing.trail import record_on
from casework.refusals import Faults


@transaction.atomic
def move_placement(
    *, placement: Placement, unit: Unit, from_day: date | None = None, reason: str = "", by: Actor,
    at: datetime,
) -> Placed:  # fmt: skip
    """From that night on in another unit (null: from tonight, or from its first night where that is to come).

    The placement that is handed back is the one there: the same one where no night of it stays here, else a
    new one with `moved_from`.
    """
    placement, units = lock_placement(placement, unit.pk)
    unit = units[unit.pk]
    check_live(placement, at)
    check_reason(reason)
    first, last = placement.starts_on, placement.ends_on
    day = from_day or max(first, today_in(placement.unit, at))
    faults = Faults()
    faults.check(unit.pk != placement.unit_id, "/unit", "They have their beds in this unit already.")
    faults.check(first <= day <= last, "/starts_on", f"A night of the placement: from {first} to {last}.")
    check_nights(faults, unit, day, max(last, day), at, began=first)
    faults.refuse()
    released = release_run_out([unit.pk], by, at)
    check_room(unit, day, last, placement.people, at)
    freed = (*released, freed_by(placement, day, last))
    goes_on = _all_of_it if day == first else _rest_of_it
    moved = goes_on(placement, unit, day, reason.strip(), by, at)
    stand(placement.need, at)
    about_moved = {**told(moved), "moved_from": moved.moved_from_id, **about(freed)}
    record_on("placement.moved", moved, by, at, about_moved)
    return Placed(moved, freed)


def _all_of_it(
    placement: Placement, unit: Unit, day: date, reason: str, by: Actor, at: datetime
) -> Placement:
    said = {"reason": reason} if reason else {}
    with no_room():
        placement.change(at=at, unit=unit, private=unit.private, **priced(unit), **said)
    return placement


def _rest_of_it(
    placement: Placement, unit: Unit, day: date, reason: str, by: Actor, at: datetime
) -> Placement:
    moved = Placement(
        organisation_id=by.organisation, need=placement.need, unit=unit, starts_on=day,
        ends_on=placement.ends_on, people=placement.people, status=placement.status,
        hold_expires_at=placement.hold_expires_at, moved_from=placement,
        split_reason=placement.split_reason, reason=reason,
    )  # fmt: skip
    last = day - ONE
    over = placement.status == PlacementStatus.CONFIRMED and last < today_in(placement.unit, at)
    placement.change(at=at, ends_on=last, status=PlacementStatus.ENDED if over else placement.status)
    record_on("placement.left", placement, by, at, told(placement))
    store(moved)
    return moved
