from __future__ import annotations

from typing import Any

import pytest

from casework.people.models import Household, Person
from tests.api import promises
from tests.api.conftest import Api
from tests.api.promises import pointers, queries_of, reads
from tests.factories.people import HouseholdFactory, PersonFactory


def test_post_and_read(api: Api) -> None:
    people = [str(PersonFactory.create().pk) for _ in range(2)]
    made = api.post("households/", {"members": people})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (sorted(body["members"]), body["size"]) == (sorted(people), 2)
    assert set(body) == {"id", "members", "size", "created_at", "updated_at"}
    assert api.get(f"households/{body['id']}/").json() == body
    assert api.get(f"people/{people[0]}/").json()["household"] == body["id"]


def test_change(api: Api) -> None:
    people = [str(PersonFactory.create().pk) for _ in range(3)]
    made = api.post("households/", {"members": people[:2]}).json()
    body = api.patch(f"households/{made['id']}/", {"members": people[1:]}).json()
    assert (sorted(body["members"]), body["size"]) == (sorted(people[1:]), 2)
    alone = api.get(f"people/{people[0]}/").json()["household"]
    assert api.get(f"households/{alone}/").json()["members"] == [people[0]]


def test_empty(api: Api) -> None:
    assert api.post("households/", {"members": []}).json()["size"] == 0


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        (None, "/members"), ("x", "/members"), ({}, "/members"), ([None], "/members/0"), ([5], "/members/0"),
        ([promises.NO_ID], "/members/0"), (["x"], "/members/0"), ([promises.NO_ID] * 51, "/members"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_bad_members(api: Api, method: str, members: Any, pointer: str) -> None:
    household = PersonFactory.create().household
    body = {"members": members}
    response = (
        api.post("households/", body) if method == "POST" else api.patch(f"households/{household.pk}/", body)
    )
    assert pointer in pointers(response)
    assert Household.objects.count() == 1


def test_nobody_twice(api: Api) -> None:
    person = str(PersonFactory.create().pk)
    assert pointers(api.post("households/", {"members": [person, person]})) == ["/members/1"]


def test_unknown_field(api: Api) -> None:
    assert sorted(pointers(api.post("households/", {"size": 2}))) == ["/members", "/size"]


def test_another_organisations_member(foreign: Api, api: Api) -> None:
    person = PersonFactory.create()
    refused = foreign.post("households/", {"members": [str(person.pk)]})
    assert pointers(refused) == ["/members/0"]
    assert refused.content == foreign.post("households/", {"members": [promises.NO_ID]}).content
    assert Person.objects.get().household_id == person.household_id


def test_another_organisation(foreign: Api, api: Api) -> None:
    household = PersonFactory.create().household
    promises.assert_nowhere_for(foreign, f"households/{household.pk}/", "GET", "HEAD", "PATCH")
    assert promises.ids(foreign.get("households/")) == []


def test_general_rules(api: Api) -> None:
    household = PersonFactory.create().household
    path = f"households/{household.pk}/"
    promises.assert_needs_if_match(api, path, {"members": []})
    promises.assert_known_by_its_etag(api, path)
    promises.assert_refuses_queries(api, "households/")
    assert (household.pk, []) in reads("household")


def test_queries_do_not_grow(api: Api) -> None:
    PersonFactory.create()
    few = queries_of(api, "households/")
    for _ in range(5):
        household = HouseholdFactory.create()
        PersonFactory.create(household=household)
        PersonFactory.create(household=household)
    assert queries_of(api, "households/") == few
