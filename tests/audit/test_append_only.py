"""Nobody edits the trail: not the application's role, and not the owner of the table by mistake."""

from __future__ import annotations

from datetime import datetime

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from casework.accounts.models import User
from casework.audit.models import Event
from casework.audit.operations import record
from casework.isolation import acting_for
from tests.databases import RealDatabase

EDITS = [
    "UPDATE audit_event SET actor_id = 'nobody'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
]


@pytest.mark.parametrize("edit", EDITS)
def test_edit_by_the_application_refused(edit: str, nino: User, at: datetime) -> None:
    record(by=nino.as_actor(), action="person.read", object_type="person", at=at)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        _execute(edit)
    assert Event.objects.get().actor_id == str(nino.pk)


@pytest.mark.parametrize("edit", EDITS)
def test_edit_by_the_owner_refused(edit: str, real_database: RealDatabase, nino: User, at: datetime) -> None:
    with acting_for(nino.organisation_id):
        record(by=nino.as_actor(), action="person.read", object_type="person", at=at)
    with (
        real_database.as_owner() as owner,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        owner.execute(edit)
    with acting_for(nino.organisation_id):
        assert Event.objects.get().actor_id == str(nino.pk)


def test_edit_of_the_epoch_refused(nino: User) -> None:
    """Only a restore raises it, as the owner."""
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        _execute("UPDATE audit_epoch SET number = 2")


def test_event_in_the_name_of_another_organisation_refused(nino: User, marek: User, at: datetime) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        record(by=marek.as_actor(), action="person.read", object_type="person", at=at)


def test_event_has_no_foreign_keys() -> None:
    assert [field.name for field in Event._meta.fields if field.is_relation] == []


def test_transaction_ids_order_events_as_they_began(
    real_database: RealDatabase, nino: User, at: datetime
) -> None:
    for action in ("person.added", "person.changed"):
        with acting_for(nino.organisation_id):
            record(by=nino.as_actor(), action=action, object_type="person", at=at)
    with acting_for(nino.organisation_id):
        by_transaction = Event.objects.order_by("epoch", "xid", "id")
        assert [event.action for event in by_transaction] == ["person.added", "person.changed"]
        assert len({event.xid for event in by_transaction}) == 2


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
