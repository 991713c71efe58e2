"""What these tests say often."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.refusals import Refused


def october(day: int) -> date:
    return date(2022, 10, day)


def nights(first: int, last: int) -> dict[str, date]:
    return {"starts_on": october(first), "ends_on": october(last)}


def freed(placed: Any) -> list[tuple[date, date]]:
    return [(one.starts_on, one.ends_on) for one in placed.freed]


def pointers(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [fault.pointer for fault in refused.value.faults]
