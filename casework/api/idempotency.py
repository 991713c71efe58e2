"""`Idempotency-Key`: a POST that is sent twice does its work once."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from rest_framework.request import Request

from casework.api.errors import KeyReused, StillRunning
from casework.api.models import IdempotencyKey
from casework.audit.actors import Actor
from casework.refusals import Fault, Invalid

KEPT = timedelta(hours=48)
KEY = re.compile(r"[\x21-\x7e]{1,255}\Z")


class BadIdempotencyKey(Invalid):
    """Not something that a client can send a second time."""


def once(request: Request, by: Actor, at: datetime, work: Callable[[], UUID]) -> tuple[UUID, bool]:
    """The id of the object that the request makes or made, and whether it is a replay. Raises as below."""
    [made], replayed = once_for_many(request, by, at, lambda: [work()])
    return made, replayed


def once_for_many(
    request: Request, by: Actor, at: datetime, work: Callable[[], list[UUID]]
) -> tuple[list[UUID], bool]:
    """The ids of the objects that the request makes or made, and whether it is a replay.

    Raises StillRunning, KeyReused, BadIdempotencyKey. Runs inside the request's transaction: a key stands
    only together with what it stands for, and only for requests that succeeded.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return work(), False
    if not KEY.match(key):
        raise BadIdempotencyKey(
            Fault("", "Idempotency-Key: 1 to 255 visible ASCII characters, without spaces.")
        )
    _lock(f"{by.organisation}:{by.id}:{key}")
    fingerprint = _fingerprint(request)
    kept = IdempotencyKey.objects.filter(organisation_id=by.organisation, client=by.id, key=key).first()
    if kept is not None and kept.created_at > at - KEPT:
        if bytes(kept.fingerprint) != fingerprint:
            raise KeyReused
        return _made_by(kept), True
    if kept is not None:
        kept.delete()
    made = work()
    IdempotencyKey.objects.create(
        organisation_id=by.organisation, client=by.id, key=key, fingerprint=fingerprint,
        status=201, object_id=made[0] if len(made) == 1 else None, object_ids=made, created_at=at,
    )  # fmt: skip
    return made, False


def _made_by(kept: IdempotencyKey) -> list[UUID]:
    if kept.object_ids is not None:
        return list(kept.object_ids)
    assert kept.object_id is not None  # kept before a request could make several
    return [kept.object_id]


def _lock(name: str) -> None:
    """Held to the end of the request's transaction, so to the moment when others see its row."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise StillRunning


def _fingerprint(request: Request) -> bytes:
    """The order of fields is no difference; their values are."""
    body = json.dumps(request.data, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{body}".encode()).digest()


def forget(before: datetime) -> int:
    """Keys of the organisation under way that are older; how many there were."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=before).delete()
    return deleted
