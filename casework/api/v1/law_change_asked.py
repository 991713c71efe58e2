"""What a rule editor sends. Whether it makes sense is for the operation to say."""

from typing import Any

from rest_framework import serializers

from casework.api.asked import Asked, ListQuery
from casework.api.fields import CountryCode, Day, Kind, Reference, Text, Whole
from casework.api.pagination import Row
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import ChangeStatus, Confidence
from casework.stays.rules import RuleKind


class Entries(serializers.ListField):
    """A list; null is an empty one."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return [] if data is None else super().run_validation(data)


class RuleAsked(Asked):
    """A row of law to come, in the words of `stay-rules/`."""

    kind = Kind(choices=[kind.value for kind in RuleKind])
    title = Text(max_length=200)
    country = CountryCode(required=False, help_text="That of the change.")
    nationalities = Entries(child=CountryCode(), required=False, max_length=250, help_text="Empty: all.")
    document_kinds = Entries(child=Text(), required=False, max_length=10, help_text="Empty: all.")
    applies_to_entries_from = Day(
        required=False, allow_null=True, help_text="null: takes the place of the rules that end."
    )
    applies_to_entries_until = Day(required=False, allow_null=True)
    limits = Entries(child=serializers.DictField(), required=False, max_length=10)
    readings = Entries(
        child=serializers.ListField(child=serializers.DictField(), max_length=10),
        required=False,
        max_length=5,
    )
    condition = serializers.DictField(required=False, allow_null=True)
    within = Whole(required=False, allow_null=True, min_value=1, max_value=3660)
    unit = Text(required=False, allow_null=True, max_length=20)
    who = Text(required=False, allow_null=True, max_length=20)
    if_longer_than_days = Whole(required=False, allow_null=True, min_value=0, max_value=3660)
    area = Text(required=False, allow_null=True, max_length=20)
    notes = Text(required=False, blank=True, max_length=5000)
    source = Text(required=False, blank=True, max_length=300)  # type: ignore[assignment]  # DRF's own word
    source_date = Day(required=False, allow_null=True)
    confidence = Kind(choices=Confidence.values)
    reviewed_by = Text(required=False, allow_null=True, max_length=150)


class LawChangeAsked(Asked):
    title = Text(max_length=200)
    country = CountryCode(help_text="ISO 3166-1 alpha-2.")
    effective_on = Day(help_text="The day on which the change takes effect.")
    reason = Text(
        required=False, blank=True, max_length=500, help_text="Needed when that day is in the past."
    )
    keeps_entries_before = Day(
        required=False, allow_null=True,
        help_text="Who entered before it keeps the ended rules. null: it follows from the new rules' days.",
    )  # fmt: skip
    rules = Entries(child=RuleAsked(), required=False, max_length=50)
    ends_rules = Entries(child=Reference(), required=False, max_length=50)


class LawChangesQuery(ListQuery):
    country = CountryCode(required=False)
    status = Kind(required=False, choices=ChangeStatus.values)


def draft_of(values: Row) -> ChangeDraft:
    country = values["country"]
    rules = tuple(_rule({"country": country, **row}) for row in values.pop("rules", ()))
    return ChangeDraft(**{**values, "rules": rules, "ends_rules": tuple(values.get("ends_rules", ()))})


def _rule(row: Row) -> RuleDraft:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    return RuleDraft(**{"source": "", **given})
