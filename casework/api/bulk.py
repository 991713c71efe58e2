"""Many rows in one POST: a JSON list where one object may stand too. All of them or none.

The answer is 201 with `{"results": […]}` in the order sent, or every fault of every row, with pointers that
begin with the row's number (`/3/positions`). `Idempotency-Key` holds for the list as for one.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api import idempotency
from casework.api.asked import asked_in_body
from casework.api.errors import Gone
from casework.api.pagination import Row
from casework.api.problems import faults_of
from casework.api.resource import Creates, Resource
from casework.refusals import Fault, Invalid, Refused

MOST_ROWS = 500


class BadRows(Invalid):
    """Some rows of a list are not possible, so none was stored."""

    title = "Some of these rows are not possible"


class CreatesMany(Creates):
    """POST of a list beside POST of one. `post_many` makes one domain call and gives the ids in order."""

    takes_many = True

    def post_many(self, rows: list[Row]) -> list[UUID]:
        """`rows` are values as of `asks`. Refused as a whole, with pointers that begin with "/<number>"."""
        raise NotImplementedError

    def missing(self, rows: list[Row]) -> list[Fault]:
        """What rows name and is not there ("/<number>/place"): set aside like what cannot be read."""
        return []

    @transaction.atomic
    def create(self, request: Request) -> Response:
        if not isinstance(request.data, list):
            return super().create(request)
        assert isinstance(self, Resource)
        made, replayed = idempotency.once_for_many(request, self.by, self.at, self._made_of_list)
        if replayed:
            self.saw(made)
        rows = {row["id"]: row for row in self.scoped().filter(pk__in=made).values(*self.columns)}
        if len(rows) < len(made):
            raise Gone
        response = Response({"results": self.represent([rows[id] for id in made])}, 201)
        if replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def _made_of_list(self) -> list[UUID]:
        """What one row's form refuses does not hide what the operation says of the others."""
        assert isinstance(self, Resource)
        assert self.asks is not None
        good, faults = _read(self.request.data, lambda row: asked_in_body(self.asks, row))  # type: ignore[arg-type]
        numbers = [number for number, _ in good]
        faults += [_renumbered(fault, numbers) for fault in self.missing([values for _, values in good])]
        aside = {_row_of(fault) for fault in faults}
        good = [row for row in good if row[0] not in aside]
        if not faults:
            return self.post_many([values for _, values in good])
        try:
            with transaction.atomic():
                self.post_many([values for _, values in good])
                transaction.set_rollback(True)
        except Refused as refused:
            numbers = [number for number, _ in good]
            faults += [_renumbered(fault, numbers) for fault in refused.faults]
        raise BadRows(*sorted(faults, key=_row_of))


def _read(rows: Sequence[Any], form: Callable[[Any], Row]) -> tuple[list[tuple[int, Row]], list[Fault]]:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise BadRows(Fault("", f"A list has from 1 to {MOST_ROWS} rows; this one has {len(rows)}."))
    good, faults = list[tuple[int, Row]](), list[Fault]()
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            faults.append(Fault(f"/{number}", "An object is needed here."))
            continue
        try:
            good.append((number, form(row)))
        except ValidationError as error:
            faults += faults_of(error.detail, f"/{number}")
    return good, faults


def _renumbered(fault: Fault, numbers: Sequence[int]) -> Fault:
    """The number among the good rows becomes the number in the list sent."""
    _, number, *rest = fault.pointer.split("/")
    return Fault("/".join(("", str(numbers[int(number)]), *rest)), fault.detail)


def _row_of(fault: Fault) -> int:
    return int(fault.pointer.split("/")[1])
