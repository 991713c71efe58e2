"""A second calculation of the same law that looks at every day: slow, plain, and written apart.

It shares no code with the rules but the classes of the question. Stays are pairs of days.
"""

from datetime import date, timedelta
from functools import lru_cache

from casework.stays.rules import LimitKind, PermitKind

ONE = timedelta(days=1)
HORIZON = 420
REPLACING = set(PermitKind) - {PermitKind.VISA, PermitKind.OTHER}


def days(first, last):
    while first <= last:
        yield first
        first += ONE


@lru_cache(maxsize=100_000)
def each_day(first, last):
    return frozenset(days(first, last))


class Law:
    """Limits and permits. `visa` is one visa or None."""

    def __init__(self, limits, permits=()):
        self.limits = limits
        self.replaced = {
            day
            for permit in permits
            if permit.kind in REPLACING
            for day in days(permit.starts_on, permit.ends_on)
        }
        self.visa = next((permit for permit in permits if permit.kind is PermitKind.VISA), None)

    def lawful(self, day, stay, stays):
        """Is `day` of `stay` lawful, given all stays (with this one)? Only presence up to `day` matters."""
        entered_on = stay[0]
        if day in self.replaced:
            return True
        if each_day(entered_on, day) & self.replaced:
            return False
        stays = sorted((first, min(last, day)) for first, last in stays if first <= day)
        return all(
            self._allows(limit, day, entered_on, stays) for limit in self.limits
        ) and self._visa_allows(day, stay, stays)

    def _allows(self, limit, day, entered_on, stays):
        length = (day - entered_on).days + 1
        if limit.kind is LimitKind.PER_ENTRY_DAYS:
            return length <= limit.days + (0 if limit.entry_day_counts else 1)
        if limit.kind is LimitKind.PER_ENTRY_MONTHS:
            end = same_date(entered_on, limit.months)
            return day <= end if limit.last_day == "same_date" else day < end
        if limit.kind is LimitKind.UNTIL:
            return day <= limit.until_on
        if limit.kind is LimitKind.CALENDAR_YEAR:
            return len([d for d in self._counted(stays, date.min) if d.year == day.year]) <= limit.days
        if limit.per_stay_days is not None and length > limit.per_stay_days:
            return False
        since = limit.counts_stays_entered_from or date.min
        if entered_on < since:
            return True
        counted = self._counted(stays, since)
        if limit.kind is LimitKind.ROLLING_WINDOW:
            return len([d for d in counted if (day - d).days < limit.window_days]) <= limit.days
        start = self._period_of(entered_on, limit, stays, since)
        return len([d for d in counted if d >= start]) <= limit.days

    def _counted(self, stays, since):
        return frozenset().union(*(each_day(*stay) for stay in stays if stay[0] >= since)) - self.replaced

    def _period_of(self, entered_on, limit, stays, since):
        """Go through the entries in order; one that lies behind the running period opens the next."""
        start = None
        for first, last in [stay for stay in stays if stay[0] < entered_on] + [(entered_on, entered_on)]:
            free = [d for d in days(first, last) if d not in self.replaced]
            if first < since or not free or (free[0] >= entered_on and first < entered_on):
                continue
            if start is None or (free[0] - start).days >= limit.window_days:
                start = free[0]
        return start

    def _visa_allows(self, day, stay, stays):
        visa = self.visa
        if visa is None or not visa.starts_on <= stay[0] <= visa.ends_on:
            return True
        if day > visa.ends_on:
            return False
        on_visa = [d for d in self._counted(stays, date.min) if d >= visa.starts_on]
        if visa.stay_days is not None and len(on_visa) > visa.stay_days:
            return False
        entries = [
            first
            for first, _ in stays
            if visa.starts_on <= first <= visa.ends_on and first not in self.replaced
        ]
        # The asked stay is the last of those that begin on its day.
        return visa.entries is None or len([first for first in entries if first <= stay[0]]) <= visa.entries

    def last_day(self, entered_on, stays, last=None):
        """The end of the unbroken lawful run, None for none; `last` bounds it, else the horizon does."""
        end = None
        last = last or entered_on + HORIZON * ONE
        for day in days(entered_on, last):
            if not self.lawful(day, (entered_on, day), [*stays, (entered_on, day)]):
                break
            end = day
        return end

    def unlawful(self, stays, on):
        found = set()
        for number, (first, last) in enumerate(stays):
            others = stays[:number] + stays[number + 1 :]
            for day in days(first, min(last, on)):
                if not self.lawful(day, (first, day), [*others, (first, day)]):
                    found.add(day)
        return found

    def plan(self, entered_on, stays, longest=HORIZON):
        """The last day of a stay from `entered_on` that leaves every later stay as lawful as it was."""
        booked = [stay for stay in stays if stay[0] >= entered_on]
        before = [self._kept(stay, stays) for stay in booked]
        end = None
        for day in days(entered_on, entered_on + (longest - 1) * ONE):
            with_plan = [*stays, (entered_on, day)]
            if not self.lawful(day, (entered_on, day), with_plan):
                break
            if any(self._kept(stay, with_plan) < kept for stay, kept in zip(booked, before, strict=True)):
                break
            end = day
        return end

    def _kept(self, stay, stays):
        others = list(stays)
        others.remove(stay)
        return self.last_day(stay[0], others, last=stay[1]) or date.min

    def next_plan(self, after, stays):
        for number in range(1, HORIZON):
            if self.plan(after + number * ONE, stays, longest=1):
                entered_on = after + number * ONE
                return entered_on, self.plan(entered_on, stays)
        return None


def same_date(day, months):
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in (day.day, 30, 29, 28):
        if number <= day.day:
            try:
                return date(year, month, number)
            except ValueError:
                continue
    raise AssertionError(day)
