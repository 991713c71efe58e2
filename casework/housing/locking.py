"""Who decides on the same beds waits: first the need, then its units by id, then their placements.

One order for everybody, so that nobody waits in a circle.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from casework.audit.actors import Actor
from casework.housing.freed import Freed, freed_by
from casework.housing.models import Need, Placement, PlacementStatus, Unit
from casework.housing.trail import record_on


def lock_need(need_id: UUID) -> Need:
    return Need.objects.select_for_update(no_key=True).get(pk=need_id)


def lock_needs(need_ids: Iterable[UUID]) -> dict[UUID, Need]:
    needs = Need.objects.select_for_update(no_key=True)
    return {need.pk: need for need in needs.filter(pk__in=set(need_ids)).order_by("pk")}


def lock_units(unit_ids: Iterable[UUID]) -> dict[UUID, Unit]:
    """With their places, which are only read."""
    units = Unit.objects.select_for_update(no_key=True, of=("self",)).select_related("place")
    return {unit.pk: unit for unit in units.filter(pk__in=set(unit_ids)).order_by("pk")}


def lock_placement(placement: Placement, *others: UUID) -> tuple[Placement, dict[UUID, Unit]]:
    """The placement as it is now, under its need and its unit and the other units named."""
    need = lock_need(placement.need_id)
    # Under its need's lock nobody moves it; before, somebody may have.
    unit_id = Placement.objects.values_list("unit_id", flat=True).get(pk=placement.pk)
    units = lock_units([unit_id, *others])
    locked = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
    locked.need, locked.unit = need, units[locked.unit_id]
    return locked, units


def release_run_out(unit_ids: Iterable[UUID], by: Actor, at: datetime) -> tuple[Freed, ...]:
    """Under the units' locks: holds that have run out give their nights back."""
    run_out = Placement.objects.run_out(at).filter(unit_id__in=set(unit_ids)).order_by("pk")
    return tuple(_release(placement, by, at) for placement in run_out.select_for_update(no_key=True))


def _release(placement: Placement, by: Actor, at: datetime) -> Freed:
    expired_at = placement.hold_expires_at
    placement.change(at=at, status=PlacementStatus.CANCELLED, hold_expires_at=None)
    freed = freed_by(placement, placement.starts_on, placement.ends_on)
    record_on("placement.expired", placement, by, at, {"expired_at": expired_at, "freed": freed.told()})
    return freed
