from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.accounts.models import User
from casework.housing.models import Closure
from tests.api.conftest import Api, api_of
from tests.api.promises import (
    NO_ID,
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
from tests.factories.housing import ClosureFactory, PlacementFactory, UnitFactory

PATH = "housing/closures/"
FIELDS = "id unit starts_on ends_on reason created_at updated_at".split()
NIGHTS = {"starts_on": "2022-11-01", "ends_on": "2022-11-07"}


def test_close_read_and_open_again(api: Api) -> None:
    unit = UnitFactory.create()
    made = api.post(PATH, {"unit": str(unit.pk), **NIGHTS})
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert (body["unit"], body["reason"]) == (str(unit.pk), "")
    path = f"{PATH}{body['id']}/"
    assert_known_by_its_etag(api, path)
    assert_refuses_queries(api, PATH)
    assert_needs_if_match(api, path, {}, "DELETE")
    asked = "housing/units/?free_from=2022-11-07"
    assert ids(api.get(asked)) == []
    assert api.delete(path).status_code == 204
    assert ids(api.get(asked)) == [str(unit.pk)]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ends_on": "2022-10-31"}, "/ends_on"),
        ({"starts_on": None}, "/starts_on"),
        ({"starts_on": "0001-01-01"}, "/starts_on"),
        ({"unit": NO_ID}, "/unit"),
        ({"reason": "x" * 301}, "/reason"),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: str) -> None:
    assert pointers(api.post(PATH, {"unit": str(UnitFactory.create().pk), **NIGHTS, **change})) == [where]
    assert not Closure.objects.exists()


def test_where_somebody_sleeps(api: Api) -> None:
    unit = PlacementFactory.create(ends_on=date(2022, 11, 1), unit__name="Room 4").unit
    refused = api.post(PATH, {"unit": str(unit.pk), **NIGHTS})
    assert pointers(refused, 409) == ["/starts_on"]
    assert refused.json()["detail"] == "Somebody has a bed in Room 4 on the night of 2022-11-01."


def test_no_bed_in_a_closed_unit(api: Api) -> None:
    closure = ClosureFactory.create()
    need = PlacementFactory.create(cancelled=True).need
    asked = {"need": str(need.pk), "unit": str(closure.unit_id), "starts_on": "2022-10-20"}
    refused = api.post("housing/placements/", {**asked, "ends_on": "2022-11-01"})
    assert pointers(refused, 409) == ["/unit"]
    assert "is closed on the nights of 2022-11-01 to 2022-11-07" in refused.json()["detail"]


def test_filters_pages_and_queries(api: Api) -> None:
    made = [ClosureFactory.create()]
    few = queries_of(api, PATH)
    made += [ClosureFactory.create() for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == [str(closure.pk) for closure in made]
    one = made[2]
    for query in (f"unit={one.unit_id}", f"place={one.unit.place_id}&ends_after=2022-11-07"):
        assert ids(api.get(f"{PATH}?{query}")) == [str(one.pk)]
    assert ids(api.get(f"{PATH}?ends_after=2022-11-08")) == []


def test_reading_leaves_a_trail(api: Api) -> None:
    closure = ClosureFactory.create()
    api.get(f"{PATH}{closure.pk}/")
    assert reads("closure") == [(closure.pk, [])]


def test_scopes(nino: User) -> None:
    path = f"{PATH}{ClosureFactory.create().pk}/"
    reader = api_of(nino.organisation, "housing:read")
    assert reader.get(path).status_code == 200
    assert reader.delete(path).status_code == reader.post(PATH, {}).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    closure = ClosureFactory.create()
    assert_nowhere_for(foreign, f"{PATH}{closure.pk}/", "GET", "DELETE")
    theirs = foreign.post(PATH, {"unit": str(closure.unit_id), **NIGHTS})
    assert theirs.content == foreign.post(PATH, {"unit": NO_ID, **NIGHTS}).content
