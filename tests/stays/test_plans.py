"""A person's recorded ledger, and a stay that is only talked about."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.stays import queries, rules
from casework.stays.models import Arrival, Deadline
from casework.stays.plans import ImpossiblePlan, Plan, current_stay, journey, outlook
from tests.factories.people import DocumentFactory
from tests.factories.stays import ArrivalFactory, PermitFactory

LEAVE, COME_BACK = date(2022, 10, 3), date(2022, 10, 20)


@pytest.fixture
def arrival(nino):
    return ArrivalFactory.create(document__biometric=True)


def planned(arrival, *countries, **changes):
    values = {"entry_on": COME_BACK, "leave_on": LEAVE, "document": arrival.document_id}
    return Plan(countries=countries or ("GE",), **{**values, **changes})


def only(found):
    [option] = found.options
    return option.stay


def test_leave_and_come_back_is_what_the_engine_says(arrival, at):
    question = rules.Question(
        country="GE", nationality="RU", on=date(2022, 10, 1),
        document=rules.HeldDocument("passport", True, arrival.document.expires_on),
        stays=(rules.Stay(arrival.entered_on, LEAVE),), plan_entry_on=COME_BACK,
    )  # fmt: skip
    stay = only(outlook(arrival.person, planned(arrival), at=at))
    assert stay == queries.assess(question)
    assert stay.last_lawful_day == date(2023, 10, 19)


def test_days_spent_count_in_a_window(nino, at):
    """Mongolia: 90 days in 180 from the first entry, at most 30 in one stay."""
    arrival = ArrivalFactory.create(country="MN", entered_on=date(2022, 9, 10))
    PermitFactory.create(person=arrival.person, country="KZ")
    short = only(outlook(arrival.person, planned(arrival, "MN", leave_on=date(2022, 10, 5)), at=at))
    alone = only(outlook(arrival.person, planned(arrival, "GE", leave_on=date(2022, 10, 5)), at=at))
    assert short.last_lawful_day == date(2022, 11, 18)
    assert alone.last_lawful_day == date(2023, 10, 19)
    ArrivalFactory.create(
        person=arrival.person, country="MN", entered_on=date(2022, 6, 1), left_on=date(2022, 8, 20)
    )
    none_left = only(outlook(arrival.person, planned(arrival, "MN", leave_on=date(2022, 10, 5)), at=at))
    assert none_left.last_lawful_day != short.last_lawful_day


def test_a_permit_in_the_file_counts(arrival, at):
    PermitFactory.create(person=arrival.person, country="KZ", ends_on=date(2024, 9, 14))
    assert only(outlook(arrival.person, planned(arrival, "KZ"), at=at)).last_lawful_day == date(2024, 9, 14)


def test_a_document_that_is_not_accepted(arrival, at):
    internal = DocumentFactory.create(person=arrival.person, kind="internal_id")
    stay = only(outlook(arrival.person, planned(arrival, "GE", document=internal.pk), at=at))
    assert stay.status == rules.Status.NOT_ADMITTED


def test_the_departure_is_judged_where_they_are_now(nino, at):
    arrival = ArrivalFactory.create(country="MN", entered_on=date(2022, 9, 10))  # to 9 October
    in_time = outlook(arrival.person, planned(arrival, leave_on=date(2022, 10, 9)), at=at).departure
    late = outlook(arrival.person, planned(arrival, leave_on=date(2022, 10, 12)), at=at).departure
    assert (in_time.country, in_time.last_lawful_day, in_time.days_late) == ("MN", date(2022, 10, 9), 0)
    assert (late.leave_on, late.days_late) == (date(2022, 10, 12), 3)


def test_without_a_day_they_leave_on_the_day_of_entry(arrival, at):
    found = outlook(arrival.person, planned(arrival, "KZ", "GE", leave_on=None), at=at)
    assert found.departure.leave_on == COME_BACK
    assert [option.country for option in found.options] == ["GE", "KZ"]


def test_somebody_who_is_nowhere_has_no_departure(nino, at):
    arrival = ArrivalFactory.create(left=True)
    found = outlook(arrival.person, planned(arrival, leave_on=None), at=at)
    assert found.departure is None
    assert only(found).last_lawful_day == date(2023, 10, 19)


def test_a_missing_exit_is_not_invented(nino, at):
    """An open stay before a later entry: the plan ends the last stay only."""
    arrival = ArrivalFactory.create(country="GE", entered_on=date(2022, 6, 1))
    ArrivalFactory.create(
        person=arrival.person, country="AM", entered_on=date(2022, 7, 1), left_on=date(2022, 7, 9)
    )
    found = outlook(arrival.person, planned(arrival, "GE"), at=at)
    assert found.departure is None
    assert only(found).status == rules.Status.UNKNOWN
    assert [warning.code for warning in only(found).warnings] == ["exit_not_recorded"]


def test_an_arrival_entered_by_mistake_is_no_stay(nino):
    arrival = ArrivalFactory.create(voided=True)
    files = queries.files_of([arrival.person_id])
    assert journey(arrival.person, planned(arrival), files).visits == []


def test_the_last_entry_of_a_day_is_the_open_one():
    gone, there = Arrival(entered_on=LEAVE, left_on=LEAVE), Arrival(entered_on=LEAVE)
    assert current_stay([there, gone]) is there
    assert current_stay([gone]) is None
    assert current_stay([]) is None


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"entry_on": date(2022, 9, 30), "leave_on": date(2022, 9, 29)}, "/entry_on"),
        ({"entry_on": date(2033, 1, 1)}, "/entry_on"),
        ({"leave_on": date(2022, 10, 21)}, "/leave_on"),
        ({"leave_on": date(2022, 9, 20)}, "/leave_on"),
        ({"document": uuid4()}, "/document"),
        ({"purpose": "wish"}, "/purpose"),
        ({"countries": ()}, "/countries"),
        ({"countries": ("QQ",)}, "/countries"),
        ({"countries": ("GE",) * 21}, "/countries"),
    ],
)
def test_what_cannot_be_planned(arrival, at, wrong, pointer):
    values = {"countries": ("GE",), "entry_on": COME_BACK, "leave_on": LEAVE, **wrong}
    with pytest.raises(ImpossiblePlan) as refused:
        outlook(arrival.person, Plan(**values), at=at)
    assert {fault.pointer for fault in refused.value.faults} == {pointer}
    assert all(fault.detail.endswith(".") for fault in refused.value.faults)


def test_nothing_is_stored_and_queries_do_not_grow(arrival, at):
    PermitFactory.create_batch(5, person=arrival.person)
    for countries in (("GE",), ("GE", "KZ", "MN", "TR", "AM")):
        with CaptureQueriesContext(connection) as asked:
            outlook(arrival.person, planned(arrival, *countries), at=at)
        assert len(asked) == 6
        assert all(query["sql"].startswith("SELECT") for query in asked)
    assert not Deadline.objects.exists()
