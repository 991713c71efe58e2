from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import OperationalError, connection
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from casework.accounts.models import Organisation, User
from casework.api import pages
from casework.api.urls import router
from casework.reminders.models import Figures
from tests.api.conftest import Api, api_of
from tests.api.promises import pointers

ROOT = Path(__file__).parents[2]


def test_document_is_the_committed_one(anonymous: Api) -> None:
    response = anonymous.get("openapi.yaml")
    assert (response.status_code, response.headers["Content-Type"]) == (
        200,
        "application/yaml; charset=utf-8",
    )
    assert response.content == (ROOT / "docs" / "openapi.yaml").read_bytes(), "make openapi"


def test_document_is_complete(anonymous: Api) -> None:
    document = yaml.safe_load(anonymous.get("openapi.yaml").content)
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            good = next(answer for status, answer in operation["responses"].items() if status < "300")
            content = [
                *good.get("content", {}).values(),
                operation.get("requestBody", {"content": {}})["content"],
            ]
            assert method == "delete" or "example" in str(content), where
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], where


def test_document_tells_of_what_is_gone(anonymous: Api) -> None:
    paths = yaml.safe_load(anonymous.get("openapi.yaml").content)["paths"]
    takes_a_key = [
        operations["post"]
        for operations in paths.values()
        if "Idempotency-Key" in str(operations.get("post", {}).get("parameters"))
    ]
    assert takes_a_key
    assert all("410" in operation["responses"] for operation in takes_a_key)


def test_document_names_every_route(anonymous: Api) -> None:
    documented = yaml.safe_load(anonymous.get("openapi.yaml").content)["paths"]
    for prefix, _, _ in router.registry:
        assert f"/api/v1/{prefix}/" in documented
        assert f"/api/v1/{prefix}/{{id}}/" in documented


def test_docs_page_from_this_server_only(anonymous: Api) -> None:
    response = anonymous.get("/api/docs/")
    assert response.status_code == 200
    text = response.content.decode()
    assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in text
    assert "//cdn" not in text
    assert "/api/v1/openapi.yaml" in text
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_home_leads_to_the_admin(anonymous: Api) -> None:
    response = anonymous.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_alive(anonymous: Api) -> None:
    assert anonymous.get("/healthz/live").json() == {"status": "live"}


def test_ready_as_the_application_role(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_broker_answers", lambda: True)
    response = Browser().get("/healthz/ready")
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ready",
            "database": True,
            "broker": True,
            "reminders": True,
            "figures": {
                "oldest_pending_seconds": 0,
                "due_without_row": 0,
                "pending": 0,
                "retrying": 0,
                "dead": 0,
                "parked": 0,
            },
        },
    )


def test_ready_shows_the_figures_of_all_ledgers(
    nino: User, marek: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "_broker_answers", lambda: True)
    monkeypatch.setattr(pages, "STARTED", time.monotonic())
    for user, number in ((nino, 1), (marek, 2)):
        Figures.objects.create(
            organisation=user.organisation, healed_at=timezone.now(), oldest_pending=timedelta(hours=number),
            pending=10, retrying=number, dead=3, parked=number,
        )  # fmt: skip
    response = Browser().get("/healthz/ready")
    assert (response.status_code, response.json()["figures"]) == (
        200,
        {
            "oldest_pending_seconds": 7200, "due_without_row": 0, "pending": 20, "retrying": 3, "dead": 6,
            "parked": 3,
        },
    )  # fmt: skip


def test_not_ready_without_a_broker(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.celery.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(pages.celery.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    response = Browser().get("/healthz/ready")
    assert (response.status_code, response.json()["broker"], response.json()["database"]) == (
        503,
        False,
        True,
    )


def test_not_ready_without_a_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any) -> None:
        raise OperationalError("the database is away: host=10.1.2.3")

    # The transaction around a request needs a database itself, so the check is asked by itself.
    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        response = pages.ready(RequestFactory().get("/healthz/ready"))
    assert (response.status_code, json.loads(response.content)["database"]) == (503, False)


def test_requests_per_minute(api: Api, foreign: Api, settings: Any) -> None:
    settings.REQUESTS_PER_MINUTE = 2
    assert [api.get("people/").status_code for _ in range(2)] == [200, 200]
    response = api.get("people/")
    pointers(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert foreign.get("people/").status_code == 200


SCOPES = {
    "people": "people", "documents": "people", "households": "people", "arrivals": "stays",
    "permits": "stays", "deadlines": "stays", "stay-rules": "rules", "cases": "cases",
    "reminders": "reminders",
    "housing/places": "housing", "housing/units": "housing", "housing/closures": "housing",
    "housing/needs": "housing", "housing/placements": "housing", "housing/turned-away": "housing",
    "work/openings": "work", "work/needs": "work", "work/applications": "work", "work/rules": "rules",
    "work/occupations": "work", "work/sectors": "work",
}  # fmt: skip
READ_ONLY = ("stay-rules", "reminders", "deadlines", "work/rules", "work/occupations", "work/sectors")


@pytest.mark.parametrize(("resource", "room"), SCOPES.items())
def test_a_scope_to_read_and_one_to_write(
    tbilisi: Organisation, nino: User, resource: str, room: str
) -> None:
    reader = api_of(tbilisi, f"{room}:read")
    assert reader.get(f"{resource}/").status_code == 200
    everything_else = [f"{other}:{may}" for other in set(SCOPES.values()) for may in ("read", "write")]
    others = api_of(tbilisi, *(scope for scope in everything_else if not scope.startswith(room)))
    assert others.get(f"{resource}/").status_code == 403
    assert others.get(f"{resource}/00000000-0000-4000-8000-000000000000/").status_code == 403
    if resource in READ_ONLY:
        assert reader.post(f"{resource}/").status_code == 405
        return
    assert reader.post(f"{resource}/").status_code == 403
    assert api_of(tbilisi, f"{room}:write").post(f"{resource}/").status_code == 400
    assert others.post(f"{resource}/").status_code == 403
