"""Which rows the ledger ought to hold at a moment, as SQL: for the planner and the reconciler.

Every fragment takes the parameters of `parameters()` and reads only the organisation acted for.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from casework.people import countries
from casework.reminders import policies
from casework.reminders.agreed import (
    NO_LONGER_AGREED,
    POLICY,
    POLICY_OF_DEADLINE,
    not_on_a_quiet_day_but_after,
    not_on_a_quiet_day_but_before,
)
from casework.stays.models import DeadlineKind
from casework.stays.zones import zone_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """Who stands in at an organisation where a deadline names nobody, and the clock on its wall."""

    organisation_id: UUID
    time_zone: str
    on_duty: UUID | None


ZONE = "zone (country, name) AS (SELECT * FROM unnest(%(countries)s::text[], %(zones)s::text[]))"

# `{some}` narrows them further.
_OPEN_DEADLINES = f"""
    {POLICY},
    {ZONE},
    open_deadline AS (
        SELECT d.id, d.version, d.due_on, d.person_id, zone.name AS host_zone,
               coalesce(d.assigned_to_id, %(on_duty)s::uuid) AS caseworker_id,
               (%(now)s::timestamptz AT TIME ZONE coalesce(zone.name, 'UTC'))::date AS host_today,
               (d.updated_at AT TIME ZONE coalesce(zone.name, 'UTC'))::date AS written_on,
               d.moved_by_id IS NOT NULL AS moved,
               policy.offsets, policy.after, policy.tells_person, policy.tells_caseworker,
               policy.tells_supervisor, policy.hour, policy.quiet_days
        FROM stays_deadline d LEFT JOIN zone ON zone.country = d.country
        JOIN policy ON {POLICY_OF_DEADLINE}
        WHERE d.organisation_id = %(organisation)s AND d.status = 'open'
          AND (d.due_on <= %(horizon)s OR d.moved_by_id IS NOT NULL){{some}}
    )
"""  # noqa: S608 (our own fragments)
OPEN_DEADLINES = _OPEN_DEADLINES.format(some="")

# A day that lay in the past when it was written is news for the caseworker only.
CONCERNS_OTHERS = "(d.due_on >= d.host_today OR d.due_on >= d.written_on)"

# Who stands in for all who supervise: the one who has been here longest.
SUPERVISOR = """
    SELECT id FROM accounts_user
    WHERE organisation_id = %(organisation)s AND role = 'supervisor' AND is_active AND email <> ''
    ORDER BY date_joined, id LIMIT 1
"""

_OF_DEADLINE = """
    d.id, d.version, d.due_on, d.moved, d.host_today, coalesce(d.host_zone, 'UTC') AS host_zone,
    d.offsets, d.after, d.hour, d.quiet_days
