"""Beds, as the doors ask for them: housing decides, and whoever waits for the nights that it frees is told.

Housing knows no cases. So what places a household, or gives nights back, is called here.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from casework.audit.actors import Actor
from casework.cases.operations import bed_tasks
from casework.housing import operations as housing
from casework.housing.details import NeedDetails, UnitDetails
from casework.housing.freed import Placed
from casework.housing.models import Closure, Need, Placement, Unit
from casework.people.models import Household


@transaction.atomic
def place_household(*, by: Actor, at: datetime, **asked: Any) -> Placement:
    """As `housing.operations.place_household`, which says what may be asked and what is refused."""
    return _told(housing.place_household, asked, by, at)


@transaction.atomic
def confirm_placement(*, placement: Placement, by: Actor, at: datetime) -> Placement:
    return _told(housing.confirm_placement, {"placement": placement}, by, at)


@transaction.atomic
def cancel_placement(*, placement: Placement, reason: str = "", by: Actor, at: datetime) -> Placement:
    return _told(housing.cancel_placement, {"placement": placement, "reason": reason}, by, at)


@transaction.atomic
def end_placement(
    *, placement: Placement, ends_on: date | None = None, reason: str = "", by: Actor, at: datetime
) -> Placement:
    asked = {"placement": placement, "ends_on": ends_on, "reason": reason}
    return _told(housing.end_placement, asked, by, at)


@transaction.atomic
def change_placement(
    *, placement: Placement, starts_on: date | None = None, ends_on: date | None = None,
    people: int | None = None, hold_expires_at: datetime | None = None, split_reason: str = "",
    reason: str = "", by: Actor, at: datetime,
) -> Placement:  # fmt: skip
    asked = {
        "placement": placement, "starts_on": starts_on, "ends_on": ends_on, "people": people,
        "hold_expires_at": hold_expires_at, "split_reason": split_reason, "reason": reason,
    }  # fmt: skip
    return _told(housing.change_placement, asked, by, at)


@transaction.atomic
def move_placement(
    *, placement: Placement, unit: Unit, from_day: date | None = None, reason: str = "", by: Actor,
    at: datetime,
) -> Placement:  # fmt: skip
    """The placement in the other unit."""
    asked = {"placement": placement, "unit": unit, "from_day": from_day, "reason": reason}
    return _told(housing.move_placement, asked, by, at)


@transaction.atomic
def expire_holds(*, by: Actor, at: datetime) -> int:
    """Holds that have run out give their nights back; how many."""
    freed = housing.expire_holds(by=by, at=at)
    bed_tasks.offer(freed=freed, by=by, at=at)
    return len(freed)


@transaction.atomic
def begin_placements(*, by: Actor, at: datetime) -> int:
    """Who waited for the first night of their beds has them; how many."""
    needs = housing.begin_placements(by=by, at=at)
    for need in needs:
        bed_tasks.answer(need=need, by=by, at=at)
    return len(needs)


@transaction.atomic
def change_unit(*, unit: Unit, details: UnitDetails, by: Actor, at: datetime) -> Unit:
    changed, freed = housing.change_unit(unit=unit, details=details, by=by, at=at)
    bed_tasks.offer(freed=freed, by=by, at=at)
    return changed


@transaction.atomic
def close_unit(
    *, unit: Unit, starts_on: date, ends_on: date, reason: str = "", by: Actor, at: datetime
) -> Closure:
    closure, freed = housing.close_unit(
        unit=unit, starts_on=starts_on, ends_on=ends_on, reason=reason, by=by, at=at
    )
    bed_tasks.offer(freed=freed, by=by, at=at)
    return closure


@transaction.atomic
def open_unit(*, closure: Closure, by: Actor, at: datetime) -> None:
    """The next in turn is told of its nights, as of those that a household gives back."""
    freed = housing.open_unit(closure=closure, by=by, at=at)
    bed_tasks.offer(freed=[freed], by=by, at=at)


@transaction.atomic
def change_need(
    *, need: Need, details: NeedDetails, household: Household | None = None, by: Actor, at: datetime
) -> Need:
    """As `housing.operations.change_need`; what had to be done for what they asked before is dropped."""
    before, version = need.household_id, need.version
    need = housing.change_need(need=need, details=details, household=household, by=by, at=at)
    if need.version == version:
        return need
    if before is not None and before != need.household_id:
        why = "Another household needs this bed."
        bed_tasks.settle(need=need, case=bed_tasks.case_of(before), why=why, by=by, at=at)
    bed_tasks.answer(need=need, by=by, at=at)
    bed_tasks.reconsider(need=need, by=by, at=at)
    return need


@transaction.atomic
def withdraw_need(*, need: Need, reason: str = "", by: Actor, at: datetime) -> Need:
    need = housing.withdraw_need(need=need, reason=reason, by=by, at=at)
    why, case = "The household no longer asks for a bed.", bed_tasks.case_of(need.household_id)
    bed_tasks.settle(need=need, case=case, why=why, by=by, at=at)
    return need


def _told(operation: Callable[..., Placed], asked: dict[str, Any], by: Actor, at: datetime) -> Placement:
    placed = operation(**asked, by=by, at=at)
    bed_tasks.offer(freed=placed.freed, by=by, at=at)
    bed_tasks.answer(need=placed.placement.need, by=by, at=at)
    return placed.placement
