"""The case file: what touches a whole household. A partner's call and a caseworker's form end here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from casework.accounts.models import User
from casework.audit.actors import Actor
from casework.cases.checks import check_colleague
from casework.cases.models import Case, CaseCounter, CaseStatus, TaskKind, TaskStatus
from casework.cases.operations.tasks import open_task
from casework.cases.trail import record_on
from casework.people import operations as people
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Household, Person
from casework.people.queries import Candidate, possible_duplicates
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault, Invalid, under
from casework.stays import operations as stays
from casework.stays.details import ArrivalDetails
from casework.stays.models import Arrival, Deadline, DeadlineKind, DeadlineStatus
from casework.stays.zones import local_day

ONE_OPEN = "one_open_case_per_household"


class CaseAlreadyOpen(Conflict):
    """A household has one open case at a time."""


@dataclass(frozen=True)
class Registered:
    """What one call made; `possible_duplicates` are other files that may be the same person."""

    arrival: Arrival
    person: Person
    document: Document | None
    case: Case
    possible_duplicates: list[Candidate]


@transaction.atomic
def register_arrival(
    *,
    person: PersonDetails | Person,
    document: DocumentDetails | Document | None,
    arrival: ArrivalDetails,
    assigned_to: User | None = None,
    household: Household | None = None,
    by: Actor,
    at: datetime,
    look_for_duplicates: bool = True,
) -> Registered:
    """Person, document, arrival, deadlines and case in one piece. Refused points as the API's body does."""
    person = _known_person(person, arrival, household, by, at)
    document = _known_document(document, person, by, at)
    entered = stays.record_arrival(person=person, document=document, details=arrival, by=by, at=at)
    case = _case_of(person, assigned_to, by, at)
    _hand_deadlines(case, person)
    _ask_for_a_look(case, entered, by, at)
    duplicates = possible_duplicates(person) if look_for_duplicates else []
    return Registered(entered, person, document, case, duplicates)


@transaction.atomic
def add_person(*, details: PersonDetails, household: Household | None, by: Actor, at: datetime) -> Person:
    return people.add_person(
        household=household or people.open_household(by=by, at=at),
        details=details,
        by=by,
        at=at,
        today=local_day(details.nationality, at),
    )


@transaction.atomic
def open_household(*, members: Sequence[Person], by: Actor, at: datetime) -> Household:
    household = people.open_household(by=by, at=at)
    for person in members:
        people.move_person(person=person, household=household, by=by, at=at)
    return household


@transaction.atomic
def change_household(
    *, household: Household, members: Sequence[Person], by: Actor, at: datetime
) -> Household:
    """Exactly these members: newcomers come in, whoever is left out gets a household of their own."""
    wanted = {person.pk for person in members}
    for person in Person.objects.filter(household=household).exclude(pk__in=wanted):
        people.move_person(person=person, household=people.open_household(by=by, at=at), by=by, at=at)
    for person in members:
        if person.household_id != household.pk:
            people.move_person(person=person, household=household, by=by, at=at)
    household.change(at=at)
    return household


@transaction.atomic
def open_case(
    *, household: Household, assigned_to: User | None, priority: str = "normal", summary: str = "",
    by: Actor, at: datetime,
) -> Case:  # fmt: skip
    """Assigned to the duty caseworker unless somebody is named. Raises CaseAlreadyOpen."""
    caseworker = assigned_to or household.organisation.duty_caseworker
    check_colleague(caseworker, by)
    opened_on = local_day(household.organisation.country, at)
    case = Case(
        organisation_id=by.organisation, number=_next_number(by.organisation, opened_on),
        household=household, assigned_to=caseworker, priority=priority, summary=summary, opened_on=opened_on,
    )  # fmt: skip
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError as error:
        if broken_constraint(error) != ONE_OPEN:
            raise
        raise CaseAlreadyOpen(Fault("/household", "This household already has an open case.")) from error
    record_on("case.opened", case, by, at, {"household": household.pk, "assigned_to": case.assigned_to_id})
    return case


