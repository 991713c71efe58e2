from __future__ import annotations

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from casework.cases.models import Case
from casework.people.models import Person
from casework.stays.models import Arrival, Deadline
from tests.factories.cases import CaseFactory
from tests.factories.people import DocumentFactory, PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, PermitFactory

LIST = "/admin/people/person/"
REGISTER = f"{LIST}add/"
ARRIVED = {
    "person-family_name": "Смирнова", "person-given_name": "Ксения", "person-patronymic": "Игоревна",
    "person-birth_date": "1991-03-07", "person-sex": "F", "person-nationality": "RU",
    "person-preferred_language": "ru", "person-email": "ksenia@mail.example",
    "document-kind": "internal_id", "document-issuing_country": "RU", "document-number": "4512 345678",
    "arrival-country": "KZ", "arrival-entered_on": "2022-09-25", "arrival-entry_point": "Syrym",
}  # fmt: skip


def test_find_by_name_in_another_script(desk: Client) -> None:
    PersonFactory.create(family_name="Abramtseva", native_name="")
    PersonFactory.create(family_name="Gorshkova", native_name="")
    page = desk.get(LIST, {"q": "абрамцева"}).content.decode()
    assert "Abramtseva" in page
    assert "Gorshkova" not in page


def test_list_tells_where_and_until_when(desk: Client, nino: User) -> None:
    arrival = ArrivalFactory.create()
    CaseFactory.create(household=arrival.person.household, assigned_to=nino, number="2022-000123")
    page = desk.get(LIST).content.decode()
    assert "Georgia" in page
    assert "20 Sep 2023" in page
    assert "2022-000123, Nino" in page


def test_list_narrows_to_a_country(desk: Client) -> None:
    ArrivalFactory.create(person__family_name="Vorontsova")
    ArrivalFactory.create(person__family_name="Berezkina", country="KZ")
    page = desk.get(LIST, {"in": "KZ"}).content.decode()
    assert "Berezkina" in page
    assert "Vorontsova" not in page


def test_list_takes_no_patterns_from_the_address(desk: Client) -> None:
    assert desk.get(LIST, {"email__icontains": "mail"}).status_code == 400


def test_list_and_file_write_one_read_event_each(desk: Client) -> None:
    people = PersonFactory.create_batch(2)
    desk.get(LIST)
    (listed,) = Event.objects.filter(action="person.read")
    assert set(listed.about["ids"]) == {str(person.pk) for person in people}
    desk.get(f"{LIST}{people[0].pk}/change/")
    assert Event.objects.filter(action="person.read", object_id=people[0].pk).count() == 1


