"""Work at the desk: what would fit, what is noted and told, the law."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.audit.actors import system
from casework.audit.models import Event
from casework.backoffice.words import days_said
from casework.work.details import OpeningDetails
from casework.work.models import Application
from casework.work.operations import change_opening
from tests.acting import acting
from tests.backoffice.pages_of_work import BOARD, NEEDS, OPENINGS, page_of
from tests.factories.cases import CaseFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory
from tests.factories.work import ApplicationFactory, OpeningFactory, WorkNeedFactory


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
    assert 'href="?applications=2&amp;matches=2#matches">Next' in page.content.decode()
    assert 'href="?applications=1#applications">Previous' in page.content.decode()


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
    assert days_said("Room 2023-02-30, from 2023-02-03") == "Room 2023-02-30, from 3 Feb 2023"


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
