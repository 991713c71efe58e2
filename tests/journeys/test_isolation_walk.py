"""Every route of the API, walked by a partner of Marek's organisation with the ids of Nino's.

A new route fails here until it is walked or stands in a list below with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework import serializers

from casework.accounts.models import Organisation, Owned, User
from casework.api.fields import Reference
from casework.api.pagination import Place
from casework.api.resource import Changes, Creates, Removes, Resource
from tests.acting import acting
from tests.api.conftest import Api
from tests.api.promises import ids, pointers
from tests.factories.housing import NeedFactory, PlaceFactory, UnitFactory
from tests.factories.people import DocumentFactory, HouseholdFactory, PersonFactory
from tests.factories.work import OpeningFactory, WorkNeedFactory

Rows = dict[str, Any]
Body = dict[str, Any]
DAY = timedelta(days=1)

NOBODYS = {
    "stay-rules-list": "the law is public",
    "stay-rules-detail": "the law is public",
    "deadline-types-list": "the law is public",
    "deadline-types-detail": "the law is public",
    "law-changes-list": "a change of the law is public; tests/api/test_law_changes.py shows whose stays it names",
    "law-changes-detail": "a change of the law is public",
    "law-changes-preview": "for the law desk alone",
    "law-changes-approve": "for the law desk alone",
    "law-changes-withdraw": "for the law desk alone",
    "reminders-acknowledge": "walked by tests/api/test_reminders.py::test_acknowledge_of_another_organisation",
    "stay-rules-assess": "computes from its body alone, for anybody",
    "stay-rules-compare": "computes from its body alone",
    "work/rules-list": "the law is public",
    "work/rules-detail": "the law is public",
    "work/occupations-list": "a table of words, the same for everybody",
    "work/occupations-detail": "a table of words",
    "work/sectors-list": "a table of words, the same for everybody",
    "work/sectors-detail": "a table of words",
    "housing/needs-matches": "walked by tests/api/test_housing_needs.py::test_of_another_organisation",
    "work/openings-matches": "walked by tests/api/test_work_openings.py::test_of_another_organisation",
    "work/needs-matches": "walked by tests/api/test_work_needs.py::test_of_another_organisation",
    "statistics/arrivals-list": "figures: walked by tests/api/test_statistics.py::test_figures_of_ones_own_organisation",
    "statistics/stays-list": "walked there",
    "statistics/housing-list": "walked there",
    "statistics/work-list": "walked there",
    "documents-read-mrz": "reads its body alone",
    "stay": "the public calculator: computes from its form alone",
    "stay-in-language": "the same in another language",
    "reminder-link": "a signed link: tests/selfservice/test_links.py shows that it leads to its own row alone",
    "reminder-link-in-language": "the same in another language",
    "token": "gives a client its own token",
    "openapi": "describes, shows no row",
    "api-docs": "describes, shows no row",
    "live": "says yes or nothing",
    "ready": "says yes or no",
    "metrics": "figures of each ledger, for whoever watches the machine and holds its token",
    "home": "leads to the sign-in",
}
PERSON = {"family_name": "Berezkina", "given_name": "Vera", "nationality": "RU"}
VISA = {"country": "GE", "kind": "visa", "starts_on": "2022-09-01", "ends_on": "2022-11-30"}
REFUSAL = {"country": "GE", "kind": "asylum_regular", "served_on": "2022-09-28", "outcome": "refused"}
PASSPORT = {"kind": "passport", "issuing_country": "RU", "number": "71 1234567"}

PLACE = {"name": "Hostel by the bridge", "kind": "hostel", "country": "GE", "city": "Tbilisi"}
NIGHTS = {"starts_on": "2022-10-01", "ends_on": "2022-10-05"}
OPENING = {
    "employer": "Vake Building", "title": "Bricklayer", "sector": "F", "occupation": "7112", "country": "GE",
    "city": "Tbilisi", "positions": 4,
}  # fmt: skip


# --- the routes ------------------------------------------------------------------------------------------
def routes(patterns: list[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif isinstance(pattern, URLResolver) and pattern.app_name != "admin":  # another door's own walk
            yield from routes(pattern.url_patterns)


ROUTES = list(routes(get_resolver().url_patterns))
WALKED = {str(route.name): route.callback for route in ROUTES if route.name not in NOBODYS}
DETAILS = {name.removesuffix("-detail"): view for name, view in WALKED.items() if name.endswith("-detail")}
LISTS = {name.removesuffix("-list"): view for name, view in WALKED.items() if name.endswith("-list")}
CREATING = {name: view.cls for name, view in LISTS.items() if issubclass(view.cls, Creates)}
CHANGING = {name: view.cls for name, view in DETAILS.items() if issubclass(view.cls, Changes)}


def test_every_route_is_walked_or_stands_in_the_list() -> None:
    assert {str(route.name) for route in ROUTES} >= NOBODYS.keys()
    assert all(issubclass(view.cls, Resource) for view in WALKED.values())
    assert WALKED.keys() == {f"{name}-list" for name in LISTS} | {f"{name}-detail" for name in DETAILS}
    assert DETAILS.keys() == LISTS.keys() >= {"people", "arrivals", "permits", "cases", "reminders"}


def row_of(rows: Rows, view: Any) -> Owned:
    row: Owned = rows[view.cls.model._meta.db_table]
    return row


# --- looking ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", DETAILS)
def test_one_of_ninos(mareks: Api, ninos_rows: Rows, name: str) -> None:
    """Whatever is done to it: the answer that an id gets which never was, byte for byte."""
    row = row_of(ninos_rows, DETAILS[name])
    for method in ("GET", "HEAD", "PATCH", "PUT", "DELETE", "POST", "OPTIONS"):
        here, nowhere = (
            mareks.send(method, f"{name}/{pk}/", {}, If_Match=f'"{row.version}.x"')
            for pk in (row.pk, uuid4())
        )
        assert told(here) == told(nowhere), method
        assert here.status_code == (404 if allowed(name, method) else 405), method


def allowed(name: str, method: str) -> bool:
    view = DETAILS[name].cls
    return {"PATCH": issubclass(view, Changes), "DELETE": issubclass(view, Removes)}.get(
        method, method in ("GET", "HEAD")
    )


def told(response: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    return response.status_code, response.content, sorted(response.headers.items())


@pytest.mark.parametrize("name", DETAILS)
def test_one_of_ninos_is_there_for_her_partner(api_of_nino: Api, ninos_rows: Rows, name: str) -> None:
    """So that the walk above is one among rows that exist."""
    row = row_of(ninos_rows, DETAILS[name])
    assert api_of_nino.get(f"{name}/{row.pk}/").status_code == 200
    assert str(row.pk) in ids(api_of_nino.get(f"{name}/"))


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_empty(mareks: Api, ninos_rows: Rows, name: str) -> None:
    empty = {"next": None, "previous": None, "results": []}
    assert mareks.get(f"{name}/").json() == mareks.get(f"{name}/?ordering=-created_at").json() == empty
    for filtered, field in LISTS[name].cls.query().fields.items():
        if isinstance(field, Reference):
            for row in (*ninos_rows.values(), ninos_rows["people_person"].organisation):
                assert mareks.get(f"{name}/?{filtered}={referable(row)}").json() == empty, filtered


def referable(row: models.Model) -> str:
    return str(row.pk if isinstance(row._meta.pk, models.UUIDField) else uuid4())


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_at_hers_shows_nothing(mareks: Api, ninos_rows: Rows, name: str) -> None:
    """A cursor says where a page ended, not whose page it was."""
    row = row_of(ninos_rows, LISTS[name])
    for forward, moment in ((True, row.created_at - DAY), (False, row.created_at + DAY)):
        cursor = Place(forward, "created_at", (moment, row.pk)).encoded()
        assert ids(mareks.get(f"{name}/?cursor={cursor}")) == []


def test_names_are_not_found(mareks: Api, ninos_rows: Rows) -> None:
    person = ninos_rows["people_person"]
    for query in (f"q={person.family_name}", f"q={person.given_name}", f"birth_date={person.birth_date}"):
        assert ids(mareks.get(f"people/?{query}")) == []


# --- pointing --------------------------------------------------------------------------------------------
def bodies(colleague: User) -> dict[str, Body]:
    """By resource, a body that ids of the organisation acted for make possible, every reference named."""
    document, other = DocumentFactory.create(), PersonFactory.create()
    household, person, user = str(HouseholdFactory.create().pk), str(document.person_id), str(colleague.pk)
    return {
        "people": {**PERSON, "household": household},
        "documents": {**PASSPORT, "person": person},
        "households": {"members": [person, str(other.pk)]},
        "arrivals": {
            "country": "KZ", "entered_on": "2022-09-25", "person_id": person,
            "document_id": str(document.pk), "assigned_to": user,
        },
        "permits": {**VISA, "person": person},
        "decisions": {**REFUSAL, "person": person},
        "cases": {"household": household, "assigned_to": user},
        "housing/places": PLACE,
        "housing/units": {"place": str(PlaceFactory.create().pk), "name": "Room 1", "capacity": 4},
        "housing/closures": {"unit": str(UnitFactory.create().pk), **NIGHTS},
        "housing/needs": {"household": household, "people": 2, "needed_from": "2022-10-01"},
        "housing/placements": {
            "need": str(NeedFactory.create().pk), "unit": str(UnitFactory.create().pk), **NIGHTS,
        },
        "housing/turned-away": {"on": "2022-10-01", "city": "Tbilisi", "people": 3},
        "work/openings": OPENING,
        "work/needs": {"person": person},
        "work/applications": {
            "need": str(WorkNeedFactory.create().pk), "opening": str(OpeningFactory.create().pk),
        },
    }  # fmt: skip


@pytest.fixture
def own(hers: dict[str, Body], almaty: Organisation, marek: User) -> dict[str, Body]:
    with acting(almaty):
        return bodies(marek)


@pytest.fixture
def hers(mareks: Api, nino: User) -> dict[str, Body]:
    return bodies(nino)


def references(form: serializers.BaseSerializer[Any]) -> Iterator[str]:
    """The pointers at which a form takes ids; the first element stands for a list."""
    assert isinstance(form, serializers.Serializer)
    for name, field in form.fields.items():
        if isinstance(field, Reference):
            yield f"/{name}"
        elif isinstance(field, serializers.ListField) and isinstance(field.child, Reference):
            yield f"/{name}/0"
        elif isinstance(field, serializers.Serializer):
            yield from (f"/{name}{inner}" for inner in references(field))


POSTED = [(name, pointer) for name, view in CREATING.items() for pointer in references(view.asks())]
PATCHED = [(name, pointer) for name, view in CHANGING.items() for pointer in references(view.changes())]


def steps(pointer: str) -> list[str | int]:
    return [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]


def with_hers(own: Body, hers: Body, pointer: str) -> Body:
    """Marek's body with one id of Nino's in it."""
    return replaced(own, pointer, read(hers, pointer))


def with_an_object(bodies: dict[str, Body]) -> dict[str, Body]:
    """An arrival's person is an id, as in `bodies`, or an object that may name a household."""
    kept = {name: bodies["arrivals"][name] for name in ("country", "entered_on")}
    return {**bodies, "arrivals": {**kept, "person": bodies["people"]}}


