"""Sent twice, made once: what cannot be corrected afterwards is not doubled by a second click."""

import json
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from casework.accounts.models import Owned
from casework.backoffice.asked import organisation_of

TOKENS = {"csrfmiddlewaretoken"}
Row = TypeVar("Row", bound=Owned)


class Once(forms.Form):
    """Each page that is opened has a form of its own; no operation is told of it."""

    once = forms.CharField(required=False, widget=forms.HiddenInput(), initial=uuid4)

    def clean(self) -> None:
        super().clean()
        self.cleaned_data.pop("once", None)


def made_once(request: HttpRequest, model: type[Row], sentence: str, make: Callable[[UUID], Row]) -> Row:
    """The row, made now or when the same form with the same answers was sent first. `sentence`: when made."""
    row_id = _id_of(request)
    row = _made(model, row_id)
    if row is None:
        try:
            with transaction.atomic():
                row = make(row_id)
        except IntegrityError:
            row = _made(model, row_id)  # by the other click, meanwhile
            if row is None:
                raise
        else:
            messages.success(request, sentence)
            return row
    messages.info(request, "That was stored when you sent it first. For anybody else, open the form anew.")
    return row


def _made(model: type[Row], row_id: UUID) -> Row | None:
    rows: Row | None = model._default_manager.filter(pk=row_id).first()
    return rows


def _id_of(request: HttpRequest) -> UUID:
    """Of this organisation, whatever was typed into the form: nobody meets another's row by its id."""
    if not request.POST.get("once"):
        return uuid4()
    sent = sorted((name, values) for name, values in request.POST.lists() if name not in TOKENS)
    return uuid5(organisation_of(request).pk, json.dumps([request.path, sent]))
