"""Reminders delivered, beside a bare `smtplib` loop that sends one of them again and again to the same server.

The server is the one of `make run`: like every mail server it says 250 when it has stored the letter. Each of
`DELIVERY_WORKERS` processes keeps one connection, in both.
"""

import multiprocessing
import os
import resource
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.db import connection
from django.test import override_settings
from django.utils import timezone

django.setup()

from casework.accounts.operations import create_organisation  # noqa: E402  # they need Django to be set up
from casework.isolation import acting_for  # noqa: E402
from casework.reminders import operations, policies  # noqa: E402
from casework.reminders.delivery import deliver_due  # noqa: E402
from casework.reminders.letters import compose  # noqa: E402
from casework.reminders.mail import Mail, as_bytes  # noqa: E402
from casework.reminders.models import Policy, Reminder, State  # noqa: E402
from tests.benchmarks.table import Figure  # noqa: E402
from tests.databases import RealDatabase, build_template, cloned, drop, pointed_at  # noqa: E402

LETTERS = int(os.environ.get("DELIVERY_LETTERS", "3000"))
TURNS = 12
WARM = 20
WORKERS = int(os.environ.get("DELIVERY_WORKERS", "1"))
PROCESSES = multiprocessing.get_context("forkserver")
PEOPLE = """
    WITH loading AS MATERIALIZED (
        SELECT number, gen_random_uuid() AS household, gen_random_uuid() AS person
        FROM generate_series(1, %(letters)s) AS number
    ),
    households AS (
        INSERT INTO people_household (id, organisation_id, version)
        SELECT household, %(organisation)s, 1 FROM loading RETURNING id
    ),
    people AS (
        INSERT INTO people_person
            (id, organisation_id, household_id, family_name, given_name, patronymic, native_name,
             birth_date_precision, sex, nationality, languages, preferred_language, email, phone, version)
        SELECT person, %(organisation)s, household, 'Bench', '', '', '', 'day', '', 'RU', '{}', 'ru',
               'p' || number || '@example.org', '', 1
        FROM loading WHERE household IN (SELECT id FROM households) RETURNING id
    )
    INSERT INTO stays_deadline
        (id, organisation_id, version, person_id, country, kind, due_on, status, who, reasons)
    SELECT gen_random_uuid(), %(organisation)s, 1, id, 'GE', 'stay_end', current_date + 9, 'open', 'person', '[]'
    FROM people
"""


def measure() -> Iterator[Figure]:
    template = f"casework_bench_{os.getpid()}"
    build_template(template)
    try:
        with cloned(template, f"{template}_run") as database, mail_catcher() as port:
            yield from _measured(database, port)
    finally:
        drop(template)


def _measured(database: RealDatabase, port: int) -> Iterator[Figure]:
    """In turns, for the machine's speed drifts."""
    organisation_id = _arrange(database)
    letter = _letter(organisation_id)
    connection.close()  # whoever is forked opens its own
    share = LETTERS // WORKERS // TURNS
    plain = seconds = 0.0
    memory = []
    for _ in range(TURNS):
        plain += max(took for took, _ in _together(_send_bare, port, share, letter))
        ours = _together(_deliver, port, share, database.name, organisation_id)
        seconds += max(took for took, _ in ours)
        memory += [peak for _, peak in ours]
    with acting_for(organisation_id):
        if Reminder.objects.filter(state=State.SENT).count() != (share + WARM) * WORKERS * TURNS:
            raise RuntimeError("some letters were not delivered")
    ours_rate, bare_rate = (share * WORKERS * TURNS / took for took in (seconds, plain))
    yield Figure("delivery", f"{ours_rate:.0f} mails/s", f"{WORKERS} processes, at most {max(memory)} MB")
    yield Figure(
        "a bare smtplib loop", f"{bare_rate:.0f} mails/s", f"{ours_rate / bare_rate:.2f} of its throughput"
    )


def _arrange(database: RealDatabase) -> UUID:
    at = timezone.now()
    organisation = create_organisation(
        name="Bench", country="GE", city="", time_zone="Asia/Tbilisi", language="en", is_law_desk=False, at=at
    )
    with acting_for(organisation.pk), connection.cursor() as cursor:
        Policy.objects.create(
            organisation=organisation, offsets=list(policies.OFFSETS), tells_caseworker=False
        )
        cursor.execute(
            PEOPLE, {"organisation": organisation.pk, "letters": LETTERS + 2 * WARM * WORKERS * TURNS}
        )
    operations.plan(organisation.pk)
    with database.as_owner() as owner:
        owner.execute("ANALYZE")
    return organisation.pk


def _together(work: Callable[..., float], *arguments: Any) -> list[tuple[float, int]]:
    """What each of the processes took, in seconds, and its peak of memory, in MB."""
    with PROCESSES.Pool(WORKERS) as pool:
        answers = [pool.apply_async(_measured_here, (work, arguments)) for _ in range(WORKERS)]
        return [answer.get() for answer in answers]


def _measured_here(work: Callable[..., float], arguments: tuple[Any, ...]) -> tuple[float, int]:
    return work(*arguments), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _send_bare(port: int, letters: int, letter: bytes) -> float:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:

        def send(count: int) -> None:
            for number in range(count):
                server.sendmail("reminders@casework.example", [f"p{number}@example.org"], letter)

        return _timed(send, letters)


def _timed(send: Callable[[int], object], letters: int) -> float:
    """Connections are open and plans are made: a worker lives for days."""
    send(WARM)
    started = time.perf_counter()
    send(letters)
    return time.perf_counter() - started


def _letter(organisation_id: UUID) -> bytes:
    """One of those that will go out."""
    with acting_for(organisation_id):
        reminder = Reminder.objects.filter(state=State.PENDING).select_related("deadline", "organisation")[0]
        letter = compose(reminder, timezone.now())
    return as_bytes(letter, Address(addr_spec=letter.to)).removesuffix(b".\r\n")


def _deliver(port: int, letters: int, database: str, organisation_id: UUID) -> float:
    with (
        pointed_at(database),
        override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_USE_TLS=False),
    ):
        mail = Mail()

        def send(count: int) -> None:
            deliver_due(organisation_id, {"mail": mail}, count, lambda: False)

        try:
            return _timed(send, letters)
        finally:
            mail.close()


@contextmanager
def mail_catcher() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        argv = [
            sys.executable,
            "-m",
            "local.mail",
            "--port",
            str(port),
            "--maildir",
            str(Path(folder) / "mail"),
        ]
        catcher = subprocess.Popen(argv)
        try:
            _wait_for(port)
            yield port
        finally:
            catcher.terminate()
            catcher.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the mail catcher does not answer")
