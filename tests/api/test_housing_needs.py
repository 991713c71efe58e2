from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.cases.operations import cancel_placement
from casework.housing.models import Need, Placement
from tests.api.conftest import NOW, Api, api_of
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
from tests.api.test_every_field import BED_NEED
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory, PlaceFactory, PlacementFactory, UnitFactory
from tests.factories.people import HouseholdFactory

PATH = "housing/needs/"
FIELDS = (
    "id household people needed_from needed_until city country budget currency budget_per step_free pets"
    " grounds priority reason status position why created_at updated_at"
).split()


def waited(days: int, **values: Any) -> Need:
    need: Need = NeedFactory.create(created_at=NOW - timedelta(days=days), **values)
    return need


def positions(api: Api, query: str = "") -> dict[str, int | None]:
    answer = api.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.content
    return {row["id"]: row["position"] for row in answer.json()["results"]}


def test_ask_and_read(api: Api) -> None:
    household = str(HouseholdFactory.create().pk)
    made = api.post(PATH, {"household": household, **BED_NEED})
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in BED_NEED} == {**BED_NEED, "priority": "urgent"}
    assert (body["household"], body["status"], body["position"]) == (household, "waiting", 1)
    assert body["why"].startswith("urgent: a night without shelter; waiting since ")
    assert body["why"].endswith("; 1st in Tbilisi")
    assert api.get(f"{PATH}{body['id']}/").json() == body
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


