"""Beds asked for, given and not there, nights and rents, by period and city: one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from casework.figures import Measured, Series, Span, Told

COUNTS = ("needs_asked", "people_asked", "people_placed", "people_turned_away", "nights_sold")
RENTS = ("paid", "asked")

# Each figure adds its rows: period, country, city, what, currency, value, the people behind it.
# A private unit is sold whole. A unit without a first day is there since it was entered, or since somebody
# first slept in it. A price is for the night and the household, as in the log of those who were turned away.
FIGURES = """
WITH period AS (
    SELECT begins::date AS begins, (begins + %(length)s * interval '1 day')::date - 1 AS ends
    FROM generate_series(%(first)s::date, %(last)s::date, %(length)s * interval '1 day') AS begins
), need AS (
    SELECT date_trunc(%(by)s, n.created_at AT TIME ZONE %(zone)s)::date AS period,
        coalesce(n.country, %(own)s) AS country, n.city_key, min(n.city) AS city, count(*) AS needs,
        sum(n.people) AS people
    FROM housing_need n
    WHERE n.created_at >= %(first)s::date::timestamp AT TIME ZONE %(zone)s
        AND n.created_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
        AND (%(country)s = '' OR coalesce(n.country, %(own)s) = %(country)s)
        AND (%(city)s = '' OR n.city_key = %(city)s)
    GROUP BY 1, 2, 3
), away AS (
    SELECT date_trunc(%(by)s, t."on"::timestamp)::date AS period, t.country, t.city_key, t.city, t.people,
        t.price_asked, t.currency
    FROM housing_turnedaway t
    WHERE t."on" BETWEEN %(first)s AND %(last)s
        AND (%(country)s = '' OR t.country = %(country)s) AND (%(city)s = '' OR t.city_key = %(city)s)
), place AS MATERIALIZED (
    SELECT p.id, p.organisation_id, p.country, p.city_key, p.city,
        dense_rank() OVER (ORDER BY p.country, p.city_key)::int AS number
    FROM housing_place p
    WHERE (%(country)s = '' OR p.country = %(country)s) AND (%(city)s = '' OR p.city_key = %(city)s)
), city AS (
    SELECT number, country, city_key, min(city) AS city FROM place GROUP BY 1, 2, 3
), unit AS MATERIALIZED (
    SELECT u.id, u.organisation_id, u.capacity, place.number, u.available_from, u.available_until,
        (u.created_at AT TIME ZONE %(zone)s)::date AS entered_on
    FROM housing_unit u JOIN place ON place.organisation_id = u.organisation_id AND place.id = u.place_id
), slept AS (
    SELECT s.unit_id, min(s.starts_on) AS first
    FROM housing_placement s JOIN unit u ON u.organisation_id = s.organisation_id AND u.id = s.unit_id
    WHERE u.available_from IS NULL AND s.starts_on < u.entered_on AND s.status IN ('confirmed', 'ended')
    GROUP BY s.unit_id
), stay AS MATERIALIZED (
    SELECT s.need_id, s.starts_on, s.ends_on, s.people, s.moved_from_id, s.private, s.price, s.price_per,
        s.currency, u.number, u.capacity
    FROM housing_placement s JOIN unit u ON u.organisation_id = s.organisation_id AND u.id = s.unit_id
    WHERE s.status IN ('confirmed', 'ended') AND s.ends_on >= %(first)s AND s.starts_on <= %(last)s
), placed AS (
    SELECT period.begins AS period, s.number, s.people, s.currency,
        s.price * CASE WHEN s.private THEN 1 ELSE s.people END
            / CASE s.price_per WHEN 'month' THEN 30 ELSE 1 END AS price
    FROM stay s JOIN period ON s.starts_on BETWEEN period.begins AND period.ends
    WHERE s.moved_from_id IS NULL
), night AS (
    SELECT period, number, sum(nights) AS nights, sum(people) AS people
    FROM (
        SELECT period.begins AS period, s.number, s.need_id, max(s.people) AS people,
            sum(CASE WHEN s.private THEN s.capacity ELSE s.people END
                * (least(s.ends_on, period.ends) - greatest(s.starts_on, period.begins) + 1)) AS nights
        FROM stay s JOIN period ON s.starts_on <= period.ends AND s.ends_on >= period.begins
        GROUP BY 1, 2, 3
    ) of_need
    GROUP BY 1, 2
), there AS MATERIALIZED (
    SELECT u.id, u.number, u.capacity,
        greatest(coalesce(u.available_from, least(u.entered_on, slept.first)), %(first)s::date) AS begins,
        least(coalesce(u.available_until, %(last)s::date), %(last)s::date) AS ends
    FROM unit u LEFT JOIN slept ON slept.unit_id = u.id
), closed AS (
    SELECT c.unit_id, unnest(range_agg(daterange(c.starts_on, c.ends_on, '[]'))) AS nights
    FROM housing_closure c WHERE c.ends_on >= %(first)s AND c.starts_on <= %(last)s GROUP BY c.unit_id
), stretch AS (
    SELECT number, begins, ends, sum(beds) AS beds
    FROM (
        SELECT number, begins, ends, capacity AS beds FROM there
        UNION ALL
        SELECT t.number, greatest(t.begins, lower(c.nights)), least(t.ends, upper(c.nights) - 1), -t.capacity
        FROM there t JOIN closed c ON c.unit_id = t.id
    ) both_ways
    WHERE begins <= ends GROUP BY 1, 2, 3
), housed AS (
    SELECT period, number, 'people_placed' AS figure, NULL AS currency, sum(people) AS value,
        sum(people) AS people
    FROM placed GROUP BY 1, 2
    UNION ALL SELECT period, number, 'paid', currency,
            round(percentile_cont(0.5) WITHIN GROUP (ORDER BY price)::numeric, 2), sum(people)
        FROM placed WHERE price IS NOT NULL GROUP BY 1, 2, 4
    UNION ALL SELECT period, number, 'nights_sold', NULL, nights, people FROM night
    UNION ALL SELECT period.begins, s.number, 'nights_available', NULL,
            sum(s.beds * (least(s.ends, period.ends) - greatest(s.begins, period.begins) + 1)), NULL
        FROM stretch s JOIN period ON s.begins <= period.ends AND s.ends >= period.begins GROUP BY 1, 2
    UNION ALL SELECT NULL, number, 'place', NULL, NULL, NULL FROM city
)
SELECT period, country, city_key, city, 'needs_asked', NULL, needs, people FROM need
UNION ALL SELECT period, country, city_key, city, 'people_asked', NULL, people, people FROM need
UNION ALL SELECT period, country, city_key, min(city), 'people_turned_away', NULL, sum(people), sum(people)
    FROM away GROUP BY 1, 2, 3
