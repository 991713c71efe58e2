from typing import Any

from django.db import models
from django.db.models import Func

from casework.vault.data_map import Declared


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id, which does not wrap. Text in Python."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    output_field = TransactionIdField()


class Event(models.Model):
    """Who did or read what. Append-only: the database refuses to change or delete a row.

    Ids only, never a name. Without foreign keys, so that erasing a person leaves the trail whole.
    `xid` with `epoch` orders events for readers who must not miss a transaction that commits late;
    the epoch rises when a database is restored, where transaction ids begin again.
    """

    id = models.BigAutoField(primary_key=True)
    xid = TransactionIdField(db_default=CurrentTransactionId(), editable=False)
    epoch = models.PositiveIntegerField()
    occurred_at = models.DateTimeField()
    organisation_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    about = models.JSONField(default=dict)

    declared = Declared(
        neither="id xid epoch occurred_at organisation_id actor_kind actor_id action object_type object_id"
        " about"
    )

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "object_id", "id"], name="event_of_object"),
            models.Index(fields=["organisation_id", "epoch", "xid", "id"], name="event_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id or ''}".strip()


class Epoch(models.Model):
    """One row. A restore raises it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveIntegerField(default=1)

    declared = Declared(neither="id number")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_epoch")]

    def __str__(self) -> str:
        return str(self.number)
