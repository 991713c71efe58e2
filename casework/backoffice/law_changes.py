"""Changes of the law: what is drafted, whom it would touch, who approved it, how far the replay has come."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString

from casework.accounts.models import Client
from casework.accounts.roles import Scope
from casework.audit.operations import record_read
from casework.backoffice import law_change_draft, rule_words
from casework.backoffice.asked import actor_of, may, names_of, now, organisation_of
from casework.backoffice.filters import ByCountry
from casework.backoffice.formpage import Part, Question, ask
from casework.backoffice.room import WHERE, RoomAdmin
from casework.backoffice.words import chip, country_name, day
from casework.people.models import Person
from casework.stays import foreseen
from casework.stays.models import ChangeStatus, LawChange, StayRule
from casework.stays.operations import approve_change, preview_change, withdraw_change

TONES = {
    ChangeStatus.DRAFT: "calm",
    ChangeStatus.PREVIEWED: "soon",
    ChangeStatus.APPROVED: "soon",
    ChangeStatus.REPLAYED: "good",
    ChangeStatus.WITHDRAWN: "calm",
}
WALKS = {"preview": "Counting", "replay": "Replay", "withdrawal": "Taking back"}
FIGURES = (
    ("affected", "Stays whose last lawful day moves"),
    ("gain", "of these, gain days"),
    ("lose", "of these, lose days"),
    ("overstayed_on_effective_day", "of these, overstayed on the day it takes effect"),
    ("no_longer_known", "of these, end no longer known"),
)


@dataclass(frozen=True)
class Action:
    """A button of a change's page: asked once more, then done. `offered`: to whom and when."""

    name: str
    label: str
    lead: str
    done: Callable[[LawChange], str]
    operate: Callable[..., LawChange]
    statuses: frozenset[ChangeStatus]
    dangerous: bool = False
    lead_of_draft: str = ""

    def lead_of(self, change: LawChange) -> str:
        return self.lead_of_draft if self.lead_of_draft and change.approved_at is None else self.lead


def _counted(change: LawChange) -> str:
    if change.status == ChangeStatus.PREVIEWED:
        return "Previewed."
    return "The preview has begun. With so many stays the workers finish it."


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "preview", "Preview", "Every open stay that the change can touch is counted. No deadline moves.",
            _counted, preview_change,
            frozenset({ChangeStatus.DRAFT, ChangeStatus.PREVIEWED}),
        ),
        Action(
            "approve", "Approve", "The register changes at once, and the deadlines of everybody it touches"
            " move as soon as the replay comes to them. People and caseworkers are told.",
            lambda change: "Approved. The replay follows.", approve_change,
            frozenset({ChangeStatus.PREVIEWED}),
        ),
        Action(
            "withdraw", "Withdraw", "The old law is put in force again, and every deadline that the change"
            " moved is computed anew.",
            lambda change: "Withdrawn.", withdraw_change,
            frozenset(ChangeStatus) - {ChangeStatus.WITHDRAWN}, dangerous=True,
            lead_of_draft="The draft ends. The law and every deadline stay as they are.",
        ),
    )
}  # fmt: skip


class LawChangeAdmin(RoomAdmin):
    """The law is public, and so is what changes it; a preview's list of stays is its organisation's own."""

    reads = Scope.RULES_READ
    writes = Scope.RULES_WRITE
    shows_personal_data = False
    owned = False
    heading = "Changes of the law"
    add_label = "Draft a change"
    list_display = ("title", "where", "effective", "state", "progress", "author")
    list_filter = (ByCountry, "status")
    ordering = ("-created_at", "-pk")

    # --- the list ----------------------------------------------------------------------------------------
    def prepared(self, request: HttpRequest, rows: list[LawChange]) -> list[LawChange]:
        progress = foreseen.progress_of([row.pk for row in rows])
        names = _names(request, rows)
        for row in rows:
            row.progress = progress.get(row.pk)  # type: ignore[attr-defined]
            row.author = names.get(row.drafted_by, "the law desk")  # type: ignore[attr-defined]
        return rows

    @admin.display(description="country", ordering="country")
    def where(self, change: LawChange) -> str:
        return country_name(change.country)

    @admin.display(description="takes effect", ordering="effective_on")
    def effective(self, change: LawChange) -> str:
        return day(change.effective_on)

    @admin.display(description="status", ordering="status")
    def state(self, change: LawChange) -> SafeString:
        return status_chip(change)

    @admin.display(description="progress")
    def progress(self, change: LawChange) -> str:
        walked: dict[str, Any] | None = change.progress  # type: ignore[attr-defined]
        if walked is None:
            return "–"
        done = "done" if walked["done"] else f"{walked['parts_done']} of {walked['parts']} parts"
        return f"{WALKS[walked['walk']]}: {done}"

    @admin.display(description="drafted by")
    def author(self, change: LawChange) -> str:
        return str(change.author)  # type: ignore[attr-defined]

    # --- one change --------------------------------------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        return at_the_law_desk(request)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not at_the_law_desk(request):
            raise PermissionDenied
        return law_change_draft.draft(request, self.admin_site)

    def page(self, request: HttpRequest, change: LawChange, /) -> HttpResponse:
        rules = StayRule.objects.filter(made_by=change, replaces=None).order_by("key")
        ended = list(StayRule.objects.filter(pk__in=change.ends_rules).order_by("key"))
        progress = foreseen.progress_of([change.pk]).get(change.pk)
        names = _names(request, [change])
        context = {
            **self.admin_site.each_context(request),
            "title": change.title, "change": change, "status": status_chip(change),
            "country": country_name(change.country),
            "author": names.get(change.drafted_by, "the law desk"),
            "approver": names.get(change.approved_by, "the law desk") if change.approved_by else "",
            "rules": [rule_words.told(rule) for rule in rules],
            "ended": [rule_words.told(rule) for rule in ended],
            "keeps": _keeps(change, ended),
            "progress": progress, "walk": WALKS[progress["walk"]] if progress else "",
            "actions": [action for action in ACTIONS.values() if offered(request, change, action)],
            "own_draft": change.drafted_by == actor_of(request).id,
            **_impact(request, change),
        }  # fmt: skip
        return TemplateResponse(request, "backoffice/law_change.html", context)

    def act_view(self, request: HttpRequest, change_id: UUID, action: str) -> HttpResponse:
        """Asked on GET, done on POST; what the operation refuses is said on the same page."""
        if not at_the_law_desk(request):
            raise PermissionDenied
        change: LawChange = self.asked(request, change_id)
        wanted = ACTIONS[action]
        page = reverse("admin:stays_lawchange_change", args=[change.pk])

        def operate() -> str:
            made = wanted.operate(change=change, by=actor_of(request), at=now())
            messages.success(request, wanted.done(made))
            return page

        question = Question(
            title=f"{wanted.label}: {change.title}", submit=wanted.label, back=page,
            lead=wanted.lead_of(change), dangerous=wanted.dangerous, subject=change,
        )  # fmt: skip
        sure = forms.Form(request.POST if request.method == "POST" else None)
        return ask(request, self.admin_site, question, [Part(sure)], operate)

    def get_urls(self) -> list[Any]:
        pages = [
            path(
                f"<uuid:change_id>/{name}/", self.admin_site.admin_view(self.act_view),
                {"action": name}, name=f"law_change_{name}",
            )
            for name in ACTIONS
        ]  # fmt: skip
        return [*pages, *super().get_urls()]

    def has_write_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return at_the_law_desk(request)


