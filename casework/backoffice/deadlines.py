"""Deadlines: what is due, for whom, and why."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of, way_back
from casework.backoffice.file import told
from casework.backoffice.filters import Assigned, ByCountry, Pills
from casework.backoffice.formpage import refused_with
from casework.backoffice.home import AHEAD, due
from casework.backoffice.room import RoomAdmin, address_of
from casework.backoffice.words import chip, country_name, day, days_left, tone
from casework.people.models import Person
from casework.refusals import Refused
from casework.stays import operations as stays
from casework.stays.models import Deadline, DeadlineStatus
from casework.stays.zones import local_day


class WhenFilter(Pills):
    title = "when"
    parameter_name = "when"
    options = (("next30", "Due in the next 30 days"), ("overdue", "Overdue"), ("all", "All"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        today = local_day(organisation_of(request).country, now())
        if chosen == "overdue":
            return rows.filter(status=DeadlineStatus.OPEN, due_on__lt=today)
        if chosen == "next30":
            return rows.filter(status=DeadlineStatus.OPEN, due_on__range=(today, today + AHEAD))
        return rows


class DeadlineAdmin(RoomAdmin):
    reads = Scope.STAYS_READ
    writes = Scope.STAYS_WRITE
    heading = "Deadlines"
    list_display = ("what", "whom", "where", "when", "left", "state", "caseworker")
    list_filter = (WhenFilter, Assigned, "kind", ByCountry)
    list_select_related = ("person", "assigned_to")
    search_fields = ("person__name_keys__key",)
    search_help_text = "Name of the person, in any script"
    ordering = ("due_on", "pk")
    actions = ("mark_met",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        people = Person.objects.named(search_term)
        return queryset.filter(person__in=people), False

    @admin.display(description="deadline", ordering="kind")
    def what(self, deadline: Deadline) -> str:
        by = "" if deadline.who == "person" else f" (by the {deadline.who})"
        return capfirst(f"{deadline.get_kind_display()}{by}")

    @admin.display(description="person")
    def whom(self, deadline: Deadline) -> SafeString:
        address = reverse("admin:people_person_change", args=[deadline.person_id])
        return format_html('<a class="cw-link" href="{}">{}</a>', address, deadline.person)

    @admin.display(description="country", ordering="country")
    def where(self, deadline: Deadline) -> str:
        return country_name(deadline.country)

    @admin.display(description="due on", ordering="due_on")
    def when(self, deadline: Deadline) -> str:
        return day(deadline.due_on)

    @admin.display(description="left")
    def left(self, deadline: Deadline) -> SafeString | str:
        if deadline.status != DeadlineStatus.OPEN:
            return "–"
        days = due(deadline, now()).days_left
        return chip(days_left(days), tone(days))

    @admin.display(description="status", ordering="status")
    def state(self, deadline: Deadline) -> str:
        return str(deadline.get_status_display())

    @admin.display(description="caseworker")
    def caseworker(self, deadline: Deadline) -> str:
        return str(deadline.assigned_to or "nobody")

    @admin.action(description="Mark as met", permissions=["write"])
    def mark_met(self, request: HttpRequest, queryset: QuerySet[Deadline]) -> None:
        met = sum(_met(request, deadline) for deadline in queryset.select_for_update(of=("self",)))
        if met:
            messages.success(request, f"{met} marked as met." if met > 1 else "Marked as met.")

    def page(self, request: HttpRequest, deadline: Deadline, /) -> HttpResponse:
        self.note_read(request, [deadline])
        context = {
            **self.admin_site.each_context(request),
            "title": f"{capfirst(deadline.get_kind_display())}, {country_name(deadline.country)}",
            "told": told(deadline, now(), request.LANGUAGE_CODE),
            "history": list(deadline.history.select_related("law_change").order_by("-version")),
            "reminders": _reminders(request, deadline),
            "may_meet": may(request, Scope.STAYS_WRITE),
            "sees_person": may(request, Scope.PEOPLE_READ),
        }
        return TemplateResponse(request, "backoffice/deadline.html", context)

    def met_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        """A button on every page that shows the deadline; it leads back to that page."""
        allow(request, Scope.STAYS_WRITE)
        deadline = self.asked(request, row_id, lock=request.method == "POST")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if _met(request, deadline):
            messages.success(request, "Marked as met.")
        return HttpResponseRedirect(way_back(request, address_of(deadline)))

    def get_urls(self) -> list[Any]:
        met = self.admin_site.admin_view(self.met_view)
        return [path("<uuid:row_id>/met/", met, name="deadline_met"), *super().get_urls()]


def _met(request: HttpRequest, deadline: Deadline) -> bool:
    try:
        stays.mark_met(deadline=deadline, by=actor_of(request), at=now())
    except Refused as refused:
        refused_with(request, refused)
        return False
    return True


def _reminders(request: HttpRequest, deadline: Deadline) -> list[Any]:
    if not may(request, Scope.REMINDERS_READ):
        return []
    return list(deadline.reminders.order_by("-send_after", "pk"))
