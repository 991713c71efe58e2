"""What each operation leaves in the trail."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from casework.accounts.models import Organisation, User
from casework.audit.actors import ActorKind, system
from casework.audit.models import Event
from casework.audit.operations import record, record_read
from casework.audit.queries import trail_of
from tests.acting import acting, set_organisation
from tests.audit.acts import ACTS, SAID, Stage, operations


def test_acts_are_every_operation() -> None:
    """Whoever writes an operation adds it to ACTS: then it is shown to leave a trail, and to need one."""
    assert ACTS.keys() == operations()


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"accounts.create_organisation"}))
def test_operation_leaves_a_trail(act: str, stage: Stage) -> None:
    ACTS[act](stage)

    events = Event.objects.all()
    assert events
    for event in events:
        assert (event.actor_kind, event.actor_id) == (ActorKind.USER, str(stage.caseworker.pk))
        assert event.organisation_id == stage.caseworker.organisation_id
        assert event.occurred_at == stage.at
        assert event.action.startswith(f"{event.object_type}.")


@pytest.mark.parametrize("act", sorted(ACTS))
def test_trail_holds_nothing_personal(act: str, stage: Stage) -> None:
    before = {stage.person.family_name, stage.person.native_name, stage.person.email, stage.document.number}
    ACTS[act](stage)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM audit_event e")
        written = " ".join(row[0] for row in cursor.fetchall())
    assert [word for word in (*SAID, *before) if word in written] == []


def test_create_organisation_leaves_the_first_event(stage: Stage) -> None:
    ACTS["accounts.create_organisation"](stage)
    created = Organisation.objects.get(city="Kutaisi")
    with acting(created):
        assert [event.action for event in Event.objects.all()] == ["organisation.created"]


def test_record_fills_order(nino: User, stage: Stage) -> None:
    record(by=nino.as_actor(), action="person.read", object_type="person", at=stage.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (transaction_id,) = cursor.fetchone()
    event = Event.objects.get()
    assert (event.xid, event.epoch) == (transaction_id, 1)


def test_record_read_of_one_names_it(nino: User, stage: Stage) -> None:
    record_read(
        by=nino.as_actor(), object_type="person", object_ids=[stage.person.pk], at=stage.at, where="admin"
    )
    event = Event.objects.get()
    assert (event.action, event.object_id, event.about) == (
        "person.read",
        stage.person.pk,
        {"where": "admin"},
    )


def test_record_read_of_many_lists_them(nino: User, stage: Stage) -> None:
    ids = [uuid4(), uuid4()]
    record_read(by=nino.as_actor(), object_type="person", object_ids=ids, at=stage.at, where="api")
    event = Event.objects.get()
    assert event.object_id is None
    assert event.about == {"where": "api", "ids": [str(i) for i in ids]}


def test_trail_of_newest_first(nino: User, stage: Stage) -> None:
    for action in ("person.added", "person.changed"):
        record(
            by=nino.as_actor(), action=action, object_type="person", object_id=stage.person.pk, at=stage.at
        )
    assert [event.action for event in trail_of(stage.person.pk)] == ["person.changed", "person.added"]


def test_record_without_organisation_is_written_and_unread(stage: Stage, almaty: Organisation) -> None:
    record(by=system("sign-in", None), action="sign_in.failed", object_type="sign_in", at=stage.at)
    assert not Event.objects.exists()
    with acting(almaty):
        assert not Event.objects.exists()
    set_organisation(None)
    assert not Event.objects.exists()
