"""Whom the organisation tells of its deadlines, and when: one line for each kind, with what holds for it."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst

from casework.accounts.models import Organisation
from casework.accounts.roles import Scope
from casework.backoffice import fields
from casework.backoffice.asked import actor_of, now, organisation_of, sets_policies
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import RoomAdmin
from casework.reminders import operations as reminders
from casework.reminders.details import PolicyDetails
from casework.reminders.models import ChannelName, Policy
from casework.stays.models import DeadlineKind

EVERY_OTHER = "every other kind"
WHOLE = re.compile(r"-?[0-9]{1,9}")
KINDS = {"": EVERY_OTHER, **dict(DeadlineKind.choices)}
DAYS = [(str(number + 1), str(name)) for number, name in WEEKDAYS.items()]
LONGEST_LIST = 100


@dataclass(frozen=True)
class Line:
    """What holds for a kind: `policy` where it has its own row; `source` says where the rest comes from."""

    details: PolicyDetails
    policy: Policy | None
    source: str

    @property
    def label(self) -> str:
        return capfirst(str(KINDS[self.details.kind]))

    @property
    def moments(self) -> str:
        before = [str(days) for days in self.details.offsets if days]
        told = [f"{', '.join(before)} days before"] if before else []
        told += ["on the day"] if 0 in self.details.offsets else []
        told += ["when it has passed"] if self.details.after else []
        return "; ".join(told)

    @property
    def who(self) -> str:
        asked = {
            "the person": self.details.tells_person,
            "the caseworker": self.details.tells_caseworker,
            "the supervisor": self.details.tells_supervisor,
        }
        return ", ".join(name for name, told in asked.items() if told)

    @property
    def quiet(self) -> str:
        return ", ".join(name for number, name in DAYS if int(number) in self.details.quiet_days) or "none"


class PolicyForm(forms.Form):
    offsets = fields.text(
        "Days before", longest=LONGEST_LIST,
        help_text="Separated by commas; 0 is the day itself. Whoever is nearer to the day is told at once.",
    )  # fmt: skip
    after = fields.tick("Once more when the day has passed")
    tells_person = fields.tick("Tell the person")
    tells_caseworker = fields.tick("Tell the caseworker")
    tells_supervisor = fields.tick("Tell the supervisor")
    channel = fields.choice("Channel", ChannelName.choices, required=True)
    hour = fields.hour("At", help_text="On the clock of whoever is told; not later than 20:00.")
    quiet_days = fields.several(
        "Quiet days", DAYS,
        help_text="What would fall on one goes out on the last day before. What is late goes at once.",
    )  # fmt: skip

    def clean_offsets(self) -> tuple[int, ...]:
        numbers = [part.strip() for part in self.cleaned_data["offsets"].split(",") if part.strip()]
        if not all(WHOLE.fullmatch(number) for number in numbers):
            raise forms.ValidationError("Whole numbers, separated by commas.")
        return tuple(int(number) for number in numbers)

    def details(self, kind: str) -> PolicyDetails:
        values = {**self.cleaned_data, "quiet_days": tuple(map(int, self.cleaned_data["quiet_days"]))}
        return PolicyDetails(kind=kind, **values)


class PolicyAdmin(RoomAdmin):
    """No scope of the API opens it: only whoever answers for the organisation's work or its accounts."""

    reads = Scope.REMINDERS_READ  # never asked: the role decides
    shows_personal_data = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return sets_policies(request)

    def changelist_view(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        _allow(request)
        context = {"title": "Reminder policies", "lines": lines(request)}
        return TemplateResponse(
            request, "backoffice/policies.html", {**self.admin_site.each_context(request), **context}
        )

    def page(self, request: HttpRequest, policy: Policy, /) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('admin:reminders_policy_set')}?kind={policy.kind}")

    def set_view(self, request: HttpRequest) -> HttpResponse:
        line = _asked(request, lock=request.method == "POST")
        shown = line.details
        initial = {
            **vars(shown),
            "offsets": ", ".join(map(str, shown.offsets)),
            "hour": f"{shown.hour:%H:%M}",
            "quiet_days": list(map(str, shown.quiet_days)),
        }
        form = PolicyForm(request.POST or None, initial=initial)

        def operate() -> str:
            reminders.set_policy(
                organisation=organisation_of(request), details=form.details(shown.kind),
                by=actor_of(request), at=now(),
            )  # fmt: skip
            messages.success(request, "This holds from now on. Open deadlines follow within minutes.")
            return _listed()

        question = Question(
            title=f"Reminders: {line.label}", submit="Save", back=_listed(), lead=line.source,
            subject=line.policy,
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(form)], operate)

    def drop_view(self, request: HttpRequest) -> HttpResponse:
        line = _asked(request, lock=request.method == "POST")
        policy = line.policy
        if policy is None:
            raise Http404

        def operate() -> str:
            reminders.drop_policy(policy=policy, by=actor_of(request), at=now())
            messages.success(request, "The policy is dropped.")
            return _listed()

        question = Question(
            title=f"Drop the policy: {line.label}", submit="Drop it", back=_listed(), dangerous=True,
            lead="What holds for every other kind, or the defaults, holds for it again.", subject=policy,
        )  # fmt: skip
        return ask(request, self.admin_site, question, [Part(forms.Form(request.POST or None))], operate)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("set/", view(self.set_view), name="reminders_policy_set"),
            path("drop/", view(self.drop_view), name="reminders_policy_drop"),
            *super().get_urls(),
        ]


def lines(request: HttpRequest, *, lock: bool = False) -> list[Line]:
    """The general one first, then each kind, with what holds for it today. One query."""
    rows = Policy.objects.filter(organisation=organisation_of(request), stands=True)
    found = {policy.kind: policy for policy in (rows.select_for_update(of=("self",)) if lock else rows)}
    own = {kind: PolicyDetails.of(policy) for kind, policy in found.items()}
    general = own.get("", PolicyDetails())
    inherited = "As for every other kind" if "" in own else "Default"
    return [
        Line(details=own[kind], policy=found[kind], source="Set")
        if kind in own
        else Line(details=replace(general, kind=kind), policy=None, source=inherited)
        for kind in KINDS
    ]


def _asked(request: HttpRequest, *, lock: bool) -> Line:
    _allow(request)
    if lock:  # a row that is not there yet cannot be held
        Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation_of(request).pk)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404
    return next(line for line in lines(request, lock=lock) if line.details.kind == kind)


def _allow(request: HttpRequest) -> None:
    if not sets_policies(request):
        raise PermissionDenied


def _listed() -> str:
    return reverse("admin:reminders_policy_changelist")
