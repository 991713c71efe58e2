from celery import shared_task
from django.utils import timezone
from oauth2_provider.models import AccessToken

from casework.accounts.models import Organisation
from casework.api.idempotency import KEPT, forget
from casework.isolation import acting_for


@shared_task
def forget_idempotency_keys() -> int:
    """Keys older than 48 hours, organisation by organisation; and tokens that have run out."""
    at = timezone.now()
    forgotten = 0
    for organisation_id in Organisation.objects.values_list("pk", flat=True):
        with acting_for(organisation_id):
            forgotten += forget(before=at - KEPT)
    AccessToken.objects.filter(expires__lt=at).delete()
    return forgotten
