"""Work at the desk: openings, people who look for work, the board, who may do it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.audit.actors import system
from casework.audit.models import Event
from casework.backoffice.templatetags.backoffice import days_told
from casework.cases.models import Task, TaskKind
from casework.work.details import OpeningDetails
from casework.work.models import Application, Need, Opening
from casework.work.operations import change_opening
from tests.acting import acting
from tests.backoffice.pages_of_work import BOARD, NEEDS, OPENINGS, page_of
from tests.factories.cases import CaseFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory

ASKED = {
    "employer": "Vake Building", "title": "Bricklayer", "occupation": "7112 Bricklayers and related workers",
    "sector": "F", "country": "GE", "city": "Tbilisi", "positions": "2", "pay": "90", "currency": "GEL",
    "pay_per": "day", "closes_on": "2022-12-01", "spoken": ["ka", "", ""], "spoken_level": ["A2", "", ""],
    "contact": "Vakho, +995 555 060708", "housing_offered": "on",
}  # fmt: skip


# --- openings --------------------------------------------------------------------------------------------
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


def test_a_page_writes_its_days_in_one_way(desk: Client) -> None:
    """Also those in the sentences of the domain, which are ISO dates elsewhere."""
    arrival = ArrivalFactory.create()
    DeadlineFactory.create(arrival=arrival, due_on=date(2022, 12, 23))
    need = WorkNeedFactory.create(person=arrival.person, available_from=date(2023, 2, 1))
    opening = OpeningFactory.create(starts_on=date(2023, 1, 10))
    for address in (page_of(need), page_of(opening)):
        page = desk.get(address).content.decode()
        assert "The stay in Georgia ends on 23 Dec 2022" in page
        assert not re.search(r">[^<>]*\b20\d\d-\d\d-\d\d", page)
    assert days_told("Room 2023-02-30, from 2023-02-03") == "Room 2023-02-30, from 3 Feb 2023"


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


@pytest.mark.parametrize("room", [OPENINGS, BOARD])
def test_what_is_closed_offers_no_city_unless_it_is_asked_for(desk: Client, room: str) -> None:
    OpeningFactory.create()
    OpeningFactory.create(kitchen=True, city="Batumi", closed=True)
    assert offered(desk, room) == ({"GE/tbilisi"}, {"F"})
    chosen = {"city": "GE/batumi", "sector": "I"}
    assert offered(desk, room, **chosen) == ({"GE/batumi", "GE/tbilisi"}, {"F", "I"})
    assert offered(desk, room, city="x", sector="x")[1] == {"F"}
    if room == OPENINGS:
        assert offered(desk, room, state="closed") == ({"GE/batumi"}, {"I"})
        assert offered(desk, room, state="all") == ({"GE/batumi", "GE/tbilisi"}, {"F", "I"})


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


# --- who looks for work ----------------------------------------------------------------------------------
def test_from_the_file_to_a_need(desk: Client) -> None:
    arrival = ArrivalFactory.create(person__languages=["ru", "en"])
    file = f"/admin/people/person/{arrival.person_id}/"
    assert "Does not look for work" in desk.get(f"{file}change/").content.decode()
    form = desk.get(f"{file}looks-for-work/").context["parts"][0].form
    assert form.initial["country"] == "GE"
    assert form.initial["spoken"] == [("ru", ""), ("en", "")]
    values = {
        "occupations": ["7112", "", ""], "skills": " welding,  crane ", "country": "GE", "city": "Tbilisi",
        "sectors": ["F"], "spoken": ["ru", "en"], "spoken_level": ["native", "B1"], "available_from": "",
    }  # fmt: skip
    assert desk.post(f"{file}looks-for-work/", values).status_code == 302
    need = Need.objects.get()
    assert (need.occupations, need.skills, need.sectors) == (["7112"], ["welding", "crane"], ["F"])
    assert need.language_levels == {"ru": "native", "en": "B1"}
    again = desk.post(f"{file}looks-for-work/", values)
    assert "already looks for work" in again.content.decode()
    box = desk.get(f"{file}change/").content.decode()
    assert "Looks for: Bricklayers and related workers, welding, crane" in box


def test_the_file_says_whether_they_may_work(desk: Client) -> None:
    application = ApplicationFactory.create(need__person=ArrivalFactory.create().person)
    page = desk.get(f"/admin/people/person/{application.need.person_id}/change/")
    [(country, right)] = page.context["file"].work.rights
    assert country == "GE"
    assert right.detail in page.content.decode()
    assert "Vake Building" in page.content.decode()


def test_whose_file_it_is(desk: Client) -> None:
    person = PersonFactory.create(family_name="Zhuravleva")
    PersonFactory.create(family_name="Petrova")
    page = desk.get(f"{NEEDS}add/?q=журавлева").content.decode()
    assert f"/admin/people/person/{person.pk}/looks-for-work/" in page
    assert "Petrova" not in page
    assert Event.objects.get(action="person.read").object_id == person.pk
    assert "Nobody of that name" in desk.get(f"{NEEDS}add/?q=nobody").content.decode()


def test_the_list_of_needs(desk: Client, nino: User) -> None:
    def shown(**asked: str) -> set[str]:
        return {row.person.family_name for row in desk.get(NEEDS, asked).context["cl"].result_list}

    mine = WorkNeedFactory.create(person__family_name="Mine")
    CaseFactory.create(household=mine.person.household, assigned_to=nino)
    WorkNeedFactory.create(person__family_name="Other", city="Batumi", sectors=["I"])
    WorkNeedFactory.create(person__family_name="Gone", withdrawn=True)
    assert shown() == {"Mine", "Other"}
    assert shown(whose="mine") == {"Mine"}
    assert shown(state="withdrawn") == {"Gone"}
    assert shown(city="GE/batumi") == {"Other"}
    assert shown(sector="I") == {"Other"}
    assert shown(q="other") == {"Other"}


def test_change_and_end_a_need(desk: Client) -> None:
    application = ApplicationFactory.create()
    need = application.need
    values = {"occupations": ["5120"], "city": "Batumi", "country": "GE", "version": 1}
    assert desk.post(f"{NEEDS}{need.pk}/edit/", values).status_code == 302
    need.refresh_from_db()
    assert (need.occupations, need.city_key, need.sectors) == (["5120"], "batumi", [])
    assert desk.post(f"{NEEDS}{need.pk}/withdraw/", {"reason": "moves on", "version": 2}).status_code == 302
    application.refresh_from_db()
    assert (application.status, application.reason) == ("withdrawn", "moves on")
    assert "This search is over" in desk.get(page_of(need)).content.decode()


def test_occupations_that_are_none_are_refused(desk: Client) -> None:
    need = WorkNeedFactory.create()
    page = desk.post(f"{NEEDS}{need.pk}/edit/", {"occupations": ["7112", "no\0such"], "version": 1})
    assert "No occupation is called" in str(page.context["parts"][0].form.errors["occupations"])


# --- matches ---------------------------------------------------------------------------------------------
def test_matches_of_an_opening_and_propose_in_one_click(desk: Client, nino: User) -> None:
    opening = OpeningFactory.create(languages=["ka"])
    arrival = ArrivalFactory.create(person__family_name="Zhuravleva")
    DeadlineFactory.create(arrival=arrival)
    need = WorkNeedFactory.create(person=arrival.person)
    CaseFactory.create(household=arrival.person.household, assigned_to=nino)
    page = desk.get(page_of(opening)).content.decode()
    for told in (
        "Zhuravleva",
        "The occupation looked for",
        "Asks for Georgian",
        "confidence)",
        "Propose</button>",
    ):
        assert told in page
    asked = {"need": str(need.pk), "opening": str(opening.pk), "next": page_of(opening)}
    assert desk.post(f"{BOARD}propose/", asked).headers["Location"] == page_of(opening)
    assert Application.objects.get().status == "proposed"
    page = desk.get(page_of(opening)).content.decode()
    assert "already" in page
    assert "Propose</button>" not in page
    assert f'<strong>proposed</strong> <span class="cw-quiet">by {nino}</span>' in page
    again = desk.post(f"{BOARD}propose/", asked, follow=True)
    assert "already been proposed" in again.content.decode()


def test_matches_of_a_need(desk: Client) -> None:
    need = WorkNeedFactory.create()
    OpeningFactory.create()
    OpeningFactory.create(kitchen=True, city="Batumi", positions=1)
    page = desk.get(page_of(need))
    assert [one.match.row.title for one in page.context["shown"]] == ["Bricklayer", "Cook"]
    assert "Neither the occupation nor the sector" in page.content.decode()
    assert "right to work not known" in page.content.decode()


def test_matches_come_page_by_page(desk: Client) -> None:
    opening = OpeningFactory.create()
    WorkNeedFactory.create_batch(12)
    first, second = (
        desk.get(page_of(opening), {"matches": number}).context["shown"] for number in ("1", "2")
    )
    assert (len(first), len(second)) == (10, 2)
    assert not {one.match.row.pk for one in first} & {one.match.row.pk for one in second}


def test_one_list_is_turned_and_the_other_stays(desk: Client) -> None:
    need = WorkNeedFactory.create()
    ApplicationFactory.create_batch(21, need=need, status="declined", reason="full")
    page = desk.get(page_of(need), {"applications": "2"})
    assert (len(page.context["ways"].object_list), len(page.context["shown"])) == (1, 10)
    assert 'href="?applications=2&amp;matches=2#matches">Later' in page.content.decode()
    assert 'href="?applications=1#applications">Earlier' in page.content.decode()


@pytest.mark.parametrize("junk", ["", "x", "a\0b", "00000000-0000-4000-8000-000000000000"])
def test_propose_what_is_no_row(desk: Client, junk: str) -> None:
    need, opening = WorkNeedFactory.create(), OpeningFactory.create()
    for asked in ({"need": junk, "opening": opening.pk}, {"need": need.pk, "opening": junk}):
        assert desk.post(f"{BOARD}propose/", asked).status_code == 404
    assert desk.get(f"{BOARD}propose/").status_code == 405


def test_propose_across_organisations(desk: Client, marek: User) -> None:
    with acting(marek.organisation):
        theirs = OpeningFactory.create()
    need = WorkNeedFactory.create()
    assert desk.post(f"{BOARD}propose/", {"need": need.pk, "opening": theirs.pk}).status_code == 404


# --- what is noted ---------------------------------------------------------------------------------------
def test_whoever_is_named_finds_it_in_their_trail(desk: Client) -> None:
    application = ApplicationFactory.create(opening__closes_on=date(2022, 12, 1))
    person = str(application.need.person_id)
    pages = {
        BOARD: "application", page_of(application): "application", NEEDS: "work_need",
        page_of(application.need): "work_need", page_of(application.opening): "opening", OPENINGS: "opening",
    }  # fmt: skip
    for address, noted in pages.items():
        before = set(Event.objects.values_list("id", flat=True))
        assert desk.get(address).status_code == 200
        events = Event.objects.exclude(id__in=before)
        assert f"{noted}.read" in {event.action for event in events}, address
        if address != OPENINGS:
            read = [event for event in events if event.action == "person.read"]
            assert person in {str(event.object_id) for event in read}, address


def test_the_trail_tells_who_in_words(desk: Client, nino: User, at: datetime) -> None:
    opening = OpeningFactory.create(positions=3)
    for actor in (nino.as_actor(), system("openings", nino.organisation_id)):
        change_opening(
            opening=opening,
            details=replace(OpeningDetails.of(opening), positions=opening.positions + 1),
            by=actor,
            at=at,
        )
    shown = desk.get(f"{OPENINGS}{opening.pk}/history/").context["trail"]
    assert {who for _, who in shown} == {str(nino), "Casework itself"}


# --- the law ---------------------------------------------------------------------------------------------
def test_the_rules_in_words(desk: Client) -> None:
    rules = "/admin/work/workrule/"
    page = desk.get(rules, {"country": "AM"})
    assert page.status_code == 200
    listed = page.context["cl"].result_list
    assert {rule.country for rule in listed} == {"AM"}
    union = desk.get(rules, {"country": "EU"}).content.decode()
    assert "European Union" in union
    rule = next(rule for rule in listed if rule.key == "am-work-eaeu")
    one = desk.get(f"{rules}{rule.pk}/change/").content.decode()
    for told in (
        "may work",
        "any stay",
        "Russian Federation",
        rule.source.split(",")[0],
        "high",
        rule.condition,
    ):
        assert told in one
    assert desk.get(f"{rules}add/").status_code == 403
    assert desk.post(f"{rules}{rule.pk}/change/", {"allowed": "no"}).status_code == 200
    rule.refresh_from_db()
    assert rule.allowed == "yes"
