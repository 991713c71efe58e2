"""Days of a machine readable zone: six places, two of them the year, and no century.

Doc 9303 leaves the century to the reader. Ours: nobody is born tomorrow, so a birth is the last such day that
has been (who is older than a hundred reads a century too young, and a clerk sees it). Nor is a document
issued tomorrow, and its bearer was born before. A day of expiry is the one from 49 years ago to 50 ahead:
nobody shows a document that has been void for longer, and none is good for longer.
"""

import re
from datetime import date

YEARS_AHEAD = 50
WHOLE = re.compile("[0-9]{6}")
KNOWN = re.compile("([0-9]{2})([0-9]{2}|<<)([0-9]{2}|<<)")


def birth_of(field: str, latest: date) -> tuple[date | None, str | None]:
    """The day and how exact it is; unknown parts (<<) are 1. (None, None): not known, or in no calendar."""
    found = KNOWN.fullmatch(field)
    if found is None:
        return None, None
    year, month, day = found.groups()
    if month == "<<":
        return _last_until(int(year), 1, 1, latest), "year"
    if day == "<<":
        born = _last_until(int(year), int(month), 1, latest)
        return born, "month" if born else None
    born = _last_until(int(year), int(month), int(day), latest)
    return born, "day" if born else None


def issue_of(field: str, today: date) -> date | None:
    return _last_until(*_parts(field), today) if WHOLE.fullmatch(field) else None


def expiry_of(field: str, today: date) -> date | None:
    """None where there is none (<<<<<<), or the day is in no calendar."""
    if not WHOLE.fullmatch(field):
        return None
    year, month, day = _parts(field)
    years = range(today.year + YEARS_AHEAD - 99, today.year + YEARS_AHEAD + 1)
    [full] = [candidate for candidate in years if candidate % 100 == year]
    return _day(full, month, day)


def _parts(field: str) -> tuple[int, int, int]:
    return int(field[:2]), int(field[2:4]), int(field[4:])


def _last_until(year: int, month: int, day: int, latest: date) -> date | None:
    """29 February was in 2000 but not in 1900: a century without the day is passed over."""
    this_century = latest.year - latest.year % 100
    candidates = (_day(century + year, month, day) for century in (this_century, this_century - 100))
    return next((found for found in candidates if found and found <= latest), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
