"""Who hears what no mail can tell; and workers side by side."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from casework.accounts.models import User
from casework.cases.models import CaseStatus, Task, TaskKind
from casework.cases.operations import register_arrival
from casework.cases.queries import open_case_of
from casework.isolation import acting_for
from casework.people.details import PersonDetails
from casework.reminders import tasks
from casework.reminders.management.commands import remind
from casework.reminders.models import Reminder, State
from casework.reminders.operations import heal, work
from casework.reminders.queries import database_now, desk_of, health
from casework.stays.details import ArrivalDetails
from casework.stays.operations import void_arrival
from casework.stays.zones import local_day
from config.celery import app as celery_app
from tests.databases import RealDatabase
from tests.reminders.arranged import deadline_in, move, rows
from tests.reminders.mailserver import Answers


def test_no_address_is_one_task_and_no_row(nino: User) -> None:
    deadline = deadline_in(9)
    deadline.person.change(at=database_now(), email="")
    for _ in range(3):
        heal(nino.organisation_id)
    [task] = Task.objects.all()
    assert (task.kind, task.person, task.due_on) == (TaskKind.NO_ADDRESS, deadline.person, deadline.due_on)
    assert task.assigned_to == nino
    assert task.subject_key == f"no_address:{deadline.pk}:1"
    assert rows(deadline) == []
    assert len(rows(deadline, "caseworker", state=State.PENDING)) == 6


def test_no_address_once_more_when_the_day_moves(nino: User) -> None:
    deadline = deadline_in(9)
    deadline.person.change(at=database_now(), email="")
    heal(nino.organisation_id)
    move(deadline, deadline.due_on + timedelta(days=5), database_now())
    heal(nino.organisation_id)
    assert Task.objects.count() == 2


def test_no_address_long_before_the_first_reminder(nino: User) -> None:
    deadline = deadline_in(80)
    deadline.person.change(at=database_now(), email="")
    heal(nino.organisation_id)
    assert Task.objects.get().due_on == deadline.due_on


def test_no_address_in_a_closed_file_opens_a_new_one(nino: User) -> None:
    deadline = deadline_in(9)
    deadline.person.change(at=database_now(), email="")
    case = open_case_of(deadline.person_id)
    assert case is not None
    case.change(at=database_now(), status=CaseStatus.CLOSED, closed_on=deadline.due_on)
    heal(nino.organisation_id)
    assert Task.objects.get().case.status == CaseStatus.OPEN


def test_caseworker_without_address_is_the_supervisors_task(nino: User, levan: User) -> None:
    deadline = deadline_in(9)
    User.objects.filter(pk=nino.pk).update(email="")
    for _ in range(2):
        heal(nino.organisation_id)
    [task] = Task.objects.all()
    assert task.assigned_to == levan
    assert task.subject_key == f"no_address:{deadline.pk}:1:caseworker"
    assert rows(deadline, "caseworker") == []
    assert len(rows(deadline, state=State.PENDING)) == 6


def test_caseworker_who_left_is_not_mailed(nino: User, levan: User, mails: Answers) -> None:
    deadline = deadline_in(9)
    User.objects.filter(pk=nino.pk).update(is_active=False)
    heal(nino.organisation_id)
    work(nino.organisation_id)
    assert mails.mails_to(nino.email) == []
    assert Task.objects.get().assigned_to == levan
    assert len(mails.mails_to(deadline.person.email)) == 1


def test_asked_to_stop_a_round_begins_with_no_further_organisation(
    nino: User, marek: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, begun = threading.Event(), []

    def work_and_be_asked(organisation_id: UUID, **_: object) -> None:
        begun.append(organisation_id)
        stop.set()

    monkeypatch.setattr(remind.operations, "work", work_and_be_asked)
    monkeypatch.setattr(remind, "tend", lambda organisation_id: None)
    assert remind.tick(stop, heal=False) == 0
    assert len(begun) == 1


def test_nothing_is_due_without_a_row_after_a_tick(nino: User, mails: Answers) -> None:
    deadline_in(9).person.change(at=database_now(), email="")
    deadline_in(-2)
    deadline_in(0)
    heal(nino.organisation_id)
    work(nino.organisation_id)
    found = health(desk_of(nino.organisation_id), database_now())
    assert (found.due_without_row, found.oldest_pending) == (0, None)


# --- workers side by side, really committed ----------------------------------------------------------------
def _deadlines(nino: User, number: int) -> None:
    with acting_for(nino.organisation_id):
        for _ in range(number):
            deadline_in(9)


def test_two_workers_never_send_one_row_twice(
    real_database: RealDatabase, nino: User, mails: Answers
) -> None:
    _deadlines(nino, 20)
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            together.wait(10)
            for _ in range(3):
                work(nino.organisation_id)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    sent = Counter(str(message["Message-ID"]) for _, message in mails.taken)
    assert set(sent.values()) == {1}
    assert len(sent) == 20 + 1  # each person, and the caseworker's digest
    with acting_for(nino.organisation_id):
        assert Reminder.objects.filter(state=State.SENT).count() == 40 + 1
        assert not Reminder.objects.filter(state__in=[State.CLAIMED, State.IN_FLIGHT]).exists()


def test_remind_once(real_database: RealDatabase, nino: User, mails: Answers) -> None:
    _deadlines(nino, 1)
    with pytest.raises(SystemExit) as ended:
        call_command("remind")
    assert ended.value.code == 0
    assert len(mails.taken) == 2


def test_remind_loop_serves_every_organisation(
    real_database: RealDatabase, nino: User, marek: User, mails: Answers
) -> None:
    _deadlines(nino, 1)
    _deadlines(marek, 1)
    call_command("remind", loop=True, ticks=2, every=0.01)
    assert len(mails.taken) == 4


def test_remind_one_failing_organisation_does_not_stop_the_next(
    real_database: RealDatabase, nino: User, marek: User, mails: Answers
) -> None:
    _deadlines(nino, 1)
    _deadlines(marek, 1)
    with real_database.as_owner() as owner:
        # The trail refuses the one organisation: nothing of its tick may stand.
        owner.execute(
            "ALTER TABLE audit_event ADD CHECK (organisation_id <> "
            f"'{nino.organisation_id}' OR action NOT LIKE 'reminder.%') NOT VALID"
        )
    with pytest.raises(SystemExit) as ended:
        call_command("remind")
    assert ended.value.code == 1
    assert {to for recipients, _ in mails.taken for to in recipients} >= {marek.email}
    assert mails.mails_to(nino.email) == []
    with acting_for(nino.organisation_id):
        assert not Reminder.objects.exists()


def test_task_work_for_takes_an_id_and_may_run_twice(
    real_database: RealDatabase, nino: User, mails: Answers
) -> None:
    _deadlines(nino, 1)
    tasks.work_for(str(nino.organisation_id))
    tasks.work_for(str(nino.organisation_id))
    assert len(mails.taken) == 2


@pytest.fixture
def celery_in_this_process() -> Iterator[None]:
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.mark.usefixtures("celery_in_this_process")
def test_task_tick_wakes_every_organisation(
    real_database: RealDatabase, nino: User, marek: User, mails: Answers
) -> None:
    """Under the name that beat calls; what crosses Celery is an id as text."""
    _deadlines(nino, 1)
    _deadlines(marek, 1)
    celery_app.tasks[settings.CELERY_BEAT_SCHEDULE["reminders-tick"]["task"]].delay()
    assert len(mails.taken) == 4


@pytest.mark.usefixtures("celery_in_this_process")
def test_task_heal_looks_after_every_organisation(
    real_database: RealDatabase, nino: User, marek: User
) -> None:
    for user in (nino, marek):
        with acting_for(user.organisation_id):
            deadline_in(9).person.change(at=database_now(), email="")
    celery_app.tasks[settings.CELERY_BEAT_SCHEDULE["reminders-heal"]["task"]].delay()
    for user in (nino, marek):
        with acting_for(user.organisation_id):
            assert [task.kind for task in Task.objects.all()] == [TaskKind.NO_ADDRESS]


def test_remind_loop_heals_too(real_database: RealDatabase, nino: User, mails: Answers) -> None:
    _deadlines(nino, 1)
    work(nino.organisation_id)
    with acting_for(nino.organisation_id):
        Reminder.objects.all().delete()
    call_command("remind", "--loop", "--every", "0", "--ticks", "1")
    assert len(mails.taken) == 4


@pytest.mark.parametrize(
    "asked",
    [("--every", "nan"), ("--every", "-5"), ("--every", "inf"), ("--ticks", "-1"), ("--ticks", "two")],
)
def test_remind_is_asked_for_what_cannot_be(asked: tuple[str, str]) -> None:
    with pytest.raises(CommandError, match=asked[0]):
        call_command("remind", "--loop", *asked)


def test_remind_says_that_the_mail_server_takes_nothing(
    real_database: RealDatabase, nino: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    _deadlines(nino, 3)
    call_command("remind", loop=True, ticks=1)
    told = [record.message for record in caplog.records if "mail server" in record.message]
    assert told == ["the mail server takes nothing (ConnectionRefusedError): letters are tried again later"]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ProgrammingError])
def test_remind_loop_outlives_whatever_the_database_says(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def fails(*about: Any) -> Any:
        raise error("the connection is closed")

    monkeypatch.setattr(remind.Organisation.objects, "order_by", fails)
    assert remind.tick(threading.Event(), heal=True) == 1


def test_remind_without_a_database_says_so_in_a_sentence(real_database: RealDatabase) -> None:
    gone = real_database.environ() | {"DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none"}
    command = [sys.executable, str(settings.ROOT / "manage.py"), "remind", "--loop", "--ticks", "1"]
    ended = subprocess.run(command, env=gone, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "the database does not answer: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_remind_loop_ends_at_sigterm(real_database: RealDatabase, nino: User, mails: Answers) -> None:
    _deadlines(nino, 1)
    environment = real_database.environ() | {"EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}"}
    command = [sys.executable, str(settings.ROOT / "manage.py"), "remind", "--loop", "--every", "0.2"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as loop:
        try:
            _wait_until(lambda: len(mails.taken) == 2)
            loop.send_signal(signal.SIGTERM)
            assert loop.wait(20) == 0
        finally:
            loop.kill()


def test_arrival_all_the_way(real_database: RealDatabase, nino: User, mails: Answers) -> None:
    """Registered, planned, sent; voided, and nothing is left to send."""
    with acting_for(nino.organisation_id):
        at = database_now()
        registered = register_arrival(
            person=PersonDetails(
                family_name="Abramtseva", given_name="Vera", nationality="RU", preferred_language="ru",
                email="vera@mail.example",
            ),
            document=None,
            arrival=ArrivalDetails(country="GE", entered_on=local_day("GE", at) - timedelta(days=356)),
            by=nino.as_actor(),
            at=at,
        )  # fmt: skip
    work(nino.organisation_id)
    assert len(mails.mails_to("vera@mail.example")) == 1
    assert len(mails.mails_to(nino.email)) == 1
    with acting_for(nino.organisation_id):
        void_arrival(arrival=registered.arrival, reason="entered twice", by=nino.as_actor(), at=at)
    work(nino.organisation_id)
    with acting_for(nino.organisation_id):
        assert not Reminder.objects.filter(state=State.PENDING).exists()
    assert len(mails.taken) == 2


def _wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)
