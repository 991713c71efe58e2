from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from casework.stays.models.changes import LawChange
from casework.vault.data_map import Declared


class Confidence(models.TextChoices):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RuleStatus(models.TextChoices):
    DRAFT = "draft"
    IN_FORCE = "in_force", "in force"
    ENDED = "ended"


class StayRuleQuerySet(models.QuerySet["StayRule"]):
    def in_force(self) -> StayRuleQuerySet:
        """What is held to be the law now, for entries of any day."""
        return self.filter(status=RuleStatus.IN_FORCE)

    def known_at(self, at: datetime) -> StayRuleQuerySet:
        """What was held to be the law at a moment: what did we know on that day."""
        since = Q(in_force_at__lte=at) | Q(in_force_at=None, created_at__lte=at)
        return self.exclude(status=RuleStatus.DRAFT).filter(since, Q(ended_at=None) | Q(ended_at__gt=at))


class StayRule(models.Model):
    """A dated row of law. Public, of no organisation; a rule in force is ended and replaced, not edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        max_length=12,
        choices=[("stay", "stay"), ("admission", "admission"), ("registration", "registration")],
    )
    country = models.CharField(max_length=2)
    area = models.CharField(max_length=20, null=True, blank=True)
    title = models.CharField(max_length=200)
    nationalities = ArrayField(models.CharField(max_length=2))
    document_kinds = ArrayField(models.CharField(max_length=20))
    applies_to_entries_from = models.DateField(null=True, blank=True)
    applies_to_entries_until = models.DateField(null=True, blank=True)
    limits = models.JSONField(default=list, blank=True)
    readings = models.JSONField(default=list, blank=True)
    condition = models.JSONField(null=True, blank=True)
    within = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, null=True, blank=True)
    who = models.CharField(max_length=20, null=True, blank=True)
    if_longer_than_days = models.PositiveIntegerField(null=True, blank=True)
    notes = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    source_date = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    reviewed_by = models.CharField(max_length=150, null=True, blank=True)
    status = models.CharField(max_length=10, choices=RuleStatus.choices, default=RuleStatus.IN_FORCE)
    # When we held it to be the law: a row is never edited, it is ended and another put in its place.
    in_force_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    made_by = models.ForeignKey(
        LawChange, on_delete=models.PROTECT, related_name="rules", null=True, editable=False
    )
    ended_by = models.ForeignKey(
        LawChange, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="replaced_by", null=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[StayRule]] = StayRuleQuerySet.as_manager()

    declared = Declared(
        neither="id key kind country area title nationalities document_kinds applies_to_entries_from"
        " applies_to_entries_until limits readings condition within unit who if_longer_than_days notes"
        " source source_date confidence reviewed_by status in_force_at ended_at made_by"
        " ended_by replaces version created_at updated_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""), name="rule_has_a_source", violation_error_message="Name the source."
            ),
        ]
        indexes = [models.Index(fields=["country", "status"], name="rule_of_country")]

    def __str__(self) -> str:
        return self.title
