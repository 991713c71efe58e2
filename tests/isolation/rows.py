"""One row of every isolated table; `test_rows_cover_every_isolated_table` holds the list whole."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import models

from casework.accounts.models import Organisation, User
from casework.api.models import IdempotencyKey
from casework.audit.models import Event
from casework.audit.operations import record
from casework.cases.models import CaseCounter
from casework.people.models import NameKey
from casework.reminders.models import Answer, Policy
from casework.stays.models import AffectedStay, DeadlineHistory, LawChange
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.housing import ClosureFactory, NeedFactory, PlacementFactory, TurnedAwayFactory
from tests.factories.people import DocumentFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, DecisionFactory, PermitFactory
from tests.factories.work import ApplicationStepFactory, WorkNeedFactory

AT = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)


def one_of_each(organisation: Organisation, user: User) -> dict[str, Any]:
    """By table. The transaction acts for the organisation."""
    document = DocumentFactory.create()
    person = document.person
    arrival = ArrivalFactory.create(person=person, document=document)
    deadline = DeadlineFactory.create(arrival=arrival)
    case = CaseFactory.create(household=person.household)
    record(by=user.as_actor(), action="person.read", object_type="person", object_id=person.pk, at=AT)
    need = NeedFactory.create(household=person.household)
    placement = PlacementFactory.create(need=need)
    change = LawChange.objects.create(
        title="An invented change", country="GE", effective_on=AT.date(), drafted_by="somebody"
    )
    step = ApplicationStepFactory.create(application__need=WorkNeedFactory.create(person=person), at=AT)
    made: list[models.Model] = [
        person.household,
        person,
        NameKey.objects.filter(person=person).order_by("pk")[0],
        document,
        arrival,
        PermitFactory.create(person=person),
        deadline,
        DecisionFactory.create(person=person),
        DeadlineHistory.objects.create(
            organisation=organisation, deadline=deadline, version=1, due_on=deadline.due_on,
            status="open", reason="arrival.corrected", replaced_at=AT,
        ),
        AffectedStay.objects.create(
            organisation=organisation, change=change, arrival_id=arrival.pk, person_id=person.pk,
        ),
        placement.unit.place,
        placement.unit,
        ClosureFactory.create(unit=placement.unit),
        need,
        placement,
        TurnedAwayFactory.create(),
        case,
        CaseCounter.objects.create(organisation=organisation, year=2022, last=1),
        TaskFactory.create(case=case, person=person),
        ReminderFactory.create(deadline=deadline),
        Answer.objects.create(
            organisation=organisation, deadline=deadline, deadline_version=1, reminder=uuid4(), kind="done",
            answered_at=AT,
        ),
        Policy.objects.create(organisation=organisation, kind="registration", offsets=[7]),
        step.application.opening,
        step.application.need,
        step.application,
        step,
        IdempotencyKey.objects.create(
            organisation=organisation, client="1", key="k", fingerprint=b"\0" * 32, status=201
        ),
        Event.objects.order_by("-pk")[0],
    ]  # fmt: skip
    return {row._meta.db_table: row for row in made}
