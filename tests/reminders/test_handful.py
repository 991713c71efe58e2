"""Several rows claimed and written at once: one after the other they leave, none holds up another."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.policy import default
from email.utils import parseaddr, quote
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts.models import User
from casework.audit.models import Event
from casework.reminders import claims, delivery, ledger, mail, policies
from casework.reminders.channels import Letter, Outcome
from casework.reminders.delivery import deliver_due
from casework.reminders.mail import Mail, as_bytes, is_one_mailbox
from casework.reminders.models import Reminder, State
from casework.reminders.queries import database_now
from config.checks import check_sender
from tests.reminders.arranged import deadline_in, make_due, plan_at
from tests.reminders.mailserver import Answers

AT = datetime(2022, 9, 25, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def three_due() -> list[Reminder]:
    """To three people, in the order in which they became due."""
    deadlines = [deadline_in(9) for _ in range(3)]
    plan_at(deadlines[0].organisation_id, database_now())
    Reminder.objects.exclude(recipient_kind="person").delete()
    due = [make_due(deadline) for deadline in deadlines]
    Reminder.objects.exclude(pk__in=[row.pk for row in due]).delete()
    for number, row in enumerate(due):
        Reminder.objects.filter(pk=row.pk).update(send_after=database_now() - timedelta(minutes=9 - number))
    return due


def states(due: list[Reminder]) -> list[str]:
    found = dict(Reminder.objects.filter(pk__in=[row.pk for row in due]).values_list("pk", "state"))
    return [found[row.pk] for row in due]


def work_through(due: list[Reminder], stop: Any = lambda: False) -> int:
    channel = Mail()
    try:
        return deliver_due(due[0].organisation_id, {"mail": channel}, 10, stop)
    finally:
        channel.close()


def test_each_once_in_the_order_of_waiting(mails: Answers) -> None:
    due = three_due()
    assert work_through(due) == 3
    assert states(due) == [State.SENT] * 3
    told = [message["Message-ID"] for _, message in mails.taken]
    assert [str(row.pk) in message_id for row, message_id in zip(due, told, strict=True)] == [True] * 3
    assert Event.objects.filter(action="reminder.sent").count() == 3


def test_one_that_cannot_be_written(mails: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    due = three_due()
    compose = delivery.compose

    def fails(row: Reminder, *about: Any) -> Letter:
        if row.pk == due[1].pk:
            raise KeyError("unknown_variable")
        return compose(row, *about)

    monkeypatch.setattr(delivery, "compose", fails)
    assert work_through(due) == 3
    assert states(due) == [State.SENT, State.PENDING, State.SENT]
    due[1].refresh_from_db()
    assert (due[1].last_error, due[1].attempts) == ("KeyError", 1)
    assert due[1].send_after > database_now()


def test_one_that_may_not_leave_marks_the_one_before(mails: Answers) -> None:
    due = three_due()
    first, second, _ = claims.claim_some(due[0].organisation_id, 3)
    assert ledger.fence(first, "<1@x>")
    type(due[1].deadline).objects.filter(pk=due[1].deadline_id).update(status="met")
    assert not ledger.fence(second, "<2@x>", sent=first)
    assert states(due) == [State.SENT, State.SUPERSEDED, State.CLAIMED]


def test_mark_of_the_one_before_in_a_claim_lost_meanwhile(mails: Answers) -> None:
    """Its lease ended and somebody sends it again: the mark of the slow one changes nothing."""
    due = three_due()
    first, second, _ = claims.claim_some(due[0].organisation_id, 3)
    assert ledger.fence(first, "<1@x>")
    Reminder.objects.filter(pk=due[0].pk).update(lease_until=database_now() - timedelta(seconds=1))
    ledger.release_expired(due[0].organisation_id, 10)
    assert ledger.fence(second, "<2@x>", sent=first)
    assert states(due) == [State.PENDING, State.IN_FLIGHT, State.CLAIMED]


def test_asked_to_stop_gives_the_rest_back(mails: Answers) -> None:
    due = three_due()
    assert work_through(due, stop=lambda: bool(mails.taken)) == 1
    assert states(due) == [State.SENT, State.PENDING, State.PENDING]
    assert set(Reminder.objects.values_list("lease_token", flat=True)) == {None}


def test_held_too_long_gives_the_rest_back(mails: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits behind a mail server that takes its time: another worker may have the others."""
    due = three_due()
    monkeypatch.setattr(policies, "HELD_AT_MOST", timedelta(0))
    handfuls = []
    deliver_these = delivery.deliver_these
    monkeypatch.setattr(
        delivery, "deliver_these", lambda *about: handfuls.append(len(about[0])) or deliver_these(*about)
    )
    assert work_through(due) == 3
    assert handfuls == [3, 2, 1]
    assert states(due) == [State.SENT] * 3


