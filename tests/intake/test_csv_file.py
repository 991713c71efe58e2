"""Files as volunteers' programs write them."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.intake import csv_file
from casework.intake.csv_file import UnreadableFile
from casework.intake.spreadsheet import Row, Sheet, parse, read
from tests.intake.sheets import FIELDS, HEADINGS, ONE_ROW, TODAY, parsed, table


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
