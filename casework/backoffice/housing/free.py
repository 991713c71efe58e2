"""Free tonight, or on other nights: which units have beds, and the way to whoever waits for them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice.asked import allow, may, now, organisation_of
from casework.backoffice.filters import ANY, typed_day
from casework.backoffice.housing.filters import city_options, most_frequent
from casework.backoffice.housing.room import HousingRoom
from casework.backoffice.housing.words import nights_told, price_told
from casework.backoffice.room import note_ids
from casework.housing.free import FreeUnit, free_units
from casework.housing.models import Place
from casework.people.cities import city_key
from casework.stays.zones import local_day

PER_PAGE = 50
MOST_NIGHTS, MOST_PEOPLE = 366, 1000
WISHES = (("private", "One household only"), ("step_free", "No steps"), ("pets", "Pets may come"))


@dataclass(frozen=True)
class Asked:
    """Which nights, for how many, and what else must be so: as it stands in the address."""

    first: date
    nights: int
    people: int
    wishes: frozenset[str]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.nights - 1)


def asked_for(request: HttpRequest, today: date) -> Asked:
    """What is no day or no number is as if it were not there."""
    return Asked(
        first=typed_day(request.GET.get("night")) or today,
        nights=number_in(request.GET.get("nights"), MOST_NIGHTS),
        people=number_in(request.GET.get("people"), MOST_PEOPLE),
        wishes=frozenset(name for name, _ in WISHES if request.GET.get(name)),
    )


def tonight(room: HousingRoom, request: HttpRequest) -> HttpResponse:
    allow(request, Scope.HOUSING_READ)
    at, organisation = now(), organisation_of(request)
    today = local_day(organisation.country, at)
    asked = asked_for(request, today)
    places = Place.objects.filter(organisation_id=organisation.pk)
    options = city_options(most_frequent(places), request.GET.get("city", ""), places)
    city = _chosen(request, options, city_key(organisation.city))
    units = free_units(first=asked.first, last=asked.last, at=at, people=asked.people, city_key=city)
    suited = [unit for unit in units if all(getattr(unit, wish) for wish in asked.wishes)]
    suited.sort(key=lambda unit: (unit.city_key, unit.place_name, unit.name, unit.id))
    page = Paginator(suited, PER_PAGE).get_page(request.GET.get("page"))
    shown: list[FreeUnit] = list(page.object_list)
    note_ids(request, "place", [unit.place_id for unit in shown])
    context = {
        **room.admin_site.each_context(request),
        "title": "Free tonight" if (asked.first, asked.nights) == (today, 1) else "Free beds",
        "rows": [(unit, price_told(unit)) for unit in shown],
        "page": page, "asked": asked, "wishes": WISHES, "cities": options, "city": city or ANY,
        "told": nights_told(asked.first, asked.last), "tonight": today,
        "beds": sum(unit.free for unit in suited), "writes": may(request, Scope.HOUSING_WRITE),
        "where": dict(options)[city] if city else "all cities",
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/housing/free.html", context)


def _chosen(request: HttpRequest, options: tuple[tuple[str, str], ...], own: str) -> str:
    """Where nobody chose: the organisation's own city, if it has beds there. Empty: everywhere."""
    asked = request.GET.get("city")
    if asked is None:
        return own if own in dict(options) else ""
    return asked if asked in dict(options) and asked != ANY else ""


def number_in(text: str | None, most: int) -> int:
    digits = (text or "").strip()
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1
    return min(max(number, 1), most)
