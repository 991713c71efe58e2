import csv
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import casework.stays

DATA = json.loads(
    Path(casework.stays.__file__).with_name("data").joinpath("stay-rules.json").read_text(encoding="utf-8")
)
RULES: list[dict[str, Any]] = DATA["rules"]
BY_KEY = {rule["key"]: rule for rule in RULES}
DEADLINE_TYPES: list[dict[str, Any]] = DATA["deadline_types"]
DOCUMENT_KINDS = {"internal_id", "passport", "travel_document", "residence_card", "other"}
PURPOSES = (
    "tourism culture sport business transit family work study property humanitarian transport"
    " non_essential other"
).split()
FIELDS = (
    "key kind country area title nationalities document_kinds applies_to_entries_from"
    " applies_to_entries_until limits readings condition within unit who if_longer_than_days notes source"
    " source_date confidence reviewed_by"
).split()
OF_A_LIMIT = {
    "per_entry_days": {"days", "entry_day_counts"},
    "per_entry_months": {"months", "last_day"},
    "rolling_window": {"days", "window_days", "per_stay_days", "counts_stays_entered_from"},
    "anchored_window": {"days", "window_days", "per_stay_days", "counts_stays_entered_from"},
    "calendar_year": {"days"},
    "until": {"date"},
}


def figures(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name("data").joinpath(name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def day(text: str | None, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise


def overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return (
        one["country"] == other["country"]
        and bool({*one["nationalities"]} & {*other["nationalities"]})
        and bool({*one["document_kinds"]} & {*other["document_kinds"]})
        and day(one["applies_to_entries_from"], date.min) <= day(other["applies_to_entries_until"], date.max)
        and day(other["applies_to_entries_from"], date.min) <= day(one["applies_to_entries_until"], date.max)
    )


def test_every_row_of_the_collected_facts_is_here_once() -> None:
    kinds = [rule["kind"] for rule in RULES]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "stay": 33,
        "admission": 12,
        "registration": 11,
    }
    assert len(DEADLINE_TYPES) == 13
    assert len(BY_KEY) == len(RULES)
    assert len({deadline["key"] for deadline in DEADLINE_TYPES}) == 13


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["key"])
def test_rule_has_one_shape(rule: dict[str, Any]) -> None:
    assert list(rule) == FIELDS
    assert rule["key"].startswith(rule["country"].lower() + "-")
    assert rule["country"] in DATA["time_zones"]
    assert rule["title"]
    assert not rule["title"].endswith(".")
    assert len(rule["title"]) <= 200
    assert 0 < len(rule["source"]) <= 300
    assert rule["confidence"] in {"high", "medium", "low"}
    assert rule["reviewed_by"] is None
    assert rule["notes"] == "" or rule["notes"].endswith(".")
    assert rule["nationalities"]
    assert {*rule["document_kinds"]} <= DOCUMENT_KINDS
    assert day(rule["applies_to_entries_from"], date.min) < day(rule["applies_to_entries_until"], date.max)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["key"])
def test_rule_has_what_its_kind_needs(rule: dict[str, Any]) -> None:
    duty = [rule[field] for field in ("within", "unit", "who")]
    if rule["kind"] == "registration":
        assert rule["within"] > 0
        assert rule["unit"] in {"calendar_days", "working_days", "day_of_stay"}
        assert rule["who"] in {"person", "host"}
    else:
        assert duty == [None, None, None]
    assert rule["kind"] == "stay" or not rule["limits"]
    assert rule["kind"] != "admission" or rule["condition"]
    assert rule["limits"] or not rule["readings"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["key"])
def test_limits_are_well_formed(rule: dict[str, Any]) -> None:
    for limit in [*rule["limits"], *(limit for reading in rule["readings"] for limit in reading)]:
        assert {*limit} == {"kind"} | OF_A_LIMIT[limit["kind"]]
        assert limit.get("days", 1) > 0
        assert limit.get("days", 0) <= limit.get("window_days", limit.get("days", 0))
        assert (limit.get("per_stay_days") or 0) <= limit.get("days", 0)
        assert limit.get("last_day") in {None, "same_date", "day_before"}
        date.fromisoformat(limit.get("date", "2022-01-01"))


def test_conditions_are_well_formed() -> None:
    conditions = [rule["condition"] for rule in RULES if rule["condition"]]
    for condition in conditions:
        match condition:
            case {"kind": "visa_required" | "biometric_required", **rest}:
                assert not rest
            case {"kind": "refused_purposes", "purposes": purposes, **rest}:
                assert purposes
                assert {*purposes} <= {*PURPOSES}
                assert not rest
            case {"kind": "permit_required", "permit": permit, **rest}:
                assert permit == "temporary_protection"
                assert not rest
            case _:
                assert condition == {
                    "kind": "permit_condition",
                    "code": "passport_required_for_permit",
                    "passport_valid_days": 180,
                }
    assert len(conditions) == 7 + 6 + 12


def test_no_two_stay_rules_speak_of_the_same_entry() -> None:
    stays = [rule for rule in RULES if rule["kind"] == "stay"]
    assert [(a["key"], b["key"]) for a, b in combinations(stays, 2) if overlap(a, b)] == []


@pytest.mark.parametrize(
    ("country", "until", "following"),
    [
        ("KZ", "2023-01-26", "2023-01-27"),
        ("TH", "2022-09-30", "2022-10-01"),
        ("TH", "2026-02-11", "2026-02-12"),
    ],
)
def test_rules_follow_each_other_without_a_gap(country: str, until: str, following: str) -> None:
    stays = [rule for rule in RULES if (rule["country"], rule["kind"]) == (country, "stay")]
    assert until in [rule["applies_to_entries_until"] for rule in stays]
    assert following in [rule["applies_to_entries_from"] for rule in stays]