def read(body: Any, pointer: str) -> Any:
    for step in steps(pointer):
        body = body[step]
    return body


def replaced(body: Body, pointer: str, value: Any) -> Body:
    other = deepcopy(body)
    *way, last = steps(pointer)
    target: Any = other
    for step in way:
        target = target[step]
    target[last] = value
    return other


@pytest.mark.parametrize("name", CREATING)
def test_post_with_ones_own_ids(mareks: Api, own: dict[str, Body], name: str) -> None:
    """The bodies are possible: what refuses them below is whose ids they name."""
    made = mareks.post(f"{name}/", own[name])
    assert made.status_code == 201, made.content


@pytest.mark.parametrize(("name", "pointer"), POSTED)
def test_post_with_hers(
    mareks: Api, own: dict[str, Body], hers: dict[str, Body], almaty: Organisation, name: str, pointer: str
) -> None:
    if pointer.startswith("/person/"):
        own, hers = with_an_object(own), with_an_object(hers)
    asked = with_hers(own[name], hers[name], pointer)
    before = everything(almaty)
    refused = mareks.post(f"{name}/", asked, Idempotency_Key="walk")
    assert pointers(refused) == [pointer]
    assert everything(almaty) == before
    nowhere = replaced(asked, pointer, str(uuid4()))
    assert told(refused) == told(mareks.post(f"{name}/", nowhere))


