"""What each role opens: the scopes decide, the same as for partner apps."""

from __future__ import annotations

import pytest
from django.test import Client

from casework.accounts.models import Client as PartnerApp
from casework.accounts.models import Organisation, User
from casework.accounts.roles import SCOPES_OF_ROLE, Scope
from casework.audit.models import Event
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.cases import CaseFactory, TaskFactory
from tests.factories.housing import PlacementFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import ArrivalFactory, DeadlineFactory

PAGES = {
    "people": "/admin/people/person/",
    "register": "/admin/people/person/add/",
    "deadlines": "/admin/stays/deadline/",
    "cases": "/admin/cases/case/",
    "tasks": "/admin/cases/task/",
    "reminders": "/admin/reminders/reminder/",
    "next": "/admin/reminders/reminder/next/",
    "free": "/admin/housing/place/free/",
    "waiting": "/admin/housing/need/",
    "placements": "/admin/housing/placement/",
    "places": "/admin/housing/place/",
    "occupancy": "/admin/housing/place/occupancy/",
    "turned_away": "/admin/housing/turnedaway/",
    "rules": "/admin/stays/stayrule/",
    "changes": "/admin/stays/lawchange/",
    "board": "/admin/work/application/",
    "openings": "/admin/work/opening/",
    "looking": "/admin/work/need/",
    "right": "/admin/work/workrule/",
    "figures": "/admin/figures/",
    "trail": "/admin/audit/event/",
    "policies": "/admin/reminders/policy/",
    "users": "/admin/accounts/user/",
    "apps": "/admin/accounts/client/",
}
FILES = {"people", "deadlines", "cases", "tasks", "reminders", "next", "rules", "right", "changes"}
BEDS = {"free", "waiting", "placements", "places", "occupancy", "turned_away"}
WORK = {"board", "openings", "looking"}
OPENS = {
    "caseworker": FILES | BEDS | WORK | {"register"},
    "supervisor": FILES | BEDS | WORK | {"register", "policies", "figures"},
    "legal": FILES,
    "intake": {"people", "register", "deadlines", "rules", "right", "changes"},
    "auditor": {"trail", "figures", "rules", "right", "changes"},
    "administrator": {"figures", "policies", "users", "apps", "rules", "right", "changes"},
    "rule_editor": {"rules", "right", "changes"},
    "rule_reviewer": {"rules", "right", "changes"},
}


def test_whoever_sees_beds_or_work_sees_files_and_cases() -> None:
    """Their pages name people and cases, and lead to them, without asking again."""
    sees = [scopes for scopes in SCOPES_OF_ROLE.values() if scopes & {Scope.HOUSING_READ, Scope.WORK_READ}]
    assert len(sees) == 2
    assert all(scopes >= {Scope.PEOPLE_READ, Scope.CASES_READ} for scopes in sees)


@pytest.mark.parametrize("role", OPENS)
def test_pages_of_a_role(nino: User, sign_in, role: str) -> None:
    desk = sign_in(UserFactory.create(organisation=nino.organisation, role=role))
    answers = {name: desk.get(address).status_code for name, address in PAGES.items()}
    assert answers == {name: 200 if name in OPENS[role] else 403 for name in PAGES}
    menu = desk.get("/admin/").content.decode()
    offered = {name for name, address in PAGES.items() if f'href="{address}"' in menu}
    assert offered - {"register"} == OPENS[role] - {"register"}


def test_intake_sees_a_file_without_its_case(nino: User, sign_in) -> None:
    arrival = ArrivalFactory.create()
    case = CaseFactory.create(household=arrival.person.household)
    TaskFactory.create(case=case, person=arrival.person, detail="secret of the case")
    desk = sign_in(UserFactory.create(organisation=nino.organisation, intake=True))
    page = desk.get(f"/admin/people/person/{arrival.person_id}/change/").content.decode()
    assert "Larsi" in page
    assert case.number not in page
    assert "secret of the case" not in page
    assert case.number not in desk.get("/admin/people/person/").content.decode()


def test_legal_edits_stays_but_not_people(nino: User, sign_in) -> None:
    deadline = DeadlineFactory.create()
    desk = sign_in(UserFactory.create(organisation=nino.organisation, role="legal"))
    base = f"/admin/people/person/{deadline.person_id}"
    assert desk.get(f"{base}/permits/add/").status_code == 200
    assert desk.get(f"{base}/correct/").status_code == 403
    assert desk.get(f"{base}/documents/add/").status_code == 403
    assert desk.post(f"/admin/stays/deadline/{deadline.pk}/met/").status_code == 302
    case = CaseFactory.create()
    assert desk.post(f"/admin/cases/case/{case.pk}/change/", {"status": "closed"}).status_code == 403


