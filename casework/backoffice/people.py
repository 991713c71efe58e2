"""The list of people and the way to each file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice import arrivals, decisions, documents, permits, persons, plan
from casework.backoffice.asked import actor_of, may, now
from casework.backoffice.file import file_of
from casework.backoffice.filters import ByCountry, by_name
from casework.backoffice.housing import asking
from casework.backoffice.housing.box import note_box
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import chip, country_name, day, tone
from casework.backoffice.work import needs
from casework.cases.models import Case, CaseStatus
from casework.people.models import Person
from casework.stays import rules
from casework.stays.models import Arrival
from casework.stays.queries import assessments


class OpenArrivalFilter(admin.SimpleListFilter):
    title = "where they are now"
    parameter_name = "in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        there = Arrival.objects.filter(left_on=None, voided_at=None)
        return by_name(there.values_list("country", flat=True).distinct())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        if not self.value():
            return queryset
        there = Arrival.objects.filter(
            person_id=OuterRef("pk"), country=self.value(), left_on=None, voided_at=None
        )
        return queryset.filter(Exists(there))


class NationalityFilter(ByCountry):
    title = "nationality"
    parameter_name = "nationality"


@dataclass(frozen=True)
class Glance:
    """What a row of the list tells beside the person's own fields."""

    stays: list[tuple[Arrival, rules.Assessment]]
    case: Case | None


class PersonAdmin(RoomAdmin):
    reads = Scope.PEOPLE_READ
    writes = Scope.PEOPLE_WRITE
    heading = "People"
    add_label = "Register an arrival"
    list_display = ("name", "born", "from_country", "where_now", "lawful_until", "case_of")
    list_filter = (OpenArrivalFilter, NationalityFilter)
    search_fields = ("name_keys__key",)
    search_help_text = "Name in any script, as it is spelled anywhere"
    ordering = ("-created_at", "-pk")

    # --- the list ----------------------------------------------------------------------------------------
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return (queryset.named(search_term) if search_term.strip() else queryset), False  # type: ignore[attr-defined]

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        hidden = set()
        if not may(request, Scope.CASES_READ):
            hidden.add("case_of")
        if not may(request, Scope.STAYS_READ):
            hidden |= {"where_now", "lawful_until"}
        return tuple(column for column in self.list_display if column not in hidden)

    def prepared(self, request: HttpRequest, rows: list[Person]) -> list[Person]:
        at = now()
        there = Arrival.objects.filter(person__in=rows, left_on=None, voided_at=None)
        entered = list(there.order_by("entered_on", "pk"))
        stays = assessments(entered, at) if entered else {}
        cases = Case.objects.filter(household_id__in={row.household_id for row in rows})
        of_household = {
            case.household_id: case
            for case in cases.exclude(status=CaseStatus.CLOSED).select_related("assigned_to")
        }
        for row in rows:
            theirs = [(arrival, stays[arrival.pk]) for arrival in entered if arrival.person_id == row.pk]
            row.glance = Glance(theirs, of_household.get(row.household_id))  # type: ignore[attr-defined]
        return rows

    @admin.display(description="name", ordering="family_name")
    def name(self, person: Person) -> str:
        return str(person)

    @admin.display(description="born", ordering="birth_date")
    def born(self, person: Person) -> str:
        if person.birth_date is None:
            return "–"
        parts = {"year": "%Y", "month": "%m.%Y"}
        pattern = parts.get(person.birth_date_precision)
        return person.birth_date.strftime(pattern) if pattern else day(person.birth_date)

    @admin.display(description="nationality", ordering="nationality")
    def from_country(self, person: Person) -> str:
        return country_name(person.nationality)

    @admin.display(description="where now")
    def where_now(self, person: Person) -> str:
        stays = person.glance.stays  # type: ignore[attr-defined]
        return ", ".join(country_name(arrival.country) for arrival, _ in stays) or "–"

    @admin.display(description="lawful until")
    def lawful_until(self, person: Person) -> SafeString | str:
        stays = person.glance.stays  # type: ignore[attr-defined]
        return format_html_join(" ", "{}", ((_until(answer),) for _, answer in stays)) or "–"

    @admin.display(description="case")
    def case_of(self, person: Person) -> str:
        case = person.glance.case  # type: ignore[attr-defined]
        return f"{case.number}, {case.assigned_to or 'nobody'}" if case else "–"

    # --- the file ----------------------------------------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Scope.PEOPLE_WRITE) and may(request, Scope.STAYS_WRITE)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return persons.register(self, request)

    def page(self, request: HttpRequest, person: Person, /) -> HttpResponse:
        """Everything on one page; what can be done leads to a form of its own."""
        shown = file_of(person, actor_of(request), now(), request.LANGUAGE_CODE)
        self.note_read(request, [person])
        self.note_read(request, shown.others)
        note_box(request, shown.beds)
        context = {**self.admin_site.each_context(request), "title": str(person), "file": shown}
        return TemplateResponse(request, "backoffice/file.html", context)

    def get_urls(self) -> list[Any]:
        return [self._page(route, name, view) for route, name, view in PAGES] + super().get_urls()

    def _page(self, route: str, name: str, view: Callable[..., HttpResponse]) -> Any:
        return path(f"<uuid:person_id>/{route}", self.admin_site.admin_view(partial(view, self)), name=name)


def _until(answer: rules.Assessment) -> SafeString:
    if answer.status == rules.Status.LAWFUL:
        if answer.last_lawful_day is None:
            return chip("no end known", "calm")
        return chip(day(answer.last_lawful_day), tone(answer.days_left))
    if answer.status == rules.Status.OVERSTAYED and answer.last_lawful_day is not None:
        return chip(f"ended {day(answer.last_lawful_day)}", "late")
    words = {rules.Status.OVERSTAYED: "unlawful from entry", rules.Status.NOT_ADMITTED: "not admitted"}
    return chip(words.get(answer.status, "not known"), "late" if answer.status in words else "soon")


PAGES: list[tuple[str, str, Callable[..., HttpResponse]]] = [
    ("correct/", "person_correct", persons.correct),
    ("plan/", "person_plan", plan.plan),
    ("relative/", "person_relative", persons.register),
    ("bed/", "person_bed", asking.for_household),
    ("arrivals/add/", "arrival_add", arrivals.add),
    ("arrivals/<uuid:row_id>/correct/", "arrival_correct", arrivals.correct),
    ("arrivals/<uuid:row_id>/exit/", "arrival_exit", arrivals.leave),
    ("arrivals/<uuid:row_id>/void/", "arrival_void", arrivals.void),
    ("documents/add/", "document_add", documents.add),
    ("documents/read/", "document_read", documents.read),
    ("documents/<uuid:row_id>/correct/", "document_correct", documents.correct),
    ("permits/add/", "permit_add", permits.add),
    ("permits/<uuid:row_id>/correct/", "permit_correct", permits.correct),
    ("permits/<uuid:row_id>/withdraw/", "permit_withdraw", permits.withdraw),
    ("looks-for-work/", "work_look", needs.look),
    ("decisions/add/", "decision_add", decisions.add),
    ("decisions/<uuid:row_id>/correct/", "decision_correct", decisions.correct),
    ("decisions/<uuid:row_id>/withdraw/", "decision_withdraw", decisions.withdraw),
]
