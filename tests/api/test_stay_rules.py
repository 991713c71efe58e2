from __future__ import annotations

from itertools import chain
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.stays.models import StayRule
from tests.api import promises
from tests.api.conftest import Api, api_of
from tests.api.promises import all_pages, ids, pointers

FIELDS = (
    "id kind country title nationalities document_kinds applies_to_entries_from applies_to_entries_until"
    " limits readings condition within unit who if_longer_than_days area notes source source_date confidence"
    " reviewed_by status in_force_at ended_at made_by ended_by replaces created_at updated_at"
).split()
KAZAKHSTAN_2022 = "kz-stay-2022"


def rule_id(key: str = KAZAKHSTAN_2022) -> str:
    return str(StayRule.objects.get(key=key).pk)


def stored(**wanted: Any) -> set[str]:
    return {str(pk) for pk in StayRule.objects.filter(**wanted).values_list("pk", flat=True)}


def test_known_on_a_day(api: Api) -> None:
    """What did we know then: the rule that was held to be the law, not the one that replaced it since."""
    StayRule.objects.filter(country="KZ").update(created_at="2022-09-01T00:00:00Z")
    StayRule.objects.filter(key=KAZAKHSTAN_2022).update(status="ended", ended_at="2022-09-20T12:00:00Z")
    assert rule_id() in ids(api.get("stay-rules/?country=KZ&known_on=2022-09-19"))
    assert rule_id() not in ids(api.get("stay-rules/?country=KZ&known_on=2022-09-20"))
    assert ids(api.get("stay-rules/?country=KZ&known_on=2022-08-31")) == []
    assert pointers(api.get("stay-rules/?known_on=yesterday")) == ["/known_on"]


# --- reading ---------------------------------------------------------------------------------------------
def test_read(api: Api) -> None:
    """Law as it ships: ninety days from each entry, by internal ID too, until January 2023."""
    body = api.get(f"stay-rules/{rule_id()}/").json()
    assert list(body) == FIELDS
    assert (body["kind"], body["country"], body["status"]) == ("stay", "KZ", "in_force")
    assert body["nationalities"] == ["RU"]
    assert body["document_kinds"] == ["passport", "internal_id"]
    assert (body["applies_to_entries_from"], body["applies_to_entries_until"]) == (None, "2023-01-26")
    assert body["limits"] == [{"kind": "per_entry_days", "days": 90, "entry_day_counts": True}]
    assert body["readings"] == [[{"kind": "per_entry_months", "months": 3, "last_day": "same_date"}]]
    assert body["source"]


def test_every_rule_has_the_contracts_values(api: Api) -> None:
    for rule in api.get("stay-rules/?limit=200").json()["results"]:
        assert rule["kind"] in ("stay", "admission", "registration")
        assert rule["confidence"] in ("high", "medium", "low")
        assert rule["status"] in ("draft", "in_force", "ended")
        assert len(rule["country"]) == 2
        assert rule["title"]
        assert rule["source"]
        for limit in chain(rule["limits"], *rule["readings"]):
            assert limit["kind"] in (
                "per_entry_days", "per_entry_months", "rolling_window", "anchored_window", "calendar_year",
                "until",
            )  # fmt: skip


def test_a_rules_limits_can_be_tried_in_the_calculator(api: Api) -> None:
    """The register writes a limit exactly as `assess/` reads it."""
    stays = [{"entered_on": "2022-09-25"}]
    asked = {"country": "KZ", "nationality": "RU", "on": "2022-10-01", "stays": stays}
    by_register = api.post("stay-rules/assess/", {**asked, "document": {"kind": "internal_id"}}).json()
    rule = api.get(f"stay-rules/{by_register['rule']['id']}/").json()
    tried = api.post("stay-rules/assess/", {**asked, "limits": rule["limits"]}).json()
    assert tried["last_lawful_day"] == by_register["last_lawful_day"] == "2022-12-23"
    assert tried["rule"] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_read_only(api: Api, method: str) -> None:
    path = f"stay-rules/{rule_id()}/"
    before = api.get(path)
    refused = api.send(method, path, {"title": "x"}, If_Match=before.headers["ETag"])
    assert pointers(refused, 405) == []
    assert pointers(api.send(method, "stay-rules/", {"title": "x"}), 405) == []
    assert api.get(path).content == before.content


