from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import CountryCode, Day, Kind, Moment, Reference, Text
from casework.api.pagination import Row
from casework.api.resource import Changes, Creates, Resource
from casework.api.v1.duplicates import DuplicateAnswer, duplicates_of
from casework.cases.operations import add_person
from casework.people.details import PersonDetails
from casework.people.models import Document, Household, Person, Precision
from casework.refusals import Fault, Invalid
from casework.stays.models import Arrival
from casework.stays.operations import correct_person


class MovesByHousehold(Invalid):
    """A person changes household by a change of the household's members."""


class PersonBody(Asked):
    """What is known of a person; at least one name, and the nationality."""

    family_name = Text(blank=True, required=False, max_length=150)
    given_name = Text(blank=True, required=False, max_length=150)
    patronymic = Text(blank=True, required=False, max_length=150)
    native_name = Text(
        blank=True, required=False, max_length=300, help_text="The whole name in its own script."
    )
    birth_date = Day(required=False, allow_null=True)
    birth_date_precision = Kind(
        choices=Precision.values, required=False, help_text="How much of the date is known."
    )
    sex = Kind(choices=["F", "M", "X", ""], required=False)
    nationality = CountryCode(help_text="ISO 3166-1 alpha-2.")
    languages = serializers.ListField(
        child=Text(max_length=35), required=False, max_length=20, help_text="BCP 47."
    )
    preferred_language = Text(required=False, max_length=35, help_text="BCP 47; reminders follow it.")
    email = Text(blank=True, required=False, max_length=254)
    second_email = Text(
        blank=True,
        required=False,
        max_length=254,
        help_text="Written to as well when a day is near and nobody has answered. Needs a first one.",
    )
    phone = Text(blank=True, required=False, max_length=40)


class PersonAsked(PersonBody):
    household = Reference(
        required=False, allow_null=True, help_text="Joins this household; without it one is opened."
    )


class PersonAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    patronymic = serializers.CharField()
    native_name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    birth_date_precision = serializers.ChoiceField(Precision.values)
    sex = serializers.ChoiceField(["F", "M", "X", ""])
    nationality = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    preferred_language = serializers.CharField()
    email = serializers.CharField()
    second_email = serializers.CharField()
    phone = serializers.CharField()
    household = serializers.UUIDField()
    arrivals = serializers.ListField(child=serializers.UUIDField(), help_text="In the order of entry.")
    documents = serializers.ListField(child=serializers.UUIDField())
    possible_duplicates = DuplicateAnswer(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PeopleQuery(ListQuery):
    q = Text(required=False, max_length=150, help_text="Words of a name: any script, any usual spelling.")
    birth_date = Day(required=False)
    nationality = CountryCode(required=False)
    country = CountryCode(required=False, help_text="Has an arrival in this country.")
    updated_since = Moment(required=False, help_text="Changed at this moment or later.")


COLUMNS = (
    *"id family_name given_name patronymic native_name birth_date birth_date_precision sex".split(),
    "nationality",
    *"languages preferred_language email second_email phone household_id created_at updated_at".split(),
)


def represent_people(rows: Sequence[Row]) -> list[Row]:
    """Three queries for what hangs on the rows, however many."""
    ids = [row["id"] for row in rows]
    arrivals = _ids_of(Arrival.objects.filter(person_id__in=ids, voided_at=None).order_by("entered_on", "id"))
    documents = _ids_of(Document.objects.filter(person_id__in=ids).order_by("created_at", "id"))
    duplicates = duplicates_of(rows)
    return [
        {
            **{
                name: row[name]
                for name in COLUMNS
                if name not in ("household_id", "created_at", "updated_at")
            },
            "household": row["household_id"],
            "arrivals": arrivals[row["id"]],
            "documents": documents[row["id"]],
            "possible_duplicates": duplicates[row["id"]],
            "created_at": row["created_at"],
            "updated_at": row["updated_at"],
        }
        for row in rows
    ]


def _ids_of(rows: QuerySet[Any]) -> defaultdict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for person_id, row_id in rows.values_list("person_id", "id"):
        found[person_id].append(row_id)
    return found


class People(Creates, Changes, Resource):
    """Persons whom the organisation helps."""

    model, columns, object_type = Person, COLUMNS, "person"
    read_scope, write_scope = Scope.PEOPLE_READ, Scope.PEOPLE_WRITE
    query, asks, changes, answers = PeopleQuery, PersonAsked, PersonAsked, PersonAnswer
    lookups = {"birth_date": "birth_date", "nationality": "nationality"}

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if "q" in asked:
            rows = rows.named(asked["q"])  # type: ignore[attr-defined]
        if "country" in asked:
            there = Arrival.objects.filter(person=OuterRef("pk"), voided_at=None, country=asked["country"])
            rows = rows.filter(Exists(there))
        if "updated_since" in asked:
            rows = rows.filter(updated_at__gte=asked["updated_since"])
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return represent_people(rows)

    def post_values(self, values: Row) -> UUID:
        named = values.pop("household", None)
        household = self.referenced(Household, named, "/household") if named else None
        person = add_person(details=details_of(values), household=household, by=self.by, at=self.at)
        return person.pk

    def patch_values(self, id: str) -> None:
        person = self.locked(id)
        values = self.body(self.changes, partial=True)
        if values.pop("household", person.household_id) != person.household_id:
            raise MovesByHousehold(Fault("/household", "Change the members of households/ instead."))
        details = replace(PersonDetails.of(person), **tidy(values))
        correct_person(person=person, details=details, by=self.by, at=self.at)


def details_of(values: Row) -> PersonDetails:
    return PersonDetails(**tidy(values))


def tidy(values: Row) -> Row:
    return {name: tuple(value) if name == "languages" else value for name, value in values.items()}
