from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import Asked, ListQuery
from casework.api.fields import City, CountryCode, Day, Kind, Reference, Text
from casework.api.pagination import Row
from casework.api.ranked import RankedAnswer, ranked, represent_fit
from casework.api.resource import Changes, Creates, Resource
from casework.api.v1.withdrawing import why_withdrawn
from casework.api.v1.work_levels import levels_asked
from casework.api.v1.work_right import RightAnswer, represent_right
from casework.people.models import Person
from casework.refusals import Fault, Invalid
from casework.work.details import NeedDetails
from casework.work.languages import LEVELS
from casework.work.matching import matches_of_need
from casework.work.models import Need, NeedStatus
from casework.work.operations import change_need, look_for_work, withdraw_need


class ReasonOfNothing(Invalid):
    """A reason says why somebody no longer looks; a need that goes on has none."""


class WorkNeedBody(Asked):
    """What somebody looks for; what is left out or empty was not said."""

    sectors = serializers.ListField(
        child=Text(max_length=1), required=False, max_length=20, help_text="ISIC Rev. 4 sections."
    )
    occupations = serializers.ListField(
        child=Text(max_length=4), required=False, max_length=20, help_text="ISCO-08 unit groups."
    )
    skills = serializers.ListField(
        child=Text(max_length=100), required=False, max_length=20, help_text="In plain words."
    )
    languages = serializers.ListField(
        child=Text(max_length=35), required=False, max_length=20, help_text="BCP 47: what is spoken."
    )
    language_levels = levels_asked('How well, by language: {"ru": "native"}.')
    country = CountryCode(required=False, allow_null=True, help_text="Where; null: anywhere.")
    city = Text(blank=True, required=False, max_length=100)
    available_from = Day(required=False, allow_null=True, help_text="null: at once.")


class WorkNeedAsked(WorkNeedBody):
    person = Reference()


class WorkNeedChange(WorkNeedBody):
    status = Kind(
        choices=[NeedStatus.WITHDRAWN.value],
        help_text="No longer looks; the applications that wait are withdrawn too. By itself, or with the"
        " reason.",
    )
    reason = Text(
        blank=True, required=False, max_length=500, help_text="Why; it stands in the log of each of them."
    )


class WorkNeedAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    sectors = serializers.ListField(child=serializers.CharField())
    occupations = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    language_levels = serializers.DictField(child=serializers.ChoiceField(LEVELS))
    country = serializers.CharField(allow_null=True)
    city = serializers.CharField()
    available_from = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(NeedStatus.values)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WorkNeedMatchAnswer(RankedAnswer):
    """An open opening; the best fit stands first."""

    opening = serializers.UUIDField()
    title = serializers.CharField()
    employer = serializers.CharField()
    country = serializers.CharField()
    city = serializers.CharField()
    score = serializers.IntegerField(help_text="Higher is better; it compares within one answer only.")
    may_work = RightAnswer(help_text="On the day on which the work would begin.")


class WorkNeedsQuery(ListQuery):
    person = Reference(required=False)
    status = Kind(required=False, choices=NeedStatus.values)
    country = CountryCode(required=False)
    city = City(required=False)
    sector = Text(required=False, max_length=1)
    occupation = Text(required=False, max_length=4)


COLUMNS = tuple(
    "id person_id sectors occupations skills languages language_levels country city available_from status"
    " created_at updated_at".split()
)
OF_LISTS = ("sector", "occupation")


class WorkNeeds(Creates, Changes, Resource):
    """Who looks for work, and for which."""

    model, columns, object_type = Need, COLUMNS, "work_need"
    read_scope, write_scope = Scope.WORK_READ, Scope.WORK_WRITE
    query, asks, changes, answers = WorkNeedsQuery, WorkNeedAsked, WorkNeedChange, WorkNeedAnswer
    answers_matches = WorkNeedMatchAnswer
    lookups = {
        "person": "person_id", "status": "status", "country": "country", "city": "city_key",
        "sector": "sectors__contains", "occupation": "occupations__contains",
    }  # fmt: skip

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        return super().narrow(rows, asked | {name: [asked[name]] for name in OF_LISTS if name in asked})

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{name.removesuffix("_id"): row[name] for name in COLUMNS} for row in rows]

    def post_values(self, values: Row) -> UUID:
        person = self.referenced(Person, values.pop("person"), "/person")
        return look_for_work(person=person, details=NeedDetails(**values), by=self.by, at=self.at).pk

    def patch_values(self, id: str) -> None:
        need = self.locked(id)
        values = self.body(self.changes, partial=True)
        if "status" in values:
            withdraw_need(need=need, reason=why_withdrawn(values), by=self.by, at=self.at)
        elif "reason" in values:
            raise ReasonOfNothing(Fault("/reason", "A reason goes with a status: send withdrawn too."))
        else:
            details = replace(NeedDetails.of(need), **values)
            change_need(need=need, details=details, by=self.by, at=self.at)

    @action(detail=True, url_path="matches")
    def matches(self, request: Request, id: str) -> Response:
        """Open openings: ranked, with reasons and what speaks against them, at most 50."""
        need = self.instance(id, "person")
        self.saw([need.pk])
        found = matches_of_need(need, self.at)
        self.saw_of("opening", [match.row.pk for match in found])
        return ranked([
            {
                "opening": match.row.pk, "title": match.row.title, "employer": match.row.employer,
                "country": match.row.country, "city": match.row.city, "score": match.fit.score,
                "may_work": represent_right(match.right),
                **represent_fit(match.fit.fits, match.fit.reasons, match.fit.against),
            }
            for match in found
        ])  # fmt: skip
