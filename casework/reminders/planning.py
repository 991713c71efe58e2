"""By level, not by event: what ought to be in the ledger is compared with what is.

A tick looks at the deadlines whose version is ahead of the one planned: a partial index holds these and no
others, so a tick with nothing to do costs the same however many deadlines are open. Everything else that can
make a row due (an address, another caseworker on duty, a row lost) is found by comparing all that is due with
the ledger, each minute. There is no watermark: any later tick heals a missed one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.audit.actors import system
from casework.audit.operations import record
from casework.reminders import policies
from casework.reminders.models import Policy
from casework.reminders.wanted import (
    MAY_COME_BACK,
    NOT_YET,
    OUT_OF_DATE,
    UNDONE,
    WANTED,
    WANTED_OF,
    ZONE,
    Desk,
    due_parameters,
    parameters,
)

# Locked until the marks are made: nobody moves a deadline while it is planned, and no two plan the same one.
# Whoever holds a row now leaves a new version behind, or nothing: the next tick finds out.
TO_PLAN = """
    SELECT d.id FROM stays_deadline d
    WHERE d.organisation_id = %(organisation)s AND d.planned_version < d.version
    ORDER BY d.due_on LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
"""
TO_HEAL = f"""
    WITH {WANTED},
    lost AS (
        SELECT DISTINCT w.deadline_id FROM wanted w
        WHERE w.state = 'pending' AND w.send_after <= %(now)s::timestamptz AND {NOT_YET}
    )
    SELECT d.id FROM stays_deadline d
    WHERE d.organisation_id = %(organisation)s AND d.id IN (SELECT deadline_id FROM lost)
    ORDER BY d.due_on LIMIT %(most)s FOR NO KEY UPDATE OF d SKIP LOCKED
"""  # noqa: S608 (our own fragments)

# What stands already is left to the unique index: a join with the ledger has no good estimate while it grows.
INSERT = f"""
    WITH {WANTED_OF}
    INSERT INTO reminders_reminder
        (id, organisation_id, version, created_at, updated_at, occasion, deadline_id, deadline_version, day,
         offset_days, recipient_kind, recipient, channel, send_after, state, attempts, message_id, last_error)
    SELECT gen_random_uuid(), %(organisation)s, 1, %(now)s, %(now)s, occasion, deadline_id, version, day,
           offset_days, kind, recipient, channel, send_after, state, 0, '',
           CASE state WHEN 'superseded' THEN 'told with another' ELSE '' END
    FROM wanted
    ON CONFLICT ON CONSTRAINT reminder_once DO NOTHING
"""  # noqa: S608 (our own fragments)

STANDING = """
    SELECT FROM reminders_reminder
    WHERE organisation_id = %(organisation)s AND deadline_id = ANY(%(deadlines)s) LIMIT 1
"""
# What is there already and a change of policy, or a case that came back, makes different: wanted again, at
# another hour, with another. Due rows keep their moment: a pause after a failure, or somebody's "now".
ALTERED = f"""
    SELECT DISTINCT r.deadline_id FROM reminders_reminder r
    WHERE r.organisation_id = %(organisation)s AND r.deadline_id = ANY(%(deadlines)s)
      AND r.state IN ('pending', 'superseded')
      AND (r.state = 'superseded' AND r.last_error IN {UNDONE}
           OR r.created_at < (SELECT max(p.updated_at) FROM reminders_policy p
                              WHERE p.organisation_id = %(organisation)s))
