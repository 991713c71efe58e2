from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.people.models import Document, Person
from casework.vault.data_map import Declared


class Purpose(models.TextChoices):
    TOURISM = "tourism"
    CULTURE = "culture"
    SPORT = "sport"
    BUSINESS = "business"
    TRANSIT = "transit"
    FAMILY = "family"
    WORK = "work"
    STUDY = "study"
    PROPERTY = "property"
    HUMANITARIAN = "humanitarian"
    TRANSPORT = "transport"
    NON_ESSENTIAL = "non_essential", "non-essential"
    OTHER = "other"


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def standing(self) -> ArrivalQuerySet:
        """Arrivals that happened: not those entered by mistake."""
        return self.filter(voided_at=None)

    def open(self) -> ArrivalQuerySet:
        return self.standing().filter(left_on=None)


class Arrival(Owned):
    """One entry of one person into one host country. All arrivals of a person are the travel ledger."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="arrivals", db_constraint=False)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    country = models.CharField(max_length=2)
    entered_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    entry_point = models.CharField(max_length=100, blank=True)
    purpose = models.CharField(max_length=15, choices=Purpose.choices, null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    void_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[Arrival]] = ArrivalQuerySet.as_manager()

    declared = Declared(
        personal="country entered_on left_on entry_point purpose",
        sensitive="void_reason",
        neither=Owned.OWNED + "person document voided_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="arrival_of_organisation"),
            SameOrganisation(field="person", name="arrival_person_same_organisation"),
            SameOrganisation(field="document", name="arrival_document_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "person", "country"],
                condition=Q(left_on=None, voided_at=None),
                name="one_open_arrival_per_country",
                violation_error_message="This person already has an open arrival in this country.",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")),
                name="arrival_left_after_entry",
                violation_error_message="Nobody leaves before they have entered.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person", "entered_on"], name="arrival_ledger"),
            models.Index(fields=["organisation", "created_at", "id"], name="arrival_in_order"),
            models.Index(fields=["organisation", "country", "entered_on"], name="arrival_by_country"),
            # What a change of the law looks at again.
            models.Index(
                fields=["organisation", "country", "id"],
                condition=Q(left_on=None, voided_at=None),
                name="arrival_open_in_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.entered_on}"


class PermitKind(models.TextChoices):
    VISA = "visa"
    LONG_STAY_VISA = "long_stay_visa", "long-stay visa"
    RESIDENCE_PERMIT = "residence_permit", "residence permit"
    ASYLUM_CERTIFICATE = "asylum_certificate", "asylum-seeker certificate"
    TEMPORARY_PROTECTION = "temporary_protection", "temporary protection"
    OTHER = "other"


class Permit(Owned):
    """A visa or permit with its own dates; it overrides or caps the visa-free limit."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="permits", db_constraint=False)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=25, choices=PermitKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    stay_days = models.PositiveIntegerField(null=True, blank=True)
    entries = models.PositiveIntegerField(null=True, blank=True)

    declared = Declared(
        personal="country kind starts_on ends_on stay_days entries", neither=Owned.OWNED + "person"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="permit_of_organisation"),
            SameOrganisation(field="person", name="permit_person_same_organisation"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="permit_ends_after_start",
                violation_error_message="A permit cannot end before it starts.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="permit_of_person"),
            models.Index(fields=["organisation", "created_at", "id"], name="permit_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.country} {self.starts_on} to {self.ends_on}"
