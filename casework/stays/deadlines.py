"""Deadlines follow the ledger: what an arrival asks for is compared with what stands, then moved."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from casework.audit.actors import Actor
from casework.audit.operations import record
from casework.people.models import Person
from casework.stays import rules
from casework.stays.duties import Duty, duties_of
from casework.stays.gate import hold_register
from casework.stays.models import Arrival, Deadline, DeadlineHistory, DeadlineKind, DeadlineStatus
from casework.stays.queries import files_of, question_of, register


def refresh_deadlines(
    *, person: Person, by: Actor, at: datetime, why: str, reopen: Arrival | None = None
) -> None:
    """Re-assess every arrival of a person. `why` is the operation that moved something.

    A moved deadline keeps its id; its version rises and the old day stands in its history.
    """
    hold_register()
    files = files_of([person.pk])
    ledger = files.ledgers[person.pk]
    law = register(arrival.country for arrival in ledger)
    standing = _by_arrival(person)
    for arrival in ledger:
        # As of the entry: the reasons kept beside a deadline must not age with the day they were computed.
        question = replace(question_of(arrival, files, at), on=arrival.entered_on)
        assessment = rules.assess(question, law.get(arrival.country, []))
        document = files.documents.get(arrival.document_id) if arrival.document_id else None
        wanted = duties_of(
            arrival,
            files.nationalities[person.pk],
            document.kind if document else None,
            assessment,
            law.get(arrival.country, []),
        )
        _bring_in_line(arrival, wanted, standing.pop(arrival.pk, {}), by, at, why, reopened=arrival == reopen)
    for deadlines in standing.values():  # arrivals that count no more
        for deadline in deadlines.values():
            _close(deadline, DeadlineStatus.CANCELLED, by, at, why)


def _by_arrival(person: Person) -> dict[Any, dict[tuple[str, str], Deadline]]:
    found: dict[Any, dict[tuple[str, str], Deadline]] = {}
    for deadline in Deadline.objects.select_for_update(of=("self",)).filter(
        person=person, arrival__isnull=False
    ):
        found.setdefault(deadline.arrival_id, {})[deadline.kind, deadline.who] = deadline
    return found


def _bring_in_line(
    arrival: Arrival, wanted: list[Duty], standing: dict[tuple[str, str], Deadline],
    by: Actor, at: datetime, why: str, *, reopened: bool,
) -> None:  # fmt: skip
    assigned_to = _assigned(arrival) if len(wanted) > len(standing) else None
    for duty in wanted:
        deadline = standing.pop((duty.kind, duty.who), None)
        if deadline is None:
            _write(arrival, duty, assigned_to, by, at)
        elif reopened or deadline.status == DeadlineStatus.CANCELLED or deadline.due_on != duty.due_on:
            _move(deadline, duty, by, at, why, reopened=reopened)
    for deadline in standing.values():
        _settle(deadline, arrival, by, at, why)


def _write(arrival: Arrival, duty: Duty, assigned_to: Any, by: Actor, at: datetime) -> None:
    deadline = Deadline.objects.create(
        organisation_id=arrival.organisation_id,
        person_id=arrival.person_id,
        arrival=arrival,
        country=arrival.country,
        kind=duty.kind,
        who=duty.who,
        due_on=duty.due_on,
        rule_id=duty.rule_id,
        reasons=duty.reasons,
        assigned_to_id=assigned_to,
    )
    _record(deadline, "deadline.written", by, at, {"due_on": duty.due_on})


def _assigned(arrival: Arrival) -> Any:
    """Whoever looks after the person's other deadlines."""
    others = Deadline.objects.filter(person_id=arrival.person_id, assigned_to__isnull=False)
    return others.order_by("-created_at").values_list("assigned_to_id", flat=True).first()


def _move(deadline: Deadline, duty: Duty, by: Actor, at: datetime, why: str, *, reopened: bool) -> None:
    if deadline.status in (DeadlineStatus.MET, DeadlineStatus.MISSED) and not reopened:
        return  # a human closed it; only taking an exit back opens it again
    before = deadline.due_on
    _keep(deadline, at, why)
    deadline.change(
        at=at, due_on=duty.due_on, rule_id=duty.rule_id, reasons=duty.reasons,
        status=DeadlineStatus.OPEN, closed_at=None, moved_by=None,
    )  # fmt: skip
    _record(deadline, "deadline.moved", by, at, {"from": before, "to": duty.due_on, "why": why})


def _settle(deadline: Deadline, arrival: Arrival, by: Actor, at: datetime, why: str) -> None:
    """No longer asked for: the person left, or the law no longer says a day."""
    if arrival.left_on is None or deadline.kind != DeadlineKind.STAY_END:
        status = DeadlineStatus.CANCELLED
    else:
        status = DeadlineStatus.MET if arrival.left_on <= deadline.due_on else DeadlineStatus.MISSED
    _close(deadline, status, by, at, why)


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
