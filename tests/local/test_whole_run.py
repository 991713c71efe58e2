from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local import processes
from local.home import REPOSITORY, Home, free_port

pytestmark = pytest.mark.long


@contextmanager
def whole_run(home: Home, port: int) -> Iterator[subprocess.Popen[str]]:
    """`python -m local.run` that has said it is ready, in an environment as bare as a fresh machine's."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY), "CASEWORK_HOME": str(home.path)}
    environment |= {"CASEWORK_PORT": str(port), "CASEWORK_DEMO": "0"}
    argv = [sys.executable, "-m", "local.run"]
    with subprocess.Popen(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        try:
            said = until_ready(run)
            assert said[-1] == f"ready: http://127.0.0.1:{port}/", said
            yield run
        finally:
            run.terminate()
            run.communicate(timeout=60)


def until_ready(run: subprocess.Popen[str]) -> list[str]:
    assert run.stdout is not None
    said = []
    for line in run.stdout:
        said.append(line.rstrip())
        if line.startswith("ready: "):
            break
    return said


def answers(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready", timeout=10) as answer:
        return bool(answer.status == 200)


def test_kill_9_of_everything_and_again(home: Home) -> None:
    port = free_port(taken=set())
    with whole_run(home, port) as run:
        assert answers(port)
        everything = [process.pid for process in processes.of_home(home)]
        assert len(everything) > 8
        for pid in [run.pid, *everything]:
            os.kill(pid, signal.SIGKILL)

    with whole_run(home, port) as run:
        assert answers(port)

    assert run.returncode == 0
    assert processes.of_home(home) == []


def test_kill_9_of_the_launcher_and_of_the_supervisor(home: Home) -> None:
    port = free_port(taken=set())
    with whole_run(home, port) as run:
        run.kill()

    with whole_run(home, port) as run:
        (supervisor,) = processes.of_home(home, "supervisor")
        os.kill(supervisor.pid, signal.SIGKILL)
        assert until_ready(run)[-1].startswith("ready: ")
        assert answers(port)

    assert run.returncode == 0
    assert processes.of_home(home) == []


def test_a_second_run_in_the_same_home_is_refused(home: Home) -> None:
    port = free_port(taken=set())
    with whole_run(home, port):
        environment = {"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY), "CASEWORK_HOME": str(home.path)}
        second = subprocess.run(
            [sys.executable, "-m", "local.run"], env=environment, capture_output=True, text=True
        )

        assert second.returncode == 1
        assert "already running in" in second.stderr
        assert answers(port)
