from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from casework.accounts.models import Owned
from casework.housing.models.needs import Need
from casework.housing.models.places import Per, Unit
from casework.isolation import SameOrganisation
from casework.promises import Promise
from casework.vault.data_map import Declared

NOT_OVERSOLD = "unit_is_not_oversold"
PRIVATE_ONCE = "private_unit_is_taken_once"
NOT_CLOSED = "nobody_sleeps_in_a_closed_unit"
AVAILABLE = "nobody_sleeps_in_a_unit_that_is_not_there"


class PlacementStatus(models.TextChoices):
    HELD = "held"
    CONFIRMED = "confirmed"
    ENDED = "ended"
    CANCELLED = "cancelled"


LIVE = (PlacementStatus.HELD, PlacementStatus.CONFIRMED)


class PlacementQuerySet(models.QuerySet["Placement"]):
    def occupying(self, at: datetime) -> PlacementQuerySet:
        """Those that take a bed. A hold that has run out takes none, whether or not it was swept."""
        run_out = Q(status=PlacementStatus.HELD, hold_expires_at__lte=at)
        return self.exclude(status=PlacementStatus.CANCELLED).exclude(run_out)

    def live(self, at: datetime) -> PlacementQuerySet:
        return self.occupying(at).exclude(status=PlacementStatus.ENDED)

    def run_out(self, at: datetime) -> PlacementQuerySet:
        return self.filter(status=PlacementStatus.HELD, hold_expires_at__lte=at)

    def closed(self, at: datetime) -> PlacementQuerySet:
        """All that are not live: ended, cancelled, or a hold that has run out."""
        run_out = Q(status=PlacementStatus.HELD, hold_expires_at__lte=at)
        return self.filter(~Q(status__in=LIVE) | run_out)

    def seen_as(self, status: str, at: datetime) -> PlacementQuerySet:
        """Those of which `status_at` says so."""
        run_out = Q(status=PlacementStatus.HELD, hold_expires_at__lte=at)
        if status == PlacementStatus.CANCELLED:
            return self.filter(Q(status=status) | run_out)
        return self.filter(status=status).exclude(run_out)

    def with_bed(self) -> PlacementQuerySet:
        """With its unit and its place, but for what of the place is sealed."""
        rows = self.select_related("unit__place")
        return rows.defer("unit__place__address", "unit__place__contact")

    def over(self, first: date, last: date) -> PlacementQuerySet:
        """Those with at least one night from `first` to `last`."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class Placement(Owned):
    """People of a need in a unit, over inclusive nights: 1 to 3 are the nights of the 1st, 2nd and 3rd.

    `private` is what the unit is, written by the database; price, currency and price_per are the unit's when
    the placement was made.
    """

    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, related_name="placements", db_constraint=False, db_index=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="placements", db_constraint=False, db_index=False
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    people = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=9, choices=PlacementStatus.choices, default=PlacementStatus.HELD)
    hold_expires_at = models.DateTimeField(null=True, blank=True)
    private = models.BooleanField(default=False, editable=False)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, editable=False)
    currency = models.CharField(max_length=3, null=True, editable=False)
    price_per = models.CharField(max_length=5, choices=Per.choices, default=Per.NIGHT, editable=False)
    moved_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="moved_to", null=True, editable=False,
        db_constraint=False,
    )  # fmt: skip
    split_reason = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager[Placement]] = PlacementQuerySet.as_manager()

    declared = Declared(
        personal="starts_on ends_on people status",
        sensitive="split_reason reason",
        neither=Owned.OWNED + "need unit hold_expires_at private price currency price_per moved_from",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="placement_of_organisation"),
            SameOrganisation(field="need", name="placement_need_same_organisation"),
            SameOrganisation(field="unit", name="placement_unit_same_organisation"),
            SameOrganisation(field="moved_from", name="placement_moved_from_same_organisation"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="placement_in_order",
                violation_error_message="A placement cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1),
                name="placement_of_somebody",
                violation_error_message="A placement is of at least one person.",
            ),
            models.CheckConstraint(
                condition=Q(status="held", hold_expires_at__isnull=False)
                | (Q(status__in=["confirmed", "ended", "cancelled"]) & Q(hold_expires_at=None)),
                name="placement_held_until",
                violation_error_message="A hold has a moment at which it runs out, nothing else has one.",
            ),
            ExclusionConstraint(
                name=PRIVATE_ONCE,
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(private=True) & ~Q(status="cancelled"),
                violation_error_message="This private unit is taken on some of these nights.",
            ),
            Promise(
                name=NOT_OVERSOLD,
                violation_error_message="There are not enough beds on every one of these nights.",
            ),
            Promise(
                name=NOT_CLOSED,
                violation_error_message="The unit is closed on a night for which somebody has a bed.",
            ),
            Promise(
                name=AVAILABLE,
                violation_error_message="The unit is not available on a night for which somebody has a bed.",
            ),
        ]
        indexes = [
            # Most stays are over: whoever asks for nights to come reads only those that end after them.
            models.Index(
                fields=["organisation", "unit", "ends_on"],
                include=["starts_on", "people", "status", "hold_expires_at", "private"],
                condition=~Q(status="cancelled"),
                name="placement_of_unit",
            ),
            models.Index(fields=["organisation", "need"], name="placement_of_need"),
            models.Index(
                fields=["organisation", "hold_expires_at"],
                condition=Q(status="held"),
                name="placement_held",
            ),
            models.Index(
                fields=["organisation", "ends_on"],
                condition=Q(status="confirmed"),
                name="placement_to_end",
            ),
            models.Index(fields=["organisation", "created_at", "id"], name="placement_in_order_made"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"

    def status_at(self, at: datetime) -> str:
        """What it is to whoever looks: a hold that has run out is cancelled, swept or not."""
        return PlacementStatus.CANCELLED if self.has_run_out(at) else self.status

    def has_run_out(self, at: datetime) -> bool:
        expires_at = self.hold_expires_at
        return self.status == PlacementStatus.HELD and expires_at is not None and expires_at <= at
