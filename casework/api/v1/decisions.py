from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import CountryCode, Day, Kind, Reference, Whole
from casework.api.pagination import Row
from casework.api.resource import Changes, Creates, Removes, Resource
from casework.people.models import Person
from casework.stays.details import DecisionDetails
from casework.stays.models import Deadline, Decision, DecisionKind, Outcome, PeriodUnit
from casework.stays.operations import correct_decision, record_decision, withdraw_decision


class DecisionBody(Asked):
    """What an authority decided; from the day it was served the period to appeal is counted."""

    country = CountryCode(help_text="ISO 3166-1 alpha-2: whose authority decided.")
    kind = Kind(choices=DecisionKind.values)
    served_on = Day(help_text="The day on which the person was given or sent it, as the law there counts.")
    outcome = Kind(choices=Outcome.values, help_text="`granted` and `registered` begin no period to appeal.")
    within = Whole(
        required=False, allow_null=True, help_text="The period to appeal that the decision itself names."
    )
    unit = Kind(required=False, allow_null=True, choices=PeriodUnit.values, help_text="Of `within`.")


class DecisionAsked(DecisionBody):
    person = Reference()


class DecisionAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    country = serializers.CharField()
    kind = serializers.ChoiceField(DecisionKind.values)
    served_on = serializers.DateField()
    outcome = serializers.ChoiceField(Outcome.values)
    within = serializers.IntegerField(allow_null=True)
    unit = serializers.ChoiceField(PeriodUnit.values, allow_null=True)
    deadlines = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="The deadlines it made. None after a refusal: no period is known here, ask a lawyer.",
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DecisionsQuery(ListQuery):
    person = Reference(required=False)
    country = CountryCode(required=False)
    kind = Kind(required=False, choices=DecisionKind.values)


COLUMNS = (
    *("id", "person_id", "country", "kind", "served_on", "outcome", "within", "unit"),
    *("created_at", "updated_at"),
)


class Decisions(Creates, Changes, Removes, Resource):
    """What authorities decided. A decision that can be appealed makes a deadline."""

    model, columns, object_type = Decision, COLUMNS, "decision"
    read_scope, write_scope = Scope.STAYS_READ, Scope.STAYS_WRITE
    query, asks, changes, answers = DecisionsQuery, DecisionAsked, DecisionBody, DecisionAnswer
    lookups = {"person": "person_id", "country": "country", "kind": "kind"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        made: dict[UUID, list[UUID]] = {row["id"]: [] for row in rows}
        deadlines = Deadline.objects.filter(decision_id__in=made).order_by("due_on", "id")
        for decision_id, deadline_id in deadlines.values_list("decision_id", "id"):
            made[decision_id].append(deadline_id)
        return [
            {
                **{("person" if name == "person_id" else name): row[name] for name in COLUMNS[:8]},
                "deadlines": made[row["id"]],
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]

    def post_values(self, values: Row) -> UUID:
        person = self.referenced(Person, values.pop("person"), "/person")
        return record_decision(person=person, details=DecisionDetails(**values), by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        decision = self.locked(id, "person")
        details = replace(DecisionDetails.of(decision), **self.body(self.changes, partial=True))
        correct_decision(decision=decision, details=details, by=self.by, at=self.at)

    def remove(self, id: str) -> None:
        withdraw_decision(decision=self.locked(id, "person"), by=self.by, at=self.at)
