"""What the ledger cannot tell becomes somebody's task. Silence is the only forbidden outcome."""

from datetime import datetime

from casework.audit.actors import Actor, system
from casework.cases.models import Case, TaskKind
from casework.cases.operations import open_case, open_task
from casework.cases.queries import open_case_of
from casework.people.models import Person
from casework.reminders.models import RecipientKind, Reminder
from casework.reminders.queries import Unreachable, reachable_colleague

NOBODY_TO_MAIL = (
    "The caseworker has no e-mail address or no longer works here: nobody is told of this day by mail."
)
NO_SUPERVISOR = "No supervisor has an e-mail address: none is told of this day by mail."
DETAILS = {RecipientKind.CASEWORKER: NOBODY_TO_MAIL, RecipientKind.SUPERVISOR: NO_SUPERVISOR}


def hand_over_unreachable(unreachable: Unreachable, by: Actor, at: datetime) -> None:
    """One task per deadline version and kind of recipient."""
    person = Person.objects.get(pk=unreachable.person_id)
    to_person = unreachable.recipient_kind == RecipientKind.PERSON
    open_task(
        case=_case_of(person, by, at),
        kind=TaskKind.NO_ADDRESS if to_person else TaskKind.OTHER,
        person=person,
        detail=DETAILS.get(unreachable.recipient_kind, ""),
        due_on=unreachable.due_on,
        subject_key=unreachable.subject_key,
        assigned_to=None if to_person else reachable_colleague(by.organisation),
        by=by,
        at=at,
    )


def hand_over_reminder(reminder: Reminder, why: str, at: datetime) -> None:
    """For a row that is dead or parked: one task per deadline version and recipient."""
    deadline = reminder.deadline
    if deadline is None:
        return
    by = system("reminders", reminder.organisation_id)
    open_task(
        case=_case_of(deadline.person, by, at),
        kind=TaskKind.REMINDER_DEAD,
        person=deadline.person,
        detail=f"A message to the {reminder.recipient_kind} did not arrive for certain: {why}.",
        due_on=deadline.due_on,
        subject_key=f"reminder_dead:{deadline.pk}:{reminder.deadline_version}:{reminder.recipient}",
        by=by,
        at=at,
    )


def hand_over_without_address(reminder: Reminder, at: datetime) -> None:
    """The address went between planning and sending."""
    deadline = reminder.deadline
    if deadline is None or reminder.deadline_version is None:
        return
    hand_over_unreachable(
        Unreachable(
            deadline.pk, reminder.deadline_version, deadline.person_id, deadline.due_on,
            RecipientKind(reminder.recipient_kind),
        ),
        system("reminders", reminder.organisation_id),
        at,
    )  # fmt: skip


def _case_of(person: Person, by: Actor, at: datetime) -> Case:
    """A task in a closed file would be seen by nobody."""
    return open_case_of(person.pk) or open_case(household=person.household, assigned_to=None, by=by, at=at)
