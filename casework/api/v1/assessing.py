"""What the public calculator is asked. Nothing of it is stored."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.asked import Asked
from casework.api.fields import CountryCode, Day, Flag, Kind, Whole
from casework.api.pagination import Row
from casework.people.models import DocumentKind
from casework.refusals import Fault, Invalid
from casework.stays import queries, rules
from casework.stays.zones import local_day

MOST_STAYS, MOST_PERMITS, MOST_LIMITS = 100, 30, 10
OF_LIMIT: dict[str, Any] = {
    "type": ["array", "null"],
    "maxItems": MOST_LIMITS,
    "description": "Replaces everything that the register says of the country.",
    "items": {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"type": "string", "enum": [kind.value for kind in rules.LimitKind]},
            "days": {"type": "integer"},
            "months": {"type": "integer"},
            "last_day": {"type": "string", "enum": [day.value for day in rules.LastDay]},
            "entry_day_counts": {"type": "boolean"},
            "window_days": {"type": "integer"},
            "per_stay_days": {"type": ["integer", "null"]},
            "counts_stays_entered_from": {"type": ["string", "null"], "format": "date"},
            "date": {"type": "string", "format": "date"},
        },
    },
}


class NotAssessable(Invalid):
    """A ledger, a permit or a limit that contradicts itself."""


@extend_schema_field(OF_LIMIT)
class Limits(serializers.Field[Any, Any, Any, Any]):
    """Read by the engine itself, which knows what each kind of limit needs."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise serializers.ValidationError("A list is needed here.")
        if len(data) > MOST_LIMITS:
            raise serializers.ValidationError(f"At most {MOST_LIMITS}.")
        return data


class HeldAsked(Asked):
    kind = Kind(choices=DocumentKind.values, required=False, allow_null=True)
    biometric = Flag(required=False, allow_null=True)
    expires_on = Day(required=False, allow_null=True)


class StayAsked(Asked):
    entered_on = Day()
    left_on = Day(required=False, allow_null=True)


class PermitHeldAsked(Asked):
    kind = Kind(choices=[kind.value for kind in rules.PermitKind])
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    stay_days = Whole(required=False, allow_null=True, help_text="null: any number.")
    entries = Whole(required=False, allow_null=True, help_text="null: any number.")


class AssessmentAsked(Asked):
    """Only `country` and `nationality` are required."""

    country = CountryCode(help_text="ISO 3166-1 alpha-2; without a rule the answer is `unknown`.")
    nationality = CountryCode()
    on = Day(required=False, allow_null=True, help_text="null: today in the host country.")
    purpose = Kind(choices=rules.PURPOSES, required=False, allow_null=True)
    document = HeldAsked(required=False, allow_null=True)
    stays = serializers.ListField(
        child=StayAsked(), required=False, allow_null=True, max_length=MOST_STAYS,
        help_text="The ledger of the country or, for Schengen states, of the area.",
    )  # fmt: skip
    permits = serializers.ListField(
        child=PermitHeldAsked(), required=False, allow_null=True, max_length=MOST_PERMITS
    )
    plan_entry_on = Day(required=False, allow_null=True)
    limits = Limits(required=False, allow_null=True)


def assess(values: Row, at: datetime) -> rules.Assessment:
    """Raises NotAssessable."""
    try:
        return queries.assess(_question(values, at))
    except (rules.InvalidLedger, rules.InvalidLimit) as invalid:
        raise NotAssessable(Fault(invalid.pointer, invalid.detail)) from invalid


def _question(values: Row, at: datetime) -> rules.Question:
    document, limits = values.get("document"), values.get("limits")
    return rules.Question(
        country=values["country"],
        nationality=values["nationality"],
        on=values.get("on") or local_day(values["country"], at),
        purpose=values.get("purpose"),
        document=_held(document) if document else None,
        stays=tuple(rules.Stay(s["entered_on"], s.get("left_on")) for s in values.get("stays") or ()),
        permits=tuple(_permit(permit) for permit in values.get("permits") or ()),
        plan_entry_on=values.get("plan_entry_on"),
        limits=None if limits is None else rules.limits_from_json(limits),
    )


def _held(document: Row) -> rules.HeldDocument:
    return rules.HeldDocument(
        kind=document.get("kind"), biometric=document.get("biometric"), expires_on=document.get("expires_on")
    )


def _permit(permit: Row) -> rules.Permit:
    return rules.Permit(**{**permit, "kind": rules.PermitKind(permit["kind"])})
