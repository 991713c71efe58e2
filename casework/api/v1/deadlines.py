from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import CountryCode, Day, Kind, Reference
from casework.api.languages import language_of
from casework.api.pagination import Row
from casework.api.resource import Changes, Resource
from casework.api.v1.stay_answer import LANGUAGE_HELP, REVIEWED_HELP, represent_language
from casework.stays.duties import stored_reasons
from casework.stays.models import Deadline, DeadlineHistory, DeadlineKind, DeadlineStatus
from casework.stays.operations import mark_met
from casework.stays.sentences import render
from casework.stays.zones import local_day


class DeadlineChange(Asked):
    """The calculation moves deadlines; a partner may only say that one was met."""

    status = Kind(choices=[DeadlineStatus.MET.value])


class HistoryAnswer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    due_on = serializers.DateField()
    status = serializers.ChoiceField(DeadlineStatus.values)
    reason = serializers.CharField(help_text="The operation that moved it.")
    replaced_at = serializers.DateTimeField()
    law_change = serializers.UUIDField(allow_null=True, help_text="The change of the law that moved it.")


class DeadlineAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    country = serializers.CharField()
    kind = serializers.ChoiceField(DeadlineKind.values)
    who = serializers.CharField(help_text="Who must act: person, host or authority.")
    due_on = serializers.DateField()
    days_left = serializers.IntegerField(
        help_text="On the host country's calendar; negative once it has passed."
    )
    status = serializers.ChoiceField(DeadlineStatus.values)
    version = serializers.IntegerField()
    history = HistoryAnswer(many=True, help_text="Earlier days, the oldest first.")
    explanation = serializers.ListField(child=serializers.CharField())
    explanation_language = serializers.CharField(help_text=LANGUAGE_HELP)
    explanation_reviewed = serializers.BooleanField(help_text=REVIEWED_HELP)
    assigned_to = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DeadlinesQuery(ListQuery):
    kind = Kind(required=False, choices=DeadlineKind.values)
    status = Kind(required=False, choices=DeadlineStatus.values)
    country = CountryCode(required=False)
    due_after = Day(required=False, help_text="This day or later.")
    due_before = Day(required=False, help_text="This day or earlier.")
    assigned_to = Reference(required=False)
    person = Reference(required=False)


COLUMNS = (
    *("id", "person_id", "arrival_id", "country", "kind", "who", "due_on", "status", "version"),
    "reasons",
    *("assigned_to_id", "created_at", "updated_at"),
)
HISTORY = ("version", "due_on", "status", "reason", "replaced_at", "law_change")


def represent_deadlines(rows: Sequence[Row], language: str, at: datetime) -> list[Row]:
    """One query for the history of all rows."""
    history: defaultdict[UUID, list[Row]] = defaultdict(list)
    kept = DeadlineHistory.objects.filter(deadline_id__in=[row["id"] for row in rows]).order_by("version")
    for entry in kept.values("deadline_id", *HISTORY):
        history[entry["deadline_id"]].append({name: entry[name] for name in HISTORY})
    return [
        {
            "id": row["id"],
            "person": row["person_id"],
            "country": row["country"],
            "kind": row["kind"],
            "who": row["who"],
            "due_on": row["due_on"],
            "days_left": (row["due_on"] - local_day(row["country"], at)).days,
            "status": row["status"],
            "version": row["version"],
            "history": history[row["id"]],
            "explanation": render(stored_reasons(row["reasons"]), language),
            **represent_language(language),
            "assigned_to": row["assigned_to_id"],
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
        }
        for row in rows
    ]


class Deadlines(Changes, Resource):
    """Days by which somebody must act, with why."""

    model, columns, object_type = Deadline, COLUMNS, "deadline"
    read_scope, write_scope = Scope.STAYS_READ, Scope.STAYS_WRITE
    query, changes, answers = DeadlinesQuery, DeadlineChange, DeadlineAnswer
    lookups = {
        "kind": "kind",
        "status": "status",
        "country": "country",
        "due_after": "due_on__gte",
        "due_before": "due_on__lte",
        "assigned_to": "assigned_to_id",
        "person": "person_id",
    }
    in_language = ("list", "retrieve", "partial_update")

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return represent_deadlines(rows, language_of(self.request), self.at)

    def patch_values(self, id: str) -> None:
        deadline = self.locked(id)
        if "status" in self.body(self.changes, partial=True):
            mark_met(deadline=deadline, by=self.by, at=self.at)
