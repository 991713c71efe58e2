"""One tick with a real PostgreSQL and a real mail server."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest

from casework.accounts.models import Organisation, User
from casework.audit.models import Event
from casework.cases.models import Task, TaskKind
from casework.reminders import claims, handover, ledger, policies
from casework.reminders.channels import Letter, Result
from casework.reminders.mail import Mail
from casework.reminders.models import Reminder, State
from casework.reminders.operations import work
from casework.reminders.queries import database_now
from casework.stays.models import DeadlineKind, DeadlineStatus
from tests.acting import acting
from tests.factories.accounts import UserFactory
from tests.reminders.arranged import claim_one, deadline_in, deliver, make_due, move, one_due, plan_at, rows
from tests.reminders.mailserver import Answers


@pytest.fixture(autouse=True)
def duty(nino: User) -> User:
    return nino


def _deliver(reminder: Reminder) -> Reminder:
    """A tick whose planner finds nothing new, for one row."""
    Reminder.objects.exclude(pk=reminder.pk).filter(state=State.PENDING).delete()
    claim = claim_one(reminder.organisation_id)
    assert claim is not None
    assert claim.reminder_id == reminder.pk
    mail = Mail()
    deliver(claim, {"mail": mail})
    mail.close()
    reminder.refresh_from_db()
    return reminder


def _body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


# --- what goes out ---------------------------------------------------------------------------------------
def test_work_overdue_reminder_goes_to_both_as_one_mail_each(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    work(nino.organisation_id)
    assert sorted(to for recipients, _ in mails.taken for to in recipients) == sorted(
        [deadline.person.email, nino.email]
    )
    for kind in ("person", "caseworker"):
        [sent] = rows(deadline, kind, state=State.SENT)
        assert (sent.offset_days, sent.attempts, sent.lease_token) == (14, 1, None)
        assert sent.sent_at is not None
    work(nino.organisation_id)
    assert len(mails.taken) == 2


def test_mail_speaks_the_persons_language_and_says_nothing_else(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    work(nino.organisation_id)
    [mail] = mails.mails_to(deadline.person.email)
    day = f"{deadline.due_on.day} "
    assert mail["Subject"].startswith("Важная дата: " + day)
    assert f"{deadline.due_on.year} г. — последний день разрешённого пребывания." in _body(mail)
    assert _body(mail).count("http") == _body(mail).count("https://casework.example/r/") == 1
    assert mail["Auto-Submitted"] == "auto-generated"
    assert 'lang="ru"' in _body(mail, "html")


def test_mail_to_caseworker_links_to_the_deadline(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    work(nino.organisation_id)
    [mail] = mails.mails_to(nino.email)
    assert f"https://casework.example/admin/stays/deadline/{deadline.pk}/change/" in _body(mail)
    assert "the last day of a permitted stay" in _body(mail)


def test_mail_carries_no_name_and_no_fact_of_the_case(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    person = deadline.person
    work(nino.organisation_id)
    secret = [*person.names(), person.native_name, nino.first_name, nino.last_name, nino.organisation.name]
    secret += [str(person.pk), "Georgia", "Грузи", nino.organisation.city]
    assert len(mails.taken) == 2
    for _, mail in mails.taken:
        said = "\n".join([str(mail["Subject"]), _body(mail), _body(mail, "html")])
        assert [word for word in secret if word and word in said] == []


def test_mail_in_a_language_without_words(
    nino: User, mails: Answers, caplog: pytest.LogCaptureFixture
) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    reminder.deadline.person.change(at=database_now(), preferred_language="ab-GE")
    with caplog.at_level(logging.WARNING):
        _deliver(reminder)
    [(_, mail)] = mails.taken
    assert mail["Content-Language"] == "en"
    assert f"reminder {reminder.pk}: no words in 'ab', sent in 'en'" in caplog.text


def test_mail_falls_back_to_the_organisations_language_first(nino: User, mails: Answers) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    reminder.deadline.person.change(at=database_now(), preferred_language="fr")
    Organisation.objects.filter(pk=nino.organisation_id).update(language="ru")
    _deliver(reminder)
    [(_, mail)] = mails.taken
    assert mail["Content-Language"] == "ru"


def test_mail_after_the_day_says_that_it_has_passed(nino: User, mails: Answers) -> None:
    deadline = deadline_in(-3)
    work(nino.organisation_id)
    assert mails.mails_to(deadline.person.email) == []
    [mail] = mails.mails_to(nino.email)
    assert mail["Subject"].startswith("A date has passed: ")
    assert "This day has passed" in _body(mail)


@pytest.mark.parametrize(
    "address",
    [
        "vera@mail.example\nBcc: marek@mail.example",
        "vera@mail.example\r\nDATA",
        "nobody",
        "a b@c.example",
        "\u212a@c.example",
    ],
)
def test_mail_address_that_is_none(nino: User, mails: Answers, address: str) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    type(reminder.deadline.person).objects.filter(pk=reminder.deadline.person_id).update(email=address)
    assert _deliver(reminder).state == State.DEAD
    assert mails.taken == []
    assert Task.objects.get().kind == TaskKind.REMINDER_DEAD


def test_mail_message_id_is_the_rows_and_stays(nino: User, mails: Answers) -> None:
    reminder = one_due()
    mails.to_message.append("451 come back later")
    assert _deliver(reminder).state == State.PENDING
    reminder.change(at=database_now(), send_after=database_now() - timedelta(seconds=1))
    assert _deliver(reminder).state == State.SENT
    [(_, mail)] = mails.taken
    assert mail["Message-ID"] == reminder.message_id == f"<reminder.{reminder.pk}@casework.example>"


# --- what the other side answers ---------------------------------------------------------------------------
def test_451_backs_off(nino: User, mails: Answers) -> None:
    reminder = one_due()
    mails.to_recipient.append("451 greylisted")
    _deliver(reminder)
    assert (reminder.state, reminder.attempts, reminder.last_error) == (State.PENDING, 1, "SMTP 451")
    assert timedelta(0) < reminder.send_after - database_now() < policies.FIRST_PAUSE * 2
    assert not Task.objects.exists()


def test_451_to_the_end_is_dead_and_a_task(nino: User, mails: Answers) -> None:
    reminder = one_due()
    reminder.change(at=database_now(), attempts=policies.MAX_ATTEMPTS - 1)
    mails.to_message.append("451 still full")
    assert _deliver(reminder).state == State.DEAD
    task = Task.objects.get()
    assert (task.kind, task.detail) == (TaskKind.REMINDER_DEAD, handover.FAILED)


def test_550_is_dead_and_one_task_per_deadline_version(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    mails.to_recipient += ["550 no such user"] * 2
    work(nino.organisation_id)
    assert [row.last_error for row in rows(deadline, state=State.DEAD)] == ["SMTP 550"]
    tasks = Task.objects.filter(kind=TaskKind.REMINDER_DEAD)
    assert tasks.filter(person=deadline.person, due_on=deadline.due_on).count() == 2
    told = {task.detail for task in tasks}
    assert told == {
        "The mail server refused the message to the person. Tell them yourself.",
        "The caseworker could not be mailed. Please see to this day yourself.",
    }
    later = rows(deadline, state=State.PENDING)[0]
    later.change(at=database_now(), send_after=database_now())
    mails.to_recipient.append("550 no such user")
    work(nino.organisation_id)
    assert len(rows(deadline, state=State.DEAD)) == 2
    assert tasks.count() == 2


@pytest.mark.parametrize("code", [500, 502, 503, 504, 530, 534, 535, 538])
def test_a_session_that_is_refused_is_no_fault_of_the_letter(nino: User, mails: Answers, code: int) -> None:
    mails.to_recipient.append(f"{code} not like this")
    reminder = _deliver(one_due())
    assert (reminder.state, reminder.last_error) == (State.PENDING, f"SMTP {code}")
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        ("200 taken", DeadlineKind.APPOINTMENT, State.SENT),
        ("354 go on", DeadlineKind.APPOINTMENT, State.PARKED),
        ("what", DeadlineKind.APPOINTMENT, State.PARKED),
        ("what", DeadlineKind.STAY_END, State.PENDING),
        ("452 full", DeadlineKind.APPOINTMENT, State.PENDING),
        ("554 spam", DeadlineKind.APPOINTMENT, State.DEAD),
    ],
)
def test_the_last_word(nino: User, mails: Answers, answer: str, kind: str, state: str) -> None:
    """Any 2xx is a yes; what is no answer at all leaves it open whether the message was taken."""
    mails.to_message.append(answer)
    assert _deliver(one_due(kind=kind)).state == state


def test_a_server_that_took_its_time_gets_no_message(
    nino: User, mails: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer might come after the lease, when somebody else sends the message again."""
    before_the_last_word = policies.BEFORE_THE_MESSAGE + 2 * policies.STEP_TIMEOUT
    assert before_the_last_word + policies.FINAL_REPLY_TIMEOUT < policies.LEASE
    monkeypatch.setattr("casework.reminders.mail.BEFORE_THE_MESSAGE", timedelta(seconds=-1))
    reminder = _deliver(one_due())
    assert (reminder.state, reminder.last_error) == (State.PENDING, "TimeoutError")
    assert mails.taken == []


