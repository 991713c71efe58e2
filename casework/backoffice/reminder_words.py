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
    "taken care of": "Somebody has taken care of it.",
}
NOTED = STOPPED | {
    "told with another": "A later one says it too.",
    "nothing left to tell": "Nothing was left in it to tell.",
    "no address": "There was no address to write to.",
    "address": "Nobody can be mailed at this address.",
    "worker gone": "The process that sent it was gone before the mail server had answered.",
}


def occasion(reminder: Reminder) -> str:
    if reminder.occasion != Occasion.OFFSET or reminder.offset_days is None:
        return str(reminder.get_occasion_display()).lower()
    words = {0: "on the day", 1: "1 day before"}
    return words.get(reminder.offset_days, f"{reminder.offset_days} days before")


def noted(why: str) -> str:
    """What the ledger keeps of the last that happened, as a sentence; a code stands behind it."""
    if not why or why in NOTED:
        return NOTED.get(why, "")
    told = "The mail server did not take it" if why.startswith("SMTP ") else "Sending it failed"
    return f"{told} ({why})."


def stopped(why: str | None) -> str:
    """The fence's word as a sentence; its own word where there is none yet."""
    return STOPPED.get(why, why) if why else ""
