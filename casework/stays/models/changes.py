from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from casework.accounts.models import Organisation
from casework.vault.data_map import Declared


class ChangeStatus(models.TextChoices):
    DRAFT = "draft"
    PREVIEWED = "previewed"
    APPROVED = "approved"
    REPLAYED = "replayed"
    WITHDRAWN = "withdrawn"


class LawChange(models.Model):
    """A change of the law: drafted, previewed, approved by a second person, replayed over every open stay.

    Public like the rules it makes and ends. The rules drafted stand in `rules`, those it ends in
    `ends_rules`; what it really did to the register is told by the rows' own `made_by` and `ended_by`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    effective_on = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    # Who entered before it keeps the ended rules. None: nobody does.
    keeps_entries_before = models.DateField(null=True, blank=True)
    ends_rules = ArrayField(models.UUIDField(), default=list, blank=True)
    status = models.CharField(max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.DRAFT)
    drafted_by = models.CharField(max_length=64, editable=False)
    approved_by = models.CharField(max_length=64, blank=True, editable=False)
    previewed_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    replayed_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    declared = Declared(
        neither="id title country effective_on reason keeps_entries_before ends_rules status drafted_by"
        " approved_by previewed_at approved_at replayed_at withdrawn_at version created_at updated_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=models.F("drafted_by")),
                name="change_approved_by_another",
                violation_error_message="Nobody approves a change of their own.",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="change_in_order"),
            models.Index(
                fields=["status"], condition=Q(status__in=["approved", "withdrawn"]), name="change_at_work"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def change(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1
        self.save(update_fields=[*values, "version"])


class Walk(models.TextChoices):
    """Why every open stay is looked at again."""

    PREVIEW = "preview"
    REPLAY = "replay"
    WITHDRAWAL = "withdrawal"


class Slice(models.Model):
    """One part of an organisation's arrivals, by id, and how far a walk has come in it.

    The place moves in the transaction that writes what was found, so a walk killed anywhere goes on where
    it stood, and no arrival is counted twice. Figures only: no person can be told from it.
    """

    id = models.BigAutoField(primary_key=True)
    change = models.ForeignKey(LawChange, on_delete=models.CASCADE, related_name="slices")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    walk = models.CharField(max_length=10, choices=Walk.choices)
    first_id = models.UUIDField()
    last_id = models.UUIDField()
    after_id = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)

    declared = Declared(
        neither="id change organisation walk first_id last_id after_id done_at seen moved figures"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "walk", "organisation", "first_id"], name="slice_once_per_walk"
            )
        ]
        indexes = [
            models.Index(fields=["change"], condition=Q(done_at=None), name="slice_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.walk} from {self.first_id}"


class AffectedStay(models.Model):
    """What a preview found for one stay: shown to the organisation whose stay it is, gone with the next."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(LawChange, on_delete=models.CASCADE, related_name="+")
    arrival_id = models.UUIDField()
    person_id = models.UUIDField()
    before_on = models.DateField(null=True)
    after_on = models.DateField(null=True)

    declared = Declared(personal="before_on after_on", neither="id organisation change arrival_id person_id")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "change", "id"], name="affected_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.before_on} to {self.after_on}"
