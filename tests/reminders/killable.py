"""A process that works on the ledger until a named point, and kills itself there: no word to anybody.

The product knows nothing of the points: what stands around them is wrapped here, in a process of its own,
forked from one that has loaded everything already.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from typing import Any
from unittest import mock

import django
import psycopg

django.setup()

import time_machine  # noqa: E402  # they need Django to be set up, or shall be loaded before the fork
from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from casework.reminders import claims, ledger  # noqa: E402
from tests.databases import pointed_at  # noqa: E402

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
Call = Callable[..., Any]


class Dying:
    """Kills this process at the n-th time that it comes to the point."""

    def __init__(self, turn: int) -> None:
        self.left = turn

    def now(self) -> bool:
        self.left -= 1
        return self.left == 0

    def before(self, call: Call) -> Call:
        def dies(*args: Any, **kwargs: Any) -> Any:
            if self.now():
                die()
            return call(*args, **kwargs)

        return dies

    def after(self, call: Call) -> Call:
        def dies(*args: Any, **kwargs: Any) -> Any:
            done = call(*args, **kwargs)
            if done and self.now():
                die()
            return done

        return dies

    def within(self, send: Call) -> Call:
        """In the middle of a message, which ends with a dot on a line of its own."""

        def dies(server: smtplib.SMTP, data: Any) -> Any:
            if is_message(data) and self.now():
                send(server, data[: len(data) // 2])
                die()
            return send(server, data)

        return dies

    def once_sent(self, send: Call) -> Call:
        def dies(server: smtplib.SMTP, data: Any) -> Any:
            send(server, data)
            if is_message(data) and self.now():
                die()

        return dies

    def unsynced(self, leave: Call) -> Call:
        """When the server has carried out all statements of a trip, and the word that commits them is unsaid."""

        def dies(trip: Any, *error: Any) -> Any:
            if self.now():
                trip._conn.wait(trip._communicate_gen())
                trip._conn.wait(trip._fetch_gen(flush=True))
                assert not trip.result_queue
                die()
            return leave(trip, *error)

        return dies


@dataclass(frozen=True)
class Point:
    """Where it dies: what is replaced, and by what; at which turn, where it is not the caller's.

    `once`: the process sends all that is due before it dies, so there is nothing for a second one to die of.
    """

    where: Any
    name: str
    how: Callable[[Dying, Call], Call]
    turn: int | None = None
    once: bool = False


POINTS = {
    "after claim": Point(claims, "claim_some", Dying.after, 1),
    "before fence": Point(ledger, "fence", Dying.before, 1),
    "after fence": Point(ledger, "fence", Dying.after),
    "mid-DATA": Point(smtplib.SMTP, "send", Dying.within),
    "reply unread": Point(smtplib.SMTP, "send", Dying.once_sent),
    # The mark of one message and the fence of the next are one step.
    "after 250 before mark": Point(ledger, "fence", Dying.before),
    "during mark": Point(psycopg.Pipeline, "__exit__", Dying.unsynced),
    "after the last 250 before its mark": Point(ledger, "mark_sent", Dying.before, 1, once=True),
}
# From here on the mail server has the whole message, and nobody but it knows.
HANDED_OVER = (
    "reply unread",
    "after 250 before mark",
    "during mark",
    "after the last 250 before its mark",
)


def is_message(data: Any) -> bool:
    return isinstance(data, bytes) and data.endswith(b"\r\n.\r\n")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def remind(database: str, mail_port: int, point: str, turn: int, clock_off: float) -> None:
    """One round of `manage.py remind`. `clock_off`: seconds by which this machine's clock is wrong."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(pointed_at(database))
        stack.enter_context(override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=mail_port))
        if point:
            at = POINTS[point]
            dies = at.how(Dying(at.turn or turn), getattr(at.where, at.name))
            stack.enter_context(mock.patch.object(at.where, at.name, dies))
        if clock_off:
            wrong = timezone.now() + timedelta(seconds=clock_off)
            stack.enter_context(time_machine.travel(wrong, tick=True))
        call_command("remind")


@contextlib.contextmanager
def reminding(
    database: str, mail_port: int, *, point: str = "", turn: int = 1, clock_off: float = 0
) -> Iterator[ForkServerProcess]:
    """Killed at the end, wherever it stands."""
    process = PROCESSES.Process(target=remind, args=(database, mail_port, point, turn, clock_off))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
