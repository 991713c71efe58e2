"""What a person's page shows: read at once, in a number of queries that does not grow with the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.accounts.roles import Scope
from casework.audit.actors import Actor
from casework.backoffice.home import due
from casework.backoffice.housing.box import Beds, beds_of
from casework.backoffice.reminder_words import STATE_TONES, occasion
from casework.backoffice.work.file import Work, work_of
from casework.cases.models import Case, CaseStatus, Task, TaskStatus
from casework.people.models import Document, Person
from casework.people.queries import possible_duplicates
from casework.reminders.models import Reminder, State
from casework.reminders.outlook import told_about, zone_of_organisation
from casework.stays import rules
from casework.stays.duties import stored_reasons
from casework.stays.legal import begins_an_appeal
from casework.stays.models import Arrival, Deadline, DeadlineStatus, Decision, Permit
from casework.stays.queries import assessments
from casework.stays.sentences import render, render_warning

STATUS_TOLD = {
    rules.Status.LAWFUL: "lawful",
    rules.Status.OVERSTAYED: "the lawful stay has ended",
    rules.Status.NOT_ADMITTED: "not admitted",
    rules.Status.LEFT: "has left",
    rules.Status.UNKNOWN: "not known",
}
STATUS_TONE = {rules.Status.LAWFUL: "good", rules.Status.LEFT: "calm", rules.Status.UNKNOWN: "soon"}


@dataclass(frozen=True)
class Stay:
    """An arrival with its answer; None for one that was entered by mistake."""

    arrival: Arrival
    answer: rules.Assessment | None
    told: str
    tone: str
    why: list[str]
    warnings: list[str]


@dataclass(frozen=True)
class Told:
    """A deadline with its days left and the sentences why."""

    deadline: Deadline
    days_left: int
    why: list[str]

    @property
    def is_open(self) -> bool:
        return self.deadline.status == DeadlineStatus.OPEN


@dataclass(frozen=True)
class Lookalike:
    person: Person
    score: int
    agreeing: str


@dataclass(frozen=True)
class Decided:
    decision: Decision
    period_not_known: bool


@dataclass(frozen=True)
class Message:
    """A reminder that left or was given up, by days of the organisation's calendar."""

    reminder: Reminder
    occasion: str
    on: date
    answered_on: date | None
    tone: str


@dataclass(frozen=True)
class File:
    person: Person
    documents: Sequence[Document]
    stays: list[Stay]
    permits: Sequence[Permit]
    decisions: list[Decided]
    deadlines: list[Told]
    members: Sequence[Person]
    lookalikes: list[Lookalike]
    case: Case | None
    tasks: Sequence[Task]
    told: list[Message]
    told_next: date | None
    work: Work | None
    may_change_work: bool
    beds: Beds | None
    may_house: bool
    may_change_person: bool
    may_change_stay: bool
    sees_stays: bool
    sees_case: bool
    sees_reminders: bool
    may_finish_tasks: bool

    @property
    def others(self) -> list[Person]:
        """Whoever else the page names."""
        return [*self.members, *(lookalike.person for lookalike in self.lookalikes)]


def file_of(person: Person, by: Actor, at: datetime, language: str) -> File:
    sees_case = by.may(Scope.CASES_READ)
    sees_reminders = by.may(Scope.REMINDERS_READ)
    deadlines = _deadlines(person, at, language)
    messages, next_on = _messages(person) if sees_reminders else ([], None)
    return File(
        person=person,
        documents=list(Document.objects.filter(person=person).order_by("created_at", "pk")),
        stays=_stays(person, at, language),
        permits=list(Permit.objects.filter(person=person).order_by("starts_on", "pk")),
        decisions=_decisions(person, deadlines),
        deadlines=deadlines,
        members=list(Person.objects.filter(household_id=person.household_id).exclude(pk=person.pk)),
        lookalikes=_lookalikes(person),
        case=_case(person) if sees_case else None,
        tasks=_tasks(person) if sees_case else [],
        told=messages,
        told_next=next_on,
        work=work_of(person, at) if by.may(Scope.WORK_READ) else None,
        may_change_work=by.may(Scope.WORK_WRITE),
        beds=beds_of(person.household_id, at) if by.may(Scope.HOUSING_READ) else None,
        may_house=by.may(Scope.HOUSING_WRITE),
        may_change_person=by.may(Scope.PEOPLE_WRITE),
        may_change_stay=by.may(Scope.STAYS_WRITE),
        sees_stays=by.may(Scope.STAYS_READ),
        sees_case=sees_case,
        sees_reminders=sees_reminders,
        may_finish_tasks=by.may(Scope.CASES_WRITE),
    )


