"""A letter that cannot be written is given up like one that does not arrive, and becomes somebody's task."""

from __future__ import annotations

from typing import NoReturn

import pytest

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.reminders import letters, policies
from casework.reminders.mail import Mail
from casework.reminders.models import Reminder, State
from casework.reminders.operations import plan, work
from casework.reminders.queries import database_now
from casework.stays.models import DeadlineStatus
from tests.reminders.arranged import claim_one, deadline_in, deliver, make_due, plan_at
from tests.reminders.mailserver import Answers


@pytest.fixture
def unwritable(nino: User, monkeypatch: pytest.MonkeyPatch) -> Reminder:
    def fails(*about: object) -> NoReturn:
        raise KeyError("name")

    monkeypatch.setattr(letters, "_subject", fails)
    deadline = deadline_in(9)
    plan(nino.organisation_id)
    Reminder.objects.filter(recipient_kind="caseworker").delete()
    return make_due(deadline)


def test_it_counts_as_an_attempt(nino: User, unwritable: Reminder, mails: Answers) -> None:
    work(nino.organisation_id)
    unwritable.refresh_from_db()
    assert (unwritable.state, unwritable.attempts, unwritable.last_error) == (State.PENDING, 1, "KeyError")
    assert unwritable.send_after > database_now()
    assert mails.taken == []


def test_in_the_end_it_is_somebodys_task(nino: User, unwritable: Reminder, mails: Answers) -> None:
    unwritable.change(at=database_now(), attempts=policies.MAX_ATTEMPTS - 1)
    work(nino.organisation_id)
    unwritable.refresh_from_db()
    assert (unwritable.state, unwritable.last_error) == (State.DEAD, "KeyError")
    [task] = Task.objects.all()
    assert (task.kind, task.person) == (TaskKind.REMINDER_DEAD, unwritable.deadline.person)  # type: ignore[union-attr]


@pytest.mark.parametrize("why", ["handed over", "closed"])
def test_no_address_of_somebody_who_would_not_be_told_anyway(
    nino: User, levan: User, mails: Answers, why: str
) -> None:
    """Nino has left, and her people are Levan's: he is told, so there is nothing to do."""
    deadline = deadline_in(9, assigned_to=nino)
    plan_at(nino.organisation_id, database_now())
    Reminder.objects.filter(deadline=deadline, recipient_kind="person").delete()
    reminder = make_due(deadline, "caseworker")
    Reminder.objects.exclude(pk=reminder.pk).delete()
    change = {"assigned_to": levan} if why == "handed over" else {"status": DeadlineStatus.MET}
    type(deadline).objects.filter(pk=deadline.pk).update(**change)
    User.objects.filter(pk=nino.pk).update(is_active=False)
    claimed = claim_one(nino.organisation_id)
    assert claimed is not None
    deliver(claimed, {"mail": Mail()})
    reminder.refresh_from_db()
    assert (reminder.state, reminder.last_error) == (State.SUPERSEDED, why)
    assert not Task.objects.exists()
