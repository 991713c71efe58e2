"""A bed ends soon and the household needs one still: its caseworker is told, and again where that returns."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from casework.audit.actors import Actor
from casework.cases.models import CaseStatus, Task, TaskKind, TaskStatus
from casework.cases.operations.tasks import open_or_reopen_task, open_task
from casework.cases.queries import open_cases_of
from casework.housing.freed import Freed
from casework.housing.models import Need, Placement
from casework.housing.queries import ending_beds
from casework.housing.rules import ONE
from casework.stays.zones import local_day

SOON = timedelta(days=3)
AT_ONCE = 200
KEY = Concat(
    Value("bed_ends:"), Cast("need_id", CharField()), Value(":"),
    Func("ends_on", Value("YYYY-MM-DD"), function="to_char", output_field=CharField()),
    output_field=CharField(),
)  # fmt: skip


@transaction.atomic
def tell_of_ending_beds(*, by: Actor, at: datetime) -> int:
    """The bed ends within three days and the household needs one still: a task, once. How many opened.

    At most some at once: what was told is not read again.
    """
    told = Task.objects.filter(organisation=OuterRef("organisation"), subject_key=OuterRef("key"))
    with_case = _soon(at).filter(need__household__cases__status__in=[CaseStatus.OPEN, CaseStatus.WAITING])
    untold = list(with_case.annotate(key=KEY).exclude(Exists(told))[:AT_ONCE])
    cases = open_cases_of(row.need.household_id for row in untold if row.need.household_id)
    opened = 0
    for placement in untold:
        case = cases.get(placement.need.household_id) if placement.need.household_id else None
        if case is not None and _is_near(placement, at):
            opened += open_task(case=case, **_task(placement), by=by, at=at) is not None
    return opened


def end_again(*, freed: Freed, by: Actor, at: datetime) -> None:
    """They gave up the nights after it, by which the task was done: it has to be done once more."""
    if freed.need_id is not None:
        before = _soon(at).filter(need=freed.need_id, ends_on=freed.starts_on - ONE)
        _tell_again(before, [TaskStatus.DONE, TaskStatus.CANCELLED], by, at)


def end_for(*, need: Need, by: Actor, at: datetime) -> None:
    """The need was changed: it may go on after a bed with which it was to end. What is done stays done."""
    _tell_again(_soon(at).filter(need=need), [TaskStatus.CANCELLED], by, at)


def goes_on_after(need: Need, day: date) -> bool:
    return need.needed_until is None or need.needed_until > day


def _tell_again(ending: QuerySet[Placement], closed_as: list[TaskStatus], by: Actor, at: datetime) -> None:
    """Only what was told once: the sweep finds what is new."""
    closed = Task.objects.filter(
        organisation=OuterRef("organisation"), subject_key=OuterRef("key"), status__in=closed_as
    )
    rows = [row for row in ending.annotate(key=KEY).filter(Exists(closed)) if _is_near(row, at)]
    cases = open_cases_of(row.need.household_id for row in rows if row.need.household_id)
    for placement in rows:
        case = cases.get(placement.need.household_id) if placement.need.household_id else None
        if case is not None:
            open_or_reopen_task(case=case, **_task(placement), by=by, at=at)


def _soon(at: datetime) -> QuerySet[Placement]:
    """With those of a day more on either side: somewhere it is that day."""
    ending = ending_beds(at.date() - ONE, at.date() + SOON + ONE, at)
    return ending.defer("unit__place__address", "unit__place__contact")


def _is_near(placement: Placement, at: datetime) -> bool:
    today = local_day(placement.unit.place.country, at)
    return today <= placement.ends_on <= today + SOON


def _task(placement: Placement) -> dict[str, Any]:
    return {
        "kind": TaskKind.BED_ENDS, "person": None, "due_on": placement.ends_on,
        "detail": f"{placement.unit.place}, {placement.unit}: the last night is {placement.ends_on}.",
        "subject_key": f"bed_ends:{placement.need_id}:{placement.ends_on}",
    }  # fmt: skip
