from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.audit.models import Event
from casework.selfservice.wording import LANGUAGES
from casework.stays.models import StayRule
from tests.selfservice.conftest import Visitor, part, text_of

EACH = pytest.mark.parametrize("language", list(LANGUAGES))
LARGEST = 30_000
COMPARED = ["MN", "GE", "TR", "AM"]


# --- the page --------------------------------------------------------------------------------------------
@EACH
def test_in_each_language(visitor: Visitor, language: str) -> None:
    response = visitor.look(f"/stay/{language}/")
    page, words = text_of(response), LANGUAGES[language]
    assert (response.status_code, response.headers["Content-Language"]) == (200, language)
    assert f'<html lang="{language}">' in response.content.decode()
    for name in ("title", "lead", "privacy", "advice", "review_note", "submit", "compare"):
        assert words[name] in page
    assert len(response.content) < LARGEST
    assert part(response, "answer") == part(response, "options") == ""


@EACH
def test_an_answer_in_each_language(visitor: Visitor, language: str) -> None:
    response = visitor.ask(language, compare=COMPARED)
    words = LANGUAGES[language]
    answer = part(response, "answer")
    for name in ("lawful", "last_day", "first_unlawful", "why", "source", "medium", "gap_person", "advice"):
        assert words[name] in answer
    assert "2022-12-23" in response.content.decode()
    assert words["options"] in part(response, "options")
    assert len(response.content) < LARGEST


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        ("ru-KZ,en;q=0.5", "ru"),
        ("ka", "ka"),
        ("de", "en"),
        ("", "en"),
        ("x" * 500, "en"),
        ("mn;q=0.1,kk", "kk"),
    ],
)
def test_the_readers_own_language_first(visitor: Visitor, wished: str, language: str) -> None:
    response = visitor.look("/stay/", Accept_Language=wished)
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]


def test_a_language_that_is_not_there(visitor: Visitor) -> None:
    assert visitor.look("/stay/de/").status_code == visitor.look("/stay/EN/").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods(visitor: Visitor, method: str) -> None:
    assert visitor.browser.generic(method, "/stay/en/").status_code == 405


# --- privacy ---------------------------------------------------------------------------------------------
def test_no_cookie_no_script_nothing_kept(visitor: Visitor) -> None:
    for response in (visitor.look(), visitor.look("/stay/"), visitor.ask(), visitor.ask(country="")):
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers["Vary"]
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert not re.search(rb"<script|javascript:|\son\w+=|https?://", response.content)


def test_the_policy_allows_its_own_style_and_nothing_else(visitor: Visitor) -> None:
    response = visitor.look()
    policy = response.headers["Content-Security-Policy"]
    [style] = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=", response.content.decode())


