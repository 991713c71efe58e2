"""A page of arrivals with everything that hangs on them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.api.pagination import Row
from casework.api.v1 import deadlines, documents, people
from casework.api.v1.deadlines import DeadlineAnswer
from casework.api.v1.documents import DocumentAnswer
from casework.api.v1.duplicates import DuplicateAnswer
from casework.api.v1.people import PersonAnswer
from casework.api.v1.stay_answer import StayAnswer, represent_stay
from casework.people.models import Document, Person
from casework.stays.models import Arrival, Deadline, Purpose
from casework.stays.queries import assessments
from casework.stays.rules import Status

COLUMNS = (
    *("id", "person_id", "document_id", "country", "entered_on", "left_on", "entry_point", "purpose"),
    *("created_at", "updated_at"),
)


class ArrivalAnswer(serializers.Serializer[Any]):
    """`person` and `document` are objects here; without the right to read people they hold the id only."""

    id = serializers.UUIDField()
    person = PersonAnswer()
    document = DocumentAnswer(allow_null=True)
    country = serializers.CharField()
    entered_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)
    entry_point = serializers.CharField()
    purpose = serializers.ChoiceField(Purpose.values, allow_null=True)
    stay = StayAnswer()
    deadlines = DeadlineAnswer(many=True)
    possible_duplicates = DuplicateAnswer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def represent_arrivals(rows: Sequence[Row], language: str, at: datetime, *, with_person: bool) -> list[Row]:
    stays = assessments(_arrivals(rows), at)
    due = _deadlines_of([row["id"] for row in rows], language, at)
    persons = _persons([row["person_id"] for row in rows]) if with_person else {}
    held = _documents([row["document_id"] for row in rows]) if with_person else {}
    found = []
    for row in rows:
        person = persons.get(row["person_id"], {"id": row["person_id"]})
        document = held.get(row["document_id"], {"id": row["document_id"]})
        found.append(
            {
                "id": row["id"],
                "person": person,
                "document": document if row["document_id"] else None,
                **{
                    name: row[name] for name in ("country", "entered_on", "left_on", "entry_point", "purpose")
                },
                "stay": represent_stay(stays[row["id"]], language),
                "deadlines": due[row["id"]],
                "possible_duplicates": person.get("possible_duplicates", []),
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
        )
    return found


def statuses_of(rows: Sequence[Row], at: datetime) -> dict[UUID, Status]:
    return {id: stay.status for id, stay in assessments(_arrivals(rows), at).items()}


def _arrivals(rows: Sequence[Row]) -> list[Arrival]:
    return [Arrival(**{name: row[name] for name in COLUMNS}) for row in rows]


def _persons(ids: Iterable[UUID]) -> dict[UUID, Row]:
    rows = list(Person.objects.filter(pk__in=set(ids)).values(*people.COLUMNS))
    return {row["id"]: row for row in people.represent_people(rows)}


def _documents(ids: Iterable[UUID | None]) -> dict[UUID | None, Row]:
    rows = list(Document.objects.filter(pk__in={id for id in ids if id}).values(*documents.COLUMNS))
    return {row["id"]: row for row in documents.represent_documents(rows)}


def _deadlines_of(ids: Sequence[UUID], language: str, at: datetime) -> defaultdict[UUID, list[Row]]:
    rows = list(
        Deadline.objects.filter(arrival_id__in=ids).order_by("due_on", "id").values(*deadlines.COLUMNS)
    )
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row, shown in zip(rows, deadlines.represent_deadlines(rows, language, at), strict=True):
        found[row["arrival_id"]].append(shown)
    return found
