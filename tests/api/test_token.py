from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from oauth2_provider.models import get_access_token_model

from casework.accounts.models import Organisation, User
from casework.accounts.roles import Scope
from tests.api.conftest import Api, api_of, ask_token, basic, issued


def test_token_runs_ten_minutes_with_all_scopes(tbilisi: Organisation) -> None:
    response = ask_token(issued(tbilisi))
    assert response.status_code == 200
    body = response.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert set(body["scope"].split()) == set(Scope)
    assert "no-store" in response.headers["Cache-Control"]


def test_token_is_stored_as_a_checksum_only(tbilisi: Organisation) -> None:
    token = ask_token(issued(tbilisi)).json()["access_token"]
    assert token not in str(get_access_token_model().objects.values().get())


def test_token_of_fewer_scopes(tbilisi: Organisation) -> None:
    assert ask_token(issued(tbilisi), scope="people:read").json()["scope"] == "people:read"


@pytest.mark.parametrize("scope", ["people:write", "people:read people:write", "everything"])
def test_token_never_exceeds_the_client(tbilisi: Organisation, scope: str) -> None:
    response = ask_token(issued(tbilisi, "people:read"), scope=scope)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "", "urn:x"])
def test_token_by_client_credentials_only(tbilisi: Organisation, grant: str) -> None:
    response = ask_token(issued(tbilisi), grant_type=grant, username="nino", password="x", code="x")
    assert response.status_code == 400
    assert "access_token" not in response.json()


def test_token_wrong_secret(tbilisi: Organisation) -> None:
    client = issued(tbilisi).client
    response = Browser().post(
        "/oauth/token/",
        {"grant_type": "client_credentials"},
        headers={"Authorization": basic(client.client_id, "wrong")},
    )
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert response.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("credentials", ["\x00a:x", "a:\x00", "a", "", ":", "\x1b:x"])
def test_token_for_credentials_that_are_none(db: None, credentials: str) -> None:
    encoded = base64.b64encode(credentials.encode()).decode()
    for form in ({}, {"client_id": "\x00"}, {"scope": "\x00"}):
        response = Browser(raise_request_exception=False).post(
            "/oauth/token/",
            {"grant_type": "client_credentials", **form},
            headers={"Authorization": f"Basic {encoded}"},
        )
        assert response.status_code in (400, 401), response.content


def test_token_secret_in_the_body_is_refused(tbilisi: Organisation) -> None:
    client = issued(tbilisi)
    form = {"grant_type": "client_credentials", "client_id": client.client.client_id}
    response = Browser().post("/oauth/token/", {**form, "client_secret": client.secret})
    assert response.status_code == 401


def test_token_is_no_page(db: None) -> None:
    response = Browser().get("/oauth/token/")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.parametrize("path", ["authorize", "introspect", "revoke_token", "applications", "register"])
def test_nothing_else_of_oauth(db: None, path: str) -> None:
    assert Browser().get(f"/oauth/{path}/").status_code == 404


def test_token_expires(api: Api, clock: time_machine.Traveller) -> None:
    assert api.get("people/").status_code == 200
    clock.shift(timedelta(minutes=10, seconds=1))
    response = api.get("people/")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="casework", error="invalid_token"'


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer x", "Basic eDp5", "Bearer \xe9", "Token x y"])
def test_without_a_valid_token(anonymous: Api, header: str) -> None:
    response = anonymous.get("people/", **({"Authorization": header} if header else {}))
    assert (response.status_code, response.headers["Content-Type"]) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="casework"')


def test_a_scope_taken_from_the_client_ends_at_once(tbilisi: Organisation, nino: User) -> None:
    client = issued(tbilisi)
    api = Api(ask_token(client).json()["access_token"])
    client.client.scopes = "stays:read"
    client.client.save()
    assert api.get("people/").status_code == 403


def test_refusal_names_no_scope(tbilisi: Organisation, nino: User) -> None:
    response = api_of(tbilisi, "stays:read").get("people/")
    assert response.status_code == 403
    assert b"people" not in response.content
    assert b"scope" not in response.content
