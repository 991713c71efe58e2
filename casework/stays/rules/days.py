"""Days as ordinals, sets of days as sorted disjoint intervals with both ends: what the rules count with."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

Interval = tuple[int, int]

LAST_ORDINAL = date.max.toordinal()
FOREVER = LAST_ORDINAL + 1_000_000  # beyond any sum of a date and the longest limit


class LastDay(StrEnum):
    """Which day ends a period of months: the same number of the last month, or the day before it."""

    SAME_DATE = "same_date"
    DAY_BEFORE = "day_before"


def add_months(day: date, months: int, last_day: LastDay = LastDay.SAME_DATE) -> date:
    """The last day of a period of `months` that an event on `day` opens.

    Where the last month lacks the number, its last day ends the period: 31 August + 3 months = 30 November.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > date.max.year:
        return date.max
    end = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return end if last_day is LastDay.SAME_DATE else end - timedelta(days=1)


def day_of(ordinal: int) -> date | None:
    """The date of an ordinal; None where the calendar has no such day."""
    return date.fromordinal(ordinal) if 1 <= ordinal <= LAST_ORDINAL else None


def new_year(day: int) -> int:
    """1 January of the year of `day`."""
    return date.fromordinal(max(1, min(day, LAST_ORDINAL))).replace(month=1, day=1).toordinal()


def new_year_after(day: int) -> int:
    """The next 1 January; FOREVER after the calendar's last year."""
    year = date.fromordinal(max(1, min(day, LAST_ORDINAL))).year
    return date(year + 1, 1, 1).toordinal() if year < date.max.year else FOREVER


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Merge intervals that overlap or adjoin."""
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1] + 1:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def without(intervals: list[Interval], taken: list[Interval]) -> list[Interval]:
    """The days of `intervals` that are not in `taken`; both sorted and disjoint."""
    rest: list[Interval] = []
    for first, last in intervals:
        start = first
        for taken_start, taken_end in taken:
            if taken_end < start or taken_start > last:
                continue
            if taken_start > start:
                rest.append((start, taken_start - 1))
            start = taken_end + 1
        if start <= last:
            rest.append((start, last))
    return rest


def count(intervals: list[Interval], first: int, last: int) -> int:
    """How many days of `intervals` lie from `first` to `last`, both included."""
    if last < first:
        return 0
    total = 0
    for start, end in intervals:
        if start > last:
            break
        if end >= first:
            total += (end if end < last else last) - (start if start > first else first) + 1
    return total


def nth_day(intervals: list[Interval], first: int, n: int) -> int:
    """The n-th day (from 1) of `intervals` at or after `first`; FOREVER when there are fewer."""
    for start, end in intervals:
        begin = max(start, first)
        if begin > end:
            continue
        if n <= end - begin + 1:
            return begin + n - 1
        n -= end - begin + 1
    return FOREVER
