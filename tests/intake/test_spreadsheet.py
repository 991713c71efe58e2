import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.intake import csv_file, spreadsheet
from casework.intake.columns import HeadingsRefused
from casework.intake.csv_file import UnreadableFile
from casework.intake.spreadsheet import Parsed, Row, RowError, Sheet, StagedArrival, parse, read

DATA = Path(__file__).with_name("data")
TODAY = date(2022, 10, 5)
HEADINGS = (
    "Фамилия;Имя;Отчество;Дата рождения;Пол;Гражданство;Документ;Серия и номер;Страна въезда;Дата въезда;КПП;"
    "Эл. почта;Телефон;Язык;Ответственный"
)
FIELDS = (
    "family_name given_name patronymic birth_date sex nationality document number country entered_on"
    " entry_point email phone language assigned"
).split()
WHOLE = {
    "family_name": "Смирнова",
    "given_name": "Ксения",
    "patronymic": "Игоревна",
    "birth_date": "07.03.1991",
    "sex": "Ж",
    "nationality": "RU",
    "document": "internal_id",
    "number": "4512 345678",
    "country": "KZ",
    "entered_on": "25.09.2022",
    "entry_point": "Сырым",
    "email": "ksenia@example.org",
    "phone": "+7 900 1234567",
    "language": "ru",
    "assigned": "nino",
}


def parsed(**cells: str) -> Parsed:
    row = Row(2, tuple((WHOLE | cells)[field] for field in FIELDS))
    return parse(Sheet(tuple(FIELDS), (row,)), TODAY)


def staged(**cells: str) -> StagedArrival:
    result = parsed(**cells)
    assert result.bad == ()
    (arrival,) = result.good
    return arrival


def faults(**cells: str) -> list[tuple[str, str]]:
    result = parsed(**cells)
    assert result.good == ()
    return [(error.column, error.code) for error in result.bad]


def table(*rows: str, headings: str = HEADINGS) -> str:
    return "\r\n".join([headings, *rows]) + "\r\n"


ONE_ROW = "Смирнова;Ксения;;07.03.1991;Ж;RU;passport;722092572;GE;25.09.2022;Верхний Ларс;;;ru;"


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


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"family_name": "", "given_name": ""}, "family_name"),
        ({"nationality": ""}, "nationality"),
        ({"country": " "}, "country"),
        ({"entered_on": "—"}, "entered_on"),
        ({"number": ""}, "number"),
        ({"document": ""}, "document"),
    ],
)
def test_parse_what_may_not_be_empty(cells: dict[str, str], column: str) -> None:
    assert faults(**{field: text.strip() for field, text in cells.items()}) == [(column, "missing")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25.09.2022", date(2022, 9, 25)),
        ("5.9.2022", date(2022, 9, 5)),
        ("25/09/2022", date(2022, 9, 25)),
        ("2022-09-25", date(2022, 9, 25)),
        ("2022-09-25 00:00:00", date(2022, 9, 25)),
        ("2022-09-25T00:00", date(2022, 9, 25)),
        ("06.10.2022", date(2022, 10, 6)),
    ],
)
def test_parse_entered_on(text: str, day: date) -> None:
    assert staged(entered_on=text).entry.entered_on == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.09.2022", "impossible_date"),
        ("29.02.2022", "impossible_date"),
        ("25.13.2022", "impossible_date"),
        ("2022-02-30", "impossible_date"),
        ("01.01.0000", "impossible_date"),
        ("25.09.22", "not_a_date"),
        ("25.09/2022", "not_a_date"),
        ("25 сентября", "not_a_date"),
        ("2022", "not_a_date"),
        ("44829", "not_a_date"),
        ("2022-09-25 14:00", "not_a_date"),
        ("٢٥.٠٩.٢٠٢٢", "not_a_date"),
        ("07.10.2022", "in_the_future"),
        ("2031-01-05", "in_the_future"),
        ("06.03.1991", "before_birth"),
    ],
)
def test_parse_entered_on_refused(text: str, code: str) -> None:
    assert faults(entered_on=text) == [("entered_on", code)]


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("07.03.1991", date(1991, 3, 7), "day"),
        ("03.1991", date(1991, 3, 1), "month"),
        ("1991", date(1991, 1, 1), "year"),
        ("25.09.2022", date(2022, 9, 25), "day"),
    ],
)
def test_parse_birth_date(text: str, day: date, precision: str) -> None:
    person = staged(birth_date=text).person
    assert (person.birth_date, person.birth_date_precision) == (day, precision)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("06.10.2022", "in_the_future"),
        ("31.12.1899", "too_long_ago"),
        ("13.1991", "impossible_date"),
        ("0000", "impossible_date"),
        ("около 1991", "not_a_date"),
    ],
)
def test_parse_birth_date_refused(text: str, code: str) -> None:
    assert faults(birth_date=text) == [("birth_date", code)]


