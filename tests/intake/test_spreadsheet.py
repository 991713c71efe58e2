"""Rows staged whole, or rejected with everything that is wrong in them."""

import json
from dataclasses import asdict
from datetime import date

from casework.intake import spreadsheet
from casework.intake.spreadsheet import parse, read
from tests.intake.sheets import DATA, faults, staged


def test_parse_border_intake_rejects_exactly_the_bad_rows() -> None:
    answers = json.loads((DATA / "border-intake.answers.json").read_text(encoding="utf-8"))
    sheet = read(DATA / "border-intake.csv", "border-intake.csv")

    result = parse(sheet, date(2026, 11, 20))

    assert len(sheet.rows) == answers["rows"] == 420
    assert [(str(error.row), error.column) for error in result.bad] == [*answers["rejected"].items()]
    assert len(result.good) == 396
    assert {arrival.row for arrival in result.good} | {error.row for error in result.bad} == {*range(2, 422)}
    assert result.warnings == ()


def test_parse_border_intake_says_why() -> None:
    result = parse(read(DATA / "border-intake.csv", "border-intake.csv"), date(2026, 11, 20))
    why = {error.row: error for error in result.bad}
    assert why[27].code == "not_a_number"
    assert why[29].code == "before_birth"
    assert why[38].code == "impossible_date"
    assert why[64].code == "missing"
    assert why[146].code == "unknown_country"
    assert why[202].code == "unknown_document"
    assert why[386].code == "in_the_future"
    assert all(error.detail.endswith(".") and "31.02" not in error.detail for error in result.bad)


def test_parse_border_intake_stages_both_scripts_and_both_date_formats() -> None:
    result = parse(read(DATA / "border-intake.csv", "border-intake.csv"), date(2026, 11, 20))
    rows = {arrival.row: arrival for arrival in result.good}
    assert rows[2].person.family_name == "IUDIN"
    assert rows[2].person.birth_date == date(1999, 1, 12)
    assert rows[3].person.family_name == "Воробьёва"
    assert rows[4].person.birth_date == date(1994, 10, 20)
    assert rows[4].entry.entered_on == date(2022, 9, 29)
    assert rows[3].document == spreadsheet.StagedDocument("internal_id", "RU", "5421396341")


def test_parse_a_whole_row() -> None:
    assert asdict(staged()) == {
        "row": 2,
        "person": {
            "family_name": "Смирнова",
            "given_name": "Ксения",
            "patronymic": "Игоревна",
            "birth_date": date(1991, 3, 7),
            "birth_date_precision": "day",
            "sex": "F",
            "nationality": "RU",
            "preferred_language": "ru",
            "email": "ksenia@example.org",
            "phone": "+7 900 1234567",
        },
        "document": {"kind": "internal_id", "issuing_country": "RU", "number": "4512345678"},
        "entry": {"country": "KZ", "entered_on": date(2022, 9, 25), "entry_point": "Сырым"},
        "assigned": "nino",
    }


def test_parse_a_row_with_the_least() -> None:
    empty = (
        "patronymic",
        "birth_date",
        "sex",
        "document",
        "number",
        "entry_point",
        "email",
        "phone",
        "language",
    )
    arrival = staged(given_name="", assigned="-", **dict.fromkeys(empty, ""))
    assert arrival.document is None
    assert arrival.person.birth_date is None
    assert (arrival.person.sex, arrival.person.preferred_language, arrival.assigned) == ("", "", "")


def test_parse_reports_everything_that_is_wrong_in_a_row() -> None:
    assert faults(
        family_name="12",
        given_name="=1+1",
        patronymic="Иго\nревна",
        birth_date="31.02.1990",
        sex="?",
        nationality="XX",
        document="бумага",
        number="№1",
        country="Грузляндия",
        entered_on="вчера",
        entry_point="ы" * 101,
        email="x@",
        phone="нет",
        language="xx",
        assigned="a\x07",
    ) == [
        ("family_name", "not_a_name"),
        ("given_name", "not_a_name"),
        ("patronymic", "not_a_name"),
        ("birth_date", "impossible_date"),
        ("sex", "unknown_sex"),
        ("nationality", "unknown_country"),
        ("document", "unknown_document"),
        ("number", "not_a_number"),
        ("country", "unknown_country"),
        ("entered_on", "not_a_date"),
        ("entry_point", "too_long"),
        ("email", "not_an_email"),
        ("phone", "not_a_phone"),
        ("language", "unknown_language"),
        ("assigned", "control_characters"),
    ]
