"""A second address: written to near the day, or when the first one fails, until somebody answers."""

from __future__ import annotations

from datetime import timedelta

from casework.accounts.models import User
from casework.cases.models import Task
from casework.reminders import policies
from casework.reminders.models import AnswerKind, Reminder, State
from casework.reminders.operations import answer, heal, work
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.models import Deadline, LawChange
from tests.reminders.arranged import deadline_in, plan_at, rows
from tests.reminders.mailserver import Answers

SECOND = "sister@mail.example"


def with_two_addresses(nino: User, days: int, second: str = SECOND) -> Deadline:
    deadline = deadline_in(days)
    deadline.person.change(at=database_now(), second_email=second)
    plan_at(nino.organisation_id, database_now())
    return deadline


def second_rows(deadline: Deadline, **where: object) -> list[Reminder]:
    return rows(deadline, channel="second_mail", **where)


def test_the_second_address_hears_of_the_last_week(nino: User) -> None:
    deadline = with_two_addresses(nino, 20)
    waiting = second_rows(deadline, state=State.PENDING)
    assert [row.offset_days for row in waiting] == [7, 3, 1, 0, -1]
    assert max(days for days in policies.OFFSETS if days <= policies.SECOND_FROM) == 7
    first = {row.offset_days: row.send_after for row in rows(deadline, channel="mail")}
    assert all(first[row.offset_days] == row.send_after for row in waiting)
    assert {row.recipient for row in waiting} == {deadline.person_id}


def test_one_mail_to_each_of_two_addresses(nino: User, mails: Answers) -> None:
    deadline = with_two_addresses(nino, 5)
    for _ in range(2):
        heal(nino.organisation_id)
        work(nino.organisation_id)
    [first], [second] = mails.mails_to(deadline.person.email), mails.mails_to(SECOND)
    assert first["Subject"] == second["Subject"]
    assert first["Message-ID"] != second["Message-ID"]


def test_an_answer_ends_it_for_both(nino: User) -> None:
    deadline = with_two_addresses(nino, 20)
    said = second_rows(deadline, state=State.PENDING)[0]
    answer(reminder=said, version=1, kind=AnswerKind.DONE, by=nino.as_actor(), at=database_now())
    heal(nino.organisation_id)
    assert rows(deadline, state=State.PENDING) == []


def test_a_second_address_moved_up_is_told_what_the_first_would_have_been(nino: User, mails: Answers) -> None:
    deadline = with_two_addresses(nino, 12)
    deadline.person.change(at=database_now(), email=SECOND, second_email="")
    for _ in range(2):
        heal(nino.organisation_id)
        work(nino.organisation_id)
    assert len(mails.mails_to(SECOND)) == 1
    assert not Task.objects.exists()


def test_a_first_address_that_fails_is_followed_at_once(nino: User, mails: Answers) -> None:
    deadline = with_two_addresses(nino, 12)
    assert second_rows(deadline, state=State.PENDING, send_after__lte=database_now()) == []
    Reminder.objects.filter(recipient_kind="caseworker").delete()
    mails.to_recipient.append("550 no such mailbox")
    work(nino.organisation_id)
    assert mails.taken == []
    heal(nino.organisation_id)
    Reminder.objects.filter(recipient_kind="caseworker").delete()
    work(nino.organisation_id)
    assert len(mails.mails_to(SECOND)) == 1
    assert Task.objects.get().kind == "reminder_dead"


def test_an_address_given_later_is_found_by_the_comparison(nino: User) -> None:
    deadline = with_two_addresses(nino, 5, second="")
    deadline.person.change(at=database_now(), second_email=SECOND)
    heal(nino.organisation_id)
    assert len(second_rows(deadline, state=State.PENDING, send_after__lte=database_now())) == 1
    assert health(desk_of(nino.organisation_id), database_now()).due_without_row == 0


def test_a_second_address_that_went_is_nobodys_task(nino: User, mails: Answers) -> None:
    deadline = with_two_addresses(nino, 5)
    deadline.person.change(at=database_now(), second_email="")
    work(nino.organisation_id)
    assert mails.mails_to(SECOND) == []
    assert len(mails.mails_to(deadline.person.email)) == 1
    assert {row.last_error for row in second_rows(deadline, send_after__lte=database_now() + timedelta(1))} <= {
        "no address", "told with another"
    }  # fmt: skip
    assert not Task.objects.exists()


def test_news_of_a_move_goes_to_the_first_address_alone(nino: User) -> None:
    deadline = with_two_addresses(nino, 20)
    change = LawChange.objects.create(
        title="An invented change", country="GE", effective_on="2022-10-01", drafted_by="somebody"
    )
    moved_to = deadline.due_on - timedelta(days=15)
    deadline.change(at=database_now(), due_on=moved_to, moved_by=change)
    plan_at(nino.organisation_id, database_now())
    assert [row.channel for row in rows(deadline, occasion="moved")] == ["mail"]
    assert second_rows(deadline, deadline_version=2, state=State.PENDING)
