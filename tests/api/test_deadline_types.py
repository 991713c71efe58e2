from __future__ import annotations

from casework.accounts.models import User
from casework.audit.models import Event
from casework.stays.models import DeadlineType
from tests.api.conftest import Api, api_of
from tests.api.promises import ids

REGULAR = "ge-appeal-regular"


def test_read(api: Api) -> None:
    row = DeadlineType.objects.get(key=REGULAR)
    body = api.get(f"deadline-types/{row.pk}/").json()
    assert (body["kind"], body["deadline_kind"], body["country"]) == ("appeal_regular", "appeal", "GE")
    assert (body["n"], body["unit"], body["suspensive"]) == (10, "calendar_days", True)
    assert body["decision_kinds"] == ["asylum_regular", "asylum"]
    assert body["source"]


def test_all_that_ship_are_listed(api: Api) -> None:
    assert len(ids(api.get("deadline-types/"))) == 13
    assert Event.objects.filter(object_type="deadline_type").count() == 0


def test_a_member_of_the_union_has_the_unions_periods(api: Api) -> None:
    of_finland = api.get("deadline-types/?country=FI").json()["results"]
    assert {row["country"] for row in of_finland} == {"EU"}
    assert {row["country"] for row in api.get("deadline-types/?country=GE").json()["results"]} == {"GE"}
    assert ids(api.get("deadline-types/?country=FI&trigger=acceptance"))
    assert ids(api.get("deadline-types/?country=NO")) == []


def test_scopes(nino: User) -> None:
    assert api_of(nino.organisation, "stays:read").get("deadline-types/").status_code == 403
    assert api_of(nino.organisation, "rules:read").post("deadline-types/", {}).status_code in (403, 405)
