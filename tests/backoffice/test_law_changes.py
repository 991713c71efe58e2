"""A change of the law at the desk: drafted, previewed, approved by a second person, replayed, told."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.people.models import Document
from casework.stays import operations, tasks
from casework.stays.drafts import ChangeDraft, RuleDraft
from casework.stays.models import Arrival, ChangeStatus, LawChange, StayRule
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.stays.test_law_changes import enter

LIST = "/admin/stays/lawchange/"
ROLES = ("caseworker", "supervisor", "intake", "legal", "auditor", "administrator")


@pytest.fixture
def editor(tbilisi: Organisation, nino: User) -> User:
    return UserFactory.create(organisation=tbilisi, username="editor", last_name="Editor", role="rule_editor")


@pytest.fixture
def reviewer(tbilisi: Organisation, nino: User) -> User:
    return UserFactory.create(organisation=tbilisi, username="reviewer", role="rule_reviewer")


@pytest.fixture
def arrival(nino: User, at: datetime) -> Arrival:
    return enter(nino, at, date(2022, 9, 25))


@pytest.fixture
def change(editor: User, at: datetime) -> LawChange:
    return drafted(editor, at)


def drafted(editor: User, at: datetime, title: str = "Georgia shortens the stay") -> LawChange:
    rule = RuleDraft(
        kind="stay", title="Georgia: 90 days for each entry", country="GE", nationalities=("RU",),
        document_kinds=("passport",), limits=({"kind": "per_entry_days", "days": 90},),
        source="Invented ordinance 1", confidence="high",
    )  # fmt: skip
    details = ChangeDraft(
        title=title, country="GE", effective_on=date(2022, 11, 1), rules=(rule,),
        ends_rules=(StayRule.objects.get(key="ge-stay-2015").pk,),
    )  # fmt: skip
    return operations.draft_change(details=details, by=editor.as_actor(), at=at)


def page_of(change: LawChange) -> str:
    return f"{LIST}{change.pk}/change/"


def act(door: Client, change: LawChange, action: str):
    """As from the page: the version that was shown goes with it."""
    change.refresh_from_db()
    return door.post(f"{LIST}{change.pk}/{action}/", {"version": change.version}, follow=True)


def buttons(door: Client, change: LawChange) -> set[str]:
    return {action.name for action in door.get(page_of(change)).context["actions"]}


# --- the walk --------------------------------------------------------------------------------------------
def test_from_draft_to_the_moved_deadline(
    desk: Client, sign_in, editor: User, reviewer: User, arrival: Arrival, change: LawChange
) -> None:
    file = f"/admin/people/person/{arrival.person_id}/change/"
    assert "24 Sep 2023" in desk.get(file).content.decode()
    act(sign_in(editor), change, "preview")

    seen = desk.get(page_of(change))
    assert seen.context["moved"][0]["days"] == -275
    told = seen.content.decode()
    assert f'<a class="cw-link" href="{file}">{arrival.person}</a>' in told
    assert "fewer than 10" in told

    page = act(sign_in(reviewer), change, "approve")
    assert page.context["change"].status == ChangeStatus.APPROVED
    assert "Replay: 0 of 1 part is done." in page.content.decode()
    assert '<meta http-equiv="refresh" content="5">' in page.content.decode()
    tasks.go_on()

    page = sign_in(reviewer).get(page_of(change))
    assert page.context["change"].status == ChangeStatus.REPLAYED
    assert "http-equiv" not in page.content.decode()
    moved = desk.get(file).content.decode()
    assert "23 Dec 2022" in moved
    assert "Version 1: 24 Sep 2023" in moved
    link = f'a change of the law: <a class="cw-link" href="{page_of(change)}">{change.title}</a>'
    assert link in moved
    deadline = arrival.deadlines.get(kind="stay_end")
    assert link in desk.get(f"/admin/stays/deadline/{deadline.pk}/change/").content.decode()


def test_withdrawn_it_is_as_before(
    desk: Client, sign_in, editor: User, reviewer: User, arrival: Arrival, change: LawChange
) -> None:
    asked = sign_in(editor).get(f"{LIST}{change.pk}/withdraw/")
    assert "The draft ends." in asked.content.decode()
    act(sign_in(editor), change, "preview")
    act(sign_in(reviewer), change, "approve")
    tasks.go_on()
    asked = sign_in(reviewer).get(f"{LIST}{change.pk}/withdraw/")
    assert "computed anew" in asked.content.decode()
    act(sign_in(reviewer), change, "withdraw")
    tasks.go_on()
    assert arrival.deadlines.get(kind="stay_end").due_on == date(2023, 9, 24)
    file = desk.get(f"/admin/people/person/{arrival.person_id}/change/").content.decode()
    assert "a change of the law was taken back" in file


# --- who may -----------------------------------------------------------------------------------------------
def test_buttons_by_status_and_person(sign_in, editor: User, reviewer: User, change: LawChange) -> None:
    theirs, others = sign_in(editor), sign_in(reviewer)
    assert buttons(theirs, change) == buttons(others, change) == {"preview", "withdraw"}
    act(theirs, change, "preview")
    assert buttons(theirs, change) == {"preview", "withdraw"}
    assert "A second person approves it" in theirs.get(page_of(change)).content.decode()
    assert buttons(others, change) == {"preview", "approve", "withdraw"}
    act(others, change, "approve")
    assert buttons(theirs, change) == {"withdraw"}
    act(others, change, "withdraw")
    assert buttons(others, change) == set()


@pytest.mark.parametrize("role", ROLES)
def test_others_look_on(nino: User, sign_in, change: LawChange, role: str) -> None:
    door = sign_in(UserFactory.create(organisation=nino.organisation, role=role))
    assert buttons(door, change) == set()
    assert "Draft a change" not in door.get(LIST).content.decode()
    assert door.get(f"{LIST}add/").status_code == 403
    for action in ("preview", "approve", "withdraw"):
        assert door.get(f"{LIST}{change.pk}/{action}/").status_code == 403
        assert act(door, change, action).status_code == 403
    change.refresh_from_db()
    assert change.status == ChangeStatus.DRAFT


def test_an_editor_who_is_not_of_the_desk(almaty: Organisation, sign_in, change: LawChange) -> None:
    door = sign_in(UserFactory.create(organisation=almaty, role="rule_editor"))
    assert buttons(door, change) == set()
    assert door.get(f"{LIST}add/").status_code == 403
    assert act(door, change, "preview").status_code == 403


def test_nobody_approves_their_own(sign_in, editor: User, change: LawChange) -> None:
    door = sign_in(editor)
    act(door, change, "preview")
    refused = act(door, change, "approve")
    assert refused.status_code == 200
    assert "Nobody approves a change of their own: ask a second person." in refused.content.decode()
    change.refresh_from_db()
    assert change.status == ChangeStatus.PREVIEWED


def test_a_button_pressed_too_late(sign_in, reviewer: User, change: LawChange) -> None:
    door = sign_in(reviewer)
    assert "it must be previewed" in act(door, change, "approve").content.decode()
    old = change.version
    act(door, change, "preview")
    late = door.post(f"{LIST}{change.pk}/withdraw/", {"version": old})
    assert "Somebody changed this while you were writing." in late.content.decode()
    change.refresh_from_db()
    assert change.status == ChangeStatus.PREVIEWED


def test_asking_is_not_doing(sign_in, editor: User, change: LawChange) -> None:
    for action in ("preview", "approve", "withdraw"):
        assert sign_in(editor).get(f"{LIST}{change.pk}/{action}/").status_code == 200
    change.refresh_from_db()
    assert change.status == ChangeStatus.DRAFT


# --- who is shown ------------------------------------------------------------------------------------------
def test_the_list_of_people_is_the_organisations_own(
    desk: Client, sign_in, nino: User, marek: User, editor: User, arrival: Arrival, change: LawChange,
    almaty: Organisation, at: datetime,
) -> None:  # fmt: skip
    with acting(almaty):
        theirs = enter(marek, at, date(2022, 9, 26))
    act(sign_in(editor), change, "preview")
    ours, others = desk.get(page_of(change)), sign_in(marek).get(page_of(change))
    assert [stay["arrival"] for stay in ours.context["moved"]] == [arrival.pk]
    assert [stay["arrival"] for stay in others.context["moved"]] == [theirs.pk]
    assert str(arrival.person_id) not in others.content.decode()
    assert {label: own for label, _, own in others.context["impact"]}["of these, lose days"] == 1
    assert "Tamar Editor" in ours.content.decode()
    assert "Tamar Editor" not in others.content.decode()
    assert "the law desk" in others.content.decode()


def test_the_list_is_for_those_who_may_read_stays_and_is_noted(
    desk: Client, sign_in, nino: User, editor: User, arrival: Arrival, change: LawChange
) -> None:
    page = act(sign_in(editor), change, "preview")
    assert (page.context["sees_list"], page.context["moved"]) == (False, [])
    assert str(arrival.person_id) not in page.content.decode()
    assert not Event.objects.filter(action="arrival.read").exists()
    desk.get(page_of(change))
    read = {
        (event.action, str(event.object_id), event.actor_id)
        for event in Event.objects.filter(action__endswith=".read")
    }
    assert read == {
        ("arrival.read", str(arrival.pk), str(nino.pk)),
        ("person.read", str(arrival.person_id), str(nino.pk)),
    }


def test_totals_below_ten_are_kept_back(
    sign_in, nino: User, editor: User, marek: User, almaty: Organisation, change: LawChange, at: datetime
) -> None:
    for _ in range(10):
        enter(nino, at, date(2022, 9, 25))
    act(sign_in(editor), change, "preview")
    impact = {
        label: (everywhere, own)
        for label, everywhere, own in sign_in(marek).get(page_of(change)).context["impact"]
    }
    assert impact["of these, lose days"] == (10, 0)
    assert impact["of these, gain days"] == (None, 0)
    bars = {
        label: (everywhere, own)
        for label, everywhere, own in sign_in(nino).get(page_of(change)).context["bars"]
    }
    assert bars["181 days or more lost"] == (10, 10)
    assert bars["1 to 7 days gained"] == (None, 0)


def test_before_a_preview_there_is_no_impact(desk: Client, change: LawChange) -> None:
    page = desk.get(page_of(change))
    assert page.context["impact"] is None
    assert "Georgia: 90 days for each entry" in page.content.decode()
    assert "90 days for each entry" in [row for told in page.context["rules"] for row in told.limits]
    assert [told.rule.key for told in page.context["ended"]] == ["ge-stay-2015"]


# --- how often the database is asked -----------------------------------------------------------------------
def queries(door: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert door.get(address).status_code == 200
    return len(captured)


def test_the_list_asks_as_often_for_many(desk: Client, editor: User, at: datetime) -> None:
    for number in range(2):
        drafted(editor, at, f"Change {number}")
    desk.get(LIST)
    few = queries(desk, LIST)
    for number in range(10):
        operations.preview_change(change=drafted(editor, at, f"More {number}"), by=editor.as_actor(), at=at)
    assert queries(desk, LIST) == few
    [row] = [row for row in desk.get(LIST).context["cl"].result_list if row.title == "More 3"]
    assert row.author == "Tamar Editor"
    assert row.progress["done"] is True


def test_a_page_asks_as_often_for_many_people(
    desk: Client, sign_in, nino: User, editor: User, arrival: Arrival, change: LawChange, at: datetime
) -> None:
    act(sign_in(editor), change, "preview")
    few = queries(desk, page_of(change))
    for _ in range(9):
        enter(nino, at, date(2022, 9, 25))
    assert Document.objects.count() == 10
    act(sign_in(editor), change, "preview")
    assert queries(desk, page_of(change)) == few
    assert len(desk.get(page_of(change)).context["moved"]) == 10


@pytest.mark.parametrize("query", ["country=%00", "status__exact=nothing", "p=999", "title=x", "o=9.-9"])
def test_the_list_takes_any_query(desk: Client, change: LawChange, query: str) -> None:
    assert desk.get(f"{LIST}?{query}").status_code in (200, 302, 400, 404)


def test_the_trail_of_a_change(sign_in, editor: User, change: LawChange) -> None:
    door = sign_in(editor)
    act(door, change, "preview")
    told = door.get(f"{LIST}{change.pk}/history/").content.decode()
    assert "law_change.drafted" in told
    assert "law_change.previewed" in told
