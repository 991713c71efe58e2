"""The back office: the Django admin with one room per page of the house."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import translation
from unfold.sites import UnfoldAdminSite

from casework.accounts.models import Client, User
from casework.audit.models import Event
from casework.backoffice import figures, home
from casework.backoffice.accounts import ClientAdmin, UserAdmin
from casework.backoffice.asked import user_of
from casework.backoffice.audit import EventAdmin
from casework.backoffice.cases import CaseAdmin
from casework.backoffice.deadlines import DeadlineAdmin
from casework.backoffice.housing.needs import NeedAdmin as BedNeedAdmin
from casework.backoffice.housing.placements import PlacementAdmin
from casework.backoffice.housing.places import PlaceAdmin
from casework.backoffice.housing.turned_away import TurnedAwayAdmin
from casework.backoffice.law_changes import LawChangeAdmin
from casework.backoffice.people import PersonAdmin
from casework.backoffice.policies import PolicyAdmin
from casework.backoffice.reminders import ReminderAdmin
from casework.backoffice.rules import StayRuleAdmin
from casework.backoffice.signin import SignInForm, record_own, record_sign_in
from casework.backoffice.tasks import TaskAdmin
from casework.backoffice.work.applications import ApplicationAdmin
from casework.backoffice.work.needs import NeedAdmin as WorkNeedAdmin
from casework.backoffice.work.openings import OpeningAdmin
from casework.backoffice.work.rules import WorkRuleAdmin
from casework.cases.models import Case, Task
from casework.housing.models import Need as BedNeed
from casework.housing.models import Place, Placement, TurnedAway
from casework.isolation import act_for
from casework.people.models import Person
from casework.reminders.models import Policy, Reminder
from casework.stays.models import Deadline, LawChange, StayRule
from casework.work.models import Application, Opening, WorkRule
from casework.work.models import Need as WorkNeed

View = Callable[..., Any]


class BackOffice(UnfoldAdminSite):
    site_title = "Casework"
    site_header = "Casework"
    index_title = "Today"
    login_form = SignInForm
    login_template = "backoffice/login.html"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and getattr(user, "organisation_id", None))

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        """Every page but the sign-in: from here on the transaction acts for the user's organisation."""
        guarded: View = super().admin_view(self._acting(view), cacheable)
        return guarded

    def _acting(self, view: View) -> View:
        @wraps(view)
        def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            act_for(user_of(request).organisation_id)  # type: ignore[arg-type]  # has_permission() saw to it
            translation.activate(user_of(request).language)
            request.LANGUAGE_CODE = translation.get_language()
            try:
                if any("\0" in text for name, values in request.GET.lists() for text in (name, *values)):
                    raise Http404  # PostgreSQL stores no such character, so nothing has it
                return view(request, *args, **kwargs)
            except Http404:
                return self._sorry(request, 404, "There is no such thing here.")
            except PermissionDenied:
                return self._sorry(request, 403, "Your role does not open this page.")

        return acting

    def _sorry(self, request: HttpRequest, status: int, sentence: str) -> HttpResponse:
        context = {**self.each_context(request), "title": sentence}
        return TemplateResponse(request, "backoffice/sorry.html", context, status=status)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, extra_context)
        if request.method == "POST":
            record_sign_in(request)
        return response

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST":
            record_own(request, "user.signed_out")
        response: HttpResponse = super().logout(request, extra_context)
        return response

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response: HttpResponse = super().password_change(request, extra_context)
        if response.status_code == 302:
            record_own(request, "user.password_changed")
        return response

    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**self.each_context(request), **home.today(request), "title": self.index_title}
        request.current_app = self.name
        return TemplateResponse(request, "backoffice/home.html", context)

    def get_urls(self) -> list[Any]:
        own = path("figures/", self.admin_view(partial(figures.page, self)), name="figures")
        return [own, *super().get_urls()]

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """A list of names that no read event tells of: not here."""
        raise Http404

    def search(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The theme's search box is off; people are found in their list."""
        raise Http404


site = BackOffice(name="admin")
site.register(Person, PersonAdmin)
site.register(Deadline, DeadlineAdmin)
site.register(StayRule, StayRuleAdmin)
site.register(LawChange, LawChangeAdmin)
site.register(Case, CaseAdmin)
site.register(Task, TaskAdmin)
site.register(Reminder, ReminderAdmin)
site.register(Policy, PolicyAdmin)
site.register(Application, ApplicationAdmin)
site.register(Opening, OpeningAdmin)
site.register(WorkNeed, WorkNeedAdmin)
site.register(WorkRule, WorkRuleAdmin)
site.register(User, UserAdmin)
site.register(Client, ClientAdmin)
site.register(Event, EventAdmin)
site.register(Place, PlaceAdmin)
site.register(BedNeed, BedNeedAdmin)
site.register(Placement, PlacementAdmin)
site.register(TurnedAway, TurnedAwayAdmin)