@pytest.mark.parametrize(("name", "pointer"), PATCHED)
def test_patch_of_ones_own_with_hers(
    mareks: Api, own: dict[str, Body], hers: dict[str, Body], mareks_rows: Rows, almaty: Organisation,
    name: str, pointer: str,
) -> None:  # fmt: skip
    path = f"{name}/{row_of(mareks_rows, DETAILS[name]).pk}/"
    field = str(steps(pointer)[0])
    asked = {field: with_hers(own[name], hers[name], pointer)[field]}
    seen = mareks.get(path).headers["ETag"]
    before = everything(almaty)
    refused = mareks.patch(path, asked, If_Match=seen)
    assert pointers(refused) == ["/household" if name == "people" else pointer]
    assert everything(almaty) == before
    nowhere = replaced(asked, pointer, str(uuid4()))
    assert told(refused) == told(mareks.patch(path, nowhere, If_Match=seen))


def test_the_walk_points_everywhere() -> None:
    assert set(POSTED) >= {
        ("people", "/household"), ("documents", "/person"), ("households", "/members/0"),
        ("arrivals", "/person_id"), ("arrivals", "/document_id"), ("arrivals", "/person/household"),
        ("permits", "/person"), ("decisions", "/person"), ("cases", "/household"), ("cases", "/assigned_to"),
        ("housing/units", "/place"), ("housing/closures", "/unit"), ("housing/needs", "/household"),
        ("housing/placements", "/need"), ("housing/placements", "/unit"),
        ("work/needs", "/person"), ("work/applications", "/need"), ("work/applications", "/opening"),
    }  # fmt: skip
    assert set(PATCHED) >= {("households", "/members/0"), ("arrivals", "/document_id")}


# --- what is stored --------------------------------------------------------------------------------------
OWNED = [model for model in apps.get_models() if issubclass(model, Owned)]


def everything(almaty: Organisation) -> dict[str, list[tuple[Any, ...]]]:
    """Ids and versions of every row of both organisations."""
    hers = versions("Nino's")
    with acting(almaty):
        return {**hers, **versions("Marek's")}


def versions(whose: str) -> dict[str, list[tuple[Any, ...]]]:
    return {
        f"{whose} {model.__name__}": list(model._default_manager.order_by("pk").values_list("pk", "version"))
        for model in OWNED
    }
