from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from casework.accounts.models import Owned
from casework.isolation import SameOrganisation
from casework.people.models import Document, Person
from casework.vault.data_map import Declared


class Confidence(models.TextChoices):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class RuleStatus(models.TextChoices):
    DRAFT = "draft"
    IN_FORCE = "in_force", "in force"
    ENDED = "ended"


class StayRule(models.Model):
    """A dated row of law. Public, of no organisation; a rule in force is ended and replaced, not edited."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        max_length=12,
        choices=[("stay", "stay"), ("admission", "admission"), ("registration", "registration")],
    )
    country = models.CharField(max_length=2)
    area = models.CharField(max_length=20, null=True, blank=True)
    title = models.CharField(max_length=200)
    nationalities = ArrayField(models.CharField(max_length=2))
    document_kinds = ArrayField(models.CharField(max_length=20))
    applies_to_entries_from = models.DateField(null=True, blank=True)
    applies_to_entries_until = models.DateField(null=True, blank=True)
    limits = models.JSONField(default=list, blank=True)
    readings = models.JSONField(default=list, blank=True)
    condition = models.JSONField(null=True, blank=True)
    within = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, null=True, blank=True)
    who = models.CharField(max_length=20, null=True, blank=True)
    if_longer_than_days = models.PositiveIntegerField(null=True, blank=True)
    notes = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    source_date = models.DateField(null=True, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices)
    reviewed_by = models.CharField(max_length=150, null=True, blank=True)
    status = models.CharField(max_length=10, choices=RuleStatus.choices, default=RuleStatus.IN_FORCE)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    declared = Declared(
        neither="id key kind country area title nationalities document_kinds applies_to_entries_from"
        " applies_to_entries_until limits readings condition within unit who if_longer_than_days notes"
        " source source_date confidence reviewed_by status version created_at updated_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(source=""), name="rule_has_a_source", violation_error_message="Name the source."
            ),
        ]
        indexes = [models.Index(fields=["country", "status"], name="rule_of_country")]

    def __str__(self) -> str:
        return self.title


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


class DeadlineKind(models.TextChoices):
    STAY_END = "stay_end", "end of the lawful stay"
    REGISTRATION = "registration", "registration"
    DOCUMENT_EXPIRY = "document_expiry", "document expires"
    APPEAL = "appeal", "appeal"
    APPOINTMENT = "appointment", "appointment"


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

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="deadlines", db_constraint=False
    )
    arrival = models.ForeignKey(
        Arrival, on_delete=models.PROTECT, related_name="deadlines", null=True, db_constraint=False
    )
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=30, choices=DeadlineKind.choices)
    due_on = models.DateField()
    status = models.CharField(max_length=12, choices=DeadlineStatus.choices, default=DeadlineStatus.OPEN)
    who = models.CharField(max_length=10, default="person")
    rule = models.ForeignKey(StayRule, on_delete=models.PROTECT, related_name="+", null=True)
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

    objects: ClassVar[models.Manager[Deadline]] = DeadlineQuerySet.as_manager()

    declared = Declared(
        personal="country kind due_on status who reasons",
        neither=Owned.OWNED + "person arrival rule assigned_to closed_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="deadline_of_organisation"),
            SameOrganisation(field="person", name="deadline_person_same_organisation"),
            SameOrganisation(field="assigned_to", name="deadline_assigned_to_same_organisation"),
            SameOrganisation(field="arrival", name="deadline_arrival_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "arrival", "kind", "who"],
                condition=Q(arrival__isnull=False),
                name="one_deadline_of_a_kind_per_arrival",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "status", "due_on"], name="deadline_due"),
            models.Index(fields=["organisation", "person"], name="deadline_of_person"),
            models.Index(fields=["organisation", "created_at", "id"], name="deadline_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.country}, {self.due_on}"


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

    declared = Declared(
        personal="due_on status", neither="id organisation deadline version reason replaced_at"
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
