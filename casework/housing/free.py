"""Which units have beds free on every one of some nights: one statement, set by set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

# The units that could be; who sleeps in them meanwhile; by how many the people change from night to night;
# the highest night of each. Row-level security adds the organisation to every table.
FREE = """
WITH unit AS MATERIALIZED (
    SELECT u.id, u.place_id, u.name, u.capacity, u.step_free, u.pets, u.private, u.price, u.currency,
        u.price_per, p.name AS place_name, p.country, p.city, p.city_key
    FROM housing_unit u JOIN housing_place p ON p.organisation_id = u.organisation_id AND p.id = u.place_id
    WHERE {where} u.capacity >= %(people)s
        AND (u.available_from IS NULL OR u.available_from <= %(first)s)
        AND (u.available_until IS NULL OR u.available_until >= %(last)s)
        AND NOT EXISTS (
            SELECT FROM housing_closure c
            WHERE c.organisation_id = u.organisation_id AND c.unit_id = u.id
                AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
        )
), stay AS MATERIALIZED (
    SELECT s.unit_id, s.starts_on, s.ends_on, s.people::int AS people
    FROM housing_placement s
    WHERE s.status <> 'cancelled' AND s.ends_on >= %(first)s AND s.starts_on <= %(last)s
        AND NOT (s.status = 'held' AND s.hold_expires_at <= %(at)s)
        AND s.unit_id IN (SELECT id FROM unit)
), change AS (
    SELECT unit_id, greatest(starts_on, %(first)s) AS night, people FROM stay
    UNION ALL
    SELECT unit_id, ends_on + 1, -people FROM stay WHERE ends_on < %(last)s
), night AS (
    SELECT unit_id, sum(sum(people)) OVER (PARTITION BY unit_id ORDER BY night) AS people
    FROM change GROUP BY unit_id, night
), free AS (
    SELECT unit.*, CASE
        WHEN taken.people IS NULL THEN unit.capacity
        WHEN unit.private THEN 0
        ELSE unit.capacity - taken.people
    END::int AS free
    FROM unit LEFT JOIN (SELECT unit_id, max(people) AS people FROM night GROUP BY unit_id) taken
        ON taken.unit_id = unit.id
)
SELECT id, place_id, name, capacity, step_free, pets, private, price, currency, price_per, place_name,
    country, city, city_key, free
FROM free WHERE free >= %(people)s
"""


@dataclass(frozen=True, slots=True)
class FreeUnit:
    """A unit with `free` beds on every one of the nights (all of its beds, where it is private)."""

    id: UUID
    place_id: UUID
    name: str
    capacity: int
    step_free: bool
    pets: bool
    private: bool
    price: Decimal | None
    currency: str | None
    price_per: str
    place_name: str
    country: str
    city: str
    city_key: str
    free: int


def free_units(
    *, first: date, last: date, at: datetime, people: int = 1, city_key: str = "", country: str = "",
    unit_ids: Iterable[UUID] | None = None,
) -> list[FreeUnit]:  # fmt: skip
    """Units with room for `people` on all nights from `first` to `last`, in no order.

    A hold that has run out by `at` takes no bed. `city_key`, `country` and `unit_ids` narrow, where given.
    """
    statement, asked = _statement(city_key, country, unit_ids)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, "first": first, "last": last, "at": at, "people": people})
        return [FreeUnit(*row) for row in cursor.fetchall()]


def _statement(city_key: str, country: str, unit_ids: Iterable[UUID] | None) -> tuple[str, dict[str, Any]]:
    where = ""
    asked: dict[str, Any] = {}
    if city_key:
        where, asked = where + "p.city_key = %(city_key)s AND ", {**asked, "city_key": city_key}
    if country:
        where, asked = where + "p.country = %(country)s AND ", {**asked, "country": country}
    if unit_ids is not None:
        where, asked = where + "u.id = ANY(%(unit_ids)s) AND ", {**asked, "unit_ids": list(unit_ids)}
    return FREE.replace("{where}", where), asked
