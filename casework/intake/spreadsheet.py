"""A volunteer's spreadsheet, read into staged rows: what can become a person, what is wrong with the rest.

Rows are numbered as a spreadsheet numbers them: the heading is row 1, blank rows count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

from casework.intake import columns
from casework.intake.columns import CellRefused, HeadingsRefused
from casework.intake.csv_file import UnreadableFile, content_of, records_in
from casework.people.names import InvalidName, clean_name
from casework.people.numbers import InvalidNumber, implausible, normalise

MOST_ROWS = 50_000
# what people write into a cell that they leave empty
BLANKS = frozenset({"-", "–", "—"})

BIRTH_NOT_SAID: tuple[date | None, str] = (None, "day")

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class RowError:
    """Why a row is rejected. `column` is a field name, or `row` when the row as a whole is wrong."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True)
class RowWarning:
    """What looks odd about a row that is good."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True)
class StagedPerson:
    """Fields as `people` names them; "" and None where the file says nothing."""

    family_name: str
    given_name: str
    patronymic: str
    birth_date: date | None
    birth_date_precision: str
    sex: str
    nationality: str
    preferred_language: str
    email: str
    phone: str


@dataclass(frozen=True)
class StagedDocument:
    """The issuing country is taken to be that of the nationality; the number is normalised."""

    kind: str
    issuing_country: str
    number: str


@dataclass(frozen=True)
class StagedEntry:
    country: str
    entered_on: date
    entry_point: str


@dataclass(frozen=True)
class StagedArrival:
    row: int
    person: StagedPerson
    document: StagedDocument | None
    entry: StagedEntry
    assigned: str


@dataclass(frozen=True)
class Parsed:
    good: tuple[StagedArrival, ...]
    bad: tuple[RowError, ...]
    warnings: tuple[RowWarning, ...]


def read(file: Path | bytes, name: str) -> Sheet:
    """The headings and rows of a CSV file of at most 20 MB and 50,000 rows; raises UnreadableFile.

    UTF-8, UTF-16 with its mark, or Windows-1251; semicolons, commas or tabs. `name` is only looked at for
    its ending.
    """
    records = records_in(content_of(file), name)
    headings = tuple(cell.strip() for cell in next(records, []))
    try:
        columns.fields_of(headings)
    except HeadingsRefused as refused:
        raise UnreadableFile(str(refused)) from None
    rows = (Row(number, _trimmed(cells)) for number, cells in enumerate(records, start=2))
    kept = tuple(islice((row for row in rows if row.cells), MOST_ROWS + 1))
    if len(kept) > MOST_ROWS:
        raise UnreadableFile(f"The file has more than {MOST_ROWS} rows: divide it and load the parts.")
    return Sheet(headings, kept)


def parse(sheet: Sheet, today: date) -> Parsed:
    """Each row either staged whole or rejected with everything that is wrong in it.

    `today` is the day in the organisation's country; an entry may be noted for the day after it at most.
    Raises HeadingsRefused for headings that `read` would have refused.
    """
    places = columns.fields_of(sheet.headings)
    readings = [_Reading.of(row, places, len(sheet.headings)) for row in sheet.rows]
    staged = [_staged(reading, today) for reading in readings]
    for reading in readings:
        reading.errors.sort(key=lambda error: places.get(error.column, -1))
    return Parsed(
        good=tuple(s for s, r in zip(staged, readings, strict=True) if s and not r.errors),
        bad=tuple(error for reading in readings for error in reading.errors),
        warnings=tuple(w for reading in readings if not reading.errors for w in reading.warnings),
    )


@dataclass
class _Reading:
    """One row while it is read: what stands in it and what was found wrong so far."""

    row: int
    cells: Mapping[str, str]
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)

    @classmethod
    def of(cls, row: Row, places: Mapping[str, int], width: int) -> "_Reading":
        cells = {column: row.cells[place] for column, place in places.items() if place < len(row.cells)}
        reading = cls(row.number, {column: text for column, text in cells.items() if text not in BLANKS})
        if len(row.cells) > width:
            reading.error("row", "too_many_cells", "The row has more cells than there are headings.")
        return reading

    def error(self, column: str, code: str, detail: str) -> None:
        self.errors.append(RowError(self.row, column, code, detail))

    def take(self, column: str, read_cell: Callable[[str], T], otherwise: T) -> T:
        """What the cell says; `otherwise` when it is empty, or wrong, which is noted."""
        text = self.cells.get(column, "")
        if not text:
            return otherwise
        try:
            return read_cell(text)
        except CellRefused as refused:
            self.error(column, refused.code, refused.detail)
        except InvalidName as refused:
            self.error(column, "not_a_name", str(refused))
        except InvalidNumber as refused:
            self.error(column, "not_a_number", str(refused))
        return otherwise

    def need(self, column: str, read_cell: Callable[[str], T], otherwise: T) -> T:
        if not self.cells.get(column):
            self.error(column, "missing", "This cell may not be empty.")
        return self.take(column, read_cell, otherwise)


def _staged(reading: _Reading, today: date) -> StagedArrival | None:
    person = _person(reading, today)
    document = _document(reading, person.nationality)
    entry = _entry(reading, person.birth_date, today)
    assigned = reading.take("assigned", columns.line, "")
    return StagedArrival(reading.row, person, document, entry, assigned) if entry else None


def _person(reading: _Reading, today: date) -> StagedPerson:
    if not (reading.cells.get("family_name") or reading.cells.get("given_name")):
        reading.error("family_name", "missing", "The row has neither a family name nor a given name.")
    birth_date, precision = reading.take("birth_date", lambda text: _born(text, today), BIRTH_NOT_SAID)
    return StagedPerson(
        family_name=reading.take("family_name", _name, ""),
        given_name=reading.take("given_name", _name, ""),
        patronymic=reading.take("patronymic", _name, ""),
        birth_date=birth_date,
        birth_date_precision=precision,
        sex=reading.take("sex", columns.sex, ""),
        nationality=reading.need("nationality", columns.country, ""),
        preferred_language=reading.take("language", columns.language, ""),
        email=reading.take("email", columns.email, ""),
        phone=reading.take("phone", columns.phone, ""),
    )


def _document(reading: _Reading, nationality: str) -> StagedDocument | None:
    if not (reading.cells.get("document") or reading.cells.get("number")):
        return None
    number = reading.need("number", normalise, "")
    kind = reading.need("document", lambda text: _kind(text, nationality, number), "")
    odd = implausible(kind, nationality, number) if kind and number else None
    if odd:
        reading.warnings.append(RowWarning(reading.row, "number", odd, _ODD_NUMBERS[odd]))
    return StagedDocument(kind, nationality, number)


def _entry(reading: _Reading, birth_date: date | None, today: date) -> StagedEntry | None:
    country = reading.need("country", columns.country, "")
    entered_on = reading.need("entered_on", lambda text: _entered(text, birth_date, today), None)
    entry_point = reading.take("entry_point", columns.line, "")
    return StagedEntry(country, entered_on, entry_point) if entered_on else None


def _name(text: str) -> str:
    if text[0] in "=+@":
        raise CellRefused("not_a_name", "A name cannot begin like a spreadsheet formula.")
    return clean_name(text)


def _born(text: str, today: date) -> tuple[date | None, str]:
    birth_date, precision = columns.birth_day(text)
    if birth_date > today:
        raise CellRefused("in_the_future", "A birth date cannot lie in the future.")
    if birth_date < columns.EARLIEST_BIRTH:
        raise CellRefused(
            "too_long_ago", f"A birth date before {columns.EARLIEST_BIRTH.year} is not possible."
        )
    return birth_date, precision


def _entered(text: str, birth_date: date | None, today: date) -> date | None:
    entered_on = columns.day(text)
    # a shift that ends after midnight notes the new day before the office has it
    if entered_on > today + timedelta(days=1):
        raise CellRefused("in_the_future", "The day of entry lies in the future.")
    if birth_date and entered_on < birth_date:
        raise CellRefused("before_birth", "The day of entry lies before the birth date.")
    return entered_on


def _kind(text: str, nationality: str, number: str) -> str:
    kind = columns.document_kind(text)
    # in Russian the one word means both passports; their numbers differ in length
    if kind is None and nationality == "RU" and number.isdecimal():
        kind = {9: "passport", 10: "internal_id"}.get(len(number))
    if kind is None:
        raise CellRefused(
            "ambiguous_document", "Say whether this is the internal or the international passport."
        )
    return kind


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    """Without spaces around and without empty cells at the end; a blank row becomes ()."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)


_ODD_NUMBERS = {
    "placeholder_number": "The number is one digit repeated.",
    "internal_id_not_ten_digits": "A Russian internal passport has a series of 4 digits and a number of 6.",
    "internal_id_unknown_series": "No Russian internal passport has such a series.",
    "passport_not_nine_digits": "A Russian passport for travel has 9 digits.",
}
