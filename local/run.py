"""`python -m local.run`: the whole of `make run`, in the foreground, until SIGTERM or Ctrl-C."""

import argparse
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

from local import database, processes, programs, valkey
from local.home import LOOPBACK, REPOSITORY, Home, UnableToStart, is_free, settle
from local.supervisor import Supervisor, tail

DEFAULT_PORT = 8000
# How often a program may die while it starts before that is a failure to start.
TRIES = 3
START_PATIENCE = 120.0


class Stopped(Exception):
    """SIGTERM or Ctrl-C."""


@dataclass
class Run:
    """One instance from its start to its end. `environ` is the caller's, with the port that was settled."""

    home: Home
    environ: dict[str, str]
    supervisor: Supervisor | None = None

    def start(self) -> None:
        """Raises UnableToStart; then `stop` must be called all the same."""
        embedded = programs.services(self.environ)
        for name in programs.SERVICES:
            self.home.keep_port(name)
        self.supervisor = Supervisor.start(self.home, self.environ)
        self.supervisor.wait_until_it_answers()
        self._start_services(self.supervisor, embedded)
        self._prepare_database()
        for name in programs.APPLICATION:
            self.supervisor.begin(name)
        self._wait_until(self.supervisor, [*embedded, *programs.APPLICATION], self._is_ready)

    def stop(self) -> None:
        if self.supervisor is not None:
            self.supervisor.stop()
            self.supervisor = None

    def watch(self) -> None:
        """Stay until the supervisor ends, which it does by itself only when it was killed."""
        while self.supervisor is not None and self.supervisor.process.poll() is None:
            sleep(0.5)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.environ['CASEWORK_PORT']}"

    @property
    def _demo_note(self) -> Path:
        return self.home.run / "demo-is-being-loaded"

    def _start_services(self, supervisor: Supervisor, embedded: list[str]) -> None:
        for name in embedded:
            supervisor.begin(name)
        answer = {"postgres": database.answers, "valkey": valkey.answers, "mail": _mail_answers}
        self._wait_until(supervisor, embedded, lambda: all(answer[name](self.home) for name in embedded))
        if "postgres" in embedded:
            if self._demo_note.exists():
                say("the last run was stopped in the middle of loading the demo data: beginning anew")
                database.throw_away(self.home)
            database.make_roles_and_database(self.home)

    def _prepare_database(self) -> None:
        say("preparing the database")
        owner = programs.owner_environment(self.home, self.environ)
        self._step("prepare_database", owner)
        if owner["CASEWORK_DEMO"] != "0" and database.is_empty(owner["DATABASE_OWNER_URL"]):
            say("loading the demo data")
            # The demo comes in many transactions. While this note is there, the database holds nobody's work.
            self._demo_note.touch()
            self._step("load_demo", programs.application_environment(self.home, self.environ))
        self._demo_note.unlink(missing_ok=True)
        self._correct_demo_address()

    def _step(self, command: str, environment: dict[str, str]) -> None:
        log = self.home.logs / f"{command}.log"
        mark = {processes.INSTANCE: str(self.home.path), processes.PROGRAM: command}
        argv = [sys.executable, "-m", "local.follow", *programs.manage(command)]
        with log.open("wb") as output:
            status = subprocess.run(
                argv,
                cwd=REPOSITORY,
                env=environment | mark,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ).returncode
        if status != 0:
            raise UnableToStart(f"`manage.py {command}` failed." + tail(log))

    def _correct_demo_address(self) -> None:
        # The demo was loaded under the port of that day; today's may be another.
        path = self.home.path / "demo.json"
        if path.exists() and (demo := json.loads(path.read_text(encoding="utf-8")))["base_url"] != self.url:
            path.write_text(
                json.dumps(demo | {"base_url": self.url}, ensure_ascii=False, indent=1), encoding="utf-8"
            )

    def _is_ready(self) -> bool:
        return _is_well(_health(self.url))

    def why_no_reminders(self) -> str:
        """A sentence, where the rest works."""
        return str(_health(self.url).get("reminders") or "")

    def _wait_until(self, supervisor: Supervisor, names: list[str], true: Callable[[], bool]) -> None:
        give_up_at = monotonic() + START_PATIENCE
        starts: dict[str, set[object]] = {name: set() for name in names}
        while True:
            states = supervisor.states()
            if all(states[name]["statename"] == "RUNNING" for name in names) and true():
                return
            for name in names:
                starts[name].add(states[name]["start"])
                if len(starts[name]) > TRIES or states[name]["statename"] == "FATAL":
                    raise UnableToStart(f"{name} does not start." + tail(self.home.logs / f"{name}.log"))
            if monotonic() > give_up_at:
                waiting = [name for name in names if states[name]["statename"] != "RUNNING"] or names
                raise UnableToStart(
                    f"{', '.join(waiting)} did not answer in time."
                    + tail(self.home.logs / f"{waiting[-1]}.log")
                )
            sleep(0.1)


