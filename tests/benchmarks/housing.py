"""Beds in a large organisation, beside the statement that finds the free ones.

HOUSING_UNITS, HOUSING_PLACEMENTS, HOUSING_NEEDS set the sizes; all are one organisation's, read by the
application's role under row-level security. One list of those who wait has all needs, another a tenth of them.
"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

import psycopg
from django.db import connection

from casework.accounts.models import Organisation
from casework.accounts.operations import create_organisation
from casework.api.pagination import Place, Row, page_of
from casework.api.v1.housing_needs import BedNeeds
from casework.cases.queries import beds_for
from casework.figures import By, Span
from casework.housing.free import FREE, free_units
from casework.housing.models import Need
from casework.housing.statistics import bed_figures
from casework.isolation import SETTING, acting_for
from tests.benchmarks.table import Figure
from tests.databases import RealDatabase, build_template, cloned, drop

UNITS = int(os.environ.get("HOUSING_UNITS", "10000"))
PLACEMENTS = int(os.environ.get("HOUSING_PLACEMENTS", "200000"))
NEEDS = int(os.environ.get("HOUSING_NEEDS", "50000"))
TIMES = int(os.environ.get("HOUSING_TIMES", "9"))
AT = datetime.now(UTC)
TODAY = AT.date()
PAGE = 50

# Each unit is let every ten days for a week or two: a private one to one household at a time.
LOAD = """
CREATE TEMP TABLE place AS
    SELECT number, gen_random_uuid() AS id,
        CASE WHEN number %% 10 < 5 THEN 'Tbilisi' WHEN number %% 10 < 8 THEN 'Batumi' ELSE 'Kutaisi' END AS city
    FROM generate_series(0, %(units)s / 10) AS number;
INSERT INTO housing_place (id, organisation_id, version, name, kind, country, city, city_key, address, contact)
    SELECT id, %(organisation)s, 1, 'Hostel ' || number, 'hostel', 'GE', city, lower(city), '', '' FROM place;
CREATE TEMP TABLE unit AS
    SELECT room.number, gen_random_uuid() AS id, place.id AS place, room.number %% 3 = 0 AS private,
        2 + room.number %% 5 AS capacity
    FROM generate_series(0, %(units)s - 1) AS room (number) JOIN place ON place.number = room.number / 10;
INSERT INTO housing_unit
    (id, organisation_id, version, place_id, name, capacity, step_free, pets, private, price, currency, price_per)
    SELECT id, %(organisation)s, 1, place, 'Room ' || number, capacity, number %% 7 = 0, number %% 5 = 0, private,
        20 + number %% 40, 'GEL', 'night'
    FROM unit;
INSERT INTO housing_closure (id, organisation_id, version, unit_id, starts_on, ends_on, reason)
    SELECT gen_random_uuid(), %(organisation)s, 1, id, %(today)s::date + 200, %(today)s::date + 220, ''
    FROM unit WHERE number %% 20 = 0;
CREATE TEMP TABLE need AS
    SELECT number, gen_random_uuid() AS id,
        CASE WHEN number < %(needs)s THEN 'Tbilisi' ELSE 'Batumi' END AS city
    FROM generate_series(0, %(needs)s + %(needs)s / 10 - 1) AS number;
INSERT INTO housing_need
    (id, organisation_id, version, people, needed_from, needed_until, city, city_key, country, budget, currency,
     budget_per, step_free, pets, grounds, priority, reason, status, created_at)
    SELECT id, %(organisation)s, 1, 1 + number %% 3, %(today)s, %(today)s::date + 6 + number %% 20, city,
        lower(city), 'GE', 60, 'GEL', 'night', number %% 9 = 0, number %% 8 = 0, '{}',
        CASE WHEN number %% 10 = 0 THEN 'urgent' WHEN number %% 10 < 3 THEN 'high' ELSE 'normal' END, '',
        'waiting', %(at)s::timestamptz - number * interval '1 minute'
    FROM need;
INSERT INTO housing_placement
    (id, organisation_id, version, need_id, unit_id, starts_on, ends_on, people, status, private, price, currency,
     price_per, split_reason, reason)
    SELECT gen_random_uuid(), %(organisation)s, 1, need.id, unit.id, night, night + days - 1,
        CASE WHEN unit.private THEN unit.capacity ELSE 1 END,
        CASE WHEN night + days <= %(today)s THEN 'ended' ELSE 'confirmed' END, unit.private, 30, 'GEL', 'night',
        '', ''
    FROM unit
    CROSS JOIN generate_series(1, %(each)s) AS turn
    CROSS JOIN LATERAL (
        SELECT %(today)s::date - (turn - 4) * 10 - unit.number %% 10 AS night,
            CASE WHEN unit.private THEN 8 ELSE 14 END AS days
    ) stay
    JOIN need ON need.number = (unit.number * %(each)s + turn) %% %(needs)s;
