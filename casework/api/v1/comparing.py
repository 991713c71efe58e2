"""Several countries for one person: what is asked, and what is answered. Nothing of it is stored."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from casework.api.asked import Asked
from casework.api.fields import CountryCode, Day, Kind
from casework.api.pagination import Row
from casework.api.problems import MEDIA_TYPE
from casework.api.schema import PROBLEMS, Problem
from casework.api.schema_examples import STAY
from casework.api.v1.assessing import MOST_STAYS, HeldAsked, NotAssessable, StayAsked
from casework.api.v1.stay_answer import StayAnswer, represent_stay
from casework.refusals import Fault
from casework.stays import rules
from casework.stays.comparing import Journey, Option, Visit, compare

MOST_COUNTRIES = 20


class VisitAsked(StayAsked):
    country = CountryCode()


class ComparisonAsked(Asked):
    countries = serializers.ListField(
        child=CountryCode(), min_length=1, max_length=MOST_COUNTRIES,
        help_text="Where the stay might be; each once.",
    )  # fmt: skip
    nationality = CountryCode()
    entry_on = Day(help_text="The day of entry, the same for every country.")
    on = Day(required=False, allow_null=True, help_text="null: today in each country.")
    purpose = Kind(choices=rules.PURPOSES, required=False, allow_null=True)
    document = HeldAsked(required=False, allow_null=True)
    stays = serializers.ListField(
        child=VisitAsked(), required=False, allow_null=True, max_length=MOST_STAYS,
        help_text="Stays anywhere; each country counts its own, a Schengen state those of the area.",
    )  # fmt: skip

    def validate_countries(self, countries: list[str]) -> list[str]:
        if len(set(countries)) < len(countries):
            raise serializers.ValidationError("A country may stand here once.")
        return countries


class OptionAnswer(serializers.Serializer[Any]):
    country = serializers.CharField()
    stay = StayAnswer()


class ComparisonAnswer(serializers.Serializer[Any]):
    options = OptionAnswer(
        many=True,
        help_text="The latest last lawful day first, then no known end, not admitted, unknown.",
    )


ANSWERS: dict[Any, Any] = {
    200: ComparisonAnswer,
    **{
        (status, MEDIA_TYPE): OpenApiResponse(Problem, description=PROBLEMS[status])
        for status in "400 401 403 413 415 429".split()
    },
}
EXAMPLES = [
    OpenApiExample(
        "Asked",
        value={
            "countries": ["KZ"], "nationality": "RU", "entry_on": "2022-09-25", "on": "2022-10-01",
            "document": {"kind": "internal_id"}, "stays": [],
        },
        request_only=True,
    ),
    OpenApiExample(
        "Answered", value={"options": [{"country": "KZ", "stay": STAY}]}, response_only=True,
        status_codes=["200"],
    ),
]  # fmt: skip


def comparison(values: Row, at: datetime) -> list[Option]:
    """Raises NotAssessable."""
    return compare(_journey(values), values["countries"], at=at, on=values.get("on"))


def represent_options(options: list[Option], language: str) -> Row:
    return {
        "options": [
            {"country": option.country, "stay": represent_stay(option.stay, language)} for option in options
        ]
    }


def _journey(values: Row) -> Journey:
    document = values.get("document") or {}
    return Journey(
        nationality=values["nationality"],
        entry_on=values["entry_on"],
        purpose=values.get("purpose"),
        document=rules.HeldDocument(
            kind=document.get("kind"),
            biometric=document.get("biometric"),
            expires_on=document.get("expires_on"),
        ),
        visits=_visits(values.get("stays") or []),
    )


def _visits(stays: list[Row]) -> list[Visit]:
    """Checked here: the engine sees the ledger of one country and would count its places anew."""
    backwards = [
        Fault(f"/stays/{place}/left_on", "The exit cannot be before the entry.")
        for place, stay in enumerate(stays)
        if stay.get("left_on") is not None and stay["left_on"] < stay["entered_on"]
    ]
    if backwards:
        raise NotAssessable(*backwards)
    return [Visit(stay["country"], stay["entered_on"], stay.get("left_on")) for stay in stays]
