"""What somebody typed, whatever it is about: a line, a city, a day. Every fault is told, none is mended."""

from datetime import date

from casework.people.cities import LONGEST, city_key
from casework.refusals import Faults

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


def check_day(faults: Faults, pointer: str, day: date | None) -> None:
    possible = day is None or EARLIEST <= day <= LATEST
    faults.check(possible, pointer, f"A day between {EARLIEST} and {LATEST}.")


def check_city(faults: Faults, pointer: str, city: str, *, required: str = "") -> None:
    check_text(faults, pointer, city, LONGEST, required=required)
    grows = len(city) <= LONGEST < len(city_key(city))  # ß is written ss
    faults.check(not grows, pointer, f"At most {LONGEST} characters.")


def check_text(
    faults: Faults, pointer: str, text: str, most: int, *, required: str = "", lines: bool = False
) -> None:
    faults.check(bool(text.strip()) or not required, pointer, required)
    faults.check(len(text) <= most, pointer, f"At most {most} characters.")
    allowed = "\n\r\t" if lines else ""
    clean = all(ord(character) >= 32 or character in allowed for character in text)
    faults.check(clean, pointer, "Control characters are not possible.")


def tidy_city(city: str) -> str:
    """As it is shown; `city_key` says which cities are one."""
    return " ".join(city.split())
