"""The forms of a draft: the change itself, and for each new rule its words, limits and condition."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from casework.backoffice import fields, rule_words
from casework.people.models import DocumentKind
from casework.stays.areas import AREAS
from casework.stays.drafts import UNITS, WHO, RuleDraft
from casework.stays.models import Confidence, StayRule
from casework.stays.rules import PURPOSES, ConditionKind, LastDay, LimitKind, PermitKind, RuleKind

LIMIT_KINDS = {
    LimitKind.PER_ENTRY_DAYS: "days for each entry",
    LimitKind.PER_ENTRY_MONTHS: "months for each entry",
    LimitKind.ROLLING_WINDOW: "days in any window of days",
    LimitKind.ANCHORED_WINDOW: "days in a window from the first entry",
    LimitKind.CALENDAR_YEAR: "days in a calendar year",
    LimitKind.UNTIL: "up to a day",
}
CONDITION_KINDS = {
    ConditionKind.VISA_REQUIRED: "a visa is needed",
    ConditionKind.PERMIT_REQUIRED: "a permit is needed",
    ConditionKind.REFUSED_PURPOSES: "some purposes are refused",
    ConditionKind.BIOMETRIC_REQUIRED: "only a biometric passport",
    ConditionKind.PERMIT_CONDITION: "a permit asks for more",
}
LAST_DAYS = {LastDay.SAME_DATE: "the same date", LastDay.DAY_BEFORE: "the day before"}
ENTERING, EVERYBODY = "entering", "everybody"
FOR_WHOM = [
    (ENTERING, "New entries only"),
    (EVERYBODY, "Everybody, also who is there"),
]


class ChangeForm(forms.Form):
    title = fields.text("What changes, in a line", longest=200, required=True)
    effective_on = fields.day("Takes effect on", required=True)
    for_whom = fields.choice(
        "For whom", FOR_WHOM, required=True, initial=ENTERING,
        help_text="New entries only: whoever entered before that day keeps the old rules.",
    )  # fmt: skip
    reason = fields.text(
        "Why it is recorded only now", longest=500, help_text="Needed where that day is in the past."
    )

    def __init__(self, *args: Any, standing: Iterable[StayRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticks = [
            (str(rule.pk), f"{rule.title} ({rule.kind}, {_entries(rule)})") for rule in standing
        ]  # fmt: skip
        self.fields["ends_rules"] = fields.several("Rules in force that it ends", ticks)


class RuleForm(forms.Form):
    kind = fields.choice("Kind", [(kind.value, kind.value) for kind in RuleKind], required=True)
    title = fields.text("Title", longest=200, required=True)
    nationalities = fields.text(
        "Nationalities", longest=1000, help_text="Country codes with commas, for example: RU, BY. Empty: all."
    )
    document_kinds = fields.several("Documents", DocumentKind.choices, help_text="None ticked: all.")
    applies_to_entries_from = fields.day("Entries from", help_text="Empty: as chosen above under “For whom”.")
    applies_to_entries_until = fields.day("Entries until", help_text="Empty: no end known.")
    source = fields.text("Source", longest=300, required=True, help_text="Law, number, day, article.")
    source_date = fields.day("Source dated")
    confidence = fields.choice("Confidence", Confidence.choices, required=True)
    reviewed_by = fields.text("Reviewed by", longest=150)
    notes = fields.long_text("Notes", longest=5000)
    area = fields.choice("Counted together with", [(name, name.capitalize()) for name in [*AREAS, "EU"]])
    within = fields.number("Register within", min_value=1, max_value=3660)
    unit = fields.choice("Counted in", [(unit, rule_words.UNITS[unit]) for unit in UNITS])
    who = fields.choice("By whom", [(who, who) for who in WHO])
    if_longer_than_days = fields.number("Only for stays longer than (days)", min_value=0, max_value=3660)

    @staticmethod
    def initial_of(rule: StayRule, today: date) -> dict[str, Any]:
        """A copy to be changed. Its first day stays open where it is in force now: the change says whom it
        is for. A rule that only comes, or is past, keeps its days.
        """
        names = (
            "kind title document_kinds applies_to_entries_until source source_date confidence reviewed_by"
            " notes area within unit who if_longer_than_days"
        ).split()
        first, last = rule.applies_to_entries_from, rule.applies_to_entries_until
        is_now = (first is None or first <= today) and (last is None or last >= today)
        return {name: getattr(rule, name) for name in names} | {
            "nationalities": ", ".join(rule.nationalities),
            "applies_to_entries_from": None if is_now else first,
        }


class LimitForm(forms.Form):
    """One row; without a kind it is no limit."""

    kind = fields.choice("Limit", [(kind.value, told) for kind, told in LIMIT_KINDS.items()])
    days = fields.number("Days")
    months = fields.number("Months")
    window_days = fields.number("Window (days)")
    per_stay_days = fields.number("Longest single stay (days)")
    date = fields.day("Up to")
    last_day = fields.choice("Months end on", [(day.value, told) for day, told in LAST_DAYS.items()])
    entry_day_counts = fields.choice("Entry day counts", [("yes", "yes"), ("no", "no")])
    counts_stays_entered_from = fields.day("Counts stays entered from")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("kind") and any(value not in (None, "") for value in values.values()):
            self.add_error("kind", "Choose what kind of limit this is.")
        return values

    def is_filled(self) -> bool:
        """Known before it is valid: the engine counts the rows that there are."""
        return bool(self.data.get(self.add_prefix("kind")) if self.is_bound else self.initial.get("kind"))

    def limit(self) -> dict[str, Any]:
        """As the register writes it; what was left open is not there."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        for name, value in values.items():
            if isinstance(value, date):
                values[name] = value.isoformat()
        if "entry_day_counts" in values:
            values["entry_day_counts"] = values["entry_day_counts"] == "yes"
        return values

    @staticmethod
    def initial_of(limit: dict[str, Any]) -> dict[str, Any]:
        counts = {True: "yes", False: "no", None: ""}[limit.get("entry_day_counts")]
        return {**limit, "entry_day_counts": counts}


