"""How often one client may ask, and one address the public calculator."""

import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from casework.api.authentication import Partner
from casework.counting import address_of, asked, seconds_to_wait


class PerClient(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, Partner):
            return True
        return asked(f"requests:{request.user.actor.id}", time.time()) <= settings.REQUESTS_PER_MINUTE

    def wait(self) -> float:
        return seconds_to_wait(time.time())


class PerAddress(PerClient):
    """For what anybody may ask. A client with a token is counted as a client."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.user, Partner):
            return super().allow_request(request, view)
        return asked(f"assessments:{address_of(request)}", time.time()) <= settings.ASSESSMENTS_PER_MINUTE
