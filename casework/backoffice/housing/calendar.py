"""A place by night: what each cell of its calendar says, and where it leads."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from casework.backoffice.filters import typed_day
from casework.backoffice.housing.words import price_told
from casework.backoffice.room import address_of
from casework.backoffice.words import day
from casework.housing.models import Place, Placement, Unit
from casework.housing.nights import Night, days, nights_of
from casework.stays.zones import local_day

NIGHTS = 14
SPAN = timedelta(days=NIGHTS - 1)
UNITS_SHOWN = 40


@dataclass(frozen=True)
class Cell:
    """`tone`: free, part, full, closed or gone. `link` is empty where nothing can be done."""

    text: str
    tone: str
    title: str
    link: str = ""


@dataclass(frozen=True)
class Row:
    unit: Unit
    price: str
    cells: list[Cell]


@dataclass(frozen=True)
class Calendar:
    days: list[date]
    today: date
    rows: list[Row]
    page: Page[Any]
    placements: list[Placement]
    earlier: date
    later: date


def first_night(request: HttpRequest, today: date) -> date:
    """As asked in the address; today's where that is no day."""
    return typed_day(request.GET.get("from")) or today


def calendar_of(request: HttpRequest, place: Place, at: datetime, *, writes: bool) -> Calendar:
    today = local_day(place.country, at)
    first = first_night(request, today)
    units = Unit.objects.filter(place=place).order_by("name", "pk")
    page = Paginator(units, UNITS_SHOWN).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    nights = nights_of(shown, first, first + SPAN, at)
    seen = {row.pk: row for of_unit in nights.values() for night in of_unit for row in night.placements}
    rows = [
        Row(unit, price_told(unit), [_cell(unit, one, writes and one.on >= today) for one in nights[unit.pk]])
        for unit in shown
    ]
    return Calendar(
        days=days(first, first + SPAN), today=today, rows=rows, page=page, placements=list(seen.values()),
        earlier=first - SPAN - timedelta(days=1), later=first + SPAN + timedelta(days=1),
    )  # fmt: skip


def _cell(unit: Unit, night: Night, offers: bool) -> Cell:
    when = f"{unit}, {day(night.on)}"
    if night.people:
        tone = "part" if night.free else "full"
        told = f"{when}: {night.people} of {night.capacity} beds taken"
        return Cell(f"{night.people}/{night.capacity}", tone, told, _sleepers(unit, night))
    if night.closure is not None:
        return Cell("shut", "closed", f"{when}: closed")
    if not night.there:
        return Cell("–", "gone", f"{when}: not available")
    link = _find_somebody(unit.pk, night.on) if offers else ""
    return Cell(str(night.capacity), "free", f"{when}: all {night.capacity} beds free", link)


def _sleepers(unit: Unit, night: Night) -> str:
    if len(night.placements) == 1:
        return address_of(night.placements[0])
    listed = reverse("admin:housing_placement_changelist")
    return f"{listed}?{urlencode({'unit': str(unit.pk), 'night': str(night.on), 'state': 'all'})}"


def _find_somebody(unit_id: UUID, on: date) -> str:
    return f"{reverse('admin:bed_waiting', args=[unit_id])}?{urlencode({'night': str(on)})}"
