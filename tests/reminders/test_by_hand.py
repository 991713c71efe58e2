"""What a caseworker does to a row of the ledger; the fence decides as ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.cases.models import Task, TaskStatus
from casework.cases.operations import finish_task
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.operations import NotGivenUp, NotWaiting, send_now, try_again, work
from casework.reminders.queries import database_now
from tests.reminders.arranged import deadline_in, make_due, plan_at, rows
from tests.reminders.mailserver import Answers


def planned(nino: User, days: int = 9) -> Reminder:
    """The person's next one, which waits for its morning."""
    deadline = deadline_in(days)
    plan_at(deadline.organisation_id, database_now())
    return rows(deadline, state=State.PENDING, occasion=Occasion.OFFSET, offset_days=7)[0]


def hurry(reminder: Reminder, nino: User) -> Reminder:
    return send_now(reminder=reminder, by=nino.as_actor(), at=database_now())


def again(reminder: Reminder, nino: User) -> Reminder:
    return try_again(reminder=reminder, by=nino.as_actor(), at=database_now())


def dead(nino: User, mails: Answers) -> Reminder:
    """The server knows no such mailbox."""
    deadline = deadline_in(9)
    plan_at(deadline.organisation_id, database_now())
    row = make_due(deadline)
    Reminder.objects.exclude(pk=row.pk).delete()
    mails.to_recipient = ["550 no such mailbox"]
    work(deadline.organisation_id)
    row.refresh_from_db()
    assert row.state == State.DEAD
    return row


def test_send_now_goes_out_with_the_next_tick(nino: User, mails: Answers) -> None:
    row = planned(nino)
    planned_for = row.send_after
    Reminder.objects.filter(send_after__lte=database_now()).delete()
    work(nino.organisation_id)
    assert mails.taken == []
    hurry(row, nino)
    work(nino.organisation_id)
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len(mails.taken) == 1
    event = Event.objects.get(action="reminder.hurried", object_id=row.pk)
    assert event.actor_id == str(nino.pk)
    assert event.about["planned"] == str(planned_for)


def test_send_now_does_not_pass_the_fence(nino: User, mails: Answers) -> None:
    row = planned(nino)
    Reminder.objects.filter(send_after__lte=database_now()).delete()
    hurry(row, nino)
    row.deadline.change(at=database_now(), status="met")
    work(nino.organisation_id)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.SUPERSEDED, "closed")
    assert mails.taken == []


def test_send_now_of_what_is_due_changes_nothing(nino: User) -> None:
    row = planned(nino)
    due_at = database_now() - timedelta(hours=1)
    row.change(at=database_now(), send_after=due_at)
    assert hurry(row, nino).send_after == due_at
    assert not Event.objects.filter(action="reminder.hurried").exists()


def test_send_now_waits_for_no_digest(nino: User, mails: Answers) -> None:
    """Nino has so much to hear that the rest of the day is bundled; today's digest has left already."""
    deadlines = [deadline_in(9) for _ in range(4)]
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 1
    for deadline in deadlines:
        [row] = rows(deadline, "caseworker", state=State.PENDING, offset_days=7)
        hurry(row, nino)
    work(nino.organisation_id)
    assert len(mails.mails_to(nino.email)) == 5


@pytest.mark.parametrize("state", [State.IN_FLIGHT, State.SENT, State.SUPERSEDED, State.DEAD, State.PARKED])
def test_send_now_of_what_does_not_wait(nino: User, state: State) -> None:
    row = planned(nino)
    Reminder.objects.filter(pk=row.pk).update(state=state, lease_token=row.pk)  # the page shows it waiting
    before = row.send_after
    with pytest.raises(NotWaiting, match="Only a waiting reminder"):
        hurry(row, nino)
    row.refresh_from_db()
    assert row.send_after == before


def test_send_now_says_of_no_day_that_it_has_passed(nino: User) -> None:
    deadline = deadline_in(2)
    plan_at(deadline.organisation_id, database_now())
    [row] = rows(deadline, occasion=Occasion.PASSED)
    with pytest.raises(NotWaiting, match="it has not"):
        hurry(row, nino)


def test_try_again_arrives(nino: User, mails: Answers) -> None:
    row = dead(nino, mails)
    message_id = row.message_id
    again(row, nino)
    work(nino.organisation_id)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == (State.SENT, 1, "")
    assert [message["Message-ID"] for _, message in mails.taken] == [message_id]
    event = Event.objects.get(action="reminder.retried", object_id=row.pk)
    assert (event.about["state"], event.about["attempts"], event.about["why"]) == ("dead", 1, "SMTP 550")


def test_try_again_of_what_is_parked_has_all_its_attempts(nino: User) -> None:
    row = planned(nino)
    row.change(at=database_now(), state=State.PARKED, attempts=12, last_error="worker gone")
    found = again(row, nino)
    assert (found.state, found.attempts, found.last_error) == (State.PENDING, 0, "")
    assert found.send_after <= database_now()


@pytest.mark.parametrize("state", [State.PENDING, State.IN_FLIGHT, State.SENT, State.SUPERSEDED])
def test_try_again_of_what_was_not_given_up(nino: User, state: State) -> None:
    row = planned(nino)
    Reminder.objects.filter(pk=row.pk).update(state=state, lease_token=row.pk)
    with pytest.raises(NotGivenUp, match="given up"):
        again(row, nino)


def test_try_again_that_fails_is_somebodys_task_again(nino: User, mails: Answers) -> None:
    row = dead(nino, mails)
    task = Task.objects.get()
    finish_task(task=task, by=nino.as_actor(), at=database_now())
    again(row, nino)
    mails.to_recipient = ["550 no such mailbox"]
    work(nino.organisation_id)
    task.refresh_from_db()
    assert (task.status, task.done_at, task.assigned_to) == (TaskStatus.OPEN, None, nino)
    assert Event.objects.filter(action="task.reopened", object_id=task.pk).count() == 1


def test_try_again_without_an_address_is_somebodys_task_again(nino: User, mails: Answers) -> None:
    row = dead(nino, mails)
    row.deadline.person.change(at=database_now(), email="")
    for _ in range(2):
        again(row, nino)
        work(nino.organisation_id)
        row.refresh_from_db()
        assert (row.state, row.last_error) == (State.DEAD, "no address")
        for task in Task.objects.filter(status=TaskStatus.OPEN):
            finish_task(task=task, by=nino.as_actor(), at=database_now())
    assert Event.objects.filter(action="task.reopened").count() == 1
