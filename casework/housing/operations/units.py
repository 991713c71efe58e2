"""A unit as it is from now on: its beds, its days, its closures. Nobody who has a bed loses it by that."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.housing.checks import BACKWARDS, TEXT, check_unit
from casework.housing.details import UnitDetails
from casework.housing.freed import Freed, opened_by
from casework.housing.locking import lock_units, release_run_out
from casework.housing.models import PRIVATE_ONCE, Closure, Placement, Unit
from casework.housing.operations.places import NAME_ONCE, NAME_TAKEN, UnitNameTaken
from casework.housing.room import sold_in
from casework.housing.rules import ONE, Sold, highest, runs_above
from casework.housing.sentences import nights_named, persons
from casework.housing.trail import differing, record_on
from casework.people.entered import check_day, check_text
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault, Faults, Refused


class InUse(Conflict):
    """Somebody has a bed there on one of the nights."""


@transaction.atomic
def change_unit(
    *, unit: Unit, details: UnitDetails, by: Actor, at: datetime
) -> tuple[Unit, tuple[Freed, ...]]:
    """With the nights of holds that had run out. Raises Invalid, UnitNameTaken, or InUse where somebody
    would lose a bed."""
    faults = Faults()
    check_unit(details, faults)
    faults.refuse()
    unit = lock_units([unit.pk])[unit.pk]
    changed = differing(unit, {**asdict(details), "name": details.name.strip()})
    if not changed:
        return unit, ()
    freed = release_run_out([unit.pk], by, at)
    _check_live(unit, details, at)
    try:
        with transaction.atomic():
            unit.change(at=at, **changed)
    except IntegrityError as error:
        if refusal := _refusal(broken_constraint(error)):
            raise refusal from error
        raise
    record_on("unit.changed", unit, by, at, {"fields": sorted(changed)})
    return unit, freed


@transaction.atomic
def close_unit(
    *, unit: Unit, starts_on: date, ends_on: date, reason: str = "", by: Actor, at: datetime
) -> tuple[Closure, tuple[Freed, ...]]:
    """No night from the first to the last is let. With the nights of holds that had run out.

    Raises InUse where somebody has a bed on one of them.
    """
    faults = Faults()
    check_day(faults, "/starts_on", starts_on)
    check_day(faults, "/ends_on", ends_on)
    check_text(faults, "/reason", reason, TEXT)
    faults.check(ends_on >= starts_on, "/ends_on", BACKWARDS)
    faults.refuse()
    unit = lock_units([unit.pk])[unit.pk]
    freed = release_run_out([unit.pk], by, at)
    if sold := sold_in(unit, starts_on, ends_on, at):
        nights = nights_named(runs_above(sold, 0, starts_on, ends_on))
        raise InUse(Fault("/starts_on", f"Somebody has a bed in {unit} on {nights}."))
    closure = Closure(
        organisation_id=by.organisation, unit=unit, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    closure.save(force_insert=True)
    about = {"unit": unit.pk, "starts_on": starts_on, "ends_on": ends_on}
    record_on("closure.added", closure, by, at, about)
    return closure, freed


@transaction.atomic
def open_unit(*, closure: Closure, by: Actor, at: datetime) -> Freed:
    """The closure goes, and its nights are free; the trail keeps that it stood."""
    closure_id, freed = closure.pk, opened_by(closure)
    about = {"unit": closure.unit_id, "starts_on": closure.starts_on, "ends_on": closure.ends_on}
    closure.delete()
    closure.pk = closure_id
    record_on("closure.removed", closure, by, at, about)
    return freed


def _check_live(unit: Unit, details: UnitDetails, at: datetime) -> None:
    live = list(Placement.objects.filter(unit=unit).live(at).values_list("starts_on", "ends_on", "people"))
    if not live:
        return
    stays = [Sold(*row) for row in live]
    first, last = min(one.starts_on for one in stays), max(one.ends_on for one in stays)
    opens, closes = details.available_from, details.available_until
    if opens and (early := runs_above(stays, 0, first, min(last, opens - ONE))):
        raise InUse(Fault("/available_from", f"Somebody has a bed there on {nights_named(early)}."))
    if closes and (late := runs_above(stays, 0, max(first, closes + ONE), last)):
        raise InUse(Fault("/available_until", f"Somebody has a bed there on {nights_named(late)}."))
    if details.capacity < unit.capacity:
        _check_beds(unit, details.capacity, stays, first, last, at)


def _check_beds(unit: Unit, capacity: int, stays: list[Sold], first: date, last: date, at: datetime) -> None:
    """Nights on which nobody sleeps any more are history, however many slept then."""
    sold = sold_in(unit, first, last, at)
    full = [
        run for run in runs_above(sold, capacity, first, last)
        if any(one.starts_on <= run[1] and one.ends_on >= run[0] for one in stays)
    ]  # fmt: skip
    if full:
        most = max(highest(sold, *run) for run in full)
        raise InUse(Fault("/capacity", f"{persons(most)} have a bed there on {nights_named(full)}."))


def _refusal(broken: str | None) -> Refused | None:
    if broken == PRIVATE_ONCE:
        return InUse(Fault("/private", "Several households have beds there on the same nights."))
    if broken == NAME_ONCE:
        return UnitNameTaken(Fault("/name", NAME_TAKEN))
    return None
