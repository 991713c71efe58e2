"""Two organisations full of people in Georgia, a change of its law, and what a walk over them leaves."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection
from psycopg import sql

from casework.accounts.models import Organisation, User
from casework.cases.operations import register_arrival
from casework.isolation import acting_for
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document
from casework.stays import operations
from casework.stays.details import ArrivalDetails, PermitDetails
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import Arrival, LawChange, StayRule
from tests.factories.accounts import OrganisationFactory, UserFactory

COPIES = 9
NINETY_IN_180 = {"kind": "rolling_window", "days": 90, "window_days": 180}
# What of a row points at another of the copied rows.
POINTERS = {"id", "person_id", "document_id", "arrival_id", "household_id"}
COPIED = (
    "people_household",
    "people_person",
    "people_document",
    "stays_arrival",
    "stays_permit",
    "stays_deadline",
)


def settle(at: datetime) -> tuple[User, User]:
    """Every kind of open stay that a change of Georgia's law can meet, many times, in two organisations.

    Returns the law desk's rule editor and rule reviewer.
    """
    tbilisi, almaty = OrganisationFactory.create(tbilisi=True), OrganisationFactory.create(almaty=True)
    for organisation in (tbilisi, almaty):
        by = UserFactory.create(organisation=organisation)
        with acting_for(organisation.pk):
            _enter_all(by, at)
            _copy(COPIES)
    editor = UserFactory.create(organisation=tbilisi, username="editor", role="rule_editor")
    return editor, UserFactory.create(organisation=tbilisi, username="reviewer", role="rule_reviewer")


def enter(
    by: User, at: datetime, entered_on: date, kind: str = "passport", country: str = "GE", **held: Any
) -> Arrival:
    left_on = held.pop("left_on", None)
    person = held.pop("person", None) or PersonDetails(
        family_name="Орлов", given_name="Глеб", nationality=held.pop("nationality", "RU")
    )
    document = DocumentDetails(
        kind=kind, issuing_country="RU", number=f"71 {Document.objects.count():07d}",
        expires_on=held.pop("expires_on", None),
    )  # fmt: skip
    return register_arrival(
        person=person, document=document, by=by.as_actor(), at=at,
        arrival=ArrivalDetails(country=country, entered_on=entered_on, left_on=left_on, **held),
    ).arrival  # fmt: skip


def _enter_all(by: User, at: datetime) -> None:
    actor = by.as_actor()
    for day in (date(2022, 3, 5), date(2022, 5, 31), date(2022, 6, 1), date(2022, 7, 1), date(2022, 8, 30)):
        enter(by, at, day)  # the first two keep the old law, the third is already beyond the new
    enter(by, at, date(2022, 7, 1), expires_on=date(2022, 8, 9))
    enter(by, at, date(2022, 8, 2), kind="internal_id")  # no rule before, one afterwards
    enter(by, at, date(2022, 8, 2), nationality="BY")
    enter(by, at, date(2022, 9, 25))  # a rule before, none afterwards
    enter(by, at, date(2022, 8, 1), country="KZ")
    enter(by, at, date(2022, 6, 20), left_on=date(2022, 7, 20))
    for earlier in (date(2022, 4, 3), date(2022, 6, 3)):
        again = enter(by, at, earlier, left_on=date(2022, 6, 23))
        enter(by, at, date(2022, 8, 14), person=again.person)
    for kind, days in (("residence_permit", None), ("visa", 30)):
        held = enter(by, at, date(2022, 8, 20))
        permit = PermitDetails(
            country="GE", kind=kind, starts_on=date(2022, 8, 25), ends_on=date(2022, 12, 24), stay_days=days
        )
        operations.grant_permit(person=held.person, details=permit, by=actor, at=at)
    done = enter(by, at, date(2022, 7, 3))
    operations.mark_met(deadline=done.deadlines.get(kind="stay_end"), by=actor, at=at)
    assigned = enter(by, at, date(2022, 7, 3))
    assigned.deadlines.update(assigned_to=by)


def _copy(times: int) -> None:
    """The rows of this organisation again under other ids, which follow from the old: alike in every run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM stays_arrival")
        for table in COPIED:
            cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                           " AND NOT attisdropped", [table])  # fmt: skip
            columns = [name for (name,) in cursor.fetchall()]
            statement = sql.SQL(
                "INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, generate_series(1, %s) n"
            )
            cursor.execute(
                statement.format(
                    table=sql.Identifier(table),
                    names=sql.SQL(", ").join(map(sql.Identifier, columns)),
                    values=sql.SQL(", ").join(map(_copied, columns)),
                ),
                [times],
            )


