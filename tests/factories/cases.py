from __future__ import annotations

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from casework.cases.models import Case, CaseStatus, Priority, Task, TaskKind, TaskStatus
from tests.factories.people import HouseholdFactory, PersonFactory


class CaseFactory(DjangoModelFactory[Case]):
    """An open case of the organisation's duty caseworker."""

    class Meta:
        model = Case

    class Params:
        closed = factory.Trait(status=CaseStatus.CLOSED, closed_on=date(2022, 9, 30))
        urgent = factory.Trait(priority=Priority.URGENT)
        unassigned = factory.Trait(assigned_to=None)

    household = factory.SubFactory(HouseholdFactory)
    organisation = factory.SelfAttribute("household.organisation")
    assigned_to = factory.SelfAttribute("organisation.duty_caseworker")
    # Far above the counter's first numbers, so that an operation's own case fits beside it.
    number = factory.Sequence(lambda n: f"2022-{n + 90001:05}")
    opened_on = date(2022, 9, 21)


class TaskFactory(DjangoModelFactory[Task]):
    """Something to do by the day of the tests."""

    class Meta:
        model = Task

    class Params:
        done = factory.Trait(status=TaskStatus.DONE, done_at=datetime(2022, 9, 30, 12, 0, tzinfo=UTC))
        no_address = factory.Trait(kind=TaskKind.NO_ADDRESS)

    case = factory.SubFactory(CaseFactory)
    organisation = factory.SelfAttribute("case.organisation")
    person = factory.SubFactory(PersonFactory, household=factory.SelfAttribute("..case.household"))
    assigned_to = factory.SelfAttribute("case.assigned_to")
    due_on = date(2022, 10, 1)
    subject_key = factory.Sequence(lambda n: f"test:{n}")
