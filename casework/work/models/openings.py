from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from casework.accounts.models import Owned
from casework.vault.data_map import Declared
from casework.vault.fields import SealedTextField


class OpeningStatus(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"


class ClosedReason(models.TextChoices):
    WITHDRAWN = "withdrawn", "the employer takes nobody any more"
    FILLED = "filled", "every position is taken"
    CLOSING_DAY = "closing_day", "its closing day has passed"


class PayPer(models.TextChoices):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OpeningQuerySet(models.QuerySet["Opening"]):
    def open(self) -> OpeningQuerySet:
        return self.filter(status=OpeningStatus.OPEN)


class Opening(Owned):
    """Work that somebody offers: so many positions of one occupation in one city.

    `hired` is kept by the database: it counts the applications that were hired, whatever writes them, and can
    never be above `positions` (migration 0002).
    """

    employer = models.CharField(max_length=150)
    title = models.CharField(max_length=200)
    sector = models.CharField(max_length=1)
    occupation = models.CharField(max_length=4)
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=100)
    city_key = models.CharField(max_length=100, editable=False)
    positions = models.PositiveIntegerField()
    hired = models.PositiveIntegerField(default=0, editable=False)
    pay = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True)
    pay_per = models.CharField(max_length=5, choices=PayPer.choices, null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=35), default=list, blank=True)
    language_levels = models.JSONField(default=dict, blank=True)
    housing_offered = models.BooleanField(default=False)
    opens_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    contact = SealedTextField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=OpeningStatus.choices, default=OpeningStatus.OPEN)
    closed_reason = models.CharField(max_length=12, choices=ClosedReason.choices, null=True, blank=True)

    objects: ClassVar[models.Manager[Opening]] = OpeningQuerySet.as_manager()

    declared = Declared(
        personal="employer",
        sensitive="contact",
        neither=Owned.OWNED + "title sector occupation country city city_key positions hired pay currency"
        " pay_per languages language_levels housing_offered opens_on starts_on closes_on status"
        " closed_reason",
    )

    class Meta:
        # A comparison with null is unknown, and what is unknown passes a check: null is asked for by name.
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="opening_of_organisation"),
            models.CheckConstraint(
                condition=Q(positions__gte=1),
                name="opening_has_a_position",
                violation_error_message="An opening has at least one position.",
            ),
            models.CheckConstraint(
                condition=Q(hired__lte=F("positions")),
                name="opening_is_not_overfilled",
                violation_error_message="Every position of this opening is taken.",
            ),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(opens_on=None) | Q(closes_on__gte=F("opens_on")),
                name="opening_closes_after_it_opens",
                violation_error_message="An opening cannot close before it opens.",
            ),
            models.CheckConstraint(
                condition=Q(pay=None, currency=None, pay_per=None)
                | Q(pay__isnull=False, pay__gte=0, currency__isnull=False, pay_per__isnull=False),
                name="opening_pay_is_whole",
                violation_error_message="Pay needs an amount, a currency and a period.",
            ),
            models.CheckConstraint(
                condition=Q(status=OpeningStatus.OPEN, closed_reason=None)
                | Q(
                    status=OpeningStatus.CLOSED,
                    closed_reason__isnull=False,
                    closed_reason__in=ClosedReason.values,
                ),
                name="opening_closed_with_a_reason",
                violation_error_message="A closed opening has a reason, an open one has none.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at", "id"], name="opening_in_order"),
            models.Index(
                fields=["organisation", "country", "city_key"],
                condition=Q(status="open"),
                name="opening_open_in_city",
            ),
            # What the sweep asks for: whose closing day may have passed.
            models.Index(
                fields=["organisation", "closes_on"], condition=Q(status="open"), name="opening_open_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.employer}"

    @property
    def positions_left(self) -> int:
        return self.positions - self.hired
