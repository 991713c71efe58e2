"""The page behind the link in a reminder: shows no name, answers once, leads nowhere else."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Task
from casework.reminders.letters import compose
from casework.reminders.links import link_to, read_token, token_of
from casework.reminders.models import Answer, Reminder
from casework.reminders.wording import WORDINGS
from casework.selfservice.throttling import OPENED_PER_MINUTE
from casework.selfservice.wording import LANGUAGES
from tests.acting import acting
from tests.factories.cases import CaseFactory
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import DeadlineFactory
from tests.selfservice.conftest import NOW, Visitor, part, text_of

EACH = pytest.mark.parametrize("language", list(LANGUAGES))
REASONS = [
    {"code": "per_entry_days", "values": {"days": 90}},
    {
        "code": "registration_due",
        "values": {"country": "KZ", "entered_on": "2022-09-25", "due_on": "2022-10-10"},
    },
]
NEUTRAL = LANGUAGES["en"]["link_over"]


@pytest.fixture
def reminder(nino: User) -> Reminder:
    deadline = DeadlineFactory.create(reasons=REASONS, assigned_to=nino)
    CaseFactory.create(household=deadline.person.household, assigned_to=nino)
    reminder: Reminder = ReminderFactory.create(deadline=deadline, sent=True)
    return reminder


def page_of(reminder: Reminder, language: str = "en") -> str:
    return f"/r/{token_of(reminder)}/{language}/" if language else f"/r/{token_of(reminder)}/"


def say(visitor: Visitor, reminder: Reminder, answer: str, **values: Any) -> Any:
    return visitor.browser.post(page_of(reminder), {"answer": answer, "version": 1, **values})


# --- what it shows ---------------------------------------------------------------------------------------
@EACH
def test_in_each_language(visitor: Visitor, reminder: Reminder, language: str) -> None:
    response = visitor.look(page_of(reminder, language))
    page, words = text_of(response), LANGUAGES[language]
    assert (response.status_code, response.headers["Content-Language"]) == (200, language)
    for name in ("link_title", "link_to_do", "do_stay_end", "why", "link_done", "link_left", "link_call_me",
                 "link_privacy", "review_note"):  # fmt: skip
        assert words[name] in page
    thing = WORDINGS[language].things["stay_end"]
    assert thing[0].title() + thing[1:] in page
    assert '<time datetime="2022-10-10">' in response.content.decode()
    assert "90" in part(response, "due")
    assert len(response.content) < 30_000


def test_the_letter_leads_there_in_the_persons_language(visitor: Visitor, reminder: Reminder) -> None:
    reminder.deadline.person.change(at=NOW, preferred_language="ka-GE")
    letter = compose(reminder, NOW)
    link = link_to(reminder)
    assert link in letter.text
    assert f'href="{link}"' in letter.html
    assert WORDINGS["ka"].person_link in letter.text
    assert WORDINGS["ka"].link not in letter.text
    response = visitor.look(link.partition("8000")[2] or "/" + link.split("/", 3)[3])
    assert response.headers["Content-Language"] == "ka"


def test_the_letter_of_a_caseworker_leads_to_the_file(nino: User, reminder: Reminder) -> None:
    other = ReminderFactory.create(to_caseworker=True, deadline=reminder.deadline)
    assert "/r/" not in compose(other, NOW).text


def test_nothing_names_the_person(visitor: Visitor, reminder: Reminder) -> None:
    person = reminder.deadline.person
    person.change(at=NOW, patronymic="Igorevna", native_name="Смирнова", phone="+995 555 010203")
    personal = [person.family_name, person.given_name, person.patronymic, person.native_name, person.email,
                person.phone, str(person.pk), reminder.organisation.name, "Nino"]  # fmt: skip
    for response in (visitor.look(page_of(reminder)), say(visitor, reminder, "done")):
        page = response.content.decode()
        assert [word for word in personal if word and word in page] == []
    ids = (str(person.pk), str(reminder.pk), str(reminder.deadline_id), person.family_name.lower())
    assert [word for word in ids if word in page_of(reminder).lower()] == []


def test_nothing_is_kept_by_the_browser_or_told_elsewhere(visitor: Visitor, reminder: Reminder) -> None:
    for response in (
        visitor.look(page_of(reminder)), say(visitor, reminder, "done"), say(visitor, reminder, "x"),
        visitor.look("/r/x/"),
    ):  # fmt: skip
        assert not response.cookies
        assert "Cookie" not in response.headers["Vary"]
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "script-src" not in response.headers["Content-Security-Policy"]
        assert not re.search(rb"<script|javascript:|\son\w+=|https?://|\sstyle=", response.content)


def test_looking_changes_nothing(visitor: Visitor, reminder: Reminder) -> None:
    """A mail scanner follows every link; only the trail tells of it."""
    with CaptureQueriesContext(connection) as asked:
        visitor.look(page_of(reminder))
        visitor.browser.head(page_of(reminder))
    writes = [q["sql"].split()[:3] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == [["INSERT", "INTO", "audit_event"]] * 2
    reminder.refresh_from_db()
    assert (Answer.objects.count(), reminder.acknowledged_at, reminder.version) == (0, None, 1)
    read = Event.objects.order_by("id")[0]
    assert (read.action, read.object_id, read.actor_kind) == (
        "deadline.read",
        reminder.deadline_id,
        "anonymous",
    )


# --- answers ---------------------------------------------------------------------------------------------
@EACH
def test_the_three_answers(visitor: Visitor, reminder: Reminder, language: str) -> None:
    words, address = LANGUAGES[language], page_of(reminder, language)
    told: dict[str, str] = {}
    for answer, values in (("done", {}), ("left", {"left_on": "30.09.2022"}), ("call_me", {})):
        response = visitor.browser.post(address, {"answer": answer, "version": 1, **values})
        assert response.status_code == 200
        told[answer] = part(response, "notice")
    assert told == {
        "done": words["link_noted"],
        "left": words["link_noted"],
        "call_me": words["link_noted_call"],
    }
    assert list(Answer.objects.order_by("kind").values_list("kind", "left_on", "reminder")) == [
        ("call_me", None, reminder.pk), ("done", None, reminder.pk), ("left", date(2022, 9, 30), reminder.pk),
    ]  # fmt: skip
    assert set(Task.objects.values_list("kind", flat=True)) == {"says_done", "says_left", "call_me"}
    reminder.refresh_from_db()
    assert reminder.acknowledged_at == NOW


def test_a_second_press_says_so(visitor: Visitor, reminder: Reminder) -> None:
    say(visitor, reminder, "done")
    again = say(visitor, reminder, "done")
    assert (again.status_code, part(again, "notice")) == (200, LANGUAGES["en"]["link_already"])
    assert Answer.objects.count() == Task.objects.count() == 1
    shown = part(visitor.look(page_of(reminder)), "answers")
    assert LANGUAGES["en"]["link_said"] in shown
    assert 'value="done"' not in visitor.look(page_of(reminder)).content.decode()
    assert 'value="call_me"' in visitor.look(page_of(reminder)).content.decode()


@pytest.mark.parametrize(
    ("left_on", "told"),
    [
        ("", "error_required"), ("soon", "error_date"), ("2022-10-02", "link_error_left"),
        ("2022-09-20", "link_error_left"), ("0000-00-00", "error_date"), ("\x00", "error_date"),
    ],
)  # fmt: skip
def test_a_day_of_exit_that_cannot_be(visitor: Visitor, reminder: Reminder, left_on: str, told: str) -> None:
    response = say(visitor, reminder, "left", left_on=left_on)
    assert response.status_code == 400
    assert LANGUAGES["en"][told] in text_of(response)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [{}, {"answer": "gone"}, {"version": ""}, {"version": "x"}, {"version": "-1"}, {"version": 10**12}],
)
def test_an_answer_that_is_none(visitor: Visitor, reminder: Reminder, sent: dict[str, Any]) -> None:
    whole = {"answer": "done", "version": 1, **sent} if sent else {}
    assert visitor.browser.post(page_of(reminder), whole).status_code == 400
    assert not Answer.objects.exists()


def test_a_day_that_moved_meanwhile_is_shown_before_it_is_answered(
    visitor: Visitor, reminder: Reminder
) -> None:
    reminder.deadline.change(at=NOW, due_on=date(2022, 11, 3))
    response = say(visitor, reminder, "done")
    assert (response.status_code, part(response, "notice")) == (409, LANGUAGES["en"]["link_changed"])
    assert '<time datetime="2022-11-03">' in response.content.decode()
    assert not Answer.objects.exists()
    assert visitor.browser.post(page_of(reminder), {"answer": "done", "version": 2}).status_code == 200
    assert Answer.objects.get().deadline_version == 2


@pytest.mark.parametrize("status", ["met", "cancelled", "superseded"])
def test_a_settled_day_shows_nothing_of_it(visitor: Visitor, reminder: Reminder, status: str) -> None:
    reminder.deadline.change(at=NOW, status=status)
    response = visitor.look(page_of(reminder))
    assert part(response, "due") == LANGUAGES["en"]["link_settled"]
    assert b"<form" not in response.content
    assert b"2022-10-10" not in response.content


@EACH
def test_of_a_day_that_has_passed_nothing_is_advised_that_had_to_be_done_before(
    visitor: Visitor, reminder: Reminder, language: str
) -> None:
    advice = LANGUAGES[language]["do_stay_end"], WORDINGS[language].person_passed
    for day, shown in ((10, [True, False]), (12, [False, True])):
        with time_machine.travel(NOW.replace(day=day)):
            told = part(visitor.look(page_of(reminder, language)), "due")
        assert [text in told for text in advice] == shown


def test_a_day_that_has_passed_says_so(visitor: Visitor, reminder: Reminder) -> None:
    with time_machine.travel(NOW + timedelta(days=12), tick=False):
        assert LANGUAGES["en"]["link_passed"] in part(visitor.look(page_of(reminder)), "due")


def test_no_cookie_is_needed_to_answer(nino: User, reminder: Reminder) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(page_of(reminder), {"answer": "done", "version": 1}).status_code == 200


# --- what leads nowhere ----------------------------------------------------------------------------------
def nowhere(response: Any, status: int = 404) -> None:
    assert (response.status_code, part(response, "notice")) == (status, NEUTRAL)
    assert b"<form" not in response.content
    assert b"<time" not in response.content


def test_a_token_of_another_kind(visitor: Visitor, reminder: Reminder) -> None:
    token = token_of(reminder)
    body, _, signature = token.partition(".")
    other = "A" if body[0] != "A" else "B"
    for wrong in ("x", body, f"{body}.", f".{signature}", f"{other}{body[1:]}.{signature}", f"{token}A", token.upper(),
                  "é.ü", "a" * 3000, f"{body}:{signature}"):  # fmt: skip
        assert read_token(wrong) is None, wrong
        nowhere(visitor.look(f"/r/{wrong}/"))
        nowhere(visitor.browser.post(f"/r/{wrong}/", {"answer": "done", "version": 1}))
    nowhere(visitor.look(f"/r/{token}/de/"))
    assert not Answer.objects.exists()


def test_a_key_that_was_changed_ends_every_link(visitor: Visitor, reminder: Reminder, settings: Any) -> None:
    address = page_of(reminder)
    settings.SECRET_KEY = "another" * 10
    nowhere(visitor.look(address))


def test_a_row_of_another_organisation(visitor: Visitor, reminder: Reminder, almaty: Organisation) -> None:
    """Even a token signed by ourselves for a row that is not the organisation's."""
    crossed = Reminder(pk=reminder.pk, organisation=almaty)
    assert read_token(token_of(crossed)) == (almaty.pk, reminder.pk)
    nowhere(visitor.look(page_of(crossed)))
    assert say(visitor, crossed, "done").status_code == 404
    assert not Answer.objects.exists()
    with acting(almaty):
        assert not Answer.objects.exists()


