"""What the pages of work have in common: scopes, what is noted, whose case a person is, where work is."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Max, Model, Q, QuerySet
from django.http import HttpRequest

from casework.accounts.roles import Scope
from casework.backoffice.asked import may, organisation_of
from casework.backoffice.filters import ByStatus
from casework.backoffice.room import RoomAdmin, note
from casework.backoffice.words import country_name
from casework.backoffice.work.words import Seen, sector_told
from casework.cases.queries import open_cases_of
from casework.people.models import Person
from casework.reminders.outlook import zone_of_organisation
from casework.work.models import Application, Need, Opening
from casework.work.sectors import SECTIONS


class WorkRoom(RoomAdmin):
    reads = Scope.WORK_READ
    writes = Scope.WORK_WRITE
    by_status: ClassVar[type[ByStatus]]

    def listed(self, request: HttpRequest) -> QuerySet[Any]:
        return self.by_status.listed(request, self.get_queryset(request)).order_by()

    def note_read(self, request: HttpRequest, rows: Sequence[Model]) -> None:
        super().note_read(request, rows)
        note_persons(request, rows)


class CityFilter(admin.SimpleListFilter):
    title = "city"
    parameter_name = "city"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return cities_in(model_admin.listed(request).exclude(city_key=""), self.value() or "")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(in_city(self.value() or "")) if self.value() else queryset


def seen_by(request: HttpRequest, persons: Iterable[Person] = ()) -> Seen:
    cases = open_cases_of(person.household_id for person in persons)
    zone = zone_of_organisation(organisation_of(request))
    caseworkers = {household_id: case.assigned_to for household_id, case in cases.items()}
    return Seen(may(request, Scope.WORK_WRITE), zone, caseworkers)


def note_persons(request: HttpRequest, rows: Iterable[Any]) -> None:
    """Whoever is named beside the rows of work: their own trail shows who looked."""
    needs = [row.need if isinstance(row, Application) else row for row in rows]
    shown = {need.person_id: need.person for need in needs if isinstance(need, Need)}
    note(request, "person", list(shown.values()))


def openings_of(request: HttpRequest) -> QuerySet[Opening]:
    """Without what is sealed."""
    return Opening.objects.filter(organisation_id=organisation_of(request).pk).defer("contact")


def cities_in(rows: QuerySet[Any], chosen: str = "") -> list[tuple[str, str]]:
    """Each city once, however it was written, by name; `chosen` too where none of the rows is there."""
    found = rows.values_list("country", "city_key").annotate(name=Max("city")).order_by()
    told = {f"{country or ''}/{key}": _city_told(name, country) for country, key, name in found}
    country, slash, key = chosen[:100].partition("/")
    if slash and chosen not in told:
        written = Opening.objects.filter(city_key=key).aggregate(name=Max("city"))["name"]
        told[chosen] = _city_told(written or key.title(), country)
    return sorted(told.items(), key=lambda pair: pair[1])


def in_city(value: str, prefix: str = "") -> Q:
    """Of what `cities_in` offered."""
    country, _, key = value.partition("/")
    return Q(**{f"{prefix}country": country or None, f"{prefix}city_key": key})


def sectors_in(rows: QuerySet[Any], chosen: str = "") -> list[tuple[str, str]]:
    found = set(rows.order_by().values_list("sector", flat=True).distinct()) | ({chosen} & SECTIONS.keys())
    return [(code, sector_told(code)) for code in sorted(found)]


def _city_told(name: str, country: str | None) -> str:
    return f"{name}, {country_name(country)}" if country else name