"""
# Whoever has answered is told no more of this version.
ANSWERED = """EXISTS (
        SELECT FROM reminders_answer a
        WHERE a.organisation_id = %(organisation)s AND a.deadline_id = {} AND a.deadline_version = {}
    )"""

# A task about the person's silence, or that no mail reaches them, which nobody has done yet.
NOBODY_HAS_REACHED = """EXISTS (
        SELECT FROM cases_task t
        WHERE t.organisation_id = %(organisation)s AND t.status = 'open' AND t.subject_key IN (
            'no_answer:' || {0} || ':' || {1}, 'no_address:' || {0} || ':' || {1},
            'reminder_dead:' || {0} || ':' || {1} || ':' || {2}
        )
    )"""

# Why a row was taken back that may stop being so.
UNDONE = "('policy changed', 'handed over', 'taken care of')"
_WANTED = f"""
    recipient AS (
        SELECT {_OF_DEADLINE}, 'person' AS kind, p.id AS recipient, coalesce(d.host_zone, 'UTC') AS zone,
               'mail' AS channel, NULL::smallint AS furthest
        FROM open_deadline d
        JOIN people_person p ON p.organisation_id = %(organisation)s AND p.id = d.person_id
        WHERE d.tells_person AND p.email <> '' AND {CONCERNS_OTHERS}
          AND NOT {ANSWERED.format("d.id", "d.version")}
        UNION ALL
        -- The second address: near the day, and for everything once the first has failed.
        SELECT {_OF_DEADLINE}, 'person', p.id, coalesce(d.host_zone, 'UTC'), 'second_mail',
               CASE WHEN NOT EXISTS (
                   SELECT FROM reminders_reminder r
                   WHERE r.organisation_id = %(organisation)s AND r.deadline_id = d.id
                     AND r.deadline_version = d.version AND r.recipient = p.id AND r.channel = 'mail'
                     AND r.state = 'dead'
               ) THEN %(second_from)s::smallint END
        FROM open_deadline d
        JOIN people_person p ON p.organisation_id = %(organisation)s AND p.id = d.person_id
        WHERE d.tells_person AND p.second_email <> '' AND {CONCERNS_OTHERS}
          AND NOT {ANSWERED.format("d.id", "d.version")}
        UNION ALL
        SELECT {_OF_DEADLINE}, 'caseworker', u.id, %(own_zone)s, 'mail', NULL
        FROM open_deadline d
        JOIN accounts_user u ON u.organisation_id = %(organisation)s AND u.id = d.caseworker_id
        WHERE d.tells_caseworker AND u.is_active AND u.email <> ''
        UNION ALL
        SELECT {_OF_DEADLINE}, 'supervisor', s.id, %(own_zone)s, 'mail', NULL
        FROM open_deadline d CROSS JOIN ({SUPERVISOR}) s
        WHERE d.tells_supervisor AND {CONCERNS_OTHERS}
    ),
    -- What a change of the law moved is news until its own row stands in the ledger.
    told AS (
        SELECT t.*, (%(now)s::timestamptz AT TIME ZONE t.zone)::date AS zone_today,
               t.moved AND t.channel = 'mail' AND NOT EXISTS (
            SELECT FROM reminders_reminder r
            WHERE r.organisation_id = %(organisation)s AND r.occasion = 'moved' AND r.deadline_id = t.id
              AND r.deadline_version = t.version AND r.day = t.due_on AND r.offset_days IS NULL
              AND r.recipient = t.recipient AND r.channel = 'mail'
              AND NOT (r.state = 'superseded' AND r.last_error IN {UNDONE})
        ) AS news
        FROM recipient t
    ),
    -- At its hour; where that would be too late in the host country, while there is still time to act.
    -- A moment on a calendar is dear: worked out once, not wherever it is read below, and kept with no more
    -- beside it than is read there, for what does not fit into memory goes to the disk.
    latest AS MATERIALIZED (
        SELECT id, version, kind, recipient, channel, due_on, offset_days, news, zone, zone_today, hour,
               quiet_days,
               least((due_on - offset_days + hour) AT TIME ZONE zone,
                     (due_on + %(latest_hour)s::time) AT TIME ZONE host_zone) AS latest_at
        FROM told CROSS JOIN unnest(offsets) AS o (offset_days)
        WHERE host_today <= due_on AND due_on <= %(horizon)s
          AND (furthest IS NULL OR offset_days <= furthest)
    ),
    planned AS MATERIALIZED (
        SELECT id, version, kind, recipient, channel, due_on - offset_days AS day, offset_days, news, zone,
               zone_today, {not_on_a_quiet_day_but_before("latest_at")} AS planned_at
        FROM latest
    ),
    ahead AS (
        SELECT planned.*, (planned_at AT TIME ZONE zone)::date <= zone_today AS begun FROM planned
    ),
    -- Of the days already begun only the latest is told, and at once where it speaks for others too.
    -- News of a move speaks for them all. Of two that a quiet day brings together, the later one is told.
    ranked AS (
        SELECT ahead.*,
               min(planned_at) FILTER (WHERE begun) OVER (PARTITION BY id, kind, channel) < planned_at
                   AS overdue,
               row_number() OVER following AS place,
               lag(planned_at) OVER following IS NOT DISTINCT FROM planned_at AS told_by_next
        FROM ahead
        WINDOW following AS (PARTITION BY id, kind, channel ORDER BY begun DESC, offset_days)
    ),
    wanted AS (
        SELECT 'offset' AS occasion, id AS deadline_id, version, day, offset_days, kind, recipient, channel,
               CASE WHEN told_by_next OR begun AND (place > 1 OR news) THEN 'superseded' ELSE 'pending'
               END AS state,
               CASE WHEN begun AND (place > 1 OR news) THEN planned_at
                    WHEN begun AND overdue THEN %(now)s::timestamptz
                    ELSE greatest(planned_at, %(now)s::timestamptz) END AS send_after
        FROM ranked
        UNION ALL
        SELECT 'passed', id, version, due_on - %(after)s::smallint, %(after)s::smallint, kind, recipient,
               channel,
               CASE WHEN host_today > due_on AND news THEN 'superseded' ELSE 'pending' END,
               CASE WHEN host_today > due_on THEN %(now)s::timestamptz
                    ELSE {not_on_a_quiet_day_but_after("passed_at")} END
        FROM (
            SELECT told.*, greatest((due_on - %(after)s::smallint + hour) AT TIME ZONE zone,
                                    (due_on + 1)::timestamp AT TIME ZONE host_zone) AS passed_at
            FROM told WHERE after AND due_on <= %(horizon)s
        ) afterwards
        UNION ALL
        -- At once, whatever the hour, like everything that is told late: the move may have taken the time.
        SELECT 'moved', id, version, due_on, NULL, kind, recipient, channel, 'pending', %(now)s::timestamptz
        FROM told WHERE news
        UNION ALL
        -- The last who can still do something about it. Once per version: the offset is the day it begins.
        SELECT 'silent', d.id, d.version, d.due_on, %(supervisor_from)s::smallint, 'supervisor',
               supervisor.id, 'mail', 'pending', %(now)s::timestamptz
        FROM open_deadline d CROSS JOIN ({SUPERVISOR}) supervisor
        WHERE d.due_on BETWEEN d.host_today AND d.host_today + %(supervisor_from)s::int
          AND NOT {ANSWERED.format("d.id", "d.version")}
          AND {NOBODY_HAS_REACHED.format("d.id", "d.version", "d.person_id")}
    )
