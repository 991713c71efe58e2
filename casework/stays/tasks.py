"""Beat wakes the walks over open stays. A lost or doubled message changes nothing: a walk knows its place."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from casework.stays import walking

SECONDS = 60
AT_A_TIME = 10


@shared_task
def go_on() -> None:
    """For about a minute; the next tick goes on from there, and several workers share the slices."""
    ends = monotonic() + SECONDS
    while walking.go_on(at=timezone.now(), most=AT_A_TIME) == AT_A_TIME and monotonic() < ends:
        pass