def test_no_token_is_needed_to_ask(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/stay/en/", {"country": "KZ"}).status_code == 400


def test_nothing_is_stored(visitor: Visitor) -> None:
    before = Event.objects.count()
    visitor.browser.cookies.clear()
    visitor.ask(compare=COMPARED)
    assert Event.objects.count() == before
    with CaptureQueriesContext(connection) as asked:
        visitor.ask(compare=COMPARED)
    assert [q["sql"] for q in asked if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


def test_as_many_queries_for_more_countries(visitor: Visitor) -> None:
    counts = []
    visitor.ask()  # the zones of the world are read once
    everywhere = list(StayRule.objects.values_list("country", flat=True).distinct())[:20]
    for compare in ([*COMPARED[:1]], everywhere):
        with CaptureQueriesContext(connection) as asked:
            assert visitor.ask(compare=compare).status_code == 200
        counts.append((len(asked), len([q for q in asked if "stays_stayrule" in q["sql"]])))
    assert counts[0] == counts[1]
    assert counts[0][1] == 4  # the countries, the law of one, the law of the others, who reviewed it


# --- answers ---------------------------------------------------------------------------------------------
def test_kazakhstan_by_internal_id(visitor: Visitor) -> None:
    answer = part(visitor.ask(), "answer")
    assert "You may be there" in answer
    assert "Last lawful day 23 December 2022 (Friday)" in answer
    assert "First unlawful day 24 December 2022 (Saturday)" in answer
    assert "Days left after today: 83" in answer
    assert "The rule can be read in another way: 3 months for each entry: 2022-12-25." in answer
    assert "Government Resolution 148" in answer
    assert "Fairly sure" in answer
    assert "No lawyer has confirmed" in answer


def test_georgia_by_internal_id(visitor: Visitor) -> None:
    answer = part(visitor.ask(country="GE"), "answer")
    assert "this entry is not allowed" in answer
    assert "Last lawful day" not in answer
    assert "does not accept" in answer


@pytest.mark.parametrize("country", ["MD", "ZZ", "JP", "BT"])
def test_never_a_guess(visitor: Visitor, country: str) -> None:
    response = visitor.ask(country=country)
    answer = part(response, "answer")
    assert "We do not know" in answer
    assert "so we name no day" in answer
    assert "lawful day" not in answer
    assert "ZZ" not in text_of(response)
    assert f'<option value="{country}" selected>' in response.content.decode()


def test_without_a_document_the_gap_is_named_first(visitor: Visitor) -> None:
    answer = part(visitor.ask(document=""), "answer")
    assert "What we do not know On which document you travel" in answer
    assert "On which document" not in part(visitor.ask(), "answer")


def test_planned(visitor: Visitor) -> None:
    answer = part(visitor.ask(mode="plan", entered_on="2022-11-01"), "answer")
    assert "You may enter" in answer
    assert "Last lawful day 29 January 2023 (Sunday)" in answer


def test_overstayed(visitor: Visitor) -> None:
    answer = part(visitor.ask(entered_on="2022-06-01"), "answer")
    assert "The stay has become unlawful" in answer
    assert "Last lawful day 29 August 2022 (Monday)" in answer


def test_left(visitor: Visitor) -> None:
    answer = part(visitor.ask(left_on="2022-09-30"), "answer")
    assert "You are not there now" in answer
    assert "The next possible day of entry is" in answer


def test_earlier_stays_count(visitor: Visitor) -> None:
    question = {"country": "TR", "document": "passport", "biometric": "yes"}
    alone = part(visitor.ask(**question), "answer")
    earlier = {"earlier_1_from": "2022-07-01", "earlier_1_until": "2022-08-29"}
    assert part(visitor.ask(**question, **earlier), "answer") != alone
    assert "Stays that you have not entered here" in alone
    assert "Stays that you have not entered here" not in part(visitor.ask(**question, **earlier), "answer")


def test_a_permit_counts(visitor: Visitor) -> None:
    permit = {"permit_kind": "residence_permit", "permit_from": "2022-09-01", "permit_until": "2023-06-30"}
    assert "30 June 2023" in part(visitor.ask(**permit), "answer")


def test_the_days_of_a_visa_count(visitor: Visitor) -> None:
    visa = {"permit_kind": "visa", "permit_from": "2022-09-01", "permit_until": "2022-12-31"}
    assert "Last lawful day 24 October 2022" in part(visitor.ask(**visa, visa_days="30"), "answer")
    assert "Last lawful day 23 December 2022" in part(visitor.ask(**visa, visa_entries="1"), "answer")


def test_days_written_with_dots(visitor: Visitor) -> None:
    assert part(visitor.ask(entered_on="25.09.2022"), "answer") == part(visitor.ask(), "answer")


def test_comparison(visitor: Visitor) -> None:
    asked = {"document": "passport", "biometric": "yes", "go_on": "2022-10-05"}
    options = part(visitor.ask(**asked, compare=["MN", "KZ", "GE", "DE"]), "options")
    assert "If you enter on 5 October 2022 (Wednesday):" in options
    places = [options.index(name) for name in ("Georgia You", "Kazakhstan You", "Mongolia You", "Germany By")]
    assert places == sorted(places)
    assert "Last lawful day: 4 October 2023 (Wednesday)" in options
    assert "How sure we are" in options


def test_what_was_asked_stays_in_the_form(visitor: Visitor) -> None:
    page = visitor.ask(
        compare=["MN"], earlier_1_from="2022-01-01", earlier_1_until="2022-01-02"
    ).content.decode()
    assert 'value="2022-09-25"' in page
    assert '<option value="internal_id" selected>' in page
    assert re.search(r'value="MN"[^>]* checked', page)
    assert page.count("<details open>") == 2


# --- what cannot be --------------------------------------------------------------------------------------
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"country": ""}, "country", "Please choose one of the list."),
    ({"country": "XX"}, "country", "Please choose one of the list."),
    ({"country": "<script>"}, "country", "Please choose one of the list."),
    ({"country": "K\x00"}, "country", "Please choose one of the list."),
    ({"nationality": ""}, "nationality", "Please choose one of the list."),
    ({"nationality": "QQ"}, "nationality", "Please choose one of the list."),
    ({"document": "licence"}, "document", "Please choose one of the list."),
    ({"biometric": "true"}, "biometric", "Please choose one of the list."),
    ({"purpose": "holidays"}, "purpose", "Please choose one of the list."),
    ({"mode": ""}, "mode_0", "Please choose one of the list."),
    ({"mode": "dream"}, "mode_0", "Please choose one of the list."),
    ({"entered_on": ""}, "entered_on", "This is needed."),
    ({"entered_on": "2022-02-30"}, "entered_on", "Write the day as"),
    ({"entered_on": "yesterday"}, "entered_on", "Write the day as"),
    ({"entered_on": "2022-09-25\x00"}, "entered_on", "Write the day as"),
    ({"entered_on": "0001-01-01"}, "entered_on", "too far away"),
    ({"entered_on": "9999-12-31"}, "entered_on", "too far away"),
    ({"entered_on": "2022-10-02"}, "entered_on", "in the future"),
    ({"mode": "plan"}, "entered_on", "has passed"),
    ({"mode": "plan", "entered_on": "2022-11-01", "left_on": "2022-11-02"}, "left_on", "leave the day of exit empty"),
    ({"left_on": "2022-09-24"}, "left_on", "before the entry"),
    ({"left_on": "soon"}, "left_on", "Write the day as"),
    ({"earlier_1_from": "2022-01-01"}, "earlier_1_until", "needs both days"),
    ({"earlier_2_until": "2022-01-01"}, "earlier_2_from", "needs both days"),
    ({"earlier_3_from": "2022-01-02", "earlier_3_until": "2022-01-01"}, "earlier_3_until", "before the first"),
    ({"earlier_1_from": "2022-09-01", "earlier_1_until": "2022-09-26"}, "earlier_1_until", "must end before"),
    ({"permit_kind": "charm"}, "permit_kind", "Please choose one of the list."),
    ({"permit_from": "2022-01-01"}, "permit_kind", "Choose what kind it is."),
    ({"visa_days": "30"}, "permit_kind", "Choose what kind it is."),
    ({"permit_kind": "visa", "visa_days": "0"}, "visa_days", "A whole number from 1 to 3660."),
    ({"permit_kind": "visa", "visa_entries": "two"}, "visa_entries", "A whole number"),
    ({"permit_kind": "visa", "permit_from": "2022-02-01", "permit_until": "2022-01-01"}, "permit_until", "before the first"),
    ({"compare": ["XX"]}, "compare_0", "Please choose one of the list."),
    ({"compare": "AE AM AR DE EE FI GE IL KG KZ LT LV ME MN NO PL RS TH TJ TR UZ".split()}, "compare_0", "At most 20"),
    ({"go_on": "2022-09-01"}, "go_on", "has passed"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "field", "sentence"), BAD)
