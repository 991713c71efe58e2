"""How often one address may ask, and one link be opened."""

import hashlib
import time

from django.conf import settings
from django.http import HttpRequest

from casework import counting

OPENED_PER_MINUTE = 30


def asks_too_often(request: HttpRequest) -> bool:
    """Counts this request."""
    return (
        counting.asked(f"selfservice:{counting.address_of(request)}", time.time())
        > settings.ASSESSMENTS_PER_MINUTE
    )


def opens_too_often(request: HttpRequest, token: str) -> bool:
    """The same for a person's link: by address, and by link, whose digest is all that is kept of it."""
    digest = hashlib.sha256(token.encode(errors="replace")).hexdigest()
    by_address = asks_too_often(request)
    return counting.asked(f"selfservice:link:{digest}", time.time()) > OPENED_PER_MINUTE or by_address


def seconds_to_wait() -> int:
    return counting.seconds_to_wait(time.time())
