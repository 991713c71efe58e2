"""The ledger at the desk."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from casework.accounts.models import User
from casework.audit.models import Event
from casework.backoffice.reminder_words import NOTED, stopped
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.wanted import WHY_NOT
from tests.factories.accounts import UserFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import DeadlineFactory

LIST = "/admin/reminders/reminder/"
NEXT = f"{LIST}next/"


@pytest.fixture
def waiting(nino: User, at: datetime) -> Reminder:
    return ReminderFactory.create(
        deadline__arrival__person__email="vera.smirnova@mail.example",
        deadline__arrival__person__family_name="Zhuravleva",
        send_after=at + timedelta(days=2),
    )


def page_of(desk: Client, reminder: Reminder) -> str:
    return desk.get(f"{LIST}{reminder.pk}/change/").content.decode()


def shown(desk: Client, **query: str) -> set[Reminder]:
    return set(desk.get(LIST, query).context["cl"].result_list)


def test_the_ledger_is_narrowed(desk: Client) -> None:
    """The day is the one on the wall in Tbilisi, four hours ahead."""
    deadline = DeadlineFactory.create()
    sent = ReminderFactory.create(
        deadline=deadline, sent=True, send_after=datetime(2022, 9, 30, 20, tzinfo=UTC)
    )
    dead = ReminderFactory.create(
        deadline=deadline, dead=True, to_caseworker=True, send_after=datetime(2022, 9, 30, 19, 59, tzinfo=UTC)
    )
    moved = ReminderFactory.create(
        deadline=deadline, occasion=Occasion.MOVED, offset_days=None, day=deadline.due_on, channel="second_mail",
        send_after=datetime(2022, 10, 1, 20, tzinfo=UTC),
    )  # fmt: skip
    assert shown(desk) == {sent, dead}
    assert shown(desk, time="ahead") == {moved}
    assert shown(desk, time="all") == {sent, dead, moved}
    assert shown(desk, state__exact="dead") == {dead}
    assert shown(desk, occasion__exact="moved") == {moved}
    assert shown(desk, recipient_kind__exact="caseworker") == {dead}
    assert shown(desk, channel="second_mail") == {moved}
    assert shown(desk, channel="pigeon") == set()
    assert shown(desk, day="2022-10-01") == {sent}
    assert shown(desk, day="2022-09-30") == {dead}
    assert shown(desk, day="2022-10-01", state__exact="dead") == set()
    assert shown(desk, day="first of May") == set()
    assert "This is not a day" in desk.get(LIST, {"day": "first of May"}).content.decode()


def test_the_ledger_names_whom_and_when(desk: Client, nino: User) -> None:
    deadline = DeadlineFactory.create(arrival__person__family_name="Zhuravleva")
    ReminderFactory.create(deadline=deadline, sent=True)
    ReminderFactory.create(deadline=deadline, to_caseworker=True, occasion=Occasion.PASSED, offset_days=-1)
    page = desk.get(LIST).content.decode()
    for told in (
        "Zhuravleva", f"{nino} (caseworker)", "9 days before", "The day has passed", "2022, 10:05",
        "Times are those of Asia/Tbilisi",
    ):  # fmt: skip
        assert told in page
    assert "-1 days" not in page


def test_the_letter_as_it_would_go_out(desk: Client, waiting: Reminder) -> None:
    page = page_of(desk, waiting)
    for told in (
        "The letter as it would go out now",
        "v…@mail.example",
        "10 октября 2022",
        "3 Oct 2022, 14:00",
    ):
        assert told in page
    assert "It would not go out" not in page
    assert "vera.smirnova" not in page
    assert Event.objects.filter(action="reminder.read", object_id=waiting.pk).exists()


def test_the_letter_that_the_fence_would_stop(desk: Client, waiting: Reminder, at: datetime) -> None:
    waiting.deadline.change(at=at, status="met")
    assert "It would not go out: The deadline is closed." in page_of(desk, waiting)


def test_a_digest_and_what_it_tells(desk: Client, waiting: Reminder) -> None:
    digest = ReminderFactory.create(
        organisation=waiting.organisation, deadline=None, deadline_version=None, offset_days=None,
        day=date(2022, 10, 1), occasion=Occasion.DIGEST, recipient_kind="caseworker",
        recipient=waiting.organisation.duty_caseworker_id,
    )  # fmt: skip
    assert "There is nothing in it any more" in page_of(desk, digest)
    Reminder.objects.filter(pk=waiting.pk).update(digest=digest)
    page = page_of(desk, digest)
    assert "10 October 2022" in page
    assert f"{LIST}{digest.pk}/change/" in page_of(desk, waiting)
    assert [row for row, _, _ in desk.get(NEXT).context["rows"]] == [digest]


def test_the_letter_without_an_address(desk: Client, waiting: Reminder, at: datetime) -> None:
    waiting.deadline.person.change(at=at, email="")
    page = page_of(desk, waiting)
    assert "There is no address to write to" in page
    assert "iframe" not in page


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("told with another", "A later one says it too."), ("taken care of", "Somebody has taken care of it."),
        ("worker gone", "was gone before the mail server had answered."), ("address", "at this address."),
        ("SMTP 550", "The mail server did not take it (SMTP 550)."),
        ("KeyError", "Sending it failed (KeyError)."),
    ],
)  # fmt: skip
def test_what_is_noted_is_a_sentence(
    desk: Client, waiting: Reminder, at: datetime, why: str, told: str
) -> None:
    waiting.change(at=at, state=State.DEAD, last_error=why)
    assert told in page_of(desk, waiting)
    assert f"<dd>{why}</dd>" not in page_of(desk, waiting)


def test_every_word_of_the_ledger_is_a_sentence_at_the_desk() -> None:
    """All that the fence, the planner and the ledger itself may note."""
    written = re.findall(r"THEN '([a-z ]+)'", WHY_NOT)
    assert {"handed over", "taken care of", "day is over"} <= set(written)
    assert [why for why in (*written, "told with another", "nothing left to tell") if why not in NOTED] == []
    assert [why for why in written if stopped(why) == why] == []


def test_what_was_sent_has_no_button(desk: Client) -> None:
    page = page_of(desk, ReminderFactory.create(sent=True))
    assert "What did go out is not kept" in page
    assert "Send now" not in page
    assert "Try again" not in page


def test_send_now(desk: Client, waiting: Reminder, nino: User, at: datetime) -> None:
    assert "Send now" in page_of(desk, waiting)
    answer = desk.post(f"{LIST}{waiting.pk}/send-now/", follow=True)
    assert "It goes out with the next round." in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.send_after) == (State.PENDING, at)
    event = Event.objects.get(action="reminder.hurried", object_id=waiting.pk)
    assert event.actor_id == str(nino.pk)
    assert "Send now" not in page_of(desk, waiting)


def test_what_says_that_a_day_has_passed_has_no_button_before(
    desk: Client, waiting: Reminder, at: datetime
) -> None:
    waiting.change(at=at, occasion=Occasion.PASSED, offset_days=-1)
    page = page_of(desk, waiting)
    assert "The letter, once the day has passed" in page
    assert "Send now" not in page
    assert "as it would go out now" not in page


def test_a_later_one_has_no_button_while_an_earlier_one_waits(
    desk: Client, waiting: Reminder, at: datetime
) -> None:
    """It would take the place of the others, and on the day itself nothing would be said."""
    later = ReminderFactory.create(
        deadline=waiting.deadline, recipient=waiting.recipient, offset_days=0,
        send_after=waiting.send_after + timedelta(days=9),
    )  # fmt: skip
    assert "Send now" not in page_of(desk, later)
    answer = desk.post(f"{LIST}{later.pk}/send-now/", follow=True).content.decode()
    assert "An earlier reminder of this day still waits: send that one." in answer
    later.refresh_from_db()
    assert later.send_after > at
    assert "Send now" in page_of(desk, waiting)


def test_send_now_too_late(desk: Client) -> None:
    sent = ReminderFactory.create(sent=True)
    answer = desk.post(f"{LIST}{sent.pk}/send-now/", follow=True)
    assert "Only a waiting reminder can be sent now: this one is sent." in answer.content.decode()


def test_try_again(desk: Client, at: datetime) -> None:
    dead = ReminderFactory.create(dead=True)
    assert "Try again" in page_of(desk, dead)
    desk.post(f"{LIST}{dead.pk}/try-again/")
    dead.refresh_from_db()
    assert (dead.state, dead.send_after, dead.attempts) == (State.PENDING, at, 0)


def test_both_from_the_list(desk: Client, waiting: Reminder, at: datetime) -> None:
    dead = ReminderFactory.create(dead=True)
    chosen = [str(waiting.pk), str(dead.pk)]
    for action, told in (("try_again", "1 due again."), ("send_now", "2 due now.")):
        page = desk.post(
            f"{LIST}?time=all", {"action": action, "_selected_action": chosen}, follow=True
        ).content.decode()
        assert told in page
    assert set(Reminder.objects.values_list("state", "send_after")) == {("pending", at)}
    assert Event.objects.filter(action="reminder.hurried").count() == 1


def test_neither_is_a_link(desk: Client, waiting: Reminder) -> None:
    for button in ("send-now", "try-again"):
        assert desk.get(f"{LIST}{waiting.pk}/{button}/").status_code == 405


def test_who_only_reads(nino: User, waiting: Reminder, sign_in) -> None:
    lawyer = sign_in(UserFactory.create(organisation=nino.organisation, role="legal"))
    page = page_of(lawyer, waiting)
    assert "v…@mail.example" in page
    assert "Send now" not in page
    assert lawyer.post(f"{LIST}{waiting.pk}/send-now/").status_code == 403
    lawyer.post(f"{LIST}?time=all", {"action": "send_now", "_selected_action": [str(waiting.pk)]})
    assert not Event.objects.filter(action="reminder.hurried").exists()


def test_what_goes_out_next(desk: Client, nino: User, waiting: Reminder, at: datetime) -> None:
    late = ReminderFactory.create(deadline=waiting.deadline, to_caseworker=True)
    ReminderFactory.create(deadline=waiting.deadline, offset_days=1, send_after=at + timedelta(days=8))
    answer = desk.get(NEXT)
    assert [row for row, _, _ in answer.context["rows"]] == [late, waiting]
    assert [day.total for day in answer.context["days"]] == [1, 0, 1, 0, 0, 0, 0]
    page = answer.content.decode()
    for told in ("Due now", "3 Oct, 14:00", "Zhuravleva", f"{nino} (caseworker)", "Asia/Tbilisi"):
        assert told in page
    event = Event.objects.get(action="reminder.read")
    assert set(event.about["ids"]) == {str(late.pk), str(waiting.pk)}
    answer = desk.get(NEXT, {"day": "2022-10-03"})
    assert [row for row, _, _ in answer.context["rows"]] == [waiting]
    assert desk.get(NEXT, {"day": "third"}).status_code == 404


def test_what_goes_out_next_in_pages(desk: Client) -> None:
    ReminderFactory.create_batch(53)
    first, second = desk.get(NEXT), desk.get(NEXT, {"page": "2", "day": "2022-10-01"})
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 3)
    assert "Page 1 of 2" in first.content.decode()
    assert "?page=1&amp;day=2022-10-01" in second.content.decode()


def test_marek_sees_nothing_of_it(waiting: Reminder, marek: User, sign_in) -> None:
    answer = sign_in(marek).get(NEXT)
    assert answer.context["rows"] == []
    assert {day.total for day in answer.context["days"]} == {0}


def test_the_file_tells_who_was_told(desk: Client, at: datetime) -> None:
    deadline = DeadlineFactory.create(due_on=date(2022, 10, 10))
    answered = {"acknowledged_at": datetime(2022, 10, 1, 21, 0, tzinfo=UTC)}
    ReminderFactory.create(deadline=deadline, sent=True, **answered)
    ReminderFactory.create(deadline=deadline, dead=True, to_caseworker=True)
    ReminderFactory.create(deadline=deadline, offset_days=3, send_after=at + timedelta(days=6))
    page = desk.get(f"/admin/people/person/{deadline.person_id}/change/").content.decode()
    for told in ("answered on 2 Oct 2022", "not delivered for certain", "Next to the person: 7 Oct 2022."):
        assert told in page


def test_the_file_without_a_mail(nino: User, desk: Client, sign_in) -> None:
    address = f"/admin/people/person/{DeadlineFactory.create().person_id}/change/"
    assert "Nobody has been told of a day yet." in desk.get(address).content.decode()
    intake = sign_in(UserFactory.create(organisation=nino.organisation, intake=True))
    assert "Told by mail" not in intake.get(address).content.decode()
