"""Between two messages: the one that was taken is marked, the next may leave. One statement, one commit.

A worker that is killed leaves at most one message in doubt. What may go beyond question is let pass here;
whatever is not is looked at in full by `ledger.fence`.
"""

from typing import Any

from casework.audit.actors import system
from casework.audit.operations import RECORD_EACH
from casework.isolation import planned_once
from casework.reminders import instance, policies
from casework.reminders.claims import Claim
from casework.reminders.wanted import OUT_OF_DATE, defaults, host_zone

RELAY = f"""
    WITH marked AS (
        UPDATE reminders_reminder
        SET state = 'sent', sent_at = now(), lease_token = NULL, lease_until = NULL, last_error = '',
            version = version + 1, updated_at = now()
        WHERE organisation_id = %(organisation)s AND id = %(sent)s AND lease_token = %(sent_token)s
          AND state IN ('claimed', 'in_flight') AND occasion <> 'digest'
        RETURNING id, jsonb_build_object('deadline', deadline_id, 'occasion', occasion) AS about
    ),
    told AS ({RECORD_EACH.format(action="'reminder.sent'", object_type="'reminder'", rows="marked")}),
    zone (country, name) AS (VALUES (%(country)s::text, %(zone)s::text)),
    free AS (
        SELECT r.id FROM reminders_reminder r
        JOIN stays_deadline d ON d.organisation_id = r.organisation_id AND d.id = r.deadline_id
        JOIN zone ON zone.country = d.country
        WHERE r.organisation_id = %(organisation)s AND r.id = %(next)s
          AND r.state = 'claimed' AND r.lease_token = %(next_token)s AND r.occasion <> 'digest'
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


def relay(claim: Claim, message_id: str, sent: Claim | None) -> bool:
    """Marks `sent`, and says whether the message of `claim` leaves now: then its lease has begun anew."""
    by = system("reminders", claim.organisation_id)
    values: dict[str, Any] = {
        "organisation": claim.organisation_id, "actor_kind": by.kind, "actor": by.id,
        "sent": sent and sent.reminder_id, "sent_token": sent and sent.token,
        "next": claim.reminder_id, "next_token": claim.token, "message_id": message_id,
        "country": claim.country, "zone": host_zone(claim.country),
        "lease": policies.LEASE, "rest": policies.LEASE * (1 - policies.FRESH),
    }  # fmt: skip
    return bool(planned_once(claim.organisation_id, RELAY, defaults() | values | instance.parameters()))
