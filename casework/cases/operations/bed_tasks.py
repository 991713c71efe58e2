"""Who is told of beds: the next in turn of nights that are free, and nobody of what is settled."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from casework.audit.actors import Actor
from casework.cases.models import Case, CaseStatus, Task, TaskKind, TaskStatus
from casework.cases.operations import bed_ends
from casework.cases.operations.tasks import cancel_task, finish_task, open_or_reopen_task
from casework.cases.queries import open_cases_of
from casework.housing.free import free_units
from casework.housing.freed import Freed
from casework.housing.models import Need, NeedStatus, Placement, Unit
from casework.housing.queries import waiting_for
from casework.housing.rules import ONE
from casework.housing.sentences import nights_named
from casework.housing.wanted import beds_had, lacking_between, offered
from casework.stays.zones import local_day

# How many of those in turn are looked at for one bed, before it is left to the list itself.
MOST_LOOKED_AT = 20


def offer(*, freed: Iterable[Freed], by: Actor, at: datetime) -> None:
    """The first household in turn that the nights fit: its caseworker gets a task.

    The first that has an open case, for a task is a case's. Whoever asked without a household, or has no
    case, keeps their turn in the list; a bed does not stay empty for them.
    """
    for nights in freed:
        bed_ends.end_again(freed=nights, by=by, at=at)
        unit = Unit.objects.select_related("place").get(pk=nights.unit_id)
        first = max(nights.starts_on, local_day(unit.place.country, at))
        need = _next(unit, nights, first, at) if first <= nights.ends_on else None
        case = case_of(need.household_id) if need else None
        if need is None or case is None:
            continue
        detail = f"{unit.place}, {unit}: free on {nights_named([(first, nights.ends_on)])}."
        open_or_reopen_task(
            case=case, kind=TaskKind.BED_FREE, person=None, detail=detail, due_on=first,
            subject_key=f"bed_free:{need.pk}:{unit.pk}:{first}:{nights.ends_on}", by=by, at=at,
        )  # fmt: skip


def answer(*, need: Need, by: Actor, at: datetime) -> None:
    """What the household had to be found a bed for is done, once it has one."""
    if need.status != NeedStatus.PLACED:
        return
    beds = list(Placement.objects.filter(need=need).live(at).values_list("starts_on", "ends_on"))
    for task in _open_tasks(need, case_of(need.household_id)):
        if task.kind == TaskKind.BED_FREE or _goes_on(task.due_on, beds):
            finish_task(task=task, by=by, at=at)


def reconsider(*, need: Need, by: Actor, at: datetime) -> None:
    """The need was changed: what no longer fits it has not to be done, and what fits again has."""
    for task in _open_tasks(need, case_of(need.household_id)):
        if not _holds(task, need, at):
            cancel_task(task=task, why="The household asks for something else now.", by=by, at=at)
    bed_ends.end_for(need=need, by=by, at=at)


def _goes_on(last: date | None, beds: list[tuple[date, date]]) -> bool:
    """They have a bed for the night after; none is left where the need itself is over."""
    if not beds:
        return True
    return last is not None and any(first <= last + ONE < until + ONE for first, until in beds)


def settle(*, need: Need, case: Case | None, why: str, by: Actor, at: datetime) -> None:
    """Nobody looks for a bed for whom nobody waits. `case`: the open one of whose need it was."""
    for task in _open_tasks(need, case):
        cancel_task(task=task, why=why, by=by, at=at)


def case_of(household_id: UUID | None) -> Case | None:
    return open_cases_of([household_id]).get(household_id) if household_id else None


def _next(unit: Unit, nights: Freed, first: date, at: datetime) -> Need | None:
    waiting = waiting_for(unit, first, nights.ends_on, at)
    if nights.need_id is not None:
        waiting = waiting.exclude(pk=nights.need_id)
    with_case = waiting.filter(household__cases__status__in=[CaseStatus.OPEN, CaseStatus.WAITING])
    needs = list(with_case[:MOST_LOOKED_AT])
    has = beds_had([need.pk for need in needs], at)
    for need in needs:
        asked = offered(need, first, nights.ends_on)
        lacks = lacking_between(asked.people, has.get(need.pk, ()), asked.first, asked.last)
        if lacks and free_units(
            first=lacks.first, last=lacks.last, at=at, people=lacks.people, unit_ids=[unit.pk]
        ):
            return need
    return None


def _holds(task: Task, need: Need, at: datetime) -> bool:
    """By its key: "bed_ends:<need>:<last night>", "bed_free:<need>:<unit>:<first night>:<last night>"."""
    _, _, subject, *nights = task.subject_key.split(":")
    if task.kind == TaskKind.BED_ENDS:
        return bed_ends.goes_on_after(need, date.fromisoformat(subject))
    if len(nights) != 2:  # as keys were once
        return True
    unit = Unit.objects.select_related("place").get(pk=subject)
    first, last = (date.fromisoformat(night) for night in nights)
    return waiting_for(unit, first, last, at).filter(pk=need.pk).exists()


def _open_tasks(need: Need, case: Case | None) -> list[Task]:
    if case is None:
        return []
    asked = Q(subject_key__startswith=f"bed_free:{need.pk}:")
    asked |= Q(subject_key__startswith=f"bed_ends:{need.pk}:")
    return list(case.tasks.filter(asked, status=TaskStatus.OPEN))
