"""A caseworker's day, clicked through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.accounts.models import User
from casework.audit.models import Event
from casework.isolation import acting_for
from casework.people.models import Person
from casework.stays.models import Arrival, Deadline
from casework.stays.zones import local_day
from tests.backoffice.browser import chromium, opened, served, sign_in
from tests.databases import RealDatabase

pytestmark = pytest.mark.browser


@pytest.fixture
def program() -> str:
    """First of all fixtures: where there is no browser, no database is cloned either."""
    return chromium()


def test_a_day_at_the_desk(program: str, real_database: RealDatabase, nino: User, marek: User) -> None:
    with served() as base, opened(program) as page:
        sign_in(page, base, "nino")
        register(page)
        file = page.url
        mark_met(page)
        record_exit(page)
        register_again_and_void(page)
        find(page, base, "Smirnova")
        expect(page).to_have_url(file)
        page.context.clear_cookies()
        sign_in(page, base, "marek")
        see_nothing(page, base, file)
    assert nino.organisation_id is not None
    with acting_for(nino.organisation_id):
        assert Person.objects.get().family_name == "Смирнова"
        georgia, armenia = Arrival.objects.order_by("created_at")
        assert (georgia.country, georgia.left_on is not None, georgia.voided_at) == ("GE", True, None)
        assert (armenia.country, armenia.void_reason) == ("AM", "wrong person")
        assert Deadline.objects.get(arrival=georgia).status == "met"
        actions = set(Event.objects.values_list("action", flat=True))
        assert {"arrival.exit_recorded", "arrival.voided", "deadline.met", "person.read"} <= actions


def register(page: Page) -> None:
    page.get_by_role("link", name="Register an arrival").click()
    page.get_by_role("button", name="Register").click()  # too early: the form says what is missing
    expect(page.get_by_role("alert")).to_contain_text("Nothing was stored yet.")
    page.get_by_label("Family name").fill("Смирнова")
    page.get_by_label("Given name").fill("Ксения")
    page.get_by_label("Born on").fill("1991-03-07")
    page.get_by_label("Nationality").select_option("RU")
    page.locator("[name=document-kind]").select_option("passport")
    page.locator("[name=document-issuing_country]").select_option("RU")
    page.locator("[name=document-number]").fill("75 1234567")
    page.locator("[name=arrival-entered_on]").fill(day(-3))
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("The arrival is registered.")).to_be_visible()
    expect(page.get_by_text("Last lawful day", exact=True)).to_be_visible()
    expect(page.get_by_text("75 1234567")).to_be_visible()


def mark_met(page: Page) -> None:
    page.get_by_role("button", name="Mark met").click()
    expect(page.get_by_text("Marked as met.")).to_be_visible()


def record_exit(page: Page) -> None:
    page.get_by_role("link", name="Record exit").click()
    page.get_by_label("Left on").fill(day(-1))
    page.get_by_role("button", name="Record the exit").click()
    expect(page.get_by_text("has left", exact=True)).to_be_visible()


def register_again_and_void(page: Page) -> None:
    page.get_by_role("link", name="Register another arrival").click()
    page.get_by_label("Country they entered").select_option("AM")
    page.get_by_role("button", name="Register").click()
    card = page.locator("section", has=page.get_by_role("heading", name="Armenia"))
    card.get_by_role("link", name="Entered by mistake").click()
    page.get_by_label("Why it was a mistake").fill("wrong person")
    page.get_by_role("button", name="It was a mistake").click()
    expect(page.get_by_text("wrong person")).to_be_visible()


def find(page: Page, base: str, name: str) -> None:
    page.goto(f"{base}/admin/")
    page.get_by_label("Find a person by name").fill(name)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Смирнова Ксения").click()


def see_nothing(page: Page, base: str, file: str) -> None:
    answer = page.goto(file)
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{base}/admin/people/person/?q=Smirnova")
    expect(page.get_by_role("link", name="Смирнова Ксения")).to_have_count(0)
    expect(page.get_by_text("0 persons")).to_be_visible()


def day(offset: int) -> str:
    return str(local_day("GE", timezone.now()) + timedelta(days=offset))
