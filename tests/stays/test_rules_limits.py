"""Limits as the register and the calculator write them."""

import pytest

from casework.stays.rules import InvalidLimit, limit_from_json, limit_to_json, limits_from_json, rule_from_row

AS_WRITTEN = [
    {"kind": "per_entry_days", "days": 90, "entry_day_counts": True},
    {"kind": "per_entry_months", "months": 3, "last_day": "same_date"},
    {
        "kind": "rolling_window",
        "days": 90,
        "window_days": 180,
        "per_stay_days": None,
        "counts_stays_entered_from": None,
    },
    {
        "kind": "anchored_window",
        "days": 90,
        "window_days": 180,
        "per_stay_days": 30,
        "counts_stays_entered_from": "2023-01-27",
    },
    {"kind": "calendar_year", "days": 180},
    {"kind": "until", "date": "2027-03-04"},
]


@pytest.mark.parametrize("row", AS_WRITTEN, ids=lambda row: row["kind"])
def test_what_is_read_is_written_again(row):
    assert limit_to_json(limit_from_json(row)) == row


def test_what_may_be_left_out():
    short = {"kind": "anchored_window", "days": 90, "window_days": 180}
    assert limit_to_json(limit_from_json(short)) == short | {
        "per_stay_days": None,
        "counts_stays_entered_from": None,
    }
    assert limit_from_json({"kind": "per_entry_days", "days": 1, "entry_day_counts": None}).entry_day_counts


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ("90", "/limits/0"),
        (None, "/limits/0"),
        ({}, "/limits/0/kind"),
        ({"kind": ["until"]}, "/limits/0/kind"),
        ({"kind": "forever"}, "/limits/0/kind"),
        ({"kind": "per_entry_days"}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": None}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": 0}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": -90}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": "90"}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": 90.0}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": True}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": 10**9}, "/limits/0/days"),
        ({"kind": "per_entry_days", "days": 90, "window_days": 180}, "/limits/0/window_days"),
        ({"kind": "per_entry_days", "days": 90, "entry_day_counts": "yes"}, "/limits/0/entry_day_counts"),
        ({"kind": "per_entry_months", "months": 3}, "/limits/0/last_day"),
        ({"kind": "per_entry_months", "months": 0, "last_day": "same_date"}, "/limits/0/months"),
        ({"kind": "per_entry_months", "months": 3, "last_day": "end"}, "/limits/0/last_day"),
        ({"kind": "per_entry_months", "months": 3, "last_day": 1}, "/limits/0/last_day"),
        ({"kind": "rolling_window", "days": 90}, "/limits/0/window_days"),
        ({"kind": "rolling_window", "days": 90, "window_days": 89}, "/limits/0/window_days"),
        (
            {"kind": "rolling_window", "days": 9, "window_days": 18, "per_stay_days": 0},
            "/limits/0/per_stay_days",
        ),
        (
            {"kind": "anchored_window", "days": 9, "window_days": 18, "counts_stays_entered_from": "soon"},
            "/limits/0/counts_stays_entered_from",
        ),
        ({"kind": "calendar_year", "days": 367}, "/limits/0/days"),
        ({"kind": "until"}, "/limits/0/date"),
        ({"kind": "until", "date": "2027-02-29"}, "/limits/0/date"),
        ({"kind": "until", "date": "20270304"}, "/limits/0/date"),
        ({"kind": "until", "date": 20270304}, "/limits/0/date"),
        ({"kind": "until", "date": "2027-03-04", "days": 5}, "/limits/0/days"),
    ],
)
def test_what_is_wrong_is_pointed_at(row, pointer):
    with pytest.raises(InvalidLimit) as refused:
        limits_from_json([row])
    assert refused.value.pointer == pointer
    assert refused.value.detail


def test_limits_are_a_list():
    with pytest.raises(InvalidLimit) as refused:
        limits_from_json({"kind": "until"})
    assert refused.value.pointer == "/limits"


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"limits": [{"kind": "until"}]}, "/limits/0/date"),
        ({"readings": [[], [{"kind": "until"}]]}, "/readings/1/0/date"),
        ({"readings": "both"}, "/readings"),
        ({"condition": {"kind": "passport"}}, "/condition/kind"),
        ({"condition": {"kind": "refused_purposes", "purposes": "tourism"}}, "/condition/purposes"),
        (
            {"requires": {"kind": "permit_condition", "passport_valid_days": "180"}},
            "/condition/passport_valid_days",
        ),
    ],
)
def test_a_row_of_the_register_that_cannot_be_read(row, pointer):
    with pytest.raises(InvalidLimit) as refused:
        rule_from_row({"kind": "stay", "title": "a rule", **row})
    assert refused.value.pointer == pointer