def test_only_a_persons_row(visitor: Visitor, reminder: Reminder) -> None:
    nowhere(visitor.look(page_of(ReminderFactory.create(to_caseworker=True, deadline=reminder.deadline))))


@pytest.mark.parametrize(
    ("days_since_sent", "days_since_due", "status"),
    [(60, 8, 200), (61, 7, 200), (61, 8, 410), (59, 400, 200), (400, 7, 200)],
)
def test_it_ends(
    visitor: Visitor, reminder: Reminder, days_since_sent: int, days_since_due: int, status: int
) -> None:
    reminder.change(at=NOW, sent_at=NOW - timedelta(days=days_since_sent))
    reminder.deadline.change(at=NOW, due_on=NOW.date() - timedelta(days=days_since_due))
    response = visitor.look(page_of(reminder))
    if status == 410:
        nowhere(response, 410)
    assert response.status_code == status


def test_not_too_often(visitor: Visitor, reminder: Reminder, settings: Any) -> None:
    other = ReminderFactory.create(sent=True)
    found = [visitor.look(page_of(reminder)).status_code for _ in range(OPENED_PER_MINUTE + 1)]
    assert found == [200] * OPENED_PER_MINUTE + [429]
    refused = say(visitor, reminder, "done")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert not Answer.objects.exists()
    assert visitor.look(page_of(other)).status_code == 200
    settings.ASSESSMENTS_PER_MINUTE = 5
    assert visitor.look(page_of(other)).status_code == 429


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods(visitor: Visitor, reminder: Reminder, method: str) -> None:
    assert visitor.browser.generic(method, page_of(reminder)).status_code == 405
