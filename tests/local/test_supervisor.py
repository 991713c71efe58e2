from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from time import monotonic, sleep

import pytest

from local import processes, programs
from local.home import Home
from local.supervisor import Supervisor, configuration


@pytest.fixture
def supervisor(home: Home) -> Iterator[Supervisor]:
    for name in programs.SERVICES:
        home.keep_port(name)
    supervisor = Supervisor.start(
        home, {"PATH": os.defpath, "DATABASE_OWNER_URL": "postgres://not/for/children"}
    )
    try:
        supervisor.wait_until_it_answers()
        yield supervisor
    finally:
        supervisor.stop()


def pid_when_running(supervisor: Supervisor, name: str, other_than: int = 0) -> int:
    give_up_at = monotonic() + 30
    while monotonic() < give_up_at:
        state = supervisor.states()[name]
        if state["statename"] == "RUNNING" and state["pid"] != other_than:
            return int(state["pid"])
        sleep(0.05)
    raise AssertionError(f"{name} does not run: {supervisor.states()[name]}")


def test_configuration_holds_no_path_of_the_home(home: Home) -> None:
    # Spaces, percent signs and semicolons mean something in it; relative paths have none of them.
    text = configuration("/tmp/casework-x/socket")

    assert "%" not in text
    assert str(home.path) not in text


def test_starts_again_what_died(supervisor: Supervisor) -> None:
    supervisor.begin("mail")
    before = pid_when_running(supervisor, "mail")

    os.kill(before, signal.SIGKILL)

    assert pid_when_running(supervisor, "mail", other_than=before) != before


def test_kill_9_of_the_supervisor_leaves_no_orphan(supervisor: Supervisor) -> None:
    for name in ("postgres", "valkey", "mail"):
        supervisor.begin(name)
    for name in ("postgres", "valkey", "mail"):
        pid_when_running(supervisor, name)

    supervisor.process.kill()
    supervisor.process.wait()

    give_up_at = monotonic() + 15
    while (left := processes.of_home(supervisor.home)) and monotonic() < give_up_at:
        sleep(0.05)
    assert left == []


def test_stop_leaves_nothing(supervisor: Supervisor) -> None:
    supervisor.begin("postgres")
    pid_when_running(supervisor, "postgres")

    supervisor.stop()

    assert processes.of_home(supervisor.home) == []
    assert not supervisor.folder.exists()
    assert "postgres://not/for/children" not in (supervisor.home.logs / "postgres.log").read_text(
        encoding="utf-8"
    )
