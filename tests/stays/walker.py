"""A process of its own that goes on with every walk: forked from one that has loaded everything already."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from multiprocessing.context import ForkServerProcess
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # they need Django to be set up
from django.db import connection  # noqa: E402

from tests.databases import pointed_at  # noqa: E402

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


def walk(database: str, batch: int, dies_before: int | None) -> None:
    dying = connection.execute_wrapper(Dying(dies_before)) if dies_before else nullcontext()
    with pointed_at(database), dying, open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("replay_law", batch=batch, stdout=nowhere)


class Dying:
    """A process that kills itself before its n-th statement, so that no gap between two is left out."""

    def __init__(self, statement: int) -> None:
        self.left = statement

    def __call__(self, execute: Any, *asked: Any) -> Any:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*asked)


@contextmanager
def walking(database: str, batch: int, dies_before: int | None = None) -> Iterator[ForkServerProcess]:
    """Killed at the end, wherever it stands."""
    process = PROCESSES.Process(target=walk, args=(database, batch, dies_before))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