"""  # noqa: S608 (our own fragments)
ALTER = f"""
    WITH {WANTED_OF}
    UPDATE reminders_reminder r
    SET state = w.state, send_after = w.send_after, recipient_kind = w.kind,
        last_error = CASE w.state WHEN 'superseded' THEN 'told with another' ELSE '' END, digest_id = NULL,
        version = r.version + 1, updated_at = %(now)s
    FROM wanted w
    WHERE r.organisation_id = %(organisation)s AND r.deadline_id = ANY(%(deadlines)s)
      AND r.deadline_id = w.deadline_id AND r.deadline_version = w.version AND r.occasion = w.occasion
      AND r.day = w.day AND r.offset_days IS NOT DISTINCT FROM w.offset_days
      AND r.recipient = w.recipient AND r.channel = w.channel
      AND CASE r.state
          WHEN 'pending' THEN r.attempts = 0 AND r.send_after > %(now)s::timestamptz
                              AND (r.state, r.send_after) <> (w.state, w.send_after)
          WHEN 'superseded' THEN r.last_error IN {UNDONE}
               OR r.last_error = 'told with another' AND w.state = 'pending'
                  AND (w.send_after > %(now)s::timestamptz OR {MAY_COME_BACK})
          ELSE false END
"""  # noqa: S608 (our own fragments)

# What another worker holds is left to its fence. `{which}` narrows the pending rows.
_STALE = f"""
    WITH {ZONE}
    SELECT r.id, {OUT_OF_DATE} AS why
    FROM reminders_reminder r
    JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
    LEFT JOIN zone ON zone.country = d.country
    WHERE r.organisation_id = %(organisation)s AND r.state = 'pending' AND {{which}}
      AND {OUT_OF_DATE} IS NOT NULL
    FOR UPDATE OF r SKIP LOCKED
"""  # noqa: S608 (our own fragments)
# Said of both tables, for PostgreSQL does not conclude it of the other.
STALE_OF = _STALE.format(which="r.deadline_id = ANY(%(deadlines)s) AND d.id = ANY(%(deadlines)s)")
STALE_DUE = _STALE.format(which="r.send_after <= %(now)s::timestamptz")
# Days before that passed while nothing was sent, with a later one due as well: that one speaks for them.
OUTDONE = """
    SELECT r.id, 'told with another'
    FROM reminders_reminder r
    WHERE r.organisation_id = %(organisation)s AND r.state = 'pending' AND r.occasion = 'offset'
      AND r.send_after <= %(now)s::timestamptz
      AND EXISTS (
          SELECT FROM reminders_reminder later
          WHERE later.organisation_id = r.organisation_id AND later.deadline_id = r.deadline_id
            AND later.deadline_version = r.deadline_version AND later.recipient = r.recipient
            AND later.channel = r.channel AND later.day > r.day
            AND later.state IN ('pending', 'claimed', 'in_flight', 'sent')
            AND later.occasion IN ('offset', 'passed') AND later.send_after <= %(now)s::timestamptz
      )
    FOR UPDATE OF r SKIP LOCKED
"""
SUPERSEDE = """
    UPDATE reminders_reminder r
    SET state = 'superseded', last_error = stale.why, version = r.version + 1, updated_at = %(now)s
    FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS stale (id, why)
    WHERE r.organisation_id = %(organisation)s AND r.id = stale.id
"""

MARK = """
    UPDATE stays_deadline SET planned_version = version
    WHERE organisation_id = %(organisation)s AND id = ANY(%(deadlines)s) AND planned_version < version
"""

# A policy whose last change the open deadlines have not all heard of; the nearest of them first, and all of a
# day together, so that a day is all that has to be remembered.
TO_REPLAN = """
    SELECT id, kind, version, replanned_to FROM reminders_policy
    WHERE organisation_id = %(organisation)s AND replanned_version < version
    ORDER BY updated_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# Every kind without its own policy hears of the general one; a kind more would find nothing to change.
OF_KIND = """
    d.organisation_id = %(organisation)s AND d.status = 'open' AND %(kind)s IN ('', d.kind)
    AND (%(replanned_to)s::date IS NULL OR d.due_on > %(replanned_to)s::date)
"""
NEXT_DAY = f"""
    SELECT max(due_on) FROM (
        SELECT d.due_on FROM stays_deadline d WHERE {OF_KIND} ORDER BY d.due_on LIMIT %(most)s
    ) following
"""  # noqa: S608 (our own fragments)
UNMARK = f"""
    UPDATE stays_deadline d SET planned_version = 0 WHERE {OF_KIND}
      AND d.due_on <= %(up_to)s::date AND d.planned_version <> 0
"""  # noqa: S608 (our own fragments)


