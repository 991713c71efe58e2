from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.cases.models import Task, TaskKind
from casework.work.models import Opening
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
from tests.api.test_every_field import OPENING
from tests.factories.cases import CaseFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

PATH = "work/openings/"
FIELDS = (
    "id employer title sector occupation country city positions positions_left pay currency pay_per languages"
    " language_levels housing_offered opens_on starts_on closes_on contact status closed_reason created_at"
    " updated_at"
).split()


def one(api: Api, **changes: Any) -> Any:
    made = api.post(PATH, {**OPENING, **changes})
    assert made.status_code == 201, made.content
    return made.json()


def test_add_and_read(api: Api) -> None:
    body = one(api)
    assert list(body) == FIELDS
    assert {name: body[name] for name in OPENING} == OPENING
    assert (body["status"], body["closed_reason"], body["positions_left"]) == ("open", None, 4)
    assert api.get(f"{PATH}{body['id']}/").json() == body
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


def test_only_what_is_needed(api: Api) -> None:
    needed = {"employer", "title", "sector", "occupation", "country", "city", "positions"}
    made = api.post(PATH, {name: OPENING[name] for name in needed})
    assert made.status_code == 201
    body = made.json()
    assert (body["pay"], body["languages"], body["language_levels"], body["contact"]) == (None, [], {}, None)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"positions": 0}, ["/positions"]),
        ({"positions": "4"}, ["/positions"]),
        ({"pay": 90}, ["/pay"]),
        ({"pay": "-1"}, ["/pay"]),
        ({"pay": "1.999"}, ["/pay"]),
        ({"currency": "XAU"}, ["/currency"]),
        ({"currency": None}, ["/currency"]),
        ({"sector": "Z"}, ["/sector"]),
        ({"occupation": "0000"}, ["/occupation"]),
        ({"language_levels": {"ka": "A1"}}, ["/language_levels"]),
        ({"language_levels": {"ru": "fluent"}}, ["/language_levels"]),
        ({"language_levels": {"\ud800": "A1"}}, ["/language_levels"]),
        ({"closes_on": "2022-09-01"}, ["/closes_on"]),
        ({"hired": 1}, ["/hired"]),
        ({"positions": 0, "country": "XX", "pay": "-1"}, ["/country", "/pay", "/positions"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    assert sorted(set(pointers(api.post(PATH, {**OPENING, **change})))) == where
    assert not Opening.objects.exists()


def test_change_close_and_reopen(api: Api) -> None:
    path = f"{PATH}{one(api)['id']}/"
    assert_needs_if_match(api, path, {"positions": 5})
    assert api.patch(path, {"positions": 5, "pay": "95.50"}).json()["pay"] == "95.50"
    closed = api.patch(path, {"status": "closed"}).json()
    assert (closed["status"], closed["closed_reason"]) == ("closed", "withdrawn")
    again = api.patch(path, {"status": "open", "closes_on": "2022-11-30"}).json()
    assert (again["status"], again["closed_reason"], again["closes_on"]) == ("open", None, "2022-11-30")
    assert pointers(api.patch(path, {"closed_reason": "filled"})) == ["/closed_reason"]
    assert api.patch(path, {"status": "open"}).status_code == 200


def test_closing_is_told_to_caseworkers(api: Api, nino: User) -> None:
    application = ApplicationFactory.create()
    CaseFactory.create(household=application.need.person.household)
    api.patch(f"{PATH}{application.opening_id}/", {"status": "closed"})
    assert Task.objects.get(kind=TaskKind.OPENING_CLOSED).person_id == application.need.person_id


def test_fewer_positions_than_hired(api: Api) -> None:
    opening = OpeningFactory.create(positions=3)
    for _ in range(2):
        ApplicationFactory.create(opening=opening, status="hired")
    path = f"{PATH}{opening.pk}/"
    assert api.get(path).json()["positions_left"] == 1
    assert pointers(api.patch(path, {"positions": 1})) == ["/positions"]
    assert api.patch(path, {"positions": 2}).json()["closed_reason"] == "filled"


def test_filters(api: Api) -> None:
    bricks = one(api)["id"]
    cook = one(api, title="Cook", sector="I", occupation="5120", city="Batumi")["id"]
    api.patch(f"{PATH}{cook}/", {"status": "closed"})
    for query in ("city=%20TBILISI", "sector=F", "occupation=7112", "status=open"):
        assert ids(api.get(f"{PATH}?{query}")) == [bricks], query
    assert ids(api.get(f"{PATH}?status=closed&city=batumi&country=GE")) == [cook]
    assert ids(api.get(f"{PATH}?country=KZ")) == []


def test_pages_and_queries(api: Api) -> None:
    made = [str(OpeningFactory.create().pk)]
    few = queries_of(api, PATH)
    made += [str(OpeningFactory.create().pk) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "work:read")
    assert reader.get(PATH).status_code == 200
    assert reader.post(PATH, OPENING).status_code == reader.post(PATH, [OPENING]).status_code == 403
    assert api_of(nino.organisation, "work:write").post(PATH, [OPENING]).status_code == 201


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    opening = OpeningFactory.create()
    assert_nowhere_for(foreign, f"{PATH}{opening.pk}/", "GET", "PATCH")
    theirs = foreign.get(f"{PATH}{opening.pk}/matches/")
    assert theirs.status_code == 404
    assert theirs.content == foreign.get(f"{PATH}no-id/matches/").content


# --- matches ---------------------------------------------------------------------------------------------
def test_matches(api: Api) -> None:
    opening, need = OpeningFactory.create(), WorkNeedFactory.create()
    body = api.get(f"{PATH}{opening.pk}/matches/").json()
    assert (body["next"], body["previous"]) == (None, None)
    [match] = body["results"]
    assert list(match) == ["need", "person", "score", "may_work", "fits", "reasons", "against"]
    assert (match["need"], match["person"], match["fits"]) == (str(need.pk), str(need.person_id), True)
    assert match["may_work"]["answer"] == "unknown"
    assert "same_occupation" in [note["code"] for note in match["reasons"]]
    assert "right_unknown" in [note["code"] for note in match["against"]]
    assert str(need.person.family_name) not in str(body)
    assert reads("work_need") == [(need.pk, [])]


def test_matches_cost_the_same_however_many(api: Api) -> None:
    path = f"{PATH}{OpeningFactory.create().pk}/matches/"
    WorkNeedFactory.create()
    few = queries_of(api, path)
    for _ in range(60):
        WorkNeedFactory.create()
    assert queries_of(api, path) == few
    assert len(api.get(path).json()["results"]) == 50
    assert pointers(api.get(f"{path}?limit=5")) == ["/limit"]


# --- many at once ----------------------------------------------------------------------------------------
def test_a_list_in_its_order(api: Api) -> None:
    made = api.post(PATH, [{**OPENING, "title": f"Job {number}"} for number in range(30)])
    assert made.status_code == 201, made.content
    assert list(made.json()) == ["results"]
    assert [row["title"] for row in made.json()["results"]] == [f"Job {number}" for number in range(30)]
    assert list(made.json()["results"][0]) == FIELDS
    assert Opening.objects.count() == Event.objects.filter(action="opening.added").count() == 30


def test_every_fault_of_every_row_and_nothing_stored(api: Api) -> None:
    """Those of the form and those of the operation together, each under the row's number in the list sent."""
    sent: list[Any] = [
        OPENING, {**OPENING, "positions": "two"}, {**OPENING, "positions": 0, "city": " "}, 7,
        {**OPENING, "colour": "red"}, {**OPENING, "pay": "-5"},
    ]  # fmt: skip
    refused = api.post(PATH, sent, Idempotency_Key="a")
    assert pointers(refused) == ["/1/positions", "/2/city", "/3", "/4/colour", "/5/pay"]
    assert not Opening.objects.exists()
    assert not Event.objects.filter(action="opening.added").exists()
    refused = api.post(PATH, [{**OPENING, "positions": 0}, OPENING, {**OPENING, "sector": "Z"}])
    assert pointers(refused) == ["/0/positions", "/2/sector"]


@pytest.mark.parametrize("rows", [0, 501])
def test_too_few_or_too_many_rows(api: Api, rows: int) -> None:
    assert pointers(api.post(PATH, [OPENING] * rows)) == [""]


def test_five_hundred_rows(api: Api) -> None:
    assert len(api.post(PATH, [OPENING] * 500).json()["results"]) == 500


def test_a_list_twice_is_once(api: Api) -> None:
    sent = [{**OPENING, "title": "One"}, {**OPENING, "title": "Two"}]
    first = api.post(PATH, sent, Idempotency_Key="a")
    again = api.post(PATH, sent, Idempotency_Key="a")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Opening.objects.count() == 2
    assert pointers(api.post(PATH, sent[:1], Idempotency_Key="a"), 422) == []
    Opening.objects.filter(title="Two").delete()
    assert pointers(api.post(PATH, sent, Idempotency_Key="a"), 410) == []


def test_a_list_where_only_one_may_stand(api: Api) -> None:
    opening = OpeningFactory.create()
    assert pointers(api.patch(f"{PATH}{opening.pk}/", [OPENING])) == [""]
    assert pointers(api.post("work/needs/", [{}])) == [""]
    assert pointers(api.send("POST", PATH, b'"text"')) == [""]
