"""Writes of persons, households and documents. Doors never call these: a birth date moves a deadline,
so `stays` and `cases` do."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.people import numbers
from casework.people.checks import check_document, check_person
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Household, NameKey, Person
from casework.people.names import keys
from casework.refusals import Conflict, Fault, Faults
from casework.vault.keys import blind_index


class DocumentTaken(Conflict):
    """One document, one person: the number is already recorded in this organisation."""


@transaction.atomic
def open_household(*, by: Actor, at: datetime) -> Household:
    household = Household.objects.create(organisation_id=by.organisation)
    record(by=by, action="household.opened", object_type="household", object_id=household.pk, at=at)
    return household


@transaction.atomic
def add_person(
    *, household: Household, details: PersonDetails, by: Actor, at: datetime, today: date
) -> Person:
    """Raises Invalid with a fault per field."""
    details = _checked_person(details, today)
    person = Person(organisation_id=by.organisation, household=household, **_person_columns(details))
    person.save(force_insert=True)
    _write_keys(person)
    record(by=by, action="person.added", object_type="person", object_id=person.pk, at=at)
    return person


@transaction.atomic
def change_person(*, person: Person, details: PersonDetails, by: Actor, at: datetime, today: date) -> Person:
    details = _checked_person(details, today)
    before = PersonDetails.of(person)
    changed = _differing(before, details)
    if not changed:
        return person
    person.change(at=at, **changed)
    if changed.keys() & {"family_name", "given_name", "patronymic", "native_name"}:
        person.name_keys.all().delete()
        _write_keys(person)
    record(
        by=by, action="person.changed", object_type="person", object_id=person.pk, at=at,
        about={"fields": sorted(changed)},
    )  # fmt: skip
    return person


@transaction.atomic
def move_person(*, person: Person, household: Household, by: Actor, at: datetime) -> Person:
    before = person.household_id
    person.change(at=at, household=household)
    record(
        by=by, action="person.moved", object_type="person", object_id=person.pk, at=at,
        about={"from": before, "to": household.pk},
    )  # fmt: skip
    return person


@transaction.atomic
def add_document(
    *, person: Person, details: DocumentDetails, by: Actor, at: datetime, today: date
) -> Document:
    """Raises Invalid, or DocumentTaken when the number is recorded, whoever holds it."""
    _check_document(details, today)
    document = Document(
        organisation_id=by.organisation, person=person, **asdict(details),
        number_index=index_of(by, details.number),
    )  # fmt: skip
    _save_document(document)
    person.change(at=at)
    record(
        by=by, action="document.added", object_type="document", object_id=document.pk, at=at,
        about={"person": person.pk, "kind": details.kind},
    )  # fmt: skip
    return document


@transaction.atomic
def change_document(
    *, document: Document, details: DocumentDetails, by: Actor, at: datetime, today: date
) -> Document:
    _check_document(details, today)
    changed = _differing(DocumentDetails.of(document), details)
    if not changed:
        return document
    try:
        with transaction.atomic():
            document.change(at=at, **changed, number_index=index_of(by, details.number))
    except IntegrityError as error:
        raise _taken() from error
    document.person.change(at=at)
    record(
        by=by, action="document.changed", object_type="document", object_id=document.pk, at=at,
        about={"person": document.person_id, "fields": sorted(changed)},
    )  # fmt: skip
    return document


def index_of(by: Actor, number: str) -> bytes:
    return blind_index(by.organisation, "document", numbers.normalise(number))


def _checked_person(details: PersonDetails, today: date) -> PersonDetails:
    faults = Faults()
    details = check_person(details, today, faults)
    faults.refuse()
    return details


def _check_document(details: DocumentDetails, today: date) -> None:
    faults = Faults()
    check_document(details, today, faults)
    faults.refuse()


def _person_columns(details: PersonDetails) -> dict[str, Any]:
    return {**asdict(details), "languages": list(details.languages)}


def _differing(before: Any, after: Any) -> Mapping[str, Any]:
    old, new = asdict(before), asdict(after)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in new.items()
        if value != old[name]
    }


def _write_keys(person: Person) -> None:
    NameKey.objects.bulk_create(
        NameKey(organisation_id=person.organisation_id, person=person, key=key)
        for key in sorted(keys(*person.names(), person.native_name))
    )


def _save_document(document: Document) -> None:
    try:
        with transaction.atomic():
            document.save(force_insert=True)
    except IntegrityError as error:
        raise _taken() from error


def _taken() -> DocumentTaken:
    return DocumentTaken(Fault("/number", "This document is already recorded."))
