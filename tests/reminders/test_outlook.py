"""What people are shown of the ledger is what the ledger does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.accounts.models import User
from casework.reminders.models import Occasion, Reminder, State
from casework.reminders.operations import plan, send_now, work
from casework.reminders.outlook import (
    DayAhead,
    days_ahead,
    going_out,
    letter_now,
    masked,
    told_about,
    why_not,
)
from casework.reminders.queries import database_now
from casework.stays.models import Deadline
from tests.acting import acting
from tests.factories.reminders import ReminderFactory
from tests.factories.stays import DeadlineFactory
from tests.reminders.arranged import deadline_in, move, plan_at, rows
from tests.reminders.mailserver import Answers

HEARD_BY = {"closed": "person", "moved": "person", "day is over": "person", "handed over": "caseworker"}


def spoil(deadline: Deadline, why: str, levan: User) -> None:
    now = database_now()
    if why == "closed":
        deadline.change(at=now, status="met")
    elif why == "moved":
        move(deadline, deadline.due_on + timedelta(days=1), now)
    elif why == "day is over":
        gone = deadline.due_on - timedelta(days=15)
        Deadline.objects.filter(pk=deadline.pk).update(due_on=gone)
    else:
        Deadline.objects.filter(pk=deadline.pk).update(assigned_to=levan)


@pytest.mark.parametrize("why", HEARD_BY)
def test_why_not_is_what_the_fence_says(nino: User, levan: User, mails: Answers, why: str) -> None:
    deadline = deadline_in(9)
    plan_at(deadline.organisation_id, database_now())
    [row] = rows(deadline, HEARD_BY[why], state=State.PENDING, offset_days=7)
    Reminder.objects.exclude(pk=row.pk).delete()
    assert why_not(row, database_now()) is None
    spoil(deadline, why, levan)
    foretold = why_not(row, database_now())
    send_now(reminder=row, by=nino.as_actor(), at=database_now())
    work(deadline.organisation_id)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.SUPERSEDED, why)
    assert foretold == why


def test_the_week_ahead_is_the_organisations(nino: User, marek: User, at: datetime) -> None:
    """Four hours east of UTC the first day ends at 20:00 UTC, and the seventh too."""
    deadline = DeadlineFactory.create()
    moments = [
        datetime(2022, 9, 30, 6, 0, tzinfo=UTC),  # late already
        datetime(2022, 10, 1, 19, 59, tzinfo=UTC),
        datetime(2022, 10, 1, 20, 0, tzinfo=UTC),
        datetime(2022, 10, 7, 19, 59, tzinfo=UTC),
        datetime(2022, 10, 7, 20, 0, tzinfo=UTC),  # beyond
    ]
    for number, moment in enumerate(moments):
        ReminderFactory.create(deadline=deadline, offset_days=number, send_after=moment)
    ReminderFactory.create(deadline=deadline, to_caseworker=True)
    ReminderFactory.create(deadline=deadline, sent=True, offset_days=20)
    days = days_ahead(nino.organisation, at)
    assert [day.day for day in days] == [date(2022, 10, number) for number in range(1, 8)]
    assert {day.day.day: (day.people, day.colleagues) for day in days if day.total} == {
        1: (2, 1), 2: (1, 0), 7: (1, 0)
    }  # fmt: skip
    assert going_out(nino.organisation, at).count() == sum(day.total for day in days) == 5
    with acting(marek.organisation):
        assert {day.total for day in days_ahead(marek.organisation, at)} == {0}
        assert days_ahead(nino.organisation, at)[0] == DayAhead(date(2022, 10, 1))


def test_letter_now_is_for_other_eyes(nino: User, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    reminder = ReminderFactory.create(deadline__arrival__person__email="vera.smirnova@mail.example")
    monkeypatch.setattr(
        "casework.reminders.letters.link_to", lambda _: "https://casework.example/r/k3Y:sec-ret/"
    )
    letter = letter_now(reminder, at)
    assert letter is not None
    assert letter.to == "v…@mail.example"
    assert "10 октября 2022" in letter.subject
    for words in (letter.text, letter.html):
        assert "https://casework.example/r/…/" in words
        assert "sec-ret" not in words
        assert "vera" not in words


def test_letter_now_of_a_digest_is_the_one_that_leaves(nino: User, mails: Answers) -> None:
    """Four things for Nino at once; one is settled while they wait, so three are told."""
    deadlines = [deadline_in(9) for _ in range(4)]
    plan(nino.organisation_id)
    digest = Reminder.objects.get(occasion=Occasion.DIGEST)
    deadlines[0].change(at=database_now(), status="met")
    letter = letter_now(digest, database_now())
    waiting = set(going_out(nino.organisation, database_now()).filter(recipient=nino.pk, day__lte=digest.day))
    assert waiting == {digest}
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    assert letter is not None
    assert letter.subject == mail["Subject"]
    assert mail.get_body(("plain",)).get_content().split() == letter.text.split()
    digest.refresh_from_db()
    assert letter_now(digest, database_now()) is not None  # what it told, later


@pytest.mark.parametrize("many", [4, 12])
def test_letter_now_of_a_digest_asks_no_more_the_more_it_tells(nino: User, many: int) -> None:
    for _ in range(many):
        deadline_in(9)
    plan(nino.organisation_id)
    digest = Reminder.objects.get(occasion=Occasion.DIGEST)
    with CaptureQueriesContext(connection) as asked:
        letter = letter_now(digest, database_now())
    assert letter is not None
    assert str(many) in letter.subject
    assert len(asked) <= 8


def test_letter_now_of_an_empty_digest(nino: User, at: datetime) -> None:
    digest = ReminderFactory.create(to_caseworker=True, occasion=Occasion.DIGEST)
    assert letter_now(digest, at) is None


def test_letter_now_without_an_address(nino: User, at: datetime) -> None:
    assert letter_now(ReminderFactory.create(deadline__arrival__person__email=""), at) is None


@pytest.mark.parametrize(("address", "shown"), [("v@a.example", "v…@a.example"), ("vera", "…@vera")])
def test_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_told_about_the_newest_first(nino: User) -> None:
    deadline = DeadlineFactory.create()
    first = ReminderFactory.create(deadline=deadline, sent=True, offset_days=14)
    lost = ReminderFactory.create(
        deadline=deadline, to_caseworker=True, dead=True, send_after=first.send_after + timedelta(days=1)
    )
    ReminderFactory.create(deadline=deadline, state=State.SUPERSEDED, offset_days=30)
    later = first.send_after + timedelta(days=9)
    ReminderFactory.create(deadline=deadline, occasion=Occasion.PASSED, offset_days=-1, send_after=later)
    soonest = ReminderFactory.create(deadline=deadline, offset_days=1, send_after=later - timedelta(days=1))
    ReminderFactory.create(sent=True)  # somebody else's
    about = told_about(deadline.person)
    assert about.told == [lost, first]
    assert about.next == soonest
