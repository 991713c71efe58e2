from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import City, CountryCode, Day, Flag, Kind, Money, Reference, Text, Whole
from casework.api.pagination import Row
from casework.api.ranked import RankedAnswer, ranked, represent_fit
from casework.api.resource import Changes, Creates, Resource
from casework.api.v1.withdrawing import why_withdrawn
from casework.cases.operations import change_need, withdraw_need
from casework.cases.queries import beds_for
from casework.housing.details import NeedDetails
from casework.housing.matching import Match
from casework.housing.models import Ground, Need, NeedStatus, Per, Priority
from casework.housing.operations import ask_for_bed
from casework.housing.queries import turns_of
from casework.housing.sentences import COUNTED
from casework.people.models import Household
from casework.refusals import Fault, Invalid


class NeedIsSomebodys(Invalid):
    """A household can be named later; it is not taken away again."""


class BedNeedAsked(Asked):
    """Who asks for beds: a household, or people of whom nothing is known yet."""

    household = Reference(required=False, allow_null=True)
    people = Whole(help_text="At least 1.")
    needed_from = Day(help_text="The first night.")
    needed_until = Day(required=False, allow_null=True, help_text="The last night; null: no end is known.")
    city = Text(blank=True, required=False, max_length=100, help_text="Empty: anywhere in the country.")
    country = CountryCode(required=False, allow_null=True, help_text="null: the organisation's own.")
    budget = Money(required=False, allow_null=True, help_text="A decimal string, for all of them together.")
    currency = Text(required=False, allow_null=True, max_length=3, help_text="ISO 4217; a budget needs one.")
    budget_per = Kind(
        required=False, allow_null=True, choices=Per.values, help_text="null: night; a month is 30."
    )
    step_free = Flag(required=False)
    pets = Flag(required=False)
    grounds = serializers.ListField(
        child=Kind(choices=Ground.values), required=False, max_length=10,
        help_text="These raise the priority: a child alone or no shelter to urgent, illness to high.",
    )  # fmt: skip
    priority = Kind(
        required=False,
        choices=Priority.values,
        help_text="As asked; it is shown as high as grounds raise it.",
    )
    reason = Text(blank=True, required=False, max_length=2000)


class BedNeedChange(BedNeedAsked):
    status = Kind(
        choices=[NeedStatus.WITHDRAWN.value],
        help_text="Nobody waits any more. By itself, or with the reason, which is put behind what was asked.",
    )


class BedNeedAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    household = serializers.UUIDField(allow_null=True)
    people = serializers.IntegerField()
    needed_from = serializers.DateField()
    needed_until = serializers.DateField(allow_null=True)
    city = serializers.CharField()
    country = serializers.CharField(allow_null=True)
    budget = serializers.CharField(allow_null=True, help_text="A decimal string.")
    currency = serializers.CharField(allow_null=True)
    budget_per = serializers.ChoiceField(Per.values)
    step_free = serializers.BooleanField()
    pets = serializers.BooleanField()
    grounds = serializers.ListField(child=serializers.ChoiceField(Ground.values))
    priority = serializers.ChoiceField(Priority.values)
    reason = serializers.CharField()
    status = serializers.ChoiceField(NeedStatus.values)
    position = serializers.IntegerField(
        allow_null=True,
        help_text="In the waiting list of its city: priority first, then who has waited longest."
        f" Null: it does not wait, or stands after the first {COUNTED:,}; `why` says which.",
    )
    why = serializers.CharField(help_text="Why it stands there.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class BedNeedMatchAnswer(RankedAnswer):
    """A unit with room on the nights that the need still lacks beds for (thirty, where no end is known).

    It has room for all who lack one. Where no unit has, those with room for some stand here: they do not fit,
    `too_small` says of how many, and a placement there needs a `split_reason`.
    """

    unit = serializers.UUIDField()
    name = serializers.CharField()
    place = serializers.UUIDField()
    place_name = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    capacity = serializers.IntegerField()
    free = serializers.IntegerField(help_text="Beds free on every one of these nights.")
    starts_on = serializers.DateField(help_text="The first night that is lacking.")
    ends_on = serializers.DateField(help_text="The last of these nights.")
    people = serializers.IntegerField(help_text="How many of those who lack a bed it has room for.")
    private = serializers.BooleanField()
    score = serializers.IntegerField(help_text="Higher is better; it compares within one answer only.")
    price_for_stay = serializers.CharField(allow_null=True, help_text="For these people; a decimal string.")
    currency = serializers.CharField(allow_null=True)


class BedNeedsQuery(ListQuery):
    household = Reference(required=False)
    status = Kind(required=False, choices=NeedStatus.values)
    priority = Kind(required=False, choices=Priority.values)
    country = CountryCode(required=False, help_text="As asked; needs without one are left out.")
    city = City(required=False)
    ordering = Kind(
        required=False, choices=["created_at", "-created_at", "turn"], default="created_at",
        help_text="The oldest first, or the newest; or in turn, as beds are given: priority first, then who"
        " has waited longest. Whose priority changes between two pages changes places.",
    )  # fmt: skip


COLUMNS = tuple(
    "id household_id people needed_from needed_until city country budget currency budget_per step_free pets"
    " grounds priority reason status created_at updated_at".split()
)
NIGHT = {"budget_per": Per.NIGHT.value}


class BedNeeds(Creates, Changes, Resource):
    """Who asks for beds, and in which turn."""

    model, columns, object_type = Need, (*COLUMNS, "rank"), "bed_need"
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, changes, answers = BedNeedsQuery, BedNeedAsked, BedNeedChange, BedNeedAnswer
    answers_matches = BedNeedMatchAnswer
    lookups = {
        "household": "household_id", "status": "status", "priority": "priority", "country": "country",
        "city": "city_key",
    }  # fmt: skip

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        turns = turns_of(Need(**{name: row[name] for name in COLUMNS}) for row in rows)
        return [
            {
                **{name.removesuffix("_id"): row[name] for name in COLUMNS[:16]},
                "budget": None if row["budget"] is None else str(row["budget"]),
                "position": turns[row["id"]].position,
                "why": turns[row["id"]].why,
                "created_at": row["created_at"],
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]

    def post_values(self, values: Row) -> UUID:
        household = self._household(values.pop("household", None))
        return ask_for_bed(household=household, details=_details(values), by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        need = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "status" in values:
            self._withdraw(need, values)
            return
        household = self._household(values.pop("household", need.household_id))
        if household is None and need.household_id is not None:
            raise NeedIsSomebodys(Fault("/household", "A need stays its household's: name another one."))
        if values.get("priority") == need.priority and "grounds" not in values:
            del values["priority"]  # as it is shown: grounds may have raised it
        details = replace(NeedDetails.of(need), **_told(values))
        change_need(need=need, details=details, household=household, by=self.by, at=self.at)

    @action(detail=True, url_path="matches")
    def matches(self, request: Request, id: str) -> Response:
        """Units for those who still lack a bed: ranked, with what speaks for and against them, at most 50.

        Empty where nothing is free, and where all have their beds.
        """
        need = self.instance(id)
        self.saw([need.pk])
        found = beds_for(need, at=self.at, parts=True)
        self.saw_of("place", list(dict.fromkeys(match.unit.place_id for match in found)))
        return ranked([_matched(match) for match in found])

    def _household(self, id: UUID | None) -> Household | None:
        return None if id is None else self.referenced(Household, id, "/household")

    def _withdraw(self, need: Need, values: Row) -> None:
        withdraw_need(need=need, reason=why_withdrawn(values), by=self.by, at=self.at)


def _told(values: Row) -> Row:
    """As details take them: a budget is per night, where nothing is said."""
    told = {**values, "grounds": tuple(values["grounds"])} if "grounds" in values else dict(values)
    return {**told, **NIGHT} if told.get("budget_per", "") is None else told


def _details(values: Row) -> NeedDetails:
    return NeedDetails(**_told(values))


def _matched(match: Match) -> Row:
    unit, price = match.unit, match.price_for_stay
    return {
        "unit": unit.id, "name": unit.name, "place": unit.place_id, "place_name": unit.place_name,
        "country": unit.country, "city": unit.city, "capacity": unit.capacity, "free": unit.free,
        "starts_on": match.wanted.first, "ends_on": match.wanted.last, "people": match.wanted.people,
        "private": unit.private, "score": match.score,
        "price_for_stay": None if price is None else str(price), "currency": unit.currency,
        **represent_fit(match.fits, match.reasons, match.against),
    }  # fmt: skip
