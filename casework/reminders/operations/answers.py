"""What those who were told say to it."""

from datetime import date, datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.refusals import Conflict, Fault, Invalid
from casework.reminders.handover import hand_over_answer
from casework.reminders.models import Answer, AnswerKind, RecipientKind, Reminder, State
from casework.stays.models import Deadline, DeadlineStatus
from casework.stays.zones import local_day

ANSWERABLE = (DeadlineStatus.OPEN, DeadlineStatus.MISSED)
NEVER_TOLD = (State.SUPERSEDED, State.DEAD)


class NothingToAnswer(Conflict):
    """The deadline is settled, or its day is no longer the one that was shown."""


class NeverTold(Conflict):
    """Nobody was told by this row, so nobody can have taken note of it."""


@transaction.atomic
def answer(
    *,
    reminder: Reminder,
    version: int,
    kind: AnswerKind,
    left_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Answer | None:
    """What the person says to the deadline of a reminder; None when they had said so before.

    `version` is the deadline's, as it was shown. Nothing more is sent to them of it, and a caseworker gets a
    task: no deadline is met and no exit recorded by this. Raises NothingToAnswer, Invalid.
    """
    deadline = _held_deadline(reminder)
    if deadline is None or not _is_answerable(deadline, version):
        raise NothingToAnswer(Fault("", "This day has changed or is settled: look again."))
    today = local_day(deadline.country, at)
    _check_left_on(kind, left_on, deadline, today)
    said = Answer(
        organisation_id=by.organisation, deadline=deadline, deadline_version=version, reminder=reminder.pk,
        kind=kind, left_on=left_on, answered_at=at,
    )  # fmt: skip
    Answer.objects.bulk_create([said], ignore_conflicts=True)
    if not Answer.objects.filter(pk=said.pk).exists():
        return None
    reminder = _held(reminder)
    if reminder.acknowledged_at is None:
        reminder.change(at=at, acknowledged_at=at)
    hand_over_answer(said, today, by, at)
    Deadline.objects.filter(pk=deadline.pk).update(planned_version=0)  # the planner takes the rest back
    record(
        by=by, action="reminder.answered", object_type="reminder", object_id=reminder.pk, at=at,
        about={"deadline": deadline.pk, "version": version, "kind": kind},
    )  # fmt: skip
    return said


@transaction.atomic
def acknowledge(*, reminder: Reminder, by: Actor, at: datetime) -> Reminder:
    """The recipient has taken note: a person's counts as their "it is done" while the day still stands.

    Done again, it changes nothing. Raises NeverTold.
    """
    deadline, reminder = _held_deadline(reminder), _held(reminder)  # in this order, as an answer does
    if reminder.acknowledged_at is not None:
        return reminder
    if reminder.state in NEVER_TOLD:
        raise NeverTold(Fault("/state", "This reminder was taken back or did not arrive."))
    version = reminder.deadline_version
    to_person = reminder.recipient_kind == RecipientKind.PERSON
    if to_person and deadline and version and _is_answerable(deadline, version):
        answer(reminder=reminder, version=version, kind=AnswerKind.DONE, by=by, at=at)
        reminder = _held(reminder)
    if reminder.acknowledged_at is None:
        reminder.change(at=at, acknowledged_at=at)
    record(
        by=by, action="reminder.acknowledged", object_type="reminder", object_id=reminder.pk, at=at,
        about={"deadline": reminder.deadline_id},
    )  # fmt: skip
    return reminder


def _held(reminder: Reminder) -> Reminder:
    """As it is now: a worker may have written it since it was read."""
    rows = Reminder.objects.select_for_update(of=("self",))
    return rows.get(organisation_id=reminder.organisation_id, pk=reminder.pk)


def _held_deadline(reminder: Reminder) -> Deadline | None:
    """Nobody moves it between the look and the answer."""
    if reminder.deadline_id is None:
        return None
    rows = Deadline.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=reminder.deadline_id).first()


def _is_answerable(deadline: Deadline, version: int) -> bool:
    return deadline.status in ANSWERABLE and deadline.version == version


def _check_left_on(kind: AnswerKind, left_on: date | None, deadline: Deadline, today: date) -> None:
    if (kind == AnswerKind.LEFT) != (left_on is not None):
        raise Invalid(Fault("/left_on", "Say the day of the exit, and only with that answer."))
    if left_on is None:
        return
    if left_on > today:
        raise Invalid(Fault("/left_on", "This day has not come yet."))
    if deadline.arrival is not None and left_on < deadline.arrival.entered_on:
        raise Invalid(Fault("/left_on", "The exit lies before the entry."))
