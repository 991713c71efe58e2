"""Registration after an entry, and the periods of authorities."""

from datetime import date

import pytest

from casework.stays.rules import (
    LastDay,
    NoWorkingDay,
    Rule,
    RuleKind,
    add_months,
    legal_due_on,
    registration_due,
)

FRIDAY = date(2022, 9, 23)


def monday_to_friday(day):
    return day.weekday() < 5


def registration(within, unit, **other):
    return Rule("1", RuleKind.REGISTRATION, "registration", within=within, unit=unit, **other)


@pytest.mark.parametrize(
    ("within", "unit", "expected"),
    [
        (1, "day_of_stay", "2022-09-23"),
        (30, "day_of_stay", "2022-10-22"),
        (1, "calendar_days", "2022-09-24"),  # a Saturday, and it stays one
        (3, "working_days", "2022-09-28"),
    ],
)
def test_registration(within, unit, expected):
    assert registration_due(registration(within, unit), FRIDAY, monday_to_friday) == date.fromisoformat(
        expected
    )


def test_registration_only_of_longer_stays():
    rule = registration(7, "working_days", if_longer_than_days=30)
    assert registration_due(rule, FRIDAY, monday_to_friday, stays_until=date(2022, 10, 22)) is None
    assert registration_due(rule, FRIDAY, monday_to_friday, stays_until=date(2022, 10, 23)) == date(
        2022, 10, 4
    )
    assert registration_due(rule, FRIDAY, monday_to_friday) == date(2022, 10, 4)  # how long is not known


def test_a_row_without_a_day_sets_none():
    assert registration_due(registration(None, None), FRIDAY, monday_to_friday) is None


@pytest.mark.parametrize(
    ("event_on", "n", "unit", "counts", "rolls", "expected"),
    [
        ("2022-09-23", 1, "calendar_days", False, True, "2022-09-26"),  # one day: Saturday moves to Monday
        ("2022-09-23", 2, "calendar_days", False, True, "2022-09-27"),  # two days contain two working days
        ("2022-09-23", 2, "calendar_days", False, False, "2022-09-25"),
        ("2022-09-23", 2, "calendar_days", True, False, "2022-09-24"),
        ("2022-09-23", 2, "calendar_days", True, True, "2022-09-26"),  # Friday itself is one of the two
        ("2022-09-23", 1, "working_days", True, False, "2022-09-23"),
        ("2022-09-24", 1, "working_days", True, False, "2022-09-26"),
        ("2022-09-23", 2, "weeks", False, False, "2022-10-07"),
        ("2022-09-23", 2, "weeks", True, False, "2022-10-06"),
        ("2022-08-31", 3, "months", False, False, "2022-11-30"),
        ("2022-11-30", 3, "months", False, True, "2023-02-28"),
        ("2022-09-24", 3, "months", False, True, "2022-12-26"),
        ("2022-09-25", 3, "months", True, False, "2022-12-24"),
    ],
)
def test_periods(event_on, n, unit, counts, rolls, expected):
    due_on = legal_due_on(
        date.fromisoformat(event_on),
        n,
        unit,
        event_day_counts=counts,
        rolls_over=rolls,
        is_working_day=monday_to_friday,
    )
    assert due_on == date.fromisoformat(expected)


@pytest.mark.parametrize(("n", "unit"), [(0, "weeks"), (3, "years"), (3, "")])
def test_a_period_that_cannot_be_counted(n, unit):
    with pytest.raises(ValueError, match="a period"):
        legal_due_on(
            FRIDAY, n, unit, event_day_counts=False, rolls_over=False, is_working_day=monday_to_friday
        )


def test_a_calendar_without_working_days_is_an_error_and_no_endless_loop():
    with pytest.raises(NoWorkingDay):
        legal_due_on(
            FRIDAY,
            3,
            "working_days",
            event_day_counts=False,
            rolls_over=False,
            is_working_day=lambda _: False,
        )


@pytest.mark.parametrize(
    ("day", "months", "same_date", "day_before"),
    [
        ("2022-08-31", 3, "2022-11-30", "2022-11-29"),
        ("2022-11-30", 3, "2023-02-28", "2023-02-27"),
        ("2023-11-30", 3, "2024-02-29", "2024-02-28"),
        ("2024-02-29", 12, "2025-02-28", "2025-02-27"),
        ("2022-12-31", 1, "2023-01-31", "2023-01-30"),
        ("2022-01-01", 12, "2023-01-01", "2022-12-31"),
        ("9999-12-01", 1, "9999-12-31", "9999-12-31"),
    ],
)
def test_add_months(day, months, same_date, day_before):
    start = date.fromisoformat(day)
    assert add_months(start, months) == date.fromisoformat(same_date)
    assert add_months(start, months, LastDay.DAY_BEFORE) == date.fromisoformat(day_before)
