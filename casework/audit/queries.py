from uuid import UUID

from django.db.models import QuerySet

from casework.audit.models import Event


def trail_of(object_id: UUID) -> QuerySet[Event]:
    """What was done with an object and who read it, newest first."""
    return Event.objects.filter(object_id=object_id).order_by("-id")
