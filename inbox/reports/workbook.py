"""A report's table as an Excel workbook: numbers as numbers, words as words, never a formula."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from inbox.reports.export import Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: So many rows fit on a sheet of Excel's.
_LAST_ROW = 1_048_575
_NARROWEST, _WIDEST = 12, 60
#: So many characters fit in a cell.
_LONGEST_CELL = 32_767


def workbook(table: Table, title: str, about: Iterable[tuple[str, str]]) -> IO[bytes]:
    """A temporary file with the table on its first sheet and, on the last, what it is `about`; read from its start.

    The rows are written as they come. What does not fit on a sheet goes on on the next one.
    """
    header, rows = table
    # Closed by whoever sends it.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    sheet = _sheet(book, title, header, bold)
    line = 0
    for row in rows:
        if line == _LAST_ROW:
            sheet, line = _sheet(book, title, header, bold), 0
        line += 1
        for column, cell in enumerate(row):
            _write(sheet, line, column, cell)
    notes = book.add_worksheet("ⓘ")
    notes.set_column(0, 1, 40)
    for line, (name, value) in enumerate(about):
        notes.write_string(line, 0, name, bold)
        notes.write_string(line, 1, value)
    book.close()
    file.seek(0)
    return file


def _sheet(book: xlsxwriter.Workbook, title: str, header: list[str], bold: Format) -> Worksheet:
    """A new sheet with the header, which stays in sight."""
    number = len(book.worksheets())
    # Names of sheets have at most 31 characters, and none of these.
    name = re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:26] or "1"
    sheet: Worksheet = book.add_worksheet(f"{name} {number + 1}" if number else name)
    sheet.freeze_panes(1, 0)
    for column, words in enumerate(header):
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, len(str(words)) + 2)))
        sheet.write_string(0, column, str(words), bold)
    return sheet


def _write(sheet: Worksheet, line: int, column: int, cell: object) -> None:
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        text = "" if cell is None else str(cell)
        if text:
            sheet.write_string(line, column, text[:_LONGEST_CELL])
    else:
        sheet.write_number(line, column, cell)
