from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import ListQuery
from casework.api.fields import CountryCode, Day, Kind
from casework.api.pagination import Row
from casework.api.resource import Resource
from casework.stays.models import Confidence
from casework.work.models import WorkRule
from casework.work.rules import Allowed
from casework.work.rules.right import OF_LAW

BASES = [basis.value for basis in OF_LAW]
ANSWERS = [one.value for one in Allowed]
COLUMNS = tuple(
    "id country title basis nationalities allowed valid_from valid_until condition notes source source_date"
    " confidence reviewed_by created_at updated_at".split()
)


class WorkRuleAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2, or EU for Union law.")
    title = serializers.CharField()
    basis = serializers.ChoiceField(BASES, help_text="What the stay rests on; any: whatever it rests on.")
    nationalities = serializers.ListField(child=serializers.CharField(), help_text="Empty: all.")
    allowed = serializers.ChoiceField(ANSWERS, help_text="unknown: the law leaves it to the single case.")
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    condition = serializers.CharField(help_text="What the law asks for besides.")
    notes = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # DRF calls a field's origin so
    source_date = serializers.DateField(allow_null=True)
    confidence = serializers.ChoiceField(Confidence.values)
    reviewed_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WorkRulesQuery(ListQuery):
    country = CountryCode(required=False, help_text="Members of the Union: their own and the Union's.")
    basis = Kind(required=False, choices=BASES)
    valid_on = Day(required=False)


class WorkRules(Resource):
    """Dated rows of law on who may work, beside the stay rules. Where there is none, nobody guesses."""

    model, columns, object_type = WorkRule, COLUMNS, "work_rule"
    read_scope = Scope.RULES_READ
    query, answers = WorkRulesQuery, WorkRuleAnswer
    lookups = {"basis": "basis"}

    def scoped(self) -> QuerySet[Any]:
        return WorkRule.objects.all()

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if "country" in asked:
            rows = rows.of_countries([asked["country"]])  # type: ignore[attr-defined]
        if "valid_on" in asked:
            rows = rows.valid_on(asked["valid_on"])  # type: ignore[attr-defined]
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name: row[name] for name in COLUMNS} for row in rows]

    def saw(self, ids: Sequence[Any]) -> None:
        """The law is nobody's personal data."""
