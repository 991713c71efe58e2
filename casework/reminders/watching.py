"""Whether somebody looks after the ledgers, in figures that name nobody: for health checks and metrics."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Sum
from django.db.models.functions import Coalesce

from casework.reminders import policies
from casework.reminders.models import Figures
from casework.reminders.queries import Health
from casework.reminders.wanted import Desk

WATCHED = """
    SELECT bool_or(now() - coalesce(f.healed_at, o.created_at) > %(patience)s),
           bool_or(now() - f.lacking_since > %(patience)s)
    FROM accounts_organisation o LEFT JOIN reminders_figures f ON f.organisation_id = o.id
"""
UNHEALED = (
    "Nobody has looked after all reminders for more than {minutes} minutes: see that beat with a worker, or "
    "`manage.py remind --loop`, is running, and what its log says."
)
LACKING = (
    "Something due has stood without its reminder for more than {minutes} minutes: see the log of beat's "
    "worker or of `manage.py remind --loop`."
)


def note(desk: Desk, found: Health, now: datetime) -> None:
    """Replaces what the organisation's comparison before this one found."""
    before = Figures.objects.filter(pk=desk.organisation_id).first()
    stands_still = before is not None and found.due_without_row >= before.due_without_row
    lacking_since = before.lacking_since if before and stands_still and before.lacking_since else now
    values = {
        **asdict(found),
        "healed_at": now,
        "lacking_since": lacking_since if found.due_without_row else None,
    }
    Figures.objects.update_or_create(pk=desk.organisation_id, defaults=values)


def together() -> dict[str, int]:
    """The figures of all organisations: the sums, and the longest wait in seconds."""
    names = ("due_without_row", "pending", "retrying", "dead", "parked")
    sums = {name: Coalesce(Sum(name), 0) for name in names}
    found = Figures.objects.aggregate(Max("oldest_pending"), **sums)
    oldest = found.pop("oldest_pending__max") or timedelta(0)
    return {"oldest_pending_seconds": int(oldest.total_seconds())} | {n: int(found[n]) for n in names}


def neglected(up_for: timedelta) -> str:
    """What is wrong, as a sentence; empty where every organisation's ledger is looked after.

    `up_for` is how long whoever asks has been there: a system that was just started has its first minutes.
    """
    values: dict[str, Any] = {"patience": policies.UNHEALED_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(WATCHED, values)
        unhealed, lacking = cursor.fetchone()
    minutes = policies.UNHEALED_AFTER.seconds // 60
    if unhealed and up_for > policies.UNHEALED_AFTER:
        return UNHEALED.format(minutes=minutes)
    return LACKING.format(minutes=minutes) if lacking else ""
