"""Two beats, two workers, a server of each kind, and everything that can happen to them while mail goes out."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import environ
import pytest
import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.models.functions import Now
from pytest_django import DjangoDbBlocker

from casework.cases.models import Task, TaskKind
from casework.isolation import acting_for
from casework.reminders.models import AT_WORK, Reminder, State
from casework.reminders.operations import plan
from local import database, programs, valkey
from local.home import Home
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.local.homes import begin, kill_9, open_home
from tests.reminders.arranged import deadline_in
from tests.reminders.hurry import FINAL_REPLY_TIMEOUT, LEASE
from tests.reminders.mailserver import Answers, mail_server

KEYS = ("CASEWORK_ENCRYPTION_KEYS", "CASEWORK_INDEX_KEY", "CASEWORK_SIGNING_SALT", "SECRET_KEY")
# Seconds per message: a wave takes long enough to be hit.
PACE = 0.05
# How many mails one event may make arrive twice: one in flight per worker that it hits.
MAY_DOUBLE = {
    "worker killed": 1,
    "worker stopped": 1,
    "PostgreSQL restarted": 2,
    "dropped after accepting": 1,
}


def test_storm_of_ten(storm: Storm) -> None:
    storm.rage(deadlines=150, faults=Storm.FAULTS, seed=20221121)


@pytest.mark.long
def test_storm_of_fifty(storm: Storm) -> None:
    storm.rage(deadlines=1500, faults=Storm.FAULTS * 5, seed=50)


@pytest.fixture
def storm(django_db_blocker: DjangoDbBlocker) -> Iterator[Storm]:
    weather = Weather()
    with (
        django_db_blocker.unblock(), open_home() as home, mail_server(weather),
        Storm(home, weather).begun() as storm,
    ):  # fmt: skip
        yield storm


class Weather(Answers):
    """A mail server with moods, one per message."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(PACE)
        mood = self.moods.pop() if self.moods else ""
        if mood == "hang":
            await asyncio.sleep(FINAL_REPLY_TIMEOUT.total_seconds() + 0.5)
        if mood and mood != "drop":
            return "550 no such user" if mood == "550" else "451 not now"
        answer = await super().handle_DATA(server, session, envelope)
        if mood == "drop" and server.transport is not None:
            server.transport.abort()
        return answer


