"""How the lists of beds are narrowed: by city, by what goes on, by whose households they are."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from casework.backoffice.asked import now, organisation_of
from casework.backoffice.filters import ANY, ByStatus, Hidden, Pills, TypedDay, WhoseCase
from casework.backoffice.housing.words import title_of
from casework.housing.models import Placement, PlacementStatus
from casework.housing.queries import cities_waited_in
from casework.stays.zones import local_day

MOST_CITIES = 12


class ByCity(Pills):
    """The cities with the most rows, as buttons."""

    title = "city"
    parameter_name = "city"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        cities = self.cities(request, model_admin.get_queryset(request))
        self.options = city_options(cities, request.GET.get("city", ""))
        super().__init__(request, params, model, model_admin)

    def cities(self, request: HttpRequest, rows: QuerySet[Any]) -> list[str]:
        return most_frequent(rows)

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        return rows if chosen == ANY else rows.filter(city_key=chosen.removeprefix("-"))


class WaitingByCity(ByCity):
    """The list may be long: its cities are looked up one by one, its rows not all counted."""

    def cities(self, request: HttpRequest, rows: QuerySet[Any]) -> list[str]:
        return cities_waited_in(organisation_of(request).pk, MOST_CITIES)


class NeedState(ByStatus):
    options = (("waiting", "Waiting"), ("placed", "Have a bed"), ("withdrawn", "Withdrawn"), (ANY, "All"))


class WhosePlaced(WhoseCase):
    household = "need__household_id"


class PlacementState(Pills):
    """Those now and to come; a hold that has run out is over."""

    title = "state"
    parameter_name = "state"
    options = (("now", "Now and to come"), ("held", "Only held"), ("over", "Over"), (ANY, "All"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        live = Placement.objects.live(now()).values("pk")
        if chosen == "held":
            return rows.filter(pk__in=live, status=PlacementStatus.HELD)
        if chosen == "over":
            return rows.exclude(pk__in=live)
        return rows.filter(pk__in=live) if chosen == "now" else rows


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
    title = "night"
    parameter_name = "night"

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        return rows.filter(starts_on__lte=day, ends_on__gte=day)


class WhenTurnedAway(Pills):
    title = "when"
    parameter_name = "when"
    options = ((ANY, "All days"), ("today", "Today"), ("month", "The last 30 days"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        today = local_day(organisation_of(request).country, now())
        if chosen == "today":
            return rows.filter(on=today)
        return rows.filter(on__gt=date.fromordinal(today.toordinal() - 30)) if chosen == "month" else rows


def most_frequent(rows: QuerySet[Any]) -> list[str]:
    found = rows.order_by().values("city_key").annotate(number=Count("pk")).order_by("-number", "city_key")
    return [row["city_key"] for row in found[:MOST_CITIES]]


def city_options(cities: list[str], chosen: str) -> tuple[tuple[str, str], ...]:
    """With the one that was chosen, also where it is not among them. "-": those without a city."""
    asked = chosen[:100].removeprefix("-")
    others = [asked] if asked and asked != ANY and asked not in cities else []
    return ((ANY, "All cities"), *((key or "-", title_of(key)) for key in sorted([*cities, *others])))
