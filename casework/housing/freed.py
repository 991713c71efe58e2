"""Nights that somebody else may have now: housing says which, `cases` tells the next caseworker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from casework.housing.models import Closure, Placement


@dataclass(frozen=True)
class Freed:
    """By a placement of `need_id`, or (both null) by a closure that was lifted. Both days are nights."""

    placement_id: UUID | None
    need_id: UUID | None
    unit_id: UUID
    starts_on: date
    ends_on: date

    def told(self) -> dict[str, Any]:
        """For the trail."""
        return {"unit": self.unit_id, "starts_on": self.starts_on, "ends_on": self.ends_on}


@dataclass(frozen=True)
class Placed:
    """What an operation on a placement left: the placement, and the nights that it freed on the way."""

    placement: Placement
    freed: tuple[Freed, ...] = ()


def freed_by(placement: Placement, first: date, last: date) -> Freed:
    return Freed(placement.pk, placement.need_id, placement.unit_id, first, last)


def opened_by(closure: Closure) -> Freed:
    return Freed(None, None, closure.unit_id, closure.starts_on, closure.ends_on)


def about(freed: Iterable[Freed]) -> dict[str, Any]:
    nights = [one.told() for one in freed]
    return {"freed": nights} if nights else {}
