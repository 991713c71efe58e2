"""Openings at the desk: added, changed, closed, listed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.cases.models import Task, TaskKind
from casework.work.models import Opening
from tests.backoffice.pages_of_work import BOARD, OPENINGS, page_of
from tests.factories.cases import CaseFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

ASKED = {
    "employer": "Vake Building", "title": "Bricklayer", "occupation": "7112 Bricklayers and related workers",
    "sector": "F", "country": "GE", "city": "Tbilisi", "positions": "2", "pay": "90", "currency": "GEL",
    "pay_per": "day", "closes_on": "2022-12-01", "spoken": ["ka", "", ""], "spoken_level": ["A2", "", ""],
    "contact": "Vakho, +995 555 060708", "housing_offered": "on",
}  # fmt: skip


def test_add_an_opening(desk: Client) -> None:
    answer = desk.post(f"{OPENINGS}add/", ASKED)
    opening = Opening.objects.get()
    assert answer.headers["Location"] == page_of(opening)
    assert (opening.occupation, opening.positions, opening.housing_offered) == ("7112", 2, True)
    assert (opening.languages, opening.language_levels) == (["ka"], {"ka": "A2"})
    page = desk.get(page_of(opening)).content.decode()
    assert "Bricklayers and related workers (7112)" in page
    assert "Georgian A2" in page
    assert "Vakho, +995 555 060708" in page
    assert "90.00 GEL per day" in page


@pytest.mark.parametrize(
    "typed", ["7112", "каменщики", "7112 Bricklayers and related workers", "bricklayers"]
)
def test_an_occupation_is_typed_by_code_or_name(desk: Client, typed: str) -> None:
    desk.post(f"{OPENINGS}add/", {**ASKED, "occupation": typed})
    assert Opening.objects.get().occupation == "7112"


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("occupation", {"occupation": "welder of dreams"}, "No occupation is called"),
        ("occupation", {"occupation": "cleaners"}, "may be several: "),
        ("occupation", {"occupation": "a\0b"}, "Null characters"),
        ("positions", {"positions": "0"}, "1"),
        ("positions", {"positions": "9" * 30}, "from 1 to 10000"),
        ("pay", {"pay": "-1"}, "cannot be negative"),
        ("pay", {"pay": "1e999999"}, "digits"),
        ("currency", {"currency": ""}, "Pay needs a currency"),
        ("closes_on", {"closes_on": "2022-09-01"}, "passed already"),
        ("spoken", {"spoken": ["", "", ""]}, "Say which language"),
        (None, {"spoken": ["ka", "ka"], "spoken_level": ["A2", ""]}, "Each of them once"),
        (None, {"spoken": ["a\0", ""], "spoken_level": ["A2", ""]}, "Not a language code"),
        (None, {"spoken_level": ["D9", "", ""]}, "A level is one of"),
        ("employer", {"employer": " "}, "required"),
    ],
)
def test_refused_at_its_field(desk: Client, field: str | None, values: dict[str, Any], told: str) -> None:
    page = desk.post(f"{OPENINGS}add/", {**ASKED, **values})
    assert page.status_code == 200
    errors = page.context["parts"][0].form.errors
    assert told in str(errors[field or "__all__"])
    assert not Opening.objects.exists()


def test_what_was_typed_stays_in_the_form(desk: Client) -> None:
    page = desk.post(f"{OPENINGS}add/", {**ASKED, "positions": "0"}).content.decode()
    assert 'value="7112 Bricklayers and related workers"' in page
    assert '<option value="ka" selected>' in page


def test_change_close_and_open_again(desk: Client) -> None:
    opening = OpeningFactory.create()
    form = desk.get(f"{OPENINGS}{opening.pk}/edit/").context["parts"][0].form
    assert form["occupation"].value() == "7112"
    assert (
        desk.post(f"{OPENINGS}{opening.pk}/edit/", {**ASKED, "positions": "5", "version": 1}).status_code
        == 302
    )
    opening.refresh_from_db()
    assert opening.positions == 5
    assert (
        desk.post(f"{OPENINGS}{opening.pk}/close/", {"reason": "withdrawn", "version": 1}).status_code == 200
    )
    assert (
        desk.post(f"{OPENINGS}{opening.pk}/close/", {"reason": "withdrawn", "version": 2}).status_code == 302
    )
    assert "It is closed: nobody can be proposed." in desk.get(page_of(opening)).content.decode()
    assert desk.post(f"{OPENINGS}{opening.pk}/reopen/", {"version": 3}).status_code == 302
    opening.refresh_from_db()
    assert (opening.status, opening.closed_reason) == ("open", None)


def test_closing_tells_whoever_looks_after_those_who_wait(desk: Client, nino: User) -> None:
    application = ApplicationFactory.create()
    CaseFactory.create(household=application.need.person.household, assigned_to=nino)
    ApplicationFactory.create(opening=application.opening)  # without a case nobody is told
    assert "Closed. 1 task for the caseworkers" in closed(desk, application.opening)
    assert Task.objects.get().kind == TaskKind.OPENING_CLOSED


def test_closing_where_nobody_waits_tells_of_no_task(desk: Client, nino: User) -> None:
    application = ApplicationFactory.create(status="withdrawn")
    CaseFactory.create(household=application.need.person.household, assigned_to=nino)
    assert "Closed. It gives nobody a task." in closed(desk, application.opening)


def closed(desk: Client, opening: Opening) -> str:
    asked = {"reason": "withdrawn", "version": 1}
    return desk.post(f"{OPENINGS}{opening.pk}/close/", asked, follow=True).content.decode()


def test_the_list_of_openings(desk: Client) -> None:
    def shown(**asked: str) -> set[str]:
        return {row.title for row in desk.get(OPENINGS, asked).context["cl"].result_list}

    OpeningFactory.create(housing_offered=True)
    OpeningFactory.create(kitchen=True, city="Batumi", employer="Adjara Hotel")
    OpeningFactory.create(title="Plasterer", closed=True)
    assert shown() == {"Bricklayer", "Cook"}
    assert shown(state="closed") == {"Plasterer"}
    assert shown(state="all", city="GE/batumi") == {"Cook"}
    assert shown(sector="F") == {"Bricklayer"}
    assert shown(housing="offered") == {"Bricklayer"}
    assert shown(q="adjara hotel") == {"Cook"}
    assert shown(q="каменщики") == {"Bricklayer"}
    assert "2 of 2" in desk.get(OPENINGS).content.decode()


def test_what_is_closed_offers_no_city_unless_it_is_asked_for(desk: Client) -> None:
    OpeningFactory.create()
    OpeningFactory.create(kitchen=True, city="Batumi", closed=True)
    assert offered(desk, OPENINGS) == ({"GE/tbilisi"}, {"F"})
    chosen = {"city": "GE/batumi", "sector": "I"}
    assert offered(desk, OPENINGS, **chosen) == ({"GE/batumi", "GE/tbilisi"}, {"F", "I"})
    assert offered(desk, OPENINGS, city="x", sector="x") == ({"GE/tbilisi"}, {"F"})
    assert offered(desk, OPENINGS, state="closed") == ({"GE/batumi"}, {"I"})
    assert offered(desk, OPENINGS, state="all") == ({"GE/batumi", "GE/tbilisi"}, {"F", "I"})


def test_the_board_offers_the_cities_of_its_cards(desk: Client) -> None:
    """Also where the opening is closed: the card stays where it is."""
    ApplicationFactory.create(opening=OpeningFactory.create(kitchen=True, city="Batumi"))
    OpeningFactory.create()
    assert offered(desk, BOARD) == ({"GE/batumi"}, {"I"})
    Opening.objects.filter(city="Batumi").update(status="closed", closed_reason="withdrawn")
    assert offered(desk, BOARD) == ({"GE/batumi"}, {"I"})
    assert offered(desk, BOARD, city="GE/tbilisi", sector="F") == ({"GE/batumi", "GE/tbilisi"}, {"F", "I"})


def offered(desk: Client, room: str, **asked: str) -> tuple[set[str], set[str]]:
    shown = desk.get(room, asked).context
    if room == BOARD:
        return {value for value, _ in shown["board"].cities}, {value for value, _ in shown["board"].sectors}
    choices = {spec.parameter_name: spec.lookup_choices for spec in shown["cl"].filter_specs}
    return {value for value, _ in choices["city"]}, {value for value, _ in choices["sector"]}


def test_past_its_closing_day_nobody_can_be_proposed(desk: Client) -> None:
    """It is open until the sweep comes by."""
    WorkNeedFactory.create()
    opening = OpeningFactory.create(closes_on=date(2022, 9, 1))
    page = desk.get(page_of(opening)).content.decode()
    assert "Its closing day has passed: nobody can be proposed." in page
    assert "Propose</button>" not in page
    assert "Propose</button>" in desk.get(page_of(OpeningFactory.create())).content.decode()