@pytest.mark.parametrize("id", [promises.NO_ID, "x", KAZAKHSTAN_2022, "1", "%00"])
def test_no_such_rule(api: Api, id: str) -> None:
    lost = api.get(f"stay-rules/{id}/")
    assert pointers(lost, 404) == []
    assert lost.content == api.get(f"stay-rules/{uuid4()}/").content


# --- lists -----------------------------------------------------------------------------------------------
def test_list_by_kind_country_and_status(api: Api) -> None:
    StayRule.objects.filter(key=KAZAKHSTAN_2022).update(status="ended")
    for query in ("kind=admission", "country=KZ", "status=ended", "country=MN&kind=stay"):
        found = set(ids(api.get(f"stay-rules/?limit=200&{query}")))
        assert found == stored(**dict(parse_qsl(query)))
        assert set() != found != stored()
    assert ids(api.get("stay-rules/?status=ended")) == [rule_id()]
    assert ids(api.get("stay-rules/?country=ZZ")) == []


@pytest.mark.parametrize(
    "query", ["kind=visa", "kind=", "country=kz", "country=KAZ", "status=old", f"key={KAZAKHSTAN_2022}"]
)
def test_list_refuses(api: Api, query: str) -> None:
    assert pointers(api.get(f"stay-rules/?{query}")) == ["/" + query.partition("=")[0]]


def test_list_in_pages(api: Api) -> None:
    """All of them were loaded at one moment: their ids keep the order."""
    found = all_pages(api, "stay-rules/?limit=7")
    assert len(found) == len(set(found))
    assert set(found) == stored()
    assert all_pages(api, "stay-rules/?limit=7&ordering=-created_at") == found[::-1]


def test_list_and_back(api: Api) -> None:
    first = api.get("stay-rules/?limit=5").json()
    second = api.get(first["next"].removeprefix("http://testserver")).json()
    back = api.get(second["previous"].removeprefix("http://testserver")).json()
    assert (first["previous"], back["results"]) == (None, first["results"])


def test_list_refuses_queries(api: Api) -> None:
    promises.assert_refuses_queries(api, "stay-rules/")


def test_list_asks_no_more_for_more_rows(api: Api) -> None:
    assert len(ids(api.get("stay-rules/?limit=30"))) == 30
    assert promises.queries_of(api, "stay-rules/?limit=3") == promises.queries_of(api, "stay-rules/?limit=30")


# --- who may, what is noted ------------------------------------------------------------------------------
def test_etag(api: Api) -> None:
    promises.assert_known_by_its_etag(api, f"stay-rules/{rule_id()}/")


def test_the_law_is_the_same_for_everybody(foreign: Api, api: Api) -> None:
    path = f"stay-rules/{rule_id()}/"
    assert foreign.get(path).content == api.get(path).content
    assert ids(foreign.get("stay-rules/?limit=200")) == ids(api.get("stay-rules/?limit=200"))


def test_scopes(tbilisi: Organisation, nino: User, anonymous: Api) -> None:
    path = f"stay-rules/{rule_id()}/"
    reader = api_of(tbilisi, "rules:read")
    assert reader.get(path).status_code == reader.get("stay-rules/").status_code == 200
    for other in (api_of(tbilisi, "rules:write"), api_of(tbilisi, "people:read", "stays:read")):
        assert pointers(other.get(path), 403) == pointers(other.get("stay-rules/"), 403) == []
    assert pointers(anonymous.get(path), 401) == pointers(anonymous.get("stay-rules/"), 401) == []


def test_reading_the_law_is_nobodys_business(api: Api) -> None:
    api.get("stay-rules/")
    api.get(f"stay-rules/{rule_id()}/")
    assert not Event.objects.filter(object_type="stay_rule").exists()
