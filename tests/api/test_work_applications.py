from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import User
from casework.cases.models import Task
from casework.work.models import Application
from tests.api.conftest import Api, api_of
from tests.api.promises import (
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
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

PATH = "work/applications/"
FIELDS = "id need opening status reason steps created_at updated_at".split()


def proposed(api: Api, **ids_of: Any) -> Any:
    need = ids_of.get("need") or WorkNeedFactory.create().pk
    opening = ids_of.get("opening") or OpeningFactory.create().pk
    return api.post(PATH, {"need": str(need), "opening": str(opening)})


def test_propose_and_read(api: Api) -> None:
    made = proposed(api)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert (body["status"], body["reason"]) == ("proposed", "")
    [step] = body["steps"]
    assert (step["from_status"], step["to_status"], step["actor_kind"]) == (None, "proposed", "client")
    assert step["at"] == "2022-10-01T10:00:00+00:00"
    assert_known_by_its_etag(api, f"{PATH}{body['id']}/")
    assert_refuses_queries(api, PATH)


def test_to_hired_with_the_log(api: Api) -> None:
    made = proposed(api).json()
    path = f"{PATH}{made['id']}/"
    assert_needs_if_match(api, path, {"status": "sent"})
    for step, reason in (("sent", "by mail"), ("interview", ""), ("hired", "from Monday")):
        assert api.patch(path, {"status": step, "reason": reason}).json()["status"] == step
    body = api.get(path).json()
    assert [step["to_status"] for step in body["steps"]] == ["proposed", "sent", "interview", "hired"]
    assert [step["reason"] for step in body["steps"]] == ["", "by mail", "", "from Monday"]
    assert api.get(f"work/needs/{made['need']}/").json()["status"] == "hired"
    assert api.get(f"work/openings/{made['opening']}/").json()["positions_left"] == 1


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"status": "hired"}, 409, "/status"),
        ({"status": "proposed"}, 409, "/status"),
        ({"status": "declined"}, 400, "/reason"),
        ({"status": "declined", "reason": "  "}, 400, "/reason"),
        ({"status": "promoted"}, 400, "/status"),
        ({"reason": "alone"}, 400, "/reason"),
        ({"need": "00000000-0000-4000-8000-000000000000"}, 400, "/need"),
    ],
)
def test_steps_refused(api: Api, body: dict[str, Any], status: int, where: str) -> None:
    path = f"{PATH}{proposed(api).json()['id']}/"
    assert pointers(api.patch(path, body), status) == [where]
    assert Application.objects.get().version == 1


def test_no_position_left(api: Api, nino: User) -> None:
    opening = OpeningFactory.create(positions=1)
    first, second = (ApplicationFactory.create(opening=opening, status="interview") for _ in range(2))
    CaseFactory.create(household=second.need.person.household)
    api.patch(f"{PATH}{first.pk}/", {"status": "hired"})
    refused = api.patch(f"{PATH}{second.pk}/", {"status": "hired"})
    assert pointers(refused, 409) == ["/status"]
    assert refused.json()["detail"] == "Every position is taken: hired already are 1 of 1."
    assert refused.json()["type"] == "urn:casework:problem:no-position-left"
    assert Task.objects.get().person_id == second.need.person_id


def test_propose_refused(api: Api) -> None:
    need, opening = WorkNeedFactory.create(), OpeningFactory.create()
    nobody = "00000000-0000-4000-8000-000000000000"
    assert pointers(proposed(api, need=nobody)) == ["/need"]
    assert pointers(proposed(api, need=need.pk, opening=nobody)) == ["/opening"]
    assert pointers(proposed(api, need=need.pk, opening=OpeningFactory.create(closed=True).pk), 409) == [
        "/opening"
    ]
    assert pointers(proposed(api, need=WorkNeedFactory.create(withdrawn=True).pk), 409) == ["/status"]
    assert proposed(api, need=need.pk, opening=opening.pk).status_code == 201
    assert pointers(proposed(api, need=need.pk, opening=opening.pk), 409) == ["/opening"]


def test_filters(api: Api) -> None:
    one, other = ApplicationFactory.create(), ApplicationFactory.create(status="sent")
    for query in (
        f"need={one.need_id}", f"opening={one.opening_id}", f"person={one.need.person_id}",
        "status=proposed",
    ):  # fmt: skip
        assert ids(api.get(f"{PATH}?{query}")) == [str(one.pk)], query
    assert ids(api.get(f"{PATH}?status=sent")) == [str(other.pk)]


def test_its_need_is_held_first(api: Api) -> None:
    held = held_by(api, f"{PATH}{ApplicationFactory.create().pk}/", {"status": "sent"})
    assert [table for table in held if table.startswith("work_")] == ["work_need", "work_application"]


def test_pages_and_queries(api: Api) -> None:
    made = [str(ApplicationFactory.create().pk)]
    few = queries_of(api, PATH)
    made += [str(ApplicationFactory.create().pk) for _ in range(5)]
    assert queries_of(api, PATH) == few
    assert all_pages(api, f"{PATH}?limit=2") == made


def test_reading_leaves_a_trail(api: Api) -> None:
    application = ApplicationFactory.create()
    api.get(f"{PATH}{application.pk}/")
    assert reads("application") == [(application.pk, [])]


def test_scopes(nino: User) -> None:
    application = ApplicationFactory.create()
    reader = api_of(nino.organisation, "work:read")
    assert reader.patch(f"{PATH}{application.pk}/", {"status": "sent"}).status_code == 403


def test_of_another_organisation(api: Api, foreign: Api) -> None:
    assert_nowhere_for(foreign, f"{PATH}{ApplicationFactory.create().pk}/", "GET", "PATCH")
