"""How full it is: people and beds by night, of each city, and of each place in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from casework.accounts.roles import Scope
from casework.backoffice.asked import allow, now, organisation_of
from casework.backoffice.housing.calendar import SPAN, first_night
from casework.backoffice.housing.filters import written
from casework.backoffice.housing.room import HousingRoom
from casework.backoffice.room import address_of
from casework.housing.models import Place
from casework.housing.nights import Level, days, occupancy
from casework.stays.zones import local_day

PER_PAGE = 40
NOTHING = Level(0, 0)


@dataclass(frozen=True)
class Line:
    """A city or a place, and its nights."""

    name: str
    link: str
    nights: list[tuple[Level, str]]


def table(room: HousingRoom, request: HttpRequest) -> HttpResponse:
    allow(request, Scope.HOUSING_READ)
    at, city = now(), request.GET.get("city", "")[:100]
    first = first_night(request, local_day(organisation_of(request).country, at))
    shown = days(first, first + SPAN)
    everything = room.get_queryset(request)
    page = None
    if city:
        in_city = everything.filter(city_key=city).order_by("name", "pk")
        page = Paginator(in_city, PER_PAGE).get_page(request.GET.get("page"))
        places = list(page.object_list)
        room.note_read(request, places)
        nightly: Mapping[Any, list[tuple[Level, str]]] = of_places(places, shown, at)
        lines = [Line(place.name, address_of(place), nightly.get(place.pk, [])) for place in places]
    else:
        lines = _cities(shown, at, everything)
    step = SPAN + timedelta(days=1)
    context = {
        **room.admin_site.each_context(request),
        "title": f"How full it is: {written(everything, city)}" if city else "How full it is",
        "lines": lines, "days": shown, "city": city, "page": page, "earlier": first - step,
        "later": first + step,
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/housing/occupancy.html", context)


def of_places(
    places: Iterable[Place], shown: list[date], at: datetime
) -> dict[UUID, list[tuple[Level, str]]]:
    ids = [place.pk for place in places]
    found = occupancy(first=shown[0], last=shown[-1], at=at, place_ids=ids) if ids else {}
    return {place_id: _nights(levels, shown) for place_id, levels in found.items()}


def _cities(shown: list[date], at: datetime, places: QuerySet[Any]) -> list[Line]:
    names = dict(places.order_by().values_list("city_key").annotate(Max("city")))
    found = occupancy(first=shown[0], last=shown[-1], at=at)
    here = reverse("admin:bed_occupancy")
    return [
        Line(
            names.get(key, key),
            f"{here}?{urlencode({'city': key, 'from': shown[0]})}",
            _nights(levels, shown),
        )
        for key, levels in sorted(found.items())
    ]


def _nights(levels: Mapping[date, Level], shown: list[date]) -> list[tuple[Level, str]]:
    nightly = [levels.get(night, NOTHING) for night in shown]
    return [(level, _tone(level)) for level in nightly]


def _tone(level: Level) -> str:
    if not level.beds and not level.people:
        return "gone"
    return "free" if not level.people else "full" if level.people >= level.beds else "part"
