"""How often one client may ask, and one address the public calculator: a count per minute in the cache."""

import ipaddress
import logging
import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from casework.api.authentication import Partner

MINUTE = 60
logger = logging.getLogger(__name__)


class PerClient(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Partner):
            return True
        return _count(f"requests:{request.user.actor.id}") <= settings.REQUESTS_PER_MINUTE

    def wait(self) -> float:
        return MINUTE - time.time() % MINUTE


class PerAddress(PerClient):
    """For what anybody may ask. A client with a token is counted as a client."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, Partner):
            return super().allow_request(request, view)
        return _count(f"assessments:{address_of(request)}") <= settings.ASSESSMENTS_PER_MINUTE


def address_of(request: Request) -> str:
    """The peer, never a header that anybody can write; of IPv6 the network that one household gets."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _count(whose: str) -> int:
    """How many this minute, this one included. Without a cache nobody is stopped: help comes first."""
    key = f"throttle:{whose}:{int(time.time() // MINUTE)}"
    try:
        cache.add(key, 0, timeout=2 * MINUTE)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        logger.warning("requests are not counted: the cache does not answer")
        return 0
