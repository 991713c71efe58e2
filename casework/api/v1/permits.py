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
from casework.stays.details import PermitDetails
from casework.stays.models import Permit, PermitKind
from casework.stays.operations import correct_permit, grant_permit, withdraw_permit


class PermitBody(Asked):
    """A visa or permit with its own dates; both of them are lawful days."""

    country = CountryCode(help_text="ISO 3166-1 alpha-2.")
    kind = Kind(choices=PermitKind.values)
    starts_on = Day()
    ends_on = Day()
    stay_days = Whole(required=False, allow_null=True, help_text="null: any number.")
    entries = Whole(required=False, allow_null=True, help_text="null: any number.")


class PermitAsked(PermitBody):
    person = Reference()


class PermitAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    country = serializers.CharField()
    kind = serializers.ChoiceField(PermitKind.values)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    stay_days = serializers.IntegerField(allow_null=True)
    entries = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PermitsQuery(ListQuery):
    person = Reference(required=False)
    country = CountryCode(required=False)
    kind = Kind(required=False, choices=PermitKind.values)


COLUMNS = (
    *("id", "person_id", "country", "kind", "starts_on", "ends_on", "stay_days", "entries"),
    *("created_at", "updated_at"),
)


class Permits(Creates, Changes, Removes, Resource):
    """Visas, residence permits, asylum-seeker certificates, temporary protection."""

    model, columns, object_type = Permit, COLUMNS, "permit"
    read_scope, write_scope = Scope.STAYS_READ, Scope.STAYS_WRITE
    query, asks, changes, answers = PermitsQuery, PermitAsked, PermitBody, PermitAnswer
    lookups = {"person": "person_id", "country": "country", "kind": "kind"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{("person" if name == "person_id" else name): row[name] for name in COLUMNS} for row in rows]

    def post_values(self, values: Row) -> UUID:
        person = self.referenced(Person, values.pop("person"), "/person")
        return grant_permit(person=person, details=PermitDetails(**values), by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        permit = self.locked(id, "person")
        details = replace(PermitDetails.of(permit), **self.body(self.changes, partial=True))
        correct_permit(permit=permit, details=details, by=self.by, at=self.at)

    def remove(self, id: str) -> None:
        withdraw_permit(permit=self.locked(id, "person"), by=self.by, at=self.at)
