"""Whoever had to be sent away: the measure of the shortage, by day and city."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now, organisation_of
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing.filters import ByCity, WhenTurnedAway
from casework.backoffice.housing.forms import TurnedAwayForm, usual_currency
from casework.backoffice.housing.free import MOST_PEOPLE, number_in
from casework.backoffice.housing.once import made_once
from casework.backoffice.housing.room import HousingRoom
from casework.backoffice.words import day
from casework.housing import operations as housing
from casework.housing.models import TurnedAway
from casework.stays.zones import local_day

CAME_FROM = {"waiting": "housing_need_changelist", "free": "bed_free"}


class TurnedAwayAdmin(HousingRoom):
    object_type = "turned_away"
    heading = "Turned away"
    add_label = "We had to send people away"
    list_display = ("when", "where", "people", "price", "why")
    list_filter = (WhenTurnedAway, ByCity)
    ordering = ("-on", "city_key", "-created_at", "pk")

    @admin.display(description="day", ordering="on")
    def when(self, row: TurnedAway) -> str:
        return day(row.on)

    @admin.display(description="city", ordering="city_key")
    def where(self, row: TurnedAway) -> str:
        return row.city

    @admin.display(description="price asked")
    def price(self, row: TurnedAway) -> str:
        return f"{row.price_asked} {row.currency}" if row.price_asked is not None else "–"

    @admin.display(description="why")
    def why(self, row: TurnedAway) -> str:
        return row.reason or "–"

    def page(self, request: HttpRequest, row: TurnedAway, /) -> HttpResponse:
        """Everything about it stands in the list, but for who recorded it."""
        return HttpResponseRedirect(reverse("admin:housing_turnedaway_history", args=[row.pk]))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        allow(request, Scope.HOUSING_WRITE)
        organisation = organisation_of(request)
        back = reverse(f"admin:{CAME_FROM.get(request.GET.get('back', ''), 'housing_turnedaway_changelist')}")
        people = number_in(request.GET.get("people"), MOST_PEOPLE)
        form = TurnedAwayForm(
            request.POST or None,
            initial={
                "on": local_day(organisation.country, now()), "people": people,
                "city": request.GET.get("city") or organisation.city, "currency": usual_currency(request),
            },
        )  # fmt: skip

        def operate() -> str:
            made_once(
                request, TurnedAway, "Recorded: it counts in the figures of the shortage.",
                lambda row_id: housing.record_turned_away(
                    details=form.details(), by=actor_of(request), at=now(), id=row_id
                ),
            )  # fmt: skip
            return back

        question = Question(
            title="We had to send people away", submit="Record it", back=back,
            lead="Without names. From it come the figures of how many beds are missing, and at what price.",
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)
