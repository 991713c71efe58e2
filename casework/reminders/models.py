from __future__ import annotations

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from casework.accounts.models import Organisation, Owned
from casework.isolation import SameOrganisation
from casework.stays.models import Deadline
from casework.vault.data_map import Declared


class State(models.TextChoices):
    PENDING = "pending"
    CLAIMED = "claimed"
    IN_FLIGHT = "in_flight", "in flight"
    SENT = "sent"
    SUPERSEDED = "superseded"
    PARKED = "parked"
    DEAD = "dead"


AT_WORK = (State.CLAIMED, State.IN_FLIGHT)


class Occasion(models.TextChoices):
    OFFSET = "offset", "days before"
    MOVED = "moved", "the day moved"
    PASSED = "passed", "the day has passed"
    DIGEST = "digest"
    SILENT = "silent", "no answer, and the day is near"


class RecipientKind(models.TextChoices):
    PERSON = "person"
    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"


class ChannelName(models.TextChoices):
    MAIL = "mail"


class Policy(Owned):
    """Whom an organisation tells of one kind of deadline, and when. Without a row the defaults hold.

    Its rows are read by the planner's SQL (`agreed.py`), never copied into the ledger.
    """

    # Empty: every kind without a row of its own.
    kind = models.CharField(max_length=30, blank=True)
    # Days before; 0 is the day itself.
    offsets = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    after = models.BooleanField(default=True)
    tells_person = models.BooleanField(default=True)
    tells_caseworker = models.BooleanField(default=True)
    tells_supervisor = models.BooleanField(default=False)
    channel = models.CharField(max_length=10, choices=ChannelName.choices, default=ChannelName.MAIL)
    # In the recipient's own zone.
    hour = models.TimeField(default=time(9, 0))
    # ISO weekdays, Monday is 1.
    quiet_days = ArrayField(models.SmallIntegerField(), default=list, blank=True)
    # Dropped, it stays: the planner must still come by and undo what it asked for.
    stands = models.BooleanField(default=True)
    # The version up to which the open deadlines have been given to the planner again, and the day up to which
    # it has come with the present one. Written by reminders.planning.
    replanned_version = models.PositiveIntegerField(default=0, editable=False)
    replanned_to = models.DateField(null=True, editable=False)

    declared = Declared(
        neither=Owned.OWNED
        + "kind offsets after tells_person tells_caseworker tells_supervisor channel hour quiet_days stands"
        " replanned_version replanned_to",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_policy_of_a_kind"),
            models.CheckConstraint(
                condition=Q(tells_person=True) | Q(tells_caseworker=True) | Q(tells_supervisor=True),
                name="policy_tells_somebody",
                violation_error_message="Somebody must be told.",
            ),
            models.CheckConstraint(
                condition=Q(after=True) | Q(offsets__len__gt=0),
                name="policy_tells_at_some_time",
                violation_error_message="There must be a day on which somebody is told.",
            ),
        ]

    def __str__(self) -> str:
        return f"reminders of {self.kind or 'every other kind'}"


class AnswerKind(models.TextChoices):
    DONE = "done", "it is done"
    LEFT = "left", "they have left the country"
    CALL_ME = "call_me", "they ask for a call"


