"""Somebody with a phone: no account, no token, nothing kept between two questions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

NOW = datetime(2022, 10, 1, 10, 0, tzinfo=UTC)
QUESTION: dict[str, Any] = {
    "country": "KZ", "nationality": "RU", "document": "internal_id", "biometric": "", "purpose": "",
    "mode": "there", "entered_on": "2022-09-25", "left_on": "",
}  # fmt: skip


@dataclass
class Visitor:
    browser: Client

    def look(self, path: str = "/stay/en/", **headers: str) -> Any:
        return self.browser.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def ask(self, language: str = "en", **values: Any) -> Any:
        return self.browser.post(f"/stay/{language}/", {**QUESTION, **values})


def text_of(response: Any) -> str:
    """What a reader sees, without the style sheet."""
    return _read(re.sub(r"<style>.*?</style>", "", response.content.decode(), flags=re.DOTALL))


def part(response: Any, id: str) -> str:
    """One section of the page as a reader sees it; empty where it is not there."""
    found = re.search(rf'<section[^>]*id="{id}".*?</section>', response.content.decode(), re.DOTALL)
    return _read(found[0]) if found else ""


def _read(page: str) -> str:
    """A span stands within a word or a sentence; every other tag parts them."""
    page = re.sub(r"</?span[^>]*>", "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(autouse=True)
def moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def visitor(db: None) -> Visitor:
    return Visitor(Client(raise_request_exception=False))
