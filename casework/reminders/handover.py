"""What the ledger cannot tell becomes somebody's task. Silence is the only forbidden outcome."""

from datetime import date, datetime

from casework.audit.actors import Actor, ActorKind, system
from casework.cases.models import Case, Task, TaskKind
from casework.cases.operations import (
    cancel_task,
    move_task,
    open_case,
    open_or_reopen_task,
    open_task,
)
from casework.cases.queries import open_case_of
from casework.people.countries import name_of
from casework.people.models import Person
from casework.reminders.models import Answer, AnswerKind, RecipientKind, Reminder, State
from casework.reminders.overtaken import Overtaken
from casework.reminders.queries import Unreachable, Untold, reachable_colleague
from casework.reminders.silence import Unanswered
from casework.stays.models import DeadlineStatus

NOBODY_TO_MAIL = (
    "The caseworker has no e-mail address or no longer works here: nobody is told of this day by mail."
)
NO_SUPERVISOR = "No supervisor has an e-mail address: none is told of this day by mail."
NOBODY_AGREED = (
    "This day had already passed when it was recorded, and by the policy nobody is mailed about it. "
    "Please look at it."
)
UNSAID = "The day passed and no message about it was sent. Please look at it."
DETAILS = {
    Untold.CASEWORKER: NOBODY_TO_MAIL, Untold.SUPERVISOR: NO_SUPERVISOR, Untold.NOBODY: NOBODY_AGREED,
    Untold.UNSAID: UNSAID,
}  # fmt: skip
BY_OTHERS = (Untold.CASEWORKER, Untold.SUPERVISOR)


def hand_over_unreachable(unreachable: Unreachable, by: Actor, at: datetime) -> None:
    """One task per deadline version and who is not told."""
    person = Person.objects.get(pk=unreachable.person_id)
    open_or_reopen_task(
        case=_case_of(person, by, at),
        kind=TaskKind.NO_ADDRESS if unreachable.who == Untold.PERSON else TaskKind.OTHER,
        person=person,
        detail=DETAILS.get(unreachable.who, ""),
        due_on=unreachable.due_on,
        subject_key=unreachable.subject_key,
        assigned_to=reachable_colleague(by.organisation) if unreachable.who in BY_OTHERS else None,
        by=by,
        at=at,
    )


REFUSALS = ("SMTP 5", "address")
REFUSED = "The mail server refused the message to the person. Tell them yourself."
FAILED = "Mail to the person has failed again and again. Tell them yourself."
IN_DOUBT = "It is not known whether the message to the person arrived. Ask them."
COLLEAGUE_FAILED = "The {colleague} could not be mailed. Please see to this day yourself."
COLLEAGUE_IN_DOUBT = (
    "It is not known whether the message to the {colleague} arrived. Please see to this day yourself."
)


def hand_over_reminder(reminder: Reminder, at: datetime) -> None:
    """For a row that is dead or parked: one task per deadline version and recipient."""
    deadline = reminder.deadline
    if deadline is None:
        return
    by = system("reminders", reminder.organisation_id)
    open_or_reopen_task(
        case=_case_of(deadline.person, by, at),
        kind=TaskKind.REMINDER_DEAD,
        person=deadline.person,
        detail=_what_to_do(reminder),
        due_on=deadline.due_on,
        subject_key=f"reminder_dead:{deadline.pk}:{reminder.deadline_version}:{reminder.recipient}",
        by=by,
        at=at,
    )


def _what_to_do(reminder: Reminder) -> str:
    """The code of what went wrong stays with the row."""
    in_doubt = reminder.state == State.PARKED
    if reminder.recipient_kind != RecipientKind.PERSON:
        return (COLLEAGUE_IN_DOUBT if in_doubt else COLLEAGUE_FAILED).format(
            colleague=reminder.recipient_kind
        )
    if in_doubt:
        return IN_DOUBT
    return REFUSED if reminder.last_error.startswith(REFUSALS) else FAILED


def hand_over_without_address(reminder: Reminder, at: datetime) -> None:
    """The address went between planning and sending."""
    deadline = reminder.deadline
    if deadline is None or reminder.deadline_version is None:
        return
    hand_over_unreachable(
        Unreachable(
            deadline.pk, reminder.deadline_version, deadline.person_id, deadline.due_on,
            Untold(reminder.recipient_kind),
        ),
        system("reminders", reminder.organisation_id),
        at,
    )  # fmt: skip


def hand_over_unanswered(unanswered: Unanswered, by: Actor, at: datetime) -> None:
    """One task per deadline version; left open until the last day, the supervisor hears of it too."""
    person = Person.objects.get(pk=unanswered.person_id)
    open_task(
        case=_case_of(person, by, at),
        kind=TaskKind.NO_ANSWER,
        person=person,
        due_on=unanswered.due_on,
        subject_key=unanswered.subject_key,
        by=by,
        at=at,
    )


TASK_OF_ANSWER = {
    AnswerKind.DONE: TaskKind.SAYS_DONE,
    AnswerKind.LEFT: TaskKind.SAYS_LEFT,
    AnswerKind.CALL_ME: TaskKind.CALL_ME,
}


def hand_over_answer(answer: Answer, today: date, by: Actor, at: datetime) -> None:
    """Nobody has looked at a paper yet: a caseworker confirms it. Whoever asks for a call waits for today."""
    deadline = answer.deadline
    wants_call = answer.kind == AnswerKind.CALL_ME
    open_task(
        case=_case_of(deadline.person, by, at),
        kind=TASK_OF_ANSWER[AnswerKind(answer.kind)],
        person=deadline.person,
        detail=_what_was_said(answer, by),
        due_on=today if wants_call else deadline.due_on,
        subject_key=f"{answer.kind}:{deadline.pk}:{answer.deadline_version}",
        by=by,
        at=at,
    )


IS_NOW = "Closed by itself: the deadline is now {day} and is told anew."
HAS_ENDED = "Closed by itself: the deadline {became}."
BECAME = {
    DeadlineStatus.MET: "was met",
    DeadlineStatus.CANCELLED: "no longer stands",
    DeadlineStatus.SUPERSEDED: "was replaced by another",
}
HAS_MOVED = " The deadline has moved since."


def catch_up(overtaken: Overtaken, by: Actor, at: datetime) -> None:
    """The task is closed with a sentence, or, where it is about an answer, its day follows."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=overtaken.task_id)
    if overtaken.said:
        detail = task.detail.removesuffix(HAS_MOVED) + HAS_MOVED
        move_task(task=task, due_on=overtaken.due_on, detail=detail, by=by, at=at)
        return
    became = BECAME.get(overtaken.status)
    why = HAS_ENDED.format(became=became) if became else IS_NOW.format(day=overtaken.due_on)
    cancel_task(task=task, why=why, by=by, at=at)


SAID = {
    AnswerKind.DONE: "They say that it is done",
    AnswerKind.LEFT: "They say that they left on {day}",
    AnswerKind.CALL_ME: "They ask for a call",
}


def _what_was_said(answer: Answer, by: Actor) -> str:
    said = SAID[AnswerKind(answer.kind)].format(day=answer.left_on)
    through = "a partner app" if by.kind == ActorKind.CLIENT else "the link in a reminder"
    deadline = answer.deadline
    about = f"{deadline.get_kind_display()}, {name_of(deadline.country)}, {deadline.due_on}"
    return f"{said}, through {through}: {about}."


def _case_of(person: Person, by: Actor, at: datetime) -> Case:
    """A task in a closed file would be seen by nobody."""
    return open_case_of(person.pk) or open_case(household=person.household, assigned_to=None, by=by, at=at)
