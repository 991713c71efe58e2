"""Who sleeps where: the list, and the page of one placement with what may become of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.audit.models import Event
from casework.audit.queries import trail_of
from casework.backoffice.asked import may, now, who
from casework.backoffice.filters import typed_day
from casework.backoffice.housing import changes
from casework.backoffice.housing.filters import InUnit, OnNight, PlacementState, WhosePlaced, narrowed_to
from casework.backoffice.housing.room import (
    NOBODY_NAMED,
    HousingRoom,
    household_of,
    households_of,
    named_in_a_list,
    note_beds,
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
    list_before_template = "backoffice/housing/above_placements.html"  # type: ignore[assignment]
    ordering = ("-created_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # from the waiting list, or from a unit that is free

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.with_bed().select_related("need")
        return found

    def note_read(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        note_beds(request, rows)

    # --- the list ----------------------------------------------------------------------------------------
    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"only": narrowed_to(request), **(extra_context or {})})

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
        at, need, place = now(), placement.need, placement.unit.place
        before, after = _moved(placement.moved_from_id), _after(placement)
        self.note_read(request, [placement, *before, *after])
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
            "before": [_linked(row) for row in before], "after": [_linked(row) for row in after],
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


def _moved(placement_id: UUID | None) -> list[Placement]:
    return list(Placement.objects.with_bed().filter(pk=placement_id)) if placement_id else []


def _after(placement: Placement) -> list[Placement]:
    later = Placement.objects.with_bed().filter(moved_from=placement)
    return list(later.order_by("starts_on", "pk"))


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
    first, last = (typed_day(event.about.get(name)) for name in ("starts_on", "ends_on"))
    return nights_told(first, last) if first and last else ""
