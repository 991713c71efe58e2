from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import Day, Reference, Text
from casework.api.pagination import Row
from casework.api.resource import Creates, Removes, Resource
from casework.cases.operations import close_unit, open_unit
from casework.housing.models import Closure, Unit


class ClosureAsked(Asked):
    """Nights on which a unit is let to nobody. Refused where somebody has a bed on one of them."""

    unit = Reference()
    starts_on = Day(help_text="The first night.")
    ends_on = Day(help_text="The last night.")
    reason = Text(blank=True, required=False, max_length=300)


class ClosureAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    unit = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ClosuresQuery(ListQuery):
    unit = Reference(required=False)
    place = Reference(required=False)
    ends_after = Day(required=False, help_text="Its last night is this one or a later one.")


COLUMNS = ("id", "unit_id", "starts_on", "ends_on", "reason", "created_at", "updated_at")


class Closures(Creates, Removes, Resource):
    """Repairs, holidays, a season. DELETE lets the unit's nights again."""

    model, columns, object_type = Closure, COLUMNS, "closure"
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, answers = ClosuresQuery, ClosureAsked, ClosureAnswer
    lookups = {"unit": "unit_id", "place": "unit__place_id", "ends_after": "ends_on__gte"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name.removesuffix("_id"): row[name] for name in COLUMNS} for row in rows]

    def post_values(self, values: Row) -> UUID:
        unit = self.referenced(Unit, values.pop("unit"), "/unit")
        return close_unit(unit=unit, **values, by=self.by, at=self.at).pk

    def remove(self, id: str) -> None:
        open_unit(closure=self.locked(id), by=self.by, at=self.at)
