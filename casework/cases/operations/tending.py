"""What the days do by themselves to beds and jobs, and who is told. May run any number of times."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from casework.audit.actors import Actor, system
from casework.cases.models import TaskKind
from casework.cases.operations import bed_tasks
from casework.cases.operations.bed_ends import tell_of_ending_beds
from casework.cases.operations.hiring import tell_of_closed_openings
from casework.cases.operations.placing import begin_placements, expire_holds
from casework.cases.operations.tasks import open_task
from casework.cases.queries import database_now, open_cases_of
from casework.housing import operations as housing
from casework.housing.standing import country_of
from casework.isolation import acting_for
from casework.stays.zones import local_day

log = logging.getLogger(__name__)


def tend(organisation_id: UUID) -> None:
    """Of one organisation: holds run out, last nights passed or near, openings past their closing day."""
    failures: list[Exception] = []
    for sweep, room in SWEEPS:
        try:
            with acting_for(organisation_id):
                sweep(by=system(room, organisation_id), at=database_now())
        except Exception as error:  # one that fails in every round stops none of the others
            log.exception("sweep %s failed for organisation %s", sweep.__name__, organisation_id)
            failures.append(error)
    if failures:
        raise ExceptionGroup("sweeps failed", failures)


@transaction.atomic
def withdraw_passed_needs(*, by: Actor, at: datetime) -> int:
    """Who waited in vain to the last night waits no more; the caseworker is told, and asks. How many."""
    needs = housing.withdraw_passed_needs(by=by, at=at)
    cases = open_cases_of(need.household_id for need in needs if need.household_id)
    for need in needs:
        case = cases.get(need.household_id) if need.household_id else None
        bed_tasks.settle(need=need, case=case, why="The last night asked for has passed.", by=by, at=at)
        if case is not None:
            open_task(
                case=case, kind=TaskKind.NEED_PASSED, person=None, due_on=local_day(country_of(need), at),
                detail=f"They waited for a bed to {need.needed_until}. Where do they sleep now?",
                subject_key=f"need_passed:{need.pk}:{need.needed_until}", by=by, at=at,
            )  # fmt: skip
    return len(needs)


# Each with the part of the system that it acts as.
SWEEPS: tuple[tuple[Callable[..., int], str], ...] = (
    (expire_holds, "housing"),
    (begin_placements, "housing"),
    (housing.finish_placements, "housing"),
    (withdraw_passed_needs, "housing"),
    (tell_of_ending_beds, "housing"),
    (tell_of_closed_openings, "work"),
)
