"""Every operation of every room, ready to be carried out once: what the trail must tell of."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from typing import Any

import casework
from casework.accounts import operations as accounts
from casework.accounts.models import Organisation, User
from casework.cases import operations as cases
from casework.cases.models import Case, Task
from casework.intake import operations as intake
from casework.intake.spreadsheet import parse, read
from casework.people import operations as people
from casework.people.details import DocumentDetails, PersonDetails
from casework.people.models import Document, Household, Person
from casework.reminders import operations as reminders
from casework.reminders.details import PolicyDetails
from casework.reminders.models import AnswerKind, Policy, Reminder
from casework.stays import operations as stays
from casework.stays.details import ArrivalDetails, DecisionDetails, PermitDetails
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import Arrival, Deadline, Decision, LawChange, Permit
from casework.work import operations as work
from casework.work.details import NeedDetails, OpeningDetails
from casework.work.models import Application, Need, Opening
from tests.acting import set_organisation
from tests.audit.beds import BEDS, Beds, beds
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.people import DocumentFactory, HouseholdFactory, PersonFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, DecisionFactory, PermitFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

TODAY = date(2022, 10, 1)
NEWCOMER = PersonDetails(
    family_name="Zhavoronkova",
    given_name="Alla",
    native_name="Жаворонкова Алла",
    birth_date=date(1988, 5, 6),
    nationality="RU",
    email="alla@mail.example",
    phone="+995 555 010203",
)
PASSPORT = DocumentDetails(kind="passport", issuing_country="RU", number="75 1234567", biometric=True)
ENTRY = ArrivalDetails(country="KZ", entered_on=date(2022, 9, 24), entry_point="Syrym")
VISA = PermitDetails(country="KZ", kind="visa", starts_on=date(2022, 9, 1), ends_on=date(2022, 12, 1))
REFUSAL = DecisionDetails(country="GE", kind="asylum_regular", served_on=date(2022, 9, 27), outcome="refused")
DUTY = RuleDraft(
    kind="registration", title="Nauru: register within a week", country="NR", within=7, unit="calendar_days",
    source="Invented act 1", confidence="low",
)  # fmt: skip
CHANGE = ChangeDraft(title="Nauru asks for a registration", country="NR", effective_on=TODAY, rules=(DUTY,))
JOB = OpeningDetails(
    employer="Zhavoronkova", title="whispered", sector="F", occupation="7112", country="GE", city="Tbilisi",
    positions=3, contact="+995 555 010203",
)  # fmt: skip
WORK = NeedDetails(sectors=["F"], skills=["whispered"], country="GE", city="Tbilisi")
SAID = ("Zhavoronkova", "Жаворонкова", "Alla", "alla@mail", "555 010203", "1234567", "Syrym", "whispered")


@dataclass(frozen=True)
class Stage:
    """A household with a file in Georgia, one without, and who works on them."""

    household: Household
    empty_household: Household
    person: Person
    document: Document
    arrival: Arrival
    deadline: Deadline
    reminder: Reminder
    permit: Permit
    decision: Decision
    law_change: LawChange
    case: Case
    task: Task
    done_task: Task
    waiting_reminder: Reminder
    dead_reminder: Reminder
    policy: Policy
    beds: Beds
    opening: Opening
    closed_opening: Opening
    late_opening: Opening
    work_need: Need
    jobless: Person
    application: Application
    caseworker: User
    supervisor: User
    at: datetime

    @property
    def who(self) -> dict[str, Any]:
        return {"by": self.caseworker.as_actor(), "at": self.at}

    @property
    def by_when(self) -> dict[str, Any]:
        return {**self.who, "today": TODAY}


def _law_change() -> LawChange:
    return LawChange.objects.create(
        title="Nauru asks for a registration", country="NR", effective_on=TODAY, status="previewed",
        drafted_by="somebody else",
    )  # fmt: skip


def stage(caseworker: User, supervisor: User, at: datetime) -> Stage:
    Organisation.objects.filter(pk=caseworker.organisation_id).update(is_law_desk=True)
    document = DocumentFactory.create()
    person = document.person
    arrival = ArrivalFactory.create(person=person, document=document)
    case = CaseFactory.create(household=person.household)
    deadline = DeadlineFactory.create(arrival=arrival)
    return Stage(
        household=person.household,
        empty_household=HouseholdFactory.create(),
        person=person,
        document=document,
        arrival=arrival,
        deadline=deadline,
        reminder=ReminderFactory.create(deadline=deadline),
        permit=PermitFactory.create(person=person),
        decision=DecisionFactory.create(person=person),
        law_change=_law_change(),
        case=case,
        task=TaskFactory.create(case=case, person=person),
        done_task=TaskFactory.create(case=case, person=person, done=True),
        waiting_reminder=ReminderFactory.create(
            deadline=deadline, offset_days=3, to_caseworker=True, send_after=at + timedelta(days=1)
        ),
        policy=Policy.objects.create(organisation=caseworker.organisation, kind="registration", offsets=[7]),
        beds=beds(case.household),
        opening=OpeningFactory.create(),
        closed_opening=OpeningFactory.create(closed=True),
        late_opening=OpeningFactory.create(closes_on=TODAY - timedelta(days=3)),
        work_need=WorkNeedFactory.create(person=person),
        jobless=PersonFactory.create(),
        application=ApplicationFactory.create(),
        dead_reminder=ReminderFactory.create(deadline=deadline, dead=True, offset_days=14),
        caseworker=caseworker,
        supervisor=supervisor,
        at=at,
    )


def _create_organisation(s: Stage) -> None:
    set_organisation(None)
    accounts.create_organisation(
        name="Shelter Kutaisi", country="GE", city="Kutaisi", time_zone="Asia/Tbilisi", language="en",
        is_law_desk=False, at=s.at,
    )  # fmt: skip


def _add_user(s: Stage) -> None:
    accounts.add_user(
        organisation=s.caseworker.organisation, username="alla", password="whispered-in-the-hall-3",
        role="intake", email="alla@mail.example", full_name="Alla Zhavoronkova", language="en", **s.who,
    )  # fmt: skip


def _load_arrivals(s: Stage) -> None:
    file = b"family_name,given_name,birth_date,nationality,country,entered_on\n"
    file += b"Zhavoronkova,Alla,1988-05-06,RU,GE,2022-09-24\n"
    parsed = parse(read(file, "whispered.csv"), TODAY)
    assert parsed.good
    intake.load_arrivals(parsed=parsed, organisation=s.caseworker.organisation, **s.who)


ACTS: dict[str, Callable[[Stage], Any]] = {
    "accounts.create_organisation": _create_organisation,
    "accounts.add_user": _add_user,
    "accounts.add_client": lambda s: accounts.add_client(
        organisation=s.caseworker.organisation, name="whispered", scopes=["people:read"], **s.who
    ),
    "accounts.deactivate_user": lambda s: accounts.deactivate_user(user=s.supervisor, **s.who),
    "accounts.reactivate_user": lambda s: accounts.reactivate_user(user=s.supervisor, **s.who),
    "people.open_household": lambda s: people.open_household(**s.who),
    "people.add_person": lambda s: people.add_person(household=s.household, details=NEWCOMER, **s.by_when),
    "people.change_person": lambda s: people.change_person(person=s.person, details=NEWCOMER, **s.by_when),
    "people.move_person": lambda s: people.move_person(person=s.person, household=s.empty_household, **s.who),
    "people.add_document": lambda s: people.add_document(person=s.person, details=PASSPORT, **s.by_when),
    "people.change_document": lambda s: people.change_document(
        document=s.document, details=PASSPORT, **s.by_when
    ),
    "stays.record_arrival": lambda s: stays.record_arrival(
        person=s.person, document=s.document, details=ENTRY, **s.who
    ),
    "stays.correct_arrival": lambda s: stays.correct_arrival(
        arrival=s.arrival, document=None, details=replace(ENTRY, country="GE"), **s.who
    ),
    "stays.record_exit": lambda s: stays.record_exit(arrival=s.arrival, left_on=date(2022, 9, 29), **s.who),
    "stays.void_arrival": lambda s: stays.void_arrival(arrival=s.arrival, reason="whispered", **s.who),
    "stays.grant_permit": lambda s: stays.grant_permit(person=s.person, details=VISA, **s.who),
    "stays.correct_permit": lambda s: stays.correct_permit(permit=s.permit, details=VISA, **s.who),
    "stays.withdraw_permit": lambda s: stays.withdraw_permit(permit=s.permit, **s.who),
    "stays.record_decision": lambda s: stays.record_decision(person=s.person, details=REFUSAL, **s.who),
    "stays.correct_decision": lambda s: stays.correct_decision(decision=s.decision, details=REFUSAL, **s.who),
    "stays.withdraw_decision": lambda s: stays.withdraw_decision(decision=s.decision, **s.who),
    "stays.record_document": lambda s: stays.record_document(person=s.person, details=PASSPORT, **s.who),
    "stays.correct_document": lambda s: stays.correct_document(
        document=s.document, details=PASSPORT, **s.who
    ),
    "stays.correct_person": lambda s: stays.correct_person(person=s.person, details=NEWCOMER, **s.who),
    "stays.draft_change": lambda s: stays.draft_change(details=CHANGE, **s.who),
    "stays.preview_change": lambda s: stays.preview_change(change=s.law_change, **s.who),
    "stays.approve_change": lambda s: stays.approve_change(change=s.law_change, **s.who),
    "stays.withdraw_change": lambda s: stays.withdraw_change(change=s.law_change, **s.who),
    "stays.mark_met": lambda s: stays.mark_met(deadline=s.deadline, **s.who),
    "cases.register_arrival": lambda s: cases.register_arrival(
        person=NEWCOMER, document=PASSPORT, arrival=ENTRY, **s.who
    ),
    "cases.add_person": lambda s: cases.add_person(details=NEWCOMER, household=None, **s.who),
    "cases.open_household": lambda s: cases.open_household(members=[s.person], **s.who),
    "cases.change_household": lambda s: cases.change_household(
        household=s.empty_household, members=[s.person], **s.who
    ),
    "cases.open_case": lambda s: cases.open_case(
        household=s.empty_household, assigned_to=None, summary="whispered", **s.who
    ),
    "cases.change_case": lambda s: cases.change_case(case=s.case, summary="whispered", **s.who),
    "cases.assign": lambda s: cases.assign(case=s.case, caseworker=s.supervisor, **s.who),
    "cases.open_task": lambda s: cases.open_task(
        case=s.case, kind="other", person=s.person, detail="whispered", subject_key="test", **s.who
    ),
    "cases.advance_application": lambda s: cases.advance_application(
        application=s.application, to="declined", reason="whispered", **s.who
    ),
    "cases.change_opening": lambda s: cases.change_opening(opening=s.opening, details=JOB, **s.who),
    "cases.tell_of_closed_openings": lambda s: cases.tell_of_closed_openings(**s.who),
    "cases.close_opening": lambda s: cases.close_opening(opening=s.opening, **s.who),
    "work.add_opening": lambda s: work.add_opening(details=JOB, **s.who),
    "work.add_openings": lambda s: work.add_openings(details=[JOB, JOB], **s.who),
    "work.change_opening": lambda s: work.change_opening(opening=s.opening, details=JOB, **s.who),
    "work.close_opening": lambda s: work.close_opening(opening=s.opening, **s.who),
    "work.reopen_opening": lambda s: work.reopen_opening(opening=s.closed_opening, **s.who),
    "work.look_for_work": lambda s: work.look_for_work(person=s.jobless, details=WORK, **s.who),
    "work.change_need": lambda s: work.change_need(need=s.work_need, details=WORK, **s.who),
    "work.withdraw_need": lambda s: work.withdraw_need(need=s.work_need, reason="whispered", **s.who),
    "work.propose": lambda s: work.propose(need=s.work_need, opening=s.opening, **s.who),
    "work.advance_application": lambda s: work.advance_application(
        application=s.application, to="sent", reason="whispered", **s.who
    ),
    "reminders.set_policy": lambda s: reminders.set_policy(
        organisation=s.caseworker.organisation, details=PolicyDetails(kind="appeal"), **s.who
    ),
    "reminders.drop_policy": lambda s: reminders.drop_policy(policy=s.policy, **s.who),
    "reminders.answer": lambda s: reminders.answer(
        reminder=s.reminder, version=1, kind=AnswerKind.LEFT, left_on=date(2022, 9, 29), **s.who
    ),
    "reminders.acknowledge": lambda s: reminders.acknowledge(reminder=s.reminder, **s.who),
    "intake.load_arrivals": _load_arrivals,
    **BEDS,
    "cases.finish_task": lambda s: cases.finish_task(task=s.task, **s.who),
    "cases.reopen_task": lambda s: cases.reopen_task(task=s.done_task, case=s.case, **s.who),
    "cases.open_or_reopen_task": lambda s: cases.open_or_reopen_task(
        case=s.case, kind="other", person=s.person, detail="whispered", subject_key="another", **s.who
    ),
    "cases.cancel_task": lambda s: cases.cancel_task(task=s.task, why="whispered", **s.who),
    "cases.move_task": lambda s: cases.move_task(
        task=s.task, due_on=date(2022, 12, 23), detail="whispered", **s.who
    ),
    "reminders.send_now": lambda s: reminders.send_now(reminder=s.waiting_reminder, **s.who),
    "reminders.try_again": lambda s: reminders.try_again(reminder=s.dead_reminder, **s.who),
}


def operations() -> set[str]:
    """Every public function in a room's `operations` that says when it is done."""
    names = (room.name for room in pkgutil.iter_modules(casework.__path__) if room.ispkg)
    rooms = [name for name in names if name != "audit" and find_spec(f"casework.{name}.operations")]
    return {
        f"{room}.{name}"
        for room in rooms
        for name, function in vars(importlib.import_module(f"casework.{room}.operations")).items()
        if inspect.isfunction(function)
        and function.__module__.startswith(f"casework.{room}.operations")
        and not name.startswith("_")
        and "at" in inspect.signature(function).parameters
    }
