"""Marek works elsewhere: whatever address he types, it is as if there were nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from casework.accounts.models import User
from casework.backoffice.site import site
from casework.isolation import current_organisation
from casework.reminders.models import Policy
from tests.acting import set_organisation
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.housing import ClosureFactory, PlacementFactory, TurnedAwayFactory
from tests.factories.people import DocumentFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, DecisionFactory, PermitFactory
from tests.factories.work import ApplicationFactory


@pytest.fixture
def theirs(nino: User) -> dict[str, Any]:
    arrival = ArrivalFactory.create(person__family_name="Zhuravleva")
    case = CaseFactory.create(household=arrival.person.household)
    deadline = DeadlineFactory.create(arrival=arrival)
    application = ApplicationFactory.create(need__person=arrival.person)
    placement = PlacementFactory.create(
        need__household=arrival.person.household, unit__place__name="Zhuravleva hostel"
    )
    return {
        "housing_place": placement.unit.place,
        "housing_need": placement.need,
        "housing_placement": placement,
        "housing_turnedaway": TurnedAwayFactory.create(),
        "unit": placement.unit,
        "closure": ClosureFactory.create(unit=placement.unit),
        "people_person": arrival.person,
        "stays_deadline": deadline,
        "cases_case": case,
        "cases_task": TaskFactory.create(case=case, person=arrival.person),
        "reminders_reminder": ReminderFactory.create(deadline=deadline),
        "reminders_policy": Policy.objects.create(organisation=nino.organisation),
        "accounts_user": nino,
        "work_application": application,
        "work_opening": application.opening,
        "work_need": application.need,
        "arrivals": arrival,
        "documents": DocumentFactory.create(person=arrival.person),
        "decisions": DecisionFactory.create(person=arrival.person),
        "permits": PermitFactory.create(person=arrival.person),
    }


def walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def addresses(theirs: dict[str, Any], *, missing: bool) -> dict[str, str]:
    """Every route of the site that names a row, with Tbilisi's ids or with ids that never were."""

    def pk(name: str) -> str:
        return str(uuid4() if missing else theirs[name].pk)

    found = {}
    for route in walk(site.urls[0]):
        room = "_".join(route.split("/")[:2])
        if "<" not in route or room not in theirs:
            continue
        person = pk("people_person")
        filled = route.replace("<path:object_id>", pk(room)).replace("<uuid:person_id>", person)
        filled = filled.replace("<uuid:unit_id>", pk("unit")).replace("<uuid:closure_id>", pk("closure"))
        inner = next(
            (name for name in ("arrivals", "documents", "permits", "decisions") if f"/{name}/" in route), room
        )
        if not route.endswith("/delete/"):  # forbidden to everybody, before anything is looked up
            found[route] = "/admin/" + filled.replace("<uuid:row_id>", pk(inner))
    return found


def told(response: Any) -> tuple[int, str]:
    """The answer without the token that differs in every form."""
    return response.status_code, re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()
    )


def test_every_route_of_a_row_is_known(theirs: dict[str, Any]) -> None:
    assert len(addresses(theirs, missing=False)) > 25


def test_marek_gets_nothing(theirs: dict[str, Any], marek: User, sign_in) -> None:
    desk = sign_in(marek)
    for address in addresses(theirs, missing=False).values():
        for response in (desk.get(address, follow=True), desk.post(address, {"version": "1"}, follow=True)):
            assert response.status_code in (403, 404, 405), address
            assert b"Zhuravleva" not in response.content


def test_what_is_foreign_answers_like_what_never_was(theirs: dict[str, Any], marek: User, sign_in) -> None:
    desk = sign_in(marek)
    foreign, missing = addresses(theirs, missing=False), addresses(theirs, missing=True)
    for route, address in foreign.items():
        assert told(desk.get(address)) == told(desk.get(missing[route])), route


def test_lists_are_empty_for_marek(theirs: dict[str, Any], marek: User, sign_in) -> None:
    desk = sign_in(marek)
    for room in (
        "people/person",
        "stays/deadline",
        "cases/case",
        "cases/task",
        "reminders/reminder",
        "housing/place",
        "housing/need",
        "housing/placement",
        "housing/turnedaway",
    ):
        response = desk.get(
            f"/admin/{room}/?when=all&whose=everybody" if "stays" in room else f"/admin/{room}/"
        )
        assert len(response.context["cl"].result_list) == 0
        assert b"Zhuravleva" not in response.content
    for room in ("opening", "need"):
        assert len(desk.get(f"/admin/work/{room}/").context["cl"].result_list) == 0
    assert desk.get("/admin/work/application/").context["board"].applications == []
    assert b"Zhuravleva" not in desk.get("/admin/").content
    for page in ("", "housing/place/free/?city=all", "housing/place/occupancy/?city=tbilisi"):
        assert b"Zhuravleva" not in desk.get(f"/admin/{page}").content


def test_anonymous_gets_the_sign_in(theirs: dict[str, Any]) -> None:
    before = current_organisation()
    set_organisation(None)
    for address in [*addresses(theirs, missing=False).values(), "/admin/", "/admin/people/person/"]:
        response = Client().get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/admin/login/"), address
        assert b"Zhuravleva" not in response.content
    set_organisation(before)


def test_names_are_listed_nowhere_else(theirs: dict[str, Any], desk: Client) -> None:
    asked = {"app_label": "cases", "model_name": "case", "field_name": "household", "term": "z"}
    assert desk.get("/admin/autocomplete/", asked).status_code == 404
    assert desk.get("/admin/search/", {"s": "z"}).status_code == 404
