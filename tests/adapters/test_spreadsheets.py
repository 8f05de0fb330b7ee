"""Tables as files for spreadsheet programs: what looks like a formula stays a text, and nothing is lost."""

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook

from deviations.adapters.spreadsheets import csv_table, xlsx_table

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://example.com";"Klicka")',
    "+46 8 123",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\n=1+1",
]


def read(made: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_a_text_in_both_files(formula: str) -> None:
    (_, (told,)) = read(csv_table(["Rubrik"], [[formula]]))
    assert told.startswith("'")
    assert told[1:].strip() == formula.strip()
    cell = load_workbook(io.BytesIO(xlsx_table("Blad", ["Rubrik"], [[formula]]))).active["A2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert str(cell.value).strip() == formula.strip()


def test_ordinary_swedish_texts_days_and_numbers_are_as_they_are() -> None:
    row = ["Åtgärd; ”nu”", date(2026, 11, 22), 17, None, "två\nrader"]
    made = csv_table(["Å", "B", "C", "D", "E"], [row])
    assert made.startswith(b"\xef\xbb\xbf")
    assert read(made)[1] == ["Åtgärd; ”nu”", "2026-11-22", "17", "", "två\nrader"]
    sheet = load_workbook(io.BytesIO(xlsx_table("Skrivelser", ["Å", "B", "C", "D", "E"], [row]))).active
    assert [cell.value for cell in sheet[2]][2:] == [17, None, "två\nrader"]
    assert sheet["B2"].value.date() == date(2026, 11, 22)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E2"


def test_characters_that_no_file_may_hold_are_left_out() -> None:
    cell = load_workbook(io.BytesIO(xlsx_table("Blad", ["A"], [["a\x00b\x0bc\ud800d"]]))).active["A2"]
    assert cell.value == "abcd"
    assert read(csv_table(["A"], [["a\x00b"]]))[1] == ["ab"]


def test_a_table_without_rows_has_its_heads() -> None:
    assert read(csv_table(["A", "B"], [])) == [["A", "B"]]
    assert load_workbook(io.BytesIO(xlsx_table("Blad", ["A", "B"], []))).active["B1"].value == "B"
