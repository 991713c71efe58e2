"""Planning with the person: leave and come back, or which country from here. Nothing is stored."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from casework.accounts.roles import Scope
from casework.backoffice import fields
from casework.backoffice.asked import allow, now
from casework.backoffice.file import STATUS_TONE, why_and_warnings
from casework.backoffice.file_forms import named
from casework.backoffice.filters import by_name
from casework.backoffice.folder import address
from casework.backoffice.formpage import Part, show
from casework.backoffice.room import RoomAdmin
from casework.people.models import Document, Person
from casework.refusals import Refused
from casework.stays import rules
from casework.stays.comparing import Option
from casework.stays.models import Arrival, Purpose
from casework.stays.plans import Departure, Plan, current_stay, outlook
from casework.stays.queries import countries_with_rules

STATUS_TOLD = {
    rules.Status.LAWFUL: "may enter",
    rules.Status.NOT_ADMITTED: "may not enter",
    rules.Status.UNKNOWN: "not known",
}


class PlanForm(forms.Form):
    """What both questions ask."""

    def __init__(self, *args: Any, papers: list[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(paper.pk), named(paper)) for paper in papers]
        self.fields["document"] = fields.choice("Document they would show", choices)
        self.fields["purpose"] = fields.choice("Purpose they would name", Purpose.choices)

    def plan(self) -> Plan:
        values = self.cleaned_data
        return Plan(
            countries=self.countries(), entry_on=values["entry_on"], leave_on=values.get("leave_on"),
            document=UUID(values["document"]) if values["document"] else None,
            purpose=values["purpose"] or None,
        )  # fmt: skip

    def countries(self) -> tuple[str, ...]:
        raise NotImplementedError


class ReturnForm(PlanForm):
    leave_on = fields.day("Leave on", required=True)
    entry_on = fields.day("Come back on", required=True)
    country = fields.country("Come back to", help_text="The same country or another.")

    def __init__(self, *args: Any, current: Arrival | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if current is None:
            del self.fields["leave_on"]
            self.fields["entry_on"].label = "Enter on"
            self.fields["country"].label, self.fields["country"].help_text = "Enter", ""

    def countries(self) -> tuple[str, ...]:
        return (self.cleaned_data["country"],)


class CompareForm(PlanForm):
    entry_on = fields.day("Day of entry", required=True)

    def __init__(self, *args: Any, offered: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["countries"] = fields.several("Countries", by_name(offered))

    def countries(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["countries"])


@dataclass(frozen=True)
class Shown:
    """One country's answer. `days`: how long the stay may last, from the day of entry on."""

    country: str
    stay: rules.Assessment
    told: str
    tone: str
    days: int | None
    why: list[str]
    warnings: list[str]


@dataclass(frozen=True)
class Answer:
    entry_on: date
    departure: Departure | None
    options: list[Shown]


def plan(room: RoomAdmin, request: HttpRequest, person_id: UUID) -> HttpResponse:
    """POST, though nothing is written: days and countries in an address would stand in the access log."""
    allow(request, Scope.STAYS_READ)
    person: Person = room.asked(request, person_id)
    room.note_read(request, [person])
    returning, comparing = _forms(request, person)
    answer = None
    for form in (returning, comparing):
        if form.is_bound and form.is_valid():
            answer = _answered(request, person, form)
    context = {
        **room.admin_site.each_context(request),
        "title": "Plan with the person", "person": person, "back": address(person),
        "forms": [(returning, "Leave and come back", "return"), (comparing, "Compare countries", "compare")],
        "answer": answer,
    }  # fmt: skip
    return TemplateResponse(request, "backoffice/plan.html", context)


def _forms(request: HttpRequest, person: Person) -> tuple[ReturnForm, CompareForm]:
    """The one that was sent is bound."""
    papers = list(Document.objects.defer("number").filter(person=person).order_by("-created_at", "pk"))
    ledger = list(Arrival.objects.standing().filter(person=person).order_by("entered_on", "pk"))
    current = current_stay(ledger)
    shown: dict[str, Any] = {}
    if current is not None:
        shown = {"country": current.country, "document": current.document_id, "purpose": current.purpose}
    elif papers:
        shown = {"document": papers[0].pk}

    def bound(name: str) -> dict[str, Any]:
        sent = request.POST if request.POST.get("ask") == name else None
        return {"data": sent, "prefix": name, "papers": papers, "initial": shown}

    return (
        ReturnForm(current=current, **bound("return")),
        CompareForm(offered=countries_with_rules(), **bound("compare")),
    )


def _answered(request: HttpRequest, person: Person, form: PlanForm) -> Answer | None:
    asked = form.plan()
    try:
        found = outlook(person, asked, at=now())
    except Refused as refused:
        for fault in refused.faults:
            show(fault, [Part(form)])
        return None
    options = [_shown(option, asked.entry_on, request.LANGUAGE_CODE) for option in found.options]
    return Answer(asked.entry_on, found.departure, options)


def _shown(option: Option, entry_on: date, language: str) -> Shown:
    stay, last = option.stay, option.stay.last_lawful_day
    why, warnings = why_and_warnings(stay, language)
    return Shown(
        country=option.country, stay=stay,
        told=STATUS_TOLD.get(stay.status, "not known"), tone=STATUS_TONE.get(stay.status, "late"),
        days=(last - entry_on).days + 1 if last is not None else None,
        why=why, warnings=warnings,
    )  # fmt: skip
