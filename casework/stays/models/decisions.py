from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.people.models import Person
from casework.vault.data_map import Declared


class DecisionKind(models.TextChoices):
    """What was decided on, and by which procedure where the period to appeal depends on it."""

    ASYLUM = "asylum", "asylum, procedure not known"
    ASYLUM_INADMISSIBLE = "asylum_inadmissible", "asylum: admissibility"
    ASYLUM_ACCELERATED = "asylum_accelerated", "asylum: accelerated procedure"
    ASYLUM_REGULAR = "asylum_regular", "asylum: regular procedure"
    ASYLUM_REGISTRATION = "asylum_registration", "asylum application registered"
    DUBLIN_ACCEPTANCE = "dublin_acceptance", "another state takes the person (Dublin)"
    STAY_EXTENSION = "stay_extension", "extension of a stay"
    RESIDENCE_PERMIT = "residence_permit", "residence permit"
    RETURN = "return", "return or removal"
    ENTRY_BAN = "entry_ban", "entry ban"
    OTHER = "other"


class Outcome(models.TextChoices):
    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted", "partly granted"
    REFUSED = "refused"
    REJECTED = "rejected"
    INADMISSIBLE = "inadmissible"
    REVOKED = "revoked"
    DISCONTINUED = "discontinued"
    ORDERED = "ordered"
    REGISTERED = "registered"
    OTHER = "other"


class PeriodUnit(models.TextChoices):
    CALENDAR_DAYS = "calendar_days", "days"
    WORKING_DAYS = "working_days", "working days"
    WEEKS = "weeks"
    MONTHS = "months"


class Decision(Owned):
    """What an authority decided about a person. Served, it can begin a period to appeal.

    `within` and `unit` are the period that the decision itself names; it goes before what the register says.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="decisions", db_constraint=False
    )
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=30, choices=DecisionKind.choices)
    served_on = models.DateField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    within = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, choices=PeriodUnit.choices, null=True, blank=True)

    declared = Declared(
        personal="country served_on within unit", sensitive="kind outcome", neither=Owned.OWNED + "person"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="decision_of_organisation"),
            SameOrganisation(field="person", name="decision_person_same_organisation"),
            models.CheckConstraint(
                condition=Q(within=None, unit=None) | Q(within__gte=1, unit__isnull=False),
                name="decision_period_is_whole",
                violation_error_message="A period needs a number and a unit.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "person"], name="decision_of_person"),
            models.Index(fields=["organisation", "created_at", "id"], name="decision_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.country}, {self.served_on}"
