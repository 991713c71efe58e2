from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import ListQuery, asked_in_body
from casework.api.fields import CountryCode, Day, Kind
from casework.api.languages import language_of
from casework.api.pagination import Row
from casework.api.permissions import Anybody, MayRead
from casework.api.resource import Resource
from casework.api.schema import IN_LANGUAGE
from casework.api.throttling import PerAddress
from casework.api.v1.assessing import AssessmentAsked, assess
from casework.api.v1.comparing import (
    ANSWERS,
    EXAMPLES,
    ComparisonAsked,
    comparison,
    represent_options,
)
from casework.api.v1.stay_answer import StayAnswer, represent_stay
from casework.stays.models import Confidence, RuleStatus, StayRule
from casework.stays.rules import RuleKind

KINDS = [kind.value for kind in RuleKind]
COLUMNS = tuple(
    "id kind country title nationalities document_kinds applies_to_entries_from applies_to_entries_until"
    " limits readings condition within unit who if_longer_than_days area notes source source_date"
    " confidence reviewed_by status in_force_at ended_at made_by_id ended_by_id replaces_id created_at"
    " updated_at".split()
)


class StayRuleAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    country = serializers.CharField()
    title = serializers.CharField()
    nationalities = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    document_kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    applies_to_entries_from = serializers.DateField(allow_null=True)
    applies_to_entries_until = serializers.DateField(allow_null=True)
    limits = serializers.ListField(child=serializers.DictField())
    readings = serializers.ListField(child=serializers.ListField(child=serializers.DictField()))
    condition = serializers.DictField(allow_null=True)
    within = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField(allow_null=True)
    who = serializers.CharField(allow_null=True)
    if_longer_than_days = serializers.IntegerField(
        allow_null=True, help_text="A registration duty of those who stay longer than that."
    )
    area = serializers.CharField(allow_null=True)
    notes = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF calls a field's origin so
    source_date = serializers.DateField(allow_null=True)
    confidence = serializers.ChoiceField(Confidence.values)
    reviewed_by = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(RuleStatus.values)
    in_force_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was first held to be the law here; null: since `created_at`."
    )
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it was no longer held to be so.")
    made_by = serializers.UUIDField(allow_null=True, help_text="The law change that brought it.")
    ended_by = serializers.UUIDField(allow_null=True, help_text="The law change that ended it.")
    replaces = serializers.UUIDField(allow_null=True, help_text="The rule in whose place it stands.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class StayRulesQuery(ListQuery):
    kind = Kind(required=False, choices=KINDS)
    country = CountryCode(required=False)
    status = Kind(required=False, choices=RuleStatus.values)
    known_on = Day(required=False, help_text="What was held to be the law when that day ended (UTC).")


class StayRules(Resource):
    """Dated rows of law. They belong to nobody and are read only here."""

    model, columns, object_type = StayRule, COLUMNS, "stay_rule"
    read_scope = Scope.RULES_READ
    query, answers = StayRulesQuery, StayRuleAnswer
    lookups = {"kind": "kind", "country": "country", "status": "status"}
    asks_assessment, answers_assessment = AssessmentAsked, StayAnswer
    in_language = ("assess", "compare")

    def scoped(self) -> QuerySet[Any]:
        return StayRule.objects.all()

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if "known_on" in asked:
            rows = rows.known_at(datetime.combine(asked["known_on"], time.max, UTC))  # type: ignore[attr-defined]
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name.removesuffix("_id"): row[name] for name in COLUMNS} for row in rows]

    def saw(self, ids: Sequence[Any]) -> None:
        """The law is nobody's personal data."""

    @action(
        methods=["post"], detail=False, permission_classes=[Anybody], throttle_classes=[PerAddress],
        url_path="assess",
    )  # fmt: skip
    def assess(self, request: Request) -> Response:
        """How long somebody may stay, and why. Anybody may ask; nothing is stored."""
        stay = assess(asked_in_body(AssessmentAsked, request.data), self.at)
        return Response(represent_stay(stay, language_of(request)))

    @extend_schema(
        summary="Compare countries by the stay rules", request=ComparisonAsked, responses=ANSWERS,
        examples=EXAMPLES, parameters=[IN_LANGUAGE], auth=[{"oauth2": [str(Scope.RULES_READ)]}],  # type: ignore[list-item]
    )  # fmt: skip
    @action(methods=["post"], detail=False, permission_classes=[MayRead], url_path="compare")
    def compare(self, request: Request) -> Response:
        """How long a stay from one day would last in each of several countries. Nothing is stored."""
        options = comparison(asked_in_body(ComparisonAsked, request.data), self.at)
        return Response(represent_options(options, language_of(request)))
