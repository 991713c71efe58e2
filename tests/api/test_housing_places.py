from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.housing.models import Place
from tests.api.conftest import Api, api_of
from tests.api.promises import (
    all_pages,
    assert_known_by_its_etag,
    assert_needs_if_match,
    assert_nowhere_for,
    assert_refuses_queries,
    ids,
    pointers,
    queries_of,
    reads,
)
from tests.api.test_every_field import PLACE
from tests.factories.housing import PlaceFactory, UnitFactory

PATH = "housing/places/"
FIELDS = "id name kind country city address units contact created_at updated_at".split()


def test_add_and_read(api: Api) -> None:
    made = api.post(PATH, PLACE)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in PLACE} == PLACE
    assert body["units"] == []
    assert api.get(f"{PATH}{body['id']}/").json() == body
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


def test_only_what_is_needed(api: Api) -> None:
    needed = {name: PLACE[name] for name in ("name", "kind", "country", "city")}
    body = api.post(PATH, {**needed, "contact": None}).json()
    assert (body["address"], body["contact"]) == ("", "")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": " "}, ["/name"]),
        ({"kind": "castle"}, ["/kind"]),
        ({"country": "XX"}, ["/country"]),
        ({"country": "Georgia"}, ["/country"]),
        ({"units": []}, ["/units"]),
        ({"country": "XX", "city": "a\x01b"}, ["/city", "/country"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    assert sorted(pointers(api.post(PATH, {**PLACE, **change}))) == where
    assert not Place.objects.exists()


def test_change(api: Api) -> None:
    path = f"{PATH}{api.post(PATH, PLACE).json()['id']}/"
    assert_needs_if_match(api, path, {"city": "Batumi"})
    changed = api.patch(path, {"city": " Batumi ", "address": None}).json()
    assert (changed["city"], changed["address"], changed["contact"]) == ("Batumi", "", PLACE["contact"])
    assert ids(api.get(f"{PATH}?city=batumi")) == [changed["id"]]


def test_units_are_ids(api: Api) -> None:
    place = PlaceFactory.create()
    units = [str(UnitFactory.create(place=place).pk) for _ in range(3)]
    UnitFactory.create()
    path = f"{PATH}{place.pk}/"
    assert sorted(api.get(path).json()["units"]) == sorted(units)
    assert reads("place") == [(place.pk, [])]


def test_filters(api: Api) -> None:
    tbilisi = str(PlaceFactory.create().pk)
    batumi = str(PlaceFactory.create(city="Batumi", kind="flat").pk)
    almaty = str(PlaceFactory.create(city="Almaty", country="KZ").pk)
    assert ids(api.get(f"{PATH}?city=%20TBILISI")) == [tbilisi]
    assert ids(api.get(f"{PATH}?kind=flat")) == [batumi]
    assert ids(api.get(f"{PATH}?country=KZ")) == [almaty]


def test_pages_and_queries(api: Api) -> None:
    made = [str(UnitFactory.create().place_id)]
    few = queries_of(api, PATH)
    made += [str(UnitFactory.create().place_id) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "housing:read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, PLACE).status_code == reader.post(PATH, [PLACE]).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    assert_nowhere_for(foreign, f"{PATH}{PlaceFactory.create().pk}/", "GET", "PATCH")


def test_a_network_of_hostels_at_once(api: Api) -> None:
    sent = [{**PLACE, "name": f"Hostel {number}"} for number in range(30)]
    made = api.post(PATH, sent, Idempotency_Key="a")
    assert made.status_code == 201, made.content
    assert [row["name"] for row in made.json()["results"]] == [row["name"] for row in sent]
    assert list(made.json()["results"][0]) == FIELDS
    again = api.post(PATH, sent, Idempotency_Key="a")
    assert (again.status_code, again.json()) == (201, made.json())
    assert Place.objects.count() == Event.objects.filter(action="place.added").count() == 30


def test_half_of_them_bad_and_none_is_stored(api: Api) -> None:
    sent: list[Any] = [PLACE, {**PLACE, "kind": "castle"}, {**PLACE, "country": "XX"}, [], {"name": "Hostel"}]
    found = pointers(api.post(PATH, sent))
    assert found == ["/1/kind", "/2/country", "/3", "/4/kind", "/4/country", "/4/city"]
    assert not Place.objects.exists()
