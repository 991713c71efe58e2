"""Beds, as the doors ask for them: housing decides, and whoever waits for the nights that it frees is told.

Housing knows no cases. So what places a household, or gives nights back, is called here.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from casework.audit.actors import Actor
from casework.cases.models import Case, CaseStatus, Task, TaskKind, TaskStatus
from casework.cases.operations.tasks import cancel_task, finish_task, open_task
from casework.housing import operations as housing
from casework.housing.details import UnitDetails
from casework.housing.free import free_units
from casework.housing.freed import Freed, Placed
from casework.housing.models import Closure, Need, NeedStatus, Placement, Unit
from casework.housing.queries import waiting_for
from casework.housing.sentences import nights_named
from casework.stays.zones import local_day

# How many of those in turn are looked at for one bed, before it is left to the list itself.
MOST_LOOKED_AT = 20


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
    people: int | None = None, split_reason: str = "", reason: str = "", by: Actor, at: datetime,
) -> Placement:  # fmt: skip
    asked = {
        "placement": placement, "starts_on": starts_on, "ends_on": ends_on, "people": people,
        "split_reason": split_reason, "reason": reason,
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
    _offer(freed, by, at)
    return len(freed)


@transaction.atomic
def change_unit(*, unit: Unit, details: UnitDetails, by: Actor, at: datetime) -> Unit:
    freed = housing.expire_holds(units=[unit.pk], by=by, at=at)
    changed = housing.change_unit(unit=unit, details=details, by=by, at=at)
    _offer(freed, by, at)
    return changed


@transaction.atomic
def close_unit(
    *, unit: Unit, starts_on: date, ends_on: date, reason: str = "", by: Actor, at: datetime
) -> Closure:
    freed = housing.expire_holds(units=[unit.pk], by=by, at=at)
    closure = housing.close_unit(unit=unit, starts_on=starts_on, ends_on=ends_on, reason=reason, by=by, at=at)
    _offer(freed, by, at)
    return closure


@transaction.atomic
def withdraw_need(*, need: Need, reason: str = "", by: Actor, at: datetime) -> Need:
    need = housing.withdraw_need(need=need, reason=reason, by=by, at=at)
    settle_tasks(need, "The household no longer asks for a bed.", by, at)
    return need


def settle_tasks(need: Need, why: str, by: Actor, at: datetime) -> None:
    """Nobody looks for a bed for whom nobody waits."""
    if case := _open_case(need):
        asked = Q(subject_key__startswith=f"bed_free:{need.pk}:")
        asked |= Q(subject_key__startswith=f"bed_ends:{need.pk}:")
        for task in case.tasks.filter(asked, status=TaskStatus.OPEN):
            cancel_task(task=task, why=why, by=by, at=at)


def _told(operation: Callable[..., Placed], asked: dict[str, Any], by: Actor, at: datetime) -> Placement:
    placed = operation(**asked, by=by, at=at)
    _offer(placed.freed, by, at)
    _answer(placed.placement.need, by, at)
    return placed.placement


def _offer(freed: Iterable[Freed], by: Actor, at: datetime) -> None:
    """The first household in turn that the nights fit: its caseworker gets a task.

    The first that has an open case, for a task is a case's. Whoever asked without a household, or has no
    case, keeps their turn in the list; a bed does not stay empty for them.
    """
    for nights in freed:
        unit = Unit.objects.select_related("place").get(pk=nights.unit_id)
        first = max(nights.starts_on, local_day(unit.place.country, at))
        need = _next(unit, nights, first, at) if first <= nights.ends_on else None
        case = _open_case(need) if need else None
        if need is None or case is None:
            continue
        detail = f"{unit.place}, {unit}: free on {nights_named([(first, nights.ends_on)])}."
        open_task(
            case=case, kind=TaskKind.BED_FREE, person=None, detail=detail, due_on=first,
            subject_key=f"bed_free:{need.pk}:{nights.placement_id}", by=by, at=at,
        )  # fmt: skip


def _next(unit: Unit, nights: Freed, first: date, at: datetime) -> Need | None:
    waiting = waiting_for(unit, first, nights.ends_on, at).exclude(pk=nights.need_id)
    with_case = waiting.filter(household__cases__status__in=[CaseStatus.OPEN, CaseStatus.WAITING])
    for need in with_case[:MOST_LOOKED_AT]:
        begins = max(first, need.needed_from)
        ends = min(nights.ends_on, need.needed_until or nights.ends_on)
        if free_units(first=begins, last=ends, at=at, people=need.people, unit_ids=[unit.pk]):
            return need
    return None


def _answer(need: Need, by: Actor, at: datetime) -> None:
    """What the household had to be found a bed for is done, once it has one."""
    case = _open_case(need) if need.status == NeedStatus.PLACED else None
    if case is None:
        return
    last = max(Placement.objects.filter(need=need).live(at).values_list("ends_on", flat=True))
    asked = case.tasks.filter(status=TaskStatus.OPEN, kind__in=[TaskKind.BED_FREE, TaskKind.BED_ENDS])
    for task in asked:
        if task.subject_key.startswith(f"bed_free:{need.pk}:") or _goes_on(task, need, last):
            finish_task(task=task, by=by, at=at)


def _goes_on(task: Task, need: Need, last: date) -> bool:
    own = task.subject_key.startswith(f"bed_ends:{need.pk}:")
    return own and task.due_on is not None and task.due_on < last


def _open_case(need: Need) -> Case | None:
    return Case.objects.filter(household=need.household_id).exclude(status=CaseStatus.CLOSED).first()
