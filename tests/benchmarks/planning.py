"""Reminders planned for very many open deadlines, beside the same rows by one plain INSERT … SELECT.

`PLANNING_DEADLINES` open deadlines in all; of each of `PLANNING_NEW` the rows are still to be written (14 rows
each). In turns: so many deadlines are planned, and one statement puts the rows that this made into a second
ledger with the same indexes, foreign keys and policies. So both grow alike on a machine whose speed drifts.
"""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
from django.utils import timezone

from casework.accounts.operations import add_user, create_organisation
from casework.audit.actors import system
from casework.isolation import SETTING, acting_for, isolate
from casework.reminders import operations, policies
from tests.benchmarks.table import Figure
from tests.databases import RealDatabase, build_template, cloned, drop

DEADLINES = int(os.environ.get("PLANNING_DEADLINES", "1000000"))
NEW = int(os.environ.get("PLANNING_NEW", "100000"))
TURNS = 10
IDLE = 20

LOAD = """
    INSERT INTO people_household (id, organisation_id, version)
        SELECT household, organisation, 1 FROM loading;
    INSERT INTO people_person
        (id, organisation_id, household_id, family_name, given_name, patronymic, native_name,
         birth_date_precision, sex, nationality, languages, preferred_language, email, phone, version)
        SELECT person, organisation, household, 'Bench', '', '', '', 'day', '', 'RU', '{}', 'ru',
               'p' || number || '@example.org', '', 1
        FROM loading;
    INSERT INTO stays_deadline
        (id, organisation_id, version, person_id, country, kind, due_on, status, who, reasons)
        SELECT gen_random_uuid(), organisation, 1, person, 'GE', 'stay_end', current_date + 31 + number % 300,
               'open', 'person', '[]'
        FROM loading;
"""


def measure() -> Iterator[Figure]:
    template = f"casework_bench_{os.getpid()}"
    build_template(template)
    try:
        with cloned(template, f"{template}_run") as database:
            yield from _measured(database)
    finally:
        drop(template)


def _measured(database: RealDatabase) -> Iterator[Figure]:
    organisation_id = _organisation()
    _load(database, organisation_id)
    planning = plain = 0.0
    rows = 0
    with _owner(database, organisation_id) as connection:
        _second_ledger(connection)
        for _ in range(TURNS):
            planning += _timed(lambda: _plan_a_turn(organisation_id))
            copied, took = _copy_by_plain_sql(connection)
            rows += copied
            plain += took
    idle = min(_timed(lambda: operations.work(organisation_id)) for _ in range(IDLE))
    healing = _timed(lambda: operations.heal(organisation_id))
    yield Figure("planning", f"{rows / planning:.0f} rows/s", f"{NEW} deadlines, {rows} rows")
    yield Figure("the same rows by plain SQL", f"{rows / plain:.0f} rows/s", f"{planning / plain:.2f} times")
    yield Figure("a tick with nothing to do", f"{idle * 1000:.0f} ms", f"{DEADLINES} open deadlines")
    yield Figure("due deadlines without a row", f"{healing:.1f} s", "once a minute, none found")


def _organisation() -> UUID:
    at = timezone.now()
    organisation = create_organisation(
        name="Bench", country="GE", city="", time_zone="Asia/Tbilisi", language="en", is_law_desk=False, at=at
    )
    with acting_for(organisation.pk):
        add_user(
            organisation=organisation, username="levan", password=uuid4().hex, role="supervisor",
            email="levan@example.org", full_name="Levan", language="en",
            by=system("bench", organisation.pk), at=at,
        )  # fmt: skip
    return organisation.pk


def _load(database: RealDatabase, organisation_id: UUID) -> None:
    """All but `NEW` deadlines are marked as planned. Nothing is due yet."""
    with _owner(database, organisation_id) as connection:
        connection.execute(
            "CREATE TEMP TABLE loading AS SELECT number, gen_random_uuid() AS household,"
            " gen_random_uuid() AS person, %s::uuid AS organisation FROM generate_series(1, %s) AS number",
            [organisation_id, DEADLINES],
        )
        connection.execute(LOAD)
        connection.execute(
            "UPDATE stays_deadline SET planned_version = version WHERE id NOT IN"
            " (SELECT id FROM stays_deadline LIMIT %s)",
            [NEW],
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _plan_a_turn(organisation_id: UUID) -> None:
    batches = iter(range(1, NEW // TURNS // policies.PLANNED_AT_ONCE))
    operations.plan(organisation_id, stop=lambda: next(batches, None) is None)


def _second_ledger(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE second_ledger (LIKE reminders_reminder INCLUDING ALL)")
    keys = connection.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'reminders_reminder'::regclass AND contype = 'f'"
    ).fetchall()
    for (key,) in keys:
        connection.execute(f"ALTER TABLE second_ledger ADD {key}")
    for statement in isolate("second_ledger").sql:
        connection.execute(statement)
    connection.commit()


def _copy_by_plain_sql(connection: psycopg.Connection) -> tuple[int, float]:
    """What the turn wrote, kept aside and put in by one statement: how many rows, in how many seconds."""
    connection.execute(
        "CREATE TEMP TABLE kept AS SELECT * FROM reminders_reminder"
        " WHERE created_at > (SELECT coalesce(max(created_at), '-infinity') FROM second_ledger)"
    )
    connection.commit()
    started = time.perf_counter()
    rows = connection.execute("INSERT INTO second_ledger SELECT * FROM kept").rowcount
    connection.commit()
    took = time.perf_counter() - started
    connection.execute("DROP TABLE kept")
    connection.commit()
    return rows, took


def _owner(database: RealDatabase, organisation_id: UUID) -> Any:
    connection = psycopg.connect(database.owner_url)
    connection.execute("SELECT set_config(%s, %s, false)", [SETTING, str(organisation_id)])
    return connection


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