@pytest.mark.parametrize("text", ["GE", "ge", "GEO", "Georgia", "Грузия", " грузия ", "ГРУЗИЯ", "საქართველო"])
def test_parse_country(text: str) -> None:
    assert staged(country=text).entry.country == "GE"


@pytest.mark.parametrize(
    ("text", "code"),
    [("РФ", "RU"), ("Россия", "RU"), ("Қазақстан", "KZ"), ("South Korea", "KR"), ("Turkey", "TR")],
)
def test_parse_nationality_by_its_usual_name(text: str, code: str) -> None:
    assert staged(nationality=text).person.nationality == code


@pytest.mark.parametrize("text", ["XK", "EU", "Грузляндия", "000", "G"])
def test_parse_country_refused(text: str) -> None:
    assert faults(country=text) == [("country", "unknown_country")]


@pytest.mark.parametrize(
    ("word", "number", "kind"),
    [
        ("internal_id", "4512 345678", "internal_id"),
        ("Внутренний паспорт", "4512 345678", "internal_id"),
        ("Паспорт РФ", "4512 345678", "internal_id"),
        ("паспорт", "4512 345678", "internal_id"),
        ("паспорт", "722092572", "passport"),
        ("PASSPORT", "722092572", "passport"),
        ("Загранпаспорт", "722092572", "passport"),
        ("პასპორტი", "722092572", "passport"),
        ("ВНЖ", "AB 1", "residence_card"),
        ("travel_document", "AB 1", "travel_document"),
        ("другое", "AB 1", "other"),
    ],
)
def test_parse_document(word: str, number: str, kind: str) -> None:
    document = staged(document=word, number=number).document
    assert document is not None
    assert document.kind == kind


def test_parse_document_word_that_may_be_either_passport() -> None:
    assert faults(document="паспорт", number="AB 12345") == [("document", "ambiguous_document")]
    assert faults(document="паспорт", nationality="BY") == [("document", "ambiguous_document")]


@pytest.mark.parametrize("text", ["паспортt", "pass", "=A1", "1"])
def test_parse_document_refused(text: str) -> None:
    assert faults(document=text) == [("document", "unknown_document")]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "@x", "12/34", "№ 12", "1" * 41])
def test_parse_number_refused(text: str) -> None:
    assert faults(number=text) == [("number", "not_a_number")]


@pytest.mark.parametrize(
    ("document", "number", "code"),
    [
        ("internal_id", "45123456", "internal_id_not_ten_digits"),
        ("internal_id", "4560 345678", "internal_id_unknown_series"),
        ("passport", "4512 345678", "passport_not_nine_digits"),
        ("passport", "111111111", "placeholder_number"),
    ],
)
def test_parse_odd_number_only_warns(document: str, number: str, code: str) -> None:
    result = parsed(document=document, number=number)
    assert len(result.good) == 1
    assert [(w.row, w.column, w.code) for w in result.warnings] == [(2, "number", code)]


def test_parse_rejected_row_does_not_warn_too() -> None:
    assert parsed(number="111111111", country="?").warnings == ()


