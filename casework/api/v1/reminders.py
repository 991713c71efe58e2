from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import ListQuery
from casework.api.fields import Kind, Reference
from casework.api.pagination import Row
from casework.api.resource import Resource
from casework.reminders.models import Occasion, RecipientKind, Reminder, State
from casework.reminders.operations import acknowledge


class ReminderAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    deadline = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    occasion = serializers.ChoiceField(Occasion.values)
    recipient_kind = serializers.ChoiceField(RecipientKind.values)
    channel = serializers.CharField()
    offset_days = serializers.IntegerField(allow_null=True)
    send_after = serializers.DateTimeField()
    state = serializers.ChoiceField(State.values)
    sent_at = serializers.DateTimeField(allow_null=True)
    attempts = serializers.IntegerField()
    message_id = serializers.CharField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RemindersQuery(ListQuery):
    state = Kind(required=False, choices=State.values)
    deadline = Reference(required=False)
    person = Reference(required=False)
    recipient_kind = Kind(required=False, choices=RecipientKind.values)


COLUMNS = tuple(
    "id deadline_id deadline__person_id occasion recipient_kind channel offset_days send_after state sent_at"
    " attempts message_id acknowledged_at created_at updated_at".split()
)
NAMES = {"deadline_id": "deadline", "deadline__person_id": "person"}


class Reminders(Resource):
    """The ledger of what was told to whom: read only, but for taking note."""

    model, columns, object_type = Reminder, COLUMNS, "reminder"
    read_scope, write_scope = Scope.REMINDERS_READ, Scope.REMINDERS_WRITE
    query, answers = RemindersQuery, ReminderAnswer
    lookups = {
        "state": "state",
        "deadline": "deadline_id",
        "person": "deadline__person_id",
        "recipient_kind": "recipient_kind",
    }

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{NAMES.get(name, name): row[name] for name in COLUMNS} for row in rows]

    @action(methods=["post"], detail=True)
    @transaction.atomic
    def acknowledge(self, request: Request, id: str) -> Response:
        """The recipient has taken note. A person's ends what they would still be told of this day."""
        row = self.one(id)
        reminder = self.scoped().filter(pk=row["id"]).first()
        if reminder is None:
            raise Http404
        acknowledge(reminder=reminder, by=self.by, at=self.at)
        self.saw([row["id"]])
        return self.shown(self.one(id))
