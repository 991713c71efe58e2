from __future__ import annotations

from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from tests.api.conftest import Api, api_of
from tests.api.promises import pointers

ASSESS = "stay-rules/assess/"
QUESTION: dict[str, Any] = {
    "country": "KZ", "nationality": "RU", "on": "2022-10-01", "purpose": "tourism",
    "document": {"kind": "internal_id", "biometric": False, "expires_on": None},
    "stays": [{"entered_on": "2022-09-25", "left_on": None}], "permits": [], "plan_entry_on": None,
    "limits": None,
}  # fmt: skip
MEMBERS = (
    "status last_lawful_day first_unlawful_day days_used days_left overstays next_entry binding_limit rule"
    " explanation warnings explanation_language explanation_reviewed"
).split()


def asked(**values: Any) -> dict[str, Any]:
    return {**QUESTION, **values}


def stay(api: Api, **values: Any) -> Any:
    response = api.post(ASSESS, asked(**values))
    assert response.status_code == 200, response.content
    body = response.json()
    assert list(body) == MEMBERS
    return body


def test_anybody_may_ask(anonymous: Api) -> None:
    body = stay(anonymous)
    assert (body["status"], body["last_lawful_day"], body["first_unlawful_day"]) == (
        "lawful", "2022-12-23", "2022-12-24",
    )  # fmt: skip
    assert (body["days_used"], body["days_left"], body["overstays"], body["next_entry"]) == (7, 83, [], None)
    assert body["binding_limit"] == {"kind": "per_entry_days", "days": 90, "entry_day_counts": True}
    assert set(body["rule"]) == {"id", "title", "source", "confidence"}
    assert body["explanation"]
    [warning] = body["warnings"]
    assert warning["code"] == "other_reading"
    assert "2022-12-25" in warning["detail"]


def test_nothing_is_stored(anonymous: Api, nino: User) -> None:
    before = Event.objects.count()
    stay(anonymous)
    assert Event.objects.count() == before


def test_with_a_token_of_any_scope(api: Api, tbilisi: Organisation) -> None:
    assert stay(api) == stay(api_of(tbilisi, "people:read")) == stay(Api())


def test_with_a_token_that_is_none(anonymous: Api) -> None:
    assert anonymous.post(ASSESS, QUESTION, Authorization="Bearer x").status_code == 401


def test_only_country_and_nationality(anonymous: Api) -> None:
    response = anonymous.post(ASSESS, {"country": "KZ", "nationality": "RU"})
    assert (response.status_code, response.json()["status"]) == (200, "left")


def test_every_other_field_may_be_null(anonymous: Api) -> None:
    nothing = dict.fromkeys(set(QUESTION) - {"country", "nationality"})
    response = anonymous.post(ASSESS, {"country": "KZ", "nationality": "RU", **nothing})
    assert response.status_code == 200
    assert response.json() == anonymous.post(ASSESS, {"country": "KZ", "nationality": "RU"}).json()


def test_every_inner_field_may_be_null(anonymous: Api) -> None:
    document = {"kind": None, "biometric": None, "expires_on": None}
    visa = {"kind": "visa", "starts_on": None, "ends_on": None, "stay_days": None, "entries": None}
    assert stay(anonymous, document=document, permits=[visa])["status"] == "lawful"
    assert stay(anonymous, document={}, permits=[{"kind": "visa"}])["status"] == "lawful"


@pytest.mark.parametrize("country", ["XX", "ZZ", "JP", "RU"])
def test_without_a_rule_never_a_guess(anonymous: Api, country: str) -> None:
    body = stay(anonymous, country=country)
    assert (body["status"], body["last_lawful_day"], body["rule"]) == ("unknown", None, None)
    assert body["explanation"]


def test_unknown_nationality(anonymous: Api) -> None:
    assert stay(anonymous, nationality="XX")["status"] == "unknown"


def test_document_not_accepted(anonymous: Api) -> None:
    body = stay(anonymous, country="GE")
    assert (body["status"], body["last_lawful_day"]) == ("not_admitted", None)
    assert "document_not_accepted" in [warning["code"] for warning in body["warnings"]]


def test_overstayed(anonymous: Api) -> None:
    body = stay(anonymous, on="2022-12-26")
    assert (body["status"], body["last_lawful_day"], body["days_left"]) == ("overstayed", "2022-12-23", 0)
    assert body["overstays"] == [{"starts_on": "2022-12-24", "ends_on": "2022-12-26", "days": 3}]
    assert body["next_entry"]["days"] == 90


def test_plan(anonymous: Api) -> None:
    body = stay(anonymous, stays=[], plan_entry_on="2022-11-01")
    assert (body["status"], body["last_lawful_day"]) == ("lawful", "2023-01-29")


