"""What is on each night: of every unit of a page, and of places and cities in sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from casework.housing.models import Closure, Placement, Unit
from casework.housing.rules import ONE

# Beds of a night are those of units that are there and not closed. A private unit that is taken has as many
# people as sleep in it: its empty beds are nobody's, but they are not full either.
OCCUPANCY = """
WITH night AS (
    SELECT generate_series(%(first)s::date, %(last)s::date, interval '1 day')::date AS night
), unit AS MATERIALIZED (
    SELECT u.id, u.organisation_id, u.capacity, u.available_from, u.available_until, {key} AS key
    FROM housing_unit u JOIN housing_place p ON p.organisation_id = u.organisation_id AND p.id = u.place_id
    WHERE {where}
), beds AS (
    SELECT unit.key, night.night, sum(unit.capacity)::int AS beds FROM unit CROSS JOIN night
    WHERE coalesce(unit.available_from <= night.night, true)
        AND coalesce(unit.available_until >= night.night, true)
        AND NOT EXISTS (
            SELECT FROM housing_closure c WHERE c.organisation_id = unit.organisation_id
                AND c.unit_id = unit.id AND c.starts_on <= night.night AND c.ends_on >= night.night
        )
    GROUP BY unit.key, night.night
), taken AS (
    SELECT unit.key, night.night, sum(s.people)::int AS people
    FROM housing_placement s JOIN unit ON unit.organisation_id = s.organisation_id AND unit.id = s.unit_id
        JOIN night ON night.night BETWEEN s.starts_on AND s.ends_on
    WHERE s.status <> 'cancelled' AND s.ends_on >= %(first)s AND s.starts_on <= %(last)s
        AND NOT (s.status = 'held' AND s.hold_expires_at <= %(at)s)
    GROUP BY unit.key, night.night
)
SELECT key, night, coalesce(taken.people, 0), coalesce(beds.beds, 0)
FROM beds FULL JOIN taken USING (key, night) ORDER BY key, night
"""


@dataclass(frozen=True)
class Night:
    """A night of a unit. `there`: within the days on which the unit is available."""

    on: date
    capacity: int
    private: bool
    people: int
    placements: tuple[Placement, ...]
    closure: Closure | None
    there: bool

    @property
    def free(self) -> int:
        if self.closure is not None or not self.there or (self.private and self.people):
            return 0
        return max(0, self.capacity - self.people)


@dataclass(frozen=True)
class Level:
    """So many people in so many beds."""

    people: int
    beds: int


def days(first: date, last: date) -> list[date]:
    return [first + ONE * number for number in range((last - first).days + 1)]


def nights_of(units: Sequence[Unit], first: date, last: date, at: datetime) -> dict[UUID, list[Night]]:
    """Every night from `first` to `last` of each unit. Two queries."""
    stays = Placement.objects.occupying(at).over(first, last).filter(unit__in=units).order_by("starts_on")
    shut = Closure.objects.filter(unit__in=units, starts_on__lte=last, ends_on__gte=first)
    placements, closures = _by_unit(stays), _by_unit(shut)
    return {
        unit.pk: [
            _night(unit, on, placements.get(unit.pk, []), closures.get(unit.pk, []))
            for on in days(first, last)
        ]
        for unit in units
    }


def occupancy(
    *, first: date, last: date, at: datetime, place_ids: Iterable[UUID] | None = None
) -> dict[Any, dict[date, Level]]:
    """By the id of each place named, or else by the `city_key` of all places. One query."""
    asked: dict[str, Any] = {"first": first, "last": last, "at": at}
    statement = OCCUPANCY.replace("{key}", "p.city_key").replace("{where}", "true")
    if place_ids is not None:
        statement = OCCUPANCY.replace("{key}", "p.id").replace("{where}", "p.id = ANY(%(places)s)")
        asked["places"] = list(place_ids)
    found: dict[Any, dict[date, Level]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        for key, night, people, beds in cursor.fetchall():
            found.setdefault(key, {})[night] = Level(people, beds)
    return found


def _by_unit(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _night(unit: Unit, on: date, placements: list[Placement], closures: list[Closure]) -> Night:
    asleep = tuple(row for row in placements if row.starts_on <= on <= row.ends_on)
    closed = next((row for row in closures if row.starts_on <= on <= row.ends_on), None)
    begun = unit.available_from is None or unit.available_from <= on
    over = unit.available_until is not None and unit.available_until < on
    people = sum(row.people for row in asleep)
    return Night(on, unit.capacity, unit.private, people, asleep, closed, begun and not over)
