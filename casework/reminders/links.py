"""The person's own link: ids that nobody can forge, and nothing else.

The token names the organisation and the row, so that the door knows for whom to act before it reads. It is
the same at every attempt, as the whole letter is; how long it holds follows from the row and the day.
"""

import base64
import binascii
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from casework.reminders.models import Reminder
from casework.stays.models import Deadline
from casework.stays.zones import local_day

SALT = "casework.reminders.link"
# In an address `.` needs no escaping and ends no word; it is no letter of the rest.
SEPARATOR = "."
HOLDS = timedelta(days=60)
HOLDS_AFTER_THE_DAY = timedelta(days=7)


def link_to(reminder: Reminder) -> str:
    return f"{settings.BASE_URL.rstrip('/')}/r/{token_of(reminder)}/"


def token_of(reminder: Reminder) -> str:
    named = reminder.organisation_id.bytes + reminder.pk.bytes
    return _signer().sign(base64.urlsafe_b64encode(named).rstrip(b"=").decode())


def read_token(token: str) -> tuple[UUID, UUID] | None:
    """The organisation's id and the reminder's; None for what was not signed here."""
    try:
        named = base64.urlsafe_b64decode(_signer().unsign(token) + "==")
    except (BadSignature, binascii.Error, ValueError):
        return None
    return UUID(bytes=named[:16]), UUID(bytes=named[16:])


def is_over(reminder: Reminder, deadline: Deadline, at: datetime) -> bool:
    """Sixty days after it was sent and a week after the day, whichever comes later."""
    sent_at = reminder.sent_at or reminder.send_after
    last_day = deadline.due_on + HOLDS_AFTER_THE_DAY
    return at > sent_at + HOLDS and local_day(deadline.country, at) > last_day


def _signer() -> Signer:
    return Signer(salt=SALT, sep=SEPARATOR)
