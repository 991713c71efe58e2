"""A table as plain text: which letters, which delimiter, where a record ends.

Of what the table means only the headings are looked at, to tell the delimiter.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from casework.intake.columns import known_headings

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_LINE = 100_000
MOST_RECORDS = 1_048_576  # what a spreadsheet can hold, blank rows at the end included
DELIMITERS = ";,\t"

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_DELIMITER_LINE = re.compile(r"sep=([;,\t])\r?\n")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message is one sentence that says why or what to do."""


def content_of(file: Path | bytes) -> bytes:
    size = len(file) if isinstance(file, bytes) else file.stat().st_size
    if size > LARGEST_FILE:
        raise UnreadableFile(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
    return file if isinstance(file, bytes) else file.read_bytes()


def records_in(content: bytes, name: str) -> Iterator[list[str]]:
    """Every record as its cells, blank ones too; raises UnreadableFile, also in the middle."""
    if content.startswith(_WORKBOOKS) or name.lower().endswith((".xls", ".xlsx", ".ods")):
        raise UnreadableFile("Workbooks cannot be read yet: save the sheet as CSV and load that.")
    text = _decoded(content)
    if not text.strip():
        raise UnreadableFile("The file is empty.")
    if said := _DELIMITER_LINE.match(text):
        return _records(text[said.end() :], said[1])
    return _records(text, max(DELIMITERS, key=lambda delimiter: _headings_known(text, delimiter)))


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise UnreadableFile(
                "The file contains NUL bytes, so it is no table of text: save it as CSV in UTF-8."
            )
        return text
    raise UnreadableFile("The letters cannot be read: save the file as CSV in UTF-8.")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if content.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    return ("utf-8", "cp1251")


def _headings_known(text: str, delimiter: str) -> int:
    try:
        return known_headings([cell.strip() for cell in next(_records(text, delimiter), [])])
    except UnreadableFile:
        return 0


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    for number in range(1, MOST_RECORDS + 1):
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableFile(
                f"Row {number} cannot be read: a quotation mark is not closed, or a cell is far too long."
            ) from None
    raise UnreadableFile(f"The file has more than {MOST_RECORDS} rows.")


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(
                f"A line has more than {LONGEST_LINE} characters: this is no table of people."
            )
        yield line
