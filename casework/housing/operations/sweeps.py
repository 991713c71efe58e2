"""What the days do by themselves: holds run out, last nights pass. Nothing else waits for these sweeps."""

from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Sum
from django.db.models.functions import Greatest, TruncDate

from casework.accounts.models import Organisation
from casework.audit.actors import Actor
from casework.housing.booking import told
from casework.housing.freed import Freed
from casework.housing.locking import lock_needs, lock_units, release_run_out
from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus
from casework.housing.rules import ONE
from casework.housing.standing import stand, withdraw
from casework.housing.trail import record_on
from casework.stays.zones import local_day

AT_ONCE = 200
# What is written down afterwards passes on the day on which it was written.
PASSES_ON = Greatest("needed_until", TruncDate("created_at", tzinfo=UTC))


@transaction.atomic
def expire_holds(*, by: Actor, at: datetime) -> tuple[Freed, ...]:
    """Holds that have run out are cancelled; the nights that they give back. At most some at once."""
    run_out = Placement.objects.run_out(at).order_by("hold_expires_at")
    locked = lock_units(run_out.values_list("unit_id", flat=True)[:AT_ONCE])
    return release_run_out(locked, by, at) if locked else ()


@transaction.atomic
def begin_placements(*, by: Actor, at: datetime) -> tuple[Need, ...]:
    """Who waited until the first night of the beds that they have waits no more. At most some at once."""
    # Somewhere it is a day earlier or later.
    beds = Placement.objects.filter(status=PlacementStatus.CONFIRMED, need__status=NeedStatus.WAITING)
    near = beds.over(at.date() - ONE, at.date() + ONE).values("need", "need__people")
    enough = near.annotate(beds=Sum("people"), first=Min("starts_on")).filter(beds__gte=F("need__people"))
    needs = lock_needs(enough.order_by("first", "need").values_list("need", flat=True)[:AT_ONCE])
    waiting = [need for need in needs.values() if need.status == NeedStatus.WAITING]
    for need in waiting:
        stand(need, at)
    placed = tuple(need for need in waiting if need.status == NeedStatus.PLACED)
    for need in placed:
        record_on("bed_need.placed", need, by, at)
    return placed


@transaction.atomic
def finish_placements(*, by: Actor, at: datetime) -> int:
    """Confirmed ones whose last night has passed have ended; whose need goes on waits again."""
    # Nowhere on earth is it later than a day ahead of UTC.
    over = Placement.objects.filter(
        status=PlacementStatus.CONFIRMED, ends_on__lt=at.date() + timedelta(days=1)
    ).select_related("unit__place")
    # Those that are not over everywhere come last: they leave room for those that are.
    found = [row for row in over.order_by("ends_on", "pk")[:AT_ONCE] if row.ends_on < _today(row, at)]
    # All needs, then all units: the order in which everybody locks.
    needs = lock_needs(row.need_id for row in found)
    still = Placement.objects.filter(pk__in=[row.pk for row in found], status=PlacementStatus.CONFIRMED)
    units = lock_units(still.values_list("unit_id", flat=True))
    finished = 0
    for placement in still.select_for_update(no_key=True).order_by("pk"):
        placement.need, placement.unit = needs[placement.need_id], units[placement.unit_id]
        if placement.ends_on < _today(placement, at):
            placement.change(at=at, status=PlacementStatus.ENDED)
            stand(placement.need, at)
            record_on("placement.ended", placement, by, at, told(placement))
            finished += 1
    return finished


@transaction.atomic
def withdraw_passed_needs(*, by: Actor, at: datetime) -> tuple[Need, ...]:
    """Who waited to the end, in vain: the last night asked for has passed, and nobody waits for it any more.

    What was asked stays, with a sentence behind its reason. At most some at once.
    """
    country = Organisation.objects.values_list("country", flat=True).get(pk=by.organisation)
    has_bed = Placement.objects.live(at).filter(need=OuterRef("pk"))
    waiting = Need.objects.waiting().filter(needed_until__lt=at.date() + timedelta(days=1))
    waiting = waiting.exclude(Exists(has_bed)).order_by(PASSES_ON, "pk")
    passed = [need.pk for need in waiting[:AT_ONCE] if _has_passed(need, country, at)]
    still = Need.objects.waiting().filter(pk__in=passed).select_for_update(no_key=True).order_by("pk")
    withdrawn = [need for need in still if _has_passed(need, country, at)]
    for need in withdrawn:
        sentence = f"The last night asked for, {need.needed_until}, passed while they waited."
        withdraw(need, sentence, at)
        record_on("bed_need.passed", need, by, at, {"needed_until": need.needed_until})
    return tuple(withdrawn)


def _has_passed(need: Need, country: str, at: datetime) -> bool:
    """What was written down after its nights had passed has a day more: nobody is undone while they type."""
    if need.needed_until is None:
        return False
    where = need.country or country
    return max(need.needed_until, local_day(where, need.created_at)) < local_day(where, at)


def _today(placement: Placement, at: datetime) -> date:
    return local_day(placement.unit.place.country, at)