def told(deadline: Deadline, at: datetime, language: str) -> Told:
    return Told(deadline, due(deadline, at).days_left, render(stored_reasons(deadline.reasons), language))


def _decisions(person: Person, deadlines: list[Told]) -> list[Decided]:
    with_a_day = {told.deadline.decision_id for told in deadlines}
    rows = Decision.objects.filter(person=person).order_by("served_on", "pk")
    return [Decided(row, begins_an_appeal(row) and row.pk not in with_a_day) for row in rows]


def _stays(person: Person, at: datetime, language: str) -> list[Stay]:
    """The newest first; those entered by mistake below."""
    rows = Arrival.objects.filter(person=person).select_related("document").defer("document__number")
    arrivals = list(rows.order_by("-entered_on", "-created_at"))
    answers = assessments([arrival for arrival in arrivals if arrival.voided_at is None], at)
    standing = [_stay(row, answers[row.pk], language) for row in arrivals if row.pk in answers]
    mistakes = [
        Stay(row, None, "entered by mistake", "calm", [], []) for row in arrivals if row.pk not in answers
    ]
    return standing + mistakes


def why_and_warnings(answer: rules.Assessment, language: str) -> tuple[list[str], list[str]]:
    """In sentences; a warning that only repeats a reason is left out."""
    why = render(answer.reasons, language)
    told = [(warning.code, render_warning(warning, language)) for warning in answer.warnings]
    warnings = [
        f"By another reading of the law, {sentence}" if code == "other_reading" else sentence
        for code, sentence in told
        if sentence not in why
    ]
    return why, warnings


def _stay(arrival: Arrival, answer: rules.Assessment, language: str) -> Stay:
    why, warnings = why_and_warnings(answer, language)
    return Stay(
        arrival,
        answer,
        told=STATUS_TOLD[answer.status],
        tone=STATUS_TONE.get(answer.status, "late"),
        why=why,
        warnings=warnings,
    )


def _deadlines(person: Person, at: datetime, language: str) -> list[Told]:
    """Open ones first, the soonest on top."""
    rows = (
        Deadline.objects.filter(person=person)
        .select_related("assigned_to")
        .prefetch_related("history__law_change")
    )
    found = [told(deadline, at, language) for deadline in rows.order_by("due_on", "pk")]
    return sorted(found, key=lambda row: not row.is_open)


def _lookalikes(person: Person) -> list[Lookalike]:
    candidates = possible_duplicates(person)
    people = Person.objects.in_bulk([candidate.person_id for candidate in candidates])
    return [
        Lookalike(
            people[candidate.person_id],
            round(candidate.score * 100),
            ", ".join(reason.replace("_", " ") for reason in candidate.reasons),
        )
        for candidate in candidates
    ]


def _case(person: Person) -> Case | None:
    cases = Case.objects.filter(household_id=person.household_id).select_related("assigned_to")
    return cases.exclude(status=CaseStatus.CLOSED).first()


def _tasks(person: Person) -> Sequence[Task]:
    theirs = Task.objects.filter(person=person, status=TaskStatus.OPEN).select_related("assigned_to")
    return list(theirs.order_by("due_on", "created_at"))


def _messages(person: Person) -> tuple[list[Message], date | None]:
    zone = zone_of_organisation(person.organisation)
    about = told_about(person)

    def local(moment: datetime | None) -> date | None:
        return moment.astimezone(zone).date() if moment else None

    told = [
        Message(
            row, occasion(row), local(row.sent_at or row.send_after) or row.day, local(row.acknowledged_at),
            STATE_TONES.get(State(row.state), "calm"),
        )
        for row in about.told
    ]  # fmt: skip
    return told, local(about.next.send_after) if about.next else None