"""  # noqa: S608 (our own fragments)

WANTED = f"{OPEN_DEADLINES}, {_WANTED}"
# Of the deadlines in %(deadlines)s.
WANTED_OF = f"{_OPEN_DEADLINES.format(some=' AND d.id = ANY(%(deadlines)s)')}, {_WANTED}"

# Taken back for what has been undone since, with nothing told in its place: wanted again, it is told.
MAY_COME_BACK = f"""
    r.state = 'superseded' AND (
        r.last_error IN {UNDONE} OR r.last_error = 'told with another' AND NOT EXISTS (
            SELECT FROM reminders_reminder other
            WHERE other.organisation_id = r.organisation_id AND other.deadline_id = r.deadline_id
              AND other.deadline_version = r.deadline_version AND other.recipient = r.recipient
              AND other.channel = r.channel AND other.state <> 'superseded'
              AND other.send_after <= %(now)s::timestamptz
              AND (other.occasion = 'moved' OR other.occasion IN ('offset', 'passed') AND other.day > r.day)
        )
    )
"""
# News of a move is wanted only while its row is missing, so no offset means no comparison here.
NOT_YET = f"""
    NOT EXISTS (
        SELECT FROM reminders_reminder r
        WHERE r.organisation_id = %(organisation)s AND r.occasion = w.occasion
          AND r.deadline_id = w.deadline_id AND r.deadline_version = w.version AND r.day = w.day
          AND r.offset_days = w.offset_days AND r.recipient = w.recipient
          AND r.channel = w.channel AND NOT ({MAY_COME_BACK})
    )
