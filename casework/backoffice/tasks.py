"""Tasks: what a person must do because no reminder can."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now, way_back
from casework.backoffice.filters import ANY, EVERYBODYS, MINE, Assigned, ByStatus
from casework.backoffice.formpage import refused_with
from casework.backoffice.room import RoomAdmin
from casework.backoffice.words import day, days_said
from casework.cases import operations
from casework.cases.models import Task, TaskStatus
from casework.refusals import Refused


class StateFilter(ByStatus):
    options = (("open", "To do"), ("done", "Done"), (ANY, "All"))


class WhoseFilter(Assigned):
    options = (MINE, EVERYBODYS)


class TaskAdmin(RoomAdmin):
    reads = Scope.CASES_READ
    writes = Scope.CASES_WRITE
    heading = "Tasks"
    list_display = ("what", "whom", "case_of", "by", "state", "caseworker")
    list_filter = (StateFilter, WhoseFilter, "kind")
    list_select_related = ("person", "case", "assigned_to")
    list_display_links = None
    ordering = ("due_on", "created_at", "pk")
    actions = ("finish",)

    @admin.display(description="task", ordering="kind")
    def what(self, task: Task) -> str:
        return capfirst(days_said(task.detail) or task.get_kind_display())

    @admin.display(description="person")
    def whom(self, task: Task) -> SafeString | str:
        if task.person_id is None:
            return "the household"
        address = reverse("admin:people_person_change", args=[task.person_id])
        return format_html('<a class="cw-link" href="{}">{}</a>', address, task.person)

    @admin.display(description="case")
    def case_of(self, task: Task) -> SafeString:
        address = reverse("admin:cases_case_change", args=[task.case_id])
        return format_html('<a class="cw-link" href="{}">{}</a>', address, task.case.number)

    @admin.display(description="by", ordering="due_on")
    def by(self, task: Task) -> str:
        return day(task.due_on)

    @admin.display(description="status", ordering="status")
    def state(self, task: Task) -> str:
        return str(task.get_status_display())

    @admin.display(description="caseworker")
    def caseworker(self, task: Task) -> str:
        return str(task.assigned_to or "nobody")

    @admin.action(description="Done", permissions=["write"])
    def finish(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        finished = sum(_finished(request, task) for task in queryset.select_for_update(of=("self",)))
        if finished:
            messages.success(request, f"{finished} done." if finished > 1 else "Done.")

    def page(self, request: HttpRequest, task: Task, /) -> HttpResponse:
        """A task is read where its case is: a mail that points at a task leads there."""
        return HttpResponseRedirect(reverse("admin:cases_case_change", args=[task.case_id]))

    def done_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        allow(request, Scope.CASES_WRITE)
        task: Task = self.asked(request, row_id, lock=request.method == "POST")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if _finished(request, task):
            messages.success(request, "Done.")
        return HttpResponseRedirect(way_back(request, reverse("admin:cases_task_changelist")))

    def get_urls(self) -> list[Any]:
        done = self.admin_site.admin_view(self.done_view)
        return [path("<uuid:row_id>/done/", done, name="task_done"), *super().get_urls()]


def _finished(request: HttpRequest, task: Task) -> bool:
    try:
        operations.finish_task(task=task, by=actor_of(request), at=now())
    except Refused as refused:
        refused_with(request, refused)
        return False
    return task.status == TaskStatus.DONE
