from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from casework.cases.models import Case, CaseStatus, Task, TaskStatus
from casework.housing.matching import Match, matches_of
from casework.housing.models import Need
from casework.housing.wanted import Wanted
from casework.work.models import Application, Opening


def open_case_of(person_id: UUID) -> Case | None:
    """The household's open case, through which a person's tasks reach a caseworker."""
    return Case.objects.filter(household__members=person_id).exclude(status=CaseStatus.CLOSED).first()


def open_cases_of(household_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """With whom they are assigned to."""
    cases = Case.objects.filter(household_id__in=set(household_ids)).exclude(status=CaseStatus.CLOSED)
    return {case.household_id: case for case in cases.select_related("assigned_to")}


def closing_key(application: Application) -> str:
    """Of the task that tells of the opening that closed: there is one for each application."""
    return f"opening_closed:{application.pk}"


def tasks_of_closing(opening: Opening) -> int:
    """How many are to be done because it closed while somebody waited for an answer."""
    keys = [closing_key(application) for application in Application.objects.live().filter(opening=opening)]
    return Task.objects.filter(status=TaskStatus.OPEN, subject_key__in=keys).count()


def beds_for(need: Need, *, at: datetime, wanted: Wanted | None = None, parts: bool = False) -> list[Match]:
    """Which beds suit the need, the best first; housing knows no work, so it is told where that would be.

    `wanted`: other nights or people than those that it lacks beds for. `parts`: where no unit has room for
    all of them, those with room for some.
    """
    near = cities_of_work([need.household_id]).get(need.household_id, ()) if need.household_id else ()
    return matches_of(need, at=at, wanted=wanted, parts=parts, near_work=near)


def database_now() -> datetime:
    """The one clock of what runs by itself: all machines ask the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def cities_of_work(household_ids: Iterable[UUID]) -> dict[UUID, set[tuple[str, str]]]:
    """Where members have a job or may get one: (country, city_key) of openings by household. One query.

    What was declined or withdrawn counts no more. A household without any is not in the answer.
    """
    found: defaultdict[UUID, set[tuple[str, str]]] = defaultdict(set)
    rows = Application.objects.standing().filter(need__person__household_id__in=set(household_ids))
    for household_id, country, city in rows.values_list(
        "need__person__household_id", "opening__country", "opening__city_key"
    ):
        found[household_id].add((country, city))
    return dict(found)
