"""How often one address may ask: a count per minute in the cache, and nothing of what was asked."""

import hashlib
import ipaddress
import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

MINUTE = 60
OPENED_PER_MINUTE = 30
logger = logging.getLogger(__name__)


def asks_too_often(request: HttpRequest) -> bool:
    """Counts this request. Without a cache nobody is stopped: help comes first."""
    return _is_over(_address_of(request), settings.ASSESSMENTS_PER_MINUTE)


def opens_too_often(request: HttpRequest, token: str) -> bool:
    """The same for a person's link: by address, and by link, whose digest is all that is kept of it."""
    digest = hashlib.sha256(token.encode(errors="replace")).hexdigest()
    by_address = asks_too_often(request)
    return _is_over(f"link:{digest}", OPENED_PER_MINUTE) or by_address


def _is_over(whose: str, most: int) -> bool:
    key = f"selfservice:{whose}:{int(time.time() // MINUTE)}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key)) > most
    except (RedisError, ValueError):
        logger.warning("the public pages are not counted: the cache does not answer")
        return False


def seconds_to_wait() -> int:
    return max(1, int(MINUTE - time.time() % MINUTE))


def _address_of(request: HttpRequest) -> str:
    """The peer, never a header that anybody can write; of IPv6 the network that one household gets."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
