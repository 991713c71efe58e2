"""No answer while the day comes near: a task, then the supervisor, all before the day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.accounts.models import Organisation, User
from casework.cases.models import Task, TaskKind
from casework.cases.operations import finish_task
from casework.reminders import policies
from casework.reminders.details import PolicyDetails
from casework.reminders.ledger import fence
from casework.reminders.models import AnswerKind, Reminder, State
from casework.reminders.operations import answer, heal, set_policy, work
from casework.reminders.queries import database_now, desk_of, health
from casework.reminders.wording import WORDINGS
from casework.stays.models import Deadline
from tests.acting import acting
from tests.reminders.arranged import claim_one, deadline_in, move, rows
from tests.reminders.mailserver import Answers


def told(nino: User, days: int, hours: float = 13) -> Deadline:
    """The person was told of the day so many hours ago."""
    deadline = deadline_in(days)
    heal(nino.organisation_id)
    row = rows(deadline, state=State.PENDING)[0]
    row.change(at=database_now(), state=State.SENT, sent_at=database_now() - timedelta(hours=hours))
    return deadline


def silent_rows(deadline: Deadline) -> list[Reminder]:
    return rows(deadline, "supervisor", occasion="silent")


@pytest.mark.parametrize(("days", "tasks"), [(0, 1), (1, 1), (3, 1), (4, 0), (20, 0), (-1, 0)])
def test_silence_is_a_task_from_three_days_before(nino: User, days: int, tasks: int) -> None:
    deadline = told(nino, days) if days >= 0 else deadline_in(days)
    for _ in range(2):
        heal(nino.organisation_id)
    found = list(Task.objects.all())
    assert [(t.kind, t.person, t.due_on, t.assigned_to) for t in found] == [
        (TaskKind.NO_ANSWER, deadline.person, deadline.due_on, nino)
    ] * tasks


@pytest.mark.parametrize(
    ("days", "hours", "tasks"), [(3, 11, 0), (2, 13, 1), (1, 1, 0), (1, 3, 1), (0, 3, 1)]
)
def test_nobody_is_called_silent_who_had_no_time(nino: User, days: int, hours: int, tasks: int) -> None:
    told(nino, days, hours)
    heal(nino.organisation_id)
    assert Task.objects.count() == tasks


def test_whoever_was_never_told_is_not_silent(nino: User) -> None:
    deadline_in(2)
    heal(nino.organisation_id)
    heal(nino.organisation_id)
    assert not Task.objects.exists()


@pytest.mark.parametrize("kind", list(AnswerKind))
def test_whoever_answers_is_not_silent(nino: User, levan: User, kind: AnswerKind) -> None:
    deadline = told(nino, 1)
    left_on = deadline.created_at.date() if kind == AnswerKind.LEFT else None
    answer(
        reminder=rows(deadline)[0],
        version=1,
        kind=kind,
        left_on=left_on,
        by=nino.as_actor(),
        at=database_now(),
    )
    for _ in range(3):
        heal(nino.organisation_id)
    assert not Task.objects.filter(kind=TaskKind.NO_ANSWER).exists()
    assert silent_rows(deadline) == []


def test_once_more_when_the_day_moves(nino: User) -> None:
    deadline = told(nino, 2)
    heal(nino.organisation_id)
    move(deadline, deadline.due_on + timedelta(days=1), database_now())
    heal(nino.organisation_id)
    assert Task.objects.count() == 1
    row = rows(deadline, state=State.PENDING, deadline_version=2)[0]
    row.change(at=database_now(), state=State.SENT, sent_at=database_now() - timedelta(days=1))
    heal(nino.organisation_id)
    assert Task.objects.count() == 2


# --- the supervisor --------------------------------------------------------------------------------------
def test_the_supervisor_is_mailed_once_on_the_last_day(nino: User, levan: User, mails: Answers) -> None:
    deadline = told(nino, 1)
    for _ in range(3):
        heal(nino.organisation_id)
        work(nino.organisation_id)
    [row] = silent_rows(deadline)
    assert (row.state, row.recipient, row.offset_days) == (State.SENT, levan.pk, policies.SUPERVISOR_FROM)
    [mail] = mails.mails_to(levan.email)
    words = WORDINGS["en"]
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert words.silent in " ".join(body.split())
    assert f"/admin/stays/deadline/{deadline.pk}/change/" in body
    assert mail["Subject"] == words.subject.format(day=words.day(deadline.due_on))
    assert deadline.person.family_name not in str(mail)


@pytest.mark.parametrize("days", [2, 3])
def test_not_before_the_last_day(nino: User, levan: User, days: int) -> None:
    deadline = told(nino, days)
    for _ in range(3):
        heal(nino.organisation_id)
    assert Task.objects.exists()
    assert silent_rows(deadline) == []


def test_not_when_the_caseworker_has_done_it(nino: User, levan: User, mails: Answers) -> None:
    deadline = told(nino, 1)
    heal(nino.organisation_id)
    finish_task(task=Task.objects.get(), by=nino.as_actor(), at=database_now())
    heal(nino.organisation_id)
    work(nino.organisation_id)
    assert [row.last_error for row in silent_rows(deadline)] == ["taken care of"]
    assert mails.mails_to(levan.email) == []


@pytest.mark.parametrize("last", ["answer", "finish", "day"])
def test_the_fence_sees_what_came_last(nino: User, levan: User, last: str) -> None:
    deadline = told(nino, 1)
    for _ in range(2):
        heal(nino.organisation_id)
    [row] = silent_rows(deadline)
    Reminder.objects.exclude(pk__in=[row.pk, rows(deadline)[0].pk]).delete()
    claimed = claim_one(nino.organisation_id)
    assert claimed is not None
    assert claimed.reminder_id == row.pk
    if last == "answer":
        said = rows(deadline)[0]
        answer(reminder=said, version=1, kind=AnswerKind.CALL_ME, by=nino.as_actor(), at=database_now())
    elif last == "finish":
        finish_task(task=Task.objects.get(), by=nino.as_actor(), at=database_now())
    else:
        Deadline.objects.filter(pk=deadline.pk).update(due_on=deadline.due_on - timedelta(days=3))
    assert not fence(claimed, "<1@casework.example>")
    row.refresh_from_db()
    told_why = {"answer": "answered", "finish": "taken care of", "day": "day is over"}[last]
    assert (row.state, row.last_error) == (State.SUPERSEDED, told_why)


def test_no_policy_takes_it_back(nino: User, levan: User) -> None:
    """Whether supervisors hear of every day is agreed on; that they hear of silence is not."""
    deadline = told(nino, 1)
    for _ in range(2):
        heal(nino.organisation_id)
    later = database_now() + timedelta(seconds=1)
    details = PolicyDetails(tells_supervisor=False)
    set_policy(organisation=nino.organisation, details=details, by=levan.as_actor(), at=later)
    heal(nino.organisation_id)
    [row] = silent_rows(deadline)
    Reminder.objects.exclude(pk__in=[row.pk, rows(deadline)[0].pk]).delete()
    claimed = claim_one(nino.organisation_id)
    assert claimed is not None
    assert fence(claimed, "<1@casework.example>")


def test_a_dead_mail_and_no_address_reach_the_supervisor_too(nino: User, levan: User, mails: Answers) -> None:
    dead, unreachable = deadline_in(1), deadline_in(0)
    unreachable.person.change(at=database_now(), email="")
    heal(nino.organisation_id)
    Reminder.objects.exclude(deadline=dead, recipient_kind="person").delete()
    mails.to_recipient.append("550 no such mailbox")
    work(nino.organisation_id)
    heal(nino.organisation_id)
    assert {t.kind for t in Task.objects.all()} == {TaskKind.NO_ADDRESS, TaskKind.REMINDER_DEAD}
    assert len(silent_rows(dead)) == len(silent_rows(unreachable)) == 1


def test_without_a_supervisor_the_task_remains(nino: User) -> None:
    deadline = told(nino, 1)
    for _ in range(2):
        heal(nino.organisation_id)
    assert Task.objects.count() == 1
    assert silent_rows(deadline) == []
    assert health(desk_of(nino.organisation_id), database_now()).due_without_row == 0


def test_another_organisations_supervisor_hears_nothing(
    nino: User, levan: User, marek: User, almaty: Organisation
) -> None:
    deadline = told(nino, 1)
    for _ in range(2):
        heal(nino.organisation_id)
    assert {row.recipient for row in silent_rows(deadline)} == {levan.pk}
    with acting(almaty):
        assert not Reminder.objects.exists()
        assert not Task.objects.exists()
