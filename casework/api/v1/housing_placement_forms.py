"""What is asked and answered of placements."""

from typing import Any

from rest_framework import serializers

from casework.api.asked import Asked, ListQuery
from casework.api.fields import City, Day, Kind, Moment, Reference, Text, Whole
from casework.housing.models import Per, PlacementStatus

HELD, CONFIRMED = PlacementStatus.HELD.value, PlacementStatus.CONFIRMED.value


class PlacementBody(Asked):
    """Beds for a household over inclusive nights: 1 to 3 are the nights of the 1st, the 2nd and the 3rd."""

    starts_on = Day(help_text="The first night.")
    ends_on = Day(help_text="The last night.")
    people = Whole(
        required=False, allow_null=True, help_text="null: all of the need. Fewer need a split_reason."
    )
    split_reason = Text(
        blank=True, required=False, max_length=300, help_text="Why the household is not placed together."
    )
    reason = Text(blank=True, required=False, max_length=300)


class PlacementAsked(PlacementBody):
    need = Reference()
    unit = Reference()
    status = Kind(required=False, choices=[HELD, CONFIRMED], default=HELD)
    hold_expires_at = Moment(
        required=False, allow_null=True,
        help_text="Until when the beds are held, 14 days at most; null: for a day. Only of a hold.",
    )  # fmt: skip


class PlacementChange(PlacementBody):
    """One thing at a time: other nights or people; another unit; or a status."""

    people = Whole(
        required=False,
        allow_null=True,
        help_text="null: as many as now. Fewer than the need: a split_reason.",
    )
    unit = Reference(
        help_text="Moves them, from the night of `starts_on` on (where it is not sent: from tonight). From"
        " the first night on it is the same placement; later it goes on as a new one, which is the answer"
        " (`Content-Location`), and this one ends the night before."
    )
    hold_expires_at = Moment(
        required=False, allow_null=True,
        help_text="Held for longer or less long: 14 days from now at most; null: as it is. Only of a hold.",
    )  # fmt: skip
    status = Kind(
        choices=PlacementStatus.values,
        help_text="confirmed; ended (with `ends_on`, the last night slept, or without: last night); or"
        " cancelled (with a reason once it has begun).",
    )


class PlacementAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    need = serializers.UUIDField()
    unit = serializers.UUIDField()
    place = serializers.UUIDField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    people = serializers.IntegerField()
    status = serializers.ChoiceField(PlacementStatus.values)
    hold_expires_at = serializers.DateTimeField(allow_null=True)
    private = serializers.BooleanField(help_text="The unit is theirs alone.")
    price = serializers.CharField(allow_null=True, help_text="The unit's on the day of placing.")
    currency = serializers.CharField(allow_null=True)
    price_per = serializers.ChoiceField(Per.values)
    split_reason = serializers.CharField()
    reason = serializers.CharField()
    moved_from = serializers.UUIDField(allow_null=True, help_text="The placement that it continues.")
    moved_to = serializers.UUIDField(allow_null=True, help_text="The placement that continues it.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PlacementsQuery(ListQuery):
    need = Reference(required=False)
    unit = Reference(required=False)
    place = Reference(required=False)
    household = Reference(required=False)
    status = Kind(required=False, choices=PlacementStatus.values, help_text="As it is shown.")
    city = City(required=False)
    night = Day(required=False, help_text="Of which this is a night.")
