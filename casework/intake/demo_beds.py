"""Twelve weeks of looking for beds, and the next ones: through the operations, day by day.

More and more ask and there are not more beds: they wait, are turned away, and pay more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from casework.cases import operations as cases
from casework.housing import operations as housing
from casework.housing.details import NeedDetails, TurnedAwayDetails, UnitDetails
from casework.housing.free import FreeUnit, free_units
from casework.housing.models import Need, Placement, PlacementStatus, TurnedAway, Unit
from casework.intake.demo_places import Town, places_of, rounded
from casework.intake.demo_story import DAY, Story, date_back
from casework.people.cities import city_key

GROUNDS = {
    "A newborn.": "illness", "Alone, sixteen years old.": "unaccompanied_child",
    "Slept at the station.": "no_shelter", "Comes from hospital.": "illness",
}  # fmt: skip
ASKING = 1.0  # a day, in the first week of the usual demo
DEARER_ON = (25, 50)  # the days of the story on which landlords ask for more
PATIENCE = timedelta(days=17)
WHY_NOT = ("Every bed is taken.", "Too dear.", "")


def tell_of_beds(story: Story, towns: Iterable[Town]) -> None:
    told = BedStory(story, list(towns))
    told.add_places()
    for number, day in enumerate(story.days()):
        told.live(day, number)
    told.look_ahead()
    told.close_some()
    date_back(Need, "bed_need.asked")
    date_back(TurnedAway, "turned_away.recorded")


class BedStory:
    def __init__(self, story: Story, towns: Sequence[Town]) -> None:
        self.story, self.towns, self.dice = story, towns, story.dice
        self.sizes: dict[Any, int] = {}
        for person in story.people:
            self.sizes[person.household_id] = self.sizes.get(person.household_id, 0) + 1
        # One family after the other asks, each in the country to which it came.
        self.families = {town.country: self._families(town.country) for town in towns}
        self.units: dict[str, list[Unit]] = {}
        self.held: list[Placement] = []
        self.confirmed: list[Placement] = []

    def add_places(self) -> None:
        first, asked = self.story.first, self.story.by_at(self.story.first)
        times = max(1, round(self.story.scale))
        for town in self.towns:
            self.units[town.name] = []
            for details, rooms in places_of(town, times=times, since=first, dice=self.dice):
                place = housing.add_place(details=details, **asked)
                made = housing.add_units(units=[(place, room) for room in rooms], **asked)
                self.units[town.name] += made

    def live(self, day: date, number: int) -> None:
        """One day: answers to what is held, new needs, beds for those in turn."""
        self._settle_holds(day)
        if number % 7 == 0:
            housing.finish_placements(**self.story.by_at(day))
        if number in DEARER_ON:
            self._raise_prices(day)
        for town in self.towns:
            often = ASKING * town.share
            for _ in range(self.story.times(often * (0.6 + number / 70))):
                self._ask(day, town)
            for _ in range(self.story.times(often * (0.6 + number / 45))):
                self._turn_away(day, town, number)
        if number % 2 == 0:
            self._place_in_turn(day)
        if self.confirmed and self.dice.random() < 0.12:
            self._leave_or_move(self.confirmed.pop(0), day)

    def look_ahead(self) -> None:
        """Those who come in the next weeks: they have a bed already, or one is held for them."""
        today, town, asked = self.story.today, self.towns[0], self.story.by_at(self.story.today)
        for number in range(self.story.times(6) + 2):
            begins = today + self.dice.randint(4, 20) * DAY
            need = self._ask(today, town, begins, begins + self.dice.randint(4, 12) * DAY)
            self._place(need, town, today, hold=number % 2 == 0)
        for placement in self.held[-1:]:
            cases.cancel_placement(placement=placement, reason="They stay where they are.", **asked)
        housing.finish_placements(**asked)
        cases.tell_of_ending_beds(**asked)

    def close_some(self) -> None:
        """Repairs in the weeks to come, where nobody sleeps then."""
        first = self.story.today + 4 * DAY
        last = first + 9 * DAY
        for units in self.units.values():
            ids = [unit.pk for unit in units]
            free = _in_order(free_units(first=first, last=last, at=self.story.at, unit_ids=ids))
            for unit in [one for one in free if one.free == one.capacity][:1]:
                cases.close_unit(
                    unit=_unit(units, unit), starts_on=first, ends_on=first + self.dice.randint(2, 9) * DAY,
                    reason="The pipes are renewed.", **self.story.by_at(self.story.today),
                )  # fmt: skip

    def _families(self, country: str) -> list[Any]:
        there = zip(self.story.people, self.story.countries, strict=True)
        return list(dict.fromkeys(person.household for person, where in there if where == country))

    def _ask(self, day: date, town: Town, begins: date | None = None, until: date | None = None) -> Need:
        dice, families = self.dice, self.families[town.country]
        household = families.pop() if families and dice.random() < 0.45 else None
        people = self.sizes[household.pk] if household else dice.choice((1, 2, 3, 4, 5))
        begins = begins or day + dice.choice((0, 0, 0, 1, 2)) * DAY
        until = until or begins + dice.choice((6, 10, 14, 21, 30)) * DAY
        reason = dice.choice(list(GROUNDS)) if dice.random() < 0.2 else ""
        details = NeedDetails(
            people=people, needed_from=begins, needed_until=None if dice.random() < 0.15 else until,
            city=town.name, country=town.country, step_free=dice.random() < 0.06, pets=dice.random() < 0.08,
            budget=rounded(town.bed * people * dice.uniform(1, 2.2)) if dice.random() < 0.6 else None,
            currency=town.currency, grounds=(GROUNDS[reason],) if reason else (), reason=reason,
            priority="high" if dice.random() < 0.08 else "normal",
        )  # fmt: skip
        return housing.ask_for_bed(household=household, details=details, **self.story.by_at(day))

    def _place_in_turn(self, day: date) -> None:
        """Whoever has waited too long has found something else, or is not heard of any more."""
        live = Placement.objects.live(self.story.moment(day)).filter(need=OuterRef("pk"), ends_on__gte=day)
        for need in Need.objects.waiting().exclude(Exists(live)).in_turn():
            town = next(town for town in self.towns if town.name == need.city)
            over = need.needed_until is not None and need.needed_until < day + 2 * DAY
            if over or need.needed_from + PATIENCE < day:
                cases.withdraw_need(need=need, **self.story.by_at(day))
            elif need.needed_from <= day + 3 * DAY:
                self._place(need, town, day, hold=self.dice.random() < 0.2)

    def _place(self, need: Need, town: Town, day: date, hold: bool) -> None:
        begins = max(need.needed_from, day)
        ends = need.needed_until or begins + 13 * DAY
        free = _in_order(
            free_units(
                first=begins, last=ends, at=self.story.moment(day), people=need.people,
                city_key=city_key(town.name), country=town.country,
            )
        )  # fmt: skip
        if not free:
            return
        tight = [one for one in free if one.free == free[0].free]
        placement = cases.place_household(
            need=need, unit=_unit(self.units[town.name], self.dice.choice(tight)), starts_on=begins,
            ends_on=ends, hold=hold, **self.story.by_at(day),
        )  # fmt: skip
        (self.held if hold else self.confirmed).append(placement)

    def _settle_holds(self, day: date) -> None:
        """Before they run out most come. Some say that they do not, and some say nothing."""
        asked = self.story.by_at(day, hour=4)
        for placement in self.held:
            luck = self.dice.random()
            if luck < 0.8:
                self.confirmed.append(cases.confirm_placement(placement=placement, **asked))
            elif luck < 0.9:
                cases.cancel_placement(placement=placement, reason="Went on to relatives.", **asked)
        if self.held:
            cases.expire_holds(**self.story.by_at(day, hour=9))
        self.held = []

    def _leave_or_move(self, placement: Placement, day: date) -> None:
        placement.refresh_from_db()
        sleeping = placement.starts_on < day < placement.ends_on
        if placement.status != PlacementStatus.CONFIRMED or not sleeping:
            return
        asked = self.story.by_at(day)
        if self.dice.random() < 0.6:
            cases.end_placement(placement=placement, ends_on=day, reason="Went on by train.", **asked)
            cases.withdraw_need(need=placement.need, **asked)
            return
        units = self.units[placement.unit.place.city]
        others = [unit.pk for unit in units if unit.pk != placement.unit_id]
        free = free_units(
            first=day, last=placement.ends_on, at=asked["at"], people=placement.people, unit_ids=others
        )
        for there in _in_order(free)[:1]:
            cases.move_placement(placement=placement, unit=_unit(units, there), from_day=day, **asked)

    def _raise_prices(self, day: date) -> None:
        for units in self.units.values():
            for number, unit in enumerate(units):
                if unit.price:
                    dearer = replace(UnitDetails.of(unit), price=rounded(float(unit.price) * 1.22))
                    changed = cases.change_unit(unit=unit, details=dearer, **self.story.by_at(day))
                    changed.place = unit.place
                    units[number] = changed

    def _turn_away(self, day: date, town: Town, number: int) -> None:
        people = self.dice.choice((1, 2, 2, 3, 4, 5))
        asked = rounded(town.bed * (2 + people / 3) * (0.7 + number / 70) * self.dice.uniform(0.9, 1.1))
        details = TurnedAwayDetails(
            on=day, city=town.name, country=town.country, people=people,
            price_asked=asked, currency=town.currency, reason=self.dice.choice(WHY_NOT),
        )  # fmt: skip
        housing.record_turned_away(details=details, **self.story.by_at(day))


def _in_order(units: Iterable[FreeUnit]) -> list[FreeUnit]:
    """The tightest fit first; ids are not the same in two demos, names are."""
    return sorted(units, key=lambda unit: (unit.free, unit.place_name, unit.name))


def _unit(units: Iterable[Unit], found: FreeUnit) -> Unit:
    return next(unit for unit in units if unit.pk == found.id)
