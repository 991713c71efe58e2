"""Marek works elsewhere: whatever address he types, it is as if there were nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver

from casework.accounts.models import User
from casework.audit.models import Event
from casework.backoffice.site import site
from casework.isolation import act_for, current_organisation
from casework.reminders.models import Policy
from tests.acting import set_organisation
from tests.api.conftest import issued
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.housing import ClosureFactory, PlacementFactory, TurnedAwayFactory
from tests.factories.people import DocumentFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory, DecisionFactory, PermitFactory
from tests.factories.work import ApplicationFactory

NOBODYS = {
    "stays_stayrule": "the law is public",
    "stays_lawchange": "a change of the law is public; test_law_changes.py shows whose stays it names",
    "work_workrule": "the law is public",
    "r_<path:content_type_id>": "leads to a page that a row has elsewhere: none has",
    "^(?P<app_label>people|stays|cases|reminders|work|accounts|audit|housing)_$": "names rooms, no row",
    "(?P<url>.*)$": "what is no page",
}
# Each list as wide as it can be made: what is empty then is not narrowed to nothing.
LISTS = {
    "people/person": "", "stays/deadline": "?when=all&whose=everybody",
    "cases/case": "?state=all&whose=everybody", "cases/task": "?state=all&whose=everybody",
    "reminders/reminder": "?time=all", "housing/place": "", "housing/need": "?state=all&whose=everybody",
    "housing/placement": "?state=all&whose=everybody", "housing/turnedaway": "",
    "work/opening": "?state=all", "work/need": "?state=all&whose=everybody",
}  # fmt: skip


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
        "accounts_client": issued(nino.organisation).client,
        "audit_event": Event.objects.latest("id"),
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


def routes_of_rows() -> Iterator[tuple[str, str]]:
    for route in walk(site.urls[0]):
        if "<" in route:
            yield route, "_".join(route.split("/")[:2])


def addresses(theirs: dict[str, Any], *, missing: bool) -> dict[str, str]:
    """Every route of the site that names a row, with Tbilisi's ids or with ids that never were."""

    def pk(name: str) -> str:
        if missing:
            return str(uuid4() if isinstance(theirs[name].pk, UUID) else 987_654_321)
        return str(theirs[name].pk)

    found = {}
    for route, room in routes_of_rows():
        if room in NOBODYS:
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
    assert {room for _, room in routes_of_rows()} - theirs.keys() == NOBODYS.keys()
    assert not [address for address in addresses(theirs, missing=False).values() if "<" in address]


# What the others do not open anyway is walked by whoever works on files.
ROOMS_OF = {"caseworker": "", "administrator": "accounts/", "auditor": "audit/"}


@pytest.mark.parametrize("role", ROOMS_OF)
def test_marek_gets_nothing(theirs: dict[str, Any], marek: User, sign_in, role: str) -> None:
    gets_nothing(as_a(role, marek, sign_in), role, theirs)


@pytest.mark.parametrize("role", ROOMS_OF)
def test_marek_gets_nothing_by_the_first_wall_alone(
    theirs: dict[str, Any], nino: User, marek: User, sign_in, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """PostgreSQL shows him Nino's rows here: what refuses are the querysets."""
    monkeypatch.setattr("casework.backoffice.site.act_for", lambda _: act_for(nino.organisation_id))
    gets_nothing(as_a(role, marek, sign_in), role, theirs)


def as_a(role: str, user: User, sign_in: Any) -> Client:
    user.role = role
    user.save(update_fields=["role"])
    desk: Client = sign_in(user)
    return desk


def gets_nothing(desk: Client, role: str, theirs: dict[str, Any]) -> None:
    for route, address in addresses(theirs, missing=False).items():
        if route.startswith(ROOMS_OF[role]):
            for response in (
                desk.get(address, follow=True),
                desk.post(address, {"version": "1"}, follow=True),
            ):
                assert response.status_code in (403, 404, 405), address
                assert b"Zhuravleva" not in response.content, address


def test_propose_looks_among_ones_own(theirs: dict[str, Any], desk: Client) -> None:
    """Two rows that are posted, each behind two walls: the first shows in what PostgreSQL is asked."""
    posted = {"need": theirs["work_need"].pk, "opening": theirs["work_opening"].pk}
    with CaptureQueriesContext(connection) as asked:
        desk.post("/admin/work/application/propose/", posted)
    for table in ("work_need", "work_opening"):
        found = next(query["sql"] for query in asked if f'FROM "{table}"' in query["sql"])
        assert f'"{table}"."organisation_id" =' in found.partition("WHERE")[2], table


def test_what_is_foreign_answers_like_what_never_was(theirs: dict[str, Any], marek: User, sign_in) -> None:
    desk = sign_in(marek)
    foreign, missing = addresses(theirs, missing=False), addresses(theirs, missing=True)
    for route, address in foreign.items():
        assert told(desk.get(address)) == told(desk.get(missing[route])), route


@pytest.mark.parametrize("room", LISTS)
def test_lists_are_empty_for_marek(
    theirs: dict[str, Any], desk: Client, marek: User, sign_in, room: str
) -> None:
    """Nino's shows the row, so that nothing but the walls hides it from him."""
    address = f"/admin/{room}/{LISTS[room]}"
    assert theirs[room.replace("/", "_")] in desk.get(address).context["cl"].result_list
    response = sign_in(marek).get(address)
    assert len(response.context["cl"].result_list) == 0
    assert b"Zhuravleva" not in response.content


def test_pages_without_a_row_are_empty_for_marek(theirs: dict[str, Any], marek: User, sign_in) -> None:
    desk = sign_in(marek)
    assert desk.get("/admin/work/application/").context["board"].applications == []
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
