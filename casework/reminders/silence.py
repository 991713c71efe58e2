"""Who was told and has not answered while the day comes near."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from casework.reminders import policies
from casework.reminders.wanted import ANSWERED, OPEN_DEADLINES, Desk, parameters


@dataclass(frozen=True)
class Unanswered:
    """A deadline whose person was told in good time and says nothing, and that is nobody's task yet."""

    deadline_id: UUID
    version: int
    person_id: UUID
    due_on: date

    @property
    def subject_key(self) -> str:
        return f"no_answer:{self.deadline_id}:{self.version}"


UNANSWERED = f"""
    WITH {OPEN_DEADLINES}
    SELECT d.id, d.version, d.person_id, d.due_on FROM open_deadline d
    WHERE d.due_on BETWEEN d.host_today AND d.host_today + %(task_from)s::int
      AND NOT {ANSWERED.format("d.id", "d.version")}
      AND EXISTS (
        SELECT FROM reminders_reminder r
        WHERE r.organisation_id = %(organisation)s AND r.deadline_id = d.id AND r.deadline_version = d.version
          AND r.recipient_kind = 'person' AND r.state = 'sent'
          AND r.sent_at <= %(now)s::timestamptz - CASE
              WHEN d.due_on <= d.host_today + %(supervisor_from)s::int THEN %(time_at_last)s::interval
              ELSE %(time)s::interval END
      )
      AND NOT EXISTS (
        SELECT FROM cases_task t
        WHERE t.organisation_id = %(organisation)s
          AND t.subject_key = 'no_answer:' || d.id || ':' || d.version
      )
    ORDER BY d.due_on, d.id LIMIT %(most)s
"""  # noqa: S608 (our own fragments)


def unanswered(desk: Desk, now: datetime, most: int) -> list[Unanswered]:
    """Inside a transaction that acts for the desk's organisation."""
    values = parameters(desk, now) | {
        "horizon": now.date() + timedelta(days=policies.TASK_FROM + 2),
        "task_from": policies.TASK_FROM,
        "time": policies.TIME_TO_ANSWER,
        "time_at_last": policies.TIME_TO_ANSWER_AT_LAST,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(UNANSWERED, values)
        return [Unanswered(*row) for row in cursor.fetchall()]
