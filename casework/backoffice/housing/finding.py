"""Find a bed: what suits a need, with what speaks for and against."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import may, now
from casework.backoffice.filters import typed_day
from casework.backoffice.housing.room import HousingRoom, household_of
from casework.backoffice.housing.words import NEED_TONES, nights_told, price_told, status_told
from casework.backoffice.room import note, note_ids
from casework.cases.queries import beds_for
from casework.housing.free import FreeUnit, free_units
from casework.housing.matching import Match
from casework.housing.models import Ground, Need, NeedStatus, Placement
from casework.housing.queries import turns_of
from casework.housing.standing import country_of, today_of
from casework.housing.wanted import Wanted, asked_of, beds_had, lacking

PARTS_SHOWN = 20


@dataclass(frozen=True)
class Suits:
    """A unit that has room on the nights, for all of them or for some."""

    unit: FreeUnit
    price: str
    people: int
    match: Match | None = None


def page_of_need(room: HousingRoom, request: HttpRequest, need: Need) -> HttpResponse:
    at = now()
    placements = placements_of(need, at)
    wanted = wanted_of(request, need, at)
    finds = wanted is not None and need.status != NeedStatus.WITHDRAWN
    matches = _matches(need, wanted, at) if wanted and finds else []
    parts = _parts(need, wanted, at) if wanted and finds and not matches else []
    room.note_read(request, [need])
    note(request, "placement", placements)
    named = [row.unit.place_id for row in placements]
    note_ids(request, "place", named + [one.unit.place_id for one in [*matches, *parts]])
    context = {
        **room.admin_site.each_context(request),
        "title": "Find a bed" if finds else "Who asked for a bed", "need": need,
        "status": (need.get_status_display().lower(), NEED_TONES.get(NeedStatus(need.status), "calm")),
        "household": household_of(request, need.household_id),
        "turn": turns_of([need])[need.pk], "grounds": grounds_told(need),
        "asks": nights_told(need.needed_from, need.needed_until),
        "placements": [
            (row, nights_told(row.starts_on, row.ends_on), *status_told(row, at)) for row in placements
        ],
        "over": wanted is None and need.needed_until is not None and need.needed_until < today_of(need, at),
        "wanted": wanted, "finds": finds, "matches": matches,
        "told": nights_told(wanted.first, wanted.last) if wanted else "",
        "parts": parts,
        "writes": may(request, Scope.HOUSING_WRITE), "sees_people": may(request, Scope.PEOPLE_READ),
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/housing/need.html", context)


def placements_of(need: Need, at: datetime) -> list[Placement]:
    """The newest first."""
    return list(Placement.objects.with_bed().filter(need=need).order_by("-starts_on", "-pk")[:50])


def wanted_of(request: HttpRequest, need: Need, at: datetime) -> Wanted | None:
    """As asked in the address, or what they still lack. None: nothing is lacking."""
    first, last = typed_day(request.GET.get("from")), typed_day(request.GET.get("until"))
    lacks = lacking(need, beds_had([need.pk], at).get(need.pk, []), at)
    if first is None and last is None:
        return lacks
    base = lacks or asked_of(need, at)
    first = first or base.first
    last = last if last is not None and last >= first else max(first, base.last)
    return Wanted(first, min(last, first + timedelta(days=366)), base.people)


def grounds_told(need: Need) -> list[str]:
    labels = dict(Ground.choices)
    return [str(labels.get(ground, ground)) for ground in need.grounds]


def _matches(need: Need, wanted: Wanted, at: datetime) -> list[Suits]:
    found = beds_for(need, at=at, wanted=wanted)
    return [Suits(match.unit, price_told(match.unit), wanted.people, match) for match in found]


def _parts(need: Need, wanted: Wanted, at: datetime) -> list[Suits]:
    """Where no unit has room for all: the largest that take some of them."""
    if wanted.people < 2 or wanted.last < wanted.first:
        return []
    country = (need.country or "") if need.city_key else country_of(need)
    units = free_units(first=wanted.first, last=wanted.last, at=at, city_key=need.city_key, country=country)
    units.sort(key=lambda unit: (-unit.free, unit.place_name, unit.name, unit.id))
    return [Suits(unit, price_told(unit), min(unit.free, wanted.people)) for unit in units[:PARTS_SHOWN]]
