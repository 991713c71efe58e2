"""What somebody says to a reminder: noted once, a task for a human, and silence afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.accounts.models import User
from casework.cases.models import Task
from casework.cases.queries import open_case_of
from casework.refusals import Invalid
from casework.reminders.ledger import fence
from casework.reminders.models import Answer, AnswerKind, Reminder, State
from casework.reminders.operations import NothingToAnswer, acknowledge, answer, heal, work
from casework.reminders.queries import database_now
from casework.stays.models import Deadline, DeadlineStatus
from casework.stays.zones import local_day
from tests.reminders.arranged import claim_one, deadline_in, make_due, move, plan_at, rows
from tests.reminders.mailserver import Answers


def said(nino: User, reminder: Reminder, kind: str = "done", left_on: date | None = None) -> Answer | None:
    deadline = Deadline.objects.get(pk=reminder.deadline_id)
    return answer(
        reminder=reminder, version=deadline.version, kind=AnswerKind(kind), left_on=left_on,
        by=nino.as_actor(), at=database_now(),
    )  # fmt: skip


@pytest.fixture
def deadline(nino: User) -> Deadline:
    deadline = deadline_in(9)
    plan_at(nino.organisation_id, database_now())
    return deadline


@pytest.mark.parametrize("kind", ["done", "left", "call_me"])
def test_an_answer_ends_what_the_person_would_be_told(nino: User, deadline: Deadline, kind: str) -> None:
    [first, *_] = rows(deadline, state=State.PENDING)
    to_caseworker = len(rows(deadline, "caseworker", state=State.PENDING))
    today = local_day(deadline.country, database_now())
    assert said(nino, first, kind, today if kind == "left" else None)
    for _ in range(2):
        plan_at(nino.organisation_id, database_now())
        heal(nino.organisation_id)
    assert rows(deadline, state=State.PENDING) == []
    assert {row.last_error for row in rows(deadline, state=State.SUPERSEDED)} == {
        "answered", "told with another"
    }  # fmt: skip
    assert len(rows(deadline, "caseworker", state=State.PENDING)) == to_caseworker
    first.refresh_from_db()
    assert first.acknowledged_at


@pytest.mark.parametrize(
    ("kind", "task_kind", "told"),
    [
        ("done", "says_done", "They say that it is done, through"),
        ("left", "says_left", "They say that they left on"),
        ("call_me", "call_me", "They ask for a call"),
    ],
)
def test_an_answer_is_a_task_and_changes_no_stay(
    nino: User, deadline: Deadline, kind: str, task_kind: str, told: str
) -> None:
    today = local_day(deadline.country, database_now())
    said(nino, rows(deadline)[0], kind, today if kind == "left" else None)
    [task] = Task.objects.all()
    assert (task.kind, task.assigned_to, task.case) == (task_kind, nino, open_case_of(deadline.person_id))
    assert task.due_on == (today if kind == "call_me" else deadline.due_on)
    assert task.detail.startswith(told)
    assert f", Georgia, {deadline.due_on}." in task.detail
    deadline.refresh_from_db()
    assert deadline.arrival is not None
    assert (deadline.status, deadline.version, deadline.arrival.left_on) == (DeadlineStatus.OPEN, 1, None)


def test_the_same_answer_is_noted_once_and_another_beside_it(nino: User, deadline: Deadline) -> None:
    first = rows(deadline)[0]
    assert said(nino, first)
    assert said(nino, first) is None
    assert said(nino, rows(deadline)[1]) is None
    assert said(nino, first, "call_me")
    assert Answer.objects.count() == Task.objects.count() == 2


def test_a_day_that_moves_is_told_again_after_an_answer(nino: User, deadline: Deadline) -> None:
    said(nino, rows(deadline)[0])
    move(deadline, deadline.due_on + timedelta(days=20), database_now())
    plan_at(nino.organisation_id, database_now())
    assert rows(deadline, state=State.PENDING, deadline_version=2)
    with pytest.raises(NothingToAnswer):
        answer(
            reminder=rows(deadline)[0], version=1, kind=AnswerKind.DONE, by=nino.as_actor(), at=database_now()
        )


@pytest.mark.parametrize("status", ["met", "cancelled", "superseded"])
def test_nothing_to_answer_where_it_is_settled(nino: User, deadline: Deadline, status: str) -> None:
    deadline.change(at=database_now(), status=status)
    with pytest.raises(NothingToAnswer):
        answer(
            reminder=rows(deadline)[0], version=deadline.version, kind=AnswerKind.DONE, by=nino.as_actor(),
            at=database_now(),
        )  # fmt: skip
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("kind", "days"), [("left", 1), ("left", -5000), ("left", None), ("done", 0), ("call_me", 0)]
)
def test_a_day_of_exit_that_cannot_be(nino: User, deadline: Deadline, kind: str, days: int | None) -> None:
    today = local_day(deadline.country, database_now())
    left_on = None if days is None else today + timedelta(days=days)
    with pytest.raises(Invalid):
        said(nino, rows(deadline)[0], kind, left_on)
    assert not Answer.objects.exists()


def test_the_fence_sees_an_answer_that_came_after_the_claim(nino: User, deadline: Deadline) -> None:
    due = make_due(deadline)
    Reminder.objects.exclude(pk=due.pk).delete()
    claimed = claim_one(nino.organisation_id)
    assert claimed is not None
    said(nino, Reminder.objects.get(pk=due.pk), "call_me")
    assert not fence(claimed, "<1@casework.example>")
    due.refresh_from_db()
    assert (due.state, due.last_error) == (State.SUPERSEDED, "answered")


def test_after_an_answer_no_mail_leaves(nino: User, deadline: Deadline, mails: Answers) -> None:
    said(nino, rows(deadline)[0])
    heal(nino.organisation_id)
    work(nino.organisation_id)
    assert mails.mails_to(deadline.person.email) == []
    assert len(mails.mails_to(nino.email)) == 1


def test_acknowledge_counts_as_done(nino: User, deadline: Deadline) -> None:
    [first, *_] = rows(deadline, state=State.PENDING)
    for _ in range(2):
        acknowledge(reminder=first, by=nino.as_actor(), at=database_now())
    assert [(row.kind, row.reminder) for row in Answer.objects.all()] == [("done", first.pk)]
    plan_at(nino.organisation_id, database_now())
    first.refresh_from_db()
    acknowledge(reminder=first, by=nino.as_actor(), at=database_now())
    assert first.state == State.SUPERSEDED
