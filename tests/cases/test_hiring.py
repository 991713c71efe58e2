"""An opening closes: whoever looks after those who wait is told, once; nobody's application moves by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.actors import system
from casework.audit.models import Event
from casework.cases import operations
from casework.cases.models import Task, TaskKind
from casework.cases.operations.hiring import tell_of_closed_openings
from casework.cases.queries import cities_of_work
from casework.people.models import Household
from casework.work.details import OpeningDetails
from casework.work.models import Application, Opening
from casework.work.operations import reopen_opening
from tests.acting import acting
from tests.factories.cases import CaseFactory
from tests.factories.work import ApplicationFactory, OpeningFactory


@pytest.fixture
def who(nino: User, at: datetime) -> dict[str, Any]:
    return {"by": nino.as_actor(), "at": at}


def waiting(opening: Opening, status: str = "proposed", **case: Any) -> Application:
    application = ApplicationFactory.create(opening=opening, status=status, reason="x")
    CaseFactory.create(household=application.need.person.household, **case)
    return application


def told() -> set[Any]:
    return set(Task.objects.filter(kind=TaskKind.OPENING_CLOSED).values_list("person_id", flat=True))


def sweep(user: User, at: datetime) -> int:
    return tell_of_closed_openings(by=system("work", user.organisation_id), at=at)


def test_closed_by_hand(nino: User, levan: User, who: dict[str, Any]) -> None:
    opening = OpeningFactory.create()
    of_nino, of_levan = waiting(opening), waiting(opening, "interview", assigned_to=levan)
    waiting(opening, "declined")
    waiting(OpeningFactory.create())
    ApplicationFactory.create(opening=opening)  # no case, so nobody to tell

    operations.close_opening(opening=opening, **who)

    assert told() == {of_nino.need.person_id, of_levan.need.person_id}
    task = Task.objects.get(person=of_levan.need.person)
    assert task.assigned_to == levan
    assert task.detail == "Bricklayer, Vake Building (Tbilisi): the employer takes nobody any more."
    assert set(Application.objects.filter(opening=opening).values_list("status", flat=True)) == {
        "proposed", "interview", "declined",
    }  # fmt: skip


def test_told_once(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create()
    waiting(opening)
    operations.close_opening(opening=opening, **who)
    reopen_opening(opening=opening, **who)
    operations.close_opening(opening=opening, **who)
    assert Task.objects.count() == 1


def test_closed_again_after_the_task_was_done(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=1)
    hired, _ = waiting(opening, "interview"), waiting(opening)
    operations.close_opening(opening=opening, **who)
    for task in Task.objects.all():
        operations.finish_task(task=task, **who)
    reopen_opening(opening=opening, **who)
    operations.advance_application(application=hired, to="hired", **who)
    told = Task.objects.get(status="open")
    assert told.detail == "Bricklayer, Vake Building (Tbilisi): every position is taken."
    operations.finish_task(task=told, **who)
    later = replace(OpeningDetails.of(opening), title="Plasterer")
    operations.change_opening(opening=opening, details=later, **who)
    assert not Task.objects.filter(status="open").exists()


def test_closed_by_the_last_hire(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=1)
    hired, other = waiting(opening, "interview"), waiting(opening, "sent")
    operations.advance_application(application=hired, to="hired", **who)
    assert told() == {other.need.person_id}


def test_not_told_while_a_position_is_left(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=2)
    hired, _ = waiting(opening, "interview"), waiting(opening, "sent")
    operations.advance_application(application=hired, to="hired", **who)
    assert not Task.objects.exists()


def test_closed_by_fewer_positions(who: dict[str, Any]) -> None:
    opening = OpeningFactory.create(positions=2)
    other = waiting(opening)
    ApplicationFactory.create(opening=opening, status="hired")
    details = replace(OpeningDetails.of(opening), positions=1)
    operations.change_opening(opening=opening, details=details, **who)
    assert told() == {other.need.person_id}


@pytest.mark.parametrize(
    ("closes_on", "country", "closed"),
    [
        (date(2022, 9, 30), "GE", 1),
        (date(2022, 10, 1), "GE", 0),
        (date(2022, 10, 1), "NZ", 0),
        (date(2022, 9, 30), "US", 1),
        (None, "GE", 0),
    ],
)
def test_closed_by_its_day(
    nino: User, at: datetime, closes_on: date | None, country: str, closed: int
) -> None:
    """Ten in the morning UTC, 1 October: late in the evening of that day in New Zealand."""
    opening = OpeningFactory.create(closes_on=closes_on, country=country)
    applied = waiting(opening)

    assert sweep(nino, at) == closed
    assert sweep(nino, at) == 0

    opening.refresh_from_db()
    assert opening.closed_reason == ("closing_day" if closed else None)
    assert told() == ({applied.need.person_id} if closed else set())
    events = Event.objects.filter(action="opening.closed")
    assert [(event.actor_kind, event.actor_id) for event in events] == [("system", "work")] * closed


def test_closed_by_its_day_across_the_date_line(nino: User) -> None:
    opening = OpeningFactory.create(closes_on=date(2022, 10, 1), country="NZ")
    evening = datetime.fromisoformat("2022-10-01T12:00:00+00:00")
    assert sweep(nino, evening) == 1
    opening.refresh_from_db()
    assert opening.status == "closed"


def test_another_organisations_openings_stay(
    nino: User, almaty: Organisation, marek: User, at: datetime
) -> None:
    with acting(almaty):
        theirs = OpeningFactory.create(closes_on=date(2022, 9, 1))
    assert sweep(nino, at) == 0
    with acting(almaty):
        theirs.refresh_from_db()
        assert theirs.status == "open"


# --- near the work -----------------------------------------------------------------------------------------
def test_cities_of_work(nino: User, django_assert_num_queries: Any) -> None:
    tbilisi, batumi = OpeningFactory.create(), OpeningFactory.create(city="Batumi", city_key="batumi")
    one = ApplicationFactory.create(opening=tbilisi, status="hired")
    ApplicationFactory.create(opening=batumi, need=one.need)
    gone = ApplicationFactory.create(opening=tbilisi, status="withdrawn")
    homes = [application.need.person.household_id for application in (one, gone)]
    with django_assert_num_queries(1):
        assert cities_of_work(homes) == {homes[0]: {("GE", "tbilisi"), ("GE", "batumi")}}
    assert cities_of_work([]) == {}
    assert Household.objects.count() == 2