def test_thailand_has_no_rule_where_the_sources_contradict_each_other() -> None:
    in_the_gap = {
        "country": "TH",
        "nationalities": ["RU"],
        "document_kinds": ["passport"],
        "applies_to_entries_from": "2024-05-01",
        "applies_to_entries_until": "2024-07-14",
    }
    assert not [rule for rule in RULES if rule["kind"] == "stay" and overlap(rule, in_the_gap)]


def test_figures_of_every_rule_are_those_collected() -> None:
    def known(row: Mapping[str, Any]) -> str:
        """Null fields of a limit say nothing: they are left out on both sides."""
        return (
            json.dumps(row, sort_keys=True)
            .replace(', "per_stay_days": null', "")
            .replace('"counts_stays_entered_from": null, ', "")
        )

    shipped = [
        [
            rule["kind"],
            rule["country"],
            rule["area"] or "",
            " ".join(rule["nationalities"]),
            " ".join(rule["document_kinds"]),
            rule["applies_to_entries_from"] or "",
            rule["applies_to_entries_until"] or "",
            known(
                {f: rule[f] for f in ("condition", "within", "unit", "who", "if_longer_than_days") if rule[f]}
            ),
            known({f: rule[f] for f in ("limits", "readings")}),
            rule["confidence"],
        ]
        for rule in RULES
    ]
    collected = []
    for row in figures("figures.csv"):
        numbers = json.loads(row.pop("figures"))
        confidence = row.pop("confidence")
        limits = {field: numbers.pop(field, []) for field in ("limits", "readings")}
        collected.append([*row.values(), known(numbers), known(limits), confidence])
    assert sorted(shipped) == sorted(collected)


def test_figures_of_every_deadline_type_are_those_collected() -> None:
    def written(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    collected = figures("deadline-figures.csv")
    assert [{field: written(d[field]) for field in collected[0]} for d in DEADLINE_TYPES] == collected


@pytest.mark.parametrize("deadline", DEADLINE_TYPES, ids=lambda deadline: deadline["key"])
def test_deadline_type_is_well_formed(deadline: dict[str, Any]) -> None:
    assert deadline["source"]
    assert deadline["title"]
    assert deadline["confidence"] in {"high", "medium", "low"}
    assert deadline["unit"] in {"calendar_days", "working_days", "weeks", "months", "any"}
    assert (deadline["n"] is None) == (deadline["unit"] == "any")
    assert deadline["who"] in {"person", "host", "authority", "any"}
    assert deadline["country"] in {"EU", *DATA["time_zones"]}


def test_only_the_regular_georgian_appeal_suspends() -> None:
    suspensive = {d["key"]: d["suspensive"] for d in DEADLINE_TYPES if d["suspensive"] is not None}
    assert suspensive == {
        "ge-appeal-inadmissible": False,
        "ge-appeal-accelerated": False,
        "ge-appeal-regular": True,
    }


def test_kazakhstan_first_ninety_days_an_entry_then_a_window() -> None:
    before, after = BY_KEY["kz-stay-2022"], BY_KEY["kz-stay-2023"]
    assert before["applies_to_entries_until"] == "2023-01-26"
    assert before["limits"] == [{"kind": "per_entry_days", "days": 90, "entry_day_counts": True}]
    assert after["applies_to_entries_from"] == "2023-01-27"
    assert after["limits"] == [
        {
            "kind": "rolling_window",
            "days": 90,
            "window_days": 180,
            "per_stay_days": None,
            "counts_stays_entered_from": "2023-01-27",
        }
    ]
    assert "internal_id" in before["document_kinds"]
    assert "internal_id" in after["document_kinds"]


def test_georgia_one_year_that_ends_on_the_day_before_and_only_on_a_passport() -> None:
    rule = BY_KEY["ge-stay-2015"]
    assert rule["limits"] == [{"kind": "per_entry_months", "months": 12, "last_day": "day_before"}]
    assert rule["document_kinds"] == ["passport"]


def test_mongolia_ninety_in_the_first_entrys_window_thirty_at_a_time() -> None:
    (limit,) = BY_KEY["mn-stay-2014"]["limits"]
    assert (limit["kind"], limit["days"], limit["window_days"], limit["per_stay_days"]) == (
        "anchored_window",
        90,
        180,
        30,
    )


def test_temporary_protection_has_a_row_for_each_country() -> None:
    rows = [rule for rule in RULES if rule["nationalities"] == ["UA"]]
    assert {rule["country"] for rule in rows} == {"EE", "FI", "LV", "LT", "PL", "DE"}
    assert {rule["area"] for rule in rows} == {"EU"}
    assert all(rule["limits"] == [{"kind": "until", "date": "2027-03-04"}] for rule in rows)


def test_time_zones_are_known_and_kazakhstan_changed_in_2024() -> None:
    assert len(DATA["time_zones"]) == 21
    zones = {country: ZoneInfo(name) for country, name in DATA["time_zones"].items()}
    assert {rule["country"] for rule in RULES} == {*zones}
    before, after = (datetime(2024, *day, 12, tzinfo=zones["KZ"]).utcoffset() for day in ((2, 29), (3, 1)))
    assert before == timedelta(hours=6)
    assert after == timedelta(hours=5)
