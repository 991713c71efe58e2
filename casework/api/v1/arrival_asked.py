"""An arrival in one call: with the person and the document, or with the ids of those already here."""

from typing import Any

from rest_framework import serializers

from casework.api.asked import Asked, ListQuery
from casework.api.fields import CountryCode, Day, Kind, Reference, Text
from casework.api.v1.documents import DocumentBody
from casework.api.v1.people import PersonAsked
from casework.stays import rules
from casework.stays.models import Purpose

STANDING_OPEN = "open"
EITHER = "Give either the object or the id."


class ArrivalBody(Asked):
    country = CountryCode(help_text="The host country, ISO 3166-1 alpha-2.")
    entered_on = Day(help_text="The day on the host country's calendar.")
    left_on = Day(required=False, allow_null=True)
    entry_point = Text(blank=True, required=False, max_length=100)
    purpose = Kind(choices=Purpose.values, required=False, allow_null=True)


class ArrivalAsked(ArrivalBody):
    person = PersonAsked(required=False, allow_null=True)
    person_id = Reference(required=False, allow_null=True, help_text="In place of `person`.")
    document = DocumentBody(required=False, allow_null=True)
    document_id = Reference(required=False, allow_null=True, help_text="In place of `document`.")
    assigned_to = Reference(
        required=False, allow_null=True, help_text="A colleague; without it the duty caseworker."
    )

    def validate(self, attrs: Any) -> Any:
        values = {name: value for name, value in attrs.items() if value is not None}
        if ("person" in values) == ("person_id" in values):
            raise serializers.ValidationError({"person": [EITHER]})
        if "document" in values and "document_id" in values:
            raise serializers.ValidationError({"document": [EITHER]})
        return values


class ArrivalChange(ArrivalBody):
    """`left_on` alone records an exit; anything else corrects what was entered."""

    document_id = Reference(required=False, allow_null=True)


class ArrivalsQuery(ListQuery):
    country = CountryCode(required=False)
    person = Reference(required=False)
    entered_after = Day(required=False, help_text="This day or later.")
    entered_before = Day(required=False, help_text="This day or earlier.")
    status = Kind(
        required=False,
        choices=[*(status.value for status in rules.Status), STANDING_OPEN],
        help_text="Of the stay; `open`: no exit is recorded.",
    )
