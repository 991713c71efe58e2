import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.audit.actors import Actor

# One statement, without RETURNING: an event of no organisation (a failed sign-in) may be written, not read.
INSERT = """
    INSERT INTO audit_event
        (epoch, occurred_at, organisation_id, actor_kind, actor_id, action, object_type, object_id, about)
    VALUES ((SELECT number FROM audit_epoch), %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
"""

# For a statement that changes many rows and tells of each: `rows` has their `id` and an `about`.
RECORD_EACH = """
    INSERT INTO audit_event
        (epoch, occurred_at, organisation_id, actor_kind, actor_id, action, object_type, object_id, about)
    SELECT (SELECT number FROM audit_epoch), now(), %(organisation)s, %(actor_kind)s, %(actor)s, {action},
           {object_type}, id, about
    FROM {rows}
"""


def record(
    *,
    by: Actor,
    action: str,
    object_type: str,
    object_id: UUID | None = None,
    at: datetime,
    about: Mapping[str, Any] | None = None,
) -> None:
    """One event in the transaction under way: it stands or falls with what it tells of.

    `action` is "<object>.<verb>" ("arrival.registered"); `about` holds ids and facts of law, never a
    name, a number or an address.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                at,
                by.organisation_id,
                by.kind,
                by.id,
                action,
                object_type,
                object_id,
                json.dumps(dict(about or {}), default=str),
            ],
        )


def record_read(
    *, by: Actor, object_type: str, object_ids: Iterable[UUID | str], at: datetime, where: str
) -> None:
    """One event per request that showed personal data: which rows, through which door."""
    ids = [str(object_id) for object_id in object_ids]
    single = UUID(ids[0]) if len(ids) == 1 else None
    about: dict[str, Any] = {"where": where} if single else {"where": where, "ids": ids}
    record(by=by, action=f"{object_type}.read", object_type=object_type, object_id=single, at=at, about=about)
