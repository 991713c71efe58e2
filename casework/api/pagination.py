"""Pages by key: the row where a page ended, so that writers neither shift a row nor show it twice."""

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Func, Lookup, QuerySet, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from casework.api.errors import BadQuery
from casework.refusals import Fault

Row = dict[str, Any]
T = TypeVar("T")
CHUNK = 200
# What a list may be ordered by; which of them it allows, its query says. A cursor names its own by number.
ORDERINGS = {
    "created_at": ("created_at", "id"),
    "-created_at": ("-created_at", "-id"),
    "turn": ("rank", "created_at", "id"),
}


def encoded(parts: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decoded(cursor: str, read: Callable[[Any], T]) -> T:
    """`read` of the parts that were encoded. Raises BadQuery for a cursor that was not made here."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return read(json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)))
    except (ValueError, TypeError, AttributeError, LookupError, binascii.Error, RecursionError):
        raise BadQuery(Fault("/cursor", "This is not a cursor of this list.")) from None


class _Together(Func):
    """Columns or values compared as one: an index can begin at the whole of it."""

    template = "(%(expressions)s)"
    output_field = TextField()


@dataclass(frozen=True)
class Place:
    """Between two rows: beside the one with this key in its ordering, on the way forward or back."""

    forward: bool
    ordering: str
    key: tuple[Any, ...]

    def encoded(self) -> str:
        return encoded([int(self.forward), list(ORDERINGS).index(self.ordering), *map(_written, self.key)])

    def beyond(self) -> "Lookup[Any]":
        """The rows further on in the direction of travel."""
        columns = _Together(*(F(name) for name in _names(self.ordering)))
        further = GreaterThan if self.forward is not _falls(self.ordering) else LessThan
        return further(columns, _Together(*map(Value, self.key)))


def place_of(cursor: str, ordering: str) -> Place:
    """Raises BadQuery for a cursor that was not made here, or for another ordering."""
    place = decoded(cursor, _place)
    if place.ordering != ordering:
        raise BadQuery(Fault("/cursor", "This cursor belongs to another ordering."))
    return place


@dataclass(frozen=True)
class Page(Generic[T]):
    """`next` and `previous` are cursors."""

    rows: list[T]
    next: str | None
    previous: str | None


Keep = Callable[[list[Row]], list[Row]]


def page_of(rows: QuerySet[Any, Row], asked: Row, keep: Keep | None = None) -> Page[Row]:
    """`rows` are values with the columns of the ordering. `keep` drops rows by what only Python can tell."""
    ordering, limit = asked["ordering"], asked["limit"]
    place = place_of(asked["cursor"], ordering) if "cursor" in asked else None
    forward = place is None or place.forward
    ordered = rows.order_by(*ORDERINGS[ordering])
    found = _read(ordered if forward else ordered.reverse(), place, limit + 1, keep, ordering, forward)
    more, shown = len(found) > limit, found[:limit]
    if not forward:
        shown.reverse()
    return Page(
        shown,
        next=_beside(shown, -1, True, ordering) if (more if forward else place) else None,
        previous=_beside(shown, 0, False, ordering) if (place if forward else more) else None,
    )


def page_of_all(rows: Sequence[T], asked: Row, key: Callable[[T], tuple[str, ...]]) -> Page[T]:
    """As `page_of`, of rows that are not stored: all of them, in the order of their keys."""
    forward, beside = decoded(asked["cursor"], _place_among_all) if "cursor" in asked else (True, ())
    if forward:
        first = bisect_right(rows, beside, key=key)
        last = min(first + asked["limit"], len(rows))
    else:
        last = bisect_left(rows, beside, key=key)
        first = max(last - asked["limit"], 0)
    shown = list(rows[first:last])
    return Page(
        shown,
        next=encoded([1, *key(shown[-1])]) if shown and last < len(rows) else None,
        previous=encoded([0, *key(shown[0])]) if shown and first else None,
    )


def _read(
    ordered: QuerySet[Any, Row],
    place: Place | None,
    wanted: int,
    keep: Keep | None,
    ordering: str,
    forward: bool,
) -> list[Row]:
    if keep is None:
        return list((ordered.filter(place.beyond()) if place else ordered)[:wanted])
    found: list[Row] = []
    while len(found) < wanted:
        chunk = list((ordered.filter(place.beyond()) if place else ordered)[:CHUNK])
        found += keep(chunk)
        if len(chunk) < CHUNK:
            break
        place = _place_beside(chunk[-1], forward, ordering)
    return found[:wanted]


def _beside(rows: Sequence[Row], position: int, forward: bool, ordering: str) -> str | None:
    return _place_beside(rows[position], forward, ordering).encoded() if rows else None


def _place_beside(row: Row, forward: bool, ordering: str) -> Place:
    return Place(forward, ordering, tuple(row[name] for name in _names(ordering)))


def _place(parts: Any) -> Place:
    forward, number, *key = parts
    ordering = list(ORDERINGS)[number]
    columns = zip(_names(ordering), key, strict=True)
    return Place(bool(forward), ordering, tuple(READ[name](value) for name, value in columns))


def _place_among_all(parts: Any) -> tuple[bool, tuple[str, ...]]:
    forward, *key = parts
    if not key or not all(isinstance(text, str) for text in key):
        raise ValueError
    return bool(forward), tuple(key)


def _names(ordering: str) -> list[str]:
    return [name.removeprefix("-") for name in ORDERINGS[ordering]]


def _falls(ordering: str) -> bool:
    return ordering.startswith("-")


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _moment(written: Any) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _whole(written: Any) -> int:
    if type(written) is not int:  # true and false are none
        raise ValueError
    return written


READ: dict[str, Callable[[Any], Any]] = {"created_at": _moment, "id": UUID, "rank": _whole}


class Cursor(BasePagination):
    """The shape of every list."""

    def answer(self, page: Page[Any], request: Request, results: Sequence[Row]) -> Row:
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


def _link(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))
