"""A law change over the API: the law desk drafts, a second client approves, everybody else looks on."""

from __future__ import annotations

from datetime import datetime

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.stays.models import LawChange, StayRule
from casework.stays.walking import go_on
from tests.api.conftest import Api, api_of

ARRIVAL = {
    "country": "GE",
    "entered_on": "2022-09-25",
    "person": {"family_name": "Смирнова", "given_name": "Ксения", "nationality": "RU"},
    "document": {"kind": "passport", "issuing_country": "RU", "number": "71 1234567"},
}
RULE = {
    "kind": "stay",
    "title": "Georgia: 90 days for each entry",
    "nationalities": ["RU"],
    "document_kinds": ["passport"],
    "limits": [{"kind": "per_entry_days", "days": 90, "entry_day_counts": True}],
    "source": "Invented ordinance 1",
    "confidence": "high",
}


@pytest.fixture
def tbilisi(tbilisi: Organisation) -> Organisation:
    tbilisi.is_law_desk = True
    tbilisi.save()
    return tbilisi


@pytest.fixture
def body(nino: User) -> dict:
    ended = StayRule.objects.get(key="ge-stay-2015")
    return {
        "title": "Georgia shortens the stay",
        "country": "GE",
        "effective_on": "2022-11-01",
        "rules": [RULE],
        "ends_rules": [str(ended.pk)],
    }


@pytest.fixture
def reviewer(tbilisi: Organisation, nino: User) -> Api:
    return api_of(tbilisi, "rules:read", "rules:write")


def test_from_draft_to_every_deadline(api: Api, reviewer: Api, body: dict, at: datetime) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    made = api.post("law-changes/", body)
    assert made.status_code == 201, made.content
    change = made.json()
    assert (change["status"], change["impact"]) == ("draft", None)
    assert [rule["status"] for rule in change["rules"]] == ["draft"]

    previewed = api.post(f"law-changes/{change['id']}/preview/").json()
    assert previewed["status"] == "previewed"
    assert previewed["impact"]["totals"]["affected"] is None  # below ten
    own = previewed["impact"]["own"]
    assert (own["affected"], own["lose"]) == (1, 1)
    assert own["list"] == [
        {"arrival": arrival["id"], "person": arrival["person"]["id"], "before": "2023-09-24",
         "after": "2022-12-23", "days": -275}
    ]  # fmt: skip
    assert api.get(f"arrivals/{arrival['id']}/").json()["stay"]["last_lawful_day"] == "2023-09-24"

    assert api.post(f"law-changes/{change['id']}/approve/").status_code == 403
    assert reviewer.post(f"law-changes/{change['id']}/approve/").json()["status"] == "approved"
    go_on(at=at)

    assert api.get(f"law-changes/{change['id']}/").json()["status"] == "replayed"
    [deadline] = [
        row
        for row in api.get(f"deadlines/?person={arrival['person']['id']}").json()["results"]
        if row["kind"] == "stay_end"
    ]
    assert (deadline["due_on"], deadline["version"]) == ("2022-12-23", 2)
    assert [(row["due_on"], row["law_change"]) for row in deadline["history"]] == [
        ("2023-09-24", change["id"])
    ]
    stay = api.get(f"arrivals/{arrival['id']}/").json()["stay"]
    assert (stay["last_lawful_day"], stay["rule"]["title"]) == ("2022-12-23", RULE["title"])


def test_withdrawn_it_is_as_before(api: Api, reviewer: Api, body: dict, at: datetime) -> None:
    arrival = api.post("arrivals/", ARRIVAL).json()
    change = api.post("law-changes/", body).json()["id"]
    api.post(f"law-changes/{change}/preview/")
    reviewer.post(f"law-changes/{change}/approve/")
    go_on(at=at)
    assert api.post(f"law-changes/{change}/withdraw/").json()["status"] == "withdrawn"
    go_on(at=at)
    assert api.get(f"arrivals/{arrival['id']}/").json()["stay"]["last_lawful_day"] == "2023-09-24"
    assert api.post(f"law-changes/{change}/withdraw/").status_code == 409


def test_others_look_on(api: Api, foreign: Api, body: dict) -> None:
    change = api.post("law-changes/", body).json()["id"]
    api.post("arrivals/", ARRIVAL)
    api.post(f"law-changes/{change}/preview/")
    seen = foreign.get(f"law-changes/{change}/").json()
    assert (seen["impact"]["own"]["affected"], seen["impact"]["own"]["list"]) == (0, [])
    for action in ("preview", "approve", "withdraw"):
        refused = foreign.post(f"law-changes/{change}/{action}/")
        assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert foreign.post("law-changes/", body).status_code == 403


def test_the_list_names_persons_only_to_those_who_may_read_stays(api: Api, reviewer: Api, body: dict) -> None:
    change = api.post("law-changes/", body).json()["id"]
    api.post("arrivals/", ARRIVAL)
    api.post(f"law-changes/{change}/preview/")
    assert reviewer.get(f"law-changes/{change}/").json()["impact"]["own"]["list"] is None
    before = Event.objects.filter(action="arrival.read").count()
    api.get(f"law-changes/{change}/")
    assert Event.objects.filter(action="arrival.read").count() == before + 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"rules": [{**RULE, "source": ""}]}, "/rules/0/source"),
        ({"rules": [{key: RULE[key] for key in RULE if key != "source"}]}, "/rules/0/source"),
        (
            {"rules": [{**RULE, "limits": [{"kind": "rolling_window", "days": 90, "window_days": 30}]}]},
            "/rules/0/limits/0/window_days",
        ),
        ({"rules": [{**RULE, "colour": "red"}]}, "/rules/0/colour"),
        ({"rules": "none"}, "/rules"),
        ({"rules": [RULE], "ends_rules": []}, "/rules/0"),
        ({"ends_rules": ["x"]}, "/ends_rules/0"),
        ({"effective_on": "2022-09-01"}, "/effective_on"),
        ({"effective_on": "soon"}, "/effective_on"),
        ({"country": "ge"}, "/country"),
        ({"title": ""}, "/title"),
    ],
)
def test_what_cannot_be_is_refused_with_its_pointer(api: Api, body: dict, wrong: dict, pointer: str) -> None:
    before = StayRule.objects.count()
    refused = api.post("law-changes/", {**body, **wrong})
    assert refused.status_code == 400, refused.content
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert (LawChange.objects.count(), StayRule.objects.count()) == (0, before)


def test_a_change_that_is_not_there(api: Api) -> None:
    assert api.post("law-changes/00000000-0000-0000-0000-000000000000/preview/").status_code == 404
    assert api.post("law-changes/x/approve/").status_code == 404