@transaction.atomic
def change_case(*, case: Case, by: Actor, at: datetime, **changes: Any) -> Case:
    """`changes`: any of status, priority, summary, assigned_to."""
    if "assigned_to" in changes:
        assign(case=case, caseworker=changes.pop("assigned_to"), by=by, at=at)
    changed = {name: value for name, value in changes.items() if getattr(case, name) != value}
    if "status" in changed:
        closing = changed["status"] == CaseStatus.CLOSED
        changed["closed_on"] = local_day(case.organisation.country, at) if closing else None
    if changed:
        try:
            with transaction.atomic():
                case.change(at=at, **changed)
        except IntegrityError as error:
            if broken_constraint(error) != ONE_OPEN:
                raise
            raise CaseAlreadyOpen(Fault("/status", "This household already has an open case.")) from error
        record_on("case.changed", case, by, at, {"fields": sorted(changed)})
    return case


@transaction.atomic
def assign(*, case: Case, caseworker: User | None, by: Actor, at: datetime) -> Case:
    """The case and everything open in it: deadlines are told to whoever looks after the household."""
    check_colleague(caseworker, by)
    before = case.assigned_to_id
    if before == (caseworker.pk if caseworker else None):
        return case
    case.change(at=at, assigned_to=caseworker)
    members = Person.objects.filter(household_id=case.household_id)
    deadlines = Deadline.objects.filter(person__in=members, status=DeadlineStatus.OPEN)
    deadlines.update(assigned_to=caseworker, planned_version=0)  # the new caseworker is to be told too
    case.tasks.filter(status=TaskStatus.OPEN).update(assigned_to=caseworker)
    record_on("case.assigned", case, by, at, {"from": before, "to": case.assigned_to_id})
    return case


def _known_person(
    person: PersonDetails | Person, arrival: ArrivalDetails, household: Household | None, by: Actor,
    at: datetime,
) -> Person:  # fmt: skip
    if isinstance(person, Person):
        return person
    with under("/person"):
        if person.birth_date and person.birth_date > arrival.entered_on:
            raise Invalid(Fault("/birth_date", "The day of birth lies after the entry."))
        return add_person(details=person, household=household, by=by, at=at)


def _known_document(
    document: DocumentDetails | Document | None, person: Person, by: Actor, at: datetime
) -> Document | None:
    if not isinstance(document, DocumentDetails):
        return document
    with under("/document"):
        return people.add_document(
            person=person, details=document, by=by, at=at, today=local_day(document.issuing_country, at)
        )


def _case_of(person: Person, assigned_to: User | None, by: Actor, at: datetime) -> Case:
    case = Case.objects.filter(household_id=person.household_id).exclude(status=CaseStatus.CLOSED).first()
    if case is None:
        return open_case(household=person.household, assigned_to=assigned_to, by=by, at=at)
    if assigned_to is not None:
        assign(case=case, caseworker=assigned_to, by=by, at=at)
    return case


def _hand_deadlines(case: Case, person: Person) -> None:
    Deadline.objects.filter(person=person, assigned_to=None).update(
        assigned_to=case.assigned_to_id, planned_version=0
    )


def _ask_for_a_look(case: Case, arrival: Arrival, by: Actor, at: datetime) -> None:
    """No day to remind of is not "all is well": somebody looks at the file."""
    if arrival.left_on is not None:
        return
    stay_end = arrival.deadlines.filter(kind=DeadlineKind.STAY_END).first()
    if stay_end is None:
        kind = TaskKind.STAY_UNCLEAR
    elif stay_end.due_on < local_day(arrival.country, at):
        kind = TaskKind.OVERSTAYED
    else:
        return
    open_task(case=case, kind=kind, person=arrival.person, subject_key=f"{kind}:{arrival.pk}", by=by, at=at)


def _next_number(organisation_id: UUID, day: date) -> str:
    CaseCounter.objects.bulk_create(
        [CaseCounter(organisation_id=organisation_id, year=day.year)], ignore_conflicts=True
    )
    counter = CaseCounter.objects.select_for_update().get(year=day.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{day.year}-{counter.last:06d}"
