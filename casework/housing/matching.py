"""Which beds suit a need: what speaks for each of them, and what against. Nothing is hidden."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Min

from casework.housing.free import FreeUnit, free_units
from casework.housing.models import Need
from casework.housing.rules import budget_of, nights, price_of
from casework.housing.sentences import beds, nights_counted
from casework.housing.standing import country_of
from casework.housing.wanted import Wanted, looked_for
from casework.stays.models import Deadline, DeadlineKind

MOST = 50
# For each person who has no bed there, where a unit has room for some only. It outweighs the small wishes.
APART = 15
# What a reason is worth where units are ranked. The three hard wishes outweigh all others together.
WORTH = {
    "fits_budget": 3, "step_free": 2, "pets": 2, "exact_size": 2, "near_work": 2, "private": 1,
    "over_budget": -20, "not_step_free": -30, "no_pets": -25, "much_larger": -1, "price_unknown": -1,
    "other_currency": -1, "stay_shorter": 0, "too_small": 0,
}  # fmt: skip
HARD = {"over_budget", "not_step_free", "no_pets", "too_small"}


@dataclass(frozen=True)
class Note:
    code: str
    detail: str


@dataclass
class Match:
    """The nights and the people that it has room for; `apart`: so many others would sleep elsewhere.

    `fits`: nothing asked for is missing. `price_for_stay` is these people's, in the unit's currency.
    """

    unit: FreeUnit
    wanted: Wanted
    apart: int = 0
    price_for_stay: Decimal | None = None
    reasons: list[Note] = field(default_factory=list)
    against: list[Note] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        return not HARD & {note.code for note in self.against}

    @property
    def score(self) -> int:
        notes = sum(WORTH[note.code] for note in (*self.reasons, *self.against))
        return notes - APART * self.apart

    def note(self, holds: bool, code: str, detail: str) -> None:
        if holds:
            (self.reasons if WORTH[code] > 0 else self.against).append(Note(code, detail))


@dataclass(frozen=True)
class Asked:
    """A need as it is matched."""

    need: Need
    first: date
    last: date
    people: int
    near_work: Container[tuple[str, str]]
    stay_ends: Mapping[str, date]

    @property
    def nights(self) -> int:
        return nights(self.first, self.last)


def matches_of(
    need: Need, *, at: datetime, wanted: Wanted | None = None, parts: bool = False,
    near_work: Container[tuple[str, str]] = (),
) -> list[Match]:  # fmt: skip
    """At most 50, the best first. `wanted`: other nights or people than those that the need lacks beds for.

    `parts`: where no unit has room for all of them, those with room for some. `near_work`: (country,
    city_key) of the household's work, from above.
    """
    wanted = wanted or looked_for(need, at)
    if wanted is None:
        return []
    country = (need.country or "") if need.city_key else country_of(need)
    where: dict[str, Any] = {"city_key": need.city_key, "country": country}
    nights: dict[str, Any] = {"first": wanted.first, "last": wanted.last, "at": at}
    free = free_units(people=wanted.people, **nights, **where)
    if parts and not free and wanted.people > 1:
        free = free_units(**nights, **where)
    asked = Asked(need, wanted.first, wanted.last, wanted.people, near_work, _stay_ends(need.household_id))
    found = [_compared(unit, asked) for unit in free]
    found.sort(key=lambda match: (-match.score, match.unit.place_name, match.unit.name, match.unit.id))
    return found[:MOST]


def _stay_ends(household_id: UUID | None) -> dict[str, date]:
    """By country: the first day on which somebody of the household must have left, as far as is recorded."""
    if household_id is None:
        return {}
    ends = Deadline.objects.open().filter(kind=DeadlineKind.STAY_END, person__household=household_id)
    return dict(ends.values("country").annotate(first=Min("due_on")).values_list("country", "first"))


def _compared(unit: FreeUnit, asked: Asked) -> Match:
    need, people = asked.need, min(unit.free, asked.people)
    match = Match(unit, Wanted(asked.first, asked.last, people), asked.people - people)
    some = f"Room for {people} of {asked.people}: they would be placed apart, which needs a reason."
    match.note(people < asked.people, "too_small", some)
    _compare_price(match, asked)
    match.note(need.step_free and unit.step_free, "step_free", "No steps.")
    match.note(need.step_free and not unit.step_free, "not_step_free", "There are steps.")
    match.note(need.pets and unit.pets, "pets", "Pets may come.")
    match.note(need.pets and not unit.pets, "no_pets", "Pets may not come.")
    match.note(unit.private, "private", "For the household alone.")
    match.note(unit.free == asked.people, "exact_size", f"Exactly {beds(asked.people)}.")
    larger = unit.private and unit.capacity >= 2 * asked.people + 1
    match.note(larger, "much_larger", f"{beds(unit.capacity)} for {asked.people}.")
    near = (unit.country, unit.city_key) in asked.near_work
    match.note(near, "near_work", "In the city of the work that is applied for.")
    ends = asked.stay_ends.get(unit.country)
    if ends is not None and ends < asked.last:
        match.note(True, "stay_shorter", f"The allowed stay ends on {ends}, before the last night.")
    return match


def _compare_price(match: Match, asked: Asked) -> None:
    unit, need = match.unit, asked.need
    if unit.price is None:
        match.note(True, "price_unknown", "No price is recorded.")
        return
    price = price_of(
        unit.price, unit.price_per, nights=asked.nights, people=match.wanted.people, private=unit.private
    )
    match.price_for_stay = price
    if need.budget is None:
        return
    if need.currency != unit.currency:
        match.note(True, "other_currency", f"{price} {unit.currency}; the budget is in {need.currency}.")
        return
    budget = budget_of(need.budget, need.budget_per, nights=asked.nights)
    detail = f"{price} {unit.currency} for {nights_counted(asked.nights)}; the budget is {budget}."
    match.note(price <= budget, "fits_budget", detail)
    match.note(price > budget, "over_budget", detail)
