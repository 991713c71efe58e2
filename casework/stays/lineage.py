"""Where a rule comes from and what became of it: a row in force is never edited, so its story is in rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Min
from django.db.models.functions import Coalesce

from casework.stays.models import RuleStatus, StayRule
from casework.stays.register import about_the_same
from casework.stays.zones import zone_of


@dataclass(frozen=True)
class Lineage:
    """One step back and one step on. `since` and `until`: the moments between which it was held to be law."""

    since: datetime | None
    until: datetime | None
    replaced: list[StayRule]
    replaced_by: list[StayRule]


def lineage_of(rule: StayRule) -> Lineage:
    """Three queries at most beside `made_by` and `ended_by`, which the caller may have read with the rule."""
    drafted = rule.status == RuleStatus.DRAFT
    return Lineage(
        since=None if drafted else rule.in_force_at or rule.created_at,
        until=rule.ended_at,
        replaced=_before(rule),
        replaced_by=_after(rule),
    )


def end_of_day(day: date, country: str) -> datetime:
    """The moment up to which something was known on that day, as a calendar in `country` counts it."""
    return datetime.combine(day + timedelta(days=1), time.min, zone_of(country))


def register_began() -> datetime | None:
    """When the first row of law was recorded here; nothing was known before."""
    rows = StayRule.objects.exclude(status=RuleStatus.DRAFT)
    began: datetime | None = rows.aggregate(first=Min(Coalesce("in_force_at", "created_at")))["first"]
    return began


def _before(rule: StayRule) -> list[StayRule]:
    if rule.replaces_id is not None:
        return list(StayRule.objects.filter(pk=rule.replaces_id))
    if rule.made_by is None:
        return []
    ended = StayRule.objects.filter(pk__in=rule.made_by.ends_rules).order_by("key")
    return [row for row in ended if about_the_same(row, rule)]


def _after(rule: StayRule) -> list[StayRule]:
    """What carries it on for those who entered before, and the new rules of the change that ended it."""
    carried = list(StayRule.objects.filter(replaces=rule).order_by("created_at", "key"))
    if rule.ended_by is None:
        return carried
    new = StayRule.objects.filter(made_by=rule.ended_by, replaces=None).order_by("key")
    return [*carried, *(row for row in new if about_the_same(row, rule))]