def at_the_law_desk(request: HttpRequest) -> bool:
    return may(request, Scope.RULES_WRITE) and organisation_of(request).is_law_desk


def offered(request: HttpRequest, change: LawChange, action: Action) -> bool:
    """Four eyes: the button to approve is not for whoever drafted. The operation has the last word."""
    if action.name == "approve" and change.drafted_by == actor_of(request).id:
        return False
    return at_the_law_desk(request) and change.status in action.statuses


def status_chip(change: LawChange) -> SafeString:
    return chip(str(change.get_status_display()).lower(), TONES[ChangeStatus(change.status)])


def _keeps(change: LawChange, ended: list[StayRule]) -> str:
    """Who stays under the ended rules; nobody where none of them reaches back before the day."""
    day_of_change = change.keeps_entries_before
    reaching = [
        rule for rule in ended if day_of_change and (rule.applies_to_entries_from or date.min) < day_of_change
    ]
    return f"whoever entered before {day(day_of_change)}" if reaching else "nobody"


def _names(request: HttpRequest, changes: Iterable[LawChange]) -> dict[str, str]:
    """Of colleagues and of the organisation's own apps."""
    asked = {actor for change in changes for actor in (change.drafted_by, change.approved_by) if actor}
    own = Client.objects.filter(organisation_id=organisation_of(request).pk)
    apps = own.filter(pk__in=filter(str.isdecimal, asked))
    return names_of(request, asked) | {str(app.pk): app.name for app in apps}


def _impact(request: HttpRequest, change: LawChange) -> dict[str, Any]:
    """Nothing before a preview has come to its end."""
    if change.previewed_at is None:
        return {"impact": None}
    organisation = organisation_of(request).pk
    impact = foreseen.impacts_of([change.pk], organisation)[change.pk]
    totals, own = impact["totals"], impact["own"]
    bars = [
        (_bar_told(bar), bar["stays"], mine["stays"])
        for bar, mine in zip(totals["histogram"], own["histogram"], strict=True)
    ]
    listed = may(request, Scope.STAYS_READ) and may(request, Scope.PEOPLE_READ)
    return {
        "impact": [(label, totals[name], own[name]) for name, label in FIGURES],
        "suppressed_below": impact["suppressed_below"],
        "bars": bars,
        "highest": max(count or 0 for _, *counts in bars for count in counts),
        "sees_list": listed,
        "moved": _moved(request, change, organisation) if listed else [],
        "own_affected": own["affected"],
        "longest_list": foreseen.LONGEST_LIST,
    }  # fmt: skip


def _moved(request: HttpRequest, change: LawChange, organisation: UUID) -> list[dict[str, Any]]:
    """With the names; who was shown is noted, the stays and the people."""
    stays = foreseen.moved_stays(change.pk, organisation)
    people = Person.objects.filter(organisation_id=organisation).in_bulk({stay["person"] for stay in stays})
    shown = [{**stay, "name": people[stay["person"]]} for stay in stays if stay["person"] in people]
    for kind, ids in (
        ("arrival", [str(stay["arrival"]) for stay in shown]),
        ("person", sorted({str(stay["person"]) for stay in shown})),
    ):
        if ids:
            record_read(by=actor_of(request), object_type=kind, object_ids=ids, at=now(), where=WHERE)
    return shown


def _bar_told(bar: dict[str, int | None]) -> str:
    lower, upper = bar["from_days"], bar["to_days"]
    if lower is None and upper is not None:
        return f"{-upper} days or more lost"
    if upper is None and lower is not None:
        return f"{lower} days or more gained"
    assert lower is not None
    assert upper is not None
    few, many = sorted((abs(lower), abs(upper)))
    return f"{few} to {many} days {'lost' if upper < 0 else 'gained'}"
