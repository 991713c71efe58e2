"""Is there room, and for how many of the household. Asked under the locks; the database asks again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from casework.housing.models import (
    AVAILABLE,
    NOT_CLOSED,
    NOT_OVERSOLD,
    PRIVATE_ONCE,
    Closure,
    Need,
    Placement,
    Unit,
)
from casework.housing.rules import Sold, highest, runs_above
from casework.housing.sentences import beds, nights_named, persons
from casework.promises import broken_constraint
from casework.refusals import Conflict, Fault

TAKEN = "This unit has no room on at least one of these nights."


class NoRoom(Conflict):
    """The unit is full, closed, too small or not there on one of the nights."""


class TooMany(Conflict):
    """More people would have a bed than the need has."""


def sold_in(unit: Unit, first: date, last: date, at: datetime, *, but: UUID | None = None) -> list[Sold]:
    return _sold(Placement.objects.filter(unit=unit), first, last, at, but)


def sold_to(need: Need, first: date, last: date, at: datetime, *, but: UUID | None = None) -> list[Sold]:
    return _sold(Placement.objects.filter(need=need), first, last, at, but)


def check_room(
    unit: Unit, first: date, last: date, people: int, at: datetime, *, but: UUID | None = None
) -> None:
    """Raises NoRoom with one sentence. `but`: a placement that is about to be written anew."""
    if people > unit.capacity:
        raise _no(f"{unit} has {beds(unit.capacity)}: not enough for {persons(people)}.")
    if unit.available_from and first < unit.available_from:
        raise _no(f"{unit} is available from {unit.available_from} only.")
    if unit.available_until and last > unit.available_until:
        raise _no(f"{unit} is available until {unit.available_until} only.")
    closures = Closure.objects.filter(unit=unit, starts_on__lte=last, ends_on__gte=first)
    if closed := closures.order_by("starts_on").first():
        raise _no(f"{unit} is closed on {nights_named([(closed.starts_on, closed.ends_on)])}.")
    room = 0 if unit.private else unit.capacity - people
    if full := runs_above(sold_in(unit, first, last, at, but=but), room, first, last):
        raise _no(_full(unit, people, full))


def check_people_of(
    need: Need, first: date, last: date, people: int, at: datetime, *, but: UUID | None = None
) -> None:
    """Nobody has two beds. Raises TooMany."""
    sold = sold_to(need, first, last, at, but=but)
    if runs := runs_above(sold, need.people - people, first, last):
        most = highest(sold, first, last) + people
        nights = nights_named(runs)
        told = f"The need is of {persons(need.people)}: with this, {most} would have beds on {nights}."
        raise TooMany(Fault("/people", told))


@contextmanager
def no_room() -> Iterator[None]:
    """The database's own refusal in our words: what was not seen here, another transaction wrote."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if broken_constraint(error) in (NOT_OVERSOLD, PRIVATE_ONCE, NOT_CLOSED, AVAILABLE):
            raise _no(TAKEN) from error
        raise


def _sold(placements: Any, first: date, last: date, at: datetime, but: UUID | None) -> list[Sold]:
    rows = placements.occupying(at).over(first, last).exclude(pk=but)
    return [Sold(*row) for row in rows.values_list("starts_on", "ends_on", "people")]


def _full(unit: Unit, people: int, runs: list[tuple[date, date]]) -> str:
    if unit.private:
        return f"{unit} is one household's at a time, and taken on {nights_named(runs)}."
    return f"{unit} has too few free beds for {persons(people)} on {nights_named(runs)}."


def _no(sentence: str) -> NoRoom:
    return NoRoom(Fault("/unit", sentence))
