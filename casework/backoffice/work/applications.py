"""Applications: their board, their page with the log, and the one form that moves them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from casework.accounts.roles import Scope
from casework.backoffice.asked import actor_of, allow, now, organisation_of, way_back, who
from casework.backoffice.formpage import Part, Question, ask, refused_with
from casework.backoffice.room import BoundedPaginator
from casework.backoffice.work.board import Card, board, cards_of
from casework.backoffice.work.forms import StepForm
from casework.backoffice.work.room import WorkRoom, openings_of, seen_by
from casework.cases import operations as cases
from casework.refusals import Refused
from casework.work import operations as work
from casework.work.models import Application, ApplicationStep, Need
from casework.work.rules import LIVE, STEPS, Step

WAYS_PER_PAGE = 20
DONE = {
    Step.SENT: "Noted: sent to the employer.", Step.INTERVIEW: "Noted: invited to an interview.",
    Step.HIRED: "Hired. The position is taken.", Step.DECLINED: "Noted: declined.",
    Step.WITHDRAWN: "Noted: withdrawn.",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """An application with who took each of its steps."""

    card: Card
    steps: list[tuple[ApplicationStep, str]]


def with_steps(rows: QuerySet[Application]) -> QuerySet[Application]:
    logged = ApplicationStep.objects.order_by("at", "created_at", "pk")
    found = rows.select_related("need__person", "opening").defer("opening__contact")
    return found.prefetch_related(Prefetch("steps", queryset=logged))


def ways_of(request: HttpRequest, applications: Sequence[Application]) -> list[Way]:
    """Of rows that `with_steps` read."""
    by = who(request, [step for application in applications for step in application.steps.all()])
    return [
        Way(card, [(step, by(step)) for step in card.application.steps.all()])
        for card in cards_of(applications, now())
    ]


def ways_page(request: HttpRequest, rows: QuerySet[Application]) -> tuple[Page[Application], list[Way]]:
    """Those who wait first, then who was hired, then what is over; within that the newest step first."""
    stage = Case(
        When(status__in=sorted(LIVE), then=Value(0)), When(status=Step.HIRED.value, then=Value(1)),
        default=Value(2),
    )  # fmt: skip
    ordered = with_steps(rows).order_by(stage, "-updated_at", "pk")
    page = BoundedPaginator(ordered, WAYS_PER_PAGE).get_page(request.GET.get("applications"))
    page.object_list = list(page.object_list)
    return page, ways_of(request, page.object_list)


class ApplicationAdmin(WorkRoom):
    object_type = "application"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("need__person", "opening")
        return rows.defer("opening__contact")

    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        allow(request, Scope.WORK_READ)
        shown = board(request)
        self.note_read(request, shown.applications)
        seen = seen_by(request, (application.need.person for application in shown.applications))
        context = {
            "title": "Work board", "board": shown, "seen": seen,
        }  # fmt: skip
        return TemplateResponse(
            request, "backoffice/work/board.html", {**self.admin_site.each_context(request), **context}
        )

    def page(self, request: HttpRequest, application: Application, /) -> HttpResponse:
        self.note_read(request, [application])
        rows = with_steps(Application.objects.filter(pk=application.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "Application", "way": ways_of(request, list(rows))[0],
            "seen": seen_by(request, [application.need.person]),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/work/application.html", context)

    def step_view(self, request: HttpRequest, row_id: UUID) -> HttpResponse:
        """The buttons of a card send here, and what is refused is mended here."""
        application: Application = self.opened(request, row_id, Scope.WORK_WRITE, lock=False)
        if request.method == "POST":
            application = self._held(request, application)
        back = way_back(request, reverse("admin:work_application_changelist"))
        form = StepForm(request.POST or None, application=application, initial={"next": back})

        def operate() -> str:
            step = Step(form.cleaned_data["status"])
            cases.advance_application(
                application=application, to=step, reason=form.cleaned_data["reason"],
                by=actor_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, DONE[step])
            return back

        if Step(application.status) not in STEPS:
            messages.warning(request, "Nothing was changed: this application goes no further.")
            return HttpResponseRedirect(reverse("admin:work_application_change", args=[application.pk]))
        question = Question(
            title="What happened with the application", submit="Note it", back=back,
            lead=f"{application.need.person}: {application.opening}", subject=application,
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def _held(self, request: HttpRequest, application: Application) -> Application:
        """As it is now, to the end: so it is compared with what was shown. The need first, as everybody does
        who moves one: else two would wait for each other."""
        Need.objects.select_for_update(no_key=True).get(pk=application.need_id)
        held: Application = self.asked(request, application.pk, lock=True)
        return held

    def propose_view(self, request: HttpRequest) -> HttpResponse:
        allow(request, Scope.WORK_WRITE)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        need = _posted(request, "need", Need.objects.filter(organisation_id=organisation_of(request).pk))
        opening = _posted(request, "opening", openings_of(request))
        try:
            work.propose(need=need, opening=opening, by=actor_of(request), at=now())
        except Refused as refused:
            refused_with(request, refused)
        else:
            messages.success(request, "Proposed. The card is on the work board.")
        return HttpResponseRedirect(way_back(request, reverse("admin:work_application_changelist")))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("propose/", view(self.propose_view), name="work_propose"),
            path("<uuid:row_id>/step/", view(self.step_view), name="work_step"),
            *super().get_urls(),
        ]


def _posted(request: HttpRequest, name: str, rows: QuerySet[Any]) -> Any:
    """The row of this organisation, or the same 404 for what is another's and for what never was."""
    try:
        found = rows.filter(pk=UUID(request.POST.get(name, ""))).first()
    except ValueError as no_id:
        raise Http404 from no_id
    if found is None:
        raise Http404
    return found
