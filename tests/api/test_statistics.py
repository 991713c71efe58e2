"""The doors to the figures: what may be asked, page by page, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from tests.acting import acting
from tests.api.conftest import Api, api_of
from tests.api.promises import pointers, queries_of
from tests.factories.housing import TurnedAwayFactory
from tests.factories.stays import ArrivalFactory
from tests.factories.work import OpeningFactory

ALL = [f"statistics/{of}/" for of in ("housing", "work", "arrivals", "stays")]
BEDS = "statistics/housing/"
ROW = {
    "period", "country", "city", "needs_asked", "people_asked", "people_placed", "people_turned_away",
    "nights_sold", "nights_available", "occupancy", "rents", "suppressed", "change",
}  # fmt: skip


def turned_away(**by_city: int) -> None:
    for city, people in by_city.items():
        TurnedAwayFactory.create(city=city.title(), city_key=city, people=people)


def rows(api: Api, path: str) -> list[dict[str, Any]]:
    response = api.get(path)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


@pytest.mark.parametrize("path", ALL)
def test_nothing_there(api: Api, path: str) -> None:
    assert api.get(path).json() == {"next": None, "previous": None, "results": []}


def test_twelve_weeks_until_today(api: Api) -> None:
    turned_away(tbilisi=20)
    found = rows(api, BEDS)
    assert [row["period"] for row in found] == [
        str(date(2022, 7, 11) + timedelta(weeks=number)) for number in range(12)
    ]
    assert found[-1].keys() == ROW
    assert (found[-1]["people_turned_away"], found[-1]["city"]) == (20, "Tbilisi")
    assert set(found[-1]["suppressed"]) == {
        "needs_asked", "people_asked", "people_placed", "nights_sold", "occupancy",
    }  # fmt: skip
    assert set(found[0]["suppressed"]) == {*found[-1]["suppressed"], "people_turned_away"}
    assert found[-1]["change"]["people_turned_away"] is None


def test_days_cities_and_countries(api: Api) -> None:
    turned_away(tbilisi=20, batumi=30)
    day = rows(api, f"{BEDS}?by=day&from=2022-10-01&until=2022-10-01")
    assert [(row["city"], row["people_turned_away"]) for row in day] == [("Batumi", None), ("Tbilisi", None)]
    week = "from=2022-10-01&until=2022-10-01"
    assert [row["city"] for row in rows(api, f"{BEDS}?city=%20TBILISI&{week}")] == ["Tbilisi"]
    assert rows(api, f"{BEDS}?country=AM") == []
    assert rows(api, f"{BEDS}?from=2022-10-02&until=2022-10-02")[0]["period"] == "2022-09-26"


@pytest.mark.parametrize("limit", [1, 5, 24, 200])
def test_every_row_once_forward_and_back(api: Api, limit: int) -> None:
    turned_away(tbilisi=20, batumi=30)
    page = api.get(f"{BEDS}?limit={limit}").json()
    found = list(page["results"])
    while page["next"]:
        page = api.get(page["next"]).json()
        found += page["results"]
    assert found == rows(api, f"{BEDS}?limit=200")
    while page["previous"]:
        page = api.get(page["previous"]).json()
    assert page["results"] == found[:limit]


def test_a_row_that_appears_before_the_page_shows_no_row_again(api: Api) -> None:
    turned_away(tbilisi=20)
    second = api.get(api.get(f"{BEDS}?limit=5").json()["next"]).json()
    TurnedAwayFactory.create(city="Batumi", city_key="batumi", people=20, on=date(2022, 7, 12))
    page, before = second, list[dict[str, Any]]()
    while page["previous"]:
        page = api.get(page["previous"]).json()
        before = page["results"] + before
    everything = rows(api, f"{BEDS}?limit=200")
    begins = next(row for row in everything if row["period"] == second["results"][0]["period"])
    assert before == everything[: everything.index(begins) + 1]  # and Batumi of that very week
    assert (before[0]["city"], before[-1]["city"]) == ("Batumi", "Batumi")


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("by=month", "/by"), ("from=2022-10-02&until=2022-10-01", "/from"), ("until=1999-01-01", "/until"),
        ("from=2010-01-01&by=day", "/from"), ("until=9999-12-31&from=9999-12-31", "/from"), ("cursor=x", "/cursor"),
        ("cursor=WzEsMiwzXQ", "/cursor"), ("limit=0", "/limit"), ("limit=201", "/limit"), ("who=1", "/who"),
        ("country=ge", "/country"), ("by=day&by=week", "/by"), ("from=2022-02-30", "/from"),
    ],
)  # fmt: skip
def test_refused(api: Api, path: str, query: str, pointer: str) -> None:
    assert pointer in pointers(api.get(f"{path}?{query}"))


@pytest.mark.parametrize("path", ALL)
def test_asked_whatever(api: Api, path: str, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    for name in ("by", "from", "until", "country", "city", "limit", "cursor"):
        for value in ("", "%00", "x" * 2000, "-1", "1e9", "%F0%9F%98%80", "'--", "[]", "2022-02-30", "null"):
            assert api.get(f"{path}?{name}={value}").status_code in (200, 400), (name, value)


@pytest.mark.parametrize("path", ALL)
def test_who_may(nino: User, path: str) -> None:
    reader = api_of(nino.organisation, "statistics:read")
    assert reader.get(path).status_code == 200
    assert reader.post(path).status_code == 405
    assert reader.get(f"{path}2022-10-01/").status_code == 404
    others = api_of(nino.organisation, "housing:read", "work:read", "stays:read", "people:read")
    assert others.get(path).status_code == 403
    assert Api().get(path).status_code == 401


def test_figures_of_ones_own_organisation(api: Api, foreign: Api, almaty: Organisation) -> None:
    turned_away(tbilisi=20)
    ArrivalFactory.create()
    OpeningFactory.create(opens_on=date(2022, 10, 1))
    assert all(rows(api, path) for path in ALL)
    assert not any(rows(foreign, path) for path in ALL)
    with acting(almaty):
        turned_away(tbilisi=30)
    assert rows(api, BEDS)[-1]["people_turned_away"] == 20


@pytest.mark.parametrize("path", ALL)
def test_as_many_queries_for_many(api: Api, path: str) -> None:
    few = queries_of(api, path)
    turned_away(tbilisi=20, batumi=30)
    ArrivalFactory.create_batch(3)
    OpeningFactory.create_batch(3)
    assert queries_of(api, f"{path}?from=2020-01-01") == few


def test_no_person_stands_in_it(api: Api) -> None:
    api.get(BEDS)
    assert not Event.objects.filter(action__endswith=".read").exists()
