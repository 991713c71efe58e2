"""The second source of ticks, beds and openings too: needs the database and the mail server, no broker."""

import logging
import math
import signal
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from casework.accounts.models import Organisation
from casework.cases.operations import tend
from casework.reminders import operations, policies
from casework.reminders.delivery import DATABASE_AWAY

log = logging.getLogger(__name__)
LONGEST_PAUSE = 3600


class Command(BaseCommand):
    help = (
        "Plan and send the reminders that are due, and look after beds and openings: once, or again and "
        "again with --loop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until SIGTERM or Ctrl-C")
        parser.add_argument("--ticks", type=rounds, default=0, help="with --loop: stop after so many rounds")
        parser.add_argument("--every", type=seconds, default=10.0, help="with --loop: seconds between rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["loop"]:
            failed = tick(threading.Event(), heal=True)
            raise SystemExit(1 if failed else 0)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        done, healed_at = 0, -math.inf
        while not stop.is_set():
            heal = time.monotonic() - healed_at >= policies.HEALED_EVERY.total_seconds()
            healed_at = time.monotonic() if heal else healed_at
            failed = tick(stop, heal=heal)
            done += 1
            if done == options["ticks"]:
                if failed:
                    raise SystemExit(1)
                return
            stop.wait(options["every"])


def rounds(text: str) -> int:
    if (number := int(text)) < 1:
        raise ArgumentTypeError("at least one round")
    return number


def seconds(text: str) -> float:
    if not 0 <= (number := float(text)) <= LONGEST_PAUSE:
        raise ArgumentTypeError(f"from 0 to {LONGEST_PAUSE} seconds")
    return number


def tick(stop: threading.Event, *, heal: bool) -> int:
    """Every organisation once, until asked to stop; how many failed. A failure is logged; the next round
    tries again.
    """
    try:
        organisations = list(Organisation.objects.order_by("pk").values_list("pk", flat=True))
    except DATABASE_AWAY as error:
        log.error("the database does not answer: %s", str(error).strip().partition("\n")[0])
        _start_afresh()
        return 1
    except Exception:
        log.exception("the organisations could not be read")
        _start_afresh()
        return 1
    failed = 0
    for organisation_id in organisations:
        if stop.is_set():
            break
        try:
            if heal:
                operations.heal(organisation_id, stop=stop.is_set)
            operations.work(organisation_id, stop=stop.is_set)
        except Exception:
            failed += 1
            log.exception("reminders of organisation %s: this round failed", organisation_id)
            _start_afresh()
        try:
            tend(organisation_id)
        except Exception:
            failed += 1
            log.exception("beds and openings of organisation %s: this round failed", organisation_id)
            _start_afresh()
    return failed


def _start_afresh() -> None:
    """A connection that broke with its server does not come back by itself."""
    if not connection.in_atomic_block:
        connection.close()
