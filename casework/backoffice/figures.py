"""Figures of twelve weeks: the shortage and the rents of each city, and what became of work."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import allow, now, organisation_of
from casework.backoffice.words import country_name
from casework.figures import SUPPRESSED_BELOW, WEEKS_BACK, By, Span, Told
from casework.housing.statistics import bed_figures
from casework.work.statistics import work_figures

LATEST = date(2100, 1, 1)
MOST_CITIES, MOST_PILLS = 8, 12
STEP, WIDTH, HEIGHT = 40, 30, 90  # of a bar, in the drawing's own measure


@dataclass(frozen=True)
class Bar:
    """A week in a drawing. `height` 0: it is not told."""

    x: int
    y: int
    height: int
    middle: int
    week: date
    told: str


@dataclass(frozen=True)
class Curve:
    title: str
    bars: list[Bar]
    width: int


@dataclass(frozen=True)
class Week:
    told: Told
    paid: str
    asked: str


@dataclass(frozen=True)
class City:
    """`key`: with its country, for there is a Tripoli in two. An empty name: where no city was named."""

    name: str
    country: str
    key: str
    weeks: list[Week]
    curves: list[Curve]
    shortage: int


def page(site: Any, request: HttpRequest) -> HttpResponse:
    allow(request, Scope.STATISTICS_READ)
    organisation, at = organisation_of(request), now()
    until = _until(request, at, organisation.time_zone)
    span = Span.over(By.WEEK, until - WEEKS_BACK, until)
    told = bed_figures(span, zone=organisation.time_zone, own_country=organisation.country)
    cities, asked = _cities(told), request.GET.get("city", "")
    chosen = [city for city in cities if city.key == asked]
    context = {
        **site.each_context(request),
        "title": "Figures", "cities": chosen or cities[:MOST_CITIES], "pills": _pills(cities, chosen),
        "asked": asked if chosen else "", "more": not chosen and len(cities) > MOST_CITIES,
        "first": span.first, "last": span.last,
        "earlier": span.first - timedelta(days=1), "later": span.last + WEEKS_BACK + timedelta(days=7),
        "countries": _by_country(work_figures(span, zone=organisation.time_zone)),
        "suppressed_below": SUPPRESSED_BELOW,
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/figures.html", context)


def _until(request: HttpRequest, at: datetime, zone: str) -> date:
    """The week that the address names, or this one."""
    try:
        until = date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        return at.astimezone(ZoneInfo(zone)).date()
    return min(max(until, date(2000, 1, 1) + 2 * WEEKS_BACK), LATEST)


def _cities(told: Iterable[Told]) -> list[City]:
    """Where most were turned away stands first."""
    by_city = sorted(told, key=lambda row: (row.country, row.city_key, row.period))
    found = [_city(list(rows)) for _, rows in groupby(by_city, lambda row: (row.country, row.city_key))]
    return sorted(found, key=lambda city: (-city.shortage, city.country, city.key))


def _city(rows: Sequence[Told]) -> City:
    away = [row.figures["people_turned_away"] for row in rows]
    weeks = [row.period for row in rows]
    curves = [_curve("People turned away, by week", weeks, away)] if any(away) else []
    for position, rent in enumerate(rows[0].figures["rents"]):
        asked = [_amount(row.figures["rents"][position]["asked"]) for row in rows]
        title = f"Price asked of those turned away, a night and household, median in {rent['currency']}"
        curves += [_curve(title, weeks, asked)] if any(asked) else []
    shown = [Week(row, _prices(row, "paid"), _prices(row, "asked")) for row in reversed(rows)]
    first = rows[0]
    key = f"{first.country}/{first.city_key}"
    return City(first.city, first.country, key, shown, curves, sum(filter(None, away)))


def _pills(cities: Sequence[City], chosen: Sequence[City]) -> list[tuple[str, str]]:
    """Those where most were turned away, and the one that is shown."""
    first = list(cities[:MOST_PILLS])
    first += [city for city in chosen if city not in first]
    names = Counter(city.name for city in first)
    return [(city.key, _pill(city, alone=names[city.name] == 1)) for city in first] if len(cities) > 1 else []


def _pill(city: City, *, alone: bool) -> str:
    name = city.name or "No city named"
    return name if alone else f"{name}, {country_name(city.country)}"


def _prices(row: Told, which: str) -> str:
    told = [f"{rent[which]} {rent['currency']}" for rent in row.figures["rents"] if rent[which]]
    return ", ".join(told) or "–"


def _curve(title: str, weeks: Sequence[date], values: Sequence[Any]) -> Curve:
    highest = max([value for value in values if value is not None], default=0) or 1
    bars = []
    for number, (week, value) in enumerate(zip(weeks, values, strict=True)):
        height = 0 if value is None else max(2, round(HEIGHT * value / highest))
        told = "not told" if value is None else f"{value:,}".replace(",", " ")
        x = number * STEP
        bars.append(Bar(x, HEIGHT - height + 15, height, x + WIDTH // 2, week, told))
    return Curve(title, bars, len(weeks) * STEP)


def _amount(text: str | None) -> Decimal | None:
    """Without the cents, where there are none."""
    if text is None:
        return None
    amount = Decimal(text)
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount


def _by_country(told: Iterable[Told]) -> list[tuple[str, list[Told]]]:
    rows = sorted(told, key=lambda row: row.country)
    return [
        (country, sorted(of_it, key=lambda row: row.period, reverse=True))
        for country, of_it in groupby(rows, lambda row: row.country)
    ]
