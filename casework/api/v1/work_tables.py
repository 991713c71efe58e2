"""The tables of occupations and sectors: the same for everybody, by their codes, in English and Russian."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.asked import NoQuery, asked_in_query
from casework.api.fields import Text, WholeText
from casework.api.pagination import Cursor, Row, page_of_all
from casework.api.resource import Resource
from casework.work.models import Opening
from casework.work.occupations import named
from casework.work.sectors import SECTIONS


class NamesAnswer(serializers.Serializer[Any]):
    en = serializers.CharField()
    ru = serializers.CharField()


class CodeAnswer(serializers.Serializer[Any]):
    code = serializers.CharField()
    names = NamesAnswer()


class TableQuery(NoQuery):
    q = Text(
        required=False,
        max_length=100,
        help_text="The beginning of a code, or words of a name in any language.",
    )
    limit = WholeText(required=False, default=50, min_value=1, max_value=200, help_text="Rows per page.")
    cursor = Text(required=False, max_length=300, help_text="From `next` or `previous`; opaque.")


class Table(Resource):
    """Rows of a file, in the order of their codes; a page begins at a code."""

    # No row of it is stored; the class is asked for by what all resources share.
    model, columns = Opening, ()
    read_scope = Scope.WORK_READ
    query, answers = TableQuery, CodeAnswer

    def found(self, words: str) -> list[Row]:
        raise NotImplementedError

    def one(self, id: Any) -> Row:
        for row in self.found(""):
            if row["code"] == id:
                return {**row, "id": id, "version": 1}
        raise Http404

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        return [{"code": row["code"], "names": row["names"]} for row in rows]

    def saw(self, ids: Sequence[Any]) -> None:
        """A table of words is nobody's personal data."""

    def list(self, request: Request) -> Response:
        asked = asked_in_query(self.query, request._request.GET)
        page = page_of_all(self.found(asked.get("q", "")), asked, lambda row: (row["code"],))
        return Response(Cursor().answer(page, request, page.rows))


class Occupations(Table):
    """ISCO-08 unit groups."""

    object_type = "occupation"

    def found(self, words: str) -> list[Row]:
        return [{"code": one.code, "names": {"en": one.en, "ru": one.ru}} for one in named(words)]


class Sectors(Table):
    """ISIC Rev. 4 sections."""

    object_type = "sector"

    def found(self, words: str) -> list[Row]:
        wanted = words.casefold().split()
        return [
            {"code": code, "names": {"en": en, "ru": ru}}
            for code, (en, ru) in SECTIONS.items()
            if all(_is_meant(word, code, f"{en} {ru}") for word in wanted)
        ]


def _is_meant(word: str, code: str, names: str) -> bool:
    """A letter alone is a section, not any name that holds it."""
    return word == code.casefold() if len(word) == 1 else word in names.casefold()