def _copied(column: str) -> sql.Composed:
    pattern: LiteralString = "t.{}"
    if column in POINTERS:
        pattern = "md5(t.{}::text || n)::uuid"
    elif column == "number_index":
        pattern = "sha256(convert_to(t.{}::text || n, 'UTF8'))"
    return sql.SQL(pattern).format(sql.Identifier(column))


def draft(editor: User, at: datetime) -> LawChange:
    """From June on 90 days in any 180, on an internal ID too, and a new duty; from late September nothing."""
    first, last = date(2022, 6, 1), date(2022, 9, 24)
    values = {
        "country": "GE", "nationalities": ("RU",), "source": "Invented ordinance 1", "confidence": "high",
        "applies_to_entries_from": first, "document_kinds": ("passport", "internal_id"),
    }  # fmt: skip
    stay = RuleDraft(
        kind="stay",
        title="Georgia: 90 days in 180",
        limits=(NINETY_IN_180,),
        applies_to_entries_until=last,
        **values,
    )
    duty = RuleDraft(
        kind="registration",
        title="Georgia: registration",
        within=5,
        unit="calendar_days",
        who="person",
        **values,
    )
    details = ChangeDraft(
        title="Georgia shortens the stay", country="GE", effective_on=date(2022, 11, 1), rules=(stay, duty),
        ends_rules=(StayRule.objects.get(key="ge-stay-2015").pk,),
    )  # fmt: skip
    with acting_for(editor.organisation_id):
        return operations.draft_change(details=details, by=editor.as_actor(), at=at)


def approve(change: LawChange, editor: User, reviewer: User, at: datetime) -> LawChange:
    with acting_for(editor.organisation_id):
        operations.preview_change(change=change, by=editor.as_actor(), at=at)
    with acting_for(editor.organisation_id):
        return operations.approve_change(change=change, by=reviewer.as_actor(), at=at)


# --- what a walk leaves ----------------------------------------------------------------------------------
STATES: dict[str, LiteralString] = {
    "deadlines": """
        SELECT a.id, d.kind, d.who, d.due_on, d.status, d.version, d.rule_id, d.reasons::text, d.moved_by_id,
               d.closed_at IS NULL, d.assigned_to_id, d.person_id, d.country
        FROM stays_deadline d JOIN stays_arrival a ON a.id = d.arrival_id""",
    "history": """
        SELECT d.arrival_id, d.kind, d.who, h.version, h.due_on, h.status, h.reason, h.law_change_id
        FROM stays_deadlinehistory h JOIN stays_deadline d ON d.id = h.deadline_id""",
    "affected": "SELECT arrival_id, person_id, before_on, after_on FROM stays_affectedstay",
    "events": """
        SELECT action, actor_kind, actor_id, object_id, about::text FROM audit_event
        WHERE action ~ 'law_change'""",
}  # fmt: skip
PUBLIC: LiteralString = """
    SELECT walk, organisation_id, first_id, last_id, after_id, done_at IS NULL, seen, moved, figures::text
    FROM stays_slice
    UNION ALL SELECT status, id, NULL, NULL, NULL, NULL, version, NULL, NULL FROM stays_lawchange
"""


def state() -> dict[str, list[str]]:
    """Everything that a walk writes, but the ids of new rows and the moments. A row twice is seen twice."""
    found: dict[str, list[str]] = {"public": _rows(PUBLIC)}
    for organisation in Organisation.objects.order_by("id").values_list("id", flat=True):
        with acting_for(organisation):
            for name, query in STATES.items():
                found[f"{name} of {organisation}"] = _rows(query)
    return found


def days() -> dict[tuple[UUID, str, str], tuple[Any, ...]]:
    """What every stay has to keep to, whatever way it came about."""
    found = {}
    for organisation in Organisation.objects.order_by("id").values_list("id", flat=True):
        with acting_for(organisation), connection.cursor() as cursor:
            cursor.execute(
                "SELECT arrival_id, kind, who, due_on, status, reasons::text FROM stays_deadline"
                " WHERE status <> 'cancelled'"
            )
            found.update({(row[0], row[1], row[2]): row[3:] for row in cursor.fetchall()})
    return found


def batches() -> list[dict[str, Any]]:
    """What the trail tells of each batch of a replay or withdrawal."""
    found = []
    for organisation in Organisation.objects.order_by("id").values_list("id", flat=True):
        with acting_for(organisation), connection.cursor() as cursor:
            cursor.execute(
                "SELECT about::text FROM audit_event WHERE action IN ('law_change.replay', 'law_change.withdrawal')"
            )
            found += [json.loads(row[0]) for row in cursor.fetchall()]
    return found


def _rows(query: LiteralString) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(map(repr, cursor.fetchall()))
