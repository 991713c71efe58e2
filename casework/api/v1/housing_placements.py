from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from casework.accounts.roles import Scope
from casework.api.pagination import Row
from casework.api.resource import Changes, Creates, Resource
from casework.api.v1.housing_placement_forms import (
    PlacementAnswer,
    PlacementAsked,
    PlacementChange,
    PlacementsQuery,
)
from casework.cases import operations
from casework.housing.locking import lock_placement
from casework.housing.models import Need, Placement, PlacementStatus, Unit
from casework.refusals import Fault, Invalid


class OneThingAtATime(Invalid):
    """A placement is moved, ended, cancelled, confirmed or changed: each by itself."""


COLUMNS = tuple(
    "id need_id unit_id unit__place_id starts_on ends_on people status hold_expires_at private price currency"
    " price_per split_reason reason moved_from_id created_at updated_at".split()
)
HELD, CONFIRMED = PlacementStatus.HELD.value, PlacementStatus.CONFIRMED.value
ENDED, CANCELLED = PlacementStatus.ENDED.value, PlacementStatus.CANCELLED.value
BY_STATUS: dict[str, Callable[..., Placement]] = {
    CONFIRMED: operations.confirm_placement, ENDED: operations.end_placement,
    CANCELLED: operations.cancel_placement,
}  # fmt: skip
# What belongs to a change of this kind; anything else beside it is another change.
BELONGS = {
    "unit": {"unit", "starts_on", "reason"}, HELD: {"status"}, CONFIRMED: {"status"},
    ENDED: {"status", "ends_on", "reason"}, CANCELLED: {"status", "reason"},
}  # fmt: skip
AGAIN = "Beds are held by a new placement: this one is {status}."


class Placements(Creates, Changes, Resource):
    """Who sleeps where, on which nights. A unit is never oversold: no room is 409."""

    model, columns, object_type = Placement, COLUMNS, "placement"
    read_scope, write_scope = Scope.HOUSING_READ, Scope.HOUSING_WRITE
    query, asks, changes, answers = PlacementsQuery, PlacementAsked, PlacementChange, PlacementAnswer
    lookups = {
        "need": "need_id", "unit": "unit_id", "place": "unit__place_id", "household": "need__household_id",
        "city": "unit__place__city_key",
    }  # fmt: skip

    def narrow(self, rows: QuerySet[Any], asked: Row) -> QuerySet[Any]:
        if "status" in asked:
            rows = rows.seen_as(asked["status"], self.at)  # type: ignore[attr-defined]
        if "night" in asked:
            rows = rows.over(asked["night"], asked["night"])  # type: ignore[attr-defined]
        return super().narrow(rows, asked)

    def represent(self, rows: Sequence[Row]) -> list[Row]:
        followed = Placement.objects.filter(moved_from_id__in=[row["id"] for row in rows])
        moved_to = dict(followed.order_by("created_at", "id").values_list("moved_from_id", "id"))
        return [self._represented(row, moved_to.get(row["id"])) for row in rows]

    def _represented(self, row: Row, moved_to: UUID | None) -> Row:
        """A hold that has run out is shown as what it is, swept or not."""
        shown = Row()
        for name in COLUMNS:
            shown[name.removesuffix("_id").removeprefix("unit__")] = row[name]
            if name == "moved_from_id":
                shown["moved_to"] = moved_to
        price, expires_at = row["price"], row["hold_expires_at"]
        if row["status"] == HELD and expires_at <= self.at:
            shown |= {"status": CANCELLED, "hold_expires_at": None}
        return {**shown, "price": None if price is None else str(price)}

    def post_values(self, values: Row) -> UUID:
        need = self.referenced(Need, values.pop("need"), "/need")
        unit = self.referenced(Unit, values.pop("unit"), "/unit")
        hold = values.pop("status") == HELD
        asked = {**values, "need": need, "unit": unit, "hold": hold}
        return operations.place_household(**asked, by=self.by, at=self.at).pk

    @transaction.atomic
    def partial_update(self, request: Request, id: str) -> Response:
        placement = self.locked(id)
        goes_on = self._changed(placement, self.body(self.changes, partial=True))
        response = self.shown(self.one(goes_on))
        if goes_on != placement.pk:
            response["Content-Location"] = request.build_absolute_uri(f"../{goes_on}/")
        return response

    def _changed(self, placement: Placement, values: Row) -> UUID:
        """One operation, or none where all is as it was. The placement that goes on."""
        if values.get("status") == placement.status_at(self.at):
            del values["status"]
        if values.get("unit") == placement.unit_id:
            del values["unit"]
        kind = "unit" if "unit" in values else values.get("status")
        if kind is not None:
            _check_alone(placement, values, kind)
            values = {name: values[name] for name in values if name in BELONGS[kind]}
        return self._act(placement, kind, values).pk if values else placement.pk

    def _act(self, placement: Placement, kind: str | None, values: Row) -> Placement:
        asked: Row = {"placement": placement, "by": self.by, "at": self.at}
        if kind == "unit":
            unit = self.referenced(Unit, values.pop("unit"), "/unit")
            from_day = values.pop("starts_on", None)
            return operations.move_placement(unit=unit, from_day=from_day, **values, **asked)
        if kind is None:
            return operations.change_placement(**values, **asked)
        if kind == HELD:
            raise OneThingAtATime(Fault("/status", AGAIN.format(status=placement.status)))
        del values["status"]
        return BY_STATUS[kind](**values, **asked)

    def hold_before(self, id: str) -> None:
        """Its need, its unit, and the unit to which it moves."""
        found = self.scoped().filter(pk=id).first()
        if found is not None:
            # A body that is not possible is refused later: after what is not there and what has changed.
            form = PlacementChange(data=self.request.data, partial=True)
            there = form.validated_data.get("unit") if form.is_valid() else None
            lock_placement(found, *filter(None, [there]))


def _check_alone(placement: Placement, values: Row, kind: str) -> None:
    """What is sent as it is does not count; only a status is always a wish."""
    others = [name for name in values if name not in BELONGS[kind]]
    wishes = [
        name for name in others if name == "status" or values[name] not in (None, getattr(placement, name))
    ]
    if wishes:
        sentence = "One thing at a time: send this by itself."
        raise OneThingAtATime(*(Fault(f"/{name}", sentence) for name in wishes))
