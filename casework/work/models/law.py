from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from casework.stays.areas import EUROPEAN_UNION, UNION
from casework.stays.models import Confidence
from casework.vault.data_map import Declared
from casework.work.rules import Allowed
from casework.work.rules.right import OF_LAW


class WorkRuleQuerySet(models.QuerySet["WorkRule"]):
    def of_countries(self, countries: Iterable[str]) -> WorkRuleQuerySet:
        """Their own rows, and those of Union law where it binds one of them."""
        wanted = set(countries)
        return self.filter(country__in=wanted | ({UNION} if wanted & EUROPEAN_UNION else set()))

    def valid_on(self, day: date) -> WorkRuleQuerySet:
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_until=None) | Q(valid_until__gte=day)
        )


class WorkRule(models.Model):
    """A dated row of law on who may work. Public, of no organisation, beside the stay rules.

    `nationalities` empty: all. `country` is EU for Union law. "unknown" is a finding too: the law leaves it
    to what a card says.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    country = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    basis = models.CharField(max_length=25, choices=[(basis.value, basis.value) for basis in OF_LAW])
    nationalities = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    allowed = models.CharField(max_length=15, choices=[(answer.value, answer.value) for answer in Allowed])
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    condition = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    source_date = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    reviewed_by = models.CharField(max_length=150, null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[models.Manager[WorkRule]] = WorkRuleQuerySet.as_manager()

    declared = Declared(
        neither="id key country title basis nationalities allowed valid_from valid_until condition notes"
        " source source_date confidence reviewed_by version created_at updated_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""),
                name="work_rule_has_a_source",
                violation_error_message="Name the source.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="work_rule_ends_after_it_begins",
                violation_error_message="A rule cannot end before it begins.",
            ),
            models.CheckConstraint(
                condition=Q(
                    basis__in=[basis.value for basis in OF_LAW], allowed__in=[one.value for one in Allowed]
                ),
                name="work_rule_is_known",
                violation_error_message="This basis or answer is not known.",
            ),
        ]
        indexes = [models.Index(fields=["country"], name="work_rule_of_country")]

    def __str__(self) -> str:
        return self.title
