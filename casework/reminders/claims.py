"""Rows of the ledger that are ours for a while. The database's clock decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from casework.isolation import acting_for
from casework.reminders import instance, policies


@dataclass(frozen=True)
class Claim:
    """One row that is ours until the lease ends. `country` is where its day counts; a digest has none."""

    organisation_id: UUID
    reminder_id: UUID
    token: UUID
    country: str = ""

    @property
    def is_digest(self) -> bool:
        return not self.country


CLAIM = f"""
    WITH waiting AS (
        SELECT id FROM reminders_reminder
        WHERE organisation_id = %(organisation)s AND state = 'pending' AND send_after <= now()
          AND digest_id IS NULL AND {instance.OURS}
          AND (recipient_kind <> 'caseworker' OR occasion = 'digest'
               OR send_after <= coalesce(%(bundled_at)s::timestamptz, now()))
        ORDER BY send_after FOR UPDATE SKIP LOCKED LIMIT %(most)s
    ),
    claimed AS (
        UPDATE reminders_reminder r
        SET state = 'claimed', lease_token = %(token)s, lease_until = now() + %(lease)s,
            version = r.version + 1, updated_at = now()
        FROM waiting WHERE r.organisation_id = %(organisation)s AND r.id = waiting.id
        RETURNING r.id, r.send_after, r.deadline_id
    )
    SELECT c.id, coalesce(d.country, '') FROM claimed c
    LEFT JOIN stays_deadline d ON d.organisation_id = %(organisation)s AND d.id = c.deadline_id
    ORDER BY c.send_after, c.id
"""  # noqa: S608 (our own fragments)
GIVE_BACK = """
    UPDATE reminders_reminder r
    SET state = 'pending', lease_token = NULL, lease_until = NULL, version = r.version + 1, updated_at = now()
    WHERE organisation_id = %(organisation)s AND id = ANY(%(reminders)s) AND state = 'claimed'
      AND lease_token = %(token)s
"""


def claim_some(organisation_id: UUID, most: int, bundled_at: datetime | None = None) -> list[Claim]:
    """The rows that have waited longest, in that order. They share a token and a lease.

    What became due for a caseworker after `bundled_at` waits: it may belong into a digest.
    """
    token = uuid4()
    values: dict[str, Any] = {
        "token": token, "lease": policies.LEASE, "most": most, "bundled_at": bundled_at,
    }  # fmt: skip
    with acting_for(organisation_id), connection.cursor() as cursor:
        cursor.execute(CLAIM, {**values, "organisation": organisation_id, **instance.parameters()})
        rows = cursor.fetchall()
    return [Claim(organisation_id, reminder_id, token, country) for reminder_id, country in rows]


def give_back(claims: Sequence[Claim]) -> None:
    """Claimed together and not begun: others may have them at once."""
    for first in claims[:1]:
        values: dict[str, Any] = {"organisation": first.organisation_id, "token": first.token}
        values["reminders"] = [claim.reminder_id for claim in claims]
        with acting_for(first.organisation_id), connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, values)
