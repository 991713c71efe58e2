"""A row of law as a caseworker reads it: whom it is about, for how long, from where we know it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from casework.backoffice.words import chip, country_name, day
from casework.people.models import DocumentKind
from casework.stays.models import Confidence, Purpose, RuleStatus, StayRule
from casework.stays.rules import InvalidLimit, LastDay, limit_from_json
from casework.stays.sentences import limit_told
from casework.work.models import WorkRule

TONES = {Confidence.HIGH: "good", Confidence.MEDIUM: "soon", Confidence.LOW: "late"}
STATUS_TONES = {RuleStatus.IN_FORCE: "good", RuleStatus.DRAFT: "soon", RuleStatus.ENDED: "calm"}
PERMITS = {
    "temporary_protection": "temporary protection",
    "residence_permit": "a residence permit",
    "long_stay_visa": "a long-stay visa",
    "visa": "a visa",
}
DOCUMENTS: dict[str, str] = {str(value): str(label) for value, label in DocumentKind.choices}
PURPOSES: dict[str, str] = {str(value): str(label).lower() for value, label in Purpose.choices}
UNITS = {
    "calendar_days": "calendar days",
    "working_days": "working days",
    "day_of_stay": "days of stay",
    "weeks": "weeks",
    "months": "months",
}


@dataclass(frozen=True)
class Told:
    rule: StayRule
    facts: list[tuple[str, str]]
    limits: list[str]
    readings: list[str]


def told(rule: StayRule) -> Told:
    return Told(
        rule,
        facts=[(name, value) for name, value in _facts(rule) if value],
        limits=[_limit(row) for row in rule.limits],
        readings=[" and ".join(_limit(row) for row in reading) for reading in rule.readings],
    )


def entries(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return "always"
    return f"{'from ' + day(first) if first else ''} {'until ' + day(last) if last else ''}".strip()


def confidence_chip(rule: StayRule | WorkRule) -> SafeString:
    return chip(rule.confidence, TONES[Confidence(rule.confidence)])


def status_chip(rule: StayRule) -> SafeString:
    return chip(str(rule.get_status_display()).lower(), STATUS_TONES[RuleStatus(rule.status)])


def _facts(rule: StayRule) -> Iterable[tuple[str, str]]:
    yield "Country", country_name(rule.country)
    yield "Kind", str(rule.get_kind_display())
    yield "Area", (rule.area or "").capitalize()
    yield "Nationalities", ", ".join(map(country_name, rule.nationalities)) or "all"
    yield "Documents", ", ".join(DOCUMENTS.get(kind, kind) for kind in rule.document_kinds) or "all"
    yield "Entries", entries(rule.applies_to_entries_from, rule.applies_to_entries_until)
    yield "Condition", _condition(rule.condition)
    yield "Registration", _registration(rule)


def _limit(row: Mapping[str, Any]) -> str:
    try:
        limit = limit_from_json(row)
    except InvalidLimit:
        return str(dict(row))  # what an older version wrote is shown as it stands
    more = []
    if limit.months:
        same = limit.last_day is LastDay.SAME_DATE
        more.append("up to the same date" if same else "up to the day before the same date")
    if not limit.entry_day_counts:
        more.append("counted from the day after the entry")
    if limit.per_stay_days:
        more.append(f"no single stay longer than {limit.per_stay_days} days")
    if limit.counts_stays_entered_from:
        more.append(f"stays entered from {day(limit.counts_stays_entered_from)} count")
    return ", ".join([limit_told(limit, "en"), *more])


def _condition(condition: Mapping[str, Any] | None) -> str:
    if not condition:
        return ""
    permit = str(condition.get("permit") or "")
    purposes = ", ".join(PURPOSES.get(code, code) for code in condition.get("purposes") or [])
    days = condition.get("passport_valid_days")
    words = {
        "visa_required": "a visa is needed",
        "permit_required": f"needs {PERMITS.get(permit, permit.replace('_', ' '))}",
        "refused_purposes": f"entry is refused for: {purposes}",
        "biometric_required": "only a biometric passport is accepted",
        "permit_condition": "a permit needs a passport" + (f" valid for {days} more days" if days else ""),
    }
    kind = str(condition.get("kind"))
    return words.get(kind, kind.replace("_", " "))


def _registration(rule: StayRule) -> str:
    if not rule.within:
        return ""
    unit, who = UNITS.get(rule.unit or "", rule.unit or ""), rule.who or "person"
    longer = (
        f", only for stays longer than {rule.if_longer_than_days} days" if rule.if_longer_than_days else ""
    )
    return f"within {rule.within} {unit}, by the {who}{longer}"
