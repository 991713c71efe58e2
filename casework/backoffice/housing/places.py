"""Places: where there are beds, and each of their nights."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing import free, occupancy, units
from casework.backoffice.housing.calendar import calendar_of
from casework.backoffice.housing.filters import ByCity
from casework.backoffice.housing.forms import PlaceForm
from casework.backoffice.housing.room import HousingRoom
from casework.backoffice.housing.words import nights_told
from casework.backoffice.room import address_of, note
from casework.backoffice.words import country_name
from casework.housing import operations as housing
from casework.housing.details import PlaceDetails
from casework.housing.free import free_units
from casework.housing.models import Closure, Place, Unit
from casework.stays.zones import local_day


class PlaceAdmin(HousingRoom):
    object_type = "place"
    heading = "Places"
    add_label = "Add a place"
    list_display = ("name", "kind_told", "where", "units_told", "beds_told", "free_told")
    list_filter = (ByCity, "kind")
    search_fields = ("name",)  # by no stored key: two thousand places are read in 4 ms
    search_help_text = "Name of the place"
    ordering = ("city_key", "name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("address", "contact")

    # --- the list ----------------------------------------------------------------------------------------
    def prepared(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        at, places = now(), {row.pk: row for row in rows}
        for row in rows:
            row.beds = []
            row.free = 0
        beds = Unit.objects.filter(place__in=places).values_list("place_id", "id", "capacity")
        unit_ids = []
        for place_id, unit_id, capacity in beds:
            places[place_id].beds.append(capacity)
            unit_ids.append(unit_id)
        tonight = local_day(organisation_of(request).country, at)
        for unit in free_units(first=tonight, last=tonight, at=at, unit_ids=unit_ids):
            places[unit.place_id].free += unit.free
        return rows

    @admin.display(description="kind", ordering="kind")
    def kind_told(self, place: Place) -> str:
        return str(place.get_kind_display()).lower()

    @admin.display(description="city", ordering="city_key")
    def where(self, place: Place) -> str:
        return f"{place.city}, {country_name(place.country)}"

    @admin.display(description="units")
    def units_told(self, place: Any) -> int:
        return len(place.beds)

    @admin.display(description="beds")
    def beds_told(self, place: Any) -> int:
        return sum(place.beds)

    @admin.display(description="free tonight")
    def free_told(self, place: Any) -> int:
        return int(place.free)

    # --- one place ---------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, place: Place, /) -> HttpResponse:
        at, writes = now(), may(request, Scope.HOUSING_WRITE)
        calendar = calendar_of(request, place, at, writes=writes)
        self.note_read(request, [place])
        note(request, "placement", calendar.placements)
        shut = Closure.objects.filter(unit__place=place, ends_on__gte=min(calendar.today, calendar.days[0]))
        context = {
            **self.admin_site.each_context(request),
            "title": place.name, "place": place, "calendar": calendar, "writes": writes,
            "closures": [
                (one, nights_told(one.starts_on, one.ends_on))
                for one in shut.select_related("unit").order_by("starts_on", "pk")[:50]
            ],
            "nightly": occupancy.of_places([place], calendar.days, at).get(place.pk, []),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/housing/place.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        allow(request, Scope.HOUSING_WRITE)
        organisation = organisation_of(request)
        form = PlaceForm(
            request.POST or None, initial={"country": organisation.country, "city": organisation.city}
        )

        def operate() -> str:
            place = housing.add_place(details=form.details(), by=actor_of(request), at=now())
            messages.success(request, "The place is added. Now its rooms.")
            return reverse("admin:bed_unit_add", args=[place.pk])

        back = reverse("admin:housing_place_changelist")
        question = Question(title="Add a place", submit="Add", back=back)
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def correct_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        place: Place = self.opened(request, row_id, Scope.HOUSING_WRITE)
        form = PlaceForm(request.POST or None, initial=vars(PlaceDetails.of(place)))

        def operate() -> str:
            housing.change_place(place=place, details=form.details(), by=actor_of(request), at=now())
            messages.success(request, "Saved.")
            return address_of(place)

        question = Question(title=f"Change {place}", submit="Save", back=address_of(place), subject=place)
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("<uuid:row_id>/correct/", view(self.correct_view), name="bed_place_correct")
        pages = [path(route, view(partial(page, self)), name=name) for route, name, page in PAGES]
        return [own, *pages, *super().get_urls()]


PAGES: list[tuple[str, str, Callable[..., HttpResponse]]] = [
    ("free/", "bed_free", free.tonight),
    ("occupancy/", "bed_occupancy", occupancy.table),
    *units.PAGES,
]
