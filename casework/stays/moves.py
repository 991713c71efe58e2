"""What a walk over many stays changes, and nothing else: one statement a batch, however many rows."""

from collections.abc import Iterable
from datetime import date, datetime
from json import dumps
from typing import Any
from uuid import UUID

from django.db import connection

from casework.stays.batches import Group
from casework.stays.duties import Duty
from casework.stays.models import DeadlineKind

Found = list[tuple[Group, list[Duty]]]
STAY_END = (str(DeadlineKind.STAY_END), "person")

# Each stay with the number of its group, and what is asked of each group.
WANTED = """
    WITH want AS (
        SELECT s.arrival, s.person, g.number
        FROM unnest(%(arrivals)s::text[], %(people)s::text[]) WITH ORDINALITY AS g (arrivals, people, number)
        CROSS JOIN LATERAL unnest(g.arrivals::uuid[], g.people::uuid[]) AS s (arrival, person)
    ),
    duty AS MATERIALIZED (
        SELECT number, kind, who, day, rule, reasons::jsonb AS reasons
        FROM unnest(%(numbers)s::int[], %(kinds)s::text[], %(whos)s::text[], %(days)s::date[],
                    %(rules)s::uuid[], %(reasons)s::text[])
            AS d (number, kind, who, day, rule, reasons)
    )"""
# As `deadlines.refresh_deadlines` does it for one person: what a human closed stays closed; a deadline that
# nothing asks for any more is cancelled. Legal periods beyond the stay are no business of a stay rule. Where
# another moved a deadline meanwhile, its version says so.
WRITE = f"""{WANTED},
    standing AS MATERIALIZED (
        SELECT want.arrival, want.number, d.id, d.kind, d.who, d.version, d.due_on, d.status
        FROM want JOIN stays_deadline d ON d.arrival_id = want.arrival
        WHERE d.organisation_id = %(organisation)s AND d.kind IN ('stay_end', 'registration')
    ),
    changes AS MATERIALIZED (
        SELECT s.id, s.version, s.due_on, s.status, duty.day, duty.rule, duty.reasons
        FROM standing s LEFT JOIN duty USING (number, kind, who)
        WHERE s.status = 'open' AND s.due_on IS DISTINCT FROM duty.day
           OR s.status = 'cancelled' AND duty.day IS NOT NULL
    ),
    moved AS (
        UPDATE stays_deadline d
        SET due_on = coalesce(c.day, d.due_on),
            rule_id = CASE WHEN c.day IS NULL THEN d.rule_id ELSE c.rule END,
            reasons = CASE WHEN c.day IS NULL THEN d.reasons ELSE c.reasons END,
            status = CASE WHEN c.day IS NULL THEN 'cancelled' ELSE 'open' END,
            closed_at = CASE WHEN c.day IS NULL THEN %(at)s END,
            version = d.version + 1, updated_at = %(at)s, moved_by_id = %(change)s
        FROM changes c
        WHERE d.id = c.id AND d.organisation_id = %(organisation)s AND d.version = c.version
        RETURNING d.id
    ),
    kept AS (
        INSERT INTO stays_deadlinehistory
            (organisation_id, deadline_id, version, due_on, status, reason, replaced_at, law_change_id)
        SELECT %(organisation)s, c.id, c.version, c.due_on, c.status, %(why)s, %(at)s, %(change)s
        FROM changes c JOIN moved USING (id)
    ),
    written AS (
        INSERT INTO stays_deadline
            (id, organisation_id, version, created_at, updated_at, person_id, arrival_id, country, kind,
             due_on, status, who, rule_id, reasons, assigned_to_id, moved_by_id)
        SELECT gen_random_uuid(), %(organisation)s, 1, %(at)s, %(at)s, want.person, want.arrival,
               %(country)s, duty.kind, duty.day, 'open', duty.who, duty.rule, duty.reasons,
               (SELECT o.assigned_to_id FROM stays_deadline o
                WHERE o.organisation_id = %(organisation)s AND o.person_id = want.person
                  AND o.assigned_to_id IS NOT NULL
                ORDER BY o.created_at DESC LIMIT 1),
               %(change)s
        FROM want JOIN duty USING (number)
        WHERE NOT EXISTS (
            SELECT FROM standing s
            WHERE s.arrival = want.arrival AND s.kind = duty.kind AND s.who = duty.who
        )
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM moved) + (SELECT count(*) FROM written)
"""  # noqa: S608 (both parts stand here)
# The end of a stay as it stands and as it would be; what a human closed is left out.
LOOK = f"""{WANTED},
    affected AS (
        INSERT INTO stays_affectedstay
            (organisation_id, change_id, arrival_id, person_id, before_on, after_on)
        SELECT %(organisation)s, %(change)s, want.arrival, want.person, stands.due_on, duty.day
        FROM want
        LEFT JOIN duty USING (number)
        LEFT JOIN stays_deadline d
            ON d.organisation_id = %(organisation)s AND d.arrival_id = want.arrival
           AND d.kind = %(kind)s AND d.who = %(who)s
        CROSS JOIN LATERAL (SELECT CASE d.status WHEN 'open' THEN d.due_on END AS due_on) AS stands
        WHERE stands.due_on IS DISTINCT FROM duty.day
          AND (d.status IS NULL OR d.status NOT IN ('met', 'missed'))
        RETURNING before_on, after_on
    )
    SELECT before_on, after_on, count(*) FROM affected GROUP BY 1, 2
"""  # noqa: S608


def write(found: Found, *, organisation_id: UUID, country: str, change: UUID, why: str, at: datetime) -> int:
    """How many deadlines were moved, cancelled or written."""
    told: dict[str, Any] = {
        "organisation": organisation_id,
        "country": country,
        "change": change,
        "why": why,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, told | _asked(found, found))
        return int(cursor.fetchone()[0])


def look(found: Found, *, organisation_id: UUID, change: UUID) -> dict[tuple[date | None, date | None], int]:
    """Keeps the stays whose end would move; how many move from which day to which. None: no day known."""
    ends = [
        (group, [duty for duty in duties if (duty.kind, duty.who) == STAY_END]) for group, duties in found
    ]
    told: dict[str, Any] = {
        "organisation": organisation_id,
        "change": change,
        "kind": STAY_END[0],
        "who": STAY_END[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOK, told | _asked(found, ends))
        return {(before, after): stays for before, after, stays in cursor.fetchall()}


def _asked(groups: Found, wanted: Iterable[tuple[Group, list[Duty]]]) -> dict[str, Any]:
    """Groups are numbered from 1, as PostgreSQL counts."""
    duties = [(number, duty) for number, (_, asked) in enumerate(wanted, 1) for duty in asked]
    return {
        "arrivals": [group.arrivals for group, _ in groups],
        "people": [group.people for group, _ in groups],
        "numbers": [number for number, _ in duties],
        "kinds": [str(duty.kind) for _, duty in duties],
        "whos": [duty.who for _, duty in duties],
        "days": [duty.due_on for _, duty in duties],
        "rules": [duty.rule_id for _, duty in duties],
        "reasons": [dumps(duty.reasons, default=str) for _, duty in duties],
    }
