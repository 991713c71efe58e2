"""Figures by day or week: which periods, what is too small to be told, and the change. Plain Python.

A period is always counted whole: whoever could choose its days could subtract one sum from another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

SUPPRESSED_BELOW = 10
MOST_PERIODS = 400
DAY, WEEK = timedelta(days=1), timedelta(days=7)
WEEKS_BACK = 11 * WEEK  # where no first day is asked for: with the last week twelve
Value = int | Decimal


class By(StrEnum):
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True)
class Span:
    """Whole periods from `first` to `last`. Read is one more before them, and the weeks of days whole."""

    by: By
    first: date
    last: date

    @classmethod
    def over(cls, by: By, first: date, last: date) -> "Span":
        if by == By.DAY:
            return cls(by, first, last)
        return cls(by, monday(first), monday(last) + WEEK - DAY)

    @property
    def length(self) -> timedelta:
        return WEEK if self.by == By.WEEK else DAY

    @property
    def reads_from(self) -> date:
        return monday(self.first - self.length)

    @property
    def reads_until(self) -> date:
        return monday(self.last) + WEEK - DAY

    def periods(self) -> list[date]:
        return list(_steps(self.first, self.last, self.length))

    def read(self) -> list[date]:
        return list(_steps(self.reads_from, self.reads_until, self.length))


@dataclass(frozen=True)
class Measured:
    """A figure and how many people stand behind it; `people` None: nobody could be told by it."""

    value: Value
    people: int | None = None


@dataclass(frozen=True)
class Series:
    """One figure of one place, over the periods that were read; what was not measured is nought."""

    span: Span
    measured: Mapping[date, Measured]
    of_people: bool = True
    adds_up: bool = True  # days to a week; a median or a stock does not

    @cached_property
    def hidden(self) -> frozenset[date]:
        if not self.of_people:
            return frozenset()
        people = {period: self._people(period) for period in self.span.read()}
        if self.span.by == By.DAY and self.adds_up:
            return frozenset(_hidden_days(people))
        return frozenset(period for period, number in people.items() if number < SUPPRESSED_BELOW)

    def told(self, period: date) -> Value | None:
        """None: fewer than ten people stand behind it, or none."""
        return None if period in self.hidden else self._value(period)

    def change(self, period: date) -> Value | None:
        before = period - self.span.length
        if {period, before} & self.hidden:
            return None
        return self._value(period) - self._value(before)

    def _value(self, period: date) -> Value:
        return self.measured[period].value if period in self.measured else 0

    def _people(self, period: date) -> int:
        return (self.measured[period].people or 0) if period in self.measured else 0


@dataclass(frozen=True)
class Told:
    """One row: the figures of a place in a period, the names of those not told, the change of each."""

    period: date
    country: str
    city_key: str
    city: str
    figures: dict[str, Any]
    change: dict[str, Any]
    suppressed: list[str]

    @property
    def key(self) -> tuple[str, str, str]:
        """The order of rows."""
        return self.period.isoformat(), self.country, self.city_key


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def hide_beside(people: Mapping[Any, int], untold: Iterable[Any] = ()) -> set[Any]:
    """Of parts whose sum is told: the small ones, and so many more that what is missing is no small figure.

    `untold`: parts that are not told anyway.
    """
    small = {part for part, number in people.items() if number < SUPPRESSED_BELOW}
    hidden = small | set(untold)
    for part in sorted(people, key=lambda part: (people[part], part)):
        if not small or (len(hidden) > 1 and sum(people[one] for one in hidden) >= SUPPRESSED_BELOW):
            break
        hidden.add(part)
    return hidden


def _hidden_days(people: Mapping[date, int]) -> Iterator[date]:
    """The week is told too: its days must not give away by subtraction what is hidden of it."""
    for first in sorted({monday(day) for day in people}):
        week = {first + number * DAY: people.get(first + number * DAY, 0) for number in range(7)}
        yield from hide_beside(week)


def _steps(first: date, last: date, length: timedelta) -> Iterator[date]:
    while first <= last:
        yield first
        first += length
