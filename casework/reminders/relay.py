"""Between two messages: the one that was taken is marked, the next may leave. One statement, one commit.

A worker that is killed leaves at most one message in doubt. What may go beyond question is let pass here;
whatever is not is looked at in full by `ledger.fence`.
"""

from typing import Any
from uuid import UUID

from casework.audit.actors import system
from casework.audit.operations import RECORD_EACH
from casework.isolation import planned_once
from casework.reminders import instance, policies
from casework.reminders.claims import Claim
from casework.reminders.wanted import OUT_OF_DATE, defaults, host_zone

NOBODY = UUID(int=0)  # a value of the same type, so that one plan serves
# The states are asked within a CASE, so that a row is found by its id: plainly, PostgreSQL goes through the
# small index of what is at work, in which each letter leaves three dead entries until a VACUUM.
_RELAY = f"""
    WITH marked AS (
        UPDATE reminders_reminder
        SET state = 'sent', sent_at = now(), lease_token = NULL, lease_until = NULL, last_error = '',
            version = version + 1, updated_at = now()
        WHERE organisation_id = %(organisation)s AND id = %(sent)s AND lease_token = %(sent_token)s
          AND CASE WHEN state IN ('claimed', 'in_flight') THEN true END AND occasion <> 'digest'
        RETURNING id, jsonb_build_object('deadline', deadline_id, 'occasion', occasion) AS about
    ),
    told AS ({RECORD_EACH.format(action="'reminder.sent'", object_type="'reminder'", rows="marked")}),
    zone (country, name) AS (VALUES (%(country)s::text, %(zone)s::text)),
    free AS (
        SELECT r.id FROM reminders_reminder r
        JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
        JOIN zone ON zone.country = d.country
        WHERE r.organisation_id = %(organisation)s AND r.id = %(next)s
          AND CASE WHEN r.state = 'claimed' THEN true END AND r.lease_token = %(next_token)s
          AND r.occasion <> 'digest'
          AND (r.recipient_kind <> 'caseworker' OR r.recipient = d.assigned_to_id)
          AND r.lease_until - now() > %(rest)s::interval AND {instance.OURS}
          AND {OUT_OF_DATE.replace("%(now)s", "now()")} IS NULL
        FOR UPDATE OF r
    )
    UPDATE reminders_reminder r
    SET state = 'in_flight', attempts = attempts + 1, message_id = %(message_id)s,
        lease_until = now() + %(lease)s::interval, version = r.version + 1, updated_at = now()
    FROM free WHERE r.organisation_id = %(organisation)s AND r.id = free.id
    RETURNING r.id
"""  # noqa: S608 (our own fragments)
# On one line: psycopg keeps what it has worked out only of statements below 4 KB.
RELAY = " ".join(_RELAY.split())


def relay(claim: Claim, message_id: str, sent: Claim | None) -> bool:
    """Marks `sent`, and says whether the message of `claim` leaves now: then its lease has begun anew."""
    return bool(_step(claim.organisation_id, sent, claim, message_id))


def mark(sent: Claim) -> None:
    """Nothing follows it. Of a digest nothing is marked here."""
    _step(sent.organisation_id, sent, None, "")


def _step(organisation_id: UUID, sent: Claim | None, following: Claim | None, message_id: str) -> list[Any]:
    by = system("reminders", organisation_id)
    country = following.country if following else ""
    values: dict[str, Any] = {
        "organisation": organisation_id, "actor_kind": by.kind, "actor": by.id,
        "sent": sent.reminder_id if sent else NOBODY, "sent_token": sent.token if sent else NOBODY,
        "next": following.reminder_id if following else NOBODY,
        "next_token": following.token if following else NOBODY,
        "message_id": message_id, "country": country, "zone": host_zone(country),
        "lease": policies.LEASE, "rest": policies.LEASE * (1 - policies.FRESH),
    }  # fmt: skip
    values |= defaults() | instance.parameters()
    return planned_once(organisation_id, RELAY, values)
