"""Arrivals registered through the API with two workers, beside the same rows written by plain SQL."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import requests
from django.utils import timezone
from psycopg import sql

from casework.accounts.operations import add_client, add_user, create_organisation
from casework.audit.actors import system
from casework.isolation import SETTING, acting_for
from tests.benchmarks.table import Figure
from tests.databases import RealDatabase, build_template, cloned, drop

ARRIVALS = 600
AT_ONCE = 4
OWNED = ("people_household", "people_person", "people_namekey", "people_document", "stays_arrival")
OWNED += ("stays_deadline", "cases_case", "audit_event", "api_idempotencykey")


def measure() -> Iterator[Figure]:
    template = f"casework_bench_{os.getpid()}"
    build_template(template)
    try:
        with cloned(template, f"{template}_run") as database:
            yield from _measured(database)
    finally:
        drop(template)


def _measured(database: RealDatabase) -> Iterator[Figure]:
    organisation_id, client_id, secret = _organisation()
    with _server(database) as base_url:
        api = _per_second(base_url, client_id, secret)
    rows, plain = _plain_sql(database, organisation_id)
    yield Figure(
        "arrivals through the API, 2 workers", f"{api:.0f} /s", f"{AT_ONCE} callers, {ARRIVALS} arrivals"
    )
    yield Figure(
        "the same rows by plain SQL",
        f"{plain:.0f} /s",
        f"{rows} rows, one commit each arrival: {plain / api:.1f} times",
    )


def _organisation() -> tuple[Any, str, str]:
    at = timezone.now()
    organisation = create_organisation(
        name="Bench", country="KZ", city="", time_zone="Asia/Almaty", language="en", is_law_desk=False, at=at
    )
    by = system("bench", organisation.pk)
    with acting_for(organisation.pk):
        add_user(
            organisation=organisation, username="nino", password=uuid4().hex, role="caseworker",
            email="nino@example.org", full_name="Nino", language="en", by=by, at=at,
        )  # fmt: skip
        issued = add_client(
            organisation=organisation,
            name="bench",
            scopes=["stays:write", "people:write", "cases:write"],
            by=by,
            at=at,
        )
    return organisation.pk, issued.client.client_id, issued.secret


@contextmanager
def _server(database: RealDatabase) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    environment = {
        **database.environ(), "CASEWORK_REQUESTS_PER_MINUTE": "1000000", "CASEWORK_INSECURE_LOCAL": "1", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    environment.pop("DATABASE_OWNER_URL")
    process = subprocess.Popen(
        [*command, "--workers", "2", "--log-level", "error", "config.wsgi:application"], env=environment
    )
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(base_url: str) -> None:
    for _ in range(300):
        try:
            if requests.get(f"{base_url}/healthz/live", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _per_second(base_url: str, client_id: str, secret: str) -> float:
    token = requests.post(
        f"{base_url}/oauth/token/",
        data={"grant_type": "client_credentials"},
        auth=(client_id, secret),
        timeout=60,
    ).json()["access_token"]
    sessions = threading.local()

    def post(number: int) -> None:
        if not hasattr(sessions, "own"):
            sessions.own = requests.Session()
        _post(sessions.own, f"{base_url}/api/v1/arrivals/", token, number)

    with ThreadPoolExecutor(AT_ONCE) as callers:
        list(callers.map(post, range(10_000, 10_020)))  # warm
        started = time.perf_counter()
        list(callers.map(post, range(ARRIVALS)))
        return ARRIVALS / (time.perf_counter() - started)


def _post(session: requests.Session, url: str, token: str, number: int) -> None:
    answer = session.post(
        url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
        json={
            "country": "KZ",
            "entered_on": timezone.now().date().isoformat(),
            "person": {
                "family_name": "Смирнова", "given_name": "Ксения", "birth_date": f"1991-03-{number % 28 + 1:02d}",
                "nationality": "RU",
            },
            "document": {"kind": "internal_id", "issuing_country": "RU", "number": f"4512 {number:06d}"},
        },
    )  # fmt: skip
    if answer.status_code != 201:
        raise RuntimeError(answer.text)


def _plain_sql(database: RealDatabase, organisation_id: Any) -> tuple[int, float]:
    """The rows that the API wrote, written again into empty copies of the tables (same columns, same indexes)."""
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("SELECT set_config(%s, %s, false)", [SETTING, str(organisation_id)])
        rows = {table: _read(connection, table) for table in OWNED}
        for table in OWNED:
            connection.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(_id("bench_" + table), _id(table))
            )
        connection.commit()
        total = sum(len(found) for _, found in rows.values())
        return total, _written(connection, rows)


def _read(connection: psycopg.Connection, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attidentity = ''",
            [table],
        )
    ]
    query = sql.SQL("SELECT {} FROM {}").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(_id(name)) for name in columns), _id(table)
    )
    return columns, connection.execute(query).fetchall()


def _written(
    connection: psycopg.Connection, rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]]
) -> float:
    arrivals = len(rows["stays_arrival"][1])
    inserts = {table: _insert(connection, table, columns) for table, (columns, _) in rows.items()}
    started = time.perf_counter()
    for number in range(arrivals):
        for table, (_, found) in rows.items():
            share = found[number * len(found) // arrivals : (number + 1) * len(found) // arrivals]
            for row in share:
                connection.execute(inserts[table], row)
        connection.commit()
    return arrivals / (time.perf_counter() - started)


def _insert(connection: psycopg.Connection, table: str, columns: list[str]) -> sql.Composed:
    types = dict(
        connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0",
            [table],
        ).fetchall()
    )
    values = sql.SQL(", ").join(sql.SQL("%s::" + types[name]) for name in columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        _id("bench_" + table), sql.SQL(", ").join(map(_id, columns)), values
    )


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)
