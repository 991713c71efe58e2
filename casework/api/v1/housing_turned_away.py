from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import City, CountryCode, Day, Money, Text, Whole
from casework.api.pagination import Row
from casework.api.resource import Creates, Resource
from casework.housing.details import TurnedAwayDetails
from casework.housing.models import TurnedAway
from casework.housing.operations import record_turned_away


class TurnedAwayAsked(Asked):
    """Somebody asked for a bed and there was none. Nobody is named."""

    on = Day(help_text="On which day; not in the future.")
    city = Text(max_length=100)
    country = CountryCode(required=False, help_text="Where nothing is said, the organisation's own.")
    people = Whole(help_text="At least 1.")
    reason = Text(blank=True, required=False, max_length=300)
    price_asked = Money(
        required=False, allow_null=True, help_text="A decimal string: for one night and all of them."
    )
    currency = Text(required=False, allow_null=True, max_length=3, help_text="ISO 4217; a price needs one.")


class TurnedAwayAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    on = serializers.DateField()
    city = serializers.CharField()
    country = serializers.CharField()
    people = serializers.IntegerField()
    reason = serializers.CharField()
    price_asked = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TurnedAwayQuery(ListQuery):
    country = CountryCode(required=False)
    city = City(required=False)
    on_after = Day(required=False, help_text="This day or later.")
    on_before = Day(required=False, help_text="This day or earlier.")


COLUMNS = tuple("id on city country people reason price_asked currency created_at updated_at".split())


class TurnedAways(Creates, Resource):
    """Requests for which there was no bed: the measure of the shortage, and of the rents."""

    model, columns, object_type = TurnedAway, COLUMNS, "turned_away"
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, answers = TurnedAwayQuery, TurnedAwayAsked, TurnedAwayAnswer
    lookups = {"country": "country", "city": "city_key", "on_after": "on__gte", "on_before": "on__lte"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [_represented(row) for row in rows]

    def post_values(self, values: Row) -> UUID:
        return record_turned_away(details=TurnedAwayDetails(**values), by=self.by, at=self.at).pk


def _represented(row: Row) -> Row:
    price = row["price_asked"]
    return {**{name: row[name] for name in COLUMNS}, "price_asked": None if price is None else str(price)}
