"""Who is told of beds: the next in turn of nights that are free, and nobody of what is settled."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from casework.audit.actors import Actor
from casework.cases.models import Case, CaseStatus, Task, TaskKind, TaskStatus
from casework.cases.operations.tasks import cancel_task, finish_task, open_task
from casework.housing.free import free_units
from casework.housing.freed import Freed
from casework.housing.models import Need, NeedStatus, Placement, Unit
from casework.housing.queries import waiting_for
from casework.housing.sentences import nights_named
from casework.housing.wanted import Wanted, offered
from casework.stays.zones import local_day

# How many of those in turn are looked at for one bed, before it is left to the list itself.
MOST_LOOKED_AT = 20


def offer(*, freed: Iterable[Freed], by: Actor, at: datetime) -> None:
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


def answer(*, need: Need, by: Actor, at: datetime) -> None:
    """What the household had to be found a bed for is done, once it has one."""
    case = _open_case(need) if need.status == NeedStatus.PLACED else None
    if case is None:
        return
    beds = Placement.objects.filter(need=need).live(at).values_list("ends_on", flat=True)
    last = max(beds, default=date.max)  # none is left where the need itself is over
    asked = case.tasks.filter(status=TaskStatus.OPEN, kind__in=[TaskKind.BED_FREE, TaskKind.BED_ENDS])
    for task in asked:
        if task.subject_key.startswith(f"bed_free:{need.pk}:") or _goes_on(task, need, last):
            finish_task(task=task, by=by, at=at)


def settle(*, need: Need, why: str, by: Actor, at: datetime) -> None:
    """Nobody looks for a bed for whom nobody waits."""
    if case := _open_case(need):
        asked = Q(subject_key__startswith=f"bed_free:{need.pk}:")
        asked |= Q(subject_key__startswith=f"bed_ends:{need.pk}:")
        for task in case.tasks.filter(asked, status=TaskStatus.OPEN):
            cancel_task(task=task, why=why, by=by, at=at)


def _next(unit: Unit, nights: Freed, first: date, at: datetime) -> Need | None:
    waiting = waiting_for(unit, first, nights.ends_on, at).exclude(pk=nights.need_id)
    with_case = waiting.filter(household__cases__status__in=[CaseStatus.OPEN, CaseStatus.WAITING])
    for need in with_case[:MOST_LOOKED_AT]:
        wanted = offered(need, first, nights.ends_on)
        if _is_free(unit, wanted, at):
            return need
    return None


def _is_free(unit: Unit, wanted: Wanted, at: datetime) -> bool:
    first, last, people = wanted.first, wanted.last, wanted.people
    return bool(free_units(first=first, last=last, at=at, people=people, unit_ids=[unit.pk]))


def _goes_on(task: Task, need: Need, last: date) -> bool:
    own = task.subject_key.startswith(f"bed_ends:{need.pk}:")
    return own and task.due_on is not None and task.due_on < last


def _open_case(need: Need) -> Case | None:
    return Case.objects.filter(household=need.household_id).exclude(status=CaseStatus.CLOSED).first()
