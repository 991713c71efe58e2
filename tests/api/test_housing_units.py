from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.housing.models import Unit
from tests.acting import acting
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
)
from tests.api.test_every_field import UNIT
from tests.factories.cases import CaseFactory
from tests.factories.housing import (
    ClosureFactory,
    NeedFactory,
    PlaceFactory,
    PlacementFactory,
    UnitFactory,
)

PATH = "housing/units/"
FIELDS = (
    "id place name country city capacity free step_free pets private price currency price_per available_from"
    " available_until created_at updated_at"
).split()


def sent(**changes: Any) -> dict[str, Any]:
    place = changes.pop("place", None) or PlaceFactory.create().pk
    return {"place": str(place), **UNIT, **changes}


def free(api: Api, query: str) -> dict[str, int]:
    answer = api.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.content
    return {row["id"]: row["free"] for row in answer.json()["results"]}


def test_add_and_read(api: Api) -> None:
    asked = sent()
    made = api.post(PATH, asked)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in asked} == asked
    assert (body["country"], body["city"], body["free"]) == ("GE", "Tbilisi", None)
    assert api.get(f"{PATH}{body['id']}/").json() == body
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


@pytest.mark.parametrize("empty", [{}, {"price": None, "currency": None, "price_per": None}])
def test_only_what_is_needed(api: Api, empty: dict[str, Any]) -> None:
    made = api.post(PATH, {"place": str(PlaceFactory.create().pk), "name": "Room 4", "capacity": 4, **empty})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["price"], body["currency"], body["price_per"]) == (None, None, "night")
    assert (body["step_free"], body["pets"], body["private"]) == (False, False, False)
    assert (body["available_from"], body["available_until"]) == (None, None)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"capacity": 0}, ["/capacity"]),
        ({"capacity": -1}, ["/capacity"]),
        ({"capacity": "4"}, ["/capacity"]),
        ({"price": "-1.00"}, ["/price"]),
        ({"price": 20}, ["/price"]),
        ({"price": "20.005"}, ["/price"]),
        ({"currency": "XXX"}, ["/currency"]),
        ({"currency": "DEM"}, ["/currency"]),
        ({"currency": None}, ["/currency"]),
        ({"price_per": "week"}, ["/price_per"]),
        ({"available_until": "2022-08-31"}, ["/available_until"]),
        ({"available_from": "2022-02-30"}, ["/available_from"]),
        ({"place": NO_ID}, ["/place"]),
        ({"place": "Hostel"}, ["/place"]),
        ({"free": 4}, ["/free"]),
        ({"capacity": 0, "price": "-1", "currency": "GEO"}, ["/capacity", "/currency", "/price"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    assert sorted(pointers(api.post(PATH, sent(**change)))) == where
    assert not Unit.objects.exists()


def test_one_door_has_one_name(api: Api) -> None:
    asked = sent()
    api.post(PATH, asked)
    refused = api.post(PATH, asked)
    assert pointers(refused, 409) == ["/name"]
    assert refused.json()["detail"] == "This place already has a unit of that name."


def test_change(api: Api) -> None:
    path = f"{PATH}{api.post(PATH, sent()).json()['id']}/"
    assert_needs_if_match(api, path, {"capacity": 5})
    changed = api.patch(path, {"capacity": 5, "price": "25.50", "price_per": None, "available_until": None})
    assert changed.status_code == 200, changed.content
    body = changed.json()
    assert (body["capacity"], body["price"], body["price_per"]) == (5, "25.50", "night")
    assert body["available_until"] is None
    assert pointers(api.patch(path, {"place": NO_ID})) == ["/place"]
    assert pointers(api.patch(path, {"price": None, "currency": "XXX"})) == ["/currency"]


def test_nobody_loses_a_bed_by_a_change(api: Api) -> None:
    path = f"{PATH}{PlacementFactory.create().unit_id}/"
    assert pointers(api.patch(path, {"capacity": 1}), 409) == ["/capacity"]
    assert pointers(api.patch(path, {"available_until": "2022-10-05"}), 409) == ["/available_until"]
    assert api.patch(path, {"capacity": 2}).json()["capacity"] == 2


def test_a_change_passes_the_nights_of_a_run_out_hold_on(api: Api) -> None:
    waiting = NeedFactory.create()
    CaseFactory.create(household=waiting.household)
    hold = PlacementFactory.create(run_out=True)
    api.patch(f"{PATH}{hold.unit_id}/", {"capacity": 3})
    assert Task.objects.get(kind=TaskKind.BED_FREE).case.household_id == waiting.household_id


def test_filters(api: Api) -> None:
    room = api.post(PATH, sent()).json()["id"]
    flat = api.post(
        PATH,
        sent(place=PlaceFactory.create(city="Batumi").pk, capacity=6, private=True, price="900.00",
             price_per="month", currency="USD", step_free=False),
    ).json()["id"]  # fmt: skip
    unknown = str(UnitFactory.create(place=PlaceFactory.create(country="KZ", city="Almaty"), capacity=1).pk)
    for query in ("city=%20TBILISI", "max_price=20", "max_price=20.00", "currency=GEL", "step_free=true"):
        assert ids(api.get(f"{PATH}?{query}")) == [room], query
    for query in ("city=batumi&country=GE", "min_capacity=5", "price_per=month", "private=true"):
        assert ids(api.get(f"{PATH}?{query}")) == [flat], query
    assert ids(api.get(f"{PATH}?max_price=19.99")) == []
    assert ids(api.get(f"{PATH}?country=KZ")) == [unknown]
    assert ids(api.get(f"{PATH}?min_capacity=4&max_price=1000&country=GE")) == [room, flat]
    assert ids(api.get(f"{PATH}?place={NO_ID}")) == []
    for query in ("min_capacity=x", "max_price=x", "private=yes", "country=Georgia", "place=x"):
        assert pointers(api.get(f"{PATH}?{query}")) == [f"/{query.partition('=')[0]}"]


# --- free on which nights --------------------------------------------------------------------------------
def test_free_tonight_and_on_every_night(api: Api) -> None:
    shared, empty = UnitFactory.create(capacity=4), UnitFactory.create(capacity=3)
    PlacementFactory.create(unit=shared, people=3, starts_on=date(2022, 10, 1), ends_on=date(2022, 10, 3))
    PlacementFactory.create(unit=shared, people=2, starts_on=date(2022, 10, 4), ends_on=date(2022, 10, 6))
    PlacementFactory.create(unit=shared, people=4, starts_on=date(2022, 10, 7), ends_on=date(2022, 10, 7))
    assert free(api, "free_from=2022-10-01") == {str(shared.pk): 1, str(empty.pk): 3}
    assert free(api, "free_from=2022-10-04&free_until=2022-10-06") == {str(shared.pk): 2, str(empty.pk): 3}
    assert free(api, "free_from=2022-10-03&free_until=2022-10-06") == {str(shared.pk): 1, str(empty.pk): 3}
    assert free(api, "free_from=2022-10-06&free_until=2022-10-08") == {str(empty.pk): 3}
    assert free(api, "free_from=2022-10-08&free_until=2022-10-31") == {str(shared.pk): 4, str(empty.pk): 3}
    assert free(api, "free_from=2022-10-01&min_free=2") == {str(empty.pk): 3}
    assert free(api, "free_from=2022-10-01&min_capacity=4") == {str(shared.pk): 1}
    assert free(api, "city=tbilisi") == {str(shared.pk): None, str(empty.pk): None}


def test_what_takes_a_bed_and_what_does_not(api: Api) -> None:
    """Held and ended take it; cancelled and run out do not; a private unit is taken as one."""
    units = {}
    for status in ("held", "ended", "cancelled", "run_out"):
        units[status] = PlacementFactory.create(unit__capacity=2, **{status: True}).unit
    private = PlacementFactory.create(unit__private=True).unit
    closed = ClosureFactory.create(starts_on=date(2022, 10, 1), ends_on=date(2022, 10, 1)).unit
    gone = UnitFactory.create(available_until=date(2022, 9, 30))
    assert free(api, "free_from=2022-10-01") == {str(units[s].pk): 2 for s in ("cancelled", "run_out")}
    later = free(api, "free_from=2022-10-11&city=Tbilisi&country=GE")
    assert {str(private.pk), str(closed.pk)} < later.keys()
    assert str(gone.pk) not in later


def test_nights_that_cannot_be(api: Api) -> None:
    assert pointers(api.get(f"{PATH}?free_until=2022-10-02")) == ["/free_until"]
    assert pointers(api.get(f"{PATH}?min_free=2")) == ["/min_free"]
    assert pointers(api.get(f"{PATH}?free_from=2022-10-02&free_until=2022-10-01")) == ["/free_until"]
    assert pointers(api.get(f"{PATH}?free_from=2022-10-32")) == ["/free_from"]
    assert free(api, "free_from=0001-01-01&free_until=9999-12-31") == {}


@pytest.mark.parametrize("query", ["", "free_from=2022-10-01&free_until=2022-10-05&"])
def test_pages_and_queries(api: Api, query: str) -> None:
    made = [str(UnitFactory.create().pk)]
    few = queries_of(api, f"{PATH}?{query}")
    for _ in range(5):
        made.append(str(PlacementFactory.create().unit_id))
    assert queries_of(api, f"{PATH}?{query}") == few
    assert all_pages(api, f"{PATH}?{query}limit=2") == made


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "housing:read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, sent()).status_code == reader.post(PATH, [sent()]).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api, marek: User) -> None:
    unit = UnitFactory.create()
    assert_nowhere_for(foreign, f"{PATH}{unit.pk}/", "GET", "PATCH")
    theirs = foreign.post(PATH, sent(place=unit.place_id))
    assert theirs.json() == foreign.post(PATH, sent(place=NO_ID)).json()
    assert pointers(theirs) == ["/place"]
    with acting(marek.organisation):
        assert not Unit.objects.exists()


# --- many at once ----------------------------------------------------------------------------------------
def test_a_hostel_at_once(api: Api) -> None:
    place = PlaceFactory.create().pk
    rooms = [sent(place=place, name=f"Room {number}") for number in range(30)]
    made = api.post(PATH, rooms, Idempotency_Key="a")
    assert made.status_code == 201, made.content
    assert [row["name"] for row in made.json()["results"]] == [room["name"] for room in rooms]
    assert list(made.json()["results"][0]) == FIELDS
    assert api.post(PATH, rooms, Idempotency_Key="a").json() == made.json()
    assert Unit.objects.count() == 30


def test_half_of_them_bad_and_none_is_stored(api: Api) -> None:
    """Those of the form, of what is named and of the operation, each under the row's number in the list."""
    place = PlaceFactory.create().pk
    rows: list[Any] = [
        sent(place=place), sent(place=place, name="Room 5", capacity="two"), sent(place=NO_ID), 7,
        sent(place=place, name="Room 6", capacity=0, price="-5"), {"place": str(place), "colour": "red"},
        sent(place=place, name="Room 7", currency="DEM"),
    ]  # fmt: skip
    assert sorted(pointers(api.post(PATH, rows))) == [
        "/1/capacity", "/2/place", "/3", "/4/capacity", "/4/price", "/5/capacity", "/5/colour", "/5/name",
        "/6/currency",
    ]  # fmt: skip
    assert pointers(api.post(PATH, [sent(place=place), sent(place=NO_ID)])) == ["/1/place"]
    assert pointers(api.post(PATH, [sent(place=place)] * 2), 409) == ["/0/name", "/1/name"]
    assert not Unit.objects.exists()
