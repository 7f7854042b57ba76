"""Tables as Excel workbooks, read back from their XML."""

from __future__ import annotations

import re
import zipfile

from inbox.reports.workbook import workbook


def sheets(table: tuple[list[str], list[list[object]]]) -> tuple[dict[str, str], str]:
    """The XML of each sheet, and that of the names."""
    with workbook(table, "Scores: a/b", [("From", "2026-03-07")]) as file, zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return {name[-5]: archive.read(name).decode() for name in names}, archive.read("xl/workbook.xml").decode()


def test_numbers_are_numbers_and_nothing_is_a_formula() -> None:
    found, names = sheets((["Agent", "n"], [["=1+1", 3], ["@SUM(A1)", 2.5], ["https://x.example", None]]))
    cells = re.findall(r'<c r="(\w+)"[^>]*?(?: t="(\w+)")?><(?:is><t[^>]*|v)>([^<]*)<', found["1"])
    assert (
        [cell for cell in cells if cell[0][1:] != "1"],
        [part for part in ("<f>", "hyperlink") if part in found["1"]],
        re.findall(r'<sheet name="([^"]+)"', names),
    ) == (
        [
            ("A2", "inlineStr", "=1+1"),
            ("B2", "", "3"),
            ("A3", "inlineStr", "@SUM(A1)"),
            ("B3", "", "2.5"),
            ("A4", "inlineStr", "https://x.example"),
        ],
        [],
        ["Scores  a b", "ⓘ"],
    )
