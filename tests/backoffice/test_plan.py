"""Planning with the person: the page asks, the engine answers, nothing is stored."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.audit.models import Event
from casework.stays.models import Arrival
from casework.stays.plans import Plan, outlook
from tests.factories.accounts import UserFactory
from tests.factories.stays import ArrivalFactory, PermitFactory


@pytest.fixture
def arrival(nino: User) -> Arrival:
    return ArrivalFactory.create(document__biometric=True)


def page_of(arrival: Arrival) -> str:
    return f"/admin/people/person/{arrival.person_id}/plan/"


def returning(arrival: Arrival, **changes: str) -> dict[str, str]:
    values = {"leave_on": "2022-10-03", "entry_on": "2022-10-20", "country": "GE"}
    asked = {**values, "document": str(arrival.document_id), "purpose": "", **changes}
    return {"ask": "return", **{f"return-{name}": value for name, value in asked.items()}}


def comparing(arrival: Arrival, *countries: str, entry_on: str = "2022-10-20") -> dict[str, object]:
    return {
        "ask": "compare", "compare-entry_on": entry_on, "compare-countries": list(countries),
        "compare-document": str(arrival.document_id), "compare-purpose": "",
    }  # fmt: skip


def test_the_file_leads_there(desk: Client, arrival: Arrival) -> None:
    file = desk.get(f"/admin/people/person/{arrival.person_id}/change/").content.decode()
    assert f'href="{page_of(arrival)}"' in file
    page = desk.get(page_of(arrival))
    assert page.context["answer"] is None
    assert [form.initial["country"] for form, *_ in page.context["forms"]] == ["GE", "GE"]


def test_leave_and_come_back(desk: Client, arrival: Arrival, at) -> None:
    page = desk.post(page_of(arrival), returning(arrival))
    [shown] = page.context["answer"].options
    plan = Plan(
        countries=("GE",), entry_on=date(2022, 10, 20), leave_on=date(2022, 10, 3),
        document=arrival.document_id,
    )  # fmt: skip
    [expected] = outlook(arrival.person, plan, at=at).options
    assert shown.stay == expected.stay
    assert (shown.days, len(shown.why) >= 2) == (365, True)
    told = page.content.decode()
    assert "19 Oct 2023" in told
    assert all(sentence in told for sentence in shown.why)
    assert shown.stay.rule.source in told


def test_compare_countries(desk: Client, arrival: Arrival, at) -> None:
    page = desk.post(page_of(arrival), comparing(arrival, "KZ", "MN", "GE"))
    shown = page.context["answer"].options
    plan = Plan(
        countries=("KZ", "MN", "GE"), entry_on=date(2022, 10, 20), document=arrival.document_id
    )  # fmt: skip
    expected = outlook(arrival.person, plan, at=at).options
    assert [(row.country, row.stay) for row in shown] == [(row.country, row.stay) for row in expected]
    assert [row.country for row in shown] == ["GE", "KZ", "MN"]
    told = page.content.decode()
    for row in shown:
        assert row.stay.rule.source in told
    assert "medium confidence" in told
    assert "high confidence" in told


def test_a_late_exit_is_said(desk: Client, nino: User) -> None:
    arrival = ArrivalFactory.create(country="MN", entered_on=date(2022, 9, 10))
    told = desk.post(page_of(arrival), returning(arrival, leave_on="2022-10-12")).content.decode()
    assert "is 3 days too late: the last lawful day there is 9 Oct 2022." in told


def test_somebody_who_left_is_asked_no_exit(desk: Client, nino: User) -> None:
    arrival = ArrivalFactory.create(left=True)
    page = desk.get(page_of(arrival))
    assert "leave_on" not in page.context["forms"][0][0].fields
    asked = returning(arrival)
    del asked["return-leave_on"]
    assert desk.post(page_of(arrival), asked).context["answer"].options[0].days == 365


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"entry_on": "2022-09-30", "leave_on": "2022-09-29"}, "entry_on"),
        ({"entry_on": ""}, "entry_on"),
        ({"entry_on": "9999-12-31"}, "entry_on"),
        ({"leave_on": "2022-10-21"}, "leave_on"),
        ({"leave_on": "2022-09-01"}, "leave_on"),
        ({"country": "QQ"}, "country"),
        ({"country": ""}, "country"),
        ({"document": "junk"}, "document"),
        ({"purpose": "wish"}, "purpose"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    desk: Client, arrival: Arrival, wrong: dict[str, str], field: str
) -> None:
    page = desk.post(page_of(arrival), returning(arrival, **wrong))
    assert page.context["answer"] is None
    returned, compared = (form for form, *_ in page.context["forms"])
    assert list(returned.errors) == [field]
    assert not compared.is_bound


def test_no_country_chosen(desk: Client, arrival: Arrival) -> None:
    page = desk.post(page_of(arrival), comparing(arrival))
    assert page.context["forms"][1][0].errors["countries"] == ["Choose at least one country."]


def test_it_is_a_read_of_the_person_and_writes_nothing(desk: Client, arrival: Arrival, nino: User) -> None:
    before = (arrival.version, arrival.person.version)
    page = desk.post(page_of(arrival), returning(arrival))
    [event] = Event.objects.filter(object_id=arrival.person_id)
    assert (event.action, event.actor_id) == ("person.read", str(nino.pk))
    assert set(Event.objects.values_list("action", flat=True)) == {"person.read"}
    arrival.refresh_from_db()
    assert (arrival.left_on, arrival.version, arrival.person.version) == (None, *before)
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("role", ["caseworker", "legal", "auditor", "rule_editor", "administrator"])
def test_who_may_plan(nino: User, sign_in, arrival: Arrival, role: str) -> None:
    door = sign_in(UserFactory.create(organisation=nino.organisation, role=role))
    expected = 200 if role in ("caseworker", "legal") else 403
    assert door.get(page_of(arrival)).status_code == expected
    assert door.post(page_of(arrival), returning(arrival)).status_code == expected


def test_a_document_of_somebody_else_is_no_choice(desk: Client, arrival: Arrival) -> None:
    other = ArrivalFactory.create()
    page = desk.post(page_of(arrival), returning(arrival, document=str(other.document_id)))
    assert list(page.context["forms"][0][0].errors) == ["document"]


def test_a_long_ledger_asks_as_often_as_a_short_one(desk: Client, arrival: Arrival) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.post(page_of(arrival), comparing(arrival, "KZ", "GE")).context["answer"]
        return len(captured)

    few = asked()
    ArrivalFactory.create_batch(9, person=arrival.person, left=True)
    PermitFactory.create_batch(9, person=arrival.person, country="MN")
    assert asked() == few
