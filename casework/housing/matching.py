"""Which beds suit a need: what speaks for each of them, and what against. Nothing is hidden."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
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
from casework.weighing import Fit, Note, weigh

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
class Match:
    """The nights and the people that it has room for. `price_for_stay` is theirs, in the unit's currency."""

    unit: FreeUnit
    wanted: Wanted
    price_for_stay: Decimal | None
    fit: Fit

    @property
    def fits(self) -> bool:
        return self.fit.fits

    @property
    def score(self) -> int:
        return self.fit.score

    @property
    def reasons(self) -> tuple[Note, ...]:
        return self.fit.reasons

    @property
    def against(self) -> tuple[Note, ...]:
        return self.fit.against


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
    people = min(unit.free, asked.people)
    price = None if unit.price is None else _price(unit, unit.price, people, asked)
    notes = [*_room(people, asked), *_money(unit, price, asked), *_wishes(unit, asked), *_place(unit, asked)]
    fit = weigh(notes, WORTH, HARD, less=APART * (asked.people - people))
    return Match(unit, Wanted(asked.first, asked.last, people), price, fit)


def _price(unit: FreeUnit, price: Decimal, people: int, asked: Asked) -> Decimal:
    return price_of(price, unit.price_per, nights=asked.nights, people=people, private=unit.private)


def _room(people: int, asked: Asked) -> Iterator[Note]:
    if people < asked.people:
        told = f"Room for {people} of {asked.people}: they would be placed apart, which needs a reason."
        yield Note("too_small", told)


def _money(unit: FreeUnit, price: Decimal | None, asked: Asked) -> Iterator[Note]:
    need = asked.need
    if price is None:
        yield Note("price_unknown", "No price is recorded.")
    elif need.budget is None:
        return
    elif need.currency != unit.currency:
        yield Note("other_currency", f"{price} {unit.currency}; the budget is in {need.currency}.")
    else:
        budget = budget_of(need.budget, need.budget_per, nights=asked.nights)
        told = f"{price} {unit.currency} for {nights_counted(asked.nights)}; the budget is {budget}."
        yield Note("fits_budget" if price <= budget else "over_budget", told)


def _wishes(unit: FreeUnit, asked: Asked) -> Iterator[Note]:
    if asked.need.step_free:
        yield Note("step_free", "No steps.") if unit.step_free else Note("not_step_free", "There are steps.")
    if asked.need.pets:
        yield Note("pets", "Pets may come.") if unit.pets else Note("no_pets", "Pets may not come.")
    if unit.private:
        yield Note("private", "For the household alone.")
    if unit.free == asked.people:
        yield Note("exact_size", f"Exactly {beds(asked.people)}.")
    if unit.private and unit.capacity >= 2 * asked.people + 1:
        yield Note("much_larger", f"{beds(unit.capacity)} for {asked.people}.")


def _place(unit: FreeUnit, asked: Asked) -> Iterator[Note]:
    if (unit.country, unit.city_key) in asked.near_work:
        yield Note("near_work", "In the city of the work that is applied for.")
    ends = asked.stay_ends.get(unit.country)
    if ends is not None and ends < asked.last:
        yield Note("stay_shorter", f"The allowed stay ends on {ends}, before the last night.")
