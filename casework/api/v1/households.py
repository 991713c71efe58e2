from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.asked import Asked
from casework.api.fields import Reference
from casework.api.pagination import Row
from casework.api.references import NoSuchReference
from casework.api.resource import Changes, Creates, Resource
from casework.cases.operations import change_household, open_household
from casework.people.models import Household, Person
from casework.refusals import Fault

MOST_MEMBERS = 50


class HouseholdAsked(Asked):
    """Persons who must stay together. Whoever is left out of a change gets a household of their own."""

    members = serializers.ListField(child=Reference(), max_length=MOST_MEMBERS, help_text="Ids of persons.")


class HouseholdAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    members = serializers.ListField(child=serializers.UUIDField())
    size = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Households(Creates, Changes, Resource):
    """Who stays together."""

    model, columns, object_type = Household, ("id", "created_at", "updated_at"), "household"
    read_scope, write_scope = Scope.PEOPLE_READ, Scope.PEOPLE_WRITE
    asks, changes, answers = HouseholdAsked, HouseholdAsked, HouseholdAnswer

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        members: defaultdict[UUID, list[UUID]] = defaultdict(list)
        found = Person.objects.filter(household_id__in=[row["id"] for row in rows])
        for household_id, person_id in found.order_by("created_at", "id").values_list("household_id", "id"):
            members[household_id].append(person_id)
        return [
            {
                "id": row["id"],
                "members": members[row["id"]],
                "size": len(members[row["id"]]),
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]

    def post_values(self, values: Row) -> UUID:
        return open_household(members=self.persons(values["members"]), by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        household = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "members" in values:
            members = self.persons(values["members"])
            change_household(household=household, members=members, by=self.by, at=self.at)

    def persons(self, ids: Sequence[UUID]) -> list[Person]:
        """Held in the order of their ids, so that two changes do not wait for each other."""
        rows = Person.objects.filter(organisation_id=self.by.organisation, pk__in=ids)
        found = {person.pk: person for person in rows.select_for_update(no_key=True).order_by("pk")}
        faults = [
            Fault(f"/members/{number}", "There is no such thing here.")
            for number, id in enumerate(ids)
            if id not in found
        ]
        faults += [
            Fault(f"/members/{number}", "Stands twice.")
            for number, id in enumerate(ids)
            if id in ids[:number]
        ]
        if faults:
            raise NoSuchReference(*faults)
        return [found[id] for id in ids]
