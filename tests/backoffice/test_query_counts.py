"""A page of thirty rows asks the database as often as a page of three."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.people.models import Person
from casework.work.models import Opening
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.housing import (
    ClosureFactory,
    NeedFactory,
    PlaceFactory,
    PlacementFactory,
    TurnedAwayFactory,
    UnitFactory,
)
from tests.factories.people import DocumentFactory, PersonFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, PermitFactory
from tests.factories.work import (
    ApplicationFactory,
    ApplicationStepFactory,
    OpeningFactory,
    WorkNeedFactory,
)


def arrived(nino: User, count: int) -> None:
    for arrival in ArrivalFactory.create_batch(count):
        CaseFactory.create(household=arrival.person.household, assigned_to=nino)


def in_one_file(nino: User, count: int) -> Person:
    person = PersonFactory.create()
    DocumentFactory.create_batch(count, person=person)
    PermitFactory.create_batch(count, person=person)
    PersonFactory.create_batch(count, household=person.household)
    for need in NeedFactory.create_batch(min(count, 5), household=person.household):
        PlacementFactory.create(need=need)
    case = CaseFactory.create(household=person.household)
    TaskFactory.create_batch(count, case=case, person=person)
    for _ in range(count):
        deadline = DeadlineFactory.create(arrival=ArrivalFactory.create(person=person, left=True))
        ReminderFactory.create(deadline=deadline)
        ReminderFactory.create(deadline=deadline, sent=True, offset_days=14)
    need = WorkNeedFactory.create(person=person)
    for _ in range(count):
        ApplicationFactory.create(need=need)
    return person


def at_work(nino: User, count: int) -> None:
    """One in every column for each, with cases."""
    opening = OpeningFactory.create(positions=count)
    for step in ("proposed", "sent", "interview", "hired", "declined"):
        for _ in range(count):
            person = ArrivalFactory.create().person
            application = ApplicationFactory.create(
                need__person=person, opening=opening, status=step, reason="because"
            )
            ApplicationStepFactory.create_batch(
                2, application=application, actor_id=str(nino.pk), at=application.created_at
            )
            CaseFactory.create(household=person.household, assigned_to=nino)


def housed(nino: User, count: int) -> None:
    """Places with a unit in which somebody sleeps and one that is free; needs of households with a case."""
    for arrival in ArrivalFactory.create_batch(count):
        CaseFactory.create(household=arrival.person.household, assigned_to=nino)
        need = NeedFactory.create(household=arrival.person.household)
        unit = UnitFactory.create()
        PlacementFactory.create(need=need, unit=unit, held=True)
        NeedFactory.create(household=arrival.person.household)
        UnitFactory.create(place=unit.place)
        TurnedAwayFactory.create()


LISTS: dict[str, Callable[[User, int], object]] = {
    "/admin/people/person/": arrived,
    "/admin/people/person/?q=vera": arrived,
    "/admin/stays/deadline/": lambda nino, n: DeadlineFactory.create_batch(n, assigned_to=nino),
    "/admin/cases/case/": arrived,
    "/admin/cases/task/": lambda nino, n: TaskFactory.create_batch(n, assigned_to=nino),
    "/admin/reminders/reminder/": lambda nino, n: ReminderFactory.create_batch(n),
    "/admin/reminders/reminder/?day=2022-10-01": lambda nino, n: ReminderFactory.create_batch(n),
    "/admin/reminders/reminder/next/": lambda nino, n: (
        ReminderFactory.create_batch(n),
        ReminderFactory.create_batch(n, to_caseworker=True),
    ),
    "/admin/work/application/": at_work,
    "/admin/work/application/?step=sent&whose=mine": at_work,
    "/admin/work/opening/": lambda nino, n: OpeningFactory.create_batch(n),
    "/admin/work/need/": at_work,
    "/admin/housing/place/": housed,
    "/admin/housing/place/free/": housed,
    "/admin/housing/place/occupancy/": housed,
    "/admin/housing/place/occupancy/?city=tbilisi": housed,
    "/admin/housing/need/": housed,
    "/admin/housing/placement/": housed,
    "/admin/housing/turnedaway/": housed,
    "/admin/": lambda nino, n: DeadlineFactory.create_batch(n, assigned_to=nino),
}


def queries(desk: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert desk.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("address", LISTS)
def test_lists(desk: Client, nino: User, address: str) -> None:
    make = LISTS[address]
    make(nino, 3)
    desk.get(address)
    few = queries(desk, address)
    make(nino, 27)
    assert queries(desk, address) == few


def test_list_of_colleagues(nino: User, sign_in) -> None:
    desk = sign_in(UserFactory.create(organisation=nino.organisation, administrator=True))
    few = queries(desk, "/admin/accounts/user/")
    UserFactory.create_batch(27, organisation=nino.organisation)
    assert queries(desk, "/admin/accounts/user/") == few


def test_trail_for_the_auditor(nino: User, desk: Client, sign_in) -> None:
    auditor = sign_in(UserFactory.create(organisation=nino.organisation, auditor=True))
    person = PersonFactory.create()
    desk.get(f"/admin/people/person/{person.pk}/change/")
    few = queries(auditor, "/admin/audit/event/")
    for _ in range(10):
        desk.get(f"/admin/people/person/{person.pk}/change/")
    assert queries(auditor, "/admin/audit/event/") == few


def test_a_thick_file_asks_as_often_as_a_thin_one(desk: Client, nino: User) -> None:
    thin, thick = in_one_file(nino, 2), in_one_file(nino, 12)
    desk.get(f"/admin/people/person/{thin.pk}/change/")  # what a process reads once
    few = queries(desk, f"/admin/people/person/{thin.pk}/change/")
    assert queries(desk, f"/admin/people/person/{thick.pk}/change/") == few


def test_a_sought_opening_asks_as_often_as_a_quiet_one(desk: Client, nino: User) -> None:
    at_work(nino, 2)
    opening = Opening.objects.get()
    Opening.objects.update(positions=100)
    address = f"/admin/work/opening/{opening.pk}/change/"
    desk.get(address)
    few = queries(desk, address)
    for application in ApplicationFactory.create_batch(9, opening=opening):
        ArrivalFactory.create(person=application.need.person)
        ApplicationStepFactory.create(application=application, at=application.created_at)
    for _ in range(9):
        WorkNeedFactory.create(person=ArrivalFactory.create().person)
    assert queries(desk, address) == few


def test_many_openings_for_one_need(desk: Client) -> None:
    need = WorkNeedFactory.create(person=ArrivalFactory.create().person)
    ApplicationFactory.create_batch(2, need=need)
    address = f"/admin/work/need/{need.pk}/change/"
    desk.get(address)
    few = queries(desk, address)
    ApplicationFactory.create_batch(9, need=need)
    OpeningFactory.create_batch(9)
    assert queries(desk, address) == few


def test_a_place_of_many_units_asks_as_often_as_one_of_few(desk: Client, nino: User) -> None:
    place = PlaceFactory.create()
    address = f"/admin/housing/place/{place.pk}/change/"
    counts = []
    for number in (2, 12):
        for unit in UnitFactory.create_batch(number, place=place):
            PlacementFactory.create(unit=unit)
            ClosureFactory.create(unit=unit)
        desk.get(address)
        counts.append(queries(desk, address))
    assert counts[0] == counts[1]


def test_finding_a_bed_asks_as_often_however_many_there_are(desk: Client, nino: User) -> None:
    person = PersonFactory.create()
    need = NeedFactory.create(household=person.household)
    unit = UnitFactory.create()
    pages = (f"/admin/housing/need/{need.pk}/change/", f"/admin/housing/need/for/{unit.pk}/")
    counts = []
    for number in (2, 12):
        PersonFactory.create_batch(number, household=person.household)
        UnitFactory.create_batch(number)
        for other in PersonFactory.create_batch(number):
            NeedFactory.create(household=other.household)
        counts.append([[desk.get(page), queries(desk, page)][1] for page in pages])
    assert counts[0] == counts[1]
