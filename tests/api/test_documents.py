from __future__ import annotations

from typing import Any

import pytest

from casework.people.models import Document
from tests.api import promises
from tests.api.conftest import Api
from tests.api.promises import pointers, queries_of, reads
from tests.factories.people import DocumentFactory, PersonFactory
from tests.factories.stays import ArrivalFactory

PASSPORT: dict[str, Any] = {
    "kind": "passport", "issuing_country": "RU", "number": "71 2345678", "biometric": True,
    "issued_on": "2019-03-04", "expires_on": "2029-03-04",
}  # fmt: skip


def test_post_and_read(api: Api) -> None:
    person = PersonFactory.create()
    made = api.post("documents/", {**PASSPORT, "person": str(person.pk)})
    assert made.status_code == 201, made.content
    body = made.json()
    assert {name: body[name] for name in PASSPORT} == PASSPORT
    assert set(body) == {*PASSPORT, "id", "person", "created_at", "updated_at"}
    assert api.get(f"documents/{body['id']}/").json() == body
    assert api.get("documents/").json()["results"] == [body]
    assert api.get(f"people/{person.pk}/").json()["documents"] == [body["id"]]


def test_number_is_sealed(api: Api) -> None:
    person = PersonFactory.create()
    api.post("documents/", {**PASSPORT, "person": str(person.pk)})
    assert "2345678" not in str(list(Document.objects.values()))


def test_change_moves_deadlines_and_person(api: Api) -> None:
    person = api.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()
    made = api.post("documents/", {**PASSPORT, "person": person["id"]}).json()
    body = api.patch(f"documents/{made['id']}/", {"kind": "travel_document", "biometric": None}).json()
    assert (body["kind"], body["biometric"], body["number"]) == ("travel_document", None, "71 2345678")
    assert body["person"] == person["id"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "licence"}, "/kind"), ({"kind": None}, "/kind"), ({"issuing_country": "XX"}, "/issuing_country"),
        ({"number": ""}, "/number"), ({"number": "a_b"}, "/number"), ({"number": 7}, "/number"),
        ({"number": "1\x002"}, "/number"), ({"biometric": "no"}, "/biometric"), ({"issued_on": 1}, "/issued_on"),
        ({"issued_on": "2022-10-05"}, "/issued_on"), ({"expires_on": "2019-03-03"}, "/expires_on"),
        ({"expires_on": "2029-02-30"}, "/expires_on"), ({"owner": 1}, "/owner"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_bad_field(api: Api, method: str, change: dict[str, Any], pointer: str) -> None:
    document = DocumentFactory.create()
    if method == "POST":
        body = {**PASSPORT, "person": str(document.person_id), **change}
        response = api.post("documents/", body)
    else:
        response = api.patch(f"documents/{document.pk}/", change)
    assert pointer in pointers(response)
    assert Document.objects.get().version == 1


@pytest.mark.parametrize("person", [None, "", 5, "x", [], promises.NO_ID, ...])
def test_bad_person(api: Api, person: Any) -> None:
    body = {**PASSPORT, "person": person}
    if person is ...:
        del body["person"]
    assert pointers(api.post("documents/", body)) == ["/person"]


def test_person_is_not_changed(api: Api) -> None:
    document = DocumentFactory.create()
    assert pointers(api.patch(f"documents/{document.pk}/", {"person": str(document.person_id)})) == [
        "/person"
    ]


def test_recorded_once(api: Api) -> None:
    first, second = PersonFactory.create(), PersonFactory.create()
    api.post("documents/", {**PASSPORT, "person": str(first.pk)})
    again = api.post("documents/", {**PASSPORT, "number": "712345678", "person": str(second.pk)})
    assert pointers(again, 409) == ["/number"]
    other = api.post("documents/", {**PASSPORT, "number": "799999999", "person": str(second.pk)}).json()
    assert pointers(api.patch(f"documents/{other['id']}/", {"number": "71-2345678"}), 409) == ["/number"]


def test_another_organisation(foreign: Api, api: Api) -> None:
    document = DocumentFactory.create()
    promises.assert_nowhere_for(foreign, f"documents/{document.pk}/", "GET", "HEAD", "PATCH")
    assert promises.ids(foreign.get("documents/")) == []
    refused = foreign.post("documents/", {**PASSPORT, "person": str(document.person_id)})
    assert refused.content == foreign.post("documents/", {**PASSPORT, "person": promises.NO_ID}).content


def test_same_number_at_two_organisations(foreign: Api, api: Api) -> None:
    for app in (api, foreign):
        person = app.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()
        assert app.post("documents/", {**PASSPORT, "person": person["id"]}).status_code == 201


def test_reads_are_in_the_trail(api: Api) -> None:
    document = DocumentFactory.create()
    api.get(f"documents/{document.pk}/")
    assert reads("document") == [(document.pk, [])]


def test_queries_do_not_grow(api: Api) -> None:
    ArrivalFactory.create()
    few = queries_of(api, "documents/")
    for _ in range(5):
        DocumentFactory.create()
    assert queries_of(api, "documents/") == few


def test_preconditions(api: Api) -> None:
    document = DocumentFactory.create()
    promises.assert_needs_if_match(api, f"documents/{document.pk}/", {"biometric": False})
    promises.assert_known_by_its_etag(api, f"documents/{document.pk}/")
    promises.assert_refuses_queries(api, "documents/")
