from __future__ import annotations

from datetime import date

from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import DeadlineFactory

LIST = "/admin/stays/deadline/"


def shown(desk: Client, **query: str) -> set[str]:
    return {str(row.pk) for row in desk.get(LIST, query).context["cl"].result_list}


def test_the_list_begins_with_the_next_thirty_days(desk: Client, nino: User, levan: User) -> None:
    soon = DeadlineFactory.create(due_on=date(2022, 10, 31), assigned_to=nino)
    today = DeadlineFactory.create(due_on=date(2022, 10, 1), assigned_to=levan)
    late = DeadlineFactory.create(due_on=date(2022, 9, 30))
    far = DeadlineFactory.create(due_on=date(2022, 11, 1))
    met = DeadlineFactory.create(met=True)
    assert shown(desk) == {str(soon.pk), str(today.pk)}
    assert shown(desk, when="overdue") == {str(late.pk)}
    assert shown(desk, when="all") == {str(row.pk) for row in (soon, today, late, far, met)}
    assert shown(desk, whose="mine") == {str(soon.pk)}
    assert shown(desk, kind__exact="registration") == set()
    assert shown(desk, country="KZ") == set()


def test_the_list_finds_by_name(desk: Client) -> None:
    wanted = DeadlineFactory.create(arrival__person__family_name="Zhuravleva")
    DeadlineFactory.create(arrival__person__family_name="Gorshkova")
    assert shown(desk, q="журавлева") == {str(wanted.pk)}


def test_mark_met_from_the_list(desk: Client) -> None:
    deadline, closed = DeadlineFactory.create(), DeadlineFactory.create(met=True)
    chosen = [str(deadline.pk), str(closed.pk)]
    page = desk.post(f"{LIST}?when=all", {"action": "mark_met", "_selected_action": chosen}, follow=True)
    deadline.refresh_from_db()
    assert deadline.status == "met"
    assert Event.objects.filter(action="deadline.met").count() == 1
    assert "Only an open deadline can be marked as met." in page.content.decode()


def test_mark_met_leads_back_to_the_page_it_was_pressed_on(desk: Client) -> None:
    deadline = DeadlineFactory.create()
    back = f"/admin/people/person/{deadline.person_id}/change/"
    assert desk.post(f"{LIST}{deadline.pk}/met/", {"next": back}).url == back
    deadline.refresh_from_db()
    assert deadline.status == "met"


def test_mark_met_leads_nowhere_else(desk: Client) -> None:
    deadline = DeadlineFactory.create()
    response = desk.post(f"{LIST}{deadline.pk}/met/", {"next": "https://elsewhere.example/"})
    assert response.url == f"{LIST}{deadline.pk}/change/"


def test_mark_met_is_no_link(desk: Client) -> None:
    deadline = DeadlineFactory.create()
    assert desk.get(f"{LIST}{deadline.pk}/met/").status_code == 405
    deadline.refresh_from_db()
    assert deadline.status == "open"


def test_the_page_that_a_reminder_links_to(desk: Client, at) -> None:
    reasons = [{"code": "per_entry_days", "values": {"entered_on": "2022-09-21", "days": 90}}]
    deadline = DeadlineFactory.create(reasons=reasons)
    deadline.history.create(
        organisation=deadline.organisation, version=1, due_on=date(2022, 12, 24), status="open",
        reason="arrival.corrected", replaced_at=at,
    )  # fmt: skip
    ReminderFactory.create(deadline=deadline, sent=True)
    page = desk.get(f"{LIST}{deadline.pk}/change/").content.decode()
    for told in ("10 Oct 2022", "in 9 days", "90 days", "24 Dec 2022", "arrival.corrected", "Sent"):
        assert told in page
    assert Event.objects.filter(action="deadline.read", object_id=deadline.pk).exists()


def test_the_page_stores_nothing(desk: Client) -> None:
    deadline = DeadlineFactory.create()
    desk.post(f"{LIST}{deadline.pk}/change/", {"due_on": "2030-01-01"})
    deadline.refresh_from_db()
    assert deadline.due_on == date(2022, 10, 10)


def test_home_shows_mine_soonest_first(desk: Client, nino: User, levan: User) -> None:
    second = DeadlineFactory.create(due_on=date(2022, 10, 8), assigned_to=nino)
    first = DeadlineFactory.create(due_on=date(2022, 9, 29), assigned_to=nino)
    DeadlineFactory.create(assigned_to=levan)
    DeadlineFactory.create(due_on=date(2022, 11, 9), assigned_to=nino)
    response = desk.get("/admin/")
    assert [row.deadline.pk for row in response.context["deadlines"]] == [first.pk, second.pk]
    page = response.content.decode()
    assert "2 days overdue" in page
    assert "in 7 days" in page
    (event,) = Event.objects.filter(action="person.read")
    assert set(event.about["ids"]) == {str(first.person_id), str(second.person_id)}