def test_550_does_not_carry_the_servers_words(nino: User, mails: Answers) -> None:
    reminder = one_due()
    mails.to_recipient.append("550 vera@mail.example unknown")
    _deliver(reminder)
    assert reminder.last_error == "SMTP 550"
    assert Task.objects.get().detail == handover.REFUSED
    assert "vera" not in Task.objects.get().detail
    assert "vera" not in str(list(Event.objects.values_list("about", flat=True)))


def test_no_server_backs_off(nino: User, mails: Answers, settings: object) -> None:
    reminder = one_due()
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]
    _deliver(reminder)
    assert (reminder.state, reminder.last_error) == (State.PENDING, "ConnectionRefusedError")


def test_one_bad_row_does_not_hold_up_the_others(nino: User, mails: Answers) -> None:
    bad, good = deadline_in(9), deadline_in(9)
    type(bad.person).objects.filter(pk=bad.person_id).update(email="no address at all")
    work(nino.organisation_id)
    assert len(rows(good, state=State.SENT)) == 1
    assert len(rows(bad, state=State.DEAD)) == 1


@pytest.mark.parametrize(
    ("kind", "state"), [(DeadlineKind.STAY_END, State.PENDING), (DeadlineKind.APPOINTMENT, State.PARKED)]
)
def test_no_answer_after_the_message(nino: User, mails: Answers, kind: str, state: str) -> None:
    """Nobody knows whether it arrived: told again where the law counts days, else a human looks."""
    reminder = one_due(kind=kind)
    mails.to_message.append("hang up")
    assert _deliver(reminder).state == state
    tasks = [handover.IN_DOUBT] if state == State.PARKED else []
    assert [task.detail for task in Task.objects.all()] == tasks


