"""A household gets its beds: held or confirmed, under the locks of its need and of the unit."""

from datetime import date, datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.housing.booking import check_nights, check_party, expiry_of, store, told
from casework.housing.checks import TEXT
from casework.housing.freed import Placed
from casework.housing.locking import lock_need, lock_units, release_run_out
from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus, Unit
from casework.housing.operations.needs import NeedWithdrawn
from casework.housing.room import check_people_of, check_room
from casework.housing.standing import stand
from casework.housing.trail import record_on
from casework.people.entered import check_text
from casework.refusals import Fault, Faults


@transaction.atomic
def place_household(
    *, need: Need, unit: Unit, starts_on: date, ends_on: date, people: int | None = None, hold: bool = True,
    hold_expires_at: datetime | None = None, split_reason: str = "", reason: str = "",
    by: Actor, at: datetime,
) -> Placed:  # fmt: skip
    """Beds for all of the need's people, held (for a day unless said otherwise) or confirmed at once.

    Raises Invalid with a fault per field, NeedWithdrawn, TooMany, or NoRoom with the nights that are full.
    """
    need, unit = lock_need(need.pk), lock_units([unit.pk])[unit.pk]
    if need.status == NeedStatus.WITHDRAWN:
        raise NeedWithdrawn(Fault("/need", "This need was withdrawn."))
    people = need.people if people is None else people
    faults = Faults()
    check_nights(faults, unit, starts_on, ends_on, at)
    check_party(faults, need, people, split_reason)
    check_text(faults, "/reason", reason, TEXT)
    expires_at = expiry_of(faults, hold, hold_expires_at, at)
    faults.refuse()
    freed = release_run_out([unit.pk], by, at)
    check_people_of(need, starts_on, ends_on, people, at)
    check_room(unit, starts_on, ends_on, people, at)
    placement = Placement(
        organisation_id=by.organisation, need=need, unit=unit, starts_on=starts_on, ends_on=ends_on,
        people=people, status=PlacementStatus.HELD if hold else PlacementStatus.CONFIRMED,
        hold_expires_at=expires_at, split_reason=split_reason.strip(), reason=reason.strip(),
    )  # fmt: skip
    store(placement)
    stand(need, at)
    action = "placement.held" if hold else "placement.confirmed"
    record_on(action, placement, by, at, told(placement))
    return Placed(placement, freed)
