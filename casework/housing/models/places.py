from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.vault.data_map import Declared
from casework.vault.fields import SealedTextField


class PlaceKind(models.TextChoices):
    HOSTEL = "hostel"
    HOTEL = "hotel"
    FLAT = "flat"
    HOST_FAMILY = "host_family", "host family"
    SHELTER = "shelter"


class Per(models.TextChoices):
    NIGHT = "night"
    MONTH = "month"


class Place(Owned):
    """A hostel, hotel, flat, host family or shelter. Where people who fled sleep is sealed."""

    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=100)
    city_key = models.CharField(max_length=100, editable=False)
    address = SealedTextField()
    contact = SealedTextField()

    declared = Declared(
        personal="name", sensitive="address contact", neither=Owned.OWNED + "kind country city city_key"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="place_of_organisation"),
            models.CheckConstraint(
                condition=Q(kind__in=PlaceKind.values),
                name="place_has_a_known_kind",
                violation_error_message="Not a kind of place that is known.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "city_key"], name="place_by_city"),
            models.Index(fields=["organisation", "country"], name="place_by_country"),
            models.Index(fields=["organisation", "created_at", "id"], name="place_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(Owned):
    """A room or a flat. A private one is one household's at a time, a shared one is let by the bed.

    The price of a private unit is for the unit, of a shared one for one bed.
    """

    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="units", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=100)
    capacity = models.PositiveSmallIntegerField()
    step_free = models.BooleanField(default=False)
    pets = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, null=True, blank=True)
    price_per = models.CharField(max_length=5, choices=Per.choices, default=Per.NIGHT)
    available_from = models.DateField(null=True, blank=True)
    available_until = models.DateField(null=True, blank=True)

    declared = Declared(
        neither=Owned.OWNED + "place name capacity step_free pets private price currency price_per"
        " available_from available_until"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="unit_of_organisation"),
            SameOrganisation(field="place", name="unit_place_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "place", "name"],
                name="unit_name_once_in_its_place",
                violation_error_message="This place already has a unit of that name.",
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="unit_has_a_bed",
                violation_error_message="A unit has at least one bed.",
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0, currency__isnull=False),
                name="unit_price_is_money",
                violation_error_message="A price is not below zero and has a currency.",
            ),
            models.CheckConstraint(
                condition=Q(available_from=None)
                | Q(available_until=None)
                | Q(available_until__gte=F("available_from")),
                name="unit_available_in_order",
                violation_error_message="A unit cannot be available until a day before its first.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at", "id"], name="unit_in_order"),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(Owned):
    """Nights on which a unit is let to nobody."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="closures", db_constraint=False, db_index=False
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)

    declared = Declared(sensitive="reason", neither=Owned.OWNED + "unit starts_on ends_on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="closure_of_organisation"),
            SameOrganisation(field="unit", name="closure_unit_same_organisation"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="closure_in_order",
                violation_error_message="A closure cannot end before it starts.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "unit", "ends_on"], name="closure_of_unit"),
            models.Index(fields=["organisation", "created_at", "id"], name="closure_in_order_made"),
        ]

    def __str__(self) -> str:
        return f"closed {self.starts_on} to {self.ends_on}"
