"""A unit is free: which household gets it? In their turn, those whom it suits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import allow, now
from casework.backoffice.housing.free import MOST_NIGHTS, Asked, asked_for
from casework.backoffice.housing.room import (
    NOBODY_NAMED,
    Household,
    HousingRoom,
    households_of,
    unit_asked,
)
from casework.backoffice.housing.words import nights_told, price_told
from casework.backoffice.room import BoundedPaginator, note
from casework.housing.models import Need, Unit
from casework.housing.nights import days, nights_of
from casework.housing.queries import Turn, turns_of, waiting_for
from casework.housing.rules import Sold
from casework.housing.wanted import Wanted, beds_had, lacking_between, offered
from casework.stays.zones import local_day

PER_PAGE = 25


@dataclass(frozen=True)
class Theirs:
    """The nights that somebody would get. `fits`: with room for all of them; `cut`: as long as it is free."""

    wanted: Wanted
    fits: bool
    cut: bool = False

    @property
    def nights(self) -> str:
        return nights_told(self.wanted.first, self.wanted.last)


@dataclass(frozen=True)
class Candidate:
    need: Need
    turn: Turn
    household: Household
    theirs: Theirs


def waiting_for_unit(room: HousingRoom, request: HttpRequest, unit_id: UUID) -> HttpResponse:
    allow(request, Scope.HOUSING_WRITE)
    at, unit = now(), unit_asked(request, unit_id)
    asked = asked_for(request, local_day(unit.place.country, at))
    waiting = waiting_for(unit, asked.first, asked.last, at)
    page = BoundedPaginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    needs = list(page.object_list)
    wanted = _offered(needs, asked, at)
    free = _free_by_night(unit, asked, wanted.values(), at)
    room.note_read(request, needs)
    note(request, "place", [unit.place])
    turns, households = turns_of(needs), households_of(request, [need.household_id for need in needs])
    context = {
        **room.admin_site.each_context(request),
        "title": f"Who gets {unit.place}, {unit}?", "unit": unit, "place": unit.place, "page": page,
        "price": price_told(unit), "told": nights_told(asked.first, asked.last),
        "free": min(free[on] for on in days(asked.first, asked.last)),
        "rows": [
            Candidate(
                need, turns[need.pk], households.get(need.household_id, NOBODY_NAMED),
                _theirs(wanted[need.pk], asked, free),
            )
            for need in needs
        ],
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/housing/waiting.html", context)


def _offered(needs: Iterable[Need], asked: Asked, at: datetime) -> dict[UUID, Wanted]:
    """What each lacks of these nights. Of one night asked about: for as long as they need it."""
    needs = list(needs)
    has = beds_had([need.pk for need in needs], at)
    return {need.pk: _lacked(need, asked, has.get(need.pk, [])) for need in needs}


def _lacked(need: Need, asked: Asked, has: Iterable[Sold]) -> Wanted:
    wanted = offered(need, asked.first, asked.last if asked.nights > 1 else None)
    last = min(wanted.last, asked.first + timedelta(days=MOST_NIGHTS - 1))
    return lacking_between(need.people, has, wanted.first, last) or replace(wanted, last=last)


def _free_by_night(unit: Unit, asked: Asked, wanted: Iterable[Wanted], at: datetime) -> dict[date, int]:
    last = max([asked.last, *(one.last for one in wanted)])
    return {night.on: night.free for night in nights_of([unit], asked.first, last, at)[unit.pk]}


def _theirs(wanted: Wanted, asked: Asked, free: Mapping[date, int]) -> Theirs:
    room = list(takewhile(lambda on: free[on] >= wanted.people, days(wanted.first, wanted.last)))
    if room and room[-1] == wanted.last:
        return Theirs(wanted, fits=True)
    if room and asked.nights == 1:
        return Theirs(replace(wanted, last=room[-1]), fits=True, cut=True)
    return Theirs(wanted, fits=False)