LIMITS = [
    ({"kind": "per_entry_days", "days": 10, "entry_day_counts": True}, "2022-10-04"),
    ({"kind": "per_entry_days", "days": 10, "entry_day_counts": False}, "2022-10-05"),
    ({"kind": "per_entry_months", "months": 3, "last_day": "same_date"}, "2022-12-25"),
    ({"kind": "per_entry_months", "months": 3, "last_day": "day_before"}, "2022-12-24"),
    ({"kind": "rolling_window", "days": 90, "window_days": 180, "per_stay_days": None,
      "counts_stays_entered_from": None}, "2022-12-23"),
    ({"kind": "anchored_window", "days": 90, "window_days": 180, "per_stay_days": 30,
      "counts_stays_entered_from": None}, "2022-10-24"),
    ({"kind": "calendar_year", "days": 10}, "2022-10-04"),
    ({"kind": "until", "date": "2022-10-20"}, "2022-10-20"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "last"), LIMITS)
def test_limits_stand_in_place_of_the_register(anonymous: Api, limit: dict[str, Any], last: str) -> None:
    body = stay(anonymous, limits=[limit], country="XX", document={"kind": "other"})
    assert (body["status"], body["last_lawful_day"], body["rule"]) == ("lawful", last, None)
    assert body["binding_limit"] == limit


def test_permit_still_applies_beside_limits(anonymous: Api) -> None:
    permit = {"kind": "residence_permit", "starts_on": "2022-09-01", "ends_on": "2023-01-31"}
    body = stay(anonymous, limits=[{"kind": "until", "date": "2022-09-26"}], permits=[permit])
    assert (body["last_lawful_day"], body["binding_limit"]["kind"]) == ("2023-01-31", "permit")


BAD: list[tuple[dict[str, Any], str]] = [
    (asked(country=None), "/country"),
    (asked(country="kz"), "/country"),
    (asked(country="KAZ"), "/country"),
    (asked(country=""), "/country"),
    (asked(country="К\u0417"), "/country"),
    (asked(nationality=7), "/nationality"),
    (asked(nationality="R\x00"), "/nationality"),
    (asked(on="2022-02-30"), "/on"),
    (asked(on="0000-01-01"), "/on"),
    (asked(on="2022-W39-7"), "/on"),
    (asked(on=1664582400), "/on"),
    (asked(purpose="holidays"), "/purpose"),
    (asked(purpose=["tourism"]), "/purpose"),
    (asked(document="passport"), "/document"),
    (asked(document={"kind": "licence"}), "/document/kind"),
    (asked(document={"kind": "passport", "biometric": "yes"}), "/document/biometric"),
    (asked(document={"kind": "passport", "expires_on": "never"}), "/document/expires_on"),
    (asked(document={"kind": "passport", "number": "1"}), "/document/number"),
    (asked(stays={}), "/stays"),
    (asked(stays="2022"), "/stays"),
    (asked(stays=[None]), "/stays/0"),
    (asked(stays=[[]]), "/stays/0"),
    (asked(stays=[{}]), "/stays/0/entered_on"),
    (asked(stays=[{"entered_on": None}]), "/stays/0/entered_on"),
    (asked(stays=[{"entered_on": "2022-01-01"}, {"entered_on": "x"}]), "/stays/1/entered_on"),
    (asked(stays=[{"entered_on": "2022-01-02", "left_on": "2022-01-01"}]), "/stays/0/left_on"),
    (asked(stays=[{"entered_on": "2022-01-02", "until": None}]), "/stays/0/until"),
    (asked(stays=[{"entered_on": "2022-01-02"}] * 501), "/stays"),
    (asked(permits=[{}]), "/permits/0/kind"),
    (asked(permits=[{"kind": "tourist"}]), "/permits/0/kind"),
    (asked(permits=[{"kind": "visa", "starts_on": "x"}]), "/permits/0/starts_on"),
    (asked(permits=[{"kind": "visa", "starts_on": "2022-02-01", "ends_on": "2022-01-31"}]),
     "/permits/0/ends_on"),
    (asked(permits=[{"kind": "visa", "stay_days": 0}]), "/permits/0/stay_days"),
    (asked(permits=[{"kind": "visa", "stay_days": "30"}]), "/permits/0/stay_days"),
    (asked(permits=[{"kind": "visa", "entries": 1.0}]), "/permits/0/entries"),
    (asked(permits=[{"kind": "visa", "entries": True}]), "/permits/0/entries"),
    (asked(permits=[{"kind": "visa"}] * 101), "/permits"),
    (asked(plan_entry_on="soon"), "/plan_entry_on"),
    (asked(limits={}), "/limits"),
    (asked(limits="90"), "/limits"),
    (asked(limits=[7]), "/limits/0"),
    (asked(limits=[{}]), "/limits/0/kind"),
    (asked(limits=[{"kind": ["until"]}]), "/limits/0/kind"),
    (asked(limits=[{"kind": "per_entry_days"}]), "/limits/0/days"),
    (asked(limits=[{"kind": "per_entry_days", "days": 0}]), "/limits/0/days"),
    (asked(limits=[{"kind": "per_entry_days", "days": 10**17}]), "/limits/0/days"),
    (asked(limits=[{"kind": "per_entry_days", "days": 9, "months": 1}]), "/limits/0/months"),
    (asked(limits=[{"kind": "per_entry_days", "days": 9, "entry_day_counts": 1}]),
     "/limits/0/entry_day_counts"),
    (asked(limits=[{"kind": "per_entry_months", "months": 1, "last_day": "eve"}]), "/limits/0/last_day"),
    (asked(limits=[{"kind": "rolling_window", "days": 90, "window_days": 89}]), "/limits/0/window_days"),
    (asked(limits=[{"kind": "until", "date": "2022-13-01"}]), "/limits/0/date"),
    (asked(limits=[{"kind": "calendar_year", "days": 1}] * 21), "/limits"),
    (asked(stay=1), "/stay"),
    ({}, "/country"),
    ({}, "/nationality"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "pointer"), BAD)
