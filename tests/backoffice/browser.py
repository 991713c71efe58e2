"""A real Chromium before a real server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, sync_playwright

from tests.factories.accounts import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDE = {"width": 1400, "height": 900}


def chromium() -> str:
    """Where it is. Without one the test is skipped, or fails where a browser is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        say = pytest.fail if os.environ.get("CASEWORK_REQUIRE_BROWSER") == "1" else pytest.skip
        say("no Chromium is found: install Debian's chromium")
    return str(found)


@contextmanager
def served() -> Iterator[str]:
    """The whole application in a thread, on the database that the test uses."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    try:
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


@contextmanager
def opened(program: str, *, scripts: bool = True) -> Iterator[Page]:
    """An empty page. Whatever the page itself complains of fails the test."""
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport=WIDE, java_script_enabled=scripts)  # type: ignore[arg-type]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None
        )
        yield page
        browser.close()
    assert complaints == []


def sign_in(page: Page, base: str, username: str) -> None:
    page.goto(f"{base}/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{base}/admin/")
