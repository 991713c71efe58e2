from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from casework.stays.areas import EUROPEAN_UNION, UNION
from casework.stays.models.law import Confidence
from casework.vault.data_map import Declared


class Trigger(models.TextChoices):
    """The event from which a legal period is counted."""

    ARRIVAL = "arrival"
    CERTIFICATE_ISSUED = "certificate_issued", "a certificate is issued"
    DECISION_SERVED = "decision_served", "a decision is served"
    ACCEPTANCE = "acceptance", "another state accepts to take the person"
    REGISTRATION = "registration", "an application is registered"
    EVENT = "event", "any event"


class DeadlineTypeQuerySet(models.QuerySet["DeadlineType"]):
    def of_country(self, country: str) -> DeadlineTypeQuerySet:
        """The country's own periods, and those of Union law where it holds."""
        return self.filter(country__in=[country, UNION] if country in EUROPEAN_UNION else [country])


class DeadlineType(models.Model):
    """A period that the law gives somebody after an event. Public, of no organisation.

    `decision_kinds`, `permit_kinds` and `purposes` say which decisions, permits and arrivals begin it; a type
    that names none begins by nothing that is recorded here.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    deadline_kind = models.CharField(max_length=30)
    country = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    decision_kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    permit_kinds = ArrayField(models.CharField(max_length=25), default=list, blank=True)
    purposes = ArrayField(models.CharField(max_length=15), default=list, blank=True)
    events_from = models.DateField(null=True, blank=True)
    events_until = models.DateField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20)
    event_day_counts = models.BooleanField()
    rolls_over = models.BooleanField()
    suspensive = models.BooleanField(null=True, blank=True)
    who = models.CharField(max_length=20)
    notes = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    source_date = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    reviewed_by = models.CharField(max_length=150, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[DeadlineType]] = DeadlineTypeQuerySet.as_manager()

    declared = Declared(
        neither="id key kind deadline_kind country title trigger decision_kinds permit_kinds purposes"
        " events_from events_until n unit event_day_counts rolls_over suspensive who notes source"
        " source_date confidence reviewed_by version created_at updated_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="deadline_type_has_a_source",
                violation_error_message="Name the source.",
            ),
        ]
        indexes = [models.Index(fields=["country"], name="deadline_type_of_country")]

    def __str__(self) -> str:
        return self.title

    def covers(self, event_on: date) -> bool:
        return (self.events_from or date.min) <= event_on <= (self.events_until or date.max)
