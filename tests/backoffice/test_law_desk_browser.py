"""A change of the law, clicked through at the desk by two people."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.accounts.models import User
from casework.cases.operations import register_arrival
from casework.isolation import acting_for
from casework.people.details import DocumentDetails, PersonDetails
from casework.reminders.queries import database_now
from casework.stays import tasks
from casework.stays.details import ArrivalDetails
from casework.stays.models import Deadline, LawChange
from casework.stays.zones import local_day
from tests.backoffice.browser import WIDE, chromium, opened, served, sign_in
from tests.databases import RealDatabase
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.browser
TITLE = "Georgia shortens the stay"


@pytest.fixture
def program() -> str:
    return chromium()


@pytest.fixture
def desk(nino: User) -> tuple[User, User]:
    """Who drafts and who approves."""
    of_ninos = {"organisation": nino.organisation}
    return (
        UserFactory.create(**of_ninos, username="editor", first_name="Eka", role="rule_editor"),
        UserFactory.create(**of_ninos, username="reviewer", first_name="Revaz", role="rule_reviewer"),
    )


def test_draft_preview_approve_follow_withdraw(
    program: str, real_database: RealDatabase, nino: User, desk: tuple[User, User]
) -> None:
    before = arrived(nino)
    with served() as base, opened(program) as page:
        sign_in(page, base, "editor")
        draft(page)
        preview(page)
        expect(page.get_by_role("link", name="Approve")).to_have_count(0)
        sign_in_as(page, base, "reviewer")
        page.get_by_role("link", name="Changes of the law").first.click()
        page.get_by_role("link", name=TITLE).click()
        approve(page)
        page.reload()
        expect(page.get_by_text("Replayed", exact=True)).to_be_visible()
        assert elsewhere(lambda: day_of(nino)) == before - timedelta(days=275)
        withdraw(page)
        expect(page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    assert day_of(nino) == before
    assert LawChange.objects.get().status == "withdrawn"


def arrived(nino: User) -> date:
    with acting_for(nino.organisation_id):
        at = database_now()
        register_arrival(
            person=PersonDetails(
                family_name="Смирнова", given_name="Ксения", nationality="RU", email="ksenia@mail.example"
            ),
            document=DocumentDetails(kind="passport", issuing_country="RU", number="75 1234567"),
            arrival=ArrivalDetails(country="GE", entered_on=local_day("GE", at) - timedelta(days=10)),
            by=nino.as_actor(),
            at=at,
        )
    return day_of(nino)


def day_of(nino: User) -> date:
    with acting_for(nino.organisation_id):
        return Deadline.objects.get(kind="stay_end").due_on


def draft(page: Page) -> None:
    page.get_by_role("link", name="Changes of the law").first.click()
    page.get_by_role("link", name="Draft a change").click()
    page.get_by_label("Whose law changes?").select_option("GE")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Georgia: one year from each entry").check()
    page.get_by_role("button", name="copy them below").click()
    expect(page.locator("[name=rule-0-title]")).to_have_value("Georgia: one year from each entry")
    page.get_by_role("button", name="Keep the draft").click()  # too early: the form says what is missing
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was stored yet.")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=effective_on]").fill(str(local_day("GE", timezone.now()) + timedelta(days=1)))
    page.locator("[name=for_whom]").select_option("everybody")
    page.locator("[name=rule-0-title]").fill("Georgia: 90 days for each entry")
    page.locator("[name=rule-0-limit-0-kind]").select_option("per_entry_days")
    page.locator("[name=rule-0-limit-0-months]").fill("")
    page.locator("[name=rule-0-limit-0-last_day]").select_option("")
    page.locator("[name=rule-0-limit-0-days]").fill("90")
    fits_a_phone(page)
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def fits_a_phone(page: Page) -> None:
    """No field sticks out of its card."""
    page.set_viewport_size({"width": 360, "height": 740})
    right = "e => e.getBoundingClientRect().right"
    edge = page.locator("fieldset", has=page.locator(".cw-limit")).evaluate(right)
    for field in page.locator(".cw-limit input, .cw-limit select").all():
        assert field.evaluate(right) < edge
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def preview(page: Page) -> None:
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("Whom it touches")).to_be_visible()
    expect(page.get_by_text("A second person approves it")).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Replay: 0 of 1 part is done.")).to_be_visible()
    elsewhere(tasks.go_on)


def withdraw(page: Page) -> None:
    page.get_by_role("link", name="Withdraw").click()
    expect(page.get_by_text("every deadline that the change moved is computed anew")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    elsewhere(tasks.go_on)
    page.reload()


def sign_in_as(page: Page, base: str, username: str) -> None:
    page.context.clear_cookies()
    sign_in(page, base, username)


def elsewhere(act: Callable[[], Any]) -> Any:
    """In a thread: the browser keeps this one to itself."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    return found[0]
