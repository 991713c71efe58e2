"""Which nights a need still lacks beds for, and for how many: what whoever places it looks for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from casework.housing.models import Need, Placement
from casework.housing.rules import NIGHTS_OF_A_MONTH, ONE, Sold, levels, nights
from casework.housing.standing import today_of

AHEAD = timedelta(days=NIGHTS_OF_A_MONTH - 1)


@dataclass(frozen=True)
class Wanted:
    """Beds for so many people on every night from `first` to `last`."""

    first: date
    last: date
    people: int

    @property
    def nights(self) -> int:
        return nights(self.first, self.last)


def asked_of(need: Need, at: datetime) -> Wanted:
    """All people, on the nights that have not passed; without an end, thirty of them.

    `last` lies before `first` where all have passed.
    """
    first = max(need.needed_from, today_of(need, at))
    return Wanted(first, need.needed_until or first + AHEAD, need.people)


def offered(need: Need, first: date, last: date | None) -> Wanted:
    """Those of the nights from `first` to `last` that the need asks for, for all of its people.

    `last` null: from `first` on for as long as they ask, thirty nights where they know no end. The need
    overlaps the nights.
    """
    begins = max(first, need.needed_from)
    ends = need.needed_until or last or begins + AHEAD
    return Wanted(begins, min(ends, last or ends), need.people)


def lacking(need: Need, has: Iterable[Sold], at: datetime) -> Wanted | None:
    """The first run of nights with too few beds, given what is held and confirmed. None: it has all."""
    return _lacking(need, asked_of(need, at), list(has))


def looked_for(need: Need, at: datetime) -> Wanted | None:
    """As `lacking`, given what is stored; where all nights have passed, what was asked for then."""
    asked = asked_of(need, at)
    if asked.last < asked.first:
        return Wanted(need.needed_from, asked.last, asked.people)
    return _lacking(need, asked, beds_had([need.pk], at).get(need.pk, []))


def beds_had(need_ids: Iterable[UUID], at: datetime) -> dict[UUID, list[Sold]]:
    """The beds that each of these needs has or had. One query."""
    found: dict[UUID, list[Sold]] = {}
    rows = Placement.objects.occupying(at).filter(need__in=list(need_ids))
    for need_id, first, last, people in rows.values_list("need_id", "starts_on", "ends_on", "people"):
        found.setdefault(need_id, []).append(Sold(first, last, people))
    return found


def lacking_between(people: int, has: Iterable[Sold], first: date, last: date) -> Wanted | None:
    """The first run of these nights on which the same number has no bed."""
    found: Wanted | None = None
    for begins, ends, sold in levels(has, first, last) if last >= first else ():
        missing = people - sold
        if found is None and missing > 0:
            found = Wanted(begins, ends, missing)
        elif found is not None and missing == found.people and found.last + ONE == begins:
            found = Wanted(found.first, ends, missing)
        elif found is not None:
            break
    return found


def _lacking(need: Need, asked: Wanted, has: list[Sold]) -> Wanted | None:
    last = asked.last
    if need.needed_until is None:
        last = max([last, *(one.ends_on + ONE + AHEAD for one in has)])
    return _within(lacking_between(need.people, has, asked.first, last), need)


def _within(found: Wanted | None, need: Need) -> Wanted | None:
    if found is None or need.needed_until is not None:
        return found
    return Wanted(found.first, min(found.last, found.first + AHEAD), found.people)
