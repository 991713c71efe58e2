"""Partner apps: one of Tbilisi with every scope, one of Almaty, and whoever has no token."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser

from casework.accounts.models import Organisation, User
from casework.accounts.operations import IssuedClient, add_client
from casework.accounts.roles import Scope
from casework.audit.actors import system
from casework.isolation import acting_for
from tests.acting import acting

NOW = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)


@dataclass
class Api:
    """A partner app: sends JSON with its token, follows nothing, raises nothing."""

    token: str = ""
    browser: Browser = field(default_factory=lambda: Browser(raise_request_exception=False))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.browser.generic(
            method,
            path if path.startswith(("/", "http")) else f"/api/v1/{path}",
            raw,
            "application/json",
            headers=named,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        """With the ETag of what is there now, unless the test names one."""
        headers.setdefault("If_Match", self.get(path).headers.get("ETag", '"1.x"'))
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        headers.setdefault("If_Match", self.get(path).headers.get("ETag", '"1.x"'))
        return self.send("DELETE", path, **headers)


def issued(organisation: Organisation, *scopes: str, name: str = "partner") -> IssuedClient:
    # In a rolled-back test another organisation may be acted for already; on a real database nobody is.
    stage = acting(organisation) if connection.in_atomic_block else acting_for(organisation.pk)
    with stage:
        return add_client(
            organisation=organisation, name=name, scopes=scopes or tuple(Scope),
            by=system("tests", organisation.pk), at=NOW,
        )  # fmt: skip


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def ask_token(client: IssuedClient, **form: str) -> Any:
    return Browser().post(
        "/oauth/token/",
        {"grant_type": "client_credentials", **form},
        headers={"Authorization": basic(client.client.client_id, client.secret)},
    )


def api_of(organisation: Organisation, *scopes: str) -> Api:
    return Api(ask_token(issued(organisation, *scopes)).json()["access_token"])


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def api(tbilisi: Organisation, nino: User) -> Api:
    """Tbilisi's partner, with every scope."""
    return api_of(tbilisi)


@pytest.fixture
def foreign(almaty: Organisation, marek: User) -> Api:
    """Almaty's partner, with every scope."""
    return api_of(almaty)


@pytest.fixture
def anonymous(db: None) -> Api:
    return Api()