@pytest.mark.parametrize("answer", ["hang up", "421 too many messages"])
def test_connection_is_used_again_and_opened_again(nino: User, mails: Answers, answer: str) -> None:
    """The sender of a letter is announced when the one before was taken: what comes of it is the next one's."""
    letter = Letter("vera@mail.example", "s", "t\n.\n..t", "<p>t</p>", "en", "<1@x.example>", database_now())
    mail = Mail()
    mails.to_sender += ["250 OK", "250 OK", answer]
    assert mail.send(letter).result == Result.ACCEPTED
    first = mail._open
    assert mail.send(letter).result == Result.ACCEPTED
    assert mail._open is first
    assert mail.send(letter).result == Result.ACCEPTED
    assert mail._open not in (first, None)
    mail.close()
    assert len(mails.taken) == 3
    assert {_body(message).replace("\r\n", "\n").strip() for _, message in mails.taken} == {"t\n.\n..t"}


def test_a_sender_that_the_server_does_not_take_is_no_fault_of_the_letter(nino: User, mails: Answers) -> None:
    mails.to_sender.append("550 not from you")
    reminder = _deliver(one_due())
    assert (reminder.state, reminder.last_error) == (State.PENDING, "SMTPSenderRefused")
    assert mails.taken == []


# --- the fence ---------------------------------------------------------------------------------------------
def test_fence_moved_after_the_claim(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    assert reminder.deadline is not None
    move(reminder.deadline, reminder.deadline.due_on + timedelta(days=30), database_now())
    assert not ledger.fence(claim, "<x>")
    reminder.refresh_from_db()
    assert (reminder.state, reminder.last_error) == (State.SUPERSEDED, "moved")
    assert Event.objects.filter(action="reminder.superseded", object_id=reminder.pk).count() == 1


@pytest.mark.parametrize("status", [DeadlineStatus.MET, DeadlineStatus.CANCELLED, DeadlineStatus.SUPERSEDED])
def test_fence_closed_after_the_claim(nino: User, mails: Answers, status: str) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    type(reminder.deadline).objects.filter(pk=reminder.deadline_id).update(status=status)
    assert _deliver(reminder).state == State.SUPERSEDED
    assert mails.taken == []


def test_fence_never_after_the_day(nino: User, mails: Answers) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    yesterday = reminder.deadline.due_on - timedelta(days=10)
    type(reminder.deadline).objects.filter(pk=reminder.deadline_id).update(due_on=yesterday)
    assert _deliver(reminder).last_error == "day is over"
    assert mails.taken == []


def test_fence_another_caseworker_by_now(nino: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    plan_at(nino.organisation_id, database_now())
    Reminder.objects.filter(deadline=deadline, recipient_kind="person").delete()
    reminder = make_due(deadline, "caseworker")
    type(deadline).objects.filter(pk=deadline.pk).update(
        assigned_to=UserFactory.create(organisation=nino.organisation)
    )
    assert _deliver(reminder).last_error == "handed over"
    assert mails.taken == []


def test_fence_too_much_of_the_lease_gone(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    Reminder.objects.filter(pk=reminder.pk).update(
        lease_until=database_now() + policies.LEASE * (0.9 - policies.FRESH)
    )
    assert not ledger.fence(claim, "<x>")
    reminder.refresh_from_db()
    assert (reminder.state, reminder.attempts) == (State.PENDING, 0)


def test_fence_token_of_another(nino: User, mails: Answers) -> None:
    reminder = one_due()
    claim = claim_one(nino.organisation_id)
    assert claim is not None
    assert not ledger.fence(claims.Claim(claim.organisation_id, claim.reminder_id, uuid4()), "<x>")
    reminder.refresh_from_db()
    assert reminder.state == State.CLAIMED


def test_address_gone_between_planning_and_sending(nino: User, mails: Answers) -> None:
    reminder = one_due()
    assert reminder.deadline is not None
    reminder.deadline.person.change(at=database_now(), email="")
    assert _deliver(reminder).last_error == "no address"
    assert Task.objects.get().kind == TaskKind.NO_ADDRESS


# --- the trail, and walls ---------------------------------------------------------------------------------
def test_sent_is_in_the_trail(nino: User, mails: Answers) -> None:
    reminder = _deliver(one_due())
    [event] = Event.objects.filter(object_id=reminder.pk)
    assert (event.action, event.actor_kind, event.actor_id) == ("reminder.sent", "system", "reminders")


def test_work_does_not_touch_another_organisation(nino: User, marek: User, mails: Answers) -> None:
    with acting(marek.organisation):
        theirs = deadline_in(9, country="KZ")
        plan_at(marek.organisation_id, database_now())
        first = make_due(theirs)
    work(nino.organisation_id)
    assert mails.taken == []
    with acting(marek.organisation):
        first.refresh_from_db()
        assert first.state == State.PENDING


def test_claim_names_no_row_of_another_organisation(nino: User, marek: User, mails: Answers) -> None:
    with acting(marek.organisation):
        deadline_in(9, country="KZ")
        plan_at(marek.organisation_id, database_now())
    assert claim_one(nino.organisation_id) is None
