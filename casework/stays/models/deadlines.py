from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Func, Q
from django.db.models.lookups import LessThanOrEqual

from casework.accounts.models import Organisation, Owned
from casework.isolation import SameOrganisation
from casework.people.models import Document, Person
from casework.stays.models.changes import LawChange
from casework.stays.models.decisions import Decision
from casework.stays.models.law import StayRule
from casework.stays.models.ledger import Arrival, Permit
from casework.stays.models.periods import DeadlineType
from casework.vault.data_map import Declared

# The fields that name what makes a deadline.
CAUSES = ("arrival", "decision", "permit", "document")


class DeadlineKind(models.TextChoices):
    STAY_END = "stay_end", "end of the lawful stay"
    REGISTRATION = "registration", "registration"
    DOCUMENT_EXPIRY = "document_expiry", "document expires"
    CERTIFICATE_RENEWAL = "certificate_renewal", "renewal of a certificate"
    APPEAL = "appeal", "appeal"
    ASYLUM_APPLICATION = "asylum_application", "asylum application"
    PERMIT_APPLICATION = "permit_application", "application for a permit"
    CONTACT_AUTHORITY = "contact_authority", "contact with the authority"
    DUBLIN_TRANSFER = "dublin_transfer", "transfer under the Dublin regulation"
    APPOINTMENT = "appointment", "appointment"
    OTHER = "other", "other"


class DeadlineStatus(models.TextChoices):
    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> DeadlineQuerySet:
        return self.filter(status=DeadlineStatus.OPEN)

    def due_between(self, first: date, last: date) -> DeadlineQuerySet:
        return self.filter(due_on__range=(first, last))


class Deadline(Owned):
    """A day by which somebody must act. Moved, it keeps its id and its version rises."""

    # The planner writes each version once more: no index of its own for what the others begin with.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="deadlines", db_constraint=False, db_index=False
    )
    arrival = models.ForeignKey(
        Arrival, on_delete=models.PROTECT, related_name="deadlines", null=True, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    # What else can make a deadline; one of the four, or none where a human set the day.
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="deadlines", null=True, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    permit = models.ForeignKey(
        Permit, on_delete=models.PROTECT, related_name="deadlines", null=True, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="deadlines", null=True, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=30, choices=DeadlineKind.choices)
    due_on = models.DateField()
    status = models.CharField(max_length=12, choices=DeadlineStatus.choices, default=DeadlineStatus.OPEN)
    who = models.CharField(max_length=10, default="person")
    rule = models.ForeignKey(StayRule, on_delete=models.PROTECT, related_name="+", null=True)
    legal_period = models.ForeignKey(DeadlineType, on_delete=models.PROTECT, related_name="+", null=True)
    # Codes with their values, as the calculation gave them; the doors make sentences of them.
    reasons = models.JSONField(default=list)
    assigned_to = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    # The change of the law that made the version which stands; its people are told once.
    moved_by = models.ForeignKey(
        LawChange, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    # The version whose reminders have been planned. Behind `version`, the planner has work to do, and a
    # small index finds it; so no writer of deadlines needs to tell anybody. Written by reminders.planning.
    planned_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar[models.Manager[Deadline]] = DeadlineQuerySet.as_manager()

    declared = Declared(
        personal="country kind due_on status who reasons",
        neither=Owned.OWNED
        + "person arrival decision permit document rule legal_period assigned_to closed_at moved_by"
        " planned_version",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="deadline_of_organisation"),
            SameOrganisation(field="person", name="deadline_person_same_organisation"),
            SameOrganisation(field="assigned_to", name="deadline_assigned_to_same_organisation"),
            SameOrganisation(field="arrival", name="deadline_arrival_same_organisation"),
            SameOrganisation(field="decision", name="deadline_decision_same_organisation"),
            SameOrganisation(field="permit", name="deadline_permit_same_organisation"),
            SameOrganisation(field="document", name="deadline_document_same_organisation"),
            *(
                models.UniqueConstraint(
                    fields=["organisation", cause, "kind", "who"],
                    condition=Q(**{f"{cause}__isnull": False}),
                    name=f"one_deadline_of_a_kind_per_{cause}",
                )
                for cause in CAUSES
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Func(*CAUSES, function="num_nonnulls"), 1),
                name="deadline_has_one_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status", "due_on"], name="deadline_due"),
            models.Index(
                fields=["organisation", "due_on"],
                condition=Q(planned_version__lt=models.F("version")),
                name="deadline_to_plan",
            ),
            models.Index(fields=["organisation", "person"], name="deadline_of_person"),
            models.Index(fields=["organisation", "created_at", "id"], name="deadline_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.country}, {self.due_on}"

    @property
    def cause(self) -> tuple[str, UUID] | None:
        """The field that names what made it, and the id there; None for a day that a human set."""
        for name in CAUSES:
            row_id = getattr(self, f"{name}_id")
            if row_id is not None:
                return name, row_id
        return None


class DeadlineHistory(models.Model):
    """One earlier state of a deadline: the day it showed, and why it no longer does."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="history", db_constraint=False
    )
    version = models.PositiveIntegerField()
    due_on = models.DateField()
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=60)
    replaced_at = models.DateTimeField()
    law_change = models.ForeignKey(LawChange, on_delete=models.PROTECT, related_name="+", null=True)

    declared = Declared(
        personal="due_on status", neither="id organisation deadline version reason replaced_at law_change"
    )

    class Meta:
        constraints = [
            SameOrganisation(field="deadline", name="history_deadline_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "deadline", "version"], name="one_history_row_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}: {self.due_on}"
