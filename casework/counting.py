"""How often somebody asks: a count per minute in the cache, and nothing of what was asked."""

import ipaddress
import logging

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

MINUTE = 60
log = logging.getLogger(__name__)


def asked(whose: str, at: float) -> int:
    """How many in the minute of `at` (seconds since the epoch), this one included.

    Without a cache nobody is stopped: help comes first.
    """
    key = f"throttle:{whose}:{int(at // MINUTE)}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        log.warning("requests are not counted: the cache does not answer")
        return 0


def seconds_to_wait(at: float) -> int:
    """Until the next minute begins."""
    return max(1, int(MINUTE - at % MINUTE))


def address_of(request: HttpRequest) -> str:
    """The peer, never a header that anybody can write; of IPv6 the network that one household gets."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
