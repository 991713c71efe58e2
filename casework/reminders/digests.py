"""A caseworker's day in one letter: what is not urgent is told together once it would be many letters.

Bundling is by level, like planning: any tick finds what is due and not yet bundled. A row is bundled or it is
told singly, never both; it is sent in the moment in which its digest is marked sent.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.audit.actors import system
from casework.audit.operations import RECORD_EACH, record
from casework.reminders import policies
from casework.reminders.agreed import POLICY, POLICY_OF_DEADLINE
from casework.reminders.models import Reminder, State
from casework.reminders.wanted import WHY_NOT, ZONE, Desk, parameters

# Told at once whatever else the day brings. `r` is the reminder. What passed long before anybody wrote it
# down, or before a new law said so, is not: an old list, or a law, would be as many letters.
URGENT = """
    (r.by_hand OR r.occasion = 'passed' AND r.day >= %(own_today)s::date - %(urgent_days)s
     OR r.occasion = 'offset' AND r.offset_days <= %(urgent_days)s
     OR r.occasion = 'moved'
        AND r.day BETWEEN %(own_today)s::date - %(urgent_days)s AND %(own_today)s::date + %(urgent_days)s)
"""
# Who has more to hear today than a few single letters.
CROWDED = f"""
    SELECT r.recipient
    FROM reminders_reminder r
    WHERE r.organisation_id = %(organisation)s AND r.recipient_kind = 'caseworker'
      AND r.digest_id IS NULL AND r.occasion <> 'digest' AND NOT {URGENT}
      AND (r.state = 'pending' AND r.send_after <= %(now)s OR r.state = 'sent' AND r.sent_at >= %(midnight)s)
    GROUP BY r.recipient
    HAVING count(*) > %(singly)s AND bool_or(r.state = 'pending')
"""  # noqa: S608 (our own fragment)
# What waits for a digest of this recipient.
WAITING = f"""
    r.organisation_id = %(organisation)s AND r.recipient_kind = 'caseworker' AND r.recipient = %(recipient)s
    AND r.digest_id IS NULL AND r.occasion <> 'digest' AND r.state = 'pending'
    AND r.send_after <= %(now)s::timestamptz AND NOT {URGENT}
"""
_OPEN = """
    INSERT INTO reminders_reminder
        (id, organisation_id, version, created_at, updated_at, occasion, day, recipient_kind, recipient,
         channel, send_after, state, attempts, message_id, last_error)
    SELECT gen_random_uuid(), %(organisation)s, 1, %(now)s, %(now)s, 'digest', d.day, 'caseworker',
           %(recipient)s, 'mail', d.send_after, 'pending', 0, '', ''
"""
# All that is due goes into today's digest as long as that has not left.
OPEN_TODAY = f"""
    {_OPEN} FROM (VALUES (%(own_today)s::date, %(now)s::timestamptz)) AS d (day, send_after)
    ON CONFLICT DO NOTHING
"""
BUNDLE_TODAY = f"""
    WITH digest AS (
        SELECT id FROM reminders_reminder
        WHERE organisation_id = %(organisation)s AND occasion = 'digest' AND recipient = %(recipient)s
          AND day = %(own_today)s::date AND state = 'pending'
        FOR NO KEY UPDATE SKIP LOCKED
    ),
    due AS (SELECT r.id FROM reminders_reminder r WHERE {WAITING} FOR UPDATE SKIP LOCKED)
    UPDATE reminders_reminder r
    SET digest_id = digest.id, version = r.version + 1, updated_at = %(now)s
    FROM due, digest WHERE r.id = due.id
"""  # noqa: S608 (our own fragments)
# After it has left, each row waits for the next day that its policy leaves free, and for its hour. What would
# be urgent by then is told singly now.
_LATER = f"""
    WITH {POLICY},
    due AS (
        SELECT r.id, %(own_today)s::date + free.ahead AS day, policy.hour
        FROM reminders_reminder r
        JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
        JOIN policy ON {POLICY_OF_DEADLINE}
        CROSS JOIN LATERAL (
            SELECT min(n) AS ahead FROM generate_series(1, 7) AS n
            WHERE NOT extract(isodow FROM %(own_today)s::date + n)::smallint = ANY(policy.quiet_days)
        ) free
        WHERE {WAITING}
          AND (r.occasion = 'passed' OR d.due_on < %(own_today)s::date - %(urgent_days)s
               OR %(own_today)s::date + free.ahead <= d.due_on - %(urgent_days)s)
          AND EXISTS (
              SELECT FROM reminders_reminder t
              WHERE t.organisation_id = %(organisation)s AND t.occasion = 'digest' AND t.state <> 'pending'
                AND t.day = %(own_today)s::date AND t.recipient = %(recipient)s
          )
        FOR UPDATE OF r SKIP LOCKED
    )
