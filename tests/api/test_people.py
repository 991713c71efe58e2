from __future__ import annotations

from typing import Any

import pytest

from casework.audit.models import Event
from casework.people.models import Household, Person
from tests.api import promises
from tests.api.conftest import Api
from tests.api.promises import pointers, queries_of, reads
from tests.factories.people import DocumentFactory, PersonFactory
from tests.factories.stays import ArrivalFactory

KSENIA: dict[str, Any] = {
    "family_name": "Смирнова", "given_name": "Ксения", "patronymic": "Игоревна", "birth_date": "1991-03-07",
    "sex": "F", "nationality": "RU", "preferred_language": "ru", "email": "ksenia@example.org",
}  # fmt: skip
FIELDS = (
    "id family_name given_name patronymic native_name birth_date birth_date_precision sex nationality languages"
    " preferred_language email second_email phone household arrivals documents possible_duplicates"
    " created_at updated_at"
).split()


def test_post_and_read(api: Api) -> None:
    made = api.post("people/", KSENIA)
    assert made.status_code == 201, made.content
    body = made.json()
    assert sorted(body) == sorted(FIELDS)
    assert {name: body[name] for name in KSENIA} == KSENIA
    assert (body["arrivals"], body["documents"], body["possible_duplicates"]) == ([], [], [])
    assert body["created_at"].endswith("+00:00")
    assert made.headers["Location"] == f"http://testserver/api/v1/people/{body['id']}/"
    read = api.get(f"people/{body['id']}/")
    assert read.headers["Cache-Control"] == "private, no-cache"
    assert read.json() == body
    assert read.headers["ETag"] == made.headers["ETag"]
    assert api.get("people/").json()["results"] == [body]


def test_what_is_not_said(api: Api) -> None:
    body = api.post("people/", {"native_name": "Вера", "nationality": "BY", "sex": "", "phone": None}).json()
    assert (body["family_name"], body["sex"], body["birth_date"], body["phone"]) == ("", "", None, "")
    assert (body["preferred_language"], body["languages"], body["birth_date_precision"]) == ("en", [], "day")


def test_joins_a_household(api: Api) -> None:
    first = api.post("people/", KSENIA).json()
    second = api.post("people/", {**KSENIA, "given_name": "Игорь", "household": first["household"]}).json()
    assert second["household"] == first["household"]
    assert Household.objects.count() == 1


def test_change(api: Api) -> None:
    made = api.post("people/", KSENIA).json()
    change = {
        "given_name": "Ксенія",
        "languages": ["ru", "be"],
        "birth_date": None,
        "household": made["household"],
    }
    response = api.patch(f"people/{made['id']}/", change)
    assert response.status_code == 200, response.content
    body = response.json()
    assert {name: body[name] for name in change} == change
    assert {name for name in FIELDS if body[name] != made[name]} == {
        "given_name", "languages", "birth_date", "updated_at",
    }  # fmt: skip
    assert api.get("people/?q=Ксенія").json()["results"][0]["id"] == made["id"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nationality": None}, "/nationality"), ({"nationality": "XX"}, "/nationality"),
        ({"birth_date": "2022-10-02"}, "/birth_date"), ({"birth_date": "2022-09-22"}, "/birth_date"),
        ({"family_name": "", "given_name": "", "native_name": ""}, "/family_name"),
        ({"sex": None}, "/sex"), ({"email": "x"}, "/email"), ({"second_email": "x"}, "/second_email"), ({"phone": "x"}, "/phone"),
        ({"languages": None}, "/languages"), ({"languages": ["x"]}, "/languages/0"),
        ({"household": None}, "/household"), ({"arrivals": []}, "/arrivals"), ({"id": "x"}, "/id"),
        ({"created_at": "2022-10-01"}, "/created_at"), ({"religion": "x"}, "/religion"),
    ],
)  # fmt: skip
def test_bad_change(api: Api, change: dict[str, Any], pointer: str) -> None:
    person = ArrivalFactory.create().person
    assert pointer in pointers(api.patch(f"people/{person.pk}/", change))
    assert Person.objects.get().version == 1


@pytest.mark.parametrize("change", [{"email": ""}, {"second_email": "KSENIA@example.org"}])
def test_a_second_address_follows_another(api: Api, change: dict[str, str]) -> None:
    made = api.post("people/", {**KSENIA, "second_email": "sister@example.org"}).json()
    assert made["second_email"] == "sister@example.org"
    refused = api.patch(f"people/{made['id']}/", change)
    assert pointers(refused) == ["/second_email"]
    moved_up = api.patch(f"people/{made['id']}/", {"email": "sister@example.org", "second_email": ""})
    assert moved_up.status_code == 200


def test_household_of_another_organisation(foreign: Api, api: Api) -> None:
    theirs = PersonFactory.create().household_id
    refused = foreign.post("people/", {**KSENIA, "household": str(theirs)})
    missing = foreign.post("people/", {**KSENIA, "household": promises.NO_ID})
    assert pointers(refused) == ["/household"]
    assert refused.content == missing.content


def test_moves_by_its_household_only(api: Api) -> None:
    person, other = PersonFactory.create(), PersonFactory.create()
    response = api.patch(f"people/{person.pk}/", {"household": str(other.household_id)})
    assert pointers(response) == ["/household"]


def test_possible_duplicates_of_a_list(api: Api) -> None:
    made = [api.post("people/", {**KSENIA, "family_name": name}).json() for name in ("Смирнова", "Smirnova")]
    api.post("people/", {**KSENIA, "birth_date": "1991-03-08"})
    rows = {row["id"]: row["possible_duplicates"] for row in api.get("people/").json()["results"]}
    assert [found["id"] for found in rows[made[0]["id"]]] == [made[1]["id"]]
    assert sum(map(len, rows.values())) == 2


def test_another_organisation(foreign: Api, api: Api) -> None:
    person = PersonFactory.create(family_name="Abramtseva")
    promises.assert_nowhere_for(foreign, f"people/{person.pk}/", "GET", "HEAD", "PATCH")
    for query in ("", "?q=abramtseva", "?nationality=RU", f"?birth_date={person.birth_date}"):
        assert promises.ids(foreign.get(f"people/{query}")) == []


def test_same_human_being_at_two_organisations(foreign: Api, api: Api) -> None:
    api.post("people/", KSENIA)
    assert foreign.post("people/", KSENIA).json()["possible_duplicates"] == []


def test_every_read_is_in_the_trail(api: Api) -> None:
    people = [PersonFactory.create() for _ in range(2)]
    api.get(f"people/{people[0].pk}/")
    listed = [row["id"] for row in api.get("people/").json()["results"]]
    assert reads("person") == [(people[0].pk, []), (None, listed)]
    event = Event.objects.filter(action="person.read").first()
    assert event is not None
    assert (event.actor_kind, event.about["where"]) == ("client", f"api:/api/v1/people/{people[0].pk}/")


def test_trail_of_a_search_holds_no_name(api: Api) -> None:
    PersonFactory.create(family_name="Abramtseva")
    api.get("people/?q=abramtseva")
    assert "bramts" not in str(list(Event.objects.values())).lower()


def test_queries_do_not_grow(api: Api) -> None:
    def one() -> None:
        arrival = ArrivalFactory.create(person__birth_date="1990-01-01")
        DocumentFactory.create(person=arrival.person)

    one()
    few = queries_of(api, "people/")
    for _ in range(6):
        one()
    assert queries_of(api, "people/") == few <= 12