def test_bad_field(anonymous: Api, body: dict[str, Any], pointer: str) -> None:
    assert pointer in pointers(anonymous.post(ASSESS, body))


@pytest.mark.parametrize("on", ["0001-01-01", "9999-12-31", "1900-02-28"])
@pytest.mark.parametrize("entered_on", ["0001-01-01", "9999-12-31", "2022-09-25"])
@pytest.mark.parametrize("plan", [None, "0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(anonymous: Api, on: str, entered_on: str, plan: str | None) -> None:
    for country in ("KZ", "GE", "MN", "FI", "TR"):
        stay(anonymous, country=country, on=on, stays=[{"entered_on": entered_on}], plan_entry_on=plan)
    for limit, _ in LIMITS:
        stay(anonymous, on=on, stays=[{"entered_on": entered_on}], plan_entry_on=plan, limits=[limit])


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_only_post(anonymous: Api, method: str) -> None:
    response = anonymous.send(method, ASSESS)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_no_query(anonymous: Api) -> None:
    assert pointers(anonymous.post(f"{ASSESS}?format=json", QUESTION)) == ["/format"]


def test_explained_in_russian(anonymous: Api) -> None:
    response = anonymous.post(ASSESS, QUESTION, Accept_Language="uz, ru;q=0.8, en;q=0.5")
    told = " ".join(response.json()["explanation"])
    assert "въезд" in told
    assert "Accept-Language" in response.headers["Vary"]


LAST_DAY = {
    "en": "The last lawful day is 2022-12-23", "ru": "Последний законный день — 2022-12-23",
    "ka": "ბოლო კანონიერი დღეა 2022-12-23", "kk": "Соңғы заңды күн — 2022-12-23",
    "mn": "Хууль ёсны сүүлийн өдөр — 2022-12-23",
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"), ("ru", "ru"), ("ka", "ka"), ("kk", "kk"), ("mn", "mn"), ("kk-KZ", "kk"), ("KA-ge", "ka"),
        ("mn-Cyrl-MN, en;q=0.1", "mn"), ("fr;q=0.9, kk;q=0.4, mn;q=0.5", "mn"), ("kk;q=0, mn;q=0.001", "mn"),
        ("kk;q=2, ka", "ka"), ("uz, fr", "en"), ("*", "en"), (None, "en"),
    ],
)  # fmt: skip
def test_explained_in_five_languages(anonymous: Api, header: str | None, language: str) -> None:
    """Which one it is, and whether a speaker has read it, stands in the answer."""
    response = anonymous.post(ASSESS, QUESTION, **({"Accept_Language": header} if header else {}))
    body = response.json()
    assert LAST_DAY[language] in " ".join(body["explanation"])
    assert 2 <= len(body["explanation"]) <= 6
    assert body["explanation_language"] == response.headers["Content-Language"] == language
    assert body["explanation_reviewed"] is (language not in ("kk", "mn"))
    assert "Accept-Language" in response.headers["Vary"]


def test_a_refusal_is_told_in_english(anonymous: Api) -> None:
    response = anonymous.post(ASSESS, asked(country=None), Accept_Language="mn")
    assert (response.status_code, response.headers["Content-Language"]) == (400, "en")


def test_240_a_minute_per_address(anonymous: Api, settings: Any) -> None:
    settings.ASSESSMENTS_PER_MINUTE = 3
    assert [anonymous.post(ASSESS, QUESTION).status_code for _ in range(4)] == [200, 200, 200, 429]
    response = anonymous.post(ASSESS, QUESTION, X_Forwarded_For="192.0.2.7")
    assert (response.status_code, response.headers["Content-Type"]) == (429, "application/problem+json")
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    elsewhere = anonymous.browser.post(
        f"/api/v1/{ASSESS}", QUESTION, content_type="application/json", REMOTE_ADDR="192.0.2.8"
    )
    assert elsewhere.status_code == 200


def test_a_client_is_counted_as_a_client(api: Api, settings: Any) -> None:
    settings.ASSESSMENTS_PER_MINUTE = 0
    settings.REQUESTS_PER_MINUTE = 2
    assert [api.post(ASSESS, QUESTION).status_code for _ in range(3)] == [200, 200, 429]
