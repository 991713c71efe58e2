"""Reads across the rows of this room: turns in the waiting list, beds that end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least, NullIf

from casework.housing.models import Need, NeedStatus, Placement, PlacementStatus, Unit
from casework.housing.rules import ONE
from casework.housing.sentences import COUNTED, why_here
from casework.stays.zones import local_day

# Of each need asked about, how many stand between it and the one asked about before it in the same city;
# never more than one too many, so that a page costs the same however long the list is.
POSITIONS = """
WITH asked AS (
    SELECT n.id, n.organisation_id, n.city_key, n.rank, n.created_at,
        lag(n.rank, 1, -1::smallint) OVER turn AS rank_before,
        lag(n.created_at, 1, '-infinity'::timestamptz) OVER turn AS created_before,
        lag(n.id, 1, '00000000-0000-0000-0000-000000000000'::uuid) OVER turn AS id_before
    FROM housing_need n WHERE n.id = ANY(%s) AND n.status = 'waiting'
    WINDOW turn AS (PARTITION BY n.city_key ORDER BY n.rank, n.created_at, n.id)
)
SELECT a.id, least(%s, sum(counted.needs) OVER turn)::int, o.country
FROM asked a JOIN accounts_organisation o ON o.id = a.organisation_id, LATERAL (
    SELECT count(*) AS needs FROM (
        SELECT FROM housing_need b
        WHERE b.organisation_id = a.organisation_id AND b.city_key = a.city_key AND b.status = 'waiting'
            AND (b.rank, b.created_at, b.id) <= (a.rank, a.created_at, a.id)
            AND (b.rank, b.created_at, b.id) > (a.rank_before, a.created_before, a.id_before)
        ORDER BY b.rank, b.created_at, b.id LIMIT %s
    ) between_them
) counted
WINDOW turn AS (PARTITION BY a.city_key ORDER BY a.rank, a.created_at, a.id)
"""
# From one city to the next in the index, and in each no more needs than are told by their number.
CITIES = """
WITH RECURSIVE city (key) AS (
    SELECT min(city_key) FROM housing_need WHERE organisation_id = %(organisation)s AND status = 'waiting'
    UNION ALL
    SELECT (
        SELECT min(city_key) FROM housing_need
        WHERE organisation_id = %(organisation)s AND status = 'waiting' AND city_key > city.key
    ) FROM city WHERE city.key IS NOT NULL
)
SELECT city.key, (
    SELECT city FROM housing_need
    WHERE organisation_id = %(organisation)s AND status = 'waiting' AND city_key = city.key
    ORDER BY rank, created_at, id LIMIT 1
) AS name
FROM city, LATERAL (
    SELECT count(*) AS needs FROM (
        SELECT FROM housing_need
        WHERE organisation_id = %(organisation)s AND status = 'waiting' AND city_key = city.key
        ORDER BY rank, created_at, id LIMIT %(counted)s
    ) in_turn
) waiting
WHERE city.key IS NOT NULL ORDER BY waiting.needs DESC, city.key LIMIT %(most)s
"""


@dataclass(frozen=True)
class Turn:
    """Where a need stands in the list of its own city, and why, in a sentence.

    No position: it does not wait, or stands after the first `COUNTED`.
    """

    position: int | None
    why: str


def turns_of(needs: Iterable[Need]) -> dict[UUID, Turn]:
    """One query. Since when somebody waits is a day of the country where they need the bed."""
    needs = list(needs)
    counted = _counted(needs)
    return {need.pk: _turn(need, *counted.get(need.pk, (None, ""))) for need in needs}


def cities_waited_in(organisation_id: UUID, most: int) -> dict[str, str]:
    """By their keys as the first in turn wrote them, those with most needs first; "": needs without one."""
    with connection.cursor() as cursor:
        cursor.execute(CITIES, {"organisation": organisation_id, "counted": COUNTED + 1, "most": most})
        return dict(cursor.fetchall())


def waiting_for(unit: Unit, first: date, last: date, at: datetime) -> QuerySet[Need]:
    """Who waits for such a unit on one of these nights, in turn, with too few beds then, held or confirmed.

    The unit is with its place, and has beds for all who lack one (`missing`, on the first of these nights
    on which somebody does). Whether they are free is not asked here, nor is money: help may be found.
    """
    place, organisation = unit.place, unit.organisation
    anywhere = Q(city_key="", country=place.country)
    if place.country == organisation.country:
        anywhere |= Q(city_key="", country=None)
    here = Q(city_key=place.city_key) & (Q(country=None) | Q(country=place.country))
    suits = Q(needed_from__lte=last)
    suits &= Q(needed_until=None) | Q(needed_until__gte=first)
    suits &= Q() if unit.step_free else Q(step_free=False)
    suits &= Q() if unit.pets else Q(pets=False)
    lacks = Q(has_some=False, people__lte=unit.capacity)
    lacks |= Q(has_some=True, missing__range=(1, unit.capacity))
    waiting = Need.objects.waiting().filter(here | anywhere, suits)
    return waiting.annotate(**_missing(first, last, at)).filter(lacks).in_turn()


def _missing(first: date, last: date, at: datetime) -> dict[str, Any]:
    """For how many a need lacks a bed: on its first night of these, else on the first after a bed of it."""
    night = Greatest(Value(first), "needed_from")
    end = Least(Value(last), Coalesce("needed_until", Value(last)))
    occupying = Placement.objects.occupying(at)
    beds = occupying.filter(need=OuterRef("pk"), ends_on__gte=first, starts_on__lte=last)
    on_first = beds.filter(starts_on__lte=OuterRef("night"), ends_on__gte=OuterRef("night"))
    after = occupying.filter(
        need=OuterRef("need"), starts_on__lte=OuterRef("ends_on") + ONE, ends_on__gt=OuterRef("ends_on")
    )
    later: QuerySet[Any] = beds.filter(ends_on__gte=OuterRef("night"), ends_on__lt=OuterRef("end"))
    short = later.annotate(left=F("need__people") - _people(after)).filter(left__gt=0)
    left = Subquery(short.order_by("ends_on", "left").values("left")[:1])
    missing = Coalesce(NullIf(F("people") - _people(on_first), Value(0)), left)
    return {"night": night, "end": end, "has_some": Exists(beds), "missing": missing}


def _people(beds: QuerySet[Placement]) -> Coalesce:
    summed = beds.order_by().values("need").annotate(summed=Sum("people")).values("summed")
    return Coalesce(Subquery(summed), Value(0))


def ending_beds(first: date, last: date, at: datetime) -> QuerySet[Placement]:
    """Whose last night is one of these, while the need goes on without a bed for the night after."""
    after = Placement.objects.live(at).filter(
        need=OuterRef("need"), starts_on__lte=OuterRef("ends_on") + ONE, ends_on__gt=OuterRef("ends_on")
    )
    ending = Placement.objects.filter(status=PlacementStatus.CONFIRMED, ends_on__range=(first, last))
    goes_on = Q(need__needed_until=None) | Q(need__needed_until__gt=F("ends_on"))
    found = ending.filter(goes_on).exclude(need__status=NeedStatus.WITHDRAWN).exclude(Exists(after))
    return found.select_related("need", "unit__place").order_by("ends_on", "pk")


def _counted(needs: Iterable[Need]) -> dict[UUID, tuple[int, str]]:
    """Of those that wait: the position, and the country of the organisation."""
    ids = [need.pk for need in needs if need.status == NeedStatus.WAITING]
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(POSITIONS, [ids, COUNTED + 1, COUNTED + 1])
        return {need_id: (position, country) for need_id, position, country in cursor.fetchall()}


def _turn(need: Need, position: int | None, own_country: str) -> Turn:
    counted = position is not None and position <= COUNTED
    return Turn(position if counted else None, _why(need, position, own_country))


def _why(need: Need, position: int | None, own_country: str) -> str:
    country = need.country or own_country
    since = local_day(country, need.created_at) if country else need.created_at.date()
    return why_here(
        priority=need.priority, grounds=need.grounds, since=since, position=position, city=need.city,
        status=need.status,
    )  # fmt: skip
