"""What a walk over many stays changes, and nothing else: three statements, however many rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from json import dumps
from typing import Any
from uuid import UUID

from django.db import connection

from casework.stays.batches import Ends, OpenStay, Standing
from casework.stays.duties import Duty
from casework.stays.models import DeadlineStatus


@dataclass(slots=True)
class Moves:
    """What a batch writes: deadlines with a new day, deadlines that nothing asks for, and new ones."""

    moved: list[tuple[Standing, Duty]]
    cancelled: list[Standing]
    written: list[tuple[OpenStay, Duty]]

    def __len__(self) -> int:
        return len(self.moved) + len(self.cancelled) + len(self.written)


def moves_of(found: Iterable[tuple[OpenStay, list[Duty]]], standing: dict[UUID, Ends]) -> Moves:
    """As `deadlines.refresh_deadlines` does it for one person: what a human closed stays closed."""
    moves = Moves([], [], [])
    for stay, duties in found:
        ends = standing.pop(stay.id, {})
        for duty in duties:
            deadline = ends.pop((duty.kind, duty.who), None)
            if deadline is None:
                moves.written.append((stay, duty))
            elif deadline.status == DeadlineStatus.CANCELLED or (
                deadline.due_on != duty.due_on and deadline.status == DeadlineStatus.OPEN
            ):
                moves.moved.append((deadline, duty))
        moves.cancelled += [end for end in ends.values() if end.status == DeadlineStatus.OPEN]
    return moves


MOVE = """
    WITH want AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(versions)s::int[], %(old_days)s::date[],
                             %(old_states)s::text[], %(days)s::date[], %(rules)s::uuid[], %(answers)s::int[])
            AS w (id, version, old_day, old_state, day, rule, answer)
    ),
    answers AS (
        SELECT number, text::jsonb AS reasons
        FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, number)
    ),
    moved AS (
        UPDATE stays_deadline d
        SET due_on = w.day, rule_id = w.rule, reasons = a.reasons, status = 'open', closed_at = NULL,
            version = d.version + 1, updated_at = %(at)s, moved_by_id = %(change)s
        FROM want w JOIN answers a ON a.number = w.answer
        WHERE d.id = w.id AND d.organisation_id = %(organisation)s AND d.version = w.version
        RETURNING d.id
    )
    INSERT INTO stays_deadlinehistory
        (organisation_id, deadline_id, version, due_on, status, reason, replaced_at, law_change_id)
    SELECT %(organisation)s, w.id, w.version, w.old_day, w.old_state, %(why)s, %(at)s, %(change)s
    FROM want w JOIN moved USING (id)
"""
CANCEL = """
    WITH want AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(versions)s::int[], %(old_days)s::date[],
                             %(old_states)s::text[])
            AS w (id, version, old_day, old_state)
    ),
    closed AS (
        UPDATE stays_deadline d
        SET status = 'cancelled', closed_at = %(at)s, version = d.version + 1, updated_at = %(at)s,
            moved_by_id = %(change)s
        FROM want w
        WHERE d.id = w.id AND d.organisation_id = %(organisation)s AND d.version = w.version
        RETURNING d.id
    )
    INSERT INTO stays_deadlinehistory
        (organisation_id, deadline_id, version, due_on, status, reason, replaced_at, law_change_id)
    SELECT %(organisation)s, w.id, w.version, w.old_day, w.old_state, %(why)s, %(at)s, %(change)s
    FROM want w JOIN closed USING (id)
"""
WRITE = """
    INSERT INTO stays_deadline
        (id, organisation_id, version, created_at, updated_at, person_id, arrival_id, country, kind, due_on,
         status, who, rule_id, reasons, assigned_to_id, moved_by_id)
    SELECT gen_random_uuid(), %(organisation)s, 1, %(at)s, %(at)s, w.person, w.arrival, %(country)s, w.kind,
           w.day, 'open', w.who, w.rule, a.reasons,
           (SELECT o.assigned_to_id FROM stays_deadline o
            WHERE o.organisation_id = %(organisation)s AND o.person_id = w.person
              AND o.assigned_to_id IS NOT NULL
            ORDER BY o.created_at DESC LIMIT 1),
           %(change)s
    FROM unnest(%(people)s::uuid[], %(arrivals)s::uuid[], %(kinds)s::text[], %(whos)s::text[],
                %(days)s::date[], %(rules)s::uuid[], %(answers)s::int[])
        AS w (person, arrival, kind, who, day, rule, answer)
    JOIN unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, number) ON t.number = w.answer
    CROSS JOIN LATERAL (SELECT t.text::jsonb AS reasons) a
"""


def write(moves: Moves, *, organisation_id: UUID, country: str, change: UUID, why: str, at: datetime) -> None:
    """One statement for each of the three, however many rows."""
    fixed: dict[str, Any] = {"organisation": organisation_id, "change": change, "why": why, "at": at}
    with connection.cursor() as cursor:
        if moves.moved:
            texts, answers = _answers(duty for _, duty in moves.moved)
            cursor.execute(
                MOVE,
                fixed
                | _standing(end for end, _ in moves.moved)
                | _duties(duty for _, duty in moves.moved)
                | {"texts": texts, "answers": answers},
            )
        if moves.cancelled:
            cursor.execute(CANCEL, fixed | _standing(moves.cancelled))
        if moves.written:
            texts, answers = _answers(duty for _, duty in moves.written)
            cursor.execute(
                WRITE,
                fixed
                | _duties(duty for _, duty in moves.written)
                | {
                    "country": country, "texts": texts, "answers": answers,
                    "people": [stay.person_id for stay, _ in moves.written],
                    "arrivals": [stay.id for stay, _ in moves.written],
                    "kinds": [str(duty.kind) for _, duty in moves.written],
                    "whos": [duty.who for _, duty in moves.written],
                },
            )  # fmt: skip


def _standing(ends: Iterable[Standing]) -> dict[str, list[Any]]:
    rows = [(end.id, end.version, end.due_on, end.status) for end in ends]
    return dict(
        zip(("ids", "versions", "old_days", "old_states"), map(list, zip(*rows, strict=True)), strict=True)
    )


def _duties(duties: Iterable[Duty]) -> dict[str, list[Any]]:
    rows = [(duty.due_on, duty.rule_id) for duty in duties]
    return dict(zip(("days", "rules"), map(list, zip(*rows, strict=True)), strict=True))


def _answers(duties: Iterable[Duty]) -> tuple[list[str], list[int]]:
    """Each text once, and for each duty the number of its text (from 1): most stays share theirs."""
    texts: dict[str, int] = {}
    seen: dict[int, int] = {}
    numbers = []
    for duty in duties:
        number = seen.get(id(duty))
        if number is None:
            text = dumps(duty.reasons, default=str)
            number = seen[id(duty)] = texts.setdefault(text, len(texts) + 1)
        numbers.append(number)
    return list(texts), numbers