def replan(desk: Desk, now: datetime, most: int = policies.PLANNED_AT_ONCE) -> bool:
    """Give up to so many open deadlines, and the rest of their last day, to the planner again, where a policy
    of theirs has changed. False: no change is left to spread.
    """
    with connection.cursor() as cursor:
        cursor.execute(TO_REPLAN, {"organisation": desk.organisation_id})
        changed = cursor.fetchone()
        if changed is None:
            return False
        policy, kind, version, replanned_to = changed
        values = {"organisation": desk.organisation_id, "kind": kind, "replanned_to": replanned_to}
        cursor.execute(NEXT_DAY, {**values, "most": most})
        up_to = cursor.fetchone()[0]
        if up_to is not None:
            cursor.execute(UNMARK, {**values, "up_to": up_to})
    ours = Policy.objects.filter(organisation_id=desk.organisation_id, pk=policy)
    if up_to is None:
        ours.update(replanned_version=version, replanned_to=None)
    else:
        ours.update(replanned_to=up_to)
    return True


def plan(desk: Desk, now: datetime, most: int = policies.PLANNED_AT_ONCE) -> int:
    """The rows of up to so many deadlines whose version nobody has planned. How many deadlines.

    Inside a transaction that acts for the desk's organisation, like the others; `now` is the database's.
    """
    return _plan(desk, now, TO_PLAN, {**parameters(desk, now), "most": most})


def heal(desk: Desk, now: datetime, most: int = policies.PLANNED_AT_ONCE) -> int:
    """The rows of up to so many deadlines that have one due and not in the ledger. How many deadlines."""
    return _plan(desk, now, TO_HEAL, {**due_parameters(desk, now), "most": most})


def supersede_due(desk: Desk, now: datetime) -> None:
    """What is due and must not go out any more: the fence would say so too, one row at a time."""
    _supersede(desk, now, STALE_DUE, parameters(desk, now))
    _supersede(desk, now, OUTDONE, parameters(desk, now))


def _plan(desk: Desk, now: datetime, which: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(which, values)
        deadlines = [row[0] for row in cursor.fetchall()]
    if deadlines:
        _plan_these(desk, now, deadlines)
    return len(deadlines)


def _plan_these(desk: Desk, now: datetime, deadlines: Sequence[UUID]) -> None:
    values = {**parameters(desk, now), "deadlines": deadlines}
    _mend_what_stands(desk, now, values)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values)
        planned = cursor.rowcount
        cursor.execute(MARK, values)
    _record(desk, now, "reminder.planned", planned)


def _mend_what_stands(desk: Desk, now: datetime, values: dict[str, Any]) -> None:
    """What the ledger has of these deadlines already; of new ones it has nothing."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, values)
        if cursor.fetchone() is None:
            return
    _supersede(desk, now, STALE_OF, values)
    with connection.cursor() as cursor:
        cursor.execute(ALTERED, values)
        altered = [row[0] for row in cursor.fetchall()]
        if altered:
            cursor.execute(ALTER, {**values, "deadlines": altered})


def _supersede(desk: Desk, now: datetime, which: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(which, values)
        stale = cursor.fetchall()
        if stale:
            ids, reasons = map(list, zip(*stale, strict=True))
            cursor.execute(SUPERSEDE, {**values, "ids": ids, "reasons": reasons})
            _record(desk, now, "reminder.superseded", cursor.rowcount)


def _record(desk: Desk, now: datetime, action: str, count: int) -> None:
    if count:
        by = system("reminders", desk.organisation_id)
        record(by=by, action=action, object_type="reminder", at=now, about={"count": count})
