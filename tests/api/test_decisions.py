from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import User
from casework.audit.models import Event
from casework.people.models import Person
from casework.stays.models import Deadline, Decision
from tests.api.conftest import Api, api_of
from tests.api.promises import all_pages, ids, pointers
from tests.factories.people import PersonFactory
from tests.factories.stays import DecisionFactory

REFUSAL = {"country": "GE", "kind": "asylum_regular", "served_on": "2022-09-28", "outcome": "refused"}
FIELDS = "id person country kind served_on outcome within unit deadlines created_at updated_at".split()


def refusal(person: Person, **changes: Any) -> dict[str, Any]:
    return {"person": str(person.pk), **REFUSAL, **changes}


def test_record_and_read(api: Api) -> None:
    asked = refusal(PersonFactory.create())
    made = api.post("decisions/", asked)
    assert made.status_code == 201, made.content
    body = made.json()
    assert list(body) == FIELDS
    assert {name: body[name] for name in asked} == asked
    read = api.get(f"decisions/{body['id']}/")
    assert (read.json(), read.headers["ETag"]) == (body, made.headers["ETag"])
    deadline = api.get(f"deadlines/{body['deadlines'][0]}/").json()
    assert (deadline["kind"], deadline["due_on"]) == ("appeal", "2022-10-08")
    assert "2022-10-08" in deadline["explanation"][2]


def test_a_refusal_without_a_known_period_says_so_by_an_empty_list(api: Api) -> None:
    assert api.post("decisions/", refusal(PersonFactory.create(), country="KZ")).json()["deadlines"] == []


def test_correct_and_withdraw(api: Api) -> None:
    made = api.post("decisions/", refusal(PersonFactory.create()))
    path = f"decisions/{made.json()['id']}/"
    patched = api.patch(path, {"served_on": "2022-09-29"}, If_Match=made.headers["ETag"])
    assert patched.status_code == 200
    assert Deadline.objects.get().due_on.isoformat() == "2022-10-09"
    assert api.delete(path, If_Match=patched.headers["ETag"]).status_code == 204
    assert api.get(path).status_code == 404
    assert Deadline.objects.get().status == "cancelled"


def test_filters(api: Api) -> None:
    one, other = DecisionFactory.create(), DecisionFactory.create(country="FI", kind="return")
    assert ids(api.get(f"decisions/?person={one.person_id}")) == [str(one.pk)]
    assert ids(api.get("decisions/?country=FI")) == ids(api.get("decisions/?kind=return")) == [str(other.pk)]
    assert api.get("decisions/?outcome=refused").status_code == 400


def test_pages(api: Api) -> None:
    made = [str(DecisionFactory.create().pk) for _ in range(5)]
    assert all_pages(api, "decisions/?limit=2") == made


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"served_on": "2022-10-05"}, "/served_on"),
        ({"within": 7}, "/within"),
        ({"kind": "verdict"}, "/kind"),
        ({"person": "00000000-0000-4000-8000-000000000000"}, "/person"),
        ({"appeal": True}, "/appeal"),
    ],
)
def test_refused(api: Api, change: dict[str, Any], pointer: str) -> None:
    refused = api.post("decisions/", {**refusal(PersonFactory.create()), **change})
    assert refused.status_code == 400
    assert pointers(refused) == [pointer]
    assert not Decision.objects.exists()


def test_reading_leaves_a_trail(api: Api) -> None:
    decision = DecisionFactory.create()
    api.get(f"decisions/{decision.pk}/")
    assert Event.objects.filter(action="decision.read", object_id=str(decision.pk)).count() == 1


def test_queries_do_not_grow(
    api: Api, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    DecisionFactory.create()
    with django_assert_max_num_queries(30) as few:
        api.get("decisions/")
    for _ in range(6):
        DecisionFactory.create()
    with django_assert_num_queries(len(few)):
        assert len(ids(api.get("decisions/"))) == 7


def test_scopes(nino: User) -> None:
    reader = api_of(nino.organisation, "stays:read")
    assert reader.post("decisions/", refusal(PersonFactory.create())).status_code == 403
    assert api_of(nino.organisation, "people:read").get("decisions/").status_code == 403
