"""What a change would do, in figures; across organisations small ones are not told."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.figures import SUPPRESSED_BELOW

FIGURES = ("affected", "gain", "lose", "overstayed_on_effective_day", "no_longer_known")
# By how many days a last lawful day moves: the upper end of each bar, and one bar beyond the last.
BARS = (-181, -91, -31, -8, -1, 7, 30, 90, 180)


def figures_of(found: Mapping[tuple[date | None, date | None], int], effective_on: date) -> Counter[str]:
    """How many stays move from which last lawful day to which; bars are keyed `bar:<upper end>`."""
    counted: Counter[str] = Counter()
    for (before, after), stays in found.items():
        counted["affected"] += stays
        if after is None:
            counted["no_longer_known"] += stays
            continue
        if after < effective_on and (before is None or before >= effective_on):
            counted["overstayed_on_effective_day"] += stays
        if before is None:
            counted["newly_known"] += stays
            continue
        days = (after - before).days
        counted["gain" if days > 0 else "lose"] += stays
        counted[f"bar:{_bar(days)}"] += stays
    return counted


def impact_of(counted: Mapping[str, int], *, exact: bool) -> dict[str, Any]:
    """For partners and pages. Not `exact`: a figure below ten, nought too, is null."""
    return {name: _told(counted.get(name, 0), exact) for name in FIGURES} | {
        "histogram": [
            {"from_days": lower, "to_days": upper, "stays": _told(counted.get(f"bar:{upper}", 0), exact)}
            for lower, upper in _bounds()
        ]
    }


def _bar(days: int) -> int | None:
    return next((upper for upper in BARS if days <= upper), None)


def _bounds() -> list[tuple[int | None, int | None]]:
    uppers: list[int | None] = [*BARS, None]
    lowers = [None, *(upper + 1 if upper != -1 else 1 for upper in BARS)]
    return list(zip(lowers, uppers, strict=True))


def _told(count: int, exact: bool) -> int | None:
    return count if exact or count >= SUPPRESSED_BELOW else None
