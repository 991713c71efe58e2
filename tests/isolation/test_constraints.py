"""Pointing at another organisation's row is refused in the very words of pointing at nothing."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from casework.accounts.models import Organisation, User
from casework.cases.models import Case
from casework.isolation import SameOrganisation
from casework.people.models import Document
from casework.stays.models import CAUSES, Deadline
from tests.acting import acting
from tests.factories.people import DocumentFactory, PersonFactory

Rows = dict[str, Any]
FOREIGN_KEYS = [
    pytest.param(model, constraint, id=constraint.name)
    for model in apps.get_models()
    for constraint in model._meta.constraints
    if isinstance(constraint, SameOrganisation)
]


@pytest.mark.parametrize(("model", "constraint"), FOREIGN_KEYS)
def test_pointing_at_another_organisations_row_tells_nothing(
    model: type[models.Model], constraint: SameOrganisation,
    own_rows: Rows, foreign_rows: Rows, marek: User, tbilisi: Organisation,
) -> None:  # fmt: skip
    ours = {**own_rows, "accounts_organisation": tbilisi}
    theirs = {**foreign_rows, "accounts_user": marek}
    target = theirs[model._meta.get_field(constraint.field).related_model._meta.db_table].pk
    row = ours[model._meta.db_table]

    existing = _refusal(row, constraint.field, target)
    nonexistent = _refusal(row, constraint.field, uuid4())

    assert constraint.name in existing
    assert existing == nonexistent


@pytest.mark.parametrize(("model", "constraint"), FOREIGN_KEYS)
def test_constraint_restored_from_a_migration_is_the_same(
    model: type[models.Model], constraint: SameOrganisation
) -> None:
    _, args, kwargs = constraint.deconstruct()
    assert SameOrganisation(*args, **kwargs) == constraint
    assert SameOrganisation(**{**kwargs, "field": "organisation"}) != constraint


def test_same_document_number_in_two_organisations(nino: User, almaty: Organisation) -> None:
    """Neither learns from a refusal that the other knows the person."""
    with acting(almaty):
        DocumentFactory.create(number="75 7654321")
    mine = DocumentFactory.create(number="75 7654321")
    assert Document.objects.get() == mine


def test_same_document_number_twice_in_one_organisation(nino: User) -> None:
    DocumentFactory.create(number="75 7654321")
    with pytest.raises(IntegrityError, match="document_number_once"):
        DocumentFactory.create(number="75 7654321")


def test_same_case_number_in_two_organisations(nino: User, own_rows: Rows, foreign_rows: Rows) -> None:
    case = own_rows["cases_case"]
    theirs = foreign_rows["cases_case"].number
    Case.objects.filter(pk=case.pk).update(number=theirs)
    assert Case.objects.get(pk=case.pk).number == theirs


def test_deleting_a_person_with_a_file_refused(nino: User) -> None:
    person = DocumentFactory.create().person
    person.name_keys.all().delete()
    with pytest.raises(IntegrityError, match="document_person_same_organisation"):
        type(person)._base_manager.filter(pk=person.pk)._raw_delete("default")


def test_person_without_any_name_refused(nino: User) -> None:
    with pytest.raises(IntegrityError, match="person_has_a_name"):
        PersonFactory.create(family_name="", given_name="", native_name="")


@pytest.mark.parametrize("second", ["sister@example.org", "Vera@example.org"])
def test_second_address_that_follows_no_other_refused(nino: User, second: str) -> None:
    first = "vera@example.org" if second.startswith("V") else ""
    with pytest.raises(IntegrityError, match="person_second_address_follows_another"):
        PersonFactory.create(email=first, second_email=second)


def _refusal(row: models.Model, field: str, target: UUID) -> str:
    """The database's words, without the ids that the asker gave."""
    causes = CAUSES if isinstance(row, Deadline) and field in CAUSES else ()  # a deadline has one cause
    values = {**{f"{cause}_id": None for cause in causes}, f"{field}_id": target}
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**values)
    return re.sub(str(target), "…", str(caught.value))
