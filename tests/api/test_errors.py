from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import RequestFactory
from django.urls import path as url
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from casework.accounts.models import User
from casework.api.constraints import refusal_of
from casework.api.errors import as_problem
from casework.api.rendering import StrictJSONParser, take_chunks
from casework.audit import operations as audit
from casework.people.models import Person
from tests.api.conftest import Api
from tests.api.promises import NO_ID, pointers
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory

VERA = {"given_name": "Vera", "nationality": "RU"}


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"null", b"[]", b'"x"', b"7", b"\xff\xfe{}", b'{"given_name": "\x00"}', b'{"a": NaN}',
        b'{"a": Infinity}', b'{"a": 1, "a": 2}', b'{"a": ' + b"9" * 5000 + b"}", b'{"a": "\xd0"}',
        b"[" * 100_000, b'{"a":' * 100_000, b"{'a': 1}", b'{"a": 1} x', b"\x00",
    ],
)  # fmt: skip
def test_body_that_is_no_json_object(api: Api, body: bytes) -> None:
    response = api.send("POST", "people/", body)
    pointers(response)
    assert not Person.objects.exists()


def test_body_in_chunks() -> None:
    request = RequestFactory().generic("POST", "/", headers={"Transfer-Encoding": "chunked"})
    sent = {"CONTENT_LENGTH": "", "CONTENT_TYPE": "application/json", "wsgi.input": BytesIO(b'{"a": 1}')}
    request.META |= sent
    take_chunks(request)
    assert Request(request, parsers=[StrictJSONParser()]).data == {"a": 1}


def test_ten_megabytes(api: Api) -> None:
    body = json.dumps({**VERA, "family_name": "x" * 10_000_000}).encode()
    assert pointers(api.send("POST", "people/", body), 413) == [""]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_other_media_types(api: Api, kind: str) -> None:
    response = api.browser.generic(
        "POST", "/api/v1/people/", b"given_name=Vera", kind, headers={"Authorization": f"Bearer {api.token}"}
    )
    pointers(response, 415)


def test_media_type_with_a_charset(api: Api) -> None:
    response = api.browser.generic(
        "POST", "/api/v1/people/", json.dumps(VERA).encode(), "application/json; charset=utf-8",
        headers={"Authorization": f"Bearer {api.token}"},
    )  # fmt: skip
    assert response.status_code == 201


def test_not_acceptable(api: Api) -> None:
    pointers(api.get("people/", Accept="text/html"), 406)
    assert api.get("people/", Accept="application/*").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_methods_that_are_not_there(api: Api, method: str) -> None:
    person = PersonFactory.create()
    response = api.send(method, f"people/{person.pk}/")
    pointers(response, 405)
    assert response.headers["Allow"] == "GET, HEAD, PATCH"


@pytest.mark.parametrize(
    "path", ["people/x/", f"people/{NO_ID}/", "people/%00/", "people/6f9619ff8b864d01b42d00cf4fc964ff/",
             "nothing/", "people/x/y/", "../people/", "people/{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}/"]
)  # fmt: skip
def test_not_found(api: Api, path: str) -> None:
    response = api.get(path)
    pointers(response, 404)
    assert response.content == api.get(f"people/{NO_ID}/").content


def test_not_found_says_nothing_of_routes_to_anybody(anonymous: Api) -> None:
    assert anonymous.get("/api/v2/").json() == anonymous.get("/oauth/x/").json()
    assert anonymous.get("/elsewhere/").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("favourite=1", "/favourite"), ("limit=201", "/limit"), ("limit=0", "/limit"), ("limit=-1", "/limit"),
        ("limit=ten", "/limit"), ("limit=5.0", "/limit"), ("limit=%D9%A5", "/limit"), ("limit=", "/limit"),
        ("limit=1&limit=1", "/limit"), ("ordering=family_name", "/ordering"), ("ordering=", "/ordering"),
        ("q=%00", "/q"), ("q=" + "x" * 151, "/q"), ("birth_date=1991", "/birth_date"),
        ("nationality=ru", "/nationality"), ("country=Kazakhstan", "/country"), ("format=json", "/format"),
        ("updated_since=yesterday", "/updated_since"), ("updated_since=2022-13-01", "/updated_since"),
        ("updated_since=2022-10-01T10:00:00", "/updated_since"), ("id=1", "/id"),
    ],
)  # fmt: skip
def test_bad_query(api: Api, query: str, pointer: str) -> None:
    assert pointer in pointers(api.get(f"people/?{query}"))


def test_query_where_none_is_listed(api: Api) -> None:
    person = PersonFactory.create()
    assert pointers(api.get(f"people/{person.pk}/?q=x")) == ["/q"]
    assert pointers(api.post("people/?dry_run=1", VERA)) == ["/dry_run"]
    assert Person.objects.count() == 1


def test_race_that_only_the_database_sees(nino: User) -> None:
    arrival = ArrivalFactory.create()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ArrivalFactory.create(person=arrival.person)
    refused = refusal_of(caught.value)
    assert refused is not None
    assert refused.status == 409
    assert refused.faults[0].detail == "This person already has an open arrival in this country."


def test_a_constraint_that_is_not_ours_is_a_fault(nino: User) -> None:
    person = PersonFactory.create()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        PersonFactory.create(pk=person.pk, household=person.household)
    assert refusal_of(caught.value) is None


def test_two_in_each_others_way_are_asked_to_try_again() -> None:
    failed = OperationalError("deadlock detected: Process 1 waits")
    failed.__cause__ = psycopg.errors.DeadlockDetected()
    response = as_problem(failed, {})
    assert response is not None
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "Process" not in str(response.data)


class Failing(ViewSet):
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    throttle_classes: list[Any] = []

    def database(self, request: Request) -> Response:
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM hidden")
        return Response()

    def code(self, request: Request) -> Response:
        raise RuntimeError("secret")


urlpatterns = [
    url("api/database", Failing.as_view({"get": "database"})),
    url("api/code", Failing.as_view({"get": "code"})),
]
handler500 = "casework.api.errors.server_error"


@pytest.fixture
def failing_views(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.usefixtures("failing_views")
@pytest.mark.parametrize("path", ["/api/database", "/api/code"])
def test_a_fault_of_ours_shows_nothing(anonymous: Api, path: str) -> None:
    response = anonymous.get(path)
    pointers(response, 500)
    for word in (b"secret", b"hidden", b"Traceback", b"SELECT"):
        assert word not in response.content


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_without_its_event_nothing_is_stored_or_shown(
    api: Api, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    person = PersonFactory.create(family_name="Abramtseva")
    tag = api.get(f"people/{person.pk}/").headers["ETag"]
    monkeypatch.setattr(
        audit, "INSERT", "INSERT INTO audit_event (nothing) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
    )
    path = "people/" if method == "POST" else f"people/{person.pk}/"
    response = api.send(
        method, path, None if method == "GET" else {**VERA, "given_name": "Anna"}, If_Match=tag
    )
    pointers(response, 500)
    assert b"Abramtseva" not in response.content
    assert list(Person.objects.values_list("given_name", flat=True)) == ["Vera"]
