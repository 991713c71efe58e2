from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.vault.data_map import Declared
from casework.work.models.needs import Need
from casework.work.models.openings import Opening
from casework.work.rules import LIVE, STANDING, Step

STEP_CHOICES = [(step.value, step.value) for step in Step]
KNOWN = [step.value for step in Step]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def live(self) -> ApplicationQuerySet:
        """Somebody waits for an answer."""
        return self.filter(status__in=sorted(LIVE))

    def standing(self) -> ApplicationQuerySet:
        """Neither declined nor withdrawn: those who wait and those who were hired."""
        return self.filter(status__in=sorted(STANDING))


class Application(Owned):
    """One person's way into one opening. `reason` is that of its last step; the steps stand in its log."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="applications", db_constraint=False)
    opening = models.ForeignKey(
        Opening, on_delete=models.PROTECT, related_name="applications", db_constraint=False
    )
    status = models.CharField(max_length=10, choices=STEP_CHOICES, default=Step.PROPOSED.value)
    reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager[Application]] = ApplicationQuerySet.as_manager()

    declared = Declared(personal="status", sensitive="reason", neither=Owned.OWNED + "need opening")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="application_of_organisation"),
            SameOrganisation(field="need", name="application_need_same_organisation"),
            SameOrganisation(field="opening", name="application_opening_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "need", "opening"],
                condition=~Q(status__in=["declined", "withdrawn"]),
                name="one_live_application_per_opening",
                violation_error_message="This person has already been proposed for this opening.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=KNOWN),
                name="application_has_a_known_status",
                violation_error_message="This status is not known.",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(reason=""),
                name="application_declined_with_a_reason",
                violation_error_message="Say why it was declined.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "created_at", "id"], name="application_in_order"),
            models.Index(fields=["organisation", "opening", "status"], name="application_of_opening"),
            # A column of the board: who waits longest, or what is over since when.
            models.Index(fields=["organisation", "status", "updated_at"], name="application_on_the_board"),
        ]

    def __str__(self) -> str:
        return f"Application {str(self.id)[:8]}"


class ApplicationStep(Owned):
    """Who moved an application, when, from where to where, and why. Never changed."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="steps", db_constraint=False
    )
    from_status = models.CharField(max_length=10, null=True)
    to_status = models.CharField(max_length=10)
    reason = models.CharField(max_length=500, blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    at = models.DateTimeField()

    declared = Declared(
        personal="from_status to_status",
        sensitive="reason",
        neither=Owned.OWNED + "application actor_kind actor_id at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="application_step_of_organisation"),
            SameOrganisation(field="application", name="step_application_same_organisation"),
            models.CheckConstraint(
                condition=Q(to_status__in=KNOWN),
                name="application_step_is_known",
                violation_error_message="This status is not known.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "application", "at"], name="steps_of_application")]

    def __str__(self) -> str:
        return f"{self.from_status or ''} → {self.to_status}".strip()
