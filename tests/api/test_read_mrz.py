from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from casework.accounts.models import Organisation, User
from casework.api.v1.mrz import EXAMPLE, EXAMPLES, ZoneAnswer, ZoneAsked
from casework.audit.models import Event
from casework.people.models import Document
from tests.api.conftest import Api, api_of
from tests.api.promises import pointers
from tests.api.test_every_field import OF_ANY_TYPE, places, put, refused_or_taken

READ = "documents/read-mrz/"
RUSSIAN = ["PNRUSSMIRNOVA<<KSENI8<WERBAKOVNA<<<<<<<<<<<<", "4512345671RUS9103074F<<<<<<<1110715770001<32"]
with (Path(__file__).parents[1] / "people/data/mrz.csv").open(encoding="utf-8", newline="") as rows:
    CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
        row["id"]: (json.loads(row["inputs"])["lines"], json.loads(row["expected"]))
        for row in csv.DictReader(rows)
        if row["kind"] == "mrz"
    }


def read(api: Api, lines: Any) -> dict[str, Any]:
    response = api.post(READ, {"lines": lines})
    assert response.status_code == 200, response.content
    assert response.headers["Cache-Control"] == "private, no-cache"
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES.keys())
def test_published(api: Api, lines: list[str], expected: dict[str, Any]) -> None:
    found = read(api, lines)
    names = {"birth": "birth_date", "expiry": "expires_on"}
    verdicts = {names.get(name, name): ok for name, ok in expected.get("ok", {}).items()}
    assert found["checks"] == (verdicts or found["checks"])
    assert found["valid"] is expected.get("valid", all(verdicts.values()))
    assert {name: check["ok"] for name, check in found["check_digits"].items()} == found["checks"]


def test_russian_internal_passport(api: Api) -> None:
    found = read(api, RUSSIAN)
    expected = {
        "format": "RU_INTERNAL", "kind": "internal_id", "issuer": "RUS", "issuing_country": "RU",
        "number": "4511234567", "family_name": "СМИРНОВА", "given_name": "КСЕНИЯ", "patronymic": "ЩЕРБАКОВНА",
        "native_name": "СМИРНОВА КСЕНИЯ ЩЕРБАКОВНА", "nationality": "RU", "birth_date": "1991-03-07",
        "birth_date_precision": "day", "sex": "F", "expires_on": None, "issued_on": "2011-07-15",
        "issuing_unit": "770-001", "optional_data": [], "valid": True, "warnings": [],
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["latin_name"] == {
        "family_name": "SMIRNOVA", "given_name": "KSENIIA", "patronymic": "SHCHERBAKOVNA",
    }  # fmt: skip


def test_the_members_are_those_of_the_document(api: Api) -> None:
    found = read(api, EXAMPLE)
    assert list(found) == list(ZoneAnswer().fields)
    example = EXAMPLES[1].value
    assert {**found, "printed": example["printed"], "warnings": example["warnings"]} == example
    assert example["printed"].items() <= found["printed"].items()
    assert example["warnings"][0] in found["warnings"]


def test_what_is_read_can_be_recorded(api: Api) -> None:
    found = read(api, RUSSIAN)
    person = {name: found[name] for name in (
        "family_name", "given_name", "patronymic", "native_name", "birth_date", "birth_date_precision", "sex",
        "nationality",
    )}  # fmt: skip
    made = api.post("people/", person)
    assert made.status_code == 201, made.content
    document = {
        name: found[name] for name in ("kind", "issuing_country", "number", "issued_on", "expires_on")
    }
    assert api.post("documents/", {**document, "person": made.json()["id"]}).status_code == 201


def test_nothing_is_stored_and_nothing_is_logged(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    before = Event.objects.count()
    read(api, RUSSIAN)
    assert api.post(READ, {"lines": [RUSSIAN[0], RUSSIAN[1].replace("F", "f")]}).status_code == 400
    assert Event.objects.count() == before
    assert not Document.objects.exists()
    for secret in ("451234567", "SMIRNOVA", "910307"):
        assert secret not in caplog.text


def test_scopes(tbilisi: Organisation, nino: User, anonymous: Api) -> None:
    assert read(api_of(tbilisi, "people:read"), EXAMPLE)["valid"]
    for other in (api_of(tbilisi, "people:write"), api_of(tbilisi, "stays:read", "stays:write")):
        assert pointers(other.post(READ, {"lines": EXAMPLE}), 403) == []
    assert pointers(anonymous.post(READ, {"lines": EXAMPLE}), 401) == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_only_post(api: Api, method: str) -> None:
    assert api.send(method, READ, {"lines": EXAMPLE}).status_code in (404, 405)


BAD: list[tuple[Any, list[str]]] = [
    ({}, ["/lines"]),
    ({"lines": None}, ["/lines"]),
    ({"lines": "\n".join(EXAMPLE)}, ["/lines"]),
    ({"lines": []}, ["/lines"]),
    ({"lines": EXAMPLE[:1]}, ["/lines"]),
    ({"lines": EXAMPLE * 2}, ["/lines"]),
    ({"lines": EXAMPLE * 6}, ["/lines"]),
    ({"lines": [EXAMPLE[0], ""]}, ["/lines/1"]),
    ({"lines": [EXAMPLE[0], 5]}, ["/lines/1"]),
    ({"lines": [EXAMPLE[0], None]}, ["/lines/1"]),
    ({"lines": ["P" * 101, EXAMPLE[1]]}, ["/lines/0"]),
    ({"lines": [EXAMPLE[0], EXAMPLE[1][:-1]]}, ["/lines/1"]),
    ({"lines": [" " + EXAMPLE[0], EXAMPLE[1]]}, ["/lines/0"]),
    ({"lines": [EXAMPLE[0], EXAMPLE[1] + "\n"]}, ["/lines/1"]),
    ({"lines": [line.lower() for line in EXAMPLE]}, ["/lines/0", "/lines/1"]),
    ({"lines": EXAMPLE, "person": None}, ["/person"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "places"), BAD)
def test_bad_lines(api: Api, body: Any, places: list[str]) -> None:
    assert pointers(api.post(READ, body)) == places


def test_a_bad_character_is_named_by_its_position(api: Api) -> None:
    problem = api.post(READ, {"lines": [EXAMPLE[0], EXAMPLE[1].replace("7408122", "74O8122")]}).json()
    assert problem["type"] == "urn:casework:problem:unreadable-zone"
    assert problem["errors"] == [
        {
            "pointer": "/lines/1",
            "detail": "Position 16: a digit or < is needed, not latin capital letter o (U+004F).",
        }
    ]


def test_query_parameters_are_refused(api: Api) -> None:
    assert pointers(api.post(f"{READ}?store=1", {"lines": EXAMPLE})) == ["/store"]


def test_every_field(api: Api, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 10**6
    for pointer in [*places(ZoneAsked), "/lines/0"]:
        for value in OF_ANY_TYPE:
            refused_or_taken(api.post(READ, put({"lines": list(EXAMPLE)}, pointer, value)), pointer, value)
