"""One counting rule of a law: what a limit is, and its JSON form in the register and the calculator."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .days import LastDay

LONGEST_DAYS = 36_600  # a hundred years: beyond it is a slip of the pen
LONGEST_MONTHS = 1_200
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class LimitKind(StrEnum):
    PER_ENTRY_DAYS = "per_entry_days"
    PER_ENTRY_MONTHS = "per_entry_months"
    ROLLING_WINDOW = "rolling_window"
    ANCHORED_WINDOW = "anchored_window"
    CALENDAR_YEAR = "calendar_year"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Limit:
    """`kind` says which other fields mean something; lengths are days or months, `until_on` is lawful."""

    kind: LimitKind
    days: int = 0
    months: int = 0
    window_days: int = 0
    entry_day_counts: bool = True
    last_day: LastDay = LastDay.DAY_BEFORE
    per_stay_days: int | None = None
    counts_stays_entered_from: date | None = None
    until_on: date = date.max


class InvalidLimit(ValueError):
    """A limit that cannot be read: `pointer` is the JSON pointer of the field, `detail` a sentence."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(f"{pointer}: {detail}")
        self.pointer = pointer
        self.detail = detail


WINDOW_KEYS = ("days", "window_days", "per_stay_days", "counts_stays_entered_from")
# Per kind the keys it must have and those it may have.
KEYS: dict[LimitKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    LimitKind.PER_ENTRY_DAYS: (("days",), ("entry_day_counts",)),
    LimitKind.PER_ENTRY_MONTHS: (("months", "last_day"), ()),
    LimitKind.ROLLING_WINDOW: (WINDOW_KEYS[:2], WINDOW_KEYS[2:]),
    LimitKind.ANCHORED_WINDOW: (WINDOW_KEYS[:2], WINDOW_KEYS[2:]),
    LimitKind.CALENDAR_YEAR: (("days",), ()),
    LimitKind.UNTIL: (("date",), ()),
}


def limit_from_json(row: object, pointer: str = "") -> Limit:
    """Read one limit as the contract writes it. Raises InvalidLimit with `pointer` leading to the field."""
    if not isinstance(row, Mapping):
        raise InvalidLimit(pointer, "A limit must be an object.")
    kind = _kind(row.get("kind"), f"{pointer}/kind")
    required, optional = KEYS[kind]
    for key in row:
        if key not in ("kind", *required, *optional):
            raise InvalidLimit(f"{pointer}/{key}", f"A limit of kind {kind} has no such field.")
    for key in required:
        if row.get(key) is None:
            raise InvalidLimit(f"{pointer}/{key}", f"A limit of kind {kind} needs this field.")
    longest = 366 if kind is LimitKind.CALENDAR_YEAR else LONGEST_DAYS
    days = _whole(row, "days", pointer, longest) or 0
    window_days = _whole(row, "window_days", pointer, LONGEST_DAYS) or 0
    if window_days and window_days < days:
        raise InvalidLimit(
            f"{pointer}/window_days", "A window cannot be shorter than the days allowed in it."
        )
    return Limit(
        kind=kind,
        days=days,
        months=_whole(row, "months", pointer, LONGEST_MONTHS) or 0,
        window_days=window_days,
        entry_day_counts=_entry_day_counts(row, pointer),
        last_day=_last_day(row, pointer),
        per_stay_days=_whole(row, "per_stay_days", pointer, LONGEST_DAYS),
        counts_stays_entered_from=_day(row, "counts_stays_entered_from", pointer),
        until_on=_day(row, "date", pointer) or date.max,
    )


def limits_from_json(rows: object, pointer: str = "/limits") -> tuple[Limit, ...]:
    """Read a list of limits. Raises InvalidLimit, for instance with the pointer `/limits/0/days`."""
    if not isinstance(rows, list | tuple):
        raise InvalidLimit(pointer, "Limits must be a list.")
    return tuple(limit_from_json(row, f"{pointer}/{number}") for number, row in enumerate(rows))


def limit_to_json(limit: Limit) -> dict[str, object]:
    """The limit as the contract writes it; days are ISO strings."""
    counted_from = limit.counts_stays_entered_from
    values: dict[str, object] = {
        "days": limit.days,
        "months": limit.months,
        "window_days": limit.window_days,
        "entry_day_counts": limit.entry_day_counts,
        "last_day": str(limit.last_day),
        "per_stay_days": limit.per_stay_days,
        "counts_stays_entered_from": counted_from.isoformat() if counted_from else None,
        "date": limit.until_on.isoformat(),
    }
    required, optional = KEYS[limit.kind]
    return {"kind": str(limit.kind)} | {key: values[key] for key in (*required, *optional)}


def _kind(value: object, pointer: str) -> LimitKind:
    if isinstance(value, str) and value in list(LimitKind):
        return LimitKind(value)
    raise InvalidLimit(pointer, f"One of {', '.join(LimitKind)}.")


def _whole(row: Mapping[str, object], key: str, pointer: str, longest: int) -> int | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= longest:
        raise InvalidLimit(f"{pointer}/{key}", f"A whole number from 1 to {longest}.")
    return value


def _entry_day_counts(row: Mapping[str, object], pointer: str) -> bool:
    value = row.get("entry_day_counts")
    if value is None:
        return True
    if not isinstance(value, bool):
        raise InvalidLimit(f"{pointer}/entry_day_counts", "True or false.")
    return value


def _last_day(row: Mapping[str, object], pointer: str) -> LastDay:
    value = row.get("last_day") or LastDay.DAY_BEFORE
    if not isinstance(value, str) or value not in list(LastDay):
        raise InvalidLimit(f"{pointer}/last_day", f"One of {', '.join(LastDay)}.")
    return LastDay(value)


def _day(row: Mapping[str, object], key: str, pointer: str) -> date | None:
    value = row.get(key)
    if value is None or type(value) is date:
        return value
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise InvalidLimit(f"{pointer}/{key}", "A day written as YYYY-MM-DD.")
