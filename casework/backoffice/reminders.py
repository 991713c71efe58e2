"""The ledger of reminders: what was told to whom, what a row would say, what goes out next."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of
from casework.backoffice.filters import Pills, TypedDay, other_filters, typed_day
from casework.backoffice.formpage import refused_with
from casework.backoffice.reminder_words import CHANNELS, STATE_TONES, noted, occasion, stopped
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import chip, country_name, day
from casework.refusals import Refused
from casework.reminders import operations
from casework.reminders.models import Reminder, State
from casework.reminders.outlook import (
    days_ahead,
    going_out,
    letter_now,
    midnight,
    names_of_recipients,
    why_not,
    zone_of_organisation,
)
from casework.reminders.queries import GIVEN_UP, speaks_too_early, waits_behind

WAITS = (State.PENDING, *GIVEN_UP)
PER_PAGE = 50


class SoFar(Pills):
    """What has been due, the newest first; rows are planned for more than a year ahead.

    A list that is narrowed by anything else shows all of that.
    """

    title = "time"
    parameter_name = "time"
    options = (("past", "Sent or due"), ("ahead", "To come"), ("all", "All"))

    def __init__(self, request: HttpRequest, *rest: Any) -> None:
        super().__init__(request, *rest)
        self.is_narrowed = bool(set(request.GET) - {"o", "p"})

    def chosen(self) -> str:
        return "all" if self.value() is None and self.is_narrowed else super().chosen()

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        narrow = {"past": {"send_after__lte": now()}, "ahead": {"send_after__gt": now()}}
        return rows.filter(**narrow.get(chosen, {}))


class ByChannel(admin.SimpleListFilter):
    """Those that there are: asking the ledger which occur in it would read all of it."""

    title = "channel"
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(CHANNELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(channel=self.value()) if self.value() else queryset


class OnDay(TypedDay):
    """Due, or sent, on a day of the organisation's calendar."""

    title = "day"
    parameter_name = "day"

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], day: date) -> QuerySet[Any]:
        zone = zone_of_organisation(organisation_of(request))
        begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        return rows.filter(send_after__gte=begins, send_after__lt=ends)


