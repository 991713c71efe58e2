"""Cases: who looks after a household, and what is to be done for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString

from casework.accounts.roles import Scope
from casework.backoffice import fields
from casework.backoffice.asked import actor_of, allow, may, now
from casework.backoffice.filters import ANY, EVERYBODYS, MINE, Assigned, Pills
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.housing.box import beds_of, note_box
from casework.backoffice.persons import colleagues_of
from casework.backoffice.room import RoomAdmin, address_of
from casework.backoffice.words import PRIORITY_TONES, chip, day
from casework.cases import operations
from casework.cases.models import Case, CaseStatus, Priority, Task, TaskKind, TaskStatus
from casework.people.models import Person


class WhoseFilter(Assigned):
    options = (EVERYBODYS, MINE, ("nobody", "Nobody's"))


class StatusFilter(Pills):
    title = "status"
    parameter_name = "state"
    options = (("going", "Open and waiting"), ("closed", "Closed"), (ANY, "All"))

    def narrowed(self, request: HttpRequest, rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
        if chosen == ANY:
            return rows
        closed = Q(status=CaseStatus.CLOSED)
        return rows.filter(closed if chosen == "closed" else ~closed)


class CaseForm(forms.Form):
    status = fields.choice("Status", CaseStatus.choices, required=True)
    priority = fields.choice("Priority", Priority.choices, required=True)
    summary = fields.long_text("Summary", longest=10_000)

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"] = fields.chosen(
            "Caseworker", colleagues, required=False, empty_label="nobody"
        )
        self.order_fields(["assigned_to", "status", "priority", "summary"])


class TaskForm(forms.Form):
    detail = fields.text("What is to be done", longest=300, required=True)
    due_on = fields.day("By")

    def __init__(self, *args: Any, members: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = fields.chosen(
            "For", members, required=False, empty_label="the whole household"
        )


@dataclass(frozen=True)
class Shown:
    """What the page of a case tells beside its form."""

    case: Case
    members: list[Person]
    tasks: list[Task]
    opened_on: date


class CaseAdmin(RoomAdmin):
    reads = Scope.CASES_READ
    writes = Scope.CASES_WRITE
    heading = "Cases"
    list_display = ("number", "household_of", "urgency", "state", "caseworker", "opened_told")
    list_filter = (StatusFilter, WhoseFilter, "priority")
    list_select_related = ("assigned_to", "household")
    search_fields = ("number",)
    search_help_text = "Case number, or a name of the household in any script"
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("assigned_to")

    def prepared(self, request: HttpRequest, rows: list[Case]) -> list[Case]:
        members: dict[UUID, list[str]] = {}
        for person in Person.objects.filter(household_id__in=[row.household_id for row in rows]).order_by(
            "created_at"
        ):
            members.setdefault(person.household_id, []).append(str(person))
        for row in rows:
            row.names = ", ".join(members.get(row.household_id, ["–"]))  # type: ignore[attr-defined]
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        named = Person.objects.named(search_term)
        member = named.filter(household_id=OuterRef("household_id"))
        return queryset.filter(Q(number=search_term.strip()) | Exists(member)), False

    @admin.display(description="household")
    def household_of(self, case: Case) -> str:
        return str(case.names)  # type: ignore[attr-defined]

    @admin.display(description="priority", ordering="priority")
    def urgency(self, case: Case) -> SafeString | str:
        tone = PRIORITY_TONES.get(case.priority)
        return chip(case.priority, tone) if tone else case.priority

    @admin.display(description="status", ordering="status")
    def state(self, case: Case) -> str:
        return str(case.get_status_display())

    @admin.display(description="caseworker")
    def caseworker(self, case: Case) -> str:
        return str(case.assigned_to or "nobody")

    @admin.display(description="opened", ordering="opened_on")
    def opened_told(self, case: Case) -> str:
        return day(case.opened_on)

    def page(self, request: HttpRequest, case: Case, /) -> HttpResponse:
        if request.method == "POST":
            allow(request, Scope.CASES_WRITE)
        shown = _shown(case)
        self.note_read(request, [case])
        initial = {name: getattr(case, name) for name in ("status", "priority", "summary")}
        form = CaseForm(
            request.POST or None, colleagues=colleagues_of(request),
            initial={**initial, "assigned_to": case.assigned_to_id},
        )  # fmt: skip

        def operate() -> str:
            operations.change_case(case=case, by=actor_of(request), at=now(), **form.cleaned_data)
            messages.success(request, "Saved.")
            return address_of(case)

        question = Question(
            title=f"Case {case.number}", submit="Save", back=reverse("admin:cases_case_changelist"),
            subject=case, template="backoffice/case.html",
        )  # fmt: skip
        writes = may(request, Scope.CASES_WRITE)
        beds = beds_of(case.household_id, now()) if may(request, Scope.HOUSING_READ) else None
        note_box(request, beds)
        housing = {"beds": beds, "may_house": may(request, Scope.HOUSING_WRITE)}
        return ask(
            request, self.admin_site, question, [Part(form)], operate, shown=shown, writes=writes, **housing
        )

    def add_task(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        case: Case = self.opened(request, row_id, Scope.CASES_WRITE, lock=False)
        members = Person.objects.filter(household_id=case.household_id)
        form = TaskForm(request.POST or None, members=members)

        def operate() -> str:
            operations.open_task(
                case=case, kind=TaskKind.OTHER, **form.cleaned_data, subject_key=f"written:{uuid4()}",
                by=actor_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "The task is on the list.")
            return address_of(case)

        question = Question(
            title="Add a task", submit="Add", back=address_of(case), lead=f"Case {case.number}"
        )
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def get_urls(self) -> list[Any]:
        add = self.admin_site.admin_view(self.add_task)
        return [path("<uuid:row_id>/tasks/add/", add, name="task_add"), *super().get_urls()]


def _shown(case: Case) -> Shown:
    members = Person.objects.filter(household_id=case.household_id).order_by("created_at", "pk")
    tasks = case.tasks.filter(status=TaskStatus.OPEN).select_related("person", "assigned_to")
    return Shown(case, list(members), list(tasks.order_by("due_on", "created_at")), case.opened_on)
