"""A page that asks for one operation: forms in, one domain call, its refusal shown at the fields."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from casework.backoffice.words import days_said
from casework.refusals import Fault, Refused

CHANGED_MEANWHILE = "Somebody changed this while you were writing. Nothing was stored: open it again."


class Versioned(Protocol):
    """A row that knows how often it was changed."""

    version: int


@dataclass(frozen=True)
class Part:
    """A form, and the pointer under which the operation names its values ("/person")."""

    form: forms.Form
    pointer: str = ""
    legend: str = ""


@dataclass(frozen=True)
class Question:
    """What a page asks. `subject`: the row to be changed, whose version must still be the one shown."""

    title: str
    submit: str
    back: str
    lead: str = ""
    dangerous: bool = False
    subject: Versioned | None = None
    template: str = "backoffice/form.html"
    action: str = ""  # where it is sent when that is another page


def ask(
    request: HttpRequest,
    site: AdminSite,
    question: Question,
    parts: Sequence[Part],
    operate: Callable[[], str],
    **context: Any,
) -> HttpResponse:
    """`operate` makes the one domain call and returns where to go next; Refused leads back to the form."""
    if request.method == "POST" and _is_current(request, question, parts) and _are_valid(parts):
        try:
            with transaction.atomic():
                return HttpResponseRedirect(operate())
        except Refused as refused:
            for fault in refused.faults:
                show(fault, parts)
    return page(request, site, question, parts, **context)


def page(
    request: HttpRequest, site: AdminSite, question: Question, parts: Sequence[Part], **context: Any
) -> HttpResponse:
    """The question as it stands. `notices`: sentences above the form, where nothing was refused."""
    shown = {"title": question.title, "question": question, "parts": parts, **context}
    return TemplateResponse(request, question.template, {**site.each_context(request), **shown})


def show(fault: Fault, parts: Sequence[Part]) -> None:
    """At the field that the pointer names; above the form when no field has that name."""
    part = max(
        (part for part in parts if fault.pointer.startswith(part.pointer)),
        key=lambda part: len(part.pointer),
        default=parts[0],
    )
    field = fault.pointer[len(part.pointer) :].strip("/").split("/")[0].removesuffix("_id")
    part.form.add_error(field if field in part.form.fields else None, days_said(fault.detail))


def refused_with(request: HttpRequest, refused: Refused) -> None:
    """Where there is no form to show it in: a button that came too late."""
    for fault in refused.faults:
        messages.error(request, days_said(fault.detail))


def _are_valid(parts: Sequence[Part]) -> bool:
    found = [part.form.is_valid() for part in parts]  # all of them: a clerk mends a form once
    return all(found)


def _is_current(request: HttpRequest, question: Question, parts: Sequence[Part]) -> bool:
    if request.POST.get("version", "") == (str(question.subject.version) if question.subject else ""):
        return True
    parts[0].form.is_valid()
    parts[0].form.add_error(None, CHANGED_MEANWHILE)
    return False
