"""Ledgers that contradict themselves: exits nobody recorded, stays that overlap."""

from dataclasses import replace
from datetime import date, timedelta

from .question import Question, Stay


def open_before_later(question: Question) -> Stay | None:
    """The first open stay with a later entry after it, recorded or planned."""
    opened = [stay for stay in question.stays if stay.left_on is None]
    if not opened:
        return None
    first = min(opened, key=lambda stay: stay.entered_on)
    return first if first.entered_on < max(_entries(question)) else None


def with_exits(question: Question, *, latest: bool) -> Question:
    """The question with each missing exit just before the next entry, or else on the day of its own entry."""
    entries = _entries(question)
    stays = []
    for stay in question.stays:
        later = min((entry for entry in entries if entry > stay.entered_on), default=None)
        if stay.left_on is None and later is not None:
            stay = replace(stay, left_on=later - timedelta(days=1) if latest else stay.entered_on)
        stays.append(stay)
    return replace(question, stays=stays)


def overlapping(question: Question) -> tuple[Stay, Stay] | None:
    """The first two stays that share more than one day: sharing the day of exit and entry is no overlap."""
    stays = [*question.stays]
    if question.plan_entry_on is not None:
        # How long the plan lasts is the question: it can only begin within an earlier stay.
        stays.append(Stay(question.plan_entry_on, question.plan_entry_on))
    longest: Stay | None = None
    for stay in sorted(stays, key=lambda stay: (stay.entered_on, _end(stay))):
        if longest is not None and stay.entered_on < _end(longest):
            return longest, stay
        if longest is None or _end(stay) > _end(longest):
            longest = stay
    return None


def _end(stay: Stay) -> date:
    return stay.left_on or date.max


def _entries(question: Question) -> list[date]:
    entries = [stay.entered_on for stay in question.stays]
    if question.plan_entry_on is not None:
        entries.append(question.plan_entry_on)
    return entries
