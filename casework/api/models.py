from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from casework.accounts.models import Organisation
from casework.vault.data_map import Declared


class IdempotencyKey(models.Model):
    """A request that succeeded, kept 48 hours: the same key and body get the same answer."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    client = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    object_id = models.UUIDField(null=True)
    # Of a request that made several at once, in its order.
    object_ids = ArrayField(models.UUIDField(), null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    declared = Declared(
        neither="id organisation client key fingerprint status object_id object_ids created_at"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "client", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["organisation", "created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
