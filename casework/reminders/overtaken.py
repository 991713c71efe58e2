"""Tasks of the ledger that speak of a deadline as it no longer is: found by level, each minute."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from casework.stays.models import DeadlineStatus


@dataclass(frozen=True)
class Overtaken:
    """An open task, and its deadline as it is now."""

    task_id: UUID
    due_on: date
    status: DeadlineStatus
    said: bool  # an answer: somebody still has to look at it


# What the ledger found out by itself is told or found out anew for each version. What somebody said stays,
# and only its day follows. A missed day leaves all as it was: the person has still to be reached.
OVERTAKEN = """
    WITH key AS (
        SELECT id, due_on, split_part(subject_key, ':', 1) AS cause,
               split_part(subject_key, ':', 2) AS deadline, split_part(subject_key, ':', 3) AS version
        FROM cases_task WHERE organisation_id = %(organisation)s AND status = 'open'
    ),
    about AS MATERIALIZED (
        SELECT id, due_on, version, cause IN ('done', 'left') AS said,
               CASE WHEN deadline ~ '^[0-9a-f-]{36}$' THEN deadline::uuid END AS deadline_id
        FROM key WHERE cause IN ('no_address', 'no_answer', 'reminder_dead', 'done', 'left')
    )
    SELECT t.id, d.due_on, d.status, t.said
    FROM about t JOIN stays_deadline d ON d.organisation_id = %(organisation)s AND d.id = t.deadline_id
    WHERE CASE WHEN t.said THEN d.status = 'open' AND t.due_on <> d.due_on
               WHEN d.status = 'open' THEN d.version::text <> t.version
               ELSE d.status <> 'missed' END
    ORDER BY d.due_on, t.id LIMIT %(most)s
"""


def overtaken(organisation_id: UUID, most: int) -> list[Overtaken]:
    """Inside a transaction that acts for the organisation."""
    with connection.cursor() as cursor:
        cursor.execute(OVERTAKEN, {"organisation": organisation_id, "most": most})
        return [
            Overtaken(task, day, DeadlineStatus(status), said)
            for task, day, status, said in cursor.fetchall()
        ]
