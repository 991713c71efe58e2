from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from casework.accounts.models import User
from casework.stays.models import Deadline, DeadlineHistory, DeadlineStatus
from tests.api import promises
from tests.api.conftest import Api
from tests.api.promises import ids, pointers, queries_of, reads
from tests.api.test_arrivals import ARRIVAL
from tests.factories.stays import ArrivalFactory, DeadlineFactory

FIELDS = (
    "id person country kind who due_on days_left status version history explanation explanation_language explanation_reviewed assigned_to created_at updated_at"
).split()


def test_read(api: Api, nino: User) -> None:
    made = api.post("arrivals/", ARRIVAL).json()
    [deadline] = [row for row in made["deadlines"] if row["kind"] == "stay_end"]
    body = api.get(f"deadlines/{deadline['id']}/").json()
    assert sorted(body) == sorted(FIELDS)
    assert body == deadline
    assert (body["person"], body["assigned_to"]) == (made["person"]["id"], str(nino.pk))
    assert body["explanation"]


def test_days_left_on_the_hosts_calendar(api: Api, clock: time_machine.Traveller) -> None:
    deadline = DeadlineFactory.create(country="KZ", due_on=date(2022, 10, 2))
    assert api.get(f"deadlines/{deadline.pk}/").json()["days_left"] == 1
    clock.move_to(datetime(2022, 10, 1, 10, 9, tzinfo=UTC))
    late = DeadlineFactory.create(country="AR", due_on=date(2022, 9, 30))
    assert api.get(f"deadlines/{late.pk}/").json()["days_left"] == -1


def test_history(api: Api) -> None:
    deadline = DeadlineFactory.create(version=2)
    DeadlineHistory.objects.create(
        organisation=deadline.organisation, deadline=deadline, version=1, due_on=date(2022, 10, 5),
        status="open", reason="arrival.registered", replaced_at=datetime(2022, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    body = api.get(f"deadlines/{deadline.pk}/").json()
    assert body["version"] == 2
    assert body["history"] == [
        {"version": 1, "due_on": "2022-10-05", "status": "open", "reason": "arrival.registered",
         "replaced_at": "2022-09-30T00:00:00+00:00", "law_change": None}
    ]  # fmt: skip


def test_met(api: Api) -> None:
    deadline = DeadlineFactory.create()
    response = api.patch(f"deadlines/{deadline.pk}/", {"status": "met"})
    assert (response.status_code, response.json()["status"], response.json()["version"]) == (200, "met", 2)
    assert response.headers["ETag"].startswith('"2.')
    assert pointers(api.patch(f"deadlines/{deadline.pk}/", {"status": "met"}), 409) == ["/status"]


@pytest.mark.parametrize("status", ["open", "missed", "cancelled", "superseded", "", None, True, 1, ["met"]])
def test_nothing_but_met(api: Api, status: Any) -> None:
    deadline = DeadlineFactory.create()
    assert pointers(api.patch(f"deadlines/{deadline.pk}/", {"status": status})) == ["/status"]
    assert Deadline.objects.get().status == DeadlineStatus.OPEN


@pytest.mark.parametrize("field", [*sorted(set(FIELDS) - {"status"}), "reasons"])
def test_nothing_else_is_written(api: Api, field: str) -> None:
    deadline = DeadlineFactory.create()
    response = api.patch(f"deadlines/{deadline.pk}/", {"status": "met", field: "2030-01-01"})
    assert pointers(response) == [f"/{field}"]
    assert Deadline.objects.get().version == 1


def test_not_made_or_removed(api: Api) -> None:
    deadline = DeadlineFactory.create()
    pointers(api.post("deadlines/", {}), 405)
    pointers(api.delete(f"deadlines/{deadline.pk}/"), 405)


def test_filters(api: Api, nino: User, levan: User) -> None:
    first = DeadlineFactory.create(assigned_to=nino)
    second = DeadlineFactory.create(registration=True, country="KZ", assigned_to=levan, met=True)

    def found(query: str) -> list[str]:
        names = {str(first.pk): "first", str(second.pk): "second"}
        return [names[row] for row in ids(api.get(f"deadlines/?{query}"))]

    assert found("kind=stay_end") == found("status=open") == found("country=GE") == ["first"]
    assert found("kind=registration") == found("status=met") == found("country=KZ") == ["second"]
    assert found("due_after=2022-10-10") == ["first"]
    assert found("due_after=2022-10-11") == []
    assert found("due_before=2022-10-03") == ["second"]
    assert found("due_before=2022-10-02") == []
    assert found(f"assigned_to={levan.pk}") == found(f"person={second.person_id}") == ["second"]
    assert found("kind=stay_end&country=KZ") == []


@pytest.mark.parametrize(
    "query", ["kind=end", "status=late", "country=Georgia", "due_after=x", "due_before=1", "person=x",
              "assigned_to=nino"]
)  # fmt: skip
def test_bad_filter(api: Api, query: str) -> None:
    assert pointers(api.get(f"deadlines/?{query}")) == ["/" + query.partition("=")[0]]


def test_another_organisation(foreign: Api, api: Api) -> None:
    deadline = DeadlineFactory.create()
    promises.assert_nowhere_for(foreign, f"deadlines/{deadline.pk}/", "GET", "HEAD", "PATCH")
    assert ids(foreign.get("deadlines/")) == ids(foreign.get(f"deadlines/?person={deadline.person_id}")) == []


def test_general_rules(api: Api) -> None:
    deadline = DeadlineFactory.create()
    promises.assert_needs_if_match(api, f"deadlines/{deadline.pk}/", {"status": "met"})
    promises.assert_known_by_its_etag(api, f"deadlines/{deadline.pk}/")
    promises.assert_refuses_queries(api, "deadlines/")
    assert (deadline.pk, []) in reads("deadline")


@pytest.mark.parametrize("path", ["deadlines/", "arrivals/"])
def test_queries_do_not_grow(api: Api, path: str) -> None:
    def one() -> None:
        deadline = DeadlineFactory.create(arrival=ArrivalFactory.create())
        DeadlineHistory.objects.create(
            organisation=deadline.organisation, deadline=deadline, version=1, due_on=date(2022, 10, 5),
            status="open", reason="x", replaced_at=datetime(2022, 9, 30, tzinfo=UTC),
        )  # fmt: skip

    one()
    few = queries_of(api, path)
    for _ in range(5):
        one()
    assert queries_of(api, path) == few <= 22