@pytest.mark.parametrize(
    "empty", [{}, {"household": None, "needed_until": None, "city": None, "budget": None}]
)
def test_only_what_is_needed(api: Api, empty: dict[str, Any]) -> None:
    made = api.post(PATH, {"people": 2, "needed_from": "2022-10-01", "budget_per": None, **empty})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["household"], body["needed_until"], body["city"], body["budget"]) == (None, None, "", None)
    assert (body["priority"], body["status"], body["position"]) == ("normal", "waiting", 1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"people": 0}, ["/people"]),
        ({"people": 1001}, ["/people"]),
        ({"needed_until": "2022-09-30"}, ["/needed_until"]),
        ({"budget": "-1.00"}, ["/budget"]),
        ({"currency": "XXX"}, ["/currency"]),
        ({"currency": None}, ["/currency"]),
        ({"priority": "very"}, ["/priority"]),
        ({"grounds": ["illness", "hunger"]}, ["/grounds/1"]),
        ({"household": NO_ID}, ["/household"]),
        ({"country": "XX"}, ["/country"]),
        ({"position": 1}, ["/position"]),
        ({"status": "placed"}, ["/status"]),
        ({"people": 0, "budget": "-1", "country": "XX"}, ["/budget", "/country", "/people"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    assert sorted(pointers(api.post(PATH, {**BED_NEED, **change}))) == where
    assert not Need.objects.exists()


# --- the waiting list ------------------------------------------------------------------------------------
def test_priority_first_then_waiting_time(api: Api) -> None:
    late, early = waited(1), waited(9)
    high, urgent = waited(0, priority="high"), waited(0, priority="urgent")
    elsewhere = waited(3, city="Batumi")
    done = waited(20, withdrawn=True)
    expected = {
        str(urgent.pk): 1, str(high.pk): 2, str(early.pk): 3, str(late.pk): 4, str(elsewhere.pk): 1,
        str(done.pk): None,
    }  # fmt: skip
    assert positions(api) == expected
    assert api.get(f"{PATH}{late.pk}/").json()["position"] == 4
    assert api.get(f"{PATH}{done.pk}/").json()["why"] == "withdrawn"
    raised = api.patch(f"{PATH}{late.pk}/", {"priority": "urgent"}).json()
    assert raised["position"] == 1
    assert api.get(f"{PATH}{early.pk}/").json()["why"] == "normal; waiting since 2022-09-22; 4th in Tbilisi"


def test_position_changes_the_etag_and_not_the_version(api: Api) -> None:
    need = waited(1)
    seen = api.get(f"{PATH}{need.pk}/").headers["ETag"]
    waited(5)
    assert api.get(f"{PATH}{need.pk}/", If_None_Match=seen).json()["position"] == 2
    assert api.patch(f"{PATH}{need.pk}/", {"pets": True}, If_Match=seen).status_code == 200


def test_placed_nobody_waits(api: Api) -> None:
    need, after = waited(5), waited(3)
    PlacementFactory.create(need=need)
    api.patch(f"housing/placements/{Placement.objects.get().pk}/", {"ends_on": "2022-10-09"})
    assert positions(api) == {str(need.pk): None, str(after.pk): 1}
    assert api.get(f"{PATH}{need.pk}/").json()["status"] == "placed"


def test_filters(api: Api) -> None:
    one = waited(5, priority="high", country="GE")
    other = waited(3, city="Batumi", withdrawn=True)
    for query in ("status=waiting", "priority=high", "country=GE", f"household={one.household_id}"):
        assert ids(api.get(f"{PATH}?{query}")) == [str(one.pk)], query
    assert ids(api.get(f"{PATH}?city=%20batumi&status=withdrawn")) == [str(other.pk)]


def test_pages_and_queries(api: Api) -> None:
    made = [str(waited(30).pk)]
    few = queries_of(api, f"{PATH}?status=waiting&city=Tbilisi")
    made += [str(waited(20 - number, priority=("urgent", "normal")[number % 2]).pk) for number in range(9)]
    assert queries_of(api, f"{PATH}?status=waiting&city=Tbilisi") == few
    assert all_pages(api, f"{PATH}?limit=3") == made
    listed = positions(api, "limit=3&status=waiting")
    assert listed == {id: position for id, position in positions(api).items() if id in listed}


def test_in_turn_while_others_ask(api: Api) -> None:
    normal = [waited(20 - number) for number in range(4)]
    urgent = [waited(9 - number, priority="urgent") for number in range(3)]
    expected = [str(need.pk) for need in (*urgent, *normal)]
    page = api.get(f"{PATH}?ordering=turn&limit=2")
    assert ids(page) == expected[:2]
    more = [waited(30, priority="urgent"), waited(1, priority="high"), waited(0)]
    walked = ids(page) + all_pages(api, page.json()["next"])
    assert walked == [*expected[:3], str(more[1].pk), *expected[3:], str(more[2].pk)]
    everybody = [str(more[0].pk), *walked]
    for limit in (1, 2, 3, 9, 10, 11):
        assert all_pages(api, f"{PATH}?ordering=turn&limit={limit}") == everybody
    last = api.get(f"{PATH}?ordering=turn&limit=9").json()["next"]
    assert ids(api.get(api.get(last).json()["previous"])) == everybody[:9]


def test_of_one_moment_in_turn(api: Api) -> None:
    made = sorted(str(waited(3).pk) for _ in range(5))
    assert all_pages(api, f"{PATH}?ordering=turn&limit=2&status=waiting&city=Tbilisi") == made


TRUE_FOR_A_RANK = (
    "WzEsIDIsIHRydWUsICIyMDIyLTEwLTAxVDAwOjAwOjAwKzAwOjAwIiwgIjAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIl0"
)


@pytest.mark.parametrize(
    "cursor",
    ["WzEsMiwieCIsIjIwMjItMTAtMDEiLCJ4Il0", "WzEsMl0", "WzEsOV0", "WzEsMiwxZTk5OSwxLDFd", TRUE_FOR_A_RANK],
)
def test_no_cursor_of_turns(api: Api, cursor: str) -> None:
    assert pointers(api.get(f"{PATH}?ordering=turn&cursor={cursor}")) == ["/cursor"]


def test_turn_is_an_ordering_of_its_own(api: Api) -> None:
    waited(2), waited(1)
    following = api.get(f"{PATH}?ordering=turn&limit=1").json()["next"]
    assert pointers(api.get(following.replace("&ordering=turn", ""))) == ["/cursor"]
    assert pointers(api.get("housing/placements/?ordering=turn")) == ["/ordering"]
    assert pointers(api.get(f"{PATH}?ordering=-turn")) == ["/ordering"]


def test_reading_leaves_a_trail(api: Api) -> None:
    need = waited(1)
    api.get(f"{PATH}{need.pk}/")
    assert reads("bed_need") == [(need.pk, [])]


# --- changes ---------------------------------------------------------------------------------------------
def test_change(api: Api) -> None:
    path = f"{PATH}{api.post(PATH, BED_NEED).json()['id']}/"
    assert_needs_if_match(api, path, {"people": 3})
    household = str(HouseholdFactory.create().pk)
    body = api.patch(path, {"people": 3, "household": household, "needed_until": None}).json()
    assert (body["people"], body["household"], body["needed_until"]) == (3, household, None)
    assert body["grounds"] == ["no_shelter"]
    # Sent as it is shown it is no wish: what was asked was high.
    assert api.patch(path, {"priority": "urgent"}).json()["priority"] == "urgent"
    assert api.patch(path, {"grounds": []}).json()["priority"] == "high"
    assert api.patch(path, {"grounds": ["no_shelter"]}).json()["priority"] == "urgent"
    assert api.patch(path, {"priority": "urgent", "grounds": []}).json()["priority"] == "urgent"
    assert api.patch(path, {"priority": "normal"}).json()["priority"] == "normal"
    assert pointers(api.patch(path, {"household": None})) == ["/household"]
    assert pointers(api.patch(path, {"household": NO_ID})) == ["/household"]
    assert pointers(api.patch(path, {"needed_until": "2022-09-01"})) == ["/needed_until"]
    assert api.patch(path, {"household": household, "budget_per": None}).json()["budget_per"] == "night"


def test_withdraw(api: Api, nino: User) -> None:
    need = waited(5)
    CaseFactory.create(household=need.household)
    full = PlacementFactory.create(unit__capacity=2)
    cancel_placement(placement=full, by=nino.as_actor(), at=NOW)
    path = f"{PATH}{need.pk}/"
    assert pointers(api.patch(path, {"status": "placed"})) == ["/status"]
    assert pointers(api.patch(path, {"status": "withdrawn", "people": 1})) == ["/people"]
    body = api.patch(path, {"status": "withdrawn", "reason": "They have gone on."}).json()
    assert (body["status"], body["position"], body["reason"]) == ("withdrawn", None, "They have gone on.")
    assert Task.objects.get(kind=TaskKind.BED_FREE).status == "cancelled"
    assert pointers(api.patch(path, {"people": 1}), 409) == ["/status"]


def test_withdraw_while_it_has_a_bed(api: Api) -> None:
    placement = PlacementFactory.create()
    assert pointers(api.patch(f"{PATH}{placement.need_id}/", {"status": "withdrawn"}), 409) == ["/status"]


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "housing:read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, BED_NEED).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    need = waited(1)
    assert_nowhere_for(foreign, f"{PATH}{need.pk}/", "GET", "PATCH")
    theirs = foreign.get(f"{PATH}{need.pk}/matches/")
    assert theirs.status_code == 404
    assert theirs.content == foreign.get(f"{PATH}no-id/matches/").content
    asked = {**BED_NEED, "household": str(need.household_id)}
    assert foreign.post(PATH, asked).content == foreign.post(PATH, {**BED_NEED, "household": NO_ID}).content


# --- matches ---------------------------------------------------------------------------------------------
def test_matches(api: Api) -> None:
    need = NeedFactory.create(budget=50, currency="GEL", pets=True)
    unit = UnitFactory.create(priced=True, pets=True, name="Room 4")
    dear = UnitFactory.create(price=100, currency="GEL", private=True)
    body = api.get(f"{PATH}{need.pk}/matches/").json()
    assert (body["next"], body["previous"]) == (None, None)
    best, second = body["results"]
    assert (
        list(best)
        == (
            "unit name place place_name country city capacity free starts_on ends_on people private score price_for_stay currency fits"
            " reasons against"
        ).split()
    )
    assert (best["unit"], best["place"], best["name"]) == (str(unit.pk), str(unit.place_id), "Room 4")
    assert (best["fits"], best["price_for_stay"], best["currency"], best["free"]) == (
        True,
        "400.00",
        "GEL",
        4,
    )
    assert {"fits_budget", "pets"} == {note["code"] for note in best["reasons"]}
    assert (second["unit"], second["fits"]) == (str(dear.pk), False)
    assert {"over_budget", "no_pets"} == {note["code"] for note in second["against"]}
    assert reads("bed_need") == [(need.pk, [])]
    assert [set(seen) for _, seen in reads("place")] == [{str(unit.place_id), str(dear.place_id)}]


def test_matches_of_a_household_larger_than_any_unit(api: Api) -> None:
    need = NeedFactory.create(people=9, open_end=True)
    UnitFactory.create()
    [some] = api.get(f"{PATH}{need.pk}/matches/").json()["results"]
    assert (some["fits"], some["people"]) == (False, 4)
    told = "Room for 4 of 9: they would be placed apart, which needs a reason."
    assert {"code": "too_small", "detail": told} in some["against"]


def test_match_of_who_lacks_a_bed_can_be_posted_as_it_is(api: Api) -> None:
    need = NeedFactory.create(people=3)
    PlacementFactory.create(need=need, people=2, unit=UnitFactory.create(capacity=2))
    UnitFactory.create(capacity=1)
    [match] = api.get(f"{PATH}{need.pk}/matches/").json()["results"]
    body = {name: match[name] for name in ("unit", "starts_on", "ends_on", "people")}
    asked = {**body, "need": str(need.pk), "split_reason": "no room for three"}
    assert api.post("/api/v1/housing/placements/", asked).status_code == 201
    assert api.get(f"{PATH}{need.pk}/matches/").json()["results"] == []


def test_matches_cost_the_same_however_many(api: Api) -> None:
    path = f"{PATH}{NeedFactory.create().pk}/matches/"
    UnitFactory.create()
    few = queries_of(api, path)
    place = PlaceFactory.create()
    UnitFactory.create_batch(60, place=place)
    assert queries_of(api, path) == few
    assert len(api.get(path).json()["results"]) == 50
    assert pointers(api.get(f"{path}?limit=5")) == ["/limit"]
