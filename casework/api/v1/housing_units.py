from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.bulk import CreatesMany
from casework.api.constraints import NOT_THERE
from casework.api.errors import BadQuery
from casework.api.fields import (
    City,
    CountryCode,
    Day,
    Flag,
    FlagText,
    Kind,
    Money,
    Reference,
    Text,
    Whole,
    WholeText,
)
from casework.api.pagination import Row
from casework.api.resource import Changes, Resource
from casework.cases.operations import change_unit
from casework.housing.checks import BACKWARDS
from casework.housing.details import UnitDetails
from casework.housing.free import free_units
from casework.housing.models import Per, Place, Unit
from casework.housing.operations import add_unit, add_units
from casework.refusals import Fault


class UnitBody(Asked):
    """A room or a flat. A private one is one household's at a time, a shared one is let by the bed."""

    name = Text(max_length=100, help_text="As it stands on the door; once in its place.")
    capacity = Whole(help_text="Beds; at least 1.")
    step_free = Flag(required=False)
    pets = Flag(required=False)
    private = Flag(required=False)
    price = Money(
        required=False, allow_null=True,
        help_text="A decimal string: of a private unit for the unit, of a shared one for one bed.",
    )  # fmt: skip
    currency = Text(required=False, allow_null=True, max_length=3, help_text="ISO 4217; a price needs one.")
    price_per = Kind(required=False, allow_null=True, choices=Per.values, help_text="null: night.")
    available_from = Day(required=False, allow_null=True, help_text="The first night; null: always was.")
    available_until = Day(required=False, allow_null=True, help_text="The last night; null: no end.")


class UnitAsked(UnitBody):
    place = Reference()


class UnitAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    place = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField(help_text="Of its place.")
    city = serializers.CharField(help_text="Of its place.")
    capacity = serializers.IntegerField()
    free = serializers.IntegerField(
        allow_null=True, help_text="Beds free on every night that was asked for; null where none was."
    )
    step_free = serializers.BooleanField()
    pets = serializers.BooleanField()
    private = serializers.BooleanField()
    price = serializers.CharField(allow_null=True, help_text="A decimal string.")
    currency = serializers.CharField(allow_null=True)
    price_per = serializers.ChoiceField(Per.values)
    available_from = serializers.DateField(allow_null=True)
    available_until = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class UnitsQuery(ListQuery):
    place = Reference(required=False)
    country = CountryCode(required=False)
    city = City(required=False)
    free_from = Day(required=False, help_text="Only units with a free bed on every night from this one on.")
    free_until = Day(required=False, help_text="The last of these nights; without it, one night is meant.")
    min_free = WholeText(required=False, min_value=1, help_text="At least so many beds free; with free_from.")
    min_capacity = WholeText(required=False, min_value=1, help_text="At least so many beds, free or not.")
    max_price = Money(required=False, help_text="As recorded (see currency, price_per); unknown is left out.")
    currency = Text(required=False, max_length=3)
    price_per = Kind(required=False, choices=Per.values)
    step_free = FlagText(required=False)
    pets = FlagText(required=False)
    private = FlagText(required=False)


COLUMNS = tuple(
    "id place_id name place__country place__city capacity step_free pets private price currency price_per"
    " available_from available_until created_at updated_at".split()
)


class Units(CreatesMany, Changes, Resource):
    """Rooms and flats, and which are free. A JSON list posts up to 500 at once, all of them or none."""

    model, columns, object_type = Unit, COLUMNS, "unit"
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, changes, answers = UnitsQuery, UnitAsked, UnitBody, UnitAnswer
    lookups = {
        "place": "place_id", "country": "place__country", "city": "place__city_key",
        "min_capacity": "capacity__gte", "max_price": "price__lte", "currency": "currency",
        "price_per": "price_per", "step_free": "step_free", "pets": "pets", "private": "private",
    }  # fmt: skip
    free: Mapping[UUID, int] = {}

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if nights := _nights(asked):
            found = free_units(
                first=nights[0], last=nights[1], at=self.at, people=asked.get("min_free", 1),
                city_key=asked.get("city", ""), country=asked.get("country", ""),
            )  # fmt: skip
            self.free = {unit.id: unit.free for unit in found}
            # As one array: ten thousand parameters would cost more than to find them.
            rows = rows.filter(pk__in=RawSQL("SELECT unnest(%s::uuid[])", [list(self.free)]))
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [_represented(row, self.free.get(row["id"])) for row in rows]

    def post_values(self, values: Row) -> UUID:
        place = self.referenced(Place, values.pop("place"), "/place")
        return add_unit(place=place, details=_details(values), by=self.by, at=self.at).pk

    def missing(self, rows: list[Row]) -> list[Fault]:
        there = self._places(rows)
        return [
            Fault(f"/{number}/place", NOT_THERE)
            for number, row in enumerate(rows)
            if row["place"] not in there
        ]

    def post_many(self, rows: list[Row]) -> list[UUID]:
        places = self._places(rows)
        units = [(places[row.pop("place")], _details(row)) for row in rows]
        return [unit.pk for unit in add_units(units=units, by=self.by, at=self.at)]

    def patch_values(self, id: str) -> None:
        unit = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "price_per" in values and values["price_per"] is None:
            values["price_per"] = Per.NIGHT.value
        change_unit(unit=unit, details=replace(UnitDetails.of(unit), **values), by=self.by, at=self.at)

    def _places(self, rows: Sequence[Row]) -> dict[UUID, Place]:
        """Held while they are pointed at, in the order of their ids."""
        named = Place.objects.filter(
            organisation_id=self.by.organisation, pk__in={row["place"] for row in rows}
        )
        return {place.pk: place for place in named.select_for_update(no_key=True).order_by("pk")}


def _nights(asked: Row) -> tuple[date, date] | None:
    first, last = asked.get("free_from"), asked.get("free_until")
    if first is None:
        for name in ("free_until", "min_free"):
            if name in asked:
                raise BadQuery(Fault(f"/{name}", "From which night? Give free_from too."))
        return None
    last = last or first
    if last < first:
        raise BadQuery(Fault("/free_until", BACKWARDS))
    return first, last


def _details(values: Row) -> UnitDetails:
    return UnitDetails(**{name: value for name, value in values.items() if value is not None})


def _represented(row: Row, free: int | None) -> Row:
    shown = Row()
    for name in COLUMNS:
        shown[name.removesuffix("_id").removeprefix("place__")] = row[name]
        if name == "capacity":
            shown["free"] = free
    return {**shown, "price": None if row["price"] is None else str(row["price"])}
