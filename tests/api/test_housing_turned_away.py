from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.accounts.models import User
from casework.housing.models import TurnedAway
from tests.api.conftest import Api, api_of
from tests.api.promises import (
    all_pages,
    assert_known_by_its_etag,
    assert_nowhere_for,
    assert_refuses_queries,
    ids,
    pointers,
    queries_of,
)
from tests.api.test_every_field import TURNED_AWAY
from tests.factories.housing import TurnedAwayFactory

PATH = "housing/turned-away/"
FIELDS = "id on city country people reason price_asked currency created_at updated_at".split()


def test_add_and_read(api: Api) -> None:
    made = api.post(PATH, TURNED_AWAY)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in TURNED_AWAY} == TURNED_AWAY
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


def test_only_what_is_needed(api: Api) -> None:
    body = api.post(PATH, {"on": "2022-09-30", "city": " Tbilisi ", "people": 3}).json()
    assert (body["city"], body["country"], body["reason"]) == ("Tbilisi", "GE", "")
    assert (body["price_asked"], body["currency"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"on": "2022-10-03"}, ["/on"]),
        ({"people": 0}, ["/people"]),
        ({"city": ""}, ["/city"]),
        ({"price_asked": "-120.00"}, ["/price_asked"]),
        ({"price_asked": 120}, ["/price_asked"]),
        ({"currency": "XXX"}, ["/currency"]),
        ({"currency": None}, ["/currency"]),
        ({"people": 0, "price_asked": "-1"}, ["/people", "/price_asked"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    assert sorted(pointers(api.post(PATH, {**TURNED_AWAY, **change}))) == where
    assert not TurnedAway.objects.exists()


def test_filters_pages_and_queries(api: Api) -> None:
    made = [str(TurnedAwayFactory.create().pk)]
    few = queries_of(api, PATH)
    made += [str(TurnedAwayFactory.create().pk) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made
    older = TurnedAwayFactory.create(on=date(2022, 9, 1), city="Almaty", city_key="almaty", country="KZ")
    for query in ("city=%20ALMATY", "country=KZ", "on_before=2022-09-30"):
        assert ids(api.get(f"{PATH}?{query}")) == [str(older.pk)], query
    assert ids(api.get(f"{PATH}?on_after=2022-10-01")) == made


def test_what_is_recorded_stays(api: Api) -> None:
    row = TurnedAwayFactory.create()
    assert api.patch(f"{PATH}{row.pk}/", {"people": 1}).status_code == 405
    assert api.delete(f"{PATH}{row.pk}/").status_code == 405


def test_scopes(nino: User) -> None:
    assert api_of(nino.organisation, "housing:read").post(PATH, TURNED_AWAY).status_code == 403
    assert api_of(nino.organisation, "housing:write").post(PATH, TURNED_AWAY).status_code == 201


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    assert_nowhere_for(foreign, f"{PATH}{TurnedAwayFactory.create().pk}/", "GET")
