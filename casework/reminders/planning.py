"""By level, not by event: what ought to be in the ledger is compared with what is.

Any later tick heals a missed one.
"""

from datetime import datetime

from django.db import connection

from casework.audit.actors import system
from casework.audit.operations import record
from casework.reminders.wanted import NOT_YET, OUT_OF_DATE, WANTED, Desk, parameters

# In one order, so that two planners wait for each other and never in a circle.
INSERT = f"""
    WITH {WANTED}
    INSERT INTO reminders_reminder
        (id, organisation_id, version, created_at, updated_at, occasion, deadline_id, deadline_version, day,
         offset_days, recipient_kind, recipient, channel, send_after, state, attempts, message_id, last_error)
    SELECT gen_random_uuid(), %(organisation)s, 1, %(now)s, %(now)s, occasion, deadline_id, version, day,
           offset_days, kind, recipient, 'mail', send_after, state, 0, '',
           CASE state WHEN 'superseded' THEN 'told with another' ELSE '' END
    FROM wanted w WHERE {NOT_YET}
    ORDER BY deadline_id, recipient, offset_days
    ON CONFLICT DO NOTHING
"""  # noqa: S608 (our own fragments)

# What another worker holds is left to its fence.
SUPERSEDE = f"""
    WITH zone (country, name) AS (SELECT * FROM unnest(%(countries)s::text[], %(zones)s::text[])),
    stale AS (
        SELECT r.id, {OUT_OF_DATE} AS why
        FROM reminders_reminder r
        JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
        LEFT JOIN zone ON zone.country = d.country
        WHERE r.organisation_id = %(organisation)s AND r.state = 'pending' AND {OUT_OF_DATE} IS NOT NULL
        FOR UPDATE OF r SKIP LOCKED
    )
    UPDATE reminders_reminder r
    SET state = 'superseded', last_error = stale.why, version = r.version + 1, updated_at = %(now)s
    FROM stale WHERE r.id = stale.id
"""  # noqa: S608 (our own fragments)


def plan(desk: Desk, now: datetime) -> int:
    """Supersede what is out of date, insert what is missing. The number of new rows.

    Inside a transaction that acts for the desk's organisation; `now` is the database's.
    """
    values = parameters(desk, now)
    with connection.cursor() as cursor:
        cursor.execute(SUPERSEDE, values)
        superseded = cursor.rowcount
        cursor.execute(INSERT, values)
        planned: int = cursor.rowcount
    for action, count in (("reminder.superseded", superseded), ("reminder.planned", planned)):
        if count:
            record(
                by=system("reminders", desk.organisation_id),
                action=action,
                object_type="reminder",
                at=now,
                about={"count": count},
            )
    return planned
