"""Who sleeps where: the list, and the page of one placement with what may become of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.audit.models import Event
from casework.audit.queries import trail_of
from casework.backoffice.asked import may, now, who
from casework.backoffice.housing import changes
from casework.backoffice.housing.filters import InUnit, OnNight, PlacementState, WhosePlaced
from casework.backoffice.housing.room import (
    NOBODY_NAMED,
    HousingRoom,
    household_of,
    households_of,
    named_in_a_list,
)
from casework.backoffice.housing.words import DONE, moment_told, nights_told, price_told, status_told
from casework.backoffice.room import address_of
from casework.backoffice.words import chip
from casework.housing.models import LIVE, Placement, PlacementStatus
from casework.stays.zones import local_day

TRAIL_SHOWN = 30


@dataclass(frozen=True)
class Step:
    """What was done with it, when, and by whom."""

    told: str
    when: str
    who: str
    nights: str


class PlacementAdmin(HousingRoom):
    object_type = "placement"
    heading = "Who sleeps where"
    list_display = ("where", "whom", "people", "nights", "state")
    list_filter = (PlacementState, WhosePlaced, InUnit, OnNight)
    list_select_related = ("unit__place", "need")
    ordering = ("starts_on", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # from the waiting list, or from a unit that is free

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("unit__place", "need")
        return rows.defer("unit__place__address", "unit__place__contact")

    # --- the list ----------------------------------------------------------------------------------------
    def prepared(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        at = now()
        households = households_of(request, [row.need.household_id for row in rows])
        for row in rows:
            row.seen_at = at
            row.named = households.get(row.need.household_id, NOBODY_NAMED)
        return rows

    @admin.display(description="bed")
    def where(self, placement: Placement) -> str:
        return f"{placement.unit.place}, {placement.unit}"

    @admin.display(description="household")
    def whom(self, placement: Any) -> SafeString | str:
        named = placement.named
        return named_in_a_list(named) if named.members else "no file yet"

    @admin.display(description="nights")
    def nights(self, placement: Placement) -> str:
        return nights_told(placement.starts_on, placement.ends_on)

    @admin.display(description="status")
    def state(self, placement: Any) -> SafeString:
        return chip(*status_told(placement, placement.seen_at))

    # --- one of them -------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, placement: Placement, /) -> HttpResponse:
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET"])
        at, need, place = now(), placement.need, placement.unit.place
        self.note_read(request, [placement])
        live = placement.status in LIVE and not placement.has_run_out(at)
        expires_at = placement.hold_expires_at
        context = {
            **self.admin_site.each_context(request),
            "title": f"{place}, {placement.unit}", "placement": placement, "place": place, "need": need,
            "status": status_told(placement, at), "live": live,
            "held": placement.status == PlacementStatus.HELD,
            "nights": nights_told(placement.starts_on, placement.ends_on),
            "begun": placement.starts_on <= local_day(place.country, at),
            "held_until": moment_told(expires_at, place.country) if expires_at else "",
            "price": price_told(placement),
            "household": household_of(request, need.household_id),
            "before": _moved(placement.moved_from_id), "after": _after(placement),
            "steps": _steps(request, placement, at), "writes": may(request, Scope.HOUSING_WRITE),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/housing/placement.html", context)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        ours = [path(route, view(partial(page, self)), name=name) for route, name, page in PAGES]
        return [*ours, *super().get_urls()]


PAGES: list[tuple[str, str, Callable[..., HttpResponse]]] = [
    ("<uuid:row_id>/confirm/", "bed_confirm", changes.confirm),
    ("<uuid:row_id>/cancel/", "bed_cancel", changes.cancel),
    ("<uuid:row_id>/end/", "bed_end", changes.end),
    ("<uuid:row_id>/nights/", "bed_nights", changes.other_nights),
    ("<uuid:row_id>/move/", "bed_move", changes.move),
]


def _moved(placement_id: Any) -> SafeString | str:
    found = Placement.objects.filter(pk=placement_id).select_related("unit__place").first()
    return _linked(found) if found else ""


def _after(placement: Placement) -> list[SafeString]:
    later = Placement.objects.filter(moved_from=placement).select_related("unit__place")
    return [_linked(row) for row in later.order_by("starts_on", "pk")]


def _linked(placement: Placement) -> SafeString:
    told = f"{placement.unit.place}, {placement.unit}"
    nights = nights_told(placement.starts_on, placement.ends_on)
    return format_html('<a class="cw-link" href="{}">{}</a> ({})', address_of(placement), told, nights)


def _steps(request: HttpRequest, placement: Placement, at: datetime) -> list[Step]:
    events = list(trail_of(placement.pk).filter(action__in=DONE)[:TRAIL_SHOWN])
    by = who(request, events)
    country = placement.unit.place.country
    return [
        Step(
            told=DONE[event.action], when=moment_told(event.occurred_at, country),
            who=by(event), nights=_nights_in(event),
        )
        for event in events
    ]  # fmt: skip


def _nights_in(event: Event) -> str:
    first, last = event.about.get("starts_on"), event.about.get("ends_on")
    return f"{first} to {last}" if first and last else ""
