"""Each cell as its column reads it."""

from datetime import date

import pytest

from casework.intake.columns import HeadingsRefused
from casework.intake.spreadsheet import RowError, Sheet, parse, read
from tests.intake.sheets import ONE_ROW, TODAY, faults, parsed, staged, table


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
