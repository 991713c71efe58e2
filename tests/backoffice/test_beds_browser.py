"""Place this household in two clicks."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.accounts.models import User
from casework.housing.models import Need, Placement
from casework.isolation import acting_for
from casework.stays.zones import local_day
from tests.backoffice.browser import chromium, opened, served, sign_in
from tests.databases import RealDatabase
from tests.factories.housing import NeedFactory, UnitFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def program() -> str:
    """First of all fixtures: where there is no browser, no database is cloned either."""
    return chromium()


def test_place_a_household_in_two_clicks(program: str, real_database: RealDatabase, nino: User) -> None:
    assert nino.organisation_id is not None
    with acting_for(nino.organisation_id):
        today = local_day("GE", timezone.now())
        person = PersonFactory.create(family_name="Zhuravleva")
        NeedFactory.create(household=person.household, needed_from=today, needed_until=None)
        UnitFactory.create(name="Room by the yard", priced=True, step_free=True)
    with served() as base, opened(program) as page:
        sign_in(page, base, "nino")
        page.get_by_role("link", name="Waiting list").click()
        expect(page.get_by_role("link", name="Zhuravleva")).to_be_visible()
        page.get_by_role("link", name="Find a bed").click()
        page.get_by_role("button", name="Place", exact=True).click()
        expect(page.get_by_text("They have a bed.")).to_be_visible()
        on_a_phone(page, base)
    with acting_for(nino.organisation_id):
        assert Placement.objects.get().status == "confirmed"
        assert Need.objects.get().status == "placed"


def on_a_phone(page: Page, base: str) -> None:
    """No page of beds is wider than the screen; the nights are scrolled within theirs."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert fits(page)
    page.get_by_role("link", name="Room by the yard").click()
    expect(page.get_by_role("link", name="2 of 4 beds taken").first).to_be_visible()
    assert fits(page)
    for path in ("place/free", "need", "placement", "place", "place/occupancy", "turnedaway"):
        page.goto(f"{base}/admin/housing/{path}/")
        assert fits(page), path


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
