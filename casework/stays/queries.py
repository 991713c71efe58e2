"""The engine asked about what is stored: one question per arrival, the register read once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from casework.people.models import Document, Person
from casework.stays import rules
from casework.stays.areas import countries_counted_with, counts_in_ledger
from casework.stays.models import Arrival, DeadlineKind, DeadlineType, Permit, StayRule
from casework.stays.register import RULE_COLUMNS
from casework.stays.zones import local_day

# As long as a unit can become, with what is closed in between; and as far as a last day can roll over.
LONGEST_UNIT = {"working_days": 2, "weeks": 7, "months": 31}
LONGEST_ROLL_OVER = 14


@dataclass(frozen=True)
class Files:
    """What the engine needs to know of some persons, read in four queries."""

    ledgers: dict[UUID, list[Arrival]]
    permits: dict[UUID, list[Permit]]
    documents: dict[UUID, Document]
    nationalities: dict[UUID, str]


def register(countries: Iterable[str]) -> dict[str, list[rules.Rule]]:
    """The law of these countries as the engine takes it: what is in force, for all days. One query."""
    found: dict[str, list[rules.Rule]] = defaultdict(list)
    rows = StayRule.objects.filter(country__in=set(countries)).in_force()
    for row in rows.order_by("country", "key").values(*RULE_COLUMNS):
        found[row["country"]].append(rules.rule_from_row(_engine_row(row)))
    return found


def countries_with_rules() -> list[str]:
    """Where the register says how long a stay may last; for those who choose. One query."""
    stays = StayRule.objects.in_force().filter(kind=rules.RuleKind.STAY)
    return list(stays.order_by("country").values_list("country", flat=True).distinct())


def assess(question: rules.Question) -> rules.Assessment:
    """The public calculator's way to the register: nothing is stored."""
    return rules.assess(question, register([question.country]).get(question.country, []))


def assessments(arrivals: Sequence[Arrival], at: datetime) -> dict[UUID, rules.Assessment]:
    """The stay of each arrival on its host country's day, by arrival id. Five queries, however many rows."""
    files = files_of({arrival.person_id for arrival in arrivals})
    law = register(arrival.country for arrival in arrivals)
    return {
        arrival.pk: rules.assess(question_of(arrival, files, at), law.get(arrival.country, []))
        for arrival in arrivals
    }


def files_of(person_ids: Iterable[UUID]) -> Files:
    wanted = set(person_ids)
    ledgers: dict[UUID, list[Arrival]] = defaultdict(list)
    for arrival in Arrival.objects.filter(person_id__in=wanted, voided_at=None).order_by("entered_on", "pk"):
        ledgers[arrival.person_id].append(arrival)
    permits: dict[UUID, list[Permit]] = defaultdict(list)
    for permit in Permit.objects.filter(person_id__in=wanted).order_by("starts_on", "pk"):
        permits[permit.person_id].append(permit)
    return Files(
        ledgers=ledgers,
        permits=permits,
        documents={d.pk: d for d in Document.objects.defer("number").filter(person_id__in=wanted)},
        nationalities=dict(Person.objects.filter(pk__in=wanted).values_list("pk", "nationality")),
    )


def question_of(arrival: Arrival, files: Files, at: datetime) -> rules.Question:
    """An open arrival is asked about with the whole ledger; a closed one with what led up to it."""
    together = countries_counted_with(arrival.country)
    ledger = [
        row
        for row in files.ledgers[arrival.person_id]
        if row.country in together
        and counts_in_ledger(row.country, row.entered_on)
        and (arrival.left_on is None or row.entered_on <= arrival.entered_on)
    ]
    document = files.documents.get(arrival.document_id) if arrival.document_id else None
    return rules.Question(
        country=arrival.country,
        nationality=files.nationalities[arrival.person_id],
        on=day_of(arrival, at),
        purpose=arrival.purpose,
        document=held(document),
        stays=tuple(rules.Stay(row.entered_on, row.left_on) for row in ledger),
        permits=tuple(
            engine_permit(row) for row in files.permits[arrival.person_id] if row.country in together
        ),
    )


def day_of(arrival: Arrival, at: datetime) -> date:
    """Today there; the day of entry for somebody who crosses tonight."""
    return max(local_day(arrival.country, at), arrival.entered_on)


def held(document: Document | None) -> rules.HeldDocument | None:
    if document is None:
        return None
    return rules.HeldDocument(
        kind=document.kind, biometric=document.biometric, expires_on=document.expires_on
    )


def engine_permit(permit: Permit) -> rules.Permit:
    return rules.Permit(
        kind=rules.PermitKind(permit.kind),
        starts_on=permit.starts_on,
        ends_on=permit.ends_on,
        stay_days=permit.stay_days,
        entries=permit.entries,
    )


def _engine_row(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "id": str(row["id"])}


def longest_period(kind: str) -> int | None:
    """The most days that the register leaves before a deadline of this kind; None: no end is known.

    An appeal has none: a decision may name its own period.
    """
    if kind == DeadlineKind.REGISTRATION:
        duties = StayRule.objects.in_force().filter(kind=rules.RuleKind.REGISTRATION, within__isnull=False)
        periods = list(duties.values_list("within", "unit"))
    elif kind == DeadlineKind.APPEAL:
        return None
    else:
        periods = list(
            DeadlineType.objects.filter(deadline_kind=kind, n__isnull=False).values_list("n", "unit")
        )
    if not periods:
        return None
    return LONGEST_ROLL_OVER + max((n or 0) * LONGEST_UNIT.get(unit or "", 1) for n, unit in periods)
