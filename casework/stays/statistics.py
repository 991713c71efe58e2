"""Arrivals, and stays that go on, end soon or have run over, by period and country: a statement each."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from casework.figures import Measured, Series, Span, Told, hide_beside

SOON = 14
PARTS = ("ending_soon", "overstayed")

ARRIVALS = """
SELECT date_trunc(%(by)s, a.entered_on::timestamp)::date, a.country, 'arrivals', count(*),
    count(DISTINCT a.person_id)
FROM stays_arrival a
WHERE a.voided_at IS NULL AND a.entered_on BETWEEN %(first)s AND %(last)s
    AND (%(country)s = '' OR a.country = %(country)s)
GROUP BY 1, 2
"""
# As they stood on the last day of each period, by the last lawful days as they are known now.
STAYS = """
WITH period AS (
    SELECT begins::date AS begins,
        least((begins + %(length)s * interval '1 day')::date - 1, %(today)s::date) AS day
    FROM generate_series(%(first)s::date, %(last)s::date, %(length)s * interval '1 day') AS begins
    WHERE begins <= %(today)s
), stay AS (
    SELECT a.person_id, a.country, a.entered_on, a.left_on, min(d.due_on) AS due_on
    FROM stays_arrival a
    LEFT JOIN stays_deadline d ON d.organisation_id = a.organisation_id AND d.arrival_id = a.id
        AND d.kind = 'stay_end' AND d.status <> 'superseded'
    WHERE a.voided_at IS NULL AND (%(country)s = '' OR a.country = %(country)s)
        AND a.entered_on <= %(last)s AND (a.left_on IS NULL OR a.left_on >= %(first)s)
    GROUP BY a.id, a.person_id, a.country, a.entered_on, a.left_on
), standing AS (
    SELECT period.begins, stay.country, stay.person_id,
        CASE WHEN stay.due_on < period.day THEN 'overstayed'
            WHEN stay.due_on <= period.day + %(soon)s THEN 'ending_soon' ELSE 'going_on' END AS figure
    FROM stay JOIN period ON stay.entered_on <= period.day
        AND (stay.left_on IS NULL OR stay.left_on > period.day)
)
SELECT begins, country, figure, count(*), count(DISTINCT person_id) FROM standing GROUP BY 1, 2, 3
UNION ALL
SELECT begins, country, 'open_stays', count(*), count(DISTINCT person_id) FROM standing GROUP BY 1, 2
"""
Found = dict[str, dict[str, dict[date, Measured]]]


def arrival_figures(span: Span, *, country: str = "") -> list[Told]:
    """By day of entry, where they entered. What was recorded by mistake does not count."""
    found = _found(ARRIVALS, span, {"country": country})
    told = [
        _told(period, where, {"arrivals": Series(span, found[where]["arrivals"])})
        for period in span.periods()
        for where in found
    ]
    return sorted(told, key=lambda row: row.key)


def stay_figures(span: Span, *, today: date, country: str = "") -> list[Told]:
    """On the last day of each period (today, of the one that goes on): who is there, who must leave within
    14 days, who should have left."""
    found = _found(STAYS, span, {"country": country, "today": today, "soon": SOON})
    told = []
    for where, measured in found.items():
        _hide_parts(span, measured)
        series = {name: Series(span, measured[name], adds_up=False) for name in ("open_stays", *PARTS)}
        told += [_told(period, where, series) for period in span.periods() if period <= today]
    return sorted(told, key=lambda row: row.key)


def _hide_parts(span: Span, measured: dict[str, dict[date, Measured]]) -> None:
    """The sum is told: what is told of its parts must not give away how few the rest are."""
    for period in span.read():
        parts = {name: _people(measured[name], period) for name in (*PARTS, "going_on")}
        for name in hide_beside(parts, untold=["going_on"]):
            measured[name][period] = Measured(0, 0)


def _people(measured: dict[date, Measured], period: date) -> int:
    return (measured[period].people or 0) if period in measured else 0


def _found(statement: str, span: Span, asked: dict[str, Any]) -> Found:
    found: Found = defaultdict(lambda: defaultdict(dict))
    values = {
        **asked, "by": span.by, "length": span.length.days, "first": span.reads_from,
        "last": span.reads_until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for period, where, figure, value, people in cursor.fetchall():
            found[where][figure][period] = Measured(int(value), int(people))
    return found


def _told(period: date, country: str, series: dict[str, Series]) -> Told:
    return Told(
        period, country, "", "",
        {name: one.told(period) for name, one in series.items()},
        {name: one.change(period) for name, one in series.items()},
        [name for name, one in series.items() if period in one.hidden],
    )  # fmt: skip
