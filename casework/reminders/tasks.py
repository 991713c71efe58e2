"""Beat wakes the ledger. A lost or doubled message changes nothing: the next one finds the same work."""

from uuid import UUID

from celery import shared_task

from casework.accounts.models import Organisation
from casework.reminders import operations


@shared_task
def tick() -> None:
    """Organisations stand outside row-level security; each one's work is a task of its own."""
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        work_for.apply_async((str(organisation_id),), expires=60)


@shared_task
def heal() -> None:
    for organisation_id in Organisation.objects.order_by("pk").values_list("pk", flat=True):
        heal_for.apply_async((str(organisation_id),), expires=60)


@shared_task
def heal_for(organisation_id: str) -> None:
    operations.heal(UUID(organisation_id))


@shared_task
def work_for(organisation_id: str) -> None:
    operations.work(UUID(organisation_id))
