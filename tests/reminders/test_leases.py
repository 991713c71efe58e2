"""What a worker holds is its own until the lease ends, and not a moment longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.accounts.models import User
from casework.cases.models import Task
from casework.isolation import acting_for
from casework.reminders import ledger
from casework.reminders.models import Reminder, State
from casework.reminders.queries import database_now
from casework.stays.models import DeadlineKind
from tests.reminders.arranged import claim_one, one_due
from tests.reminders.mailserver import Answers


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def test_expired_claim_is_pending_again(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim_one(nino.organisation_id)
    _lease_ends(reminder)
    ledger.release_expired(nino.organisation_id, 10)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.lease_token, reminder.attempts) == (State.PENDING, None, 0)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (DeadlineKind.STAY_END, State.PENDING),
        (DeadlineKind.REGISTRATION, State.PENDING),
        (DeadlineKind.APPEAL, State.PENDING),
        (DeadlineKind.DOCUMENT_EXPIRY, State.PARKED),
        (DeadlineKind.APPOINTMENT, State.PARKED),
    ],
)
def test_expired_in_flight(nino: User, mails: Answers, kind: str, state: str) -> None:
    reminder = one_due(kind=kind)
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    assert ledger.fence(claim, "<x>")
    _lease_ends(reminder)
    ledger.release_expired(nino.organisation_id, 10)
    reminder.refresh_from_db()
    assert (reminder.state, reminder.attempts) == (state, 1)
    assert Task.objects.exists() == (state == State.PARKED)


def test_running_lease_is_left_alone(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim_one(nino.organisation_id)
    ledger.release_expired(nino.organisation_id, 10)
    reminder.refresh_from_db()
    assert reminder.state == State.CLAIMED


def test_mark_of_a_worker_that_woke_too_late(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    assert ledger.fence(claim, "<x>")
    _lease_ends(reminder)
    ledger.release_expired(nino.organisation_id, 10)
    ledger.mark_sent(claim)
    ledger.bury(claim, "SMTP 550")
    ledger.try_later(claim, "SMTP 451")
    reminder.refresh_from_db()
    assert (reminder.state, reminder.last_error) == (State.PENDING, "worker gone")


def _lease_ends(reminder: Reminder) -> None:
    with acting_for(reminder.organisation_id):
        Reminder.objects.filter(pk=reminder.pk).update(lease_until=database_now() - timedelta(seconds=1))
