from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.bulk import CreatesMany
from casework.api.fields import City, CountryCode, Kind, Text
from casework.api.pagination import Row
from casework.api.resource import Changes, Resource
from casework.housing.details import PlaceDetails
from casework.housing.models import Place, PlaceKind, Unit
from casework.housing.operations import add_place, add_places, change_place


class PlaceAsked(Asked):
    """Where there are beds. Its rooms are units, posted to housing/units/."""

    name = Text(max_length=150)
    kind = Kind(choices=PlaceKind.values)
    country = CountryCode(help_text="ISO 3166-1 alpha-2.")
    city = Text(max_length=100)
    address = Text(blank=True, required=False, max_length=300, help_text="Sealed at rest.")
    contact = Text(blank=True, required=False, max_length=300, help_text="Sealed at rest.")


class PlaceAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(PlaceKind.values)
    country = serializers.CharField()
    city = serializers.CharField()
    address = serializers.CharField()
    units = serializers.ListField(child=serializers.UUIDField(), help_text="Its rooms, the oldest first.")
    contact = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PlacesQuery(ListQuery):
    kind = Kind(required=False, choices=PlaceKind.values)
    country = CountryCode(required=False)
    city = City(required=False)


class Places(CreatesMany, Changes, Resource):
    """Hostels, hotels, flats, host families. A JSON list posts up to 500 at once, all of them or none."""

    model, object_type = Place, "place"
    columns = ("id", "name", "kind", "country", "city", "address", "contact", "created_at", "updated_at")
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, changes, answers = PlacesQuery, PlaceAsked, PlaceAsked, PlaceAnswer
    lookups = {"kind": "kind", "country": "country", "city": "city_key"}

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        units: defaultdict[UUID, list[UUID]] = defaultdict(list)
        found = Unit.objects.filter(place_id__in=[row["id"] for row in rows]).order_by("created_at", "id")
        for place_id, unit_id in found.values_list("place_id", "id"):
            units[place_id].append(unit_id)
        return [
            {
                **{name: row[name] for name in ("id", "name", "kind", "country", "city")},
                "address": row["address"].open(row["id"]),
                "units": units[row["id"]],
                "contact": row["contact"].open(row["id"]),
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]

    def post_values(self, values: Row) -> UUID:
        return add_place(details=PlaceDetails(**values), by=self.by, at=self.at).pk

    def post_many(self, rows: list[Row]) -> list[UUID]:
        places = [PlaceDetails(**values) for values in rows]
        return [place.pk for place in add_places(places=places, by=self.by, at=self.at)]

    def patch_values(self, id: str) -> None:
        place = self.locked(id)
        details = replace(PlaceDetails.of(place), **self.body(self.changes, partial=True))
        change_place(place=place, details=details, by=self.by, at=self.at)
