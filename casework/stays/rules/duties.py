"""Days by which somebody must act: duties after an entry, and the periods of authorities and courts."""

from collections.abc import Callable
from datetime import date, timedelta

from .days import LastDay, add_months
from .law import Rule

WorkingDay = Callable[[date], bool]
ONE_DAY = timedelta(days=1)
LONGEST_CLOSURE = 400  # days without one working day: then the calendar is wrong


class NoWorkingDay(ValueError):
    """The calendar given has no working day where one is needed."""


def registration_due(
    rule: Rule, entered_on: date, is_working_day: WorkingDay, stays_until: date | None = None
) -> date | None:
    """The last day of a registration duty after an entry.

    `day_of_stay` counts the entry day as 1; `calendar_days` and `working_days` begin the day after it. None:
    the row sets no day, or `stays_until` (the last day the person may or means to stay, None: not known)
    shows a stay too short for the duty.
    """
    if rule.within is None:
        return None
    shortest = rule.if_longer_than_days or 0
    if stays_until is not None and (stays_until - entered_on).days < shortest:
        return None
    if rule.unit == "day_of_stay":
        return entered_on + timedelta(days=rule.within - 1)
    return legal_due_on(
        entered_on,
        rule.within,
        rule.unit or "",
        event_day_counts=False,
        rolls_over=False,
        is_working_day=is_working_day,
    )


def legal_due_on(
    event_on: date,
    n: int,
    unit: str,
    *,
    event_day_counts: bool,
    rolls_over: bool,
    is_working_day: WorkingDay,
) -> date:
    """The last day of a period of `n` calendar_days, working_days, weeks or months after an event.

    Weeks and months end on the weekday or number of the event's day (the day before it where the event's day
    counts). With `rolls_over` Regulation (EEC, Euratom) 1182/71 Art. 3 applies: a last day that is no working
    day moves to the next one (4), and a period of two days or more contains at least two working days (5).
    Raises ValueError for another unit or `n` below 1, NoWorkingDay for a calendar without working days.
    """
    if n < 1:
        raise ValueError("a period has at least one day")
    if unit == "working_days":
        return _after_working_days(event_on - ONE_DAY if event_day_counts else event_on, n, is_working_day)
    if unit == "months":
        due_on = add_months(event_on, n, LastDay.DAY_BEFORE if event_day_counts else LastDay.SAME_DATE)
    elif unit in ("calendar_days", "weeks"):
        days = n * 7 if unit == "weeks" else n
        due_on = event_on + timedelta(days=days - 1 if event_day_counts else days)
    else:
        raise ValueError(f"a period cannot be counted in {unit!r}")
    if not rolls_over:
        return due_on
    due_on = _after_working_days(due_on - ONE_DAY, 1, is_working_day)
    if unit == "calendar_days" and n == 1:
        return due_on
    before = event_on - ONE_DAY if event_day_counts else event_on
    return max(due_on, _after_working_days(before, 2, is_working_day))


def _after_working_days(day: date, n: int, is_working_day: WorkingDay) -> date:
    """The n-th working day after `day`."""
    closed = 0
    while n > 0:
        day += ONE_DAY
        if is_working_day(day):
            n, closed = n - 1, 0
        else:
            closed += 1
            if closed > LONGEST_CLOSURE:
                raise NoWorkingDay(f"no working day in {LONGEST_CLOSURE} days before {day}")
    return day
