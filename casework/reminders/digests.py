"""A caseworker's day in one letter: what is not urgent is told together once it would be many letters.

Bundling is by level, like planning: any tick finds what is due and not yet bundled. A row is bundled or it is
told singly, never both; it is sent in the moment in which its digest is marked sent.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.audit.actors import system
from casework.audit.operations import record
from casework.reminders import policies
from casework.reminders.agreed import POLICY, POLICY_OF_DEADLINE
from casework.reminders.models import Reminder, State
from casework.reminders.wanted import OUT_OF_DATE, Desk, parameters

# Told at once whatever else the day brings. `r` is the reminder. What passed long before anybody wrote it
# down is not: the import of an old list would be as many letters.
URGENT = """
    (r.by_hand OR r.occasion = 'passed' AND r.day >= %(own_today)s::date - %(urgent_days)s
     OR r.occasion = 'offset' AND r.offset_days <= %(urgent_days)s
     OR r.occasion = 'moved' AND r.day <= %(own_today)s::date + %(urgent_days)s)
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
          AND (r.occasion = 'passed' OR %(own_today)s::date + free.ahead <= d.due_on - %(urgent_days)s)
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
# What a digest still has to tell, and why not the rest. Held until it is settled.
INSIDE = f"""
    WITH zone (country, name) AS (SELECT * FROM unnest(%(countries)s::text[], %(zones)s::text[]))
    SELECT r.id, CASE WHEN r.recipient IS DISTINCT FROM coalesce(d.assigned_to_id, %(on_duty)s::uuid)
                      THEN 'handed over' ELSE {OUT_OF_DATE} END AS why
    FROM reminders_reminder r
    JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
    LEFT JOIN zone ON zone.country = d.country
    WHERE r.organisation_id = %(organisation)s AND r.digest_id = %(digest)s AND r.state = 'pending'
    ORDER BY d.due_on, r.id
    FOR UPDATE OF r
"""  # noqa: S608 (our own fragment)


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
    """The rows that the digest tells; what is out of date is superseded here."""
    with connection.cursor() as cursor:
        cursor.execute(INSIDE, {**parameters(desk, now), "digest": digest_id})
        rows: list[tuple[UUID, str | None]] = cursor.fetchall()
    for row_id, why in rows:
        if why:
            row = Reminder.objects.get(organisation_id=desk.organisation_id, pk=row_id)
            row.change(at=now, state=State.SUPERSEDED, last_error=why)
    gone = sum(1 for _, why in rows if why)
    if gone:
        _record(desk.organisation_id, now, "reminder.superseded", digest_id, gone)
    return {row_id for row_id, why in rows if not why}


def mark_told(digest: Reminder, now: datetime) -> None:
    """In the transaction that marks the digest itself."""
    for row in told_in(digest):
        row.change(at=now, state=State.SENT, sent_at=now, message_id=digest.message_id)
        _record(digest.organisation_id, now, "reminder.sent", row.pk, 1, deadline=row.deadline_id)


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


def _record(organisation_id: UUID, now: datetime, action: str, row: UUID, count: int, **about: Any) -> None:
    by = system("reminders", organisation_id)
    about = {"count": count, **about}
    record(by=by, action=action, object_type="reminder", object_id=row, at=now, about=about)
