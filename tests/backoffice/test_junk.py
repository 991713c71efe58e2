"""Whatever is typed into an address or sent without a form: an answer, never a fault of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.stays.models import Permit
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.stays import DeadlineFactory

LISTS = (
    "people/person",
    "stays/deadline",
    "stays/stayrule",
    "stays/lawchange",
    "cases/case",
    "cases/task",
    "reminders/reminder",
    "work/application",
    "work/opening",
    "work/need",
    "work/workrule",
    "housing/place",
    "housing/need",
    "housing/placement",
    "housing/turnedaway",
    "housing/place/occupancy",
    "housing/place/free",
    "reminders/reminder/next",
)
QUERIES = (
    "q=%00", "country=%00", "in=%00", "nationality=XX", "kind__exact=%00", "kind__exact=nothing", "when=%00",
    "whose=x", "p=x", "p=999999", "o=99.-7", "all=", "_facets=True", "state__exact=a%00b", "q=" + "%D1%84" * 400,
    "known_on=%00", "known_on=2023-02-30",
    "day=%00", "day=2023-02-30", "day=9999-12-31", "day=0001-01-01", "page=-1", "page=x", "page=99999999",
    "city=%00", "city=x", "city=GE/", "sector=%00", "sector=x", "step=x", "step=hired&page=x", "basis=x", "allowed=x",
    "city=%00", "city=x", "city=-", "from=%00", "from=9999-12-31", "night=0001-01-01", "unit=x", "until=x",
    "nights=-1", "nights=x", "nights=99999999999", "people=1e9", "people=%D9%A3", "back=x", "wish=1", "pets=x",
    "night=8999-12-31&nights=366", "from=8999-12-31",
    "known_on=9999-12-31", "known_on=0001-01-01", "no_such=1", "person__family_name=x", "q='--", "q=%25%5F",
)  # fmt: skip


@pytest.mark.parametrize("page", LISTS)
def test_lists_take_any_query(desk: Client, page: str) -> None:
    DeadlineFactory.create()
    for query in QUERIES:
        response = desk.get(f"/admin/{page}/?{query}")
        assert response.status_code in (200, 302, 400, 404), query


@pytest.mark.parametrize("junk", ["abc", "a%00b", "0", "..%2f..", "9" * 40])
def test_addresses_that_are_no_ids(desk: Client, nino: User, sign_in, junk: str) -> None:
    administrator = sign_in(UserFactory.create(organisation=nino.organisation, administrator=True))
    for page in (*LISTS[:-3], "accounts/user", "accounts/client"):
        door = administrator if "accounts" in page else desk
        for inner in ("change", "history", "delete"):
            assert door.get(f"/admin/{page}/{junk}/{inner}/").status_code in (403, 404), (page, inner)


def test_actions_on_what_is_no_row(desk: Client) -> None:
    for chosen in ("junk", "a\0b", "1"):
        response = desk.post("/admin/stays/deadline/", {"action": "mark_met", "_selected_action": chosen})
        assert response.status_code == 404


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": "9999-12-31", "ends_on": "9999-12-31"},
        {"starts_on": "0001-01-01", "ends_on": "9999-12-31"},
        {"starts_on": "2022-02-30", "ends_on": "2022-12-31"},
        {"starts_on": "2022-09-01", "ends_on": "2022-12-31", "stay_days": "9" * 30},
        {"starts_on": "2022-09-01", "ends_on": "2022-12-31", "entries": "-1"},
    ],
)
def test_days_beyond_the_calendar(desk: Client, days: dict[str, str]) -> None:
    person = PersonFactory.create()
    address = f"/admin/people/person/{person.pk}/permits/add/"
    response = desk.post(address, {"country": "GE", "kind": "residence_permit", **days})
    assert response.status_code in (200, 302)
    assert (response.status_code == 302) == Permit.objects.exists()


def test_pages_of_the_frame(desk: Client) -> None:
    for page in (
        "",
        "people/",
        "stays/",
        "cases/",
        "work/",
        "jsi18n/",
        "password_change/",
        "password_change/done/",
    ):
        assert desk.get(f"/admin/{page}").status_code == 200, page
    assert desk.get("/admin/nothing-here/").status_code == 404


def test_a_new_password_is_noted(desk: Client, nino: User) -> None:
    new = {"new_password1": "a staple for the horse", "new_password2": "a staple for the horse"}
    assert desk.post("/admin/password_change/", {"old_password": PASSWORD, **new}).status_code == 302
    nino.refresh_from_db()
    assert nino.check_password("a staple for the horse")


def test_sentences_are_in_the_language_of_the_caseworker(nino: User, sign_in) -> None:
    reasons = [{"code": "per_entry_days", "values": {"entered_on": "2022-09-21", "days": 90}}]
    deadline = DeadlineFactory.create(reasons=reasons)
    User.objects.filter(pk=nino.pk).update(language="ru")
    page = sign_in(nino).get(f"/admin/stays/deadline/{deadline.pk}/change/").content.decode()
    assert "90 дней" in page
    assert "not yet been checked" not in page


@pytest.mark.parametrize(
    ("language", "told", "note"),
    [
        ("ka", "90 დღე", ""),
        ("kk", "90 күн", "Қазақша: this translation has not yet been checked by a speaker."),
        ("mn", "90 өдөр", "Монгол: this translation has not yet been checked by a speaker."),
        ("hy", "90 days", "These sentences are not there in your language yet; they are in English."),
    ],
)
def test_sentences_that_no_speaker_has_read(nino: User, sign_in, language: str, told: str, note: str) -> None:
    """On the page of the deadline, and beside the stay and the deadlines of the person."""
    reasons = [{"code": "per_entry_days", "values": {"entered_on": "2022-09-21", "days": 90}}]
    deadline = DeadlineFactory.create(reasons=reasons)
    User.objects.filter(pk=nino.pk).update(language=language)
    desk = sign_in(nino)
    for path in (f"stays/deadline/{deadline.pk}", f"people/person/{deadline.person_id}"):
        page = desk.get(f"/admin/{path}/change/").content.decode()
        assert told in page
        notes = [
            line for line in page.splitlines() if "checked by a speaker" in line or "in your language" in line
        ]
        assert all(note in line for line in notes)
        assert bool(notes) is bool(note)
