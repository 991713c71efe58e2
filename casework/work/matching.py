"""Which openings fit a person, and whom an opening fits: ranked, with reasons, in few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Left

from casework.stays.zones import local_day
from casework.work.models import Application, Need, Opening
from casework.work.queries import stays_of
from casework.work.rules import MOST_MATCHES, Fit, Offer, Right, Wanted, compare

# How many rows PostgreSQL chooses by the coarse figure before each is looked at closely.
LOOKED_AT = 200
T = TypeVar("T", Need, Opening)


@dataclass(frozen=True)
class Match(Generic[T]):
    """A row with how it fits, and whether the person may do that work."""

    row: T
    fit: Fit
    right: Right


def matches_of_need(need: Need, at: datetime) -> list[Match[Opening]]:
    """Open openings, the best first, at most fifty. Six queries."""
    rows = list(_nearest_openings(need))
    applied = set(Application.objects.standing().filter(need=need).values_list("opening_id", flat=True))
    stays = stays_of([need.person], {opening.country for opening in rows})
    wanted, found = wanted_of(need), []
    for opening in rows:
        today = local_day(opening.country, at)
        if opening.closes_on is not None and opening.closes_on < today:
            continue  # the sweep is about to close it
        right = stays.right(need.person_id, opening.country, _begins_on(opening, today))
        fit = compare(wanted, offer_of(opening), right, today, applied=opening.pk in applied)
        found.append(Match(opening, fit, right))
    return _ranked(found)


def matches_of_opening(opening: Opening, at: datetime) -> list[Match[Need]]:
    """People who look for work, the best first, at most fifty. Six queries."""
    rows = list(_nearest_needs(opening))
    applied = set(Application.objects.standing().filter(opening=opening).values_list("need_id", flat=True))
    stays = stays_of([need.person for need in rows], {opening.country})
    today, offer, found = local_day(opening.country, at), offer_of(opening), []
    for need in rows:
        right = stays.right(need.person_id, opening.country, _begins_on(opening, today))
        fit = compare(wanted_of(need), offer, right, today, applied=need.pk in applied)
        found.append(Match(need, fit, right))
    return _ranked(found)


def wanted_of(need: Need) -> Wanted:
    return Wanted(
        sectors=need.sectors, occupations=need.occupations, skills=need.skills, languages=need.languages,
        language_levels=need.language_levels, country=need.country, city=need.city, city_key=need.city_key,
        available_from=need.available_from,
    )  # fmt: skip


def offer_of(opening: Opening) -> Offer:
    return Offer(
        title=opening.title, sector=opening.sector, occupation=opening.occupation, country=opening.country,
        city=opening.city, city_key=opening.city_key, positions_left=opening.positions_left,
        languages=opening.languages, language_levels=opening.language_levels, pay=opening.pay,
        currency=opening.currency, pay_per=opening.pay_per, housing_offered=opening.housing_offered,
        opens_on=opening.opens_on, starts_on=opening.starts_on,
    )  # fmt: skip


def _nearest_openings(need: Need) -> QuerySet[Opening]:
    groups = sorted({code[:2] for code in need.occupations})
    figure = _figure([
        (Q(occupation__in=need.occupations), 40),
        (Q(group__in=groups), 20),
        (Q(sector__in=need.sectors), 15),
        (Q(city_key=need.city_key or None), 20),
        (Q(country=need.country), 40),
    ])  # fmt: skip
    rows = Opening.objects.open().filter(organisation_id=need.organisation_id).defer("contact")
    grouped = rows.annotate(group=Left("occupation", 2)).annotate(figure=figure)
    return grouped.order_by("-figure", "created_at", "id")[:LOOKED_AT]


def _nearest_needs(opening: Opening) -> QuerySet[Need]:
    figure = _figure([
        (Q(occupations__contains=[opening.occupation]), 40),
        (Q(sectors__contains=[opening.sector]), 15),
        (Q(city_key=opening.city_key), 20),
        (Q(country=opening.country), 40),
        (Q(country=None), 20),
    ])  # fmt: skip
    rows = Need.objects.looking().filter(organisation_id=opening.organisation_id).select_related("person")
    return rows.annotate(figure=figure).order_by("-figure", "created_at", "id")[:LOOKED_AT]


def _figure(parts: Sequence[tuple[Q, int]]) -> Any:
    """A sum of what holds, computed where the rows are."""
    figure: Any = Value(0)
    for condition, points in parts:
        figure = figure + Case(
            When(condition, then=Value(points)), default=Value(0), output_field=IntegerField()
        )
    return figure


def _begins_on(opening: Opening, today: date) -> date:
    return max(opening.starts_on or today, today)


def _ranked(found: list[Match[T]]) -> list[Match[T]]:
    found.sort(key=lambda match: (-match.fit.score, match.row.created_at, match.row.pk))
    return found[:MOST_MATCHES]
