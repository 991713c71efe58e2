"""Looking for work: who looks for what, and which openings would fit."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, may, now, organisation_of
from casework.backoffice.filters import ANY, ByStatus, WhoseCase
from casework.backoffice.folder import address, opened
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin, address_of, note
from casework.backoffice.words import chip, country_name, day
from casework.backoffice.work.applications import ways_page
from casework.backoffice.work.fields import SpokenField
from casework.backoffice.work.forms import NeedForm, WithdrawNeedForm
from casework.backoffice.work.matches import openings_in, paged
from casework.backoffice.work.room import CityFilter, WorkRoom, seen_by
from casework.backoffice.work.words import looked_for, sector_told, sectors_offered, spoken, unbroken
from casework.people.models import Person
from casework.stays.models import Arrival
from casework.work import operations as work
from casework.work.details import NeedDetails
from casework.work.matching import matches_of_need
from casework.work.models import Application, Need, NeedStatus
from casework.work.occupations import occupation_name

TONES = {NeedStatus.LOOKING: "soon", NeedStatus.HIRED: "good"}
PEOPLE_FOUND = 20


class StatusFilter(ByStatus):
    options = (("looking", "Looking"), ("hired", "Hired"), ("withdrawn", "No longer"), (ANY, "All"))


class WhoseFilter(WhoseCase):
    household = "person__household_id"


class SectorFilter(admin.SimpleListFilter):
    title = "sector"
    parameter_name = "sector"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sectors_offered()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(sectors__contains=[self.value()]) if self.value() else queryset


class NeedAdmin(WorkRoom):
    object_type = "work_need"
    by_status = StatusFilter
    heading = "Looking for work"
    add_label = "Somebody looks for work"
    list_display = ("who", "what", "where", "free_from", "languages_told", "whose", "state")
    list_filter = (StatusFilter, WhoseFilter, CityFilter, SectorFilter)
    search_fields = ("person__name_keys__key",)
    search_help_text = "Name in any script, as it is spelled anywhere"
    ordering = ("-created_at", "-pk")

    # --- the list ----------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("person")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(person__in=Person.objects.named(search_term)), False

    def prepared(self, request: HttpRequest, rows: list[Need]) -> list[Need]:
        seen = seen_by(request, [row.person for row in rows])
        for row in rows:
            row.case_of = seen.whose(row.person)  # type: ignore[attr-defined]
        return rows

    @admin.display(description="person")
    def who(self, need: Need) -> str:
        return str(need.person)

    @admin.display(description="looks for")
    def what(self, need: Need) -> str:
        return looked_for(need.sectors, need.occupations, need.skills)

    @admin.display(description="where", ordering="city_key")
    def where(self, need: Need) -> str:
        return _where(need)

    @admin.display(description="free from", ordering="available_from")
    def free_from(self, need: Need) -> str:
        return unbroken(day(need.available_from)) if need.available_from else "at once"

    @admin.display(description="speaks")
    def languages_told(self, need: Need) -> str:
        return spoken(need.languages, need.language_levels) or "–"

    @admin.display(description="whose case")
    def whose(self, need: Need) -> str:
        return str(need.case_of)  # type: ignore[attr-defined]

    @admin.display(description="status", ordering="status")
    def state(self, need: Need) -> SafeString:
        return need_chip(need)

    # --- one need ----------------------------------------------------------------------------------------
    def page(self, request: HttpRequest, need: Need, /) -> HttpResponse:
        self.note_read(request, [need])
        is_looking = need.status == NeedStatus.LOOKING
        matches, shown = paged(request, matches_of_need(need, at=now()) if is_looking else [])
        ways, told = ways_page(request, Application.objects.filter(need=need))
        note(request, "opening", openings_in(shown))
        note(request, "application", list(ways.object_list))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{need.person} looks for work", "need": need, "is_looking": is_looking,
            "occupations": [occupation_name(code) for code in need.occupations],
            "sectors": [sector_told(code) for code in need.sectors],
            "chip": need_chip(need), "where": _where(need),
            "spoken": spoken(need.languages, need.language_levels),
            "matches": matches, "shown": shown, "ways": ways, "told": told,
            "seen": seen_by(request, [need.person]), "here": request.get_full_path(),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/work/need.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Scope.WORK_WRITE)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Whose file it is: the form itself is a page of that file."""
        allow(request, Scope.WORK_WRITE)
        asked = request.GET.get("q", "").strip()
        people = Person.objects.filter(organisation_id=organisation_of(request).pk)
        found = list(people.named(asked).order_by("-created_at", "pk")[: PEOPLE_FOUND + 1]) if asked else []
        note(request, "person", found[:PEOPLE_FOUND])
        context = {
            "title": "Who looks for work?", "asked": asked, "people": found[:PEOPLE_FOUND],
            "more": len(found) > PEOPLE_FOUND,
        }  # fmt: skip
        return TemplateResponse(
            request, "backoffice/work/who.html", {**self.admin_site.each_context(request), **context}
        )

    def edit_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        need: Need = self.opened(request, row_id, Scope.WORK_WRITE)
        form = NeedForm(request.POST or None, initial=NeedForm.initial_of(NeedDetails.of(need)))

        def operate() -> str:
            work.change_need(need=need, details=form.details(), by=actor_of(request), at=now())
            messages.success(request, "Saved. The openings are ranked anew.")
            return address_of(need)

        question = Question(
            title="Change what is looked for", submit="Save", back=address_of(need), lead=str(need.person),
            subject=need,
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def withdraw_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        need: Need = self.opened(request, row_id, Scope.WORK_WRITE)
        form = WithdrawNeedForm(request.POST or None)

        def operate() -> str:
            reason = form.cleaned_data["reason"]
            work.withdraw_need(need=need, reason=reason, by=actor_of(request), at=now())
            messages.success(request, "Noted. What waited for an answer is withdrawn.")
            return address_of(need)

        question = Question(
            title="No longer looks for work", submit="No longer looks", back=address_of(need), subject=need,
            lead=f"{need.person}. Applications that wait for an answer are withdrawn with it.",
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:row_id>/edit/", view(self.edit_view), name="work_need_edit"),
            path("<uuid:row_id>/withdraw/", view(self.withdraw_view), name="work_need_withdraw"),
            *super().get_urls(),
        ]


def look(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A page of the person's file: what is known of them already stands in the form."""
    person = opened(room, request, person_id, Scope.WORK_WRITE)
    form = NeedForm(request.POST or None, initial=_known_of(person))

    def operate() -> str:
        need = work.look_for_work(person=person, details=form.details(), by=actor_of(request), at=now())
        messages.success(request, "Noted. Below is what would fit.")
        return address_of(need)

    question = Question(title="Looks for work", submit="Note it", back=address(person), lead=str(person))
    return ask(request, room.admin_site, question, [Part(form)], operate)


def need_chip(need: Need) -> SafeString:
    words = {
        NeedStatus.LOOKING: "looking",
        NeedStatus.HIRED: "hired",
        NeedStatus.WITHDRAWN: "no longer looks",
    }
    return chip(words[NeedStatus(need.status)], TONES.get(NeedStatus(need.status), "calm"))


def _known_of(person: Person) -> dict[str, Any]:
    there = Arrival.objects.filter(person=person, left_on=None, voided_at=None).order_by("-entered_on", "pk")
    countries = list(there.values_list("country", flat=True)[:1])
    return {
        "country": countries[0] if countries else None,
        "spoken": SpokenField.rows(person.languages, {}),
    }  # fmt: skip


def _where(need: Need) -> str:
    places = [need.city, country_name(need.country) if need.country else ""]
    return ", ".join(filter(None, places)) or "anywhere"
