from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.housing.models import Need, Placement
from tests.api.conftest import NOW, Api, api_of
from tests.api.promises import (
    NO_ID,
    all_pages,
    assert_known_by_its_etag,
    assert_needs_if_match,
    assert_nowhere_for,
    assert_refuses_queries,
    held_by,
    ids,
    pointers,
    queries_of,
    reads,
)
from tests.factories.cases import CaseFactory
from tests.factories.housing import NeedFactory, PlacementFactory, UnitFactory

PATH = "housing/placements/"
FIELDS = (
    "id need unit place starts_on ends_on people status hold_expires_at private price currency price_per"
    " split_reason reason moved_from moved_to created_at updated_at"
).split()
NIGHTS = {"starts_on": "2022-10-01", "ends_on": "2022-10-10"}


def asked(**changes: Any) -> dict[str, Any]:
    need = changes.pop("need", None) or NeedFactory.create().pk
    unit = changes.pop("unit", None) or UnitFactory.create().pk
    return {"need": str(need), "unit": str(unit), **NIGHTS, **changes}


def free(api: Api, unit: Any, night: str) -> int:
    rows = api.get(f"housing/units/?free_from={night}").json()["results"]
    return next((row["free"] for row in rows if row["id"] == str(unit)), 0)


def changed(api: Api, placement: Placement, body: dict[str, Any]) -> Any:
    answer = api.patch(f"{PATH}{placement.pk}/", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


# --- placing ---------------------------------------------------------------------------------------------
def test_hold_and_read(api: Api) -> None:
    unit = UnitFactory.create(priced=True)
    made = api.post(PATH, asked(unit=unit.pk))
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert (body["status"], body["people"], body["place"]) == ("held", 2, str(unit.place_id))
    assert body["hold_expires_at"] == "2022-10-02T10:00:00+00:00"
    assert (body["price"], body["currency"], body["price_per"]) == ("20.00", "GEL", "night")
    assert (body["moved_from"], body["moved_to"]) == (None, None)
    assert api.get(f"{PATH}{body['id']}/").json() == body
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)
    assert free(api, unit.pk, "2022-10-10") == 2


