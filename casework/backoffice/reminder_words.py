"""Rows of the ledger, as a caseworker says them."""

from casework.reminders.models import Occasion, Reminder, State

STATE_TONES = {State.SENT: "good", State.DEAD: "late", State.PARKED: "soon"}
CHANNELS = {"mail": "mail", "second_mail": "mail to the second address"}
STOPPED = {
    "closed": "The deadline is closed.",
    "moved": "The deadline has been written anew since; it has reminders of its own for that.",
    "day is over": "The day is over.",
    "policy changed": "The policy says so no longer.",
    "answered": "The person has answered.",
    "handed over": "Somebody else looks after it now, and is told instead.",
}


def occasion(reminder: Reminder) -> str:
    if reminder.occasion != Occasion.OFFSET or reminder.offset_days is None:
        return str(reminder.get_occasion_display()).lower()
    words = {0: "on the day", 1: "1 day before"}
    return words.get(reminder.offset_days, f"{reminder.offset_days} days before")


def stopped(why: str | None) -> str:
    """The fence's word as a sentence; its own word where there is none yet."""
    return STOPPED.get(why, why) if why else ""
