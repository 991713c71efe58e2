"""Which calendar day a stamp is of: the published cases, and where the zone is not recorded."""

import csv
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from casework.stays.zones import local_day, zone_of

COUNTRIES = {"Asia/Tbilisi": "GE", "Asia/Almaty": "KZ", "Europe/Istanbul": "TR"}
with Path(__file__).with_name("data").joinpath("time-zones.csv").open(encoding="utf-8", newline="") as lines:
    CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        row["id"]: (json.loads(row["inputs"]), json.loads(row["expected"])) for row in csv.DictReader(lines)
    }


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES.keys())
def test_published(given: dict[str, str], expected: dict[str, str]) -> None:
    country = COUNTRIES[given["tz"]]
    assert str(zone_of(country)) == given["tz"]
    assert local_day(country, datetime.fromisoformat(given["utc"])) == date.fromisoformat(
        expected["local_date"]
    )


def test_every_case_is_here() -> None:
    assert len(CASES) == 5


@pytest.mark.parametrize(
    ("country", "utc", "day"),
    [
        ("KZ", "2024-02-29T17:59:59+00:00", date(2024, 2, 29)),
        ("KZ", "2024-02-29T18:00:00+00:00", date(2024, 2, 29)),  # at midnight the clocks went back to 23:00
        ("KZ", "2024-02-29T19:00:00+00:00", date(2024, 3, 1)),
        ("KZ", "2024-02-28T18:00:00+00:00", date(2024, 2, 29)),
        ("KZ", "2024-03-01T18:59:59+00:00", date(2024, 3, 1)),
        ("KZ", "2024-03-01T19:00:00+00:00", date(2024, 3, 2)),
        ("DE", "2022-10-29T22:00:00+00:00", date(2022, 10, 30)),
        ("DE", "2022-10-30T22:30:00+00:00", date(2022, 10, 30)),  # summer time ended that night
        ("JP", "2022-09-24T15:00:00+00:00", date(2022, 9, 25)),  # no rules recorded for it
        ("GE", "2022-09-25T00:10:00+04:00", date(2022, 9, 25)),
        ("XX", "2022-09-24T23:59:00+00:00", date(2022, 9, 24)),  # not known: UTC
    ],
)
def test_local_day(country: str, utc: str, day: date) -> None:
    assert local_day(country, datetime.fromisoformat(utc)) == day
