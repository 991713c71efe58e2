"""What the days do by themselves to beds and jobs, and who is told. May run any number of times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from casework.audit.actors import Actor, system
from casework.cases.models import Task, TaskKind
from casework.cases.operations import bed_tasks
from casework.cases.operations.hiring import tell_of_closed_openings
from casework.cases.operations.placing import expire_holds
from casework.cases.operations.tasks import open_task
from casework.cases.queries import database_now, open_cases_of
from casework.housing import operations as housing
from casework.housing.models import Placement
from casework.housing.queries import ending_beds
from casework.housing.rules import ONE
from casework.housing.standing import country_of
from casework.isolation import acting_for
from casework.stays.zones import local_day

SOON = timedelta(days=3)


def tend(organisation_id: UUID) -> None:
    """Of one organisation: holds run out, last nights passed or near, openings past their closing day."""
    for sweep, room in SWEEPS:
        with acting_for(organisation_id):
            sweep(by=system(room, organisation_id), at=database_now())


@transaction.atomic
def tell_of_ending_beds(*, by: Actor, at: datetime) -> int:
    """The bed ends within three days and the household needs one still: a task, once. How many opened."""
    ending = [row for row in ending_beds(at.date() - ONE, at.date() + SOON + ONE, at) if _is_near(row, at)]
    keys = {_key(placement) for placement in ending}
    told = set(Task.objects.filter(subject_key__in=keys).values_list("subject_key", flat=True))
    untold = [placement for placement in ending if _key(placement) not in told]
    cases = open_cases_of(row.need.household_id for row in untold if row.need.household_id)
    opened = 0
    for placement in untold:
        case = cases.get(placement.need.household_id) if placement.need.household_id else None
        if case is not None:
            task = open_task(
                case=case, kind=TaskKind.BED_ENDS, person=None, due_on=placement.ends_on,
                detail=f"{placement.unit.place}, {placement.unit}: the last night is {placement.ends_on}.",
                subject_key=_key(placement), by=by, at=at,
            )  # fmt: skip
            opened += task is not None
    return opened


@transaction.atomic
def withdraw_passed_needs(*, by: Actor, at: datetime) -> int:
    """Who waited in vain to the last night waits no more; the caseworker is told, and asks. How many."""
    needs = housing.withdraw_passed_needs(by=by, at=at)
    cases = open_cases_of(need.household_id for need in needs if need.household_id)
    for need in needs:
        bed_tasks.settle(need=need, why="The last night asked for has passed.", by=by, at=at)
        case = cases.get(need.household_id) if need.household_id else None
        if case is not None:
            open_task(
                case=case, kind=TaskKind.NEED_PASSED, person=None, due_on=local_day(country_of(need), at),
                detail=f"They waited for a bed to {need.needed_until}. Where do they sleep now?",
                subject_key=f"need_passed:{need.pk}:{need.needed_until}", by=by, at=at,
            )  # fmt: skip
    return len(needs)


def _is_near(placement: Placement, at: datetime) -> bool:
    today = local_day(placement.unit.place.country, at)
    return today <= placement.ends_on <= today + SOON


def _key(placement: Placement) -> str:
    return f"bed_ends:{placement.need_id}:{placement.ends_on}"


# Each with the part of the system that it acts as.
SWEEPS: tuple[tuple[Callable[..., int], str], ...] = (
    (expire_holds, "housing"),
    (housing.finish_placements, "housing"),
    (withdraw_passed_needs, "housing"),
    (tell_of_ending_beds, "housing"),
    (tell_of_closed_openings, "work"),
)
