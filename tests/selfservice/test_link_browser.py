"""The person's own link, opened on a cheap phone and on a desk, with scripts turned off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.cases.operations import register_arrival
from casework.isolation import acting_for
from casework.people.details import PersonDetails
from casework.reminders.links import link_to
from casework.reminders.models import Answer, Reminder
from casework.reminders.operations import plan
from casework.reminders.queries import database_now
from casework.selfservice.wording import LANGUAGES
from casework.stays.details import ArrivalDetails
from casework.stays.zones import local_day
from tests.backoffice.browser import chromium, served
from tests.databases import RealDatabase
from tests.selfservice.test_browser import fits

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
NAMES = ("Смирнова", "Ксения", "Smirnova", "ksenia@mail.example", "Shelter Tbilisi")


@pytest.fixture
def program() -> str:
    return chromium()


@pytest.fixture
def moment() -> None:
    """The server in its thread keeps the real time."""


@pytest.mark.parametrize("language", ["en", "ka", "ru"])
def test_three_answers(program: str, real_database: RealDatabase, nino: User, language: str) -> None:
    links = told(nino, language)
    with served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        for link, viewport in zip(links, (PHONE, DESK), strict=True):
            page = opened(browser, viewport)
            page.goto(f"{base}/r/{link.partition('/r/')[2]}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            tells_all(page, LANGUAGES[language])
        browser.close()
    with acting_for(nino.organisation_id):
        assert Answer.objects.count() == 6
        kinds = [TaskKind.CALL_ME, TaskKind.SAYS_DONE, TaskKind.SAYS_LEFT]
        assert sorted(Task.objects.values_list("kind", flat=True)) == sorted(kinds * 2)


def told(nino: User, language: str) -> list[str]:
    """The links of two people's first reminders."""
    with acting_for(nino.organisation_id):
        at = database_now()
        entered_on = local_day("GE", at) - timedelta(days=356)
        for name in ("Ксения", "Мария"):
            register_arrival(
                person=PersonDetails(
                    family_name="Смирнова", given_name=name, nationality="RU", preferred_language=language,
                    email="ksenia@mail.example",
                ),
                document=None, arrival=ArrivalDetails(country="GE", entered_on=entered_on),
                by=nino.as_actor(), at=at,
            )  # fmt: skip
        plan(nino.organisation_id)
        return [link_to(row) for row in Reminder.objects.filter(recipient_kind="person", offset_days=7)]


def tells_all(page: Page, words: dict[str, str]) -> None:
    expect(page.locator("#due time")).to_be_visible()
    shows_nobody(page)
    says_left_tomorrow(page, words)
    for answer in ("done", "call_me", "left"):
        says(page, answer, words)
    expect(page.locator("#answers form")).to_have_count(0)
    assert page.context.cookies() == []


def opened(browser: Browser, viewport: Any) -> Page:
    context = browser.new_context(viewport=viewport, java_script_enabled=False)
    return context.new_page()


def says_left_tomorrow(page: Page, words: dict[str, str]) -> None:
    tomorrow = local_day("GE", timezone.now()) + timedelta(days=2)
    page.locator("input[name=left_on]").fill(str(tomorrow))
    page.locator("button[value=left]").click()
    expect(page.get_by_text(words["link_error_left"])).to_be_visible()
    shows_nobody(page)


def says(page: Page, answer: str, words: dict[str, str]) -> None:
    if answer == "left":
        page.locator("input[name=left_on]").fill(str(local_day("GE", timezone.now()) - timedelta(days=1)))
    page.locator(f"button[value={answer}]").click()
    expect(page.locator("#notice")).to_contain_text(
        words["link_noted_call" if answer == "call_me" else "link_noted"]
    )
    expect(page.locator("#answers li").last).to_have_text(words[f"link_{answer}"])
    expect(page.locator(f"button[value={answer}]")).to_have_count(0)
    shows_nobody(page)


def shows_nobody(page: Page) -> None:
    fits(page)
    for day in page.locator("li .whole").all():
        assert day.evaluate("e => e.getClientRects().length") == 1, "a day is torn apart"
    text = page.content()
    assert [name for name in NAMES if name in text] == []
    assert "<script" not in text
