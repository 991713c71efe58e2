from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.accounts.models import User
from casework.work.models import Application, Need
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
from tests.api.test_every_field import NEED
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

PATH = "work/needs/"
FIELDS = (
    "id person sectors occupations skills languages language_levels country city available_from status"
    " created_at updated_at"
).split()


def test_add_and_read(api: Api) -> None:
    asked = {"person": str(PersonFactory.create().pk), **NEED}
    made = api.post(PATH, asked)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in asked} == asked
    assert body["status"] == "looking"
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


def test_a_person_alone_is_enough(api: Api) -> None:
    made = api.post(PATH, {"person": str(PersonFactory.create().pk)})
    assert made.status_code == 201
    assert (made.json()["sectors"], made.json()["country"], made.json()["city"]) == ([], None, "")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"person": "00000000-0000-4000-8000-000000000000"}, ["/person"]),
        ({"sectors": ["F", "Z"]}, ["/sectors/1"]),
        ({"sectors": "F"}, ["/sectors"]),
        ({"occupations": ["0000"]}, ["/occupations/0"]),
        ({"language_levels": {"de": "A1"}}, ["/language_levels"]),
        ({"country": "XX"}, ["/country"]),
        ({"religion": "any"}, ["/religion"]),
    ],
)
def test_refused(api: Api, change: dict[str, Any], where: list[str]) -> None:
    asked = {"person": str(PersonFactory.create().pk), **NEED, **change}
    assert pointers(api.post(PATH, asked)) == where
    assert not Need.objects.exists()


def test_one_live_need_per_person(api: Api) -> None:
    need = WorkNeedFactory.create()
    assert pointers(api.post(PATH, {"person": str(need.person_id)}), 409) == ["/person"]


def test_change_and_withdraw(api: Api) -> None:
    application = ApplicationFactory.create()
    path = f"{PATH}{application.need_id}/"
    assert_needs_if_match(api, path, {"city": "Batumi"})
    assert api.patch(path, {"city": "Batumi"}).json()["city"] == "Batumi"
    both = {"city": "Gori", "sectors": ["F"]}
    assert sorted(pointers(api.patch(path, {**both, "status": "withdrawn"}))) == ["/city", "/sectors"]
    assert pointers(api.patch(path, {"status": "hired"})) == ["/status"]
    assert api.patch(path, {"status": "withdrawn"}).json()["status"] == "withdrawn"
    assert Application.objects.get().status == "withdrawn"
    assert pointers(api.patch(path, {"city": "Gori"}), 409) == ["/status"]


def test_why_they_no_longer_look(api: Api) -> None:
    application = ApplicationFactory.create()
    path = f"{PATH}{application.need_id}/"
    assert pointers(api.patch(path, {"reason": "Moved on."})) == ["/reason"]
    assert pointers(api.patch(path, {"city": "Gori", "reason": "Moved on."})) == ["/reason"]
    for reason in ("x" * 501, "a\x01b"):
        assert pointers(api.patch(path, {"status": "withdrawn", "reason": reason})) == ["/reason"]
    assert api.patch(path, {"status": "withdrawn", "reason": "Moved on."}).status_code == 200
    told = api.get(f"work/applications/{application.pk}/").json()
    assert (told["status"], told["reason"]) == ("withdrawn", "Moved on.")
    assert (told["steps"][-1]["reason"], told["steps"][-1]["actor_kind"]) == ("Moved on.", "client")
    assert pointers(api.patch(path, {"status": "withdrawn"}), 409) == ["/status"]


def test_filters(api: Api) -> None:
    bricks = WorkNeedFactory.create()
    cook = WorkNeedFactory.create(sectors=["I"], occupations=["5120"], city="Batumi", withdrawn=True)
    for query in (
        f"person={bricks.person_id}", "status=looking", "city=tbilisi", "sector=F", "occupation=7112",
    ):  # fmt: skip
        assert ids(api.get(f"{PATH}?{query}")) == [str(bricks.pk)], query
    assert ids(api.get(f"{PATH}?status=withdrawn&city=BATUMI&country=GE")) == [str(cook.pk)]


def test_pages_and_queries(api: Api) -> None:
    made = [str(WorkNeedFactory.create().pk)]
    few = queries_of(api, PATH)
    made += [str(WorkNeedFactory.create().pk) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made


def test_reading_leaves_a_trail(api: Api) -> None:
    need = WorkNeedFactory.create()
    api.get(f"{PATH}{need.pk}/")
    api.get(f"{PATH}{need.pk}/matches/")
    assert reads("work_need") == [(need.pk, [])] * 2


def test_matches(api: Api) -> None:
    arrival = ArrivalFactory.create()
    DeadlineFactory.create(arrival=arrival, due_on=date(2022, 12, 23))
    need = WorkNeedFactory.create(person=arrival.person)
    exact, cook = OpeningFactory.create(), OpeningFactory.create(kitchen=True)
    body = api.get(f"{PATH}{need.pk}/matches/").json()
    assert (body["next"], body["previous"]) == (None, None)
    best, other = body["results"]
    assert list(best) == ("opening title employer country city score may_work fits reasons against".split())
    assert [best["opening"], other["opening"]] == [str(exact.pk), str(cook.pk)]
    assert (best["fits"], other["fits"]) == (True, False)
    assert "other_work" in [note["code"] for note in other["against"]]
    assert [set(seen) for _, seen in reads("opening")] == [{str(exact.pk), str(cook.pk)}]
    right = best["may_work"]
    assert (right["answer"], right["basis"], right["rule"]["confidence"]) == ("yes", "visa_free", "medium")
    assert right["detail"] == "May work in Georgia on a visa-free stay."


def test_matches_cost_the_same_however_many(api: Api) -> None:
    path = f"{PATH}{WorkNeedFactory.create().pk}/matches/"
    OpeningFactory.create()
    few = queries_of(api, path)
    for number in range(60):
        OpeningFactory.create(country=("GE", "AM", "KZ", "TR")[number % 4])
    assert queries_of(api, path) == few
    assert len(api.get(path).json()["results"]) == 50
    assert pointers(api.get(f"{path}?limit=5")) == ["/limit"]


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "work:read")
    need = WorkNeedFactory.create()
    assert reader.get(f"{PATH}{need.pk}/matches/").status_code == 200
    assert reader.post(PATH, {"person": str(need.person_id)}).status_code == 403
    assert api_of(nino.organisation, "people:read").get(f"{PATH}{need.pk}/matches/").status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    need = WorkNeedFactory.create()
    OpeningFactory.create()
    assert_nowhere_for(foreign, f"{PATH}{need.pk}/", "GET", "PATCH")
    theirs = foreign.get(f"{PATH}{need.pk}/matches/")
    assert theirs.status_code == 404
    assert theirs.content == foreign.get(f"{PATH}no-id/matches/").content
    own = foreign.post("people/", {"given_name": "Vera", "nationality": "RU"}).json()["id"]
    theirs = foreign.post(PATH, {"person": own}).json()["id"]
    assert foreign.get(f"{PATH}{theirs}/matches/").json()["results"] == []
