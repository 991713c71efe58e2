"""Deadlines follow what is recorded: what it asks for is compared with what stands, then moved."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.people.models import Document, Person
from casework.stays import legal, rules
from casework.stays.duties import Duty, duties_of
from casework.stays.gate import hold_register
from casework.stays.models import (
    Arrival,
    Deadline,
    DeadlineHistory,
    DeadlineKind,
    DeadlineStatus,
    Decision,
    Permit,
)
from casework.stays.queries import Files, files_of, question_of, register
from casework.stays.zones import local_day

Standing = dict[tuple[str, str], Deadline]


@dataclass(frozen=True)
class Cause:
    """What makes deadlines: the field of Deadline that names it, its row, and what it asks for now.

    `ended_as` says what becomes of a deadline that it no longer asks for.
    """

    field: str
    row: Arrival | Decision | Permit | Document
    country: str
    duties: list[Duty]
    ended_as: Callable[[Deadline], DeadlineStatus]
    reopened: bool = False


def refresh_deadlines(
    *, person: Person, by: Actor, at: datetime, why: str, reopen: Arrival | None = None
) -> None:
    """Re-assess everything of a person that makes deadlines. `why` is the operation that moved something.

    A moved deadline keeps its id; its version rises and the old day stands in its history.
    """
    hold_register()
    standing = _standing(person)
    for cause in _causes(person, standing, at, reopen):
        _bring_in_line(cause, standing.pop((cause.field, cause.row.pk), {}), by, at, why)
    for deadlines in standing.values():  # of causes that count no more
        for deadline in deadlines.values():
            _close(deadline, DeadlineStatus.CANCELLED, by, at, why)


def release_deadlines(*, cause: Permit | Decision, by: Actor, at: datetime, why: str) -> None:
    """Before a row entered by mistake goes: its deadlines are cancelled and stay without it."""
    field = "permit" if isinstance(cause, Permit) else "decision"
    for deadline in Deadline.objects.select_for_update(of=("self",)).filter(**{field: cause}):
        _close(deadline, DeadlineStatus.CANCELLED, by, at, why)
        deadline.change(at=at, **{field: None})


def _standing(person: Person) -> dict[tuple[str, UUID], Standing]:
    """By the cause that made them. Deadlines that no cause made are a human's own."""
    found: dict[tuple[str, UUID], Standing] = defaultdict(dict)
    for deadline in Deadline.objects.select_for_update(of=("self",)).filter(person=person):
        cause = deadline.cause
        if cause is not None:
            found[cause][deadline.kind, deadline.who] = deadline
    return found


def _causes(
    person: Person, standing: dict[tuple[str, UUID], Standing], at: datetime, reopen: Arrival | None
) -> Iterator[Cause]:
    files = files_of([person.pk])
    ledger, permits = files.ledgers[person.pk], files.permits[person.pk]
    decisions = list(Decision.objects.filter(person=person).order_by("served_on", "pk"))
    periods = legal.Periods(row.country for rows in (ledger, permits, decisions) for row in rows)
    law = register(arrival.country for arrival in ledger)
    for arrival in ledger:
        duties = _of_arrival(arrival, files, law.get(arrival.country, []), periods, at)
        yield Cause("arrival", arrival, arrival.country, duties, _left(arrival), arrival == reopen)
    for decision in decisions:
        duties = legal.duties_of_decision(decision, periods)
        yield Cause("decision", decision, decision.country, duties, _ended(DeadlineStatus.CANCELLED))
    for permit in permits:
        duties = legal.duties_of_permit(permit, permits, periods)
        gone = DeadlineStatus.SUPERSEDED if legal.replaced(permit, permits) else DeadlineStatus.CANCELLED
        yield Cause("permit", permit, permit.country, duties, _ended(gone))
    documents = list(files.documents.values())
    for document in documents:
        if document.expires_on is not None:
            today = local_day(document.issuing_country, at)
            written = ("document", document.pk) in standing
            duties = legal.duties_of_document(document, documents, today, written)
            gone = (
                DeadlineStatus.SUPERSEDED if legal.renewed(document, documents) else DeadlineStatus.CANCELLED
            )
            yield Cause("document", document, document.issuing_country, duties, _ended(gone))


