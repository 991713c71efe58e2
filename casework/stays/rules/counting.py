"""What one limit says about one entry, in closed arithmetic over intervals (never day by day).

All days are ordinals. A stay that is asked about is present on every day from its entry on, so all that a
window needs to know about the other stays are their counted days before that entry.
"""

from datetime import date

from .days import FOREVER, add_months, count, new_year, new_year_after, nth_day
from .ledger import Ledger
from .limits import Limit, LimitKind

WINDOWS = frozenset({LimitKind.ROLLING_WINDOW, LimitKind.ANCHORED_WINDOW, LimitKind.CALENDAR_YEAR})


def last_day(limit: Limit, entry: int, ledger: Ledger) -> int:
    """The last day of an unbroken stay from `entry` that the limit allows; below `entry`: not even that day.

    FOREVER where the limit never binds: a window as long as its days, or one that does not count this stay.
    """
    kind = limit.kind
    if kind is LimitKind.PER_ENTRY_DAYS:
        return entry + limit.days - (1 if limit.entry_day_counts else 0)
    if kind is LimitKind.PER_ENTRY_MONTHS:
        return add_months(date.fromordinal(entry), limit.months, limit.last_day).toordinal()
    if kind is LimitKind.UNTIL:
        return limit.until_on.toordinal()
    if kind is LimitKind.CALENDAR_YEAR:
        return _calendar_last_day(limit, entry, ledger)
    window = _window_last_day(limit, entry, ledger)
    if limit.per_stay_days is not None:
        return min(window, entry + limit.per_stay_days - 1)
    return window


def counts_from(limit: Limit) -> int:
    return limit.counts_stays_entered_from.toordinal() if limit.counts_stays_entered_from else 0


def used_days(limit: Limit, entry: int, on: int, ledger: Ledger) -> int:
    """What the limit counts up to and including `on` for a stay that began, or would begin, on `entry`."""
    if limit.kind is LimitKind.ROLLING_WINDOW:
        return count(ledger.counted(counts_from(limit)), on - limit.window_days + 1, on)
    if limit.kind is LimitKind.ANCHORED_WINDOW:
        start = ledger.period_start(entry, counts_from(limit), limit.window_days)
        return count(ledger.counted(counts_from(limit)), start, on)
    if limit.kind is LimitKind.CALENDAR_YEAR:
        return count(ledger.counted(0), new_year(on), on)
    if limit.kind is LimitKind.PER_ENTRY_DAYS and not limit.entry_day_counts:
        return max(0, on - entry)
    return max(0, on - entry + 1)


def earliest_entry(limit: Limit, entry: int, ledger: Ledger) -> int:
    """A day, not after the first one from `entry` on, which this limit allows as a day of entry.

    FOREVER if it never will. The caller asks again from the day given.
    """
    if limit.kind not in WINDOWS:
        return entry if last_day(limit, entry, ledger) >= entry else FOREVER
    counted = ledger.counted(counts_from(limit))
    if last_day(limit, entry, ledger) >= entry:
        return entry
    if limit.kind is LimitKind.CALENDAR_YEAR:
        return new_year_after(entry)
    if limit.kind is LimitKind.ANCHORED_WINDOW:
        return ledger.period_start(entry, counts_from(limit), limit.window_days) + limit.window_days
    for start, end in counted:
        if start < entry <= end:  # within a stay the count never falls
            return end + 1
    first = entry - limit.window_days + 1
    excess = count(counted, first, entry - 1) - limit.days + 1
    return nth_day(counted, first, excess) + limit.window_days


def unlawful_days(limit: Limit, entry: int, last: int, ledger: Ledger) -> list[tuple[int, int]]:
    """The days from `entry` to `last` that the limit does not allow."""
    allowed_to = last_day(limit, entry, ledger)
    if limit.kind is not LimitKind.CALENDAR_YEAR:
        return [(max(entry, allowed_to + 1), last)] if allowed_to < last else []
    found = []
    while allowed_to < last:
        year_end = new_year_after(allowed_to + 1) - 1
        found.append((max(entry, allowed_to + 1), min(year_end, last)))
        if year_end >= last:
            break
        allowed_to = _calendar_last_day(limit, year_end + 1, ledger, fresh=True)
    return found


def _window_last_day(limit: Limit, entry: int, ledger: Ledger) -> int:
    if entry < counts_from(limit):
        return FOREVER
    if limit.kind is LimitKind.ROLLING_WINDOW:
        return _rolling_last_day(limit, entry, ledger)
    start = ledger.period_start(entry, counts_from(limit), limit.window_days)
    return entry + limit.days - count(ledger.counted(counts_from(limit)), start, entry - 1) - 1


def _rolling_last_day(limit: Limit, entry: int, ledger: Ledger) -> int:
    """Walk from one group of expiring days to the next.

    Between them each day of presence uses one; while earlier days leave the window it uses none.
    """
    length = limit.window_days
    first = entry - length + 1
    earlier = ledger.counted(counts_from(limit))
    left = limit.days - count(earlier, first, entry - 1)
    if left < 1:
        return entry - 1
    day = entry
    for start, end in earlier:
        if end < first:
            continue
        if start >= entry:
            break
        expiring = max(start, first) + length
        if left < expiring - day:
            return day + left - 1
        left -= expiring - day
        day = min(end, entry - 1) + length + 1
    # From entry + length on the stay's own days leave the window: then it never binds again.
    return day + left - 1 if left < entry + length - day else FOREVER


def _calendar_last_day(limit: Limit, entry: int, ledger: Ledger, *, fresh: bool = False) -> int:
    """`fresh`: `entry` is 1 January of a stay under way, of which no day counts yet."""
    if limit.days >= 366:
        return FOREVER
    day = entry
    left = limit.days - (0 if fresh else count(ledger.counted(0), new_year(entry), entry - 1))
    while True:
        next_year = new_year_after(day)
        if left < next_year - day:
            return day + max(left, 0) - 1
        day, left = next_year, limit.days
