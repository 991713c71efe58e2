from collections.abc import Iterable
from uuid import UUID

from casework.cases.models import Case, CaseStatus


def open_case_of(person_id: UUID) -> Case | None:
    """The household's open case, through which a person's tasks reach a caseworker."""
    return Case.objects.filter(household__members=person_id).exclude(status=CaseStatus.CLOSED).first()


def open_cases_of(household_ids: Iterable[UUID]) -> dict[UUID, Case]:
    cases = Case.objects.filter(household_id__in=set(household_ids)).exclude(status=CaseStatus.CLOSED)
    return {case.household_id: case for case in cases}