@pytest.mark.parametrize(
    ("text", "sex"),
    [("М", "M"), ("M", "M"), ("муж.", "M"), ("Ж", "F"), ("f", "F"), ("Женский", "F"), ("X", "X")],
)
def test_parse_sex(text: str, sex: str) -> None:
    assert staged(sex=text).person.sex == sex


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ru", "ru"),
        ("RU", "ru"),
        ("kk-cyrl-kz", "kk-Cyrl-KZ"),
        ("en_GB", "en-GB"),
        ("русский", "ru"),
        ("tyv", "tyv"),
    ],
)
def test_parse_language(text: str, tag: str) -> None:
    assert staged(language=text).person.preferred_language == tag


@pytest.mark.parametrize("text", ["xx", "r", "ru-", "по-русски", "ru; en"])
def test_parse_language_refused(text: str) -> None:
    assert faults(language=text) == [("language", "unknown_language")]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x@y",
        "x@y.z",
        "a b@example.org",
        "a@b@example.org",
        "a@example.org\n",
        ".a@example.org",
        "@a.org",
    ],
)
def test_parse_email_refused(text: str) -> None:
    assert faults(email=text) == [("email", "not_an_email")]


def test_parse_phone_is_kept_as_written() -> None:
    assert staged(phone="8 (900) 123-45-67").person.phone == "8 (900) 123-45-67"
    assert staged(phone="+7\u00a0900\u2011123").person.phone == "+7 900-123"


def test_parse_name_is_tidied() -> None:
    assert (
        staged(family_name="Ершо\u0308в  \u200b", given_name="Анна   Мария").person.given_name == "Анна Мария"
    )


def test_parse_too_many_cells_means_shifted_columns() -> None:
    sheet = read(table(ONE_ROW.replace("Верхний Ларс", "Верхний; Ларс")).encode(), "a.csv")
    errors = parse(sheet, TODAY).bad
    assert RowError(2, "email", "not_an_email", "This is not an e-mail address.") in errors
    sheet = read(table(ONE_ROW + ";лишнее").encode(), "a.csv")
    assert [(error.row, error.column, error.code) for error in parse(sheet, TODAY).bad] == [
        (2, "row", "too_many_cells")
    ]


def test_parse_short_rows_end_in_empty_cells() -> None:
    short = "Смирнова;Ксения;;;;RU;;;GE;25.09.2022"
    assert len(parse(read(table(short).encode(), "a.csv"), TODAY).good) == 1


