"""Deadlines beyond the stay: what a decision, a certificate or an arrival asks for within a legal period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.people.models import Document
from casework.stays import rules
from casework.stays.areas import EUROPEAN_UNION, UNION
from casework.stays.duties import Duty, plain_reasons
from casework.stays.models import (
    Arrival,
    DeadlineKind,
    DeadlineType,
    Decision,
    DecisionKind,
    Outcome,
    Permit,
    Trigger,
)
from casework.stays.working_days import working_days_of

# A decision that gives what was asked begins no period to appeal.
BEGINS_NO_APPEAL = (Outcome.GRANTED, Outcome.REGISTERED)
VALUE_OF_UNIT = {"calendar_days": "days", "working_days": "days", "weeks": "weeks", "months": "months"}


@dataclass(frozen=True)
class Period:
    """A legal period as it is counted, from the register or from the decision itself."""

    kind: str
    n: int
    unit: str
    event_day_counts: bool
    rolls_over: bool
    who: str
    type: DeadlineType | None = None

    @classmethod
    def of(cls, row: DeadlineType) -> "Period":
        assert row.n is not None
        return cls(row.deadline_kind, row.n, row.unit, row.event_day_counts, row.rolls_over, row.who, row)


@dataclass(frozen=True)
class Counted:
    """A period counted from an event; `unmoved_on` is the last day before it rolled over."""

    period: Period
    event_on: date
    due_on: date
    unmoved_on: date


class Periods:
    """The register of legal periods for some countries, read once."""

    def __init__(self, countries: Iterable[str]) -> None:
        wanted = set(countries)
        if wanted & EUROPEAN_UNION:
            wanted.add(UNION)
        rows = DeadlineType.objects.filter(country__in=wanted).order_by("key") if wanted else ()
        self.rows: Sequence[DeadlineType] = list(rows)

    def begun(self, trigger: Iterable[str], country: str, event_on: date) -> list[DeadlineType]:
        return [
            row
            for row in self.rows
            if row.trigger in trigger
            and row.n is not None
            and _holds_in(row, country)
            and row.covers(event_on)
        ]

    def rolls_over(self, country: str) -> bool:
        """Whether a period that only a decision names ends on a working day there."""
        return any(
            row.trigger == Trigger.EVENT and row.rolls_over and _holds_in(row, country) for row in self.rows
        )


def _holds_in(row: DeadlineType, country: str) -> bool:
    return row.country == country or (row.country == UNION and country in EUROPEAN_UNION)


def duties_of_decision(decision: Decision, periods: Periods) -> list[Duty]:
    """One per kind of deadline. Where the procedure is not known, the shortest period counts, and says so."""
    country, served_on = decision.country, decision.served_on
    if decision.within is not None and decision.unit is not None:
        if decision.outcome in BEGINS_NO_APPEAL:
            return []
        named = Period(
            DeadlineKind.APPEAL, decision.within, decision.unit, False, periods.rolls_over(country), "person"
        )
        return [_duty([_counted(named, country, served_on)])]
    triggers = (Trigger.DECISION_SERVED, Trigger.ACCEPTANCE, Trigger.REGISTRATION)
    found: dict[tuple[str, str], list[Counted]] = {}
    for row in periods.begun(triggers, country, served_on):
        if decision.kind not in row.decision_kinds:
            continue
        if row.trigger == Trigger.DECISION_SERVED and decision.outcome in BEGINS_NO_APPEAL:
            continue
        counted = _counted(Period.of(row), country, served_on)
        found.setdefault((row.deadline_kind, row.who), []).append(counted)
    return [_duty(alternatives) for alternatives in found.values()]


def begins_an_appeal(decision: Decision) -> bool:
    """Whether somebody should look for a period to appeal, known to the register or not."""
    silent = (DecisionKind.ASYLUM_REGISTRATION, DecisionKind.DUBLIN_ACCEPTANCE)
    return decision.outcome not in BEGINS_NO_APPEAL and decision.kind not in silent


def duties_of_permit(permit: Permit, permits: Sequence[Permit], periods: Periods) -> list[Duty]:
    """The renewal of a certificate: by the period of the law or the certificate's own end, the earlier."""
    if replaced(permit, permits):
        return []
    duties = []
    for row in periods.begun((Trigger.CERTIFICATE_ISSUED,), permit.country, permit.starts_on):
        if permit.kind in row.permit_kinds:
            counted = _counted(Period.of(row), permit.country, permit.starts_on)
            duties.append(_duty([counted], ends_on=permit.ends_on))
    return duties