def test_bad_input(visitor: Visitor, values: dict[str, Any], field: str, sentence: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = visitor.ask(**values)
    page = response.content.decode()
    assert response.status_code == 400
    assert part(response, "answer") == part(response, "options") == ""
    assert (
        len([q for q in asked if "stays_stayrule" in q["sql"]]) == 1
    )  # the list of countries; no law is read
    assert "Nothing was counted yet." in page
    [said] = re.findall(rf'<a href="#id_{field}">(.*?)</a>', page)
    assert sentence in said
    assert f'id="id_{field}"' in page
    assert "<script" not in page


@EACH
def test_bad_input_in_each_language(visitor: Visitor, language: str) -> None:
    response = visitor.ask(language, entered_on="", country="")
    words = LANGUAGES[language]
    assert response.status_code == 400
    for name in ("errors_title", "error_required", "error_choice"):
        assert words[name] in text_of(response)


def test_an_error_is_tied_to_its_field(visitor: Visitor) -> None:
    page = visitor.ask(entered_on="").content.decode()
    [field] = re.findall(r'<input[^>]*name="entered_on"[^>]*>', page)
    assert 'aria-invalid="true"' in field
    for id in re.findall(r'aria-describedby="([^"]*)"', field)[0].split():
        assert f'id="{id}"' in page


def test_every_field_has_its_label(visitor: Visitor) -> None:
    page = visitor.look().content.decode()
    fields = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', page)
    assert len(fields) > 30
    assert [id for id in fields if f'for="{id}"' not in page] == []


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"&&&===", b"a" * 5000, b"country=%FF&entered_on=%00"])
def test_junk(visitor: Visitor, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"):
        response = visitor.browser.generic("POST", "/stay/en/", body, kind)
        assert response.status_code == 400
        assert b"Traceback" not in response.content


# --- too often -------------------------------------------------------------------------------------------
def test_throttle(visitor: Visitor, settings: Any) -> None:
    settings.ASSESSMENTS_PER_MINUTE = 3
    assert [visitor.ask().status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = visitor.ask("ru", compare=COMPARED)
    assert LANGUAGES["ru"]["error_busy"] in text_of(refused)
    assert part(refused, "answer") == ""
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "Set-Cookie" not in refused.headers
    forged = visitor.browser.post("/stay/en/", headers={"X-Forwarded-For": "192.0.2.7"})
    assert forged.status_code == 429
    assert visitor.look().status_code == 200
    assert visitor.browser.post("/stay/en/", REMOTE_ADDR="192.0.2.8").status_code == 400


def test_a_household_is_one_address(visitor: Visitor, settings: Any) -> None:
    settings.ASSESSMENTS_PER_MINUTE = 1
    addresses = ["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "", ""]
    found = [visitor.browser.post("/stay/en/", REMOTE_ADDR=address).status_code for address in addresses]
    assert found == [400, 429, 400, 400, 429]
