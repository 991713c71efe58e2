"""How a `matches/` action answers: the best first, each with what speaks for it and what against.

At most fifty, in the envelope of a list that has no further page:
`{"next": null, "previous": null, "results": [{…, "fits": …, "reasons": […], "against": […]}]}`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from rest_framework import serializers
from rest_framework.response import Response

from casework.api.pagination import Row


class Noted(Protocol):
    """One reason or objection, of any room."""

    @property
    def code(self) -> str: ...

    @property
    def detail(self) -> str: ...


class NoteAnswer(serializers.Serializer[Any]):
    """One reason or objection: a code for programs, a sentence for people."""

    code = serializers.CharField()
    detail = serializers.CharField()


class RankedAnswer(serializers.Serializer[Any]):
    """The end of every match; a resource puts what is matched before it."""

    fits = serializers.BooleanField(help_text="Nothing decisive speaks against it. Nothing is hidden.")
    reasons = NoteAnswer(many=True, help_text="What speaks for it.")
    against = NoteAnswer(many=True, help_text="What speaks against it.")


def represent_fit(fits: bool, reasons: Iterable[Noted], against: Iterable[Noted]) -> Row:
    return {"fits": fits, "reasons": _notes(reasons), "against": _notes(against)}


def ranked(results: Sequence[Row]) -> Response:
    return Response({"next": None, "previous": None, "results": list(results)})


def _notes(notes: Iterable[Noted]) -> list[Row]:
    return [{"code": note.code, "detail": note.detail} for note in notes]