def replaced(permit: Permit, permits: Sequence[Permit]) -> bool:
    """A later one of the same kind and country stands in its place."""
    return any(
        (other.kind, other.country) == (permit.kind, permit.country)
        and (other.starts_on, other.ends_on) > (permit.starts_on, permit.ends_on)
        for other in permits
        if other.pk != permit.pk
    )


def duties_of_entry(arrival: Arrival, periods: Periods) -> list[Duty]:
    """Periods that begin with an entry for those who came for a purpose; registration is a stay rule."""
    if arrival.left_on is not None or not arrival.purpose:
        return []
    found: dict[tuple[str, str], list[Counted]] = {}
    for row in periods.begun((Trigger.ARRIVAL,), arrival.country, arrival.entered_on):
        if arrival.purpose in row.purposes:
            counted = _counted(Period.of(row), arrival.country, arrival.entered_on)
            found.setdefault((row.deadline_kind, row.who), []).append(counted)
    return [_duty(alternatives) for alternatives in found.values()]


def duties_of_document(
    document: Document, documents: Iterable[Document], today: date, standing: bool
) -> list[Duty]:
    """The day a document expires, unless a newer one of its kind is held.

    What had expired before anybody wrote it down is history, no deadline; `standing`: one was written.
    """
    expires_on = document.expires_on
    if expires_on is None or renewed(document, documents) or (expires_on < today and not standing):
        return []
    reason = rules.Reason("document_expires", {"document": document.kind, "due_on": expires_on})
    return [Duty(DeadlineKind.DOCUMENT_EXPIRY, "person", expires_on, None, plain_reasons([reason]))]


def renewed(document: Document, documents: Iterable[Document]) -> bool:
    assert document.expires_on is not None
    return any(
        (other.kind, other.issuing_country) == (document.kind, document.issuing_country)
        and other.expires_on is not None
        and (other.expires_on, other.pk) > (document.expires_on, document.pk)
        for other in documents
        if other.pk != document.pk
    )


def _counted(period: Period, country: str, event_on: date) -> Counted:
    def due_on(rolls_over: bool) -> date:
        return rules.legal_due_on(
            event_on,
            period.n,
            period.unit,
            event_day_counts=period.event_day_counts,
            rolls_over=rolls_over,
            is_working_day=working_days_of(country),
        )

    return Counted(period, event_on, due_on(period.rolls_over), due_on(False))


def _duty(alternatives: list[Counted], ends_on: date | None = None) -> Duty:
    first = min(alternatives, key=lambda counted: counted.due_on)
    period = first.period
    due_on = first.due_on if ends_on is None else min(first.due_on, ends_on)
    return Duty(
        kind=period.kind,
        who=period.who,
        due_on=due_on,
        rule_id=None,
        reasons=plain_reasons(_reasons(first, alternatives, due_on)),
        period_id=period.type.pk if period.type else None,
    )


def _reasons(first: Counted, alternatives: list[Counted], due_on: date) -> Iterable[rules.Reason]:
    period = first.period
    if period.type is None:
        yield rules.Reason("period_from_the_decision", {})
    else:
        yield rules.Reason("legal_period", {"title": period.type.title})
    values: dict[str, Any] = {"event_on": first.event_on, VALUE_OF_UNIT[period.unit]: period.n}
    yield rules.Reason(f"period_{period.unit}", values)
    if due_on < first.due_on:
        yield rules.Reason("certificate_ends_first", {"ends_on": due_on})
    elif first.due_on != first.unmoved_on:
        yield rules.Reason("rolled_over", {"unmoved_on": first.unmoved_on})
    longest_on = max(counted.due_on for counted in alternatives)
    if len(alternatives) > 1:
        yield rules.Reason("several_periods", {"longest_on": longest_on})
    yield rules.Reason("legal_due", {"due_on": due_on})
    if period.who == "authority":
        yield rules.Reason("authority_acts", {})
    elif len(alternatives) == 1 and period.type is not None and period.type.suspensive is not None:
        yield rules.Reason("appeal_suspends" if period.type.suspensive else "appeal_does_not_suspend", {})
    elif period.kind == DeadlineKind.APPEAL:
        yield rules.Reason("appeal_effect_not_known", {})