UNION ALL SELECT period, country, city_key, min(city), 'asked', currency,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY price_asked)::numeric, 2), sum(people)
    FROM away WHERE price_asked IS NOT NULL GROUP BY 1, 2, 3, 6
UNION ALL SELECT period, country, city_key, city, figure, currency, value, people
    FROM housed JOIN city USING (number)
"""


@dataclass
class _City:
    """What was read of one city: figures and rents by currency, each by period."""

    name: str
    counts: dict[str, dict[date, Measured]]
    rents: dict[tuple[str, str], dict[date, Measured]]


def bed_figures(
    span: Span, *, zone: str, own_country: str, country: str = "", city_key: str = ""
) -> list[Told]:
    """By period, country, city. `zone`: whose days they are; a need without a country is of `own_country`.

    Every city that has a place, or was asked for, has a row in every period.
    """
    asked: dict[str, Any] = {
        "by": span.by, "length": span.length.days, "first": span.reads_from, "last": span.reads_until,
        "zone": zone, "own": own_country, "country": country, "city": city_key,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, asked)
        cities = _by_city(cursor.fetchall())
    told = [row for where, city in cities.items() for row in _told(span, where, city)]
    return sorted(told, key=lambda row: row.key)


def _by_city(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], _City]:
    cities: dict[tuple[str, str], _City] = {}
    for period, country, city_key, name, figure, currency, value, people in rows:
        found = cities.setdefault((country, city_key), _City("", defaultdict(dict), defaultdict(dict)))
        found.name = max(found.name, name)
        if period is None:
            continue
        measured = Measured(value, None if people is None else int(people))
        if figure in RENTS:
            found.rents[currency, figure][period] = measured
        else:
            found.counts[figure][period] = measured
    return cities


def _told(span: Span, where: tuple[str, str], city: _City) -> Iterable[Told]:
    country, city_key = where
    counts = {name: Series(span, _whole(city.counts[name])) for name in COUNTS}
    available = Series(span, _whole(city.counts["nights_available"]), of_people=False)
    rents = {
        (currency, name): Series(span, city.rents[currency, name], adds_up=False)
        for currency in sorted({currency for currency, _ in city.rents})
        for name in RENTS
    }
    for period in span.periods():
        figures: dict[str, Any] = {name: series.told(period) for name, series in counts.items()}
        change: dict[str, Any] = {name: series.change(period) for name, series in counts.items()}
        figures["nights_available"] = available.told(period)
        change["nights_available"] = available.change(period)
        figures["occupancy"] = _occupancy(counts["nights_sold"], available, period)
        before = _occupancy(counts["nights_sold"], available, period - span.length)
        change["occupancy"] = _less(figures["occupancy"], before)
        figures["rents"] = _rents({key: series.told(period) for key, series in rents.items()})
        change["rents"] = _rents({key: series.change(period) for key, series in rents.items()})
        suppressed = [name for name, series in counts.items() if period in series.hidden]
        suppressed += ["occupancy"] if "nights_sold" in suppressed else []
        suppressed += ["rents"] if any(period in series.hidden for series in rents.values()) else []
        yield Told(period, country, city_key, city.name, figures, change, suppressed)


def _whole(measured: Mapping[date, Measured]) -> dict[date, Measured]:
    return {period: Measured(int(one.value), one.people) for period, one in measured.items()}


def _occupancy(sold: Series, available: Series, period: date) -> float | None:
    """From 0 to 1, to a thousandth."""
    nights, there = sold.told(period), available.told(period)
    return None if nights is None or not there else round(int(nights) / int(there), 3)


def _less(value: float | None, before: float | None) -> float | None:
    return None if value is None or before is None else round(value - before, 3)


def _rents(values: Mapping[tuple[str, str], Any]) -> list[dict[str, Any]]:
    currencies = dict.fromkeys(currency for currency, _ in values)
    return [
        {"currency": currency} | {name: _money(values[currency, name]) for name in RENTS}
        for currency in currencies
    ]


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
