"""`python -m local.beside exec -- COMMAND…`: COMMAND beside a PostgreSQL and a Valkey made for tests.

They live in var/test/<user id>; their data is kept, which makes the next run quicker. When another run uses
that folder, they live in one that is thrown away.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from local import database, processes, programs, valkey
from local.home import REPOSITORY, Home, UnableToStart, settle
from local.supervisor import tail

EMBEDDED = ("postgres", "valkey")


class Interrupted(Exception):
    """A signal that asks to end. Its number is the first argument."""


@contextmanager
def running(home: Home) -> Iterator[dict[str, str]]:
    """The environment of a command beside services in this home, which are stopped afterwards."""
    processes.end_leftovers(home)
    for name in programs.SERVICES:
        home.keep_port(name)
    embedded = [name for name in programs.services(os.environ) if name in EMBEDDED]
    started: list[subprocess.Popen[bytes]] = []
    try:
        started += [_start(home, name) for name in embedded]
        if "postgres" in embedded:
            _wait(home, started)
            database.make_roles_and_database(home, owner_makes_databases=True)
            database.drop_strays(home)
        if "valkey" in embedded:
            valkey.wait(home)
        yield programs.owner_environment(home, os.environ | {"CASEWORK_DEMO": "0"})
    finally:
        processes.end_leftovers(home)
        for process in started:
            process.wait()


def run(command: list[str]) -> int:
    """The command's exit status, as a shell would give it."""
    with ExitStack() as stack:
        environment = stack.enter_context(running(stack.enter_context(_home())))
        process = subprocess.Popen(command, env=environment)
        try:
            status = process.wait()
        except Interrupted as interrupted:
            process.send_signal(interrupted.args[0])
            status = process.wait()
        return status if status >= 0 else 128 - status


@contextmanager
def _home() -> Iterator[Home]:
    with ExitStack() as stack:
        home = settle({}, default=REPOSITORY / "var" / "test" / str(os.geteuid()))
        try:
            stack.enter_context(home.locked(patience=0))
        except UnableToStart:
            folder = tempfile.mkdtemp(prefix="casework-test-")
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            home = settle({}, default=Path(folder))
        yield home


def _start(home: Home, name: str) -> subprocess.Popen[bytes]:
    mark = {"CASEWORK_HOME": str(home.path), processes.INSTANCE: str(home.path), processes.PROGRAM: name}
    environment = (
        os.environ | mark | {"CASEWORK_CARELESS": "1", "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
    )
    with (home.logs / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "local.start", name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait(home: Home, started: list[subprocess.Popen[bytes]]) -> None:
    try:
        database.wait(home, while_runs=started[0])
    except UnableToStart as problem:
        # The data of tests is worth nothing, and without fsync a machine that lost its power has broken it.
        shutil.rmtree(home.postgres, ignore_errors=True)
        raise UnableToStart(
            f"{problem} Its data was thrown away; try again." + tail(home.logs / "postgres.log")
        ) from problem


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.beside", description=__doc__)
    parser.add_argument("verb", choices=["exec"])
    parser.add_argument("command", nargs="+")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return run(parser.parse_args().command)
    except UnableToStart as problem:
        print(f"The services were not started: {problem}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        return 128 + int(interrupted.args[0])


if __name__ == "__main__":
    sys.exit(main())