def test_who_may_not_write_cannot_use_the_action(nino: User, sign_in) -> None:
    task = TaskFactory.create()
    desk = sign_in(UserFactory.create(organisation=nino.organisation, role="legal"))
    desk.post("/admin/cases/task/?whose=everybody", {"action": "finish", "_selected_action": [str(task.pk)]})
    assert desk.post(f"/admin/cases/task/{task.pk}/done/").status_code == 403
    task.refresh_from_db()
    assert task.status == "open"


def test_administrator_adds_a_colleague(nino: User, sign_in) -> None:
    desk = sign_in(UserFactory.create(organisation=nino.organisation, administrator=True))
    values = {
        "username": "tamar", "full_name": "Tamar Example", "email": "tamar@casework.example",
        "role": "intake",
    }  # fmt: skip
    weak = desk.post("/admin/accounts/user/add/", {**values, "password": "short"})
    assert weak.context["parts"][0].form.errors["password"]
    assert desk.post("/admin/accounts/user/add/", {**values, "password": PASSWORD}).status_code == 302
    added = User.objects.get(username="tamar")
    assert (added.organisation, added.role, added.is_superuser) == (nino.organisation, "intake", False)
    taken = desk.post("/admin/accounts/user/add/", {**values, "password": PASSWORD})
    assert taken.context["parts"][0].form.errors["username"]


def test_administrator_deactivates_whoever_left(nino: User, levan: User, sign_in) -> None:
    desk, page = (
        sign_in(UserFactory.create(organisation=nino.organisation, administrator=True)),
        PAGES["users"],
    )
    chosen = [str(nino.pk), str(levan.pk)]
    told = desk.post(page, {"action": "deactivate", "_selected_action": chosen}, follow=True).content.decode()
    assert "hand the duty over first" in told
    assert set(User.objects.filter(is_active=False)) == {levan}
    desk.post(page, {"action": "reactivate", "_selected_action": chosen})
    assert not User.objects.filter(is_active=False).exists()


def test_administrator_sees_only_the_own_house(nino: User, marek: User, sign_in) -> None:
    desk = sign_in(UserFactory.create(organisation=nino.organisation, administrator=True))
    page = desk.get("/admin/accounts/user/").content.decode()
    assert "nino" in page
    assert "marek" not in page
    assert desk.get(f"/admin/accounts/user/{marek.pk}/change/").status_code == 404


def test_the_secret_of_a_partner_app_is_shown_once(nino: User, tbilisi: Organisation, sign_in) -> None:
    desk = sign_in(UserFactory.create(organisation=tbilisi, administrator=True))
    values = {"name": "Border tablets", "scopes": ["people:read", "stays:read"]}
    page = desk.post("/admin/accounts/client/add/", values)
    app = PartnerApp.objects.get(name="Border tablets")
    secret = page.context["issued"].secret
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert app.client_secret != secret
    assert app.scopes == "people:read stays:read"
    later = desk.get(f"/admin/accounts/client/{app.pk}/change/").content.decode()
    assert secret not in later
    assert app.client_secret not in later


def test_auditor_reads_ids_only(nino: User, desk: Client, sign_in) -> None:
    arrival = ArrivalFactory.create(person__family_name="Zhuravleva")
    desk.get(f"/admin/people/person/{arrival.person_id}/change/")
    auditor = sign_in(UserFactory.create(organisation=nino.organisation, auditor=True))
    page = auditor.get("/admin/audit/event/", {"q": str(arrival.person_id)}).content.decode()
    assert "person.read" in page
    assert str(arrival.person_id) in page
    assert "Zhuravleva" not in page
    assert auditor.get("/admin/audit/event/", {"q": "no id"}).status_code == 200
    event = Event.objects.filter(action="person.read").first()
    assert auditor.get(f"/admin/audit/event/{event.pk}/change/").status_code == 200


def test_beds_are_not_in_a_file_for_legal(nino: User, sign_in) -> None:
    placement = PlacementFactory.create(need__household=PersonFactory.create().household)
    person = placement.need.household.members.get()
    page = f"/admin/people/person/{person.pk}/change/"
    desk = sign_in(UserFactory.create(organisation=nino.organisation, role="legal"))
    assert str(placement.unit.place) not in desk.get(page).content.decode()
    assert desk.get(f"/admin/people/person/{person.pk}/bed/").status_code == 403
    assert desk.get(f"/admin/housing/placement/{placement.pk}/change/").status_code == 403
    assert str(placement.unit.place) in sign_in(nino).get(page).content.decode()