class ConditionForm(forms.Form):
    kind = fields.choice("Condition", [(kind.value, told) for kind, told in CONDITION_KINDS.items()])
    purposes = fields.several("Refused purposes", [(code, rule_words.PURPOSES[code]) for code in PURPOSES])
    permit = fields.choice(
        "Which permit",
        [(kind.value, rule_words.PERMITS.get(kind, kind.value.replace("_", " "))) for kind in PermitKind],
    )
    code = fields.text("Code of the condition", longest=60)
    passport_valid_days = fields.number("Passport still valid for (days)", min_value=1, max_value=3660)

    def condition(self) -> dict[str, Any] | None:
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        return values or None


def rule_draft(
    country: str, rule: RuleForm, limits: list[LimitForm], reading: list[LimitForm], condition: ConditionForm
) -> RuleDraft:  # fmt: skip
    said: dict[str, Any] = {name: value if value != "" else None for name, value in rule.cleaned_data.items()}
    codes = re.split(r"[,;\s]+", (said["nationalities"] or "").upper())
    other = [row.limit() for row in reading if row.is_filled()]
    said |= {
        "country": country,
        "nationalities": tuple(filter(None, codes)),
        "document_kinds": tuple(said["document_kinds"] or ()),
        "notes": said["notes"] or "",
        "condition": condition.condition(),
        "limits": tuple(row.limit() for row in limits if row.is_filled()),
        "readings": (other,) if other else (),
    }
    return RuleDraft(**said)


def ids_of(texts: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in texts)


def _entries(rule: StayRule) -> str:
    return rule_words.entries(rule.applies_to_entries_from, rule.applies_to_entries_until)
