"""Beat looks after beds and openings. A lost or doubled message changes nothing: the next finds the same."""

from uuid import UUID

from celery import shared_task

from casework.accounts.models import Organisation
from casework.cases import operations


@shared_task
def tend() -> None:
    """Organisations stand outside row-level security; each one's work is a task of its own."""
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        tend_for.apply_async((str(organisation_id),), expires=60)


@shared_task
def tend_for(organisation_id: str) -> None:
    operations.tend(UUID(organisation_id))
