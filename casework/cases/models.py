from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.accounts.models import Organisation, Owned
from casework.isolation import SameOrganisation
from casework.people.models import Household, Person
from casework.vault.data_map import Declared


class CaseStatus(models.TextChoices):
    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Priority(models.TextChoices):
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Case(Owned):
    """The organisation's file on a household."""

    number = models.CharField(max_length=20, editable=False)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="cases", db_constraint=False
    )
    assigned_to = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="cases",
        null=True,
        blank=True,
        db_constraint=False,
    )
    status = models.CharField(max_length=8, choices=CaseStatus.choices, default=CaseStatus.OPEN)
    priority = models.CharField(max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)

    declared = Declared(
        sensitive="summary",
        neither=Owned.OWNED + "number household assigned_to status priority opened_on closed_on",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="case_of_organisation"),
            models.UniqueConstraint(fields=["organisation", "number"], name="case_number_once"),
            SameOrganisation(field="household", name="case_household_same_organisation"),
            SameOrganisation(field="assigned_to", name="case_assigned_to_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "household"],
                condition=~Q(status="closed"),
                name="one_open_case_per_household",
                violation_error_message="This household already has an open case.",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_on__isnull=False)
                | (~Q(status="closed") & Q(closed_on=None)),
                name="case_closed_with_a_day",
                violation_error_message="A closed case has a closing day, an open one has none.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "assigned_to", "status"], name="case_of_caseworker"),
            models.Index(fields=["organisation", "created_at", "id"], name="case_in_order"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseCounter(models.Model):
    """The last case number of a year: a row that is locked, so that numbers have no gaps or doubles."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    declared = Declared(neither="id organisation year last")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_counter_per_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class TaskKind(models.TextChoices):
    NO_ADDRESS = "no_address", "tell the person yourself: there is no address"
    REMINDER_DEAD = "reminder_dead", "tell the person yourself: a reminder could not be delivered"
    STAY_UNCLEAR = "stay_unclear", "the stay could not be computed: look at the file"
    OVERSTAYED = "overstayed", "the lawful stay has already ended"
    SAYS_DONE = "says_done", "the person says that it is done: confirm it"
    SAYS_LEFT = "says_left", "the person says that they have left: confirm the day"
    CALL_ME = "call_me", "call the person: they ask for it"
    NO_ANSWER = "no_answer", "the person does not answer and the day is near: reach them"
    BED_FREE = "bed_free", "nights are free that this household waits for: place them"
    BED_ENDS = "bed_ends", "the bed ends soon and the household needs one still"
    NEED_PASSED = "need_passed", "they waited for a bed in vain: ask whether they still need one"
    OPENING_CLOSED = "opening_closed", "the work opening has closed: tell the applicant"
    OTHER = "other", "to do"


class TaskStatus(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Owned):
    """Something a caseworker must do. `subject_key`: one cause opens one task, however often it is seen."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks", db_constraint=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    kind = models.CharField(max_length=20, choices=TaskKind.choices, default=TaskKind.OTHER)
    detail = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    assigned_to = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        related_name="tasks",
        null=True,
        blank=True,
        db_constraint=False,
    )
    subject_key = models.CharField(max_length=120, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)

    declared = Declared(
        sensitive="detail",
        neither=Owned.OWNED + "case person kind due_on status assigned_to subject_key done_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="task_of_organisation"),
            SameOrganisation(field="case", name="task_case_same_organisation"),
            SameOrganisation(field="assigned_to", name="task_assigned_to_same_organisation"),
            SameOrganisation(field="person", name="task_person_same_organisation"),
            models.UniqueConstraint(fields=["organisation", "subject_key"], name="one_task_per_subject"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "assigned_to", "status", "due_on"], name="task_of_caseworker"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
