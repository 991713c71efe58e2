"""Pages by key: the row where a page ended, so that writers neither shift a row nor show it twice."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from casework.api.errors import BadQuery
from casework.refusals import Fault

Row = dict[str, Any]
CHUNK = 200


@dataclass(frozen=True)
class Place:
    """Between two rows: beside the one created at that moment with that id, on the way forward or back."""

    forward: bool
    newest_first: bool
    created_at: datetime
    row_id: UUID

    def encoded(self) -> str:
        parts = [int(self.forward), int(self.newest_first), self.created_at.isoformat(), self.row_id.hex]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    def beyond(self) -> Q:
        """The rows further on in the direction of travel.

        The first condition alone is one that an index can begin at: an OR is looked at row by row.
        """
        if self.forward is not self.newest_first:
            later = Q(created_at__gt=self.created_at) | Q(id__gt=self.row_id)
            return Q(created_at__gte=self.created_at) & later
        earlier = Q(created_at__lt=self.created_at) | Q(id__lt=self.row_id)
        return Q(created_at__lte=self.created_at) & earlier


def place_of(cursor: str, newest_first: bool) -> Place:
    """Raises BadQuery for a cursor that was not made here, or for the other ordering."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        forward, newest, moment, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        place = Place(bool(forward), bool(newest), datetime.fromisoformat(moment), UUID(hex=row_id))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise BadQuery(Fault("/cursor", "This is not a cursor of this list.")) from None
    if place.created_at.tzinfo is None or place.newest_first is not newest_first:
        raise BadQuery(Fault("/cursor", "This cursor belongs to another ordering."))
    return place


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next: Place | None
    previous: Place | None


Keep = Callable[[list[Row]], list[Row]]


def page_of(rows: QuerySet[Any, Row], asked: Row, keep: Keep | None = None) -> Page:
    """`rows` are values with `created_at` and `id`. `keep` drops rows by what only Python can tell."""
    newest_first = asked["ordering"].startswith("-")
    place = place_of(asked["cursor"], newest_first) if "cursor" in asked else None
    forward = place is None or place.forward
    sign = "-" if forward is newest_first else ""
    ordered = rows.order_by(f"{sign}created_at", f"{sign}id")
    found = _read(ordered, place, asked["limit"] + 1, keep, newest_first, forward)
    more, shown = len(found) > asked["limit"], found[: asked["limit"]]
    if not forward:
        shown.reverse()
    return Page(
        shown,
        next=_beside(shown, -1, True, newest_first) if (more if forward else place) else None,
        previous=_beside(shown, 0, False, newest_first) if (place if forward else more) else None,
    )


def _read(
    ordered: QuerySet[Any, Row], place: Place | None, wanted: int, keep: Keep | None,
    newest_first: bool, forward: bool,
) -> list[Row]:  # fmt: skip
    if keep is None:
        return list((ordered.filter(place.beyond()) if place else ordered)[:wanted])
    found: list[Row] = []
    while len(found) < wanted:
        chunk = list((ordered.filter(place.beyond()) if place else ordered)[:CHUNK])
        found += keep(chunk)
        if len(chunk) < CHUNK:
            break
        place = Place(forward, newest_first, chunk[-1]["created_at"], chunk[-1]["id"])
    return found[:wanted]


def _beside(rows: Sequence[Row], position: int, forward: bool, newest_first: bool) -> Place | None:
    if not rows:
        return None
    row = rows[position]
    return Place(forward, newest_first, row["created_at"], row["id"])


class Cursor(BasePagination):
    """The shape of every list."""

    def answer(self, page: Page, request: Request, results: Sequence[Row]) -> Row:
        return {
            "next": _link(request, page.next),
            "previous": _link(request, page.previous),
            "results": list(results),
        }

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _link(request: Request, place: Place | None) -> str | None:
    if place is None:
        return None
    return str(replace_query_param(request.build_absolute_uri(), "cursor", place.encoded()))
