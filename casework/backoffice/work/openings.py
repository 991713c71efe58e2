"""Openings: what is offered, who applies, who would fit."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of
from casework.backoffice.filters import ANY, ByStatus
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import address_of, note
from casework.backoffice.words import chip, country_name, day
from casework.backoffice.work.applications import ways_page
from casework.backoffice.work.forms import CloseForm, OpeningForm
from casework.backoffice.work.matches import needs_in, paged
from casework.backoffice.work.room import CityFilter, WorkRoom, note_persons, sectors_in, seen_by
from casework.backoffice.work.words import left_of, opening_chip, pay_of, sector_told, unbroken
from casework.cases import operations as cases
from casework.cases.queries import tasks_of_closing
from casework.stays.zones import local_day
from casework.work import operations as work
from casework.work.details import OpeningDetails
from casework.work.matching import matches_of_opening
from casework.work.models import Application, Opening, OpeningStatus
from casework.work.occupations import named, occupation_name


class StatusFilter(ByStatus):
    options = (("open", "Open"), ("closed", "Closed"), (ANY, "All"))


class HousingFilter(admin.SimpleListFilter):
    title = "housing"
    parameter_name = "housing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("offered", "comes with it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(housing_offered=True) if self.value() == "offered" else queryset


class SectorFilter(admin.SimpleListFilter):
    title = "sector"
    parameter_name = "sector"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sectors_in(model_admin.listed(request), self.value() or "")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(sector=self.value()) if self.value() else queryset


class OpeningAdmin(WorkRoom):
    object_type = "opening"
    by_status = StatusFilter
    heading = "Openings"
    add_label = "Add an opening"
    list_display = ("title", "employer", "where", "occupation_told", "left", "housing", "closes", "state")
    list_filter = (StatusFilter, CityFilter, SectorFilter, HousingFilter)
    search_fields = ("title",)
    search_help_text = "Title, employer or occupation"
    ordering = ("-created_at", "-pk")

    # --- the list ----------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("contact")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        # By no stored key: an organisation has hundreds of openings, and five thousand are read in 5 ms.
        for word in search_term.split()[:6]:
            codes = [occupation.code for occupation in named(word)]
            found = Q(title__icontains=word) | Q(employer__icontains=word) | Q(occupation__in=codes)
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description="city", ordering="city_key")
    def where(self, opening: Opening) -> str:
        return f"{opening.city}, {country_name(opening.country)}"

    @admin.display(description="occupation", ordering="occupation")
    def occupation_told(self, opening: Opening) -> str:
        return occupation_name(opening.occupation)

    @admin.display(description="positions left")
    def left(self, opening: Opening) -> str:
        return left_of(opening)

    @admin.display(description="housing", ordering="housing_offered")
    def housing(self, opening: Opening) -> SafeString | str:
        return chip("with housing", "good") if opening.housing_offered else "–"

    @admin.display(description="closes on", ordering="closes_on")
    def closes(self, opening: Opening) -> str:
        return unbroken(day(opening.closes_on))

    @admin.display(description="status", ordering="status")
    def state(self, opening: Opening) -> SafeString:
        return opening_chip(opening)

    # --- one opening -------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, opening: Opening, /) -> HttpResponse:
        self.note_read(request, [opening])
        at, is_open = now(), opening.status == OpeningStatus.OPEN
        # Such an opening is open until the sweep comes by: it goes by its day.
        day_passed = opening.closes_on is not None and opening.closes_on < local_day(opening.country, at)
        takes = is_open and not day_passed
        candidates, shown = paged(request, matches_of_opening(opening, at) if takes else [])
        ways, told = ways_page(request, Application.objects.filter(opening=opening))
        needs = needs_in(shown)
        note(request, "work_need", needs)
        note(request, "application", list(ways.object_list))
        note_persons(request, [*needs, *ways.object_list])
        persons = [row.person for row in needs] + [row.need.person for row in ways.object_list]
        context = {
            **self.admin_site.each_context(request),
            "title": str(opening), "opening": opening, "is_open": is_open,
            "day_passed": day_passed,
            "sector": sector_told(opening.sector), "pay": pay_of(opening), "left": left_of(opening),
            "candidates": candidates, "shown": shown, "ways": ways, "told": told,
            "seen": seen_by(request, persons), "here": request.get_full_path(),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/work/opening.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Scope.WORK_WRITE)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        allow(request, Scope.WORK_WRITE)
        form = OpeningForm(request.POST or None, initial={"country": organisation_of(request).country})

        def operate() -> str:
            opening = work.add_opening(details=form.details(), by=actor_of(request), at=now())
            messages.success(request, "The opening is added. Below is who would fit.")
            return address_of(opening)

        question = Question(
            title="Add an opening", submit="Add", back=reverse("admin:work_opening_changelist")
        )
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def edit_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        opening: Opening = self.opened(request, row_id, Scope.WORK_WRITE)
        form = OpeningForm(
            request.POST or None, initial=OpeningForm.initial_of(OpeningDetails.of(opening))
        )  # fmt: skip

        def operate() -> str:
            cases.change_opening(opening=opening, details=form.details(), by=actor_of(request), at=now())
            messages.success(request, "Saved.")
            return address_of(opening)

        question = Question(
            title="Change the opening", submit="Save", back=address_of(opening), lead=str(opening),
            subject=opening,
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def close_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        opening: Opening = self.opened(request, row_id, Scope.WORK_WRITE)
        form = CloseForm(request.POST or None, initial={"reason": "withdrawn"})

        def operate() -> str:
            reason = form.cleaned_data["reason"]
            cases.close_opening(opening=opening, reason=reason, by=actor_of(request), at=now())
            messages.success(request, _closed_told(tasks_of_closing(opening)))
            return address_of(opening)

        question = Question(
            title="Close the opening", submit="Close it", back=address_of(opening), subject=opening,
            lead=f"{opening}. Nobody can be proposed any more; applications stay where they are, and the"
            " caseworkers of those who wait are told.",
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def reopen_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        opening: Opening = self.opened(request, row_id, Scope.WORK_WRITE)
        form = forms.Form(request.POST or None)

        def operate() -> str:
            work.reopen_opening(opening=opening, by=actor_of(request), at=now())
            messages.success(request, "It is open again.")
            return address_of(opening)

        question = Question(
            title="Open it again", submit="Open it again", back=address_of(opening), subject=opening,
            lead=f"{opening}. People can be proposed again.",
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def get_urls(self) -> list[Any]:
        pages = [("edit", self.edit_view), ("close", self.close_view), ("reopen", self.reopen_view)]
        view = self.admin_site.admin_view
        ours = [
            path(f"<uuid:row_id>/{name}/", view(page), name=f"work_opening_{name}") for name, page in pages
        ]
        return [*ours, *super().get_urls()]


def _closed_told(tasks: int) -> str:
    if not tasks:
        return "Closed. It gives nobody a task."
    return f"Closed. {tasks} task{'s' if tasks > 1 else ''} for the caseworkers of those who wait."
