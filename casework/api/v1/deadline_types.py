from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import ListQuery
from casework.api.fields import CountryCode, Kind
from casework.api.pagination import Row
from casework.api.resource import Resource
from casework.stays.models import (
    Confidence,
    DeadlineKind,
    DeadlineType,
    DecisionKind,
    PermitKind,
    Purpose,
    Trigger,
)

COLUMNS = tuple(
    "id kind deadline_kind country title trigger decision_kinds permit_kinds purposes events_from"
    " events_until n unit event_day_counts rolls_over suspensive who notes source source_date confidence"
    " reviewed_by created_at updated_at".split()
)


class DeadlineTypeAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    deadline_kind = serializers.ChoiceField(DeadlineKind.values, help_text="The kind of deadline it makes.")
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2, or EU for Union law.")
    title = serializers.CharField()
    trigger = serializers.ChoiceField(Trigger.values, help_text="The event from which it is counted.")
    decision_kinds = serializers.ListField(
        child=serializers.ChoiceField(DecisionKind.values), help_text="The decisions that begin it."
    )
    permit_kinds = serializers.ListField(
        child=serializers.ChoiceField(PermitKind.values), help_text="The certificates that begin it."
    )
    purposes = serializers.ListField(
        child=serializers.ChoiceField(Purpose.values), help_text="The purposes of an arrival that begin it."
    )
    events_from = serializers.DateField(allow_null=True)
    events_until = serializers.DateField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField(help_text="calendar_days, working_days, weeks, months or any.")
    event_day_counts = serializers.BooleanField()
    rolls_over = serializers.BooleanField(help_text="It ends on a working day.")
    suspensive = serializers.BooleanField(allow_null=True, help_text="Of an appeal; null: not known.")
    who = serializers.CharField(help_text="Who must act: person, host, authority or any.")
    notes = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF calls a field's origin so
    source_date = serializers.DateField(allow_null=True)
    confidence = serializers.ChoiceField(Confidence.values)
    reviewed_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DeadlineTypesQuery(ListQuery):
    country = CountryCode(required=False, help_text="Members of the Union: their own and the Union's.")
    trigger = Kind(required=False, choices=Trigger.values)


class DeadlineTypes(Resource):
    """Legal periods beyond the stay: appeals, renewals, applications."""

    model, columns, object_type = DeadlineType, COLUMNS, "deadline_type"
    read_scope = Scope.RULES_READ
    query, answers = DeadlineTypesQuery, DeadlineTypeAnswer
    lookups = {"trigger": "trigger"}

    def scoped(self) -> QuerySet[Any]:
        return DeadlineType.objects.all()

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if "country" in asked:
            rows = rows.of_country(asked["country"])  # type: ignore[attr-defined]
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name: row[name] for name in COLUMNS} for row in rows]

    def saw(self, ids: Sequence[Any]) -> None:
        """The law is nobody's personal data."""