"""  # noqa: S608 (our own fragments)
# Of several hours the latest: nothing is told before the hour that was agreed on for it.
OPEN_LATER = f"""
    {_LATER} {_OPEN}
    FROM (SELECT day, (day + max(hour)) AT TIME ZONE %(own_zone)s AS send_after FROM due GROUP BY day) d
    ON CONFLICT ON CONSTRAINT reminder_once DO UPDATE
    SET send_after = excluded.send_after, version = reminders_reminder.version + 1, updated_at = %(now)s
    WHERE reminders_reminder.state = 'pending' AND reminders_reminder.attempts = 0
      AND NOT reminders_reminder.by_hand AND reminders_reminder.send_after < excluded.send_after
"""  # noqa: S608 (our own fragments)
BUNDLE_LATER = f"""
    {_LATER}
    UPDATE reminders_reminder r
    SET digest_id = digest.id, version = r.version + 1, updated_at = %(now)s
    FROM due JOIN reminders_reminder digest ON digest.day = due.day
    WHERE r.id = due.id AND digest.organisation_id = %(organisation)s AND digest.occasion = 'digest'
      AND digest.recipient = %(recipient)s AND digest.state = 'pending'
"""  # noqa: S608 (our own fragments)
# What a digest still has to tell, and why not the rest, which ends here. Held until the transaction does.
INSIDE = f"""
    WITH {ZONE},
    inside AS (
        SELECT r.id, {WHY_NOT} AS why
        FROM reminders_reminder r
        JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
        LEFT JOIN zone ON zone.country = d.country
        WHERE r.organisation_id = %(organisation)s AND r.digest_id = %(digest)s AND r.state = 'pending'
        ORDER BY r.id FOR UPDATE OF r
    ),
    gone AS (
        UPDATE reminders_reminder r
        SET state = 'superseded', last_error = inside.why, version = r.version + 1, updated_at = %(now)s
        FROM inside WHERE r.organisation_id = %(organisation)s AND r.id = inside.id AND inside.why IS NOT NULL
    )
    SELECT id, why FROM inside
"""  # noqa: S608 (our own fragments)
MARK_TOLD = f"""
    WITH told AS (
        UPDATE reminders_reminder
        SET state = 'sent', sent_at = %(now)s, message_id = %(message_id)s, version = version + 1,
            updated_at = %(now)s
        WHERE organisation_id = %(organisation)s AND digest_id = %(digest)s AND state = 'pending'
        RETURNING id, jsonb_build_object('deadline', deadline_id, 'occasion', occasion) AS about
    )
    {RECORD_EACH.format(action="'reminder.sent'", object_type="'reminder'", rows="told")}
"""  # noqa: S608 (our own fragments)


def bundle(desk: Desk, now: datetime) -> int:
    """Rows that from now on wait for a digest. Inside a transaction that acts for the desk's organisation."""
    values = _values(desk, now)
    bundled = 0
    with connection.cursor() as cursor:
        cursor.execute(CROWDED, values)
        for (recipient,) in cursor.fetchall():
            asked = {**values, "recipient": recipient}
            for opened, bundling in ((OPEN_TODAY, BUNDLE_TODAY), (OPEN_LATER, BUNDLE_LATER)):
                cursor.execute(opened, asked)
                cursor.execute(bundling, asked)
                bundled += cursor.rowcount
    return bundled


def settle(digest_id: UUID, desk: Desk, now: datetime) -> set[UUID]:
    """The rows that the digest tells; what is out of date or another's by now is superseded here."""
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, {**parameters(desk, now), "digest": digest_id})
        rows: list[tuple[UUID, str | None]] = cursor.fetchall()
    gone = sum(1 for _, why in rows if why)
    if gone:
        record(
            by=system("reminders", desk.organisation_id), action="reminder.superseded",
            object_type="reminder", object_id=digest_id, at=now, about={"count": gone},
        )  # fmt: skip
    return {row_id for row_id, why in rows if not why}


def mark_told(digest: Reminder, now: datetime) -> None:
    """In the transaction that marks the digest itself."""
    by = system("reminders", digest.organisation_id)
    values: dict[str, Any] = {
        "organisation": digest.organisation_id, "digest": digest.pk, "message_id": digest.message_id,
        "now": now, "actor_kind": by.kind, "actor": by.id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(MARK_TOLD, values)


def told_in(digest: Reminder) -> list[Reminder]:
    """The rows that wait for it, held."""
    rows = Reminder.objects.select_for_update(of=("self",)).filter(
        organisation_id=digest.organisation_id, digest_id=digest.pk, state=State.PENDING
    )
    return list(rows.order_by("pk"))


def _values(desk: Desk, now: datetime) -> dict[str, Any]:
    own = parameters(desk, now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT today, today::timestamp AT TIME ZONE %(own_zone)s
            FROM (SELECT (%(now)s::timestamptz AT TIME ZONE %(own_zone)s)::date AS today) AS t
            """,
            own,
        )
        own_today, midnight = cursor.fetchone()
    return own | {
        "own_today": own_today, "midnight": midnight, "urgent_days": policies.URGENT_DAYS,
        "singly": policies.TOLD_SINGLY,
    }  # fmt: skip
