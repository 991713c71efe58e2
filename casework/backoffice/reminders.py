"""The ledger of reminders: read, never written here."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import chip, day
from casework.reminders.models import Reminder, State

TONES = {State.SENT: "good", State.DEAD: "late", State.PARKED: "soon"}


class ReminderAdmin(RoomAdmin):
    reads = Scope.REMINDERS_READ
    heading = "Reminders sent and to come"
    list_display = ("occasion_told", "for_deadline", "to", "state_told", "send_after", "sent_at", "attempts")
    list_filter = ("state", "recipient_kind", "occasion")
    list_select_related = ("deadline",)
    ordering = ("-send_after", "-pk")
    fields = (
        "occasion", "deadline", "deadline_version", "day", "offset_days", "recipient_kind", "recipient",
        "channel", "send_after", "state", "attempts", "message_id", "sent_at",
        "acknowledged_at", "last_error",
    )  # fmt: skip

    @admin.display(description="reminder")
    def occasion_told(self, reminder: Reminder) -> str:
        days = reminder.offset_days
        return f"{days} days before" if days is not None else str(reminder.get_occasion_display())

    @admin.display(description="deadline")
    def for_deadline(self, reminder: Reminder) -> SafeString | str:
        if reminder.deadline is None:
            return day(reminder.day)
        address = reverse("admin:stays_deadline_change", args=[reminder.deadline_id])
        return format_html('<a class="cw-link" href="{}">{}</a>', address, reminder.deadline)

    @admin.display(description="to")
    def to(self, reminder: Reminder) -> str:
        return str(reminder.get_recipient_kind_display())

    @admin.display(description="state", ordering="state")
    def state_told(self, reminder: Reminder) -> SafeString:
        return chip(reminder.get_state_display(), TONES.get(State(reminder.state), "calm"))
