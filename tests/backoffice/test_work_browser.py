"""From somebody who looks for work to hired, clicked through, on a desk and on a phone."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.accounts.models import User
from casework.cases.operations import register_arrival
from casework.isolation import acting_for
from casework.people.details import DocumentDetails, PersonDetails
from casework.stays.details import ArrivalDetails
from casework.stays.zones import local_day
from casework.work.models import Application, ApplicationStep, Need
from tests.backoffice.browser import chromium, opened, served, sign_in
from tests.databases import RealDatabase

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def program() -> str:
    return chromium()


@pytest.mark.parametrize("scripts", [True, False], ids=["with_scripts", "without_scripts"])
def test_from_looking_to_hired(program: str, real_database: RealDatabase, nino: User, scripts: bool) -> None:
    assert nino.organisation_id is not None
    arrived(nino)
    with served() as base, opened(program, scripts=scripts) as page:
        sign_in(page, base, "nino")
        add_an_opening(page)
        look_for_work(page, base)
        propose(page)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        move_to_hired(page, base)
    with acting_for(nino.organisation_id):
        assert Application.objects.get().status == "hired"
        assert Need.objects.get().status == "hired"
        steps = ApplicationStep.objects.order_by("at").values_list("to_status", "actor_id")
        assert list(steps) == [
            (status, str(nino.pk)) for status in ("proposed", "sent", "interview", "hired")
        ]


def arrived(nino: User) -> None:
    assert nino.organisation_id is not None
    at = timezone.now()
    with acting_for(nino.organisation_id):
        register_arrival(
            person=PersonDetails(
                family_name="Смирнов", given_name="Пётр", nationality="RU", preferred_language="ru"
            ),
            document=DocumentDetails(kind="passport", issuing_country="RU", number="75 1234567"),
            arrival=ArrivalDetails(country="GE", entered_on=local_day("GE", at)),
            assigned_to=nino, by=nino.as_actor(), at=at,
        )  # fmt: skip


def add_an_opening(page: Page) -> None:
    page.get_by_role("link", name="Openings").first.click()
    page.get_by_role("link", name="Add an opening").click()
    page.get_by_label("Employer").fill("Vake Building")
    page.get_by_label("What the work is").fill("Bricklayer")
    page.get_by_label("Occupation").fill("каменщики")
    page.get_by_label("Sector").select_option(label="Construction")
    page.get_by_label("City").fill("Tbilisi")
    page.get_by_label("Positions").fill("1")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("The opening is added.")).to_be_visible()
    expect(page.get_by_text("Bricklayers and related workers (7112)")).to_be_visible()


def look_for_work(page: Page, base: str) -> None:
    page.get_by_role("link", name="Looking for work").first.click()
    page.get_by_role("link", name="Somebody looks for work").click()
    page.get_by_label("Find a person by name").fill("Smirnov")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Looks for work").click()
    page.locator("[name=occupations]").first.fill("7112")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Noted. Below is what would fit.")).to_be_visible()
    expect(page.get_by_text("The occupation looked for")).to_be_visible()
    expect(page.get_by_text("confidence)").first).to_be_visible()
    reasons = page.get_by_role("list", name="Speaks for it").first
    for shown, sign in ((reasons, "none"), (reasons.locator("li").first, '"+"')):
        assert shown.evaluate("one => getComputedStyle(one, '::before').content") == sign


def propose(page: Page) -> None:
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Proposed. The card is on the work board.")).to_be_visible()


def move_to_hired(page: Page, base: str) -> None:
    page.goto(f"{base}/admin/work/application/")
    page.get_by_role("button", name="Mark sent").click()
    page.get_by_role("button", name="Mark invited").click()
    expect(page.get_by_text("Noted: invited to an interview.")).to_be_visible()
    page.get_by_text("Mark hired…").click()
    page.get_by_role("button", name="Yes, hired").click()
    expect(page.get_by_text("Hired. The position is taken.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Смирнов Пётр").click()
    expect(page.get_by_text("Was hired, and does not look now.")).to_be_visible()
