"""A task about a deadline as it was: its day follows, or it ends and says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind, TaskStatus
from casework.reminders.handover import REFUSED, hand_over_reminder
from casework.reminders.models import AnswerKind, State
from casework.reminders.operations import answer, heal
from casework.reminders.queries import database_now
from casework.stays.models import Deadline, DeadlineStatus
from tests.acting import acting
from tests.reminders.arranged import deadline_in, move, rows

WEEK = timedelta(days=7)


def of_kind(kind: TaskKind) -> list[tuple[str, object, str]]:
    tasks = Task.objects.filter(kind=kind).order_by("created_at", "status")
    return [(task.status, task.due_on, task.detail) for task in tasks]


def without_address(days: int = 9) -> Deadline:
    deadline = deadline_in(days)
    deadline.person.change(at=database_now(), email="")
    heal(deadline.organisation_id)
    return deadline


def answered(nino: User, kind: AnswerKind) -> Deadline:
    deadline = deadline_in(9)
    heal(nino.organisation_id)
    row = rows(deadline, state=State.PENDING)[0]
    row.change(at=database_now(), state=State.SENT, sent_at=database_now())
    left_on = database_now().date() - timedelta(days=2) if kind == AnswerKind.LEFT else None
    answer(reminder=row, version=1, kind=kind, left_on=left_on, by=nino.as_actor(), at=database_now())
    return deadline


@pytest.mark.parametrize("weeks", [1, -1, 50])
def test_no_address_one_task_is_open_for_the_day_as_it_is(nino: User, weeks: int) -> None:
    deadline = without_address()
    old, new = deadline.due_on, deadline.due_on + weeks * WEEK
    move(deadline, new, database_now())
    for _ in range(2):
        heal(nino.organisation_id)
    told = "Tell the person yourself: there is no address."
    assert sorted(of_kind(TaskKind.NO_ADDRESS)) == [
        (TaskStatus.CANCELLED, old, f"{told} Closed by itself: the deadline is now {new} and is told anew."),
        (TaskStatus.OPEN, new, ""),
    ]


def test_silence_about_the_old_day_is_not_silence_about_the_new(nino: User) -> None:
    deadline = deadline_in(3)
    heal(nino.organisation_id)
    told = rows(deadline, state=State.PENDING)[0]
    told.change(at=database_now(), state=State.SENT, sent_at=database_now() - timedelta(hours=13))
    heal(nino.organisation_id)
    move(deadline, deadline.due_on + 9 * WEEK, database_now())
    heal(nino.organisation_id)
    assert [status for status, _, _ in of_kind(TaskKind.NO_ANSWER)] == [TaskStatus.CANCELLED]


def test_reminder_that_died_for_the_old_day(nino: User) -> None:
    deadline = deadline_in(9)
    heal(nino.organisation_id)
    row = rows(deadline, state=State.PENDING)[0]
    row.change(at=database_now(), state=State.DEAD, last_error="SMTP 550")
    hand_over_reminder(row, database_now())
    move(deadline, deadline.due_on + WEEK, database_now())
    heal(nino.organisation_id)
    [(status, _, detail)] = of_kind(TaskKind.REMINDER_DEAD)
    assert status == TaskStatus.CANCELLED
    assert detail.startswith(f"{REFUSED} Closed by itself")
    assert rows(deadline, deadline_version=2, state=State.PENDING), "told anew"


@pytest.mark.parametrize(
    ("kind", "task"), [(AnswerKind.DONE, TaskKind.SAYS_DONE), (AnswerKind.LEFT, TaskKind.SAYS_LEFT)]
)
def test_day_of_an_answer_follows(nino: User, kind: AnswerKind, task: TaskKind) -> None:
    deadline = answered(nino, kind)
    [(_, _, detail)] = of_kind(task)
    for _ in range(2):
        move(deadline, deadline.due_on + WEEK, database_now())
        heal(nino.organisation_id)
    assert of_kind(task) == [(TaskStatus.OPEN, deadline.due_on, f"{detail} The deadline has moved since.")]


def test_whoever_waits_for_a_call_waits_for_today(nino: User) -> None:
    deadline = answered(nino, AnswerKind.CALL_ME)
    before = of_kind(TaskKind.CALL_ME)
    move(deadline, deadline.due_on + WEEK, database_now())
    heal(nino.organisation_id)
    assert of_kind(TaskKind.CALL_ME) == before


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (DeadlineStatus.MET, "Closed by itself: the deadline was met."),
        (DeadlineStatus.CANCELLED, "Closed by itself: the deadline no longer stands."),
        (DeadlineStatus.SUPERSEDED, "Closed by itself: the deadline was replaced by another."),
        (DeadlineStatus.MISSED, ""),
    ],
)
def test_deadline_that_is_settled(nino: User, status: DeadlineStatus, said: str) -> None:
    deadline = without_address()
    deadline.change(at=database_now(), status=status, closed_at=database_now())
    heal(nino.organisation_id)
    [(found, _, detail)] = of_kind(TaskKind.NO_ADDRESS)
    assert (found, detail.endswith(said)) == (TaskStatus.CANCELLED if said else TaskStatus.OPEN, True)


def test_what_is_done_or_written_by_somebody_stays(nino: User) -> None:
    deadline = without_address()
    Task.objects.update(status=TaskStatus.DONE)
    Task.objects.update(subject_key=f"written:{deadline.pk}")
    move(deadline, deadline.due_on + WEEK, database_now())
    heal(nino.organisation_id)
    assert sorted(status for status, _, _ in of_kind(TaskKind.NO_ADDRESS)) == [
        TaskStatus.DONE,
        TaskStatus.OPEN,
    ]


def test_another_organisations_task_is_theirs(nino: User, marek: User) -> None:
    with acting(marek.organisation):
        move(without_address(), database_now().date(), database_now())
        Task.objects.all().update(kind=TaskKind.NO_ADDRESS)
    heal(nino.organisation_id)
    with acting(marek.organisation):
        assert [status for status, _, _ in of_kind(TaskKind.NO_ADDRESS)] == [TaskStatus.OPEN]
