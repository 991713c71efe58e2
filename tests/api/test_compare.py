from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.api.v1.comparing import ComparisonAsked
from casework.audit.models import Event
from tests.api.conftest import Api, api_of
from tests.api.promises import pointers
from tests.api.test_assess import MEMBERS
from tests.api.test_every_field import OF_ANY_TYPE, places, put, refused_or_taken

COMPARE = "stay-rules/compare/"
QUESTION: dict[str, Any] = {
    "countries": ["MD", "GE", "MN", "KZ"], "nationality": "RU", "entry_on": "2022-10-05", "on": "2022-10-01",
    "purpose": "tourism", "document": {"kind": "internal_id"},
    "stays": [{"country": "KZ", "entered_on": "2022-07-01", "left_on": "2022-07-31"}],
}  # fmt: skip


def asked(**values: Any) -> dict[str, Any]:
    return {**QUESTION, **values}


def compared(api: Api, body: dict[str, Any], **headers: str) -> list[Any]:
    response = api.post(COMPARE, body, **headers)
    assert response.status_code == 200, response.content
    assert list(response.json()) == ["options"]
    found: list[Any] = response.json()["options"]
    return found


def test_compare(api: Api) -> None:
    found = compared(api, QUESTION)
    assert [list(option) for option in found] == [["country", "stay"]] * 4
    assert [list(option["stay"]) for option in found] == [MEMBERS] * 4
    assert [(o["country"], o["stay"]["status"], o["stay"]["last_lawful_day"]) for o in found] == [
        ("KZ", "lawful", "2023-01-02"), ("GE", "not_admitted", None), ("MN", "not_admitted", None),
        ("MD", "unknown", None),
    ]  # fmt: skip
    assert found[0]["stay"]["rule"]["confidence"] == "medium"


@pytest.mark.parametrize("country", ["KZ", "GE", "MN", "MD"])
def test_each_answer_is_that_of_the_calculator(api: Api, country: str) -> None:
    stays = [{"entered_on": "2022-07-01", "left_on": "2022-07-31"}] if country == "KZ" else []
    alone = {name: QUESTION[name] for name in ("nationality", "on", "purpose", "document")}
    answer = api.post(
        "stay-rules/assess/", {**alone, "country": country, "stays": stays, "plan_entry_on": "2022-10-05"}
    ).json()
    [option] = compared(api, asked(countries=[country]))
    assert option == {"country": country, "stay": answer}


def test_only_what_is_needed(api: Api) -> None:
    short = {"countries": ["KZ"], "nationality": "RU", "entry_on": "2022-10-05"}
    nothing = dict.fromkeys(("on", "purpose", "document", "stays"))
    assert compared(api, short) == compared(api, {**short, **nothing})


def test_explained_in_the_readers_language(api: Api) -> None:
    [option] = compared(api, asked(countries=["KZ"]), Accept_Language="ru")
    assert "въезд" in " ".join(option["stay"]["explanation"])
    response = api.post(COMPARE, QUESTION, Accept_Language="kk-KZ")
    assert response.headers["Content-Language"] == "kk"
    assert [option["stay"]["explanation_reviewed"] for option in response.json()["options"]] == [False] * 4


def test_scopes(tbilisi: Organisation, nino: User, anonymous: Api) -> None:
    assert len(compared(api_of(tbilisi, "rules:read"), QUESTION)) == 4
    for other in (api_of(tbilisi, "rules:write"), api_of(tbilisi, "people:read", "stays:read")):
        assert pointers(other.post(COMPARE, QUESTION), 403) == []
    assert pointers(anonymous.post(COMPARE, QUESTION), 401) == []


def test_nothing_is_stored(api: Api) -> None:
    before = Event.objects.count()
    compared(api, QUESTION)
    assert Event.objects.count() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_only_post(api: Api, method: str) -> None:
    assert api.send(method, COMPARE, QUESTION).status_code in (404, 405)


BAD: list[tuple[dict[str, Any], str]] = [
    (asked(countries=[]), "/countries"),
    (asked(countries=None), "/countries"),
    (asked(countries="KZ"), "/countries"),
    (asked(countries=["KZ", "KZ"]), "/countries"),
    (asked(countries=["kz"]), "/countries/0"),
    (asked(countries=["KZ", 7]), "/countries/1"),
    (asked(countries=[f"A{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTU"]), "/countries"),
    (asked(nationality="Russia"), "/nationality"),
    (asked(entry_on=None), "/entry_on"),
    (asked(entry_on="2022-02-30"), "/entry_on"),
    (asked(on="today"), "/on"),
    (asked(purpose="holidays"), "/purpose"),
    (asked(document={"kind": "licence"}), "/document/kind"),
    (asked(stays=[{"entered_on": "2022-07-01"}]), "/stays/0/country"),
    (asked(stays=[QUESTION["stays"][0], {"country": "GE", "entered_on": "2022-07-02", "left_on": "2022-07-01"}]),
     "/stays/1/left_on"),
    (asked(stays=[{**QUESTION["stays"][0], "until": None}]), "/stays/0/until"),
    (asked(country="KZ"), "/country"),
    ({}, "/countries"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "pointer"), BAD)
def test_bad_field(api: Api, body: dict[str, Any], pointer: str) -> None:
    assert pointer in pointers(api.post(COMPARE, body))


def test_every_field(api: Api, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    for pointer in places(ComparisonAsked):
        for value in OF_ANY_TYPE:
            refused_or_taken(api.post(COMPARE, put(QUESTION, pointer, value)), pointer, value)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(api: Api, day: str) -> None:
    stays = [{"country": "FI", "entered_on": day}]
    found = compared(api, asked(countries=["FI", "KZ", "TR"], entry_on=day, stays=stays))
    assert len(found) == 3
