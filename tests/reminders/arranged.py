"""Deadlines as the domain leaves them, and the planner run at a moment of the test's choice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from casework.isolation import acting_for
from casework.reminders.channels import Channel
from casework.reminders.claims import Claim, claim_some
from casework.reminders.delivery import deliver_these
from casework.reminders.models import Reminder, State
from casework.reminders.planning import heal, plan, replan, supersede_due
from casework.reminders.queries import database_now, desk_of
from casework.stays.models import Deadline
from casework.stays.zones import local_day
from tests.factories.cases import CaseFactory
from tests.factories.stays import DeadlineFactory


def deadline_in(days: int, **values: Any) -> Deadline:
    """Due so many days from now by the database's clock, in a file with a caseworker. For delivery."""
    now = database_now()
    return deadline_on(local_day(values.get("country", "GE"), now) + timedelta(days=days), now, **values)


def deadline_on(day: date, written_at: datetime, **values: Any) -> Deadline:
    deadline: Deadline = DeadlineFactory.create(
        due_on=day, created_at=written_at, updated_at=written_at, **{"country": "GE", **values}
    )
    CaseFactory.create(household=deadline.person.household)
    return deadline


def move(deadline: Deadline, day: date, at: datetime) -> None:
    deadline.change(at=at, due_on=day)


def plan_at(organisation_id: UUID, now: datetime) -> int:
    """The new rows of a tick that plans, and of a minute's comparison."""
    with acting_for(organisation_id):
        desk, before = desk_of(organisation_id), Reminder.objects.count()
        supersede_due(desk, now)
        while replan(desk, now) or plan(desk, now):
            pass
        heal(desk, now)
        return Reminder.objects.count() - before


def claim_one(organisation_id: UUID) -> Claim | None:
    """The row that has waited longest, if any is due and free."""
    found = claim_some(organisation_id, 1)
    return found[0] if found else None


def deliver(claim: Claim, channels: Mapping[str, Channel]) -> None:
    deliver_these([claim], channels, lambda: False)


def rows(deadline: Deadline, kind: str = "person", **where: Any) -> list[Reminder]:
    found = Reminder.objects.filter(deadline=deadline, recipient_kind=kind, **where)
    return list(found.order_by("day", "occasion"))


def pending_days(deadline: Deadline, kind: str = "person") -> list[date]:
    return [row.day for row in rows(deadline, kind, state=State.PENDING, occasion="offset")]


def make_due(deadline: Deadline, kind: str = "person") -> Reminder:
    """One row of the deadline is due now, the others are out of the way."""
    first, *others = rows(deadline, kind, state=State.PENDING)
    Reminder.objects.filter(pk__in=[row.pk for row in others]).delete()
    first.change(at=database_now(), send_after=database_now() - timedelta(minutes=1))
    return first


def one_due(days: int = 9, **values: object) -> Reminder:
    """To a person, and nothing else of that deadline is."""
    deadline = deadline_in(days, **values)
    plan_at(deadline.organisation_id, database_now())
    Reminder.objects.filter(deadline=deadline, recipient_kind="caseworker").delete()
    return make_due(deadline)
