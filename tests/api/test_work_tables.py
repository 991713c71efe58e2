"""The law on who may work, and the tables of occupations and sectors."""

from __future__ import annotations

import pytest

from casework.accounts.models import User
from tests.api.conftest import Api, api_of
from tests.api.promises import assert_known_by_its_etag, assert_refuses_queries, ids, pointers, queries_of

RULES, OCCUPATIONS, SECTORS = "work/rules/", "work/occupations/", "work/sectors/"


def titles(api: Api, query: str) -> set[str]:
    response = api.get(f"{RULES}?{query}&limit=200")
    assert response.status_code == 200, response.content
    return {row["title"].partition(":")[0] for row in response.json()["results"]}


def test_rules(api: Api) -> None:
    [first, *_] = api.get(RULES).json()["results"]
    assert api.get(f"{RULES}{first['id']}/").json() == first
    assert first["source"]
    assert_known_by_its_etag(api, f"{RULES}{first['id']}/")
    assert_refuses_queries(api, RULES)
    assert queries_of(api, f"{RULES}?limit=2") == queries_of(api, f"{RULES}?limit=200")


def test_rules_filtered(api: Api) -> None:
    assert titles(api, "country=FI") == {"Finland", "European Union"}
    assert titles(api, "country=KZ") == {"Kazakhstan"}
    assert titles(api, "country=GE&valid_on=2022-10-01") == {"Georgia"}
    assert len(ids(api.get(f"{RULES}?country=GE&valid_on=2022-10-01"))) == 1
    assert titles(api, "basis=temporary_protection&country=DK") == {"Denmark", "European Union"}


def test_rules_are_read_with_the_scope_of_rules(nino: User) -> None:
    assert api_of(nino.organisation, "rules:read").get(RULES).status_code == 200
    assert api_of(nino.organisation, "work:read").get(RULES).status_code == 403


def codes(api: Api, path: str) -> list[str]:
    return [row["code"] for row in api.get(path).json()["results"]]


def test_occupations_by_word_and_code(api: Api) -> None:
    assert codes(api, f"{OCCUPATIONS}?q=%D0%BA%D0%B0%D0%BC%D0%B5%D0%BD%D1%89%D0%B8%D0%BA%D0%B8") == ["7112"]
    assert codes(api, f"{OCCUPATIONS}?q=bricklayers") == ["7112"]
    assert codes(api, f"{OCCUPATIONS}?q=711") == ["7111", "7112", "7113", "7114", "7115", "7119"]
    one = api.get(f"{OCCUPATIONS}7112/").json()
    assert one == {
        "code": "7112",
        "names": {"en": "Bricklayers and related workers", "ru": "Каменщики (кирпичная кладка)"},
    }
    assert_known_by_its_etag(api, f"{OCCUPATIONS}7112/")
    assert pointers(api.get(f"{OCCUPATIONS}0000/"), 404) == []


@pytest.mark.parametrize("limit", [7, 50, 200])
def test_occupations_page_by_page_and_back(api: Api, limit: int) -> None:
    page, found = api.get(f"{OCCUPATIONS}?limit={limit}").json(), list[str]()
    while True:
        found += [row["code"] for row in page["results"]]
        if page["next"] is None:
            break
        page = api.get(page["next"]).json()
    assert len(found) == len(set(found)) == 436
    while page["previous"] is not None:
        page = api.get(page["previous"]).json()
    assert page["results"][0]["code"] == "0110"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "cursor=x", "cursor=%D0%B0", "cursor=Li4", "words=x"]
)
def test_tables_refuse_queries(api: Api, query: str) -> None:
    assert pointers(api.get(f"{OCCUPATIONS}?{query}")) == [f"/{query.partition('=')[0]}"]


def test_sectors(api: Api) -> None:
    assert "".join(codes(api, SECTORS)) == "ABCDEFGHIJKLMNOPQRSTU"
    assert codes(api, f"{SECTORS}?q=construction") == codes(api, f"{SECTORS}?q=f") == ["F"]
    assert api.get(f"{SECTORS}F/").json()["names"]["ru"] == "Строительство"
    assert pointers(api.get(f"{SECTORS}Z/"), 404) == []
