"""Which deadlines an arrival makes, given its assessment: the day, who must act, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from casework.stays import rules
from casework.stays.models import DeadlineKind
from casework.stays.working_days import working_days_of


@dataclass(frozen=True)
class Duty:
    """One wanted deadline; `reasons` are codes with plain values, ready to be stored."""

    kind: str
    who: str
    due_on: date
    rule_id: str | None
    reasons: list[dict[str, Any]]
    period_id: UUID | None = None


class Entry(Protocol):
    """What of an arrival decides about its duties."""

    @property
    def country(self) -> str: ...
    @property
    def entered_on(self) -> date: ...
    @property
    def left_on(self) -> date | None: ...


def duties_of(
    arrival: Entry, nationality: str, document_kind: str | None, assessment: rules.Assessment,
    law: Iterable[rules.Rule],
) -> list[Duty]:  # fmt: skip
    """Nothing for an arrival that has ended: its deadlines are settled, not made."""
    if arrival.left_on is not None:
        return []
    duties = [_stay_end(assessment)] if assessment.last_lawful_day else []
    for rule in law:
        if _applies(rule, nationality, arrival.entered_on, document_kind):
            duties.extend(_registration(rule, arrival, assessment))
    return duties


def _applies(rule: rules.Rule, nationality: str, entered_on: date, document_kind: str | None) -> bool:
    return (
        rule.kind == rules.RuleKind.REGISTRATION
        and (not rule.nationalities or nationality in rule.nationalities)
        and (rule.entries_from is None or rule.entries_from <= entered_on)
        and (rule.entries_until is None or entered_on <= rule.entries_until)
        and rule.accepts(document_kind)
    )


def _stay_end(assessment: rules.Assessment) -> Duty:
    assert assessment.last_lawful_day is not None
    return Duty(
        kind=DeadlineKind.STAY_END,
        who="person",
        due_on=assessment.last_lawful_day,
        rule_id=assessment.rule.id if assessment.rule else None,
        reasons=plain_reasons(assessment.reasons),
    )


def _registration(rule: rules.Rule, arrival: Entry, assessment: rules.Assessment) -> list[Duty]:
    due_on = rules.registration_due(
        rule, arrival.entered_on, working_days_of(arrival.country), assessment.last_lawful_day
    )
    if due_on is None:
        return []
    reason = rules.Reason(
        "registration_due",
        {
            "country": arrival.country,
            "entered_on": arrival.entered_on,
            "within": rule.within,
            "unit": rule.unit,
            "who": rule.who,
            "due_on": due_on,
        },
    )
    return [Duty(DeadlineKind.REGISTRATION, rule.who or "person", due_on, rule.id, plain_reasons([reason]))]


def plain_reasons(reasons: Iterable[rules.Reason]) -> list[dict[str, Any]]:
    """Days as text, so that JSON keeps them; `stored_reasons` reads them back."""
    return [
        {
            "code": str(reason.code),
            "values": {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in reason.values.items()
            },
        }
        for reason in reasons
    ]


def stored_reasons(rows: Iterable[dict[str, Any]]) -> list[rules.Reason]:
    return [rules.Reason(row["code"], row["values"]) for row in rows]
