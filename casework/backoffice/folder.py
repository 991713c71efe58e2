"""A page inside a person's file: the person and one row of theirs, found or the same 404."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from casework.accounts.roles import Scope
from casework.backoffice.room import RoomAdmin, address_of
from casework.people.models import Person


def address(person: Person) -> str:
    return address_of(person)


def opened(room: RoomAdmin, request: HttpRequest, person_id: UUID, *scopes: Scope) -> Person:
    person: Person = room.opened(request, person_id, *scopes)
    return person


def row_of(person: Person, rows: QuerySet[Any], row_id: UUID) -> Any:
    found = rows.filter(person=person, pk=row_id).first()
    if found is None:
        raise Http404
    found.person = person  # the one that is locked, so that both know its version
    return found


def done(request: HttpRequest, person: Person, sentence: str) -> str:
    """Where to go next. The sentence names nobody: messages travel in a cookie."""
    messages.success(request, sentence)
    return address(person)
