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
from casework.api.bulk import CreatesMany
from casework.api.fields import City, CountryCode, Day, Flag, Kind, Money, Text, Whole
from casework.api.pagination import Row
from casework.api.ranked import RankedAnswer, ranked, represent_fit
from casework.api.resource import Changes, Resource
from casework.api.v1.work_levels import levels_asked
from casework.api.v1.work_right import RightAnswer, represent_right
from casework.cases.operations import change_opening
from casework.work.details import OpeningDetails
from casework.work.languages import LEVELS
from casework.work.matching import matches_of_opening
from casework.work.models import ClosedReason, Opening, OpeningStatus, PayPer
from casework.work.operations import add_opening, add_openings


class OpeningAsked(Asked):
    """Work that somebody offers."""

    employer = Text(max_length=150)
    title = Text(max_length=200)
    sector = Text(max_length=1, help_text="ISIC Rev. 4: a section, A to U; see work/sectors/.")
    occupation = Text(max_length=4, help_text="ISCO-08: a unit group, four digits; see work/occupations/.")
    country = CountryCode(help_text="ISO 3166-1 alpha-2.")
    city = Text(max_length=100)
    positions = Whole(help_text="At least 1, and never fewer than were hired.")
    pay = Money(required=False, allow_null=True, help_text="A decimal string; needs currency and pay_per.")
    currency = Text(required=False, allow_null=True, max_length=3, help_text="ISO 4217.")
    pay_per = Kind(required=False, allow_null=True, choices=PayPer.values)
    languages = serializers.ListField(
        child=Text(max_length=35), required=False, max_length=20, help_text="BCP 47: what is asked for."
    )
    language_levels = levels_asked('How well, by language: {"ka": "A2"}.')
    housing_offered = Flag(required=False)
    opens_on = Day(required=False, allow_null=True, help_text="From when one may apply; null: at once.")
    starts_on = Day(required=False, allow_null=True, help_text="When work begins; null: at once.")
    closes_on = Day(required=False, allow_null=True, help_text="The last day to apply.")
    contact = Text(required=False, allow_null=True, max_length=2000)


class OpeningChange(OpeningAsked):
    status = Kind(choices=OpeningStatus.values, help_text="closed: nobody is proposed any more.")
    closed_reason = Kind(
        required=False, choices=ClosedReason.values, help_text="With the status closed; else `withdrawn`."
    )


class OpeningAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    employer = serializers.CharField()
    title = serializers.CharField()
    sector = serializers.CharField()
    occupation = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    positions = serializers.IntegerField()
    positions_left = serializers.IntegerField(help_text="Not hired for yet.")
    pay = serializers.CharField(allow_null=True, help_text="A decimal string.")
    currency = serializers.CharField(allow_null=True)
    pay_per = serializers.ChoiceField(PayPer.values, allow_null=True)
    languages = serializers.ListField(child=serializers.CharField())
    language_levels = serializers.DictField(child=serializers.ChoiceField(LEVELS))
    housing_offered = serializers.BooleanField()
    opens_on = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField(allow_null=True)
    closes_on = serializers.DateField(allow_null=True)
    contact = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(OpeningStatus.values)
    closed_reason = serializers.ChoiceField(ClosedReason.values, allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OpeningMatchAnswer(RankedAnswer):
    """Somebody who looks for work; the best fit stands first."""

    need = serializers.UUIDField()
    person = serializers.UUIDField()
    score = serializers.IntegerField(help_text="Higher is better; it compares within one answer only.")
    may_work = RightAnswer(help_text="On the day on which the work would begin.")


class OpeningsQuery(ListQuery):
    status = Kind(required=False, choices=OpeningStatus.values)
    country = CountryCode(required=False)
    city = City(required=False)
    sector = Text(required=False, max_length=1)
    occupation = Text(required=False, max_length=4)


COLUMNS = tuple(
    "id employer title sector occupation country city positions hired pay currency pay_per languages"
    " language_levels housing_offered opens_on starts_on closes_on contact status closed_reason created_at"
    " updated_at".split()
)


class Openings(CreatesMany, Changes, Resource):
    """Openings: work that somebody offers. A JSON list posts up to 500 at once, all of them or none."""

    model, columns, object_type = Opening, COLUMNS, "opening"
    read_scope, write_scope = Scope.WORK_READ, Scope.WORK_WRITE
    query, asks, changes, answers = OpeningsQuery, OpeningAsked, OpeningChange, OpeningAnswer
    answers_matches = OpeningMatchAnswer
    lookups = {
        "status": "status", "country": "country", "city": "city_key", "sector": "sector",
        "occupation": "occupation",
    }  # fmt: skip

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [_represented(row) for row in rows]

    def post_values(self, values: Row) -> UUID:
        return add_opening(details=OpeningDetails(**values), by=self.by, at=self.at).pk

    def post_many(self, rows: list[Row]) -> list[UUID]:
        details = [OpeningDetails(**values) for values in rows]
        return [opening.pk for opening in add_openings(details=details, by=self.by, at=self.at)]

    def patch_values(self, id: str) -> None:
        opening = self.locked(id)
        values = self.body(self.changes, partial=True)
        status, reason = values.pop("status", None), values.pop("closed_reason", None)
        details = replace(OpeningDetails.of(opening), **values)
        change_opening(
            opening=opening, details=details, status=status, closed_reason=reason, by=self.by, at=self.at
        )

    @action(detail=True, url_path="matches")
    def matches(self, request: Request, id: str) -> Response:
        """Who looks for such work: ranked, with reasons and what speaks against it, at most 50."""
        opening = self.instance(id)
        found = matches_of_opening(opening, self.at)
        self.saw_of("work_need", [match.row.pk for match in found])
        return ranked([
            {
                "need": match.row.pk, "person": match.row.person_id, "score": match.fit.score,
                "may_work": represent_right(match.right),
                **represent_fit(match.fit.fits, match.fit.reasons, match.fit.against),
            }
            for match in found
        ])  # fmt: skip


def _represented(row: Row) -> Row:
    pay, contact, shown = row["pay"], row["contact"], Row()
    for name in COLUMNS:
        shown[name] = row[name]
        if name == "positions":
            shown["positions_left"] = row["positions"] - row["hired"]
    del shown["hired"]
    shown["pay"] = None if pay is None else str(pay)
    shown["contact"] = None if contact is None else contact.open(row["id"])
    return shown
