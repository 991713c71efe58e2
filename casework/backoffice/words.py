"""Days, and what stands beside sentences, as a caseworker says them."""

import re
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.people.countries import choices
from casework.stays import sentences

SOON = 7
PRIORITY_TONES = {"urgent": "late", "high": "soon"}
ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def country_name(code: str) -> str:
    return dict(choices()).get(code, code)


def note_on(language: str) -> str:
    """What a caseworker should know before reading sentences of a calculation aloud; mostly nothing."""
    found = sentences.told_in(language)
    if found != language.lower().split("-")[0]:
        return "These sentences are not there in your language yet; they are in English."
    if not sentences.is_reviewed(language):
        name = dict(settings.LANGUAGES)[found]
        return f"{name}: this translation has not yet been checked by a speaker."
    return ""


def day(value: date | None) -> str:
    return date_format(value, "j M Y") if value else "–"


def days_said(sentence: str) -> str:
    """A sentence from below, its days written as the pages write theirs."""
    return ISO_DAY.sub(lambda found: _said(found[0]), sentence)


def days_left(days: int) -> str:
    if days < -1:
        return f"{-days} days overdue"
    return {-1: "1 day overdue", 0: "today", 1: "tomorrow"}.get(days) or f"in {days} days"


def tone(days: int | None) -> str:
    """late, soon or calm: the colour of a day."""
    if days is None:
        return "calm"
    return "late" if days < 0 else "soon" if days <= SOON else "calm"


def chip(text: str, tone: str) -> SafeString:
    return format_html('<span class="cw-chip cw-{}">{}</span>', tone, text)


def _said(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text
