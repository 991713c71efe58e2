"""Periods hold both their ends."""

from datetime import date

import pytest

from casework.periods import Period

MAY = Period(date(2023, 5, 1), date(2023, 5, 31))
OPEN = Period(date(2023, 5, 1))


@pytest.mark.parametrize(
    ("day", "within"),
    [("2023-04-30", False), ("2023-05-01", True), ("2023-05-31", True), ("2023-06-01", False)],
)
def test_valid_on(day, within):
    assert MAY.valid_on(date.fromisoformat(day)) is within


def test_an_open_period_runs_on():
    assert OPEN.valid_on(date.max)
    assert not OPEN.valid_on(date(2023, 4, 30))
    assert OPEN.days is None


def test_days_count_both_ends():
    assert MAY.days == 31
    assert Period(date(2023, 5, 1), date(2023, 5, 1)).days == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "overlaps"),
    [
        ("2023-04-01", "2023-04-30", False),
        ("2023-04-01", "2023-05-01", True),
        ("2023-05-31", "2023-06-30", True),
        ("2023-06-01", None, False),
        ("2023-04-01", None, True),
    ],
)
def test_overlaps(starts_on, ends_on, overlaps):
    other = Period(date.fromisoformat(starts_on), ends_on and date.fromisoformat(ends_on))
    assert MAY.overlaps(other) is overlaps
    assert other.overlaps(MAY) is overlaps


def test_it_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="end before"):
        Period(date(2023, 5, 2), date(2023, 5, 1))