"""

# Why a row must not be sent any more; NULL while it may. `r` is the reminder, `d` its deadline; beside ZONE.
# News of a move that was planned after the day says itself that it has passed; any other is too late then.
OUT_OF_DATE = f"""
    CASE WHEN d.status <> 'open' AND NOT (r.occasion = 'passed' AND d.status = 'missed') THEN 'closed'
         WHEN d.version <> r.deadline_version THEN 'moved'
         WHEN (r.occasion IN ('offset', 'silent') OR r.occasion = 'moved'
                   AND (r.created_at AT TIME ZONE coalesce(zone.name, 'UTC'))::date <= d.due_on)
              AND (%(now)s::timestamptz AT TIME ZONE coalesce(zone.name, 'UTC'))::date > d.due_on
              THEN 'day is over'
         WHEN r.occasion <> 'silent' AND {NO_LONGER_AGREED} THEN 'policy changed'
         WHEN (r.recipient_kind = 'person' OR r.occasion = 'silent')
              AND {ANSWERED.format("r.deadline_id", "r.deadline_version")} THEN 'answered'
         WHEN r.occasion = 'silent'
              AND NOT {NOBODY_HAS_REACHED.format("d.id", "d.version", "d.person_id")} THEN 'taken care of'
    END
"""

# The same of a row in somebody's name: a caseworker who has handed the person over is not told.
WHY_NOT = f"""
    CASE WHEN r.recipient_kind = 'caseworker'
              AND r.recipient IS DISTINCT FROM coalesce(d.assigned_to_id, %(on_duty)s::uuid)
         THEN 'handed over' ELSE {OUT_OF_DATE} END
"""


# With the week that quiet days can take.
LONGEST_OFFSET = """
    SELECT max(days) FROM (
        SELECT unnest(offsets) + CASE cardinality(quiet_days) WHEN 0 THEN 0 ELSE 6 END AS days
        FROM reminders_policy
        WHERE organisation_id = %(organisation)s AND stands
        UNION ALL SELECT unnest(%(offsets)s::smallint[])
    ) asked
"""


def due_parameters(desk: Desk, now: datetime) -> dict[str, Any]:
    """For what is due by now: no deadline further ahead than the longest offset has anything due."""
    values = parameters(desk, now)
    with connection.cursor() as cursor:
        cursor.execute(LONGEST_OFFSET, values)
        longest: int = cursor.fetchone()[0]
    return {**values, "horizon": now.date() + timedelta(days=longest) + policies.AROUND}


def parameters(desk: Desk, now: datetime) -> dict[str, Any]:
    zones = _host_zones()
    return defaults() | {
        "organisation": desk.organisation_id,
        "on_duty": desk.on_duty,
        "own_zone": known_zone(desk.time_zone),
        "countries": list(zones),
        "zones": list(zones.values()),
        "now": now,
        "horizon": now.date() + policies.HORIZON,
        "after": policies.AFTER,
        "kinds": ["", *DeadlineKind.values],
        "second_from": policies.SECOND_FROM,
        "supervisor_from": policies.SUPERVISOR_FROM,
        "latest_hour": policies.LATEST_HOUR,
    }


def defaults() -> dict[str, Any]:
    """What holds where no policy says otherwise."""
    return {
        "offsets": list(policies.OFFSETS),
        "tells_person": "person" in policies.TOLD,
        "tells_caseworker": "caseworker" in policies.TOLD,
        "tells_supervisor": "supervisor" in policies.TOLD,
        "hour": policies.HOUR,
    }


def host_zone(country: str) -> str:
    return _host_zones().get(country, "UTC")


@lru_cache(maxsize=1000)
def known_zone(name: str) -> str:
    """A name that PostgreSQL knows: one that it does not know would stop everybody's planning."""
    if name in _zones_of_postgres():
        return name
    log.error("PostgreSQL knows no time zone %r: UTC is used", name)
    return "UTC"


@lru_cache(maxsize=1)
def _host_zones() -> dict[str, str]:
    return {country: known_zone(zone_of(country).key) for country in sorted(countries.codes())}


@lru_cache(maxsize=1)
def _zones_of_postgres() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_timezone_names")
        return frozenset(row[0] for row in cursor.fetchall())
