"""Work offered and found, by period and country: one statement."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from casework.figures import Measured, Series, Span, Told

OFFERED = ("openings", "positions")
COUNTS = ("applications", "interviews", "hires")

# By the country of the opening. An application has the day on which somebody was proposed.
FIGURES = """
WITH opening AS (
    SELECT date_trunc(%(by)s, day::timestamp)::date AS period, o.country, o.positions
    FROM work_opening o,
        LATERAL (SELECT coalesce(o.opens_on, (o.created_at AT TIME ZONE %(zone)s)::date)) AS opened (day)
    WHERE day BETWEEN %(first)s AND %(last)s AND (%(country)s = '' OR o.country = %(country)s)
), step AS (
    SELECT date_trunc(%(by)s, s.at AT TIME ZONE %(zone)s)::date AS period, o.country, n.person_id,
        CASE s.to_status WHEN 'proposed' THEN 'applications' WHEN 'interview' THEN 'interviews'
            ELSE 'hires' END AS figure
    FROM work_applicationstep s
    JOIN work_application a ON a.organisation_id = s.organisation_id AND a.id = s.application_id
    JOIN work_need n ON n.organisation_id = a.organisation_id AND n.id = a.need_id
    JOIN work_opening o ON o.organisation_id = a.organisation_id AND o.id = a.opening_id
    WHERE s.to_status IN ('proposed', 'interview', 'hired')
        AND s.at >= %(first)s::date::timestamp AT TIME ZONE %(zone)s
        AND s.at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
        AND (%(country)s = '' OR o.country = %(country)s)
)
SELECT period, country, 'openings', count(*), NULL::bigint FROM opening GROUP BY 1, 2
UNION ALL SELECT period, country, 'positions', sum(positions), NULL::bigint FROM opening GROUP BY 1, 2
UNION ALL SELECT period, country, figure, count(*), count(DISTINCT person_id) FROM step GROUP BY 1, 2, 3
"""


def work_figures(span: Span, *, zone: str, country: str = "") -> list[Told]:
    """By period and country; every country that had an opening or an application has all periods."""
    asked: dict[str, Any] = {
        "by": span.by, "first": span.reads_from, "last": span.reads_until, "zone": zone, "country": country,
    }  # fmt: skip
    found: dict[str, dict[str, dict[date, Measured]]] = defaultdict(lambda: defaultdict(dict))
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, asked)
        for period, where, figure, value, people in cursor.fetchall():
            found[where][figure][period] = Measured(int(value), people)
    told = [_told(span, where, found[where], period) for period in span.periods() for where in sorted(found)]
    return sorted(told, key=lambda row: row.key)


def _told(span: Span, country: str, found: dict[str, dict[date, Measured]], period: date) -> Told:
    series: dict[str, Any] = {name: Series(span, found[name], of_people=False) for name in OFFERED}
    series |= {name: Series(span, found[name]) for name in COUNTS}
    return Told(
        period, country, "", "",
        {name: one.told(period) for name, one in series.items()},
        {name: one.change(period) for name, one in series.items()},
        [name for name, one in series.items() if period in one.hidden],
    )  # fmt: skip