"""


def measure() -> Iterator[Figure]:
    template = f"casework_bench_{os.getpid()}"
    build_template(template)
    try:
        with cloned(template, f"{template}_run") as database:
            organisation = create_organisation(
                name="Bench", country="GE", city="", time_zone="Asia/Tbilisi", language="en",
                is_law_desk=False, at=AT,
            )  # fmt: skip
            _load(database, organisation)
            with acting_for(organisation.pk):
                yield from _beds()
                yield from _lists()
                yield from _figures()
    finally:
        drop(template)


def _load(database: RealDatabase, organisation: Organisation) -> None:
    """By the tables' owner, without the triggers that look at one row after the other."""
    with psycopg.connect(database.owner_url, cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute("SELECT set_config(%s, %s, false)", [SETTING, str(organisation.pk)])
        for table in ("placement", "unit", "closure"):
            owner.execute(f"ALTER TABLE housing_{table} DISABLE TRIGGER USER")
        owner.execute(LOAD, {
            "organisation": organisation.pk, "units": UNITS, "needs": NEEDS, "each": PLACEMENTS // UNITS,
            "today": TODAY, "at": AT,
        })  # fmt: skip
        owner.commit()
        for table in ("placement", "unit", "closure"):
            owner.execute(f"ALTER TABLE housing_{table} ENABLE TRIGGER USER")
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


def _beds() -> Iterator[Figure]:
    need = Need.objects.filter(city_key="tbilisi", people=2, step_free=False, pets=False).order_by("pk")[0]
    nights = {"first": need.needed_from, "last": need.needed_until or TODAY}
    tonight = {"first": TODAY, "last": TODAY}
    found = len(_statement(nights, need.people))
    statement, matches = _in_turns(lambda: _statement(nights, need.people), lambda: beds_for(need, at=AT))
    yield Figure("free units for a need, one statement", _ms(statement), f"{found} found of {UNITS:,}")
    yield Figure("matches of the need", _ms(matches), f"{matches / statement:.2f} times; promised 3")
    statement, free = _in_turns(
        lambda: _statement(tonight, 1), lambda: free_units(at=AT, city_key="tbilisi", country="GE", **tonight)
    )
    yield Figure("free tonight in a city, one statement", _ms(statement), f"of {UNITS:,} units")
    yield Figure("free tonight in a city", _ms(free), f"{free / statement:.2f} times; promised 3")


def _lists() -> Iterator[Figure]:
    """One page of the API's list of who waits in a city: its rows, and with the turn of each, which is counted."""
    first, shorter = _in_turns(lambda: _page("tbilisi"), lambda: _page("batumi"))
    yield Figure(
        f"first page of {NEEDS:,} who wait", _ms(first), f"{first / shorter:.2f} times a tenth of them"
    )
    middle, of_shorter = _middle("tbilisi", NEEDS), _middle("batumi", NEEDS // 10)
    rows, shorter = _in_turns(lambda: _rows("tbilisi", middle), lambda: _rows("batumi", of_shorter))
    yield Figure("rows of a page in the middle", _ms(rows), f"{rows / shorter:.2f} times those of a tenth")
    later, shorter = _in_turns(lambda: _page("tbilisi", middle), lambda: _page("batumi", of_shorter))
    yield Figure("that page with each one's turn", _ms(later), f"{later / shorter:.2f} times that of a tenth")


def _figures() -> Iterator[Figure]:
    span = Span.over(By.WEEK, TODAY - timedelta(weeks=11), TODAY)
    [taken] = _in_turns(lambda: bed_figures(span, zone="Asia/Tbilisi", own_country="GE"))
    yield Figure("figures of twelve weeks, every city", _ms(taken), f"{PLACEMENTS:,} placements")


def _statement(nights: dict[str, date], people: int) -> list[Any]:
    where = "p.city_key = %(city_key)s AND p.country = %(country)s AND "
    asked = {"at": AT, "people": people, "city_key": "tbilisi", "country": "GE", **nights}
    with connection.cursor() as cursor:
        cursor.execute(FREE.replace("{where}", where), asked)
        return cursor.fetchall()


def _page(city: str, cursor: str = "") -> list[Row]:
    return BedNeeds().represent(_rows(city, cursor))


def _rows(city: str, cursor: str) -> list[Row]:
    waiting = BedNeeds().narrow(Need.objects.all(), {"city": city, "status": "waiting"})
    asked: Row = {"ordering": "created_at", "limit": PAGE, **({"cursor": cursor} if cursor else {})}
    return page_of(waiting.values(*BedNeeds.columns), asked).rows


def _middle(city: str, waiting: int) -> str:
    row = Need.objects.filter(city_key=city).order_by("created_at", "pk")[waiting // 2]
    return Place(True, "created_at", (row.created_at, row.pk)).encoded()


def _in_turns(*asked: Callable[[], object]) -> list[float]:
    """The median of each; one after the other, so that all meet the same machine."""
    taken: list[list[float]] = [[] for _ in asked]
    for _ in range(TIMES + 1):
        for times, ask in zip(taken, asked, strict=True):
            started = time.perf_counter()
            ask()
            times.append(time.perf_counter() - started)
    return [median(times[1:]) for times in taken]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