def settle_port(environ: dict[str, str]) -> str:
    """The port that was asked for, or the first free one from 8000. Raises UnableToStart with the reason."""
    asked = environ.get("CASEWORK_PORT")
    if not asked:
        free = next((port for port in range(DEFAULT_PORT, DEFAULT_PORT + 100) if is_free(port)), None)
        if free is None:
            raise UnableToStart(
                f"All ports from {DEFAULT_PORT} to {DEFAULT_PORT + 99} are taken; set CASEWORK_PORT."
            )
        return str(free)
    if not asked.isdecimal() or not 0 < int(asked) < 65536:
        raise UnableToStart(f"CASEWORK_PORT must be a number from 1 to 65535, not {asked!r}.")
    if not is_free(int(asked)):
        raise UnableToStart(f"Port {asked} is taken or not allowed; set CASEWORK_PORT to another.")
    return asked


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.run", description=__doc__)
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when the process that called this one dies"
    )
    if parser.parse_args().stop_with_parent:
        processes.follow_parent(signal.SIGTERM)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    os.umask(0o077)
    try:
        home = settle(os.environ)
        with home.locked():
            return _run(home)
    except UnableToStart as problem:
        print(f"Casework was not started: {problem}", file=sys.stderr, flush=True)
        return 1
    except Stopped:
        return 0


def _run(home: Home) -> int:
    if leftovers := processes.end_leftovers(home):
        say(f"stopped {leftovers} processes that an earlier run had left behind")
    environ = os.environ | {"CASEWORK_PORT": settle_port(dict(os.environ))}
    run = Run(home, environ)
    try:
        while True:
            say(f"starting in {home.path}")
            run.start()
            say(_ready_line(run))
            if (why := run.why_no_reminders()) != "True":
                say(why)
            run.watch()
            run.stop()
            say("the supervisor was killed; starting again")
    except Stopped:
        say("stopping")
        return 0
    finally:
        run.stop()


def _ready_line(run: Run) -> str:
    moved = not os.environ.get("CASEWORK_PORT") and run.environ["CASEWORK_PORT"] != str(DEFAULT_PORT)
    note = f" (port {DEFAULT_PORT} is taken)" if moved else ""
    return f"ready: {run.url}/{note}"


def _stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: while everything is being stopped, further signals change nothing.
    for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    raise Stopped


def _mail_answers(home: Home) -> bool:
    return not is_free(home.port("mail"))


def _health(url: str) -> dict[str, object]:
    """What `healthz/ready` says; empty where nothing answers."""
    # No proxy of the caller's environment: this is our own machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/healthz/ready", timeout=5) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as answer:
        with suppress(ValueError, OSError):
            return dict(json.load(answer))
    except (urllib.error.URLError, OSError, ValueError):
        pass
    return {}


def _is_well(health: dict[str, object]) -> bool:
    """Whoever works on a copy may read and write in it; only its reminders stay."""
    return health.get("database") is True and health.get("broker") is True and bool(health.get("reminders"))


if __name__ == "__main__":
    sys.exit(main())