def test_confirmed_at_once(api: Api) -> None:
    need = NeedFactory.create()
    body = api.post(PATH, asked(need=need.pk, status="confirmed", people=2, hold_expires_at=None)).json()
    assert (body["status"], body["hold_expires_at"], body["people"]) == ("confirmed", None, 2)
    assert api.get(f"housing/needs/{need.pk}/").json()["status"] == "placed"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ends_on": "2022-09-30"}, ["/ends_on"]),
        ({"starts_on": "2012-09-01", "ends_on": "2012-09-02"}, ["/starts_on"]),
        ({"people": 0}, ["/people"]),
        ({"people": 3}, ["/people"]),
        ({"people": 1}, ["/split_reason"]),
        ({"need": NO_ID}, ["/need"]),
        ({"unit": NO_ID}, ["/unit"]),
        ({"status": "ended"}, ["/status"]),
        ({"hold_expires_at": "2022-10-01T09:59:59+00:00"}, ["/hold_expires_at"]),
        ({"hold_expires_at": "2022-10-16"}, ["/hold_expires_at"]),
        ({"status": "confirmed", "hold_expires_at": "2022-10-02"}, ["/hold_expires_at"]),
        ({"ends_on": "2022-09-30", "people": 0}, ["/ends_on", "/people"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    if change.get("people") == 0:
        change = {**change, "split_reason": "so"}
    assert sorted(pointers(api.post(PATH, asked(**change)))) == where
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    ("unit", "people", "sentence"),
    [
        ({"capacity": 3}, 2, "Room 4 has too few free beds for 2 people on the nights of 2022-10-01 to 2022-10-10."),
        ({"capacity": 1}, 2, "Room 4 has 1 bed: not enough for 2 people."),
        ({"capacity": 3, "private": True}, 1,
         "Room 4 is one household's at a time, and taken on the nights of 2022-10-01 to 2022-10-10."),
        ({"available_from": date(2022, 10, 2)}, 1, "Room 4 is available from 2022-10-02 only."),
    ],
)  # fmt: skip
def test_no_room_is_one_clear_sentence(api: Api, unit: dict[str, Any], people: int, sentence: str) -> None:
    room = UnitFactory.create(name="Room 4", **unit)
    if room.capacity == 3:
        PlacementFactory.create(unit=room)
    refused = api.post(PATH, asked(unit=room.pk, need=NeedFactory.create(people=people).pk))
    assert pointers(refused, 409) == ["/unit"]
    assert refused.json()["detail"] == sentence
    assert refused.json()["type"] == "urn:casework:problem:no-room"


def test_fewer_with_a_reason_and_never_more_than_the_need_has(api: Api) -> None:
    need = NeedFactory.create(people=3).pk
    assert api.post(PATH, asked(need=need, people=2, split_reason="two rooms")).status_code == 201
    assert pointers(api.post(PATH, asked(need=need)), 409) == ["/people"]
    assert api.post(PATH, asked(need=need, people=1, split_reason="two rooms")).status_code == 201


def test_placed_once_by_its_key(api: Api) -> None:
    body = asked()
    first = api.post(PATH, body, Idempotency_Key="a")
    again = api.post(PATH, body, Idempotency_Key="a")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Placement.objects.count() == 1
    assert pointers(api.post(PATH, {**body, "people": 2}, Idempotency_Key="a"), 422) == []


# --- holds run out ---------------------------------------------------------------------------------------
def test_a_hold_that_has_run_out_is_cancelled_though_nothing_runs(
    api: Api, clock: time_machine.Traveller
) -> None:
    unit = UnitFactory.create(capacity=2)
    soon = (NOW + timedelta(seconds=2)).isoformat()
    path = f"{PATH}{api.post(PATH, asked(unit=unit.pk, hold_expires_at=soon)).json()['id']}/"
    seen = api.get(path)
    assert (seen.json()["status"], seen.json()["hold_expires_at"]) == ("held", soon)
    assert ids(api.get(f"{PATH}?status=held")) == [seen.json()["id"]]
    assert free(api, unit.pk, "2022-10-01") == 0

    clock.move_to(NOW + timedelta(seconds=2), tick=False)
    later = api.get(path, If_None_Match=seen.headers["ETag"])
    assert (later.json()["status"], later.json()["hold_expires_at"]) == ("cancelled", None)
    assert ids(api.get(f"{PATH}?status=held")) == []
    assert ids(api.get(f"{PATH}?status=cancelled")) == [seen.json()["id"]]
    assert free(api, unit.pk, "2022-10-01") == 2
    refused = api.patch(path, {"status": "confirmed"})
    assert pointers(refused, 409) == ["/status"]
    assert refused.json()["detail"] == "The hold has run out: the bed is free for others."
    assert api.patch(path, {"status": "cancelled"}).json()["status"] == "cancelled"
    assert api.post(PATH, asked(unit=unit.pk)).status_code == 201
    assert api.get(path).json()["status"] == Placement.objects.order_by("created_at")[0].status == "cancelled"


# --- changes ---------------------------------------------------------------------------------------------
def test_hold_for_longer(api: Api) -> None:
    path = f"{PATH}{api.post(PATH, asked()).json()['id']}/"
    later = "2022-10-09T10:00:00+00:00"
    assert api.patch(path, {"hold_expires_at": later}).json()["hold_expires_at"] == later
    assert api.patch(path, {"hold_expires_at": None, "reason": "x"}).json()["hold_expires_at"] == later
    assert pointers(api.patch(path, {"hold_expires_at": "2022-10-16"})) == ["/hold_expires_at"]


def test_if_match(api: Api) -> None:
    placement = PlacementFactory.create(held=True)
    assert_needs_if_match(api, f"{PATH}{placement.pk}/", {"status": "confirmed"})


def test_confirm(api: Api) -> None:
    placement = PlacementFactory.create(held=True)
    body = changed(api, placement, {"status": "confirmed"})
    assert (body["status"], body["hold_expires_at"]) == ("confirmed", None)
    assert changed(api, placement, {"status": "confirmed"}) == body
    assert Need.objects.get().status == "placed"


def test_shorten_extend_and_shift(api: Api) -> None:
    placement = PlacementFactory.create(unit__capacity=2)
    assert changed(api, placement, {"ends_on": "2022-10-05"})["ends_on"] == "2022-10-05"
    assert free(api, placement.unit_id, "2022-10-06") == 2
    body = changed(api, placement, {"ends_on": "2022-10-12", "status": "confirmed", "reason": "a new job"})
    assert (body["ends_on"], body["status"], body["reason"]) == ("2022-10-12", "confirmed", "a new job")
    body = changed(api, placement, {"starts_on": "2022-10-03", "ends_on": "2022-10-14"})
    assert (body["starts_on"], body["ends_on"]) == ("2022-10-03", "2022-10-14")
    PlacementFactory.create(unit=placement.unit, starts_on=date(2022, 10, 20), ends_on=date(2022, 10, 20))
    refused = api.patch(f"{PATH}{placement.pk}/", {"ends_on": "2022-10-21"})
    assert pointers(refused, 409) == ["/unit"]
    assert refused.json()["detail"].endswith("on the night of 2022-10-20.")
    assert pointers(api.patch(f"{PATH}{placement.pk}/", {"ends_on": "2022-10-02"})) == ["/ends_on"]


def test_other_people(api: Api) -> None:
    placement = PlacementFactory.create()
    path = f"{PATH}{placement.pk}/"
    assert pointers(api.patch(path, {"people": 1})) == ["/split_reason"]
    assert changed(api, placement, {"people": 1, "split_reason": "a hospital"})["people"] == 1
    assert changed(api, placement, {"people": 2})["people"] == 2
    assert pointers(api.patch(path, {"people": 3})) == ["/people"]


def test_end_tonight_and_yesterday(api: Api) -> None:
    placement = PlacementFactory.create(starts_on=date(2022, 9, 20), unit__capacity=2)
    body = changed(api, placement, {"status": "ended", "ends_on": "2022-10-01", "reason": "found a flat"})
    assert (body["status"], body["ends_on"], body["reason"]) == ("ended", "2022-10-01", "found a flat")
    assert (free(api, placement.unit_id, "2022-10-01"), free(api, placement.unit_id, "2022-10-02")) == (0, 2)
    gone = PlacementFactory.create(starts_on=date(2022, 9, 20))
    assert changed(api, gone, {"status": "ended"})["ends_on"] == "2022-09-30"
    assert pointers(api.patch(f"{PATH}{gone.pk}/", {"ends_on": "2022-10-05"}), 409) == ["/status"]
    hold = PlacementFactory.create(held=True)
    assert pointers(api.patch(f"{PATH}{hold.pk}/", {"status": "ended"}), 409) == ["/status"]


def test_end_when_the_need_is_over_too(api: Api) -> None:
    need = NeedFactory.create(placed=True, needed_from=date(2022, 9, 20), needed_until=date(2022, 9, 30))
    CaseFactory.create(household=need.household)
    placement = PlacementFactory.create(need=need)
    assert changed(api, placement, {"status": "ended"})["ends_on"] == "2022-09-30"
    assert api.get(f"housing/needs/{need.pk}/").json()["status"] == "placed"


def test_cancel_and_the_next_is_told(api: Api) -> None:
    placement = PlacementFactory.create(unit__capacity=2)
    waiting = NeedFactory.create()
    CaseFactory.create(household=waiting.household)
    body = changed(api, placement, {"status": "cancelled", "reason": "a flat of friends"})
    assert (body["status"], body["reason"]) == ("cancelled", "a flat of friends")
    assert free(api, placement.unit_id, "2022-10-01") == 2
    assert Task.objects.get(kind=TaskKind.BED_FREE).case.household_id == waiting.household_id
    begun = PlacementFactory.create(starts_on=date(2022, 9, 29))
    assert pointers(api.patch(f"{PATH}{begun.pk}/", {"status": "cancelled"})) == ["/reason"]


def test_move_from_the_first_night_is_the_same_placement(api: Api) -> None:
    placement, other = PlacementFactory.create(unit__capacity=2), UnitFactory.create(capacity=2)
    answer = api.patch(f"{PATH}{placement.pk}/", {"unit": str(other.pk)})
    assert answer.status_code == 200, answer.content
    assert "Content-Location" not in answer.headers
    assert (answer.json()["id"], answer.json()["unit"]) == (str(placement.pk), str(other.pk))
    assert api.get(f"{PATH}{placement.pk}/").json() == answer.json()
    assert (free(api, placement.unit_id, "2022-10-01"), free(api, other.pk, "2022-10-01")) == (2, 0)
    assert changed(api, placement, {"unit": str(other.pk)}) == answer.json()


def test_move_in_the_middle_goes_on_as_another(api: Api) -> None:
    placement, other = PlacementFactory.create(unit__capacity=2), UnitFactory.create(capacity=2)
    move = {"unit": str(other.pk), "starts_on": "2022-10-04", "ends_on": "2022-10-10", "reason": "bugs"}
    answer = api.patch(f"{PATH}{placement.pk}/", move)
    moved, left = answer.json(), api.get(f"{PATH}{placement.pk}/").json()
    assert answer.headers["Content-Location"] == f"http://testserver/api/v1/{PATH}{moved['id']}/"
    assert api.get(f"{PATH}{moved['id']}/").headers["ETag"] == answer.headers["ETag"]
    assert {name: moved[name] for name in move} == move
    assert (moved["moved_from"], left["moved_to"]) == (left["id"], moved["id"])
    assert (left["unit"], left["ends_on"]) == (str(placement.unit_id), "2022-10-03")
    assert (free(api, placement.unit_id, "2022-10-03"), free(api, placement.unit_id, "2022-10-04")) == (0, 2)
    assert (free(api, other.pk, "2022-10-03"), free(api, other.pk, "2022-10-04")) == (2, 0)


def test_move_from_tonight_where_no_day_is_said(api: Api) -> None:
    placement = PlacementFactory.create(starts_on=date(2022, 9, 20))
    assert changed(api, placement, {"unit": str(UnitFactory.create().pk)})["starts_on"] == "2022-10-01"


def test_its_need_and_both_units_are_held_first(api: Api) -> None:
    placement, other = PlacementFactory.create(), UnitFactory.create()
    held = held_by(api, f"{PATH}{placement.pk}/", {"unit": str(other.pk)})
    assert list(held)[:3] == ["housing_need", "housing_unit", "housing_placement"]
    assert placement.unit_id.hex in held["housing_unit"]
    assert other.pk.hex in held["housing_unit"]


def test_move_refused(api: Api) -> None:
    placement, full = PlacementFactory.create(), PlacementFactory.create(unit__capacity=2).unit
    path = f"{PATH}{placement.pk}/"
    assert pointers(api.patch(path, {"unit": str(full.pk)}), 409) == ["/unit"]
    assert pointers(api.patch(path, {"unit": NO_ID})) == ["/unit"]
    other = str(UnitFactory.create().pk)
    assert pointers(api.patch(path, {"unit": other, "starts_on": "2022-10-11"})) == ["/starts_on"]
    assert Placement.objects.get(pk=placement.pk).version == 1


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"unit": "other", "ends_on": "2022-10-05"}, ["/ends_on"]),
        ({"unit": "other", "status": "ended"}, ["/status"]),
        ({"status": "cancelled", "ends_on": "2022-10-05", "people": 1}, ["/ends_on", "/people"]),
        ({"status": "held"}, ["/status"]),
        ({"need": NO_ID}, ["/need"]),
    ],
)
def test_one_thing_at_a_time(api: Api, body: dict[str, Any], where: list[str]) -> None:
    placement = PlacementFactory.create()
    if "unit" in body:
        body = {**body, "unit": str(UnitFactory.create().pk)}
    assert sorted(pointers(api.patch(f"{PATH}{placement.pk}/", body))) == where
    assert Placement.objects.get().version == 1


