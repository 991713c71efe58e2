"""Writes that move deadlines. Each moves them in its own transaction, with the reason beside the old day."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.people import operations as people
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Person
from casework.refusals import Conflict, Fault, Invalid
from casework.stays.deadlines import refresh_deadlines, release_deadlines
from casework.stays.details import ArrivalDetails, PermitDetails, check_arrival, check_permit
from casework.stays.models import Arrival, Deadline, DeadlineStatus, Permit
from casework.stays.zones import local_day


class AlreadyThere(Conflict):
    """One person is in a country once: end or void the open arrival first."""


class DocumentOfAnother(Invalid):
    """The document named is not this person's."""


class AlreadyVoided(Conflict):
    """An arrival entered by mistake stays as it is."""


class DeadlineClosed(Conflict):
    """Only an open deadline can be met."""


@transaction.atomic
def record_arrival(
    *, person: Person, document: Document | None, details: ArrivalDetails, by: Actor, at: datetime
) -> Arrival:
    """The ledger's new row and the deadlines that follow. Raises Invalid, AlreadyThere, DocumentOfAnother."""
    check_arrival(details, person, local_day(details.country, at))
    _check_holder(document, person)
    arrival = Arrival(organisation_id=by.organisation, person=person, document=document, **asdict(details))
    _save(arrival, force_insert=True)
    return _moved("arrival.registered", arrival, by, at)


@transaction.atomic
def correct_arrival(
    *, arrival: Arrival, document: Document | None, details: ArrivalDetails, by: Actor, at: datetime
) -> Arrival:
    _check_standing(arrival)
    check_arrival(details, arrival.person, local_day(details.country, at))
    _check_holder(document, arrival.person)
    reopened = arrival.left_on is not None and details.left_on is None
    _change(arrival, at=at, document=document, **asdict(details))
    return _moved("arrival.corrected", arrival, by, at, reopen=reopened)


@transaction.atomic
def record_exit(*, arrival: Arrival, left_on: date, by: Actor, at: datetime) -> Arrival:
    _check_standing(arrival)
    details = ArrivalDetails(**{**asdict(ArrivalDetails.of(arrival)), "left_on": left_on})
    check_arrival(details, arrival.person, local_day(arrival.country, at))
    _change(arrival, at=at, left_on=left_on)
    return _moved("arrival.exit_recorded", arrival, by, at)


@transaction.atomic
def void_arrival(*, arrival: Arrival, reason: str, by: Actor, at: datetime) -> Arrival:
    """The row stays, so that the trail makes sense; it counts nowhere any more."""
    _check_standing(arrival)
    _change(arrival, at=at, voided_at=at, void_reason=reason[:200])
    return _moved("arrival.voided", arrival, by, at)


@transaction.atomic
def grant_permit(*, person: Person, details: PermitDetails, by: Actor, at: datetime) -> Permit:
    check_permit(details)
    permit = Permit(organisation_id=by.organisation, person=person, **asdict(details))
    permit.save(force_insert=True)
    return _permit_moved("permit.granted", permit, by, at)


@transaction.atomic
def correct_permit(*, permit: Permit, details: PermitDetails, by: Actor, at: datetime) -> Permit:
    check_permit(details)
    permit.change(at=at, **asdict(details))
    return _permit_moved("permit.corrected", permit, by, at)


@transaction.atomic
def withdraw_permit(*, permit: Permit, by: Actor, at: datetime) -> None:
    """A permit entered by mistake goes; the trail keeps that it stood."""
    person, permit_id = permit.person, permit.pk
    release_deadlines(cause=permit, by=by, at=at, why="permit.withdrawn")
    permit.delete()
    permit.pk = permit_id
    person.change(at=at)
    _record("permit.withdrawn", permit, by, at, {"person": person.pk})
    refresh_deadlines(person=person, by=by, at=at, why="permit.withdrawn")


@transaction.atomic
def record_document(*, person: Person, details: DocumentDetails, by: Actor, at: datetime) -> Document:
    document = people.add_document(
        person=person, details=details, by=by, at=at, today=local_day(details.issuing_country, at)
    )
    refresh_deadlines(person=person, by=by, at=at, why="document.added")
    return document


@transaction.atomic
def correct_document(*, document: Document, details: DocumentDetails, by: Actor, at: datetime) -> Document:
    document = people.change_document(
        document=document, details=details, by=by, at=at, today=local_day(details.issuing_country, at)
    )
    refresh_deadlines(person=document.person, by=by, at=at, why="document.changed")
    return document


@transaction.atomic
def correct_person(*, person: Person, details: PersonDetails, by: Actor, at: datetime) -> Person:
    """A nationality or a birth date decides how long somebody may stay."""
    first_entry = Arrival.objects.filter(person=person, voided_at=None).order_by("entered_on").first()
    if first_entry and details.birth_date and details.birth_date > first_entry.entered_on:
        raise Invalid(Fault("/birth_date", "There is an arrival before this day of birth."))
    person = people.change_person(
        person=person, details=details, by=by, at=at, today=local_day(details.nationality, at)
    )
    refresh_deadlines(person=person, by=by, at=at, why="person.changed")
    return person


@transaction.atomic
def mark_met(*, deadline: Deadline, by: Actor, at: datetime) -> Deadline:
    if deadline.status != DeadlineStatus.OPEN:
        raise DeadlineClosed(Fault("/status", "Only an open deadline can be marked as met."))
    deadline.change(at=at, status=DeadlineStatus.MET, closed_at=at)
    _record("deadline.met", deadline, by, at, {"person": deadline.person_id, "kind": deadline.kind})
    return deadline


def _moved(what: str, arrival: Arrival, by: Actor, at: datetime, reopen: bool = False) -> Arrival:
    arrival.person.change(at=at)
    _record(what, arrival, by, at, {"person": arrival.person_id, "country": arrival.country})
    refresh_deadlines(person=arrival.person, by=by, at=at, why=what, reopen=arrival if reopen else None)
    return arrival


def _permit_moved(what: str, permit: Permit, by: Actor, at: datetime) -> Permit:
    permit.person.change(at=at)
    _record(what, permit, by, at, {"person": permit.person_id, "kind": permit.kind})
    refresh_deadlines(person=permit.person, by=by, at=at, why=what)
    return permit


def _record(what: str, subject: Any, by: Actor, at: datetime, about: dict[str, Any]) -> None:
    record(by=by, action=what, object_type=what.partition(".")[0], object_id=subject.pk, at=at, about=about)


def _check_standing(arrival: Arrival) -> None:
    if arrival.voided_at is not None:
        raise AlreadyVoided(Fault("", "This arrival was entered by mistake and no longer counts."))


def _check_holder(document: Document | None, person: Person) -> None:
    if document is not None and document.person_id != person.pk:
        raise DocumentOfAnother(Fault("/document_id", "This person has no such document."))


def _change(arrival: Arrival, *, at: datetime, **values: Any) -> None:
    try:
        with transaction.atomic():
            arrival.change(at=at, **values)
    except IntegrityError as error:
        raise _already_there() from error


def _save(arrival: Arrival, **options: Any) -> None:
    try:
        with transaction.atomic():
            arrival.save(**options)
    except IntegrityError as error:
        raise _already_there() from error


def _already_there() -> AlreadyThere:
    return AlreadyThere(Fault("/country", "This person already has an open arrival in this country."))
