from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When

from casework.accounts.models import Owned
from casework.housing.models.places import Per
from casework.isolation import SameOrganisation
from casework.people.models import Household
from casework.vault.data_map import Declared


class Priority(models.TextChoices):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Ground(models.TextChoices):
    """What raises a priority by itself."""

    UNACCOMPANIED_CHILD = "unaccompanied_child", "a child alone"
    ILLNESS = "illness", "illness"
    NO_SHELTER = "no_shelter", "a night without shelter"


class NeedStatus(models.TextChoices):
    WAITING = "waiting"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class NeedQuerySet(models.QuerySet["Need"]):
    def waiting(self) -> NeedQuerySet:
        return self.filter(status=NeedStatus.WAITING)

    def in_turn(self) -> NeedQuerySet:
        """The order of the waiting list: what is urgent first, then who has waited longest."""
        return self.order_by("rank", "created_at", "id")


class Need(Owned):
    """A household asks for beds. The budget is for the whole household; a month counts 30 nights.

    `priority` is the one asked for, or the higher one to which a ground raises it.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="bed_needs", null=True, blank=True,
        db_constraint=False, db_index=False,
    )  # fmt: skip
    people = models.PositiveSmallIntegerField()
    needed_from = models.DateField()
    needed_until = models.DateField(null=True, blank=True)
    city = models.CharField(max_length=100, blank=True)
    city_key = models.CharField(max_length=100, blank=True, editable=False)
    country = models.CharField(max_length=2, null=True, blank=True)
    budget = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True)
    budget_per = models.CharField(max_length=5, choices=Per.choices, default=Per.NIGHT)
    step_free = models.BooleanField(default=False)
    pets = models.BooleanField(default=False)
    grounds = ArrayField(models.CharField(max_length=20, choices=Ground.choices), default=list, blank=True)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    priority_asked = models.CharField(
        max_length=6, choices=Priority.choices, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    rank = models.GeneratedField(
        expression=Case(
            When(priority=Value("urgent"), then=Value(0)),
            When(priority=Value("high"), then=Value(1)),
            default=Value(2),
        ),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    reason = models.TextField(blank=True)
    status = models.CharField(
        max_length=9, choices=NeedStatus.choices, default=NeedStatus.WAITING, editable=False
    )

    objects: ClassVar[models.Manager[Need]] = NeedQuerySet.as_manager()

    declared = Declared(
        personal="people needed_from needed_until city city_key country budget currency budget_per pets"
        " priority priority_asked rank",
        sensitive="grounds reason step_free",
        neither=Owned.OWNED + "household status",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="bed_need_of_organisation"),
            SameOrganisation(field="household", name="bed_need_household_same_organisation"),
            models.CheckConstraint(
                condition=Q(people__gte=1),
                name="bed_need_of_somebody",
                violation_error_message="A need is for at least one person.",
            ),
            models.CheckConstraint(
                condition=Q(needed_until=None) | Q(needed_until__gte=F("needed_from")),
                name="bed_need_in_order",
                violation_error_message="A need cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(budget=None) | Q(budget__gte=0, currency__isnull=False),
                name="bed_need_budget_is_money",
                violation_error_message="A budget is not below zero and has a currency.",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values),
                name="bed_need_has_a_known_priority",
                violation_error_message="normal, high or urgent.",
            ),
            models.CheckConstraint(
                condition=Q(priority_asked__in=Priority.values),
                name="bed_need_asked_for_a_known_priority",
                violation_error_message="normal, high or urgent.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "city_key", "rank", "created_at", "id"],
                condition=Q(status="waiting"),
                name="bed_need_in_turn",
            ),
            # The list of all cities at once.
            models.Index(
                fields=["organisation", "rank", "created_at", "id"],
                condition=Q(status="waiting"),
                name="bed_need_in_turn_anywhere",
            ),
            # The same list by when they asked, as the API pages through it.
            models.Index(
                fields=["organisation", "city_key", "created_at", "id"],
                condition=Q(status="waiting"),
                name="bed_need_waiting_since",
            ),
            models.Index(fields=["organisation", "household"], name="bed_need_of_household"),
            models.Index(fields=["organisation", "created_at", "id"], name="bed_need_in_order_asked"),
        ]

    def __str__(self) -> str:
        people = "1 person" if self.people == 1 else f"{self.people} people"
        return f"{people} in {self.city or 'any city'} from {self.needed_from}"


class TurnedAway(Owned):
    """A request for which there was no bed: the measure of the shortage, and of the rents."""

    on = models.DateField()
    city = models.CharField(max_length=100)
    city_key = models.CharField(max_length=100, editable=False)
    country = models.CharField(max_length=2)
    people = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    price_asked = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True)

    declared = Declared(
        sensitive="reason", neither=Owned.OWNED + "on city city_key country people price_asked currency"
    )

    class Meta:
        verbose_name = "request turned away"
        verbose_name_plural = "requests turned away"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="turned_away_of_organisation"),
            models.CheckConstraint(
                condition=Q(people__gte=1),
                name="turned_away_somebody",
                violation_error_message="At least one person was turned away.",
            ),
            models.CheckConstraint(
                condition=Q(price_asked=None) | Q(price_asked__gte=0, currency__isnull=False),
                name="turned_away_price_is_money",
                violation_error_message="A price is not below zero and has a currency.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "city_key", "on"], name="turned_away_by_city"),
            models.Index(fields=["organisation", "on"], name="turned_away_by_day"),
            models.Index(fields=["organisation", "created_at", "id"], name="turned_away_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.on}, {self.city}"
