"""Short ways to ask: days as text, limits as JSON, a small register."""

from datetime import date, timedelta

from casework.stays.rules import HeldDocument, Permit, PermitKind, Question, Stay, assess, limits_from_json

from .register import REGISTER, RULES

ONE = timedelta(days=1)
PASSPORT = HeldDocument("passport", biometric=True)
INTERNAL_ID = HeldDocument("internal_id")
PER_ENTRY = {"kind": "per_entry_days", "days": 90}


def day(text):
    return date.fromisoformat(text)


def stay(entered_on, left_on=None):
    return Stay(day(entered_on), day(left_on) if left_on else None)


def permit(kind, starts_on, ends_on, stay_days=None, entries=None):
    return Permit(PermitKind(kind), day(starts_on), day(ends_on) if ends_on else None, stay_days, entries)


def ask(*limits, on, plan=None, **other):
    question = Question(
        "XX", "RU", day(on), limits=limits_from_json(list(limits)), plan_entry_on=plan and day(plan), **other
    )
    return assess(question, RULES)


def of(country, *, on, plan=None, nationality="RU", **other):
    question = Question(country, nationality, day(on), plan_entry_on=plan and day(plan), **other)
    return assess(question, REGISTER.law_for(country, nationality))


def codes(answer):
    return [warning.code for warning in answer.warnings]


def spans(answer):
    return [(str(found.starts_on), str(found.ends_on), found.days) for found in answer.overstays]