def test_a_turn_ends_by_the_clock_too(mails: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail host that takes all the time it is given must not hold up the other organisations."""

    class Slow(Mail):
        def send(self, letter: Letter) -> Outcome:
            time.sleep(policies.TURN.total_seconds())
            return super().send(letter)

    due = three_due()
    monkeypatch.setattr(policies, "TURN", timedelta(seconds=0.3))
    monkeypatch.setattr(policies, "CLAIMED_AT_ONCE", 1)
    channel = Slow()
    assert deliver_due(due[0].organisation_id, {"mail": channel}, 10, lambda: False) == 1
    channel.close()
    assert states(due) == [State.SENT, State.PENDING, State.PENDING]


WORD = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


@given(
    name=WORD | st.just("") | st.just("Открытая дверь для всех, кому пришлось уехать в другую страну"),
    subject=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=90),
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n") | st.just("."), max_size=300),
)
def test_a_letter_is_read_as_it_was_written(name: str, subject: str, text: str) -> None:
    letter = Letter("vera@mail.example", subject, text + "\n", "<p>.</p>\n", "ka", "<1@x.example>", AT)
    sender = f'"{quote(name)}" <door@mail.example>'
    with override_settings(DEFAULT_FROM_EMAIL=sender):
        sent = as_bytes(letter, Address(addr_spec=letter.to))
    assert is_one_mailbox(sender)
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert sent.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in sent[:-3]
    read: Any = message_from_bytes(sent.removesuffix(b".\r\n"), policy=default)
    assert not read.defects
    shown, address = parseaddr(message_from_bytes(sent)["From"])  # the newer reader parts a long name's words
    assert (str(make_header(decode_header(shown))), address) == (name, "door@mail.example")
    assert (read["Subject"], read["To"], read["Content-Language"]) == (subject, "vera@mail.example", "ka")
    for kind, body in (("plain", letter.text), ("html", letter.html)):
        assert read.get_body((kind,)).get_content().replace("\r\n", "\n") == body


@pytest.mark.parametrize(
    ("sender", "errors"),
    [
        ("reminders@x.example", 0), ("Открытая дверь <reminders@x.example>", 0), ("Door <a@дверь.рф>", 0), ("", 1),
        ("Open Door", 1), ("a@x.example, b@x.example", 1), ("Door <a@x.example>\nBcc: b@x.example", 1),
        ("дверь@x.example", 1),
    ],
)  # fmt: skip
def test_a_sender_that_is_no_mailbox_is_refused_at_the_start(settings: Any, sender: str, errors: int) -> None:
    settings.DEFAULT_FROM_EMAIL = sender
    assert [one.id for one in check_sender()] == ["casework.E002"] * errors


def test_a_sender_with_a_name_of_its_own_letters(mails: Answers, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Открытая дверь <reminders@дверь.рф>"
    due = three_due()
    assert work_through(due) == 3
    assert states(due) == [State.SENT] * 3
    [mailbox] = mails.taken[0][1]["From"].addresses
    assert (mailbox.display_name, mailbox.domain) == ("Открытая дверь", "xn--b1ade8b6c.xn--p1ai")
    assert str(mails.taken[0][1]["Message-ID"]).isascii()


def test_a_fault_of_ours_is_not_called_address(mails: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows when the server has been told of the recipient already: the next one has a line of its own."""
    encode, due = mail.as_bytes, three_due()

    def fails(letter: Letter, to: Address) -> bytes:
        if str(due[0].pk) in letter.message_id:
            raise ValueError("no header")
        return encode(letter, to)

    monkeypatch.setattr(mail, "as_bytes", fails)
    assert work_through(due) == 3
    assert states(due) == [State.PENDING, State.SENT, State.SENT]
    due[0].refresh_from_db()
    assert (due[0].last_error, due[0].attempts) == ("ValueError", 1)
    assert [len(recipients) for recipients, _ in mails.taken] == [1, 1]