class Storm:
    def __init__(self, home: Home, weather: Weather) -> None:
        self.home, self.weather = home, weather
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.happened: Counter[str] = Counter()

    # --- what runs ---------------------------------------------------------------------------------------
    @contextmanager
    def begun(self) -> Iterator[Storm]:
        self.postgres = begin(self.home, "postgres", careless=False)
        self.valkey = begin(self.home, "valkey")
        database.wait(self.home, self.postgres)
        database.make_roles_and_database(self.home)
        bare = {
            "PATH": os.environ["PATH"],
            "LOG_LEVEL": "WARNING",
            "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        }
        owner = programs.owner_environment(self.home, bare) | {
            key: os.environ[key] for key in KEYS if key in os.environ
        }
        subprocess.run(programs.manage("prepare_database"), env=owner, check=True, stdout=subprocess.DEVNULL)
        self.environment = {name: value for name, value in owner.items() if name != "DATABASE_OWNER_URL"}
        try:
            with led_to(self.environment["DATABASE_URL"]):
                yield self
        finally:
            for process in self.running.values():
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def keep_running(self) -> None:
        """As a supervisor does."""
        for name in ("beat 1", "beat 2", "worker 1", "worker 2"):
            if name not in self.running or self.running[name].poll() is not None:
                self.running[name] = self.start(*name.split())

    def start(self, program: str, number: str) -> subprocess.Popen[bytes]:
        schedule = ["--pidfile", "", "-s", str(self.home.path / f"beat-{number}")]
        words = (
            ["worker", "--concurrency", "1", "-n", f"{number}@storm"]
            if program == "worker"
            else ["beat", *schedule]
        )
        celery = [sys.executable, "-m", "celery", "-A", "tests.reminders.hurried"]
        argv = [*celery, *words, "--loglevel", "WARNING"]
        with (self.home.logs / f"{program}-{number}.log").open("ab") as log:
            return subprocess.Popen(
                argv, env=self.environment, cwd=settings.ROOT, stdout=log, stderr=log, start_new_session=True
            )

    # --- what happens ------------------------------------------------------------------------------------
    def kill_worker(self) -> None:
        self.kill("worker")

    def kill_beat(self) -> None:
        self.kill("beat")

    def kill(self, program: str) -> None:
        process = self.running[f"{program} {self.chance.choice('12')}"]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_worker(self) -> None:
        """Longer than its lease: whoever goes on then must not trust what it held."""
        group = self.running[f"worker {self.chance.choice('12')}"].pid
        os.killpg(group, signal.SIGSTOP)
        self.stay(LEASE.total_seconds() + 1)
        os.killpg(group, signal.SIGCONT)

    def kill_broker(self) -> None:
        kill_9(self.valkey)
        self.valkey = begin(self.home, "valkey")
        valkey.wait(self.home)

    def flush_broker(self) -> None:
        redis.Redis.from_url(valkey.url(self.home)).flushall()

    def restart_postgres(self) -> None:
        """As `pg_ctl restart -m immediate`."""
        self.postgres.send_signal(signal.SIGQUIT)
        self.postgres.wait()
        self.postgres = begin(self.home, "postgres", careless=False)
        database.wait(self.home, self.postgres)

    def mail_says_451(self) -> None:
        self.weather.moods.append("451")

    def mail_says_550(self) -> None:
        self.weather.moods.append("550")

    def mail_hangs(self) -> None:
        self.weather.moods.append("hang")

    def mail_drops(self) -> None:
        self.weather.moods.append("drop")

    FAULTS = [
        ("worker killed", kill_worker), ("beat killed", kill_beat), ("worker stopped", stop_worker),
        ("broker killed", kill_broker), ("broker flushed", flush_broker),
        ("PostgreSQL restarted", restart_postgres), ("451", mail_says_451), ("550", mail_says_550),
        ("hung", mail_hangs), ("dropped after accepting", mail_drops),
    ]  # fmt: skip

    # --- and how it ends ---------------------------------------------------------------------------------
    def rage(self, *, deadlines: int, faults: list[tuple[str, Callable[[Storm], None]]], seed: int) -> None:
        """As many waves of reminders fall due as things happen, each in the middle of its wave."""
        self.chance = random.Random(seed)
        self.organisation_id, wanted = self.arrange(deadlines)
        self.wanted, size = set(wanted), len(wanted) // len(faults)
        assert len(wanted) == 2 * deadlines == size * len(faults)
        self.keep_running()
        for number, (name, fault) in enumerate(self.chance.sample(faults, len(faults))):
            before = len(self.weather.taken)
            self.let_fall_due(wanted[number * size : (number + 1) * size])
            self.wait_until(lambda goal=before + size // 4: len(self.weather.taken) >= goal, 120)
            fault(self)
            self.happened[name] += 1
        self.wait_until(lambda: self.unfinished() == 0, 240)
        assert self.weather.moods == []
        self.assert_told(len(wanted))

    def assert_told(self, wanted: int) -> None:
        rows = self.rows()
        states = Counter(state for _, state in rows)
        arrived = Counter(str(mail["Message-ID"]) for _, mail in self.weather.taken)
        twice = sum(arrived.values()) - len(arrived)
        may = sum(MAY_DOUBLE.get(name, 0) * count for name, count in self.happened.items())
        print(f"{wanted} rows, {dict(self.happened)}: {dict(states)}, {twice} twice of {may} that may")
        assert len(rows) == wanted
        assert states == Counter(
            {State.SENT: wanted - self.happened["550"], State.DEAD: self.happened["550"]}
        )
        sent = {f"<reminder.{pk}@casework.example>" for pk, state in rows if state == State.SENT}
        assert sent - arrived.keys() == set()
        assert twice <= may
        with acting_for(self.organisation_id):
            assert Task.objects.filter(kind=TaskKind.REMINDER_DEAD).count() == self.happened["550"]

    def arrange(self, deadlines: int) -> tuple[Any, list[Any]]:
        """The organisation, and its reminders that would be due, put off."""
        user = UserFactory.create(
            organisation=OrganisationFactory.create(tbilisi=True), username="nino", on_duty=True
        )
        with acting_for(user.organisation_id):
            for _ in range(deadlines):
                deadline_in(2)  # near enough to be told one by one
        plan(user.organisation_id)
        with acting_for(user.organisation_id):
            due = Reminder.objects.filter(state=State.PENDING, send_after__lte=Now())
            wanted = list(due.values_list("pk", flat=True))
            due.update(send_after=Now() + timedelta(hours=5))
        self.chance.shuffle(wanted)
        return user.organisation_id, wanted

    def let_fall_due(self, wave: list[Any]) -> None:
        connection.close()  # the server that it led to may have been restarted
        with acting_for(self.organisation_id):
            Reminder.objects.filter(pk__in=wave).update(send_after=Now())

    def rows(self) -> list[tuple[Any, str]]:
        with acting_for(self.organisation_id):
            return list(Reminder.objects.filter(pk__in=self.wanted).values_list("pk", "state"))

    def unfinished(self) -> int:
        """While the database is away nobody knows."""
        with suppress(DatabaseError):
            return sum(state in (*AT_WORK, State.PENDING) for _, state in self.rows())
        connection.close()
        return 1

    def wait_until(self, holds: Callable[[], bool], seconds: float) -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, (dict(self.happened), len(self.weather.taken), self.unfinished())
            self.stay(0.05)

    def stay(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.keep_running()
            time.sleep(0.05)


@contextmanager
def led_to(url: str) -> Iterator[None]:
    """This process's own connection leads to another server."""
    there, here = environ.Env.db_url_config(url), connections.settings["default"]
    before = dict(here)
    connection.close()
    here.update(there)
    try:
        yield
    finally:
        connection.close()
        here.update({name: before[name] for name in there})
