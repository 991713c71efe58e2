"""How the lists of beds are narrowed: by city, by what goes on, by whose households they are."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest

from casework.backoffice.asked import now, organisation_of
from casework.backoffice.filters import ANY, ByStatus, Hidden, Pills, TypedDay, WhoseCase, typed_day
from casework.backoffice.words import day
from casework.housing.models import NeedStatus, PlacementStatus, Unit
from casework.housing.queries import cities_waited_in
from casework.people.cities import city_key
from casework.stays.zones import local_day

MOST_CITIES = 12


class ByCity(Pills):
    """The cities with the most rows, as buttons."""

    title = "city"
    parameter_name = "city"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        rows = model_admin.get_queryset(request)
        self.options = city_options(self.cities(request, rows), request.GET.get("city", ""), rows)
        super().__init__(request, params, model, model_admin)

    def cities(self, request: HttpRequest, rows: QuerySet[Any]) -> dict[str, str]:
        return most_frequent(rows)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        return rows if chosen == ANY else rows.filter(city_key=chosen.removeprefix("-"))


class WaitingByCity(ByCity):
    """The list may be long: its cities are looked up one by one, its rows not all counted.

    It opens on the organisation's own city, where anybody waits there; one's own households, on all.
    """

    def __init__(self, request: HttpRequest, *rest: Any) -> None:
        super().__init__(request, *rest)
        own = city_key(organisation_of(request).city)
        opens = own in dict(self.options) and request.GET.get(WhoseCase.parameter_name) != "mine"
        self.first = own if opens else ANY

    def chosen(self) -> str:
        return self.first if self.value() is None else super().chosen()

    def cities(self, request: HttpRequest, rows: QuerySet[Any]) -> dict[str, str]:
        if request.GET.get(NeedState.parameter_name) in NeedState.past:
            return most_frequent(NeedState.listed(request, rows))
        named = cities_waited_in(organisation_of(request).pk, MOST_CITIES)
        own = organisation_of(request).city
        waited_in = rows.filter(status=NeedStatus.WAITING, city_key=city_key(own))
        if city_key(own) not in named and waited_in.exists():
            named[city_key(own)] = own
        return named


class NeedState(ByStatus):
    past = ("placed", "withdrawn", ANY)
    options = (("waiting", "Waiting"), ("placed", "Have a bed"), ("withdrawn", "Withdrawn"), (ANY, "All"))


class WhosePlaced(WhoseCase):
    household = "need__household_id"


class PlacementState(Pills):
    """Those now and to come; a hold that has run out is over."""

    title = "state"
    parameter_name = "state"
    options = (("now", "Now and to come"), ("held", "Only held"), ("over", "Over"), (ANY, "All"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        placements: Any = rows
        narrow: dict[str, Callable[[], QuerySet[Any]]] = {
            "now": lambda: placements.live(now()),
            "held": lambda: placements.live(now()).filter(status=PlacementStatus.HELD),
            "over": lambda: placements.closed(now()),
        }
        return narrow[chosen]() if chosen in narrow else rows


class InUnit(Hidden):
    """The cell of a calendar leads here."""

    title = "unit"
    parameter_name = "unit"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        try:
            return queryset.filter(unit_id=UUID(str(self.value())))
        except ValueError:
            return queryset.none()


class OnNight(TypedDay):
    """Those who take a bed that night: what a cell of the calendar counts."""

    title = "night"
    parameter_name = "night"

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], night: date) -> QuerySet[Any]:
        placements: Any = rows
        found: QuerySet[Any] = placements.occupying(now()).over(night, night)
        return found


def narrowed_to(request: HttpRequest) -> str:
    """To which unit and night the list is narrowed: nothing else on the page would say so."""
    unit_id, night = request.GET.get("unit"), request.GET.get("night")
    told = [_unit_told(request, unit_id)] if unit_id else []
    if night:
        on = typed_day(night)
        told.append(f"the night of {day(on)}" if on else "a night that is no day")
    return ", ".join(told)


def _unit_told(request: HttpRequest, unit_id: str) -> str:
    units = Unit.objects.filter(organisation_id=organisation_of(request).pk).select_related("place")
    try:
        unit = units.filter(pk=UUID(unit_id)).first()
    except ValueError:
        unit = None
    return f"{unit.place}, {unit}" if unit else "A unit that is not there"


class WhenTurnedAway(Pills):
    title = "when"
    parameter_name = "when"
    options = ((ANY, "All days"), ("today", "Today"), ("month", "The last 30 days"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        today = local_day(organisation_of(request).country, now())
        if chosen == "today":
            return rows.filter(on=today)
        return rows.filter(on__gt=date.fromordinal(today.toordinal() - 30)) if chosen == "month" else rows


def most_frequent(rows: QuerySet[Any]) -> dict[str, str]:
    """By their keys, as somebody wrote them."""
    found = rows.order_by().values("city_key").annotate(number=Count("pk"), written=Max("city"))
    return {row["city_key"]: row["written"] for row in found.order_by("-number", "city_key")[:MOST_CITIES]}


def written(rows: QuerySet[Any], key: str) -> str:
    """How somebody wrote the city; the key itself where nobody did."""
    return rows.order_by().filter(city_key=key).values_list("city", flat=True).first() or key


def city_options(cities: Mapping[str, str], chosen: str, rows: QuerySet[Any]) -> tuple[tuple[str, str], ...]:
    """With the one that was chosen, also where it is not among them. "-": those without a city."""
    asked = chosen[:100].removeprefix("-")
    named = dict(cities)
    if asked and asked != ANY and asked not in named:
        named[asked] = written(rows, asked)
    return ((ANY, "All cities"), *((key or "-", name or "No city") for key, name in sorted(named.items())))