def test_parse_headings_that_were_never_read() -> None:
    with pytest.raises(HeadingsRefused, match="country"):
        parse(Sheet(("Имя", "Гражданство", "Дата въезда"), ()), TODAY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_read_encodings_delimiters_and_line_ends(encoding: str, delimiter: str, ending: str) -> None:
    text = table(ONE_ROW, ONE_ROW).replace(";", delimiter).replace("\r\n", ending)
    sheet = read(text.encode(encoding), "from the border.csv")
    assert sheet.headings == tuple(HEADINGS.split(";"))
    assert [row.number for row in sheet.rows] == [2, 3]
    assert sheet.rows[0].cells[:2] == ("Смирнова", "Ксения")
    assert len(parse(sheet, TODAY).good) == 2


def test_read_utf_16_big_endian() -> None:
    assert len(read(b"\xfe\xff" + table(ONE_ROW).encode("utf-16-be"), "a.csv").rows) == 1


def test_read_from_a_path(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(table(ONE_ROW).encode())
    assert read(file, "a.csv") == read(file.read_bytes(), "a.csv")


def test_read_quoted_newlines_and_delimiters_stay_in_their_row() -> None:
    quoted = ONE_ROW.replace("Верхний Ларс", '"Верхний; ""Ларс""\r\nв горах"')
    sheet = read(table(quoted, ONE_ROW).encode(), "a.csv")
    assert [row.number for row in sheet.rows] == [2, 3]
    assert sheet.rows[0].cells[10] == 'Верхний; "Ларс"\r\nв горах'
    assert [(e.row, e.column, e.code) for e in parse(sheet, TODAY).bad] == [
        (2, "entry_point", "control_characters")
    ]


def test_read_quoted_headings() -> None:
    headings = ";".join(f'"{heading}"' for heading in HEADINGS.split(";"))
    assert len(read(table(ONE_ROW, headings=headings).encode(), "a.csv").rows) == 1


def test_read_blank_rows_are_skipped_but_counted() -> None:
    sheet = read(table("", ONE_ROW, ";;;;;", "  ;", ONE_ROW, "", "").encode(), "a.csv")
    assert [row.number for row in sheet.rows] == [3, 6]


def test_read_delimiter_line_of_a_spreadsheet_program_is_no_row() -> None:
    assert [row.number for row in read(("sep=;\r\n" + table(ONE_ROW)).encode(), "a.csv").rows] == [2]


def test_read_english_and_georgian_headings_in_any_order_beside_unknown_ones() -> None:
    text = "Surname,Remarks,Country of entry,Date of entry,Citizenship\nBeridze,x,GE,2022-09-25,RU\n"
    (arrival,) = parse(read(text.encode(), "a.csv"), TODAY).good
    assert (arrival.person.family_name, arrival.entry.country) == ("Beridze", "GE")
    text = "გვარი,ქვეყანა,შესვლის თარიღი,მოქალაქეობა\nბერიძე,GE,25.09.2022,RU\n"
    (arrival,) = parse(read(text.encode(), "a.csv"), TODAY).good
    assert arrival.person.family_name == "ბერიძე"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0old workbook", "save the sheet as CSV"),
        (table("\x00").encode(), "NUL"),
        (table(ONE_ROW).encode("utf-16-le"), "NUL"),
        (b"\xff\xfe\x00", "letters cannot be read"),
        (b"\x98\x98", "letters cannot be read"),
        (b"a;b\nc;d\n", "No column is headed as family_name"),
        (table(ONE_ROW + '"open').replace("ru;", 'ru;"').encode(), "Row 2 cannot be read"),
        (table(headings=HEADINGS + ";Имя").encode(), "headed as given_name"),
        (table(headings=HEADINGS.replace("Страна въезда", "Куда")).encode(), "headed as country"),
        (b"x" * 100_001, "100000 characters"),
        (HEADINGS.encode() + b'\n"' + b"x\n" * 70_000 + b'"', "far too long"),
    ],
)
def test_read_refuses_a_file_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        read(content, "a.csv")


def test_read_refuses_a_workbook_by_its_name() -> None:
    with pytest.raises(UnreadableFile, match="CSV"):
        read(table(ONE_ROW).encode(), "Border.XLSX")


def test_read_refuses_what_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="20 MB"):
        read(b"x" * (csv_file.LARGEST_FILE + 1), "a.csv")
    sparse = tmp_path / "sparse.csv"
    with sparse.open("wb") as file:
        file.truncate(csv_file.LARGEST_FILE + 1)
    with pytest.raises(UnreadableFile, match="20 MB"):
        read(sparse, "a.csv")


def test_read_takes_fifty_thousand_rows_and_no_more() -> None:
    assert len(read(table(*["x;y"] * 50_000).encode(), "a.csv").rows) == 50_000
    with pytest.raises(UnreadableFile, match="50000 rows"):
        read(table(*["x;y"] * 50_001).encode(), "a.csv")


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b"\xff\xfe")
@example(b'"')
@example(b"sep=;\n")
def test_read_anything_is_refused_or_a_sheet(content: bytes) -> None:
    try:
        sheet = read(content, "a.csv")
    except UnreadableFile:
        return
    parse(sheet, TODAY)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=15, max_size=16))
def test_parse_any_cells_become_a_person_or_errors(cells: list[str]) -> None:
    sheet = Sheet(tuple(FIELDS), (Row(2, tuple(cell.strip() for cell in cells)),))
    result = parse(sheet, TODAY)
    assert len(result.good) + bool(result.bad) == 1
    assert {error.column for error in result.bad} <= {*FIELDS, "row"}


@settings(deadline=None)
@given(st.sampled_from(FIELDS), st.text(max_size=200))
def test_parse_any_one_cell_is_blamed_alone(field: str, text: str) -> None:
    blamed = {error.column for error in parsed(**{field: text.strip()}).bad}
    # what is noted against another column follows from this one
    follows = {"birth_date": {"entered_on"}, "nationality": {"document"}, "number": {"document"}}
    assert blamed <= {field} | follows.get(field, set())
