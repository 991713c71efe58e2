"""The first page: what must not be missed, what to do, and the way to a file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.http import HttpRequest

from casework.accounts.roles import Scope
from casework.audit.operations import record_read
from casework.backoffice.asked import actor_of, may, now, organisation_of, user_of
from casework.cases.models import Task, TaskStatus
from casework.stays.models import Deadline, DeadlineStatus
from casework.stays.zones import local_day

AHEAD = timedelta(days=30)
MOST = 25


@dataclass(frozen=True)
class Due:
    deadline: Deadline
    days_left: int


def due(deadline: Deadline, at: datetime) -> Due:
    """Counted on the calendar of the country where the day matters."""
    return Due(deadline, (deadline.due_on - local_day(deadline.country, at)).days)


def today(request: HttpRequest) -> dict[str, Any]:
    at = now()
    deadlines = _my_deadlines(request, at) if may(request, Scope.STAYS_READ) else []
    tasks = _my_tasks(request) if may(request, Scope.CASES_READ) else []
    _note(request, deadlines[:MOST], tasks[:MOST], at)
    return {
        "deadlines": [due(deadline, at) for deadline in deadlines[:MOST]],
        "more_deadlines": len(deadlines) > MOST,
        "tasks": tasks[:MOST],
        "more_tasks": len(tasks) > MOST,
        "finds_people": may(request, Scope.PEOPLE_READ),
        "sees_deadlines": may(request, Scope.STAYS_READ),
        "sees_tasks": may(request, Scope.CASES_READ),
        "finishes_tasks": may(request, Scope.CASES_WRITE),
        "registers": may(request, Scope.PEOPLE_WRITE) and may(request, Scope.STAYS_WRITE),
    }


def _my_deadlines(request: HttpRequest, at: datetime) -> list[Deadline]:
    user = user_of(request)
    organisation = organisation_of(request)
    last = local_day(organisation.country, at) + AHEAD
    mine = Deadline.objects.filter(
        organisation_id=organisation.pk, assigned_to_id=user.pk, status=DeadlineStatus.OPEN, due_on__lte=last
    )
    return list(mine.select_related("person").order_by("due_on", "pk")[: MOST + 1])


def _my_tasks(request: HttpRequest) -> list[Task]:
    user = user_of(request)
    mine = Task.objects.filter(
        organisation_id=organisation_of(request).pk, assigned_to_id=user.pk, status=TaskStatus.OPEN
    )
    soonest = F("due_on").asc(nulls_last=True)
    return list(mine.select_related("person", "case").order_by(soonest, "created_at", "pk")[: MOST + 1])


def _note(request: HttpRequest, deadlines: list[Deadline], tasks: list[Task], at: datetime) -> None:
    rows: list[Deadline | Task] = [*deadlines, *tasks]
    shown = {row.person_id for row in rows if row.person_id is not None}
    if shown:
        record_read(
            by=actor_of(request), object_type="person", object_ids=sorted(map(str, shown)), at=at,
            where="admin home",
        )  # fmt: skip
