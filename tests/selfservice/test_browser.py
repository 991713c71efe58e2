"""A cheap phone with scripts turned off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from casework.selfservice.wording import LANGUAGES
from tests.backoffice.browser import chromium, served
from tests.databases import RealDatabase

pytestmark = pytest.mark.browser
NARROW, PHONE = {"width": 320, "height": 640}, {"width": 360, "height": 740}
WIDEST = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def program() -> str:
    return chromium()


@pytest.fixture
def moment() -> None:
    """The server in its thread keeps the real time: entries of 2022 are long past."""


def test_on_a_phone_without_scripts(program: str, real_database: RealDatabase) -> None:
    complaints: list[str] = []
    with served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for language in LANGUAGES:
            for viewport in (PHONE, NARROW):
                context = browser.new_context(viewport=viewport, java_script_enabled=False)  # type: ignore[arg-type]
                page = context.new_page()
                page.on(
                    "console", lambda told: complaints.append(told.text) if "400" not in told.text else None
                )
                ask(page, f"{base}/stay/{language}/")
                assert context.cookies() == []
                context.close()
        browser.close()
    assert complaints == []


def ask(page: Page, address: str) -> None:
    page.goto(address)
    fits(page)
    page.locator("button").click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    fits(page)
    page.locator("#id_country").select_option("KZ")
    page.locator("#id_document").select_option("internal_id")
    page.locator("#id_entered_on").fill("2022-09-25")
    page.locator("summary").nth(2).click()
    page.locator("input[name=compare][value=GE]").check()
    page.locator("button").click()
    expect(page.locator("#answer time")).to_have_attribute("datetime", "2022-12-23")
    expect(page.locator("#options .option")).to_have_count(1)
    assert page.url == address
    fits(page)


def fits(page: Page) -> None:
    """Nothing to scroll sideways, and what is touched is at least 44 pixels high."""
    assert page.evaluate(WIDEST) == 0
    for control in page.locator("select, input[type=date], button, .tick, nav a, summary").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 44, control.evaluate("e => e.outerHTML")
