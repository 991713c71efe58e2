"""Which processes on this machine belong to one home, and how they are stopped. Never by name alone."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from local.home import Home

# Every process we start carries these two: an orphan is known by them even after a kill -9 of all the rest.
INSTANCE = "CASEWORK_PROCESS_OF"
PROGRAM = "CASEWORK_PROCESS"
# The id of the supervisor, for its children to see whether it still is their parent.
PARENT = "CASEWORK_PROCESS_PARENT"
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Process:
    pid: int
    program: str

    @property
    def stop_signal(self) -> signal.Signals:
        # SIGTERM makes PostgreSQL wait for its clients; SIGINT is its orderly stop that does not.
        return signal.SIGINT if self.program == "postgres" else signal.SIGTERM


def of_home(home: Home, program: str | None = None) -> list[Process]:
    """The running processes of this home, of one program or of all, without the one that asks."""
    found = [process for pid in _pids() if pid != os.getpid() and (process := _belonging(home, pid))]
    return [process for process in found if program in (None, process.program)]


def end_leftovers(home: Home, program: str | None = None, patience: float = 15.0) -> int:
    """Stop what an earlier run left behind, after `patience` seconds with SIGKILL. How many there were."""
    leftovers = of_home(home, program)
    for process in leftovers:
        _send(process.pid, process.stop_signal)
    give_up_at = monotonic() + patience
    while (still := of_home(home, program)) and monotonic() < give_up_at:
        sleep(0.05)
    for process in still:
        _send(process.pid, signal.SIGKILL)
    while of_home(home, program):
        sleep(0.05)
    return len(leftovers)


def follow_parent(with_signal: signal.Signals) -> None:
    """Ask the kernel for a signal when our parent dies, so that a kill -9 of it leaves no orphan."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
    if os.environ.get(PARENT, str(os.getppid())) != str(os.getppid()):
        # It died before we asked.
        os.kill(os.getpid(), with_signal)


def _belonging(home: Home, pid: int) -> Process | None:
    environ = _words(pid, "environ")
    if f"{INSTANCE}={home.path}" in environ:
        return Process(
            pid, next((word.partition("=")[2] for word in environ if word.startswith(f"{PROGRAM}=")), "")
        )
    # A server under its own user id hides its environment even from a root that may not trace (containers).
    command = _words(pid, "cmdline")
    if command and Path(command[0]).name == "postgres" and str(home.postgres) in command:
        return Process(pid, "postgres")
    if command and str(home.valkey / "valkey.conf") in command:
        return Process(pid, "valkey")
    return None


def _words(pid: int, kind: str) -> list[str]:
    try:
        content = Path(f"/proc/{pid}/{kind}").read_bytes()
    except OSError:
        return []
    return os.fsdecode(content).split("\0")


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
