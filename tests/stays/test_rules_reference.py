"""Published and derived cases; the calculators of the Commission and the Swiss authority are the truth."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from casework.stays.rules import (
    HeldDocument,
    Permit,
    PermitKind,
    Question,
    Rule,
    RuleKind,
    Stay,
    add_months,
    assess,
    legal_due_on,
    limits_from_json,
    registration_due,
)

from .register import REGISTER, anchored, rolling

WITH_A_DOOR = {
    "rolling_window",
    "anchored_window",
    "per_entry_days",
    "per_entry_months",
    "calendar_year",
    "effective_dated",
    "effective_dated_per_entry",
    "min_of_limits",
    "entry_condition",
    "document_condition",
    "status_override",
    "comparison",
    "no_rule",
    "incomplete_history",
    "legal_deadline",
    "registration",
}
with (Path(__file__).parent / "data" / "reference-cases.csv").open(encoding="utf-8") as file:
    ROWS = list(csv.DictReader(file))


def cases(*kinds):
    rows = [row for row in ROWS if row["rule kind"] in kinds]
    return pytest.mark.parametrize(
        ("given", "expected"),
        [
            pytest.param(json.loads(row["inputs as JSON"]), json.loads(row["expected"]), id=row["id"])
            for row in rows
        ],
    )


def day(text):
    return None if text is None else date.fromisoformat(text)


def closed(stays):
    return [Stay(day(entered_on), day(left_on)) for entered_on, left_on in stays]


def ask(limits, *, on, country="XX", **other):
    question = Question(country, "RU", on=on, limits=limits_from_json(limits), **other)
    return assess(question, ())


def of_country(country, *, on, **other):
    return assess(Question(country, "RU", on=on, **other), REGISTER.law_for(country, "RU"))


def test_every_case_has_a_test():
    assert {row["rule kind"] for row in ROWS} == WITH_A_DOOR
    assert len(ROWS) == 67


@cases("rolling_window", "calendar_year")
def test_windows_that_move(given, expected):
    if "window_days" in given:
        limits = [
            rolling(given["max_days"], given["window_days"], per_stay_days=given.get("per_stay_max_days"))
        ]
    else:
        limits = [{"kind": "calendar_year", "days": given["max_days"]}]
    stays = closed(given["stays"]) + closed(given.get("planned", []))
    if given["query"] == "overstays":
        answer = ask(limits, on=day(given["on"]), stays=stays)
        found = [[str(o.starts_on), str(o.ends_on), o.days] for o in answer.overstays]
        assert found == expected["overstays"]
        if "days_in_window_on_last_day" in expected:
            last_day = ask(limits, on=stays[-1].left_on, stays=stays)
            assert last_day.days_used == expected["days_in_window_on_last_day"]
        return
    entry = day(given["entry"])
    if "on" in given:
        answer = ask(limits, on=day(given["on"]), stays=[*stays, Stay(entry)])
    else:
        answer = ask(limits, on=entry, stays=stays, plan_entry_on=entry)
    assert answer.last_lawful_day == day(expected["last_lawful_day"])
    if "max_stay_days" in expected:
        length = (answer.last_lawful_day - entry).days + 1 if answer.last_lawful_day else 0
        assert length == expected["max_stay_days"]
    if "first_overstay_day" in expected:
        assert answer.first_unlawful_day == day(expected["first_overstay_day"])
    if "earliest_entry" in expected:
        assert answer.next_entry.entry_on == day(expected["earliest_entry"])
        assert answer.next_entry.days == expected.get("max_days_at_earliest_entry", answer.next_entry.days)


@cases("anchored_window")
def test_windows_that_a_first_entry_opens(given, expected):
    limit = anchored(given["max_days"], given["window_days"], per_stay_days=given.get("per_stay_max_days"))
    entry, stays = day(given["entry"]), closed(given["stays"])
    answer = ask([limit], on=entry - timedelta(days=1), stays=stays, plan_entry_on=entry)
    assert answer.last_lawful_day == day(expected["last_lawful_day"])
    assert answer.days_used == expected["used_before"]
    if "per_stay_max_days" not in given:
        counted = next(reason for reason in answer.reasons if reason.code == "anchored_window")
        assert counted.values["starts_on"] == day(expected["period_start"])
        assert counted.values["ends_on"] == day(expected["period_end"])
    if "rolling_reading_would_be" in expected:
        other = ask([rolling()], on=entry, stays=stays, plan_entry_on=entry)
        assert other.last_lawful_day == day(expected["rolling_reading_would_be"])


@cases("per_entry_days", "per_entry_months")
def test_each_entry_counts_alone(given, expected):
    if "days" in given:
        limit = {
            "kind": "per_entry_days",
            "days": given["days"],
            "entry_day_counts": given["entry_day_counts"],
        }
    else:
        limit = {"kind": "per_entry_months", "months": given["months"], "last_day": given["convention"]}
    entry = day(given["entry"])
    answer = ask([limit], on=entry, stays=[*closed(given.get("stays", [])), Stay(entry)])
    assert answer.last_lawful_day == day(expected["last_lawful_day"])


@cases("effective_dated", "effective_dated_per_entry")
def test_the_rule_of_the_entry_day(given, expected):
    entry = day(given["entry"])
    document = HeldDocument(given.get("document", "passport"))
    stays = [*closed(given.get("stays", [])), Stay(entry)]
    answer = of_country(given["country"], on=day(given.get("on")) or entry, document=document, stays=stays)
    assert answer.last_lawful_day == day(expected["last_lawful_day"])
    if "rule" in expected:
        assert answer.rule.title == expected["rule"]
    if "days" in expected:
        assert answer.binding_limit.limit.days == expected["days"]


@cases("min_of_limits")
def test_the_earliest_of_several(given, expected):
    entry = day(given["entry"])
    if "visa" in given:
        visa = Permit(
            PermitKind.VISA,
            day(given["visa"]["valid_from"]),
            day(given["visa"]["valid_until"]),
            given["visa"]["duration_days"],
            given["visa"]["entries"],
        )
        limits = [rolling(given["rolling"]["max_days"], given["rolling"]["window_days"])]
        answer = ask(limits, on=entry, permits=[visa], stays=[Stay(entry)])
        kinds = {"duration_of_stay": "visa_days", "visa_validity": "visa_validity"}
        assert answer.binding_limit.kind == kinds[expected["binding"]]
    else:
        document = HeldDocument("passport", expires_on=day(given["passport_expires"]))
        answer = of_country(given["country"], on=entry, document=document, stays=[Stay(entry)])
        warning = next(w for w in answer.warnings if w.code == "document_expires_first")
        assert expected["warnings"] == [
            f"passport_expires_before_last_lawful_day:{warning.values['expires_on']}"
        ]
    assert answer.last_lawful_day == day(expected["last_lawful_day"])


@cases("entry_condition")
def test_purposes_that_are_refused(given, expected):
    entries = [day(entry) for entry in given.get("entries", [given.get("entry")])]
    admissible = expected["admissible"] if "entries" in given else [expected["admissible"]]
    for entry, may_enter in zip(entries, admissible, strict=True):
        answer = of_country(
            given["country"],
            on=entry,
            purpose=given["purpose"],
            document=HeldDocument("passport"),
            permits=[Permit(PermitKind.VISA, entry, entry + timedelta(days=60))],
            plan_entry_on=entry,
        )
        assert (answer.status == "lawful") is may_enter


@cases("document_condition")
def test_documents(given, expected):
    on = day(given["on"])
    kind = {"international": "passport"}.get(given["document"], given["document"])
    document = HeldDocument(kind, given.get("biometric"), day(given.get("passport_expires")))
    visa = [Permit(PermitKind.VISA, on, on + timedelta(days=60))] if "visa" in given else []
    answer = of_country(given["country"], on=on, document=document, permits=visa, plan_entry_on=on)
    codes = {warning.code: warning.values for warning in answer.warnings}
    if "action" in given:
        assert ("passport_required_for_permit" not in codes) is expected["allowed"]
        assert answer.status == "lawful"  # it is the permit that needs a passport, not the stay
    else:
        assert (answer.status == "lawful") is expected["accepted"]
    if "changes_on" in expected:
        assert codes["refused_later"]["from_on"] == day(expected["changes_on"])


@cases("status_override")
def test_permits_in_place_of_limits(given, expected):
    event = given["events"][0]
    starts_on = day(event["from"])
    ends_on = day(event["until"]) if "until" in event else add_months(starts_on, event["months"])
    answer = of_country(
        given["country"],
        on=day(given["on"]),
        document=HeldDocument("passport"),
        stays=[Stay(day(given["entry"]))],
        permits=[Permit(PermitKind(event["type"]), starts_on, ends_on)],
    )
    assert (answer.status == "lawful") is expected["lawful"]
    assert answer.binding_limit.kind == "permit"
    assert expected["basis"].startswith(answer.binding_limit.permit.kind[:6])
    assert answer.last_lawful_day == day(expected.get("next_date") or expected["stay_until"])


@cases("comparison")
def test_two_readings_side_by_side(given, expected):
    entry, stays = day(given["entry"]), closed(given.get("stays", []))
    if "max_days" in given:
        readings = [rolling(given["max_days"], 365)], [{"kind": "calendar_year", "days": given["max_days"]}]
    else:
        readings = (
            [
                {
                    "kind": "per_entry_months",
                    "months": given["a"]["months"],
                    "last_day": given["a"]["convention"],
                }
            ],
            [{"kind": "per_entry_days", **given["b"]}],
        )
    for reading, name in zip(readings, "ab", strict=True):
        answer = ask(reading, on=entry, stays=stays, plan_entry_on=entry)
        assert answer.last_lawful_day == day(expected[name])


@cases("no_rule")
def test_no_rule(given, expected):
    entry = day(given["entry"])
    answer = of_country(given["country"], on=entry, stays=[Stay(entry)])
    assert answer.status == "unknown"
    assert answer.last_lawful_day is expected["stay_until"]
    assert [warning.code for warning in answer.warnings] == ["no_rule"]


@cases("incomplete_history")
def test_an_exit_nobody_recorded(given, expected):
    stays = [Stay(day(stay["from"]), day(stay["to"])) for stay in given["stays"]]
    answer = of_country(given["country"], on=day(given["on"]), stays=stays)
    assert answer.status == "unknown"
    assert answer.last_lawful_day is None
    warning = next(warning for warning in answer.warnings if warning.code == "exit_not_recorded")
    assert warning.values["latest_exit"] == day(expected["worst"])
    assert warning.values["earliest_exit"] == day(expected["best"])


@cases("legal_deadline")
def test_legal_periods(given, expected):
    closed_on = {day(holiday) for holiday in given.get("holidays", [])}
    due_on = legal_due_on(
        day(given["event"]),
        given["n"],
        given["unit"],
        event_day_counts=False,
        rolls_over=given["roll_to_working_day"],
        is_working_day=lambda candidate: candidate.weekday() < 5 and candidate not in closed_on,
    )
    assert due_on == day(expected["last_day"])


@cases("registration")
def test_registration(given, expected):
    within = given.get("by_day_of_stay") or given["within_calendar_days"]
    # Both laws count the day of entry as the first: `day_of_stay`.
    rule = Rule("1", RuleKind.REGISTRATION, "registration", within=within, unit="day_of_stay")
    due_on = registration_due(rule, day(given["entry"]), lambda candidate: candidate.weekday() < 5)
    assert due_on == day(expected["last_day"])