def _of_arrival(
    arrival: Arrival, files: Files, law: list[rules.Rule], periods: legal.Periods, at: datetime
) -> list[Duty]:
    # As of the entry: the reasons kept beside a deadline must not age with the day they were computed.
    question = replace(question_of(arrival, files, at), on=arrival.entered_on)
    document = files.documents.get(arrival.document_id) if arrival.document_id else None
    nationality = files.nationalities[arrival.person_id]
    assessment = rules.assess(question, law)
    return [
        *duties_of(arrival, nationality, document.kind if document else None, assessment, law),
        *legal.duties_of_entry(arrival, periods),
    ]


def _left(arrival: Arrival) -> Callable[[Deadline], DeadlineStatus]:
    """No longer asked for: the person left, or the law no longer says a day."""

    def ended_as(deadline: Deadline) -> DeadlineStatus:
        if arrival.left_on is None or deadline.kind != DeadlineKind.STAY_END:
            return DeadlineStatus.CANCELLED
        return DeadlineStatus.MET if arrival.left_on <= deadline.due_on else DeadlineStatus.MISSED

    return ended_as


def _ended(status: DeadlineStatus) -> Callable[[Deadline], DeadlineStatus]:
    return lambda deadline: status


def _bring_in_line(cause: Cause, standing: Standing, by: Actor, at: datetime, why: str) -> None:
    assigned_to = _assigned(cause.row.person_id) if len(cause.duties) > len(standing) else None
    for duty in cause.duties:
        deadline = standing.pop((duty.kind, duty.who), None)
        if deadline is None:
            _write(cause, duty, assigned_to, by, at)
        elif _differs(deadline, duty) or cause.reopened:
            _move(deadline, duty, by, at, why, reopened=cause.reopened)
    for deadline in standing.values():
        _close(deadline, cause.ended_as(deadline), by, at, why)


def _differs(deadline: Deadline, duty: Duty) -> bool:
    asked_again = deadline.status in (DeadlineStatus.CANCELLED, DeadlineStatus.SUPERSEDED)
    return asked_again or deadline.due_on != duty.due_on


def _write(cause: Cause, duty: Duty, assigned_to: Any, by: Actor, at: datetime) -> None:
    deadline = Deadline.objects.create(
        organisation_id=cause.row.organisation_id,
        person_id=cause.row.person_id,
        country=cause.country,
        kind=duty.kind,
        who=duty.who,
        due_on=duty.due_on,
        rule_id=duty.rule_id,
        legal_period_id=duty.period_id,
        reasons=duty.reasons,
        assigned_to_id=assigned_to,
        **{cause.field: cause.row},
    )
    _record(deadline, "deadline.written", by, at, {"due_on": duty.due_on})


def _assigned(person_id: UUID) -> Any:
    """Whoever looks after the person's other deadlines."""
    others = Deadline.objects.filter(person_id=person_id, assigned_to__isnull=False)
    return others.order_by("-created_at").values_list("assigned_to_id", flat=True).first()


def _move(deadline: Deadline, duty: Duty, by: Actor, at: datetime, why: str, *, reopened: bool) -> None:
    if deadline.status in (DeadlineStatus.MET, DeadlineStatus.MISSED) and not reopened:
        return  # a human closed it; only taking an exit back opens it again
    before = deadline.due_on
    _keep(deadline, at, why)
    deadline.change(
        at=at, due_on=duty.due_on, rule_id=duty.rule_id, legal_period_id=duty.period_id,
        reasons=duty.reasons, status=DeadlineStatus.OPEN, closed_at=None, moved_by=None,
    )  # fmt: skip
    _record(deadline, "deadline.moved", by, at, {"from": before, "to": duty.due_on, "why": why})


def _close(deadline: Deadline, status: str, by: Actor, at: datetime, why: str) -> None:
    if deadline.status != DeadlineStatus.OPEN:
        return
    _keep(deadline, at, why)
    deadline.change(at=at, status=status, closed_at=at)
    _record(deadline, f"deadline.{status}", by, at, {"why": why})


def _keep(deadline: Deadline, at: datetime, why: str) -> None:
    DeadlineHistory.objects.create(
        organisation_id=deadline.organisation_id,
        deadline=deadline,
        version=deadline.version,
        due_on=deadline.due_on,
        status=deadline.status,
        reason=why,
        replaced_at=at,
    )


def _record(deadline: Deadline, action: str, by: Actor, at: datetime, about: dict[str, Any]) -> None:
    record(
        by=by, action=action, object_type="deadline", object_id=deadline.pk, at=at,
        about={"person": deadline.person_id, "kind": deadline.kind, **about},
    )  # fmt: skip
