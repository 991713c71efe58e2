"""The waiting list: who asks for a bed, in which turn and why, and what may be done for them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from casework.backoffice.asked import may, now
from casework.backoffice.filters import WhoseCase
from casework.backoffice.housing import asking, candidates, finding, placing, whose
from casework.backoffice.housing.filters import NeedState, WaitingByCity
from casework.backoffice.housing.room import (
    NOBODY_NAMED,
    HousingRoom,
    households_of,
    named_in_a_list,
    note_beds,
)
from casework.backoffice.housing.words import nights_told, status_told
from casework.backoffice.room import address_of
from casework.backoffice.words import PRIORITY_TONES, chip, day, days_said
from casework.housing.models import Need, NeedStatus, Placement
from casework.housing.queries import turns_of
from casework.housing.sentences import COUNTED, ordinal


class NeedAdmin(HousingRoom):
    object_type = "bed_need"
    heading = "Waiting list for beds"
    add_label = "Ask for a bed"
    list_display = ("turn", "whom", "people", "nights", "where", "why", "bed", "find")
    list_filter = (NeedState, WaitingByCity, WhoseCase, "priority")
    list_before_template = "backoffice/housing/above_needs.html"  # type: ignore[assignment]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """In turn, those who wait; whoever no longer does, the newest first."""
        waits = request.GET.get("state") not in NeedState.past
        return ("rank", "created_at", "pk") if waits else ("-created_at", "-pk")

    # --- the list ----------------------------------------------------------------------------------------
    def prepared(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        at, turns = now(), turns_of(rows)
        households = households_of(request, [row.household_id for row in rows])
        live: Any = Placement.objects.live(at).filter(need__in=rows)
        beds: dict[Any, Any] = {}
        for placement in live.with_bed().order_by("-starts_on", "-pk"):
            beds[placement.need_id] = placement
        note_beds(request, beds.values())
        cities = {row.city_key for row in rows}
        for row in rows:
            row.beside_other_cities = len(cities) > 1
            row.turn_told, row.seen_at = turns[row.pk], at
            row.named = households.get(row.household_id, NOBODY_NAMED)
            row.placement = beds.get(row.pk)
            row.may_place = may(request, self.writes)
        return rows

    @admin.display(description="turn")
    def turn(self, need: Any) -> SafeString | str:
        if need.status != NeedStatus.WAITING:
            return str(need.get_status_display())
        position, tone = need.turn_told.position, PRIORITY_TONES.get(need.priority)
        told = ordinal(position) if position else f"after {COUNTED:,}"
        if need.beside_other_cities:
            told = f"{told} in {need.city}" if need.city else f"{told}, any city"
        return chip(told, tone) if tone else told

    @admin.display(description="household")
    def whom(self, need: Any) -> SafeString | str:
        named = need.named
        if not named.members:
            return "no file yet" if need.household_id is None else "a household"
        return named_in_a_list(named)

    @admin.display(description="nights")
    def nights(self, need: Need) -> str:
        return nights_told(need.needed_from, need.needed_until)

    @admin.display(description="city")
    def where(self, need: Need) -> str:
        return need.city or "any"

    @admin.display(description="why")
    def why(self, need: Any) -> str:
        return days_said(need.turn_told.why)

    @admin.display(description="bed")
    def bed(self, need: Any) -> SafeString | str:
        placement = need.placement
        if placement is None:
            return "–"
        word, tone = status_told(placement, need.seen_at)
        told = f"{placement.unit.place}, {placement.unit}, until {day(placement.ends_on)}"
        link = '<span><a class="cw-link" href="{}">{}</a> {}</span>'
        return format_html(link, address_of(placement), told, chip(word, tone))

    @admin.display(description="")
    def find(self, need: Any) -> SafeString | str:
        if need.status != NeedStatus.WAITING or not need.may_place:
            return ""
        has = need.placement is not None and need.placement.people >= need.people
        told = "Open" if has else "Find a bed"
        return format_html('<a class="cw-button cw-small" href="{}">{}</a>', address_of(need), told)

    # --- one of them -------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, need: Need, /) -> HttpResponse:
        return finding.page_of_need(self, request, need)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return asking.without_file(self, request)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        ours = [path(route, view(partial(page, self)), name=name) for route, name, page in PAGES]
        return [*ours, *super().get_urls()]


PAGES: list[tuple[str, str, Callable[..., HttpResponse]]] = [
    ("for/<uuid:unit_id>/", "bed_waiting", candidates.waiting_for_unit),
    ("<uuid:row_id>/correct/", "bed_need_correct", asking.correct),
    ("<uuid:row_id>/withdraw/", "bed_need_withdraw", asking.withdraw),
    ("<uuid:row_id>/whose/", "bed_whose", whose.whose),
    ("<uuid:row_id>/place/<uuid:unit_id>/", "bed_place", placing.place),
]
