"""The keys: one ring for sealing, one key for blind indexes. Both come from the environment."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.conf import settings


class BadKey(ValueError):
    """A key in the environment is not what it should be."""


@dataclass(frozen=True)
class KeyRing:
    """Key ids to 32-byte keys; the first one seals, all of them open."""

    current: int
    keys: dict[int, bytes]


def parse_ring(text: str) -> KeyRing:
    """``"2:<base64>,1:<base64>"`` to a ring whose first key seals. Raises BadKey."""
    keys: dict[int, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        number, _, encoded = part.partition(":")
        if not number.isdigit() or not 0 < int(number) < 256:
            raise BadKey("a key id is a number from 1 to 255")
        if int(number) in keys:
            raise BadKey(f"key id {int(number)} stands twice")
        keys[int(number)] = _decoded(encoded)
    if not keys:
        raise BadKey("CASEWORK_ENCRYPTION_KEYS is empty: give at least one key, 1:<base64 of 32 bytes>")
    return KeyRing(current=next(iter(keys)), keys=keys)


def _decoded(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadKey("a key is not base64") from error
    if len(key) != 32:
        raise BadKey("a key has 32 bytes")
    return key


@lru_cache(maxsize=4)
def _ring(text: str) -> KeyRing:
    return parse_ring(text)


def ring() -> KeyRing:
    return _ring(settings.CASEWORK_ENCRYPTION_KEYS)


def blind_index_key() -> bytes:
    """32 bytes; raises BadKey."""
    return _decoded(settings.CASEWORK_INDEX_KEY)


def blind_index(organisation_id: UUID, purpose: str, value: str) -> bytes:
    """16 bytes by which a sealed value is found again; the same value differs between organisations."""
    message = b"\0".join([organisation_id.bytes, purpose.encode(), value.encode()])
    return hmac.new(blind_index_key(), message, hashlib.sha256).digest()[:16]
