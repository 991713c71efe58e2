"""What somebody must do in a case: opened once per cause, finished, opened again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from casework.accounts.models import User
from casework.audit.actors import Actor
from casework.cases.checks import check_colleague
from casework.cases.models import Case, Task, TaskStatus
from casework.cases.trail import record_on
from casework.people.models import Person
from casework.refusals import Conflict, Fault


class TaskClosed(Conflict):
    """Only an open task can be finished."""


@transaction.atomic
def open_task(
    *, case: Case, kind: str, person: Person | None, detail: str = "", due_on: date | None = None,
    subject_key: str, assigned_to: User | None = None, by: Actor, at: datetime,
) -> Task | None:  # fmt: skip
    """One task per `subject_key`, the case's caseworker's unless somebody is named; None when it is there.

    Of a caseworker who no longer works here it is whoever's is on duty.
    """
    check_colleague(assigned_to, by)
    task = Task(
        organisation_id=by.organisation, case=case, person=person, kind=kind, detail=detail[:300],
        due_on=due_on, subject_key=subject_key,
        assigned_to=assigned_to or _at_work_on(case),
    )  # fmt: skip
    created = Task.objects.bulk_create([task], ignore_conflicts=True)
    if not Task.objects.filter(pk=created[0].pk).exists():
        return None
    record_on("task.opened", task, by, at, {"case": case.pk, "kind": kind})
    return task


@transaction.atomic
def finish_task(*, task: Task, by: Actor, at: datetime) -> Task:
    if task.status != TaskStatus.OPEN:
        raise TaskClosed(Fault("/status", "Only an open task can be finished."))
    task.change(at=at, status=TaskStatus.DONE, done_at=at)
    record_on("task.finished", task, by, at, {"case": task.case_id})
    return task


@transaction.atomic
def reopen_task(*, task: Task, case: Case, assigned_to: User | None = None, by: Actor, at: datetime) -> Task:
    """What was done and is needed once more, in a case that is open. Nothing happens to an open task."""
    check_colleague(assigned_to, by)
    if task.status != TaskStatus.OPEN:
        whose = assigned_to or _at_work_on(case)
        task.change(at=at, status=TaskStatus.OPEN, done_at=None, case=case, assigned_to=whose)
        record_on("task.reopened", task, by, at, {"case": case.pk})
    return task


def _at_work_on(case: Case) -> User | None:
    """The case's caseworker; whoever is on duty where that one has left."""
    caseworker = case.assigned_to
    if caseworker is None or caseworker.is_active:
        return caseworker
    on_duty = case.organisation.duty_caseworker
    return on_duty if on_duty is not None and on_duty.is_active else None


@transaction.atomic
def open_or_reopen_task(*, case: Case, subject_key: str, by: Actor, at: datetime, **asked: Any) -> None:
    """As `open_task`; what was there before is needed once more, with the day and words of now.

    For what happened anew. A sweep, which sees the same cause in every round, calls `open_task`.
    """
    if open_task(case=case, subject_key=subject_key, by=by, at=at, **asked) is not None:
        return
    known = Task.objects.select_for_update(no_key=True).get(
        organisation_id=by.organisation, subject_key=subject_key
    )
    reopen_task(task=known, case=case, assigned_to=asked.get("assigned_to"), by=by, at=at)
    due_on, detail = asked.get("due_on"), asked.get("detail", "")
    if (known.due_on, known.detail) != (due_on, detail[:300]):
        move_task(task=known, due_on=due_on, detail=detail, by=by, at=at)


@transaction.atomic
def cancel_task(*, task: Task, why: str, by: Actor, at: datetime) -> Task:
    """What nobody has to do any more, with a sentence that stays. Nothing happens to one that is not open."""
    if task.status == TaskStatus.OPEN:
        detail = f"{task.detail or task.get_kind_display().capitalize() + '.'} {why}"
        task.change(at=at, status=TaskStatus.CANCELLED, detail=detail[:300])
        record_on("task.cancelled", task, by, at, {"case": task.case_id})
    return task


@transaction.atomic
def move_task(*, task: Task, due_on: date | None, detail: str, by: Actor, at: datetime) -> Task:
    """The day by which it is needed is another one now. Nothing happens to one that is not open."""
    if task.status == TaskStatus.OPEN:
        task.change(at=at, due_on=due_on, detail=detail[:300])
        record_on("task.moved", task, by, at, {"case": task.case_id})
    return task
