"""What the days do by themselves: holds run out, last nights pass. Nothing else waits for these sweeps."""

from datetime import date, datetime, timedelta

from django.db import transaction

from casework.audit.actors import Actor
from casework.housing.booking import told
from casework.housing.freed import Freed
from casework.housing.locking import lock_need, lock_units, release_run_out
from casework.housing.models import Placement, PlacementStatus
from casework.housing.standing import stand
from casework.housing.trail import record_on
from casework.stays.zones import local_day

AT_ONCE = 200


@transaction.atomic
def expire_holds(*, by: Actor, at: datetime) -> tuple[Freed, ...]:
    """Holds that have run out are cancelled; the nights that they give back. At most some at once."""
    run_out = Placement.objects.run_out(at).order_by("hold_expires_at")
    units = lock_units(run_out.values_list("unit_id", flat=True)[:AT_ONCE])
    return release_run_out(units, by, at) if units else ()


@transaction.atomic
def finish_placements(*, by: Actor, at: datetime) -> int:
    """Confirmed ones whose last night has passed have ended; whose need goes on waits again."""
    # Nowhere on earth is it later than a day ahead of UTC.
    over = Placement.objects.filter(
        status=PlacementStatus.CONFIRMED, ends_on__lt=at.date() + timedelta(days=1)
    ).select_related("unit__place")
    found = [row for row in over.order_by("pk")[:AT_ONCE] if row.ends_on < _today(row, at)]
    # All needs, then all units: the order in which everybody locks.
    needs = {need_id: lock_need(need_id) for need_id in sorted({row.need_id for row in found})}
    units = lock_units(row.unit_id for row in found)
    still = Placement.objects.select_for_update(no_key=True).filter(
        pk__in=[row.pk for row in found], status=PlacementStatus.CONFIRMED
    )
    finished = 0
    for placement in still.order_by("pk"):
        placement.need, placement.unit = needs[placement.need_id], units[placement.unit_id]
        if placement.ends_on < _today(placement, at):
            placement.change(at=at, status=PlacementStatus.ENDED)
            stand(placement.need, at)
            record_on("placement.ended", placement, by, at, told(placement))
            finished += 1
    return finished


def _today(placement: Placement, at: datetime) -> date:
    return local_day(placement.unit.place.country, at)
