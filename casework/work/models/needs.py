from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.people.models import Person
from casework.vault.data_map import Declared


class NeedStatus(models.TextChoices):
    LOOKING = "looking"
    HIRED = "hired"
    WITHDRAWN = "withdrawn"


class WorkNeedQuerySet(models.QuerySet["Need"]):
    def looking(self) -> WorkNeedQuerySet:
        return self.filter(status=NeedStatus.LOOKING)


class Need(Owned):
    """Somebody looks for work: of which kind, where, from when, in which languages."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="work_needs", db_constraint=False
    )
    sectors = ArrayField(models.CharField(max_length=1), default=list, blank=True)
    occupations = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    skills = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    language_levels = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, null=True, blank=True)
    city = models.CharField(max_length=100, blank=True)
    city_key = models.CharField(max_length=100, blank=True, editable=False)
    available_from = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=NeedStatus.choices, default=NeedStatus.LOOKING)

    objects: ClassVar[models.Manager[Need]] = WorkNeedQuerySet.as_manager()

    declared = Declared(
        personal="sectors occupations skills languages language_levels country city city_key available_from"
        " status",
        neither=Owned.OWNED + "person",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="work_need_of_organisation"),
            SameOrganisation(field="person", name="work_need_person_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "person"],
                condition=Q(status="looking"),
                name="one_live_work_need_per_person",
                violation_error_message="This person already looks for work.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=NeedStatus.values),
                name="work_need_has_a_known_status",
                violation_error_message="This status is not known.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at", "id"], name="work_need_in_order"),
            models.Index(fields=["organisation", "person"], name="work_need_of_person"),
            models.Index(
                fields=["organisation", "city_key"], condition=Q(status="looking"), name="work_need_looking"
            ),
        ]

    def __str__(self) -> str:
        return f"Work need {str(self.id)[:8]}"
