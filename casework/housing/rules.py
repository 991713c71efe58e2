"""Nights, turns and prices. Plain Python.

Nights are inclusive: 1 to 3 are the nights of the 1st, the 2nd and the 3rd; the next may begin on the 4th.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

ONE = timedelta(days=1)
CENT = Decimal("0.01")
NIGHTS_OF_A_MONTH = 30

PRIORITIES = ("urgent", "high", "normal")
AT_LEAST = {"unaccompanied_child": "urgent", "no_shelter": "urgent", "illness": "high"}


@dataclass(frozen=True, slots=True)
class Sold:
    """So many people have a bed on these nights."""

    starts_on: date
    ends_on: date
    people: int


Run = tuple[date, date]


def levels(sold: Iterable[Sold], first: date, last: date) -> Iterator[tuple[date, date, int]]:
    """Stretches of nights with the same number of people, in order, from `first` to `last` without a gap."""
    changes: dict[date, int] = {first: 0}
    for one in sold:
        if one.ends_on < first or one.starts_on > last:
            continue
        begins = max(one.starts_on, first)
        changes[begins] = changes.get(begins, 0) + one.people
        if one.ends_on < last:
            after = one.ends_on + ONE
            changes[after] = changes.get(after, 0) - one.people
    days = sorted(changes)
    people = 0
    for day, following in zip(days, [*days[1:], None], strict=True):
        people += changes[day]
        yield day, last if following is None else following - ONE, people


def highest(sold: Iterable[Sold], first: date, last: date) -> int:
    """The most people on any one night."""
    return max(people for _, _, people in levels(sold, first, last))


def runs_above(sold: Iterable[Sold], most: int, first: date, last: date) -> list[Run]:
    """The nights with more than `most` people, those that adjoin in one run."""
    runs: list[Run] = []
    for begins, ends, people in levels(sold, first, last):
        if people <= most:
            continue
        if runs and runs[-1][1] + ONE == begins:
            runs[-1] = (runs[-1][0], ends)
        else:
            runs.append((begins, ends))
    return runs


def is_covered(people: int, confirmed: Iterable[Sold], night: date) -> bool:
    """A household has its beds on the first night that it needs still; later ones do not help it tonight."""
    return highest(confirmed, night, night) >= people


def raised(priority: str, grounds: Iterable[str]) -> str:
    """The priority, or the higher one that a ground asks for."""
    asked = [priority, *(AT_LEAST[ground] for ground in grounds)]
    return min(asked, key=PRIORITIES.index)


def nights(first: date, last: date) -> int:
    return (last - first).days + 1


def price_of(price: Decimal, price_per: str, *, nights: int, people: int, private: bool) -> Decimal:
    """For the stay: a private unit is paid as one, a shared one by the bed. A month counts 30 nights."""
    beds = 1 if private else people
    return (price * beds * nights / _nights_of(price_per)).quantize(CENT, ROUND_HALF_UP)


def budget_of(budget: Decimal, budget_per: str, *, nights: int) -> Decimal:
    """For the stay, and for the whole household. A month counts 30 nights."""
    return (budget * nights / _nights_of(budget_per)).quantize(CENT, ROUND_HALF_UP)


def _nights_of(per: str) -> int:
    return NIGHTS_OF_A_MONTH if per == "month" else 1
