"""Openings: entered one by one or many at once, changed, closed, opened again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from casework.audit.actors import Actor
from casework.refusals import Conflict, Fault, Faults, Invalid
from casework.stays.zones import local_day
from casework.work.details import OpeningDetails, check_opening, find_faults
from casework.work.models import ClosedReason, Opening, OpeningStatus
from casework.work.trail import record_on


class AlreadyClosed(Conflict):
    """Only an open opening can be closed."""


class NotClosed(Conflict):
    """Only a closed opening can be opened again, and only while it could take somebody."""


@transaction.atomic
def add_opening(*, details: OpeningDetails, by: Actor, at: datetime) -> Opening:
    """Raises Invalid with a fault per field."""
    check_opening(details, local_day(details.country, at))
    opening = Opening(organisation_id=by.organisation, **details.columns())
    opening.save(force_insert=True)
    record_on("opening.added", opening, by, at, _about(opening))
    return opening


@transaction.atomic
def add_openings(*, details: Sequence[OpeningDetails], by: Actor, at: datetime) -> list[Opening]:
    """All of them or none, in the order given. Raises Invalid with every fault, "/3/positions"."""
    faults = Faults()
    for number, one in enumerate(details):
        find_faults(one, local_day(one.country, at), faults, at=f"/{number}")
    faults.refuse()
    made = [Opening(organisation_id=by.organisation, **one.columns()) for one in details]
    Opening.objects.bulk_create(made)
    for opening in made:
        record_on("opening.added", opening, by, at, _about(opening))
    return made


@transaction.atomic
def change_opening(*, opening: Opening, details: OpeningDetails, by: Actor, at: datetime) -> Opening:
    """More positions open what was closed because it was full; as many as are hired close it."""
    hold(opening)
    check_opening(details, local_day(details.country, at), opening)
    if details.positions < opening.hired:
        told = f"Hired already: {opening.hired}. There cannot be fewer positions than that."
        raise Invalid(Fault("/positions", told))
    columns = details.columns()
    changed = {name: value for name, value in columns.items() if getattr(opening, name) != value}
    if not changed:
        return opening
    opening.change(at=at, **changed)
    record_on("opening.changed", opening, by, at, {"fields": sorted(changed)})
    if opening.status == OpeningStatus.OPEN:
        close_if_full(opening=opening, by=by, at=at)
    elif opening.closed_reason == ClosedReason.FILLED and opening.positions_left:
        _open_again(opening, by, at)
    return opening


@transaction.atomic
def close_opening(
    *, opening: Opening, reason: str = ClosedReason.WITHDRAWN, by: Actor, at: datetime
) -> Opening:
    """Nobody can be proposed any more; applications under way stay where they are."""
    hold(opening)
    if opening.status == OpeningStatus.CLOSED:
        raise AlreadyClosed(Fault("/status", "This opening is closed already."))
    if reason not in ClosedReason.values:
        raise Invalid(Fault("/closed_reason", f"One of: {', '.join(ClosedReason.values)}."))
    _close(opening, reason, by, at)
    return opening


@transaction.atomic
def reopen_opening(*, opening: Opening, by: Actor, at: datetime) -> Opening:
    hold(opening)
    if opening.status == OpeningStatus.OPEN:
        raise NotClosed(Fault("/status", "This opening is open."))
    if not opening.positions_left:
        raise NotClosed(Fault("/status", "Every position is taken: raise the number of positions instead."))
    if opening.closes_on is not None and opening.closes_on < local_day(opening.country, at):
        raise NotClosed(Fault("/status", "Its closing day has passed: give it a later one first."))
    _open_again(opening, by, at)
    return opening


def hold(opening: Opening) -> None:
    """The row as it is now, held to the end of the transaction."""
    opening.refresh_from_db(from_queryset=Opening.objects.select_for_update(no_key=True))


def close_if_full(*, opening: Opening, by: Actor, at: datetime) -> None:
    if opening.status == OpeningStatus.OPEN and not opening.positions_left:
        _close(opening, ClosedReason.FILLED, by, at)


def _close(opening: Opening, reason: str, by: Actor, at: datetime) -> None:
    opening.change(at=at, status=OpeningStatus.CLOSED, closed_reason=reason)
    record_on("opening.closed", opening, by, at, {"reason": str(reason)})


def _open_again(opening: Opening, by: Actor, at: datetime) -> None:
    opening.change(at=at, status=OpeningStatus.OPEN, closed_reason=None)
    record_on("opening.reopened", opening, by, at, {})


def _about(opening: Opening) -> dict[str, str | int]:
    return {"country": opening.country, "occupation": opening.occupation, "positions": opening.positions}
