from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from casework.stays.models import Arrival, Deadline, Permit
from tests.factories.people import DocumentFactory, PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, PermitFactory


def of(arrival: Arrival, page: str) -> str:
    return f"/admin/people/person/{arrival.person_id}/arrivals/{arrival.pk}/{page}/"


def test_register_another_arrival(desk: Client) -> None:
    document = DocumentFactory.create()
    address = f"/admin/people/person/{document.person_id}/arrivals/add/"
    entered = {"country": "AM", "entered_on": "2022-09-30", "document": str(document.pk)}
    assert desk.post(address, entered).status_code == 302
    arrival = Arrival.objects.get()
    assert (arrival.country, arrival.document_id) == ("AM", document.pk)
    assert arrival.deadlines.exists()


def test_a_second_open_arrival_there_is_refused(desk: Client) -> None:
    arrival = ArrivalFactory.create(country="GE")
    address = f"/admin/people/person/{arrival.person_id}/arrivals/add/"
    response = desk.post(address, {"country": "GE", "entered_on": "2022-09-30"})
    assert "already has an open arrival" in str(response.context["parts"][0].form.errors["country"])
    assert Arrival.objects.count() == 1


def test_the_document_of_another_person_is_not_offered(desk: Client) -> None:
    person, other = PersonFactory.create(), DocumentFactory.create()
    address = f"/admin/people/person/{person.pk}/arrivals/add/"
    response = desk.post(address, {"country": "GE", "entered_on": "2022-09-30", "document": str(other.pk)})
    assert response.context["parts"][0].form.errors["document"]
    assert not Arrival.objects.exists()


def test_record_an_exit(desk: Client) -> None:
    arrival = ArrivalFactory.create()
    assert desk.post(of(arrival, "exit"), {"left_on": "2022-09-29", "version": 1}).status_code == 302
    arrival.refresh_from_db()
    assert arrival.left_on == date(2022, 9, 29)


@pytest.mark.parametrize("left_on", ["2022-09-20", "2022-10-20", "", "soon"])
def test_an_impossible_exit_is_refused(desk: Client, left_on: str) -> None:
    arrival = ArrivalFactory.create()
    response = desk.post(of(arrival, "exit"), {"left_on": left_on, "version": 1})
    assert response.context["parts"][0].form.errors["left_on"]
    arrival.refresh_from_db()
    assert arrival.left_on is None


def test_correct_an_arrival(desk: Client) -> None:
    arrival = ArrivalFactory.create()
    values = {"country": "GE", "entered_on": "2022-09-22", "version": 1, "document": str(arrival.document_id)}
    assert desk.post(of(arrival, "correct"), values).status_code == 302
    arrival.refresh_from_db()
    assert (arrival.entered_on, arrival.entry_point) == (date(2022, 9, 22), "")


def test_void_asks_for_a_reason(desk: Client) -> None:
    arrival = ArrivalFactory.create()
    deadline = DeadlineFactory.create(arrival=arrival)
    assert (
        desk.post(of(arrival, "void"), {"reason": "", "version": 1}).context["parts"][0].form.errors["reason"]
    )
    assert desk.post(of(arrival, "void"), {"reason": "entered twice", "version": 1}).status_code == 302
    arrival.refresh_from_db()
    deadline.refresh_from_db()
    assert arrival.void_reason == "entered twice"
    assert deadline.status == "cancelled"


def test_void_twice_is_refused_in_words(desk: Client) -> None:
    arrival = ArrivalFactory.create(voided=True)
    page = desk.post(of(arrival, "void"), {"reason": "again", "version": 1}).content.decode()
    assert "entered by mistake and no longer counts" in page


def test_permits_are_added_corrected_and_withdrawn(desk: Client) -> None:
    person = PersonFactory.create()
    base = f"/admin/people/person/{person.pk}/permits"
    values = {
        "country": "GE",
        "kind": "visa",
        "starts_on": "2022-09-01",
        "ends_on": "2022-11-30",
        "entries": "1",
    }
    assert (
        desk.post(f"{base}/add/", {**values, "ends_on": "2022-08-01"})
        .context["parts"][0]
        .form.errors["ends_on"]
    )
    assert desk.post(f"{base}/add/", values).status_code == 302
    permit = Permit.objects.get()
    assert (
        desk.post(f"{base}/{permit.pk}/correct/", {**values, "entries": "2", "version": 1}).status_code == 302
    )
    permit.refresh_from_db()
    assert permit.entries == 2
    assert desk.post(f"{base}/{permit.pk}/withdraw/", {"version": 2}).status_code == 302
    assert not Permit.objects.exists()


def test_a_row_of_another_person_is_not_in_this_file(desk: Client) -> None:
    arrival, permit, person = ArrivalFactory.create(), PermitFactory.create(), PersonFactory.create()
    base = f"/admin/people/person/{person.pk}"
    assert desk.get(f"{base}/arrivals/{arrival.pk}/void/").status_code == 404
    assert desk.post(f"{base}/permits/{permit.pk}/withdraw/", {"version": 1}).status_code == 404
    assert Deadline.objects.count() == 0
    assert Permit.objects.exists()