def test_no_trail_no_page(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    PersonFactory.create(family_name="Vorontsova")
    monkeypatch.setattr("casework.audit.operations.INSERT", "INSERT INTO nowhere VALUES (%s)")
    desk.raise_request_exception = False
    response = desk.get(LIST)
    assert response.status_code == 500
    assert b"Vorontsova" not in response.content


def test_register_stores_everything(desk: Client, nino: User) -> None:
    response = desk.post(REGISTER, ARRIVED)
    person = Person.objects.get(family_name="Смирнова")
    assert response.url == f"{LIST}{person.pk}/change/"
    assert person.documents.get().number == "4512 345678"
    assert Case.objects.get(household=person.household).assigned_to == nino
    page = desk.get(response.url).content.decode()
    assert "23 Dec 2022" in page  # the last lawful day
    assert "24 Dec 2022" in page  # the first unlawful one
    assert "2022-12-23" in page  # in the sentences why
    assert "4512 345678" in page
    assert not LogEntry.objects.exists()


def test_register_without_a_document_and_with_a_caseworker(desk: Client, levan: User) -> None:
    known = {name: value for name, value in ARRIVED.items() if not name.startswith("document-")}
    desk.post(REGISTER, {**known, "arrival-assigned_to": str(levan.pk)})
    person = Person.objects.get()
    assert not person.documents.exists()
    assert Case.objects.get().assigned_to == levan


@pytest.mark.parametrize(
    ("changes", "form", "field"),
    [
        ({"person-birth_date": "2022-09-26"}, 0, "birth_date"),
        ({"person-family_name": "", "person-given_name": ""}, 0, "family_name"),
        ({"person-nationality": "XX"}, 0, "nationality"),
        ({"person-languages": "ru, $"}, 0, "languages"),
        ({"document-number": "!!"}, 1, "number"),
        ({"document-kind": ""}, 1, "kind"),
        ({"arrival-entered_on": "2022-10-09"}, 2, "entered_on"),
        ({"arrival-entered_on": "yesterday"}, 2, "entered_on"),
        ({"arrival-left_on": "2022-09-20"}, 2, "left_on"),
        ({"arrival-entry_point": "a\0b"}, 2, "entry_point"),
    ],
)
def test_register_refuses_at_the_field(desk: Client, changes: dict[str, str], form: int, field: str) -> None:
    response = desk.post(REGISTER, {**ARRIVED, **changes})
    assert response.status_code == 200
    assert response.context["parts"][form].form.errors[field]
    assert not Person.objects.exists()
    assert not Arrival.objects.exists()


def test_register_names_a_possible_duplicate(desk: Client) -> None:
    other = PersonFactory.create(
        family_name="Smirnova", given_name="Kseniia", patronymic="", birth_date=date(1991, 3, 7)
    )
    response = desk.post(REGISTER, ARRIVED, follow=True)
    page = response.content.decode()
    assert "may be somebody who has a file already" in page
    assert f"/admin/people/person/{other.pk}/change/" in page


def test_register_a_relative_joins_the_household(desk: Client) -> None:
    relative = PersonFactory.create()
    desk.post(f"{LIST}{relative.pk}/relative/", ARRIVED)
    assert Person.objects.get(family_name="Смирнова").household_id == relative.household_id


def test_file_shows_everything(desk: Client, nino: User) -> None:
    arrival = ArrivalFactory.create()
    mistake = ArrivalFactory.create(person=arrival.person, voided=True, country="KZ")
    PermitFactory.create(person=arrival.person, visa=True)
    DeadlineFactory.create(arrival=arrival, registration=True)
    PersonFactory.create(household=arrival.person.household, given_name="Taisia")
    CaseFactory.create(household=arrival.person.household, number="2022-000321")
    page = desk.get(f"{LIST}{arrival.person_id}/change/").content.decode()
    for told in ("Larsi", mistake.void_reason, "30 days of stay", "3 Oct 2022", "Taisia", "2022-000321"):
        assert told in page
    assert arrival.document.number in page


def test_correct_the_person(desk: Client) -> None:
    person = PersonFactory.create(family_name="Gorshkova", languages=["ru"])
    address = f"{LIST}{person.pk}/correct/"
    form = desk.get(address).context["parts"][0].form
    values = {name: value for name, value in form.initial.items() if value is not None}
    assert desk.post(address, {**values, "family_name": "Gorshkina", "version": 1}).status_code == 302
    person.refresh_from_db()
    assert (person.family_name, person.languages, person.version) == ("Gorshkina", ["ru"], 2)


def test_correct_refuses_what_somebody_changed_meanwhile(desk: Client, at) -> None:
    person = PersonFactory.create(phone="1")
    address = f"{LIST}{person.pk}/correct/"
    form = desk.get(address).context["parts"][0].form
    values = {name: value for name, value in form.initial.items() if value is not None}
    person.change(at=at, phone="2")
    response = desk.post(address, {**values, "phone": "3", "version": 1})
    assert "Somebody changed this" in response.content.decode()
    person.refresh_from_db()
    assert person.phone == "2"


def test_add_and_correct_a_document(desk: Client) -> None:
    person = PersonFactory.create()
    document = {"kind": "passport", "issuing_country": "RU", "number": "75 1234567", "biometric": "true"}
    assert desk.post(f"{LIST}{person.pk}/documents/add/", document).status_code == 302
    stored = person.documents.get()
    assert stored.biometric is True
    change = {**document, "biometric": "false", "version": stored.version}
    assert desk.post(f"{LIST}{person.pk}/documents/{stored.pk}/correct/", change).status_code == 302
    stored.refresh_from_db()
    assert stored.biometric is False


def test_a_document_of_another_is_refused(desk: Client) -> None:
    taken = DocumentFactory.create()
    person = PersonFactory.create()
    document = {"kind": taken.kind, "issuing_country": taken.issuing_country, "number": taken.number}
    response = desk.post(f"{LIST}{person.pk}/documents/add/", document)
    assert response.context["parts"][0].form.errors["number"] == ["This document is already recorded."]


def test_trail_shows_what_was_done(desk: Client, nino: User) -> None:
    desk.post(REGISTER, ARRIVED)
    person = Person.objects.get()
    page = desk.get(f"{LIST}{person.pk}/history/").content.decode()
    assert "person.added" in page
    assert str(nino) in page


def test_nothing_is_deleted(desk: Client) -> None:
    person = PersonFactory.create()
    assert desk.post(f"{LIST}{person.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(LIST, {"action": "delete_selected", "_selected_action": str(person.pk), "post": "yes"})
    assert Person.objects.filter(pk=person.pk).exists()


def test_deadlines_are_written_with_the_arrival(desk: Client, nino: User) -> None:
    desk.post(REGISTER, ARRIVED)
    assert set(Deadline.objects.values_list("assigned_to", flat=True)) == {nino.pk}
