"""A change of the law as partners read it: its rules, whom it touches, how far the replay has come."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from casework.accounts.roles import Scope
from casework.api.pagination import Row
from casework.api.v1.stay_rules import COLUMNS as RULE_COLUMNS
from casework.api.v1.stay_rules import StayRuleAnswer
from casework.audit.actors import Actor
from casework.stays import foreseen
from casework.stays.foreseen import LONGEST_LIST
from casework.stays.models import ChangeStatus, StayRule, Walk


class BarAnswer(serializers.Serializer[Any]):
    from_days = serializers.IntegerField(allow_null=True)
    to_days = serializers.IntegerField(allow_null=True)
    stays = serializers.IntegerField(allow_null=True)


class FiguresAnswer(serializers.Serializer[Any]):
    affected = serializers.IntegerField(allow_null=True)
    gain = serializers.IntegerField(allow_null=True)
    lose = serializers.IntegerField(allow_null=True)
    overstayed_on_effective_day = serializers.IntegerField(allow_null=True)
    no_longer_known = serializers.IntegerField(allow_null=True)
    histogram = BarAnswer(many=True)


class MovedStayAnswer(serializers.Serializer[Any]):
    arrival = serializers.UUIDField()
    person = serializers.UUIDField()
    before = serializers.DateField(allow_null=True)
    after = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)


class OwnFiguresAnswer(FiguresAnswer):
    list = MovedStayAnswer(many=True, allow_null=True, help_text=f"The first {LONGEST_LIST}.")


class ImpactAnswer(serializers.Serializer[Any]):
    suppressed_below = serializers.IntegerField(help_text="Smaller figures of `totals` are null.")
    totals = FiguresAnswer(help_text="Of all organisations.")
    own = OwnFiguresAnswer(help_text="Of the caller's organisation, exact.")


class ProgressAnswer(serializers.Serializer[Any]):
    walk = serializers.ChoiceField(Walk.values)
    done = serializers.BooleanField()
    parts = serializers.IntegerField()
    parts_done = serializers.IntegerField()


class LawChangeAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    country = serializers.CharField()
    effective_on = serializers.DateField()
    reason = serializers.CharField()
    keeps_entries_before = serializers.DateField(allow_null=True)
    rules = StayRuleAnswer(many=True)
    ends_rules = serializers.ListField(child=serializers.UUIDField())
    status = serializers.ChoiceField(ChangeStatus.values)
    impact = ImpactAnswer(allow_null=True)
    progress = ProgressAnswer(allow_null=True)
    previewed_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    replayed_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def rules_of(changes: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """What each brings; the rows that only carry an ended rule on for those before are not repeated."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    rows = StayRule.objects.filter(made_by__in=changes, replaces=None).order_by("key")
    for row in rows.values("made_by_id", *RULE_COLUMNS):
        found[row.pop("made_by_id")].append(row)
    return found


def impacts_of(rows: Sequence[Row], by: Actor, *, with_list: bool) -> dict[UUID, Row]:
    """Nothing for a change that nobody has previewed to its end."""
    previewed = [row["id"] for row in rows if row["previewed_at"] is not None]
    found = foreseen.impacts_of(previewed, by.organisation)
    listed = with_list and by.may(Scope.STAYS_READ)
    for change, impact in found.items():
        impact["own"]["list"] = foreseen.moved_stays(change, by.organisation) if listed else None
    return found
