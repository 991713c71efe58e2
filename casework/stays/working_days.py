"""Working days of a host country: its own weekend and public holidays."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=300)
def working_days_of(country: str) -> Callable[[date], bool]:
    """A test for one day. Monday to Friday where the country's calendar is not known."""
    try:
        calendar = holidays.country_holidays(country)
    except NotImplementedError:
        return _monday_to_friday
    return calendar.is_working_day


def _monday_to_friday(day: date) -> bool:
    return day.weekday() < 5
