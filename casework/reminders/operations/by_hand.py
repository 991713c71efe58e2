"""What a human does with a row of the ledger: the same fence decides."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.refusals import Conflict, Fault
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.queries import GIVEN_UP, speaks_too_early, waits_behind

AFRESH: dict[str, Any] = {"state": State.PENDING, "attempts": 0, "last_error": ""}


class NotWaiting(Conflict):
    """Only what waits can be sent earlier."""


class NotGivenUp(Conflict):
    """Only what was given up can be tried again."""


@transaction.atomic
def send_now(*, reminder: Reminder, by: Actor, at: datetime) -> Reminder:
    """A waiting row becomes due: the next tick takes it, and its fence decides as ever. Raises NotWaiting."""
    row = _locked(reminder)
    if row.state != State.PENDING:
        raise NotWaiting(
            Fault(
                "/state",
                f"Only a waiting reminder can be sent now: this one is {row.get_state_display().lower()}.",
            )
        )
    if speaks_too_early(row, at):
        raise NotWaiting(Fault("/occasion", "This one says that the day has passed, and it has not."))
    if waits_behind(row):
        raise NotWaiting(Fault("/occasion", "An earlier reminder of this day still waits: send that one."))
    if row.send_after > at or row.digest_id is not None:
        about = {"planned": row.send_after}
        row.change(at=at, send_after=at, digest=None, by_hand=True)
        _record("reminder.hurried", row, by, at, about)
    return row


@transaction.atomic
def try_again(*, reminder: Reminder, by: Actor, at: datetime) -> Reminder:
    """What was given up is due at once, with all its attempts before it and the same message id.

    What was to be told in a digest is told by itself; a digest takes back what was given up with it. Raises
    NotGivenUp. Given up once more, it is somebody's task once more.
    """
    row = _locked(reminder)
    if row.state not in GIVEN_UP:
        raise NotGivenUp(
            Fault(
                "/state",
                f"Only what was given up can be tried again: this is {row.get_state_display().lower()}.",
            )
        )
    about = {"state": row.state, "attempts": row.attempts, "why": row.last_error}
    row.change(at=at, **AFRESH, send_after=at, digest=None, by_hand=True)
    if row.occasion == Occasion.DIGEST:
        about["told"] = _take_back(row, at)
    _record("reminder.retried", row, by, at, about)
    return row


def _take_back(digest: Reminder, at: datetime) -> int:
    """How many rows it tells again; those that were tried again singly are its own no more."""
    rows = Reminder.objects.filter(organisation_id=digest.organisation_id, digest_id=digest.pk)
    given_up = rows.filter(state__in=GIVEN_UP)
    return given_up.update(**AFRESH, version=F("version") + 1, updated_at=at)


def _locked(reminder: Reminder) -> Reminder:
    """As it is now: a worker may have taken it while somebody looked at the page."""
    rows = Reminder.objects.select_for_update(of=("self",)).select_related("deadline")
    return rows.get(organisation_id=reminder.organisation_id, pk=reminder.pk)


def _record(action: str, row: Reminder, by: Actor, at: datetime, about: dict[str, Any]) -> None:
    told = {"deadline": row.deadline_id, "occasion": row.occasion, **about}
    record(by=by, action=action, object_type="reminder", object_id=row.pk, at=at, about=told)