class ReminderAdmin(RoomAdmin):
    reads = Scope.REMINDERS_READ
    writes = Scope.REMINDERS_WRITE
    heading = "Reminders sent and to come"
    list_display = (
        "occasion_told", "for_deadline", "to", "channel", "state_told", "due_at", "was_sent_at", "attempts",
    )  # fmt: skip
    list_filter = (SoFar, "state", "occasion", "recipient_kind", ByChannel, OnDay)
    list_before_template = "backoffice/reminders_on.html"
    list_select_related = ("deadline",)
    ordering = ("-send_after", "-pk")
    actions = ("send_now", "try_again")

    # --- the list ----------------------------------------------------------------------------------------
    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.GET.get("day", "")
        context = {
            "asked_day": asked, "on_day": typed_day(asked), "other_filters": other_filters(request, "day"),
            "zone": zone_of_organisation(organisation_of(request)).key,
        }  # fmt: skip
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def prepared(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        organisation = organisation_of(request)
        names = names_of_recipients(organisation.pk, rows)
        for row in rows:
            row.to_whom = names.get(row.recipient, "")
            row.zone = zone_of_organisation(organisation)
        return rows

    @admin.display(description="reminder", ordering="offset_days")
    def occasion_told(self, reminder: Reminder) -> str:
        return occasion(reminder).capitalize()

    @admin.display(description="deadline")
    def for_deadline(self, reminder: Reminder) -> SafeString | str:
        deadline = reminder.deadline
        if deadline is None:
            return day(reminder.day)
        address = reverse("admin:stays_deadline_change", args=[deadline.pk])
        told = f"{deadline.get_kind_display()}, {country_name(deadline.country)}, {day(deadline.due_on)}"
        return format_html('<a class="cw-link" href="{}">{}</a>', address, capfirst(told))

    @admin.display(description="to")
    def to(self, reminder: Reminder) -> str:
        name = reminder.to_whom  # type: ignore[attr-defined]
        return f"{name} ({reminder.get_recipient_kind_display().lower()})".lstrip()

    @admin.display(description="state", ordering="state")
    def state_told(self, reminder: Reminder) -> SafeString:
        return chip(reminder.get_state_display(), STATE_TONES.get(State(reminder.state), "calm"))

    @admin.display(description="due", ordering="send_after")
    def due_at(self, reminder: Reminder) -> str:
        return _moment(reminder, reminder.send_after)

    @admin.display(description="sent", ordering="sent_at")
    def was_sent_at(self, reminder: Reminder) -> str:
        return _moment(reminder, reminder.sent_at)

    @admin.action(description="Send now", permissions=["write"])
    def send_now(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> None:
        _each(request, queryset, operations.send_now, "due now")

    @admin.action(description="Try again", permissions=["write"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> None:
        _each(request, queryset, operations.try_again, "due again")

    # --- one row -----------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, reminder: Reminder, /) -> HttpResponse:
        """What the row says of itself, and its letter as it would be written now."""
        self.note_read(request, [reminder])
        at, organisation = now(), organisation_of(request)
        writes = may(request, Scope.REMINDERS_WRITE)
        early = speaks_too_early(reminder, at)
        waits_for_later = reminder.state == State.PENDING and reminder.send_after > at
        context = {
            **self.admin_site.each_context(request),
            "title": f"Reminder: {occasion(reminder)}",
            "reminder": reminder,
            "tone": STATE_TONES.get(State(reminder.state), "calm"),
            "to": names_of_recipients(organisation.pk, [reminder]).get(reminder.recipient, "nobody any more"),
            "zone": zone_of_organisation(organisation),
            "letter": letter_now(reminder, at),
            "noted": noted(reminder.last_error),
            "waits": reminder.state in WAITS,
            "stopped": stopped(why_not(reminder, at)) if reminder.state in WAITS else "",
            "early": early,
            "may_send": writes and waits_for_later and not early and not waits_behind(reminder),
            "may_try": writes and reminder.state in GIVEN_UP,
        }
        return TemplateResponse(request, "backoffice/reminder.html", context)

    def send_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        return self._pressed(request, row_id, operations.send_now, "It goes out with the next round.")

    def try_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        return self._pressed(request, row_id, operations.try_again, "It is tried again with the next round.")

    def _pressed(
        self, request: HttpRequest, row_id: UUID, operate: Callable[..., Reminder], sentence: str
    ) -> HttpResponse:
        allow(request, Scope.REMINDERS_WRITE)
        reminder: Reminder = self.asked(request, row_id, lock=request.method == "POST")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if _done(request, reminder, operate):
            messages.success(request, sentence)
        return HttpResponseRedirect(reverse("admin:reminders_reminder_change", args=[row_id]))

    # --- what goes out next ------------------------------------------------------------------------------
    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Seven days, today first: how many on each, and which."""
        allow(request, Scope.REMINDERS_READ)
        at, organisation = now(), organisation_of(request)
        chosen = _chosen_day(request)
        waiting = going_out(organisation, at).select_related("deadline__person")
        if chosen is not None:
            waiting = waiting.filter(goes_on=chosen)
        page = Paginator(waiting.order_by("send_after", "pk"), PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
        self.note_read(request, rows)
        names = names_of_recipients(organisation.pk, rows)
        context = {
            **self.admin_site.each_context(request),
            "title": "What goes out in the next 7 days",
            "days": days_ahead(organisation, at),
            "chosen": chosen,
            "rows": [(row, occasion(row), names.get(row.recipient, "")) for row in rows],
            "page": page,
            "at": at,
            "zone": zone_of_organisation(organisation),
        }
        return TemplateResponse(request, "backoffice/reminders_next.html", context)

    def get_urls(self) -> list[Any]:
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("<uuid:row_id>/send-now/", self.send_view, "reminder_send_now"),
            ("<uuid:row_id>/try-again/", self.try_view, "reminder_try_again"),
            ("next/", self.next_view, "reminder_next"),
        ]
        ours = [path(route, self.admin_site.admin_view(view), name=name) for route, view, name in pages]
        return [*ours, *super().get_urls()]


def _moment(reminder: Reminder, moment: datetime | None) -> str:
    """On the organisation's clock; the list says which that is."""
    if moment is None:
        return "–"
    local = moment.astimezone(reminder.zone)  # type: ignore[attr-defined]
    unbroken = day(local.date()).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{unbroken}, {local:%H:%M}"


def _chosen_day(request: HttpRequest) -> date | None:
    asked = request.GET.get("day")
    chosen = typed_day(asked)
    if asked and chosen is None:
        raise Http404
    return chosen


def _each(
    request: HttpRequest, rows: QuerySet[Reminder], operate: Callable[..., Reminder], told: str
) -> None:
    count = sum(_done(request, row, operate) for row in rows.select_for_update(of=("self",)))
    if count:
        messages.success(request, f"{count} {told}.")


def _done(request: HttpRequest, reminder: Reminder, operate: Callable[..., Reminder]) -> bool:
    try:
        operate(reminder=reminder, by=actor_of(request), at=now())
    except Refused as refused:
        refused_with(request, refused)
        return False
    return True
