from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import Kind, Reference, Text
from casework.api.pagination import Row
from casework.api.resource import Changes, Creates, Resource
from casework.cases.models import Case, CaseStatus, Priority
from casework.cases.operations import change_case, open_case
from casework.people.models import Household

LONGEST = 10_000


class CaseAsked(Asked):
    household = Reference()
    assigned_to = Reference(
        required=False, allow_null=True, help_text="A colleague; without it the duty caseworker."
    )
    priority = Kind(choices=Priority.values, required=False)
    summary = Text(blank=True, required=False, max_length=LONGEST)


class CaseChange(Asked):
    assigned_to = Reference(required=False, allow_null=True)
    status = Kind(choices=CaseStatus.values)
    priority = Kind(choices=Priority.values)
    summary = Text(blank=True, required=False, max_length=LONGEST)


class CasesQuery(ListQuery):
    status = Kind(required=False, choices=CaseStatus.values)
    assigned_to = Reference(required=False)
    household = Reference(required=False)


class CaseAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    household = serializers.UUIDField()
    assigned_to = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(CaseStatus.values)
    priority = serializers.ChoiceField(Priority.values)
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    summary = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


COLUMNS = (
    *("id", "number", "household_id", "assigned_to_id", "status", "priority", "opened_on", "closed_on"),
    *("summary", "created_at", "updated_at"),
)


class Cases(Creates, Changes, Resource):
    """The organisation's files on households."""

    model, columns, object_type = Case, COLUMNS, "case"
    read_scope, write_scope = Scope.CASES_READ, Scope.CASES_WRITE
    query, asks, changes, answers = CasesQuery, CaseAsked, CaseChange, CaseAnswer
    lookups = {"status": "status", "assigned_to": "assigned_to_id", "household": "household_id"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name.removesuffix("_id"): row[name] for name in COLUMNS} for row in rows]

    def post_values(self, values: Row) -> UUID:
        household = self.referenced(Household, values.pop("household"), "/household")
        assigned_to = self.colleague(values.pop("assigned_to", None))
        return open_case(household=household, assigned_to=assigned_to, by=self.by, at=self.at, **values).pk

    def patch_values(self, id: str) -> None:
        case = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "assigned_to" in values:
            values["assigned_to"] = self.colleague(values["assigned_to"])
        change_case(case=case, by=self.by, at=self.at, **values)
