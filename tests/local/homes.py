"""Homes of the tests: short-lived, and with a name that everything which quotes badly falls over."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import processes
from local.home import REPOSITORY, Home

BEGUN: dict[Path, list[subprocess.Popen[bytes]]] = defaultdict(list)
AWKWARD = "a home; with %(spaces)s #1"


@contextmanager
def open_home() -> Iterator[Home]:
    """A settled home below a folder that only its owner may enter; what runs in it is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="casework-test-"))
    home = Home(folder / AWKWARD)
    home.make_folders_and_secrets()
    try:
        yield home
    finally:
        processes.end_leftovers(home)
        for process in BEGUN.pop(home.path, []):
            process.wait()
        shutil.rmtree(folder)


def begin(home: Home, program: str, *, careless: bool = True) -> subprocess.Popen[bytes]:
    """A program of the home, started as the supervisor would, in a caller's environment without LANG."""
    mark = {"CASEWORK_HOME": str(home.path), processes.INSTANCE: str(home.path), processes.PROGRAM: program}
    environment = {"PATH": os.defpath, "PYTHONPATH": str(REPOSITORY)} | mark
    if careless:
        environment["CASEWORK_CARELESS"] = "1"
    home.keep_port(program)
    with (home.logs / f"{program}.log").open("ab") as log:
        argv = [sys.executable, "-m", "local.start", program]
        process = subprocess.Popen(argv, env=environment, stdout=log, stderr=log, start_new_session=True)
    BEGUN[home.path].append(process)
    return process


def kill_9(process: subprocess.Popen[bytes]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