class Reminder(Owned):
    """One row of the ledger: this deadline, this version, this offset, this recipient, this channel.

    Holds ids only. What is said is rendered when it is sent.
    """

    # Each row is written three times on its way: no index of its own for what the others begin with.
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="reminders", null=True, db_constraint=False,
        db_index=False,
    )  # fmt: skip
    deadline_version = models.PositiveIntegerField(null=True)
    day = models.DateField()
    offset_days = models.SmallIntegerField(null=True)
    recipient_kind = models.CharField(max_length=10, choices=RecipientKind.choices)
    recipient = models.UUIDField()
    channel = models.CharField(max_length=12, default="mail")
    send_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    # Told in this letter together with others, not by itself.
    digest = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="told", null=True, db_constraint=False, db_index=False
    )
    # Somebody pressed a button and waits for it: it goes into no digest.
    by_hand = models.BooleanField(default=False, db_default=False, editable=False)
    last_error = models.CharField(max_length=60, blank=True)

    declared = Declared(
        personal="day send_after sent_at acknowledged_at",
        neither=Owned.OWNED
        + "occasion deadline deadline_version offset_days recipient_kind recipient channel"
        " state attempts lease_token lease_until message_id digest by_hand last_error",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="reminder_of_organisation"),
            SameOrganisation(field="deadline", name="reminder_deadline_same_organisation"),
            SameOrganisation(field="digest", name="reminder_digest_same_organisation"),
            models.UniqueConstraint(
                fields=[
                    "organisation", "occasion", "deadline", "deadline_version", "day", "offset_days",
                    "recipient", "channel",
                ],
                nulls_distinct=False,
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "in_flight"], lease_token__isnull=False)
                | ~Q(state__in=["claimed", "in_flight"]),
                name="reminder_at_work_has_a_lease",
            ),
        ]  # fmt: skip
        indexes = [
            # What a tick looks for: a small part of the ledger, however long its history.
            models.Index(
                fields=["organisation", "send_after"],
                condition=Q(state="pending"),
                name="reminder_due",
            ),
            models.Index(
                fields=["organisation", "lease_until"],
                condition=Q(state__in=["claimed", "in_flight"]),
                name="reminder_leased",
            ),
            # What a caseworker has heard today, letter by letter.
            models.Index(
                fields=["organisation", "sent_at"],
                condition=Q(state="sent", recipient_kind="caseworker", digest=None),
                name="reminder_told_singly",
            ),
            models.Index(
                fields=["organisation", "digest"],
                condition=Q(digest__isnull=False, state="pending"),
                name="reminder_in_digest",
            ),
            # What the minute's figures tell of.
            models.Index(
                fields=["organisation", "state"],
                condition=Q(state__in=["dead", "parked"]),
                name="reminder_given_up",
            ),
            models.Index(fields=["organisation", "deadline", "sent_at"], name="reminder_of_deadline"),
            models.Index(fields=["organisation", "created_at", "id"], name="reminder_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} {self.offset_days or ''} to {self.recipient_kind}"


class Instance(models.Model):
    """One row: which instance sends from this database, and which server's database that was."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    system_identifier = models.BigIntegerField()
    database_oid = models.BigIntegerField()
    # The transaction that wrote the row, as PostgreSQL keeps it beside each row (xmin). Whatever writes the
    # row anew without knowing this, as a restore does, leaves them different.
    written_by = models.BigIntegerField(db_default=0)
    adopted_at = models.DateTimeField()

    declared = Declared(neither="id name system_identifier database_oid written_by adopted_at")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="instance_is_one")]

    def __str__(self) -> str:
        return self.name


class Figures(models.Model):
    """What the minute's comparison found in one organisation's ledger: for those who watch the machine.

    Outside row-level security, for a health check asks for everybody: figures only, of nobody.
    """

    organisation = models.OneToOneField(
        Organisation, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    healed_at = models.DateTimeField()
    due_without_row = models.PositiveIntegerField(default=0)
    # Since when it has been more than 0 and has not become less: what is worked off is not neglected.
    lacking_since = models.DateTimeField(null=True)
    oldest_pending = models.DurationField(null=True)
    # Of those that are due.
    pending = models.PositiveBigIntegerField(default=0)
    # Not taken at an attempt, and waiting for the next one: an outage of the mail server shows here first.
    retrying = models.PositiveBigIntegerField(default=0, db_default=0)
    dead = models.PositiveBigIntegerField(default=0)
    parked = models.PositiveBigIntegerField(default=0)

    declared = Declared(
        neither="organisation healed_at due_without_row lacking_since oldest_pending pending retrying dead"
        " parked"
    )

    def __str__(self) -> str:
        return f"as of {self.healed_at}"


class Answer(Owned):
    """What somebody said to a reminder of theirs. It ends what this version of the deadline would still tell.

    A claim, not a fact: a caseworker confirms it, and the ledger of stays is changed by nobody else.
    """

    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="answers", db_constraint=False
    )
    deadline_version = models.PositiveIntegerField()
    # An id only: the ledger's old rows may go, the answer stays.
    reminder = models.UUIDField()
    kind = models.CharField(max_length=8, choices=AnswerKind.choices)
    left_on = models.DateField(null=True)
    answered_at = models.DateTimeField()

    declared = Declared(
        personal="kind left_on answered_at", neither=Owned.OWNED + "deadline deadline_version reminder"
    )

    class Meta:
        constraints = [
            SameOrganisation(field="deadline", name="answer_deadline_same_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "deadline", "deadline_version", "kind"], name="answer_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="left", left_on__isnull=False) | (~Q(kind="left") & Q(left_on=None)),
                name="answer_left_on_a_day",
                violation_error_message="Whoever says that they have left says on which day.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