# --- lists -----------------------------------------------------------------------------------------------
def test_filters(api: Api) -> None:
    one = PlacementFactory.create(ends_on=date(2022, 10, 4))
    other = PlacementFactory.create(held=True, starts_on=date(2022, 10, 5))
    for query in (
        f"need={one.need_id}", f"unit={one.unit_id}", f"place={one.unit.place_id}", "status=confirmed",
        f"household={one.need.household_id}", "night=2022-10-04",
    ):  # fmt: skip
        assert ids(api.get(f"{PATH}?{query}")) == [str(one.pk)], query
    assert ids(api.get(f"{PATH}?night=2022-10-05&status=held&city=TBILISI")) == [str(other.pk)]
    assert ids(api.get(f"{PATH}?city=Batumi")) == []


def test_pages_and_queries(api: Api) -> None:
    made = [str(PlacementFactory.create().pk)]
    few = queries_of(api, PATH)
    made += [str(PlacementFactory.create().pk) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made


def test_reading_leaves_a_trail(api: Api) -> None:
    placement = PlacementFactory.create()
    api.get(f"{PATH}{placement.pk}/")
    assert reads("placement") == [(placement.pk, [])]


def test_scopes(nino: User) -> None:
    placement = PlacementFactory.create()
    reader = api_of(nino.organisation, "housing:read")
    assert reader.get(PATH).status_code == 200
    assert reader.patch(f"{PATH}{placement.pk}/", {"status": "ended"}).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    placement = PlacementFactory.create()
    assert_nowhere_for(foreign, f"{PATH}{placement.pk}/", "GET", "PATCH")
    theirs = foreign.post(PATH, asked(need=placement.need_id, unit=placement.unit_id))
    assert pointers(theirs) == ["/need"]
    assert theirs.content == foreign.post(PATH, asked(need=NO_ID, unit=NO_ID)).content
