"""Writes a table as a file for a spreadsheet program: CSV and XLSX. A text in it stays a text, also where it looks like
a formula.
"""

import csv
import io
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

Cell = str | int | date | None
"""What a cell may hold; None leaves it empty."""

_STARTS = "=+-@"
_HEAVY = 60
"""The widest that a column is made, in letters; longer texts are wrapped."""


def csv_table(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table as CSV the way a Swedish Excel opens it: semicolons, UTF-8 with its mark, days as 2026-11-22.

    A text that a spreadsheet program might take for a formula gets an apostrophe before it (OWASP, CSV injection), also
    where the sign comes after spaces or is a full-width one.
    """
    told = io.StringIO(newline="")
    writer = csv.writer(told, delimiter=";", lineterminator="\r\n")
    writer.writerow([_guarded(header) for header in headers])
    writer.writerows([_guarded(cell) if isinstance(cell, str) else _plain(cell) for cell in row] for row in rows)
    return told.getvalue().encode("utf-8-sig")


def _plain(cell: int | date | None) -> str | int:
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else cell


def _guarded(text: str) -> str:
    clean = _printable(text)
    first = unicodedata.normalize("NFKC", clean.lstrip()[:1])
    return f"'{clean}" if clean[:1] in ("\t", "\r") or (first and first in _STARTS) else clean


def _printable(text: str) -> str:
    """Without the control characters that no spreadsheet file may hold (ECMA-376, ST_Xstring)."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


def xlsx_table(title: str, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table as an XLSX file with one sheet: heads in bold that stay when one scrolls, a filter, wrapped texts.

    Every text is written as a text with Excel's own mark for it, so that it is none the less a text when somebody edits
    the cell.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = title[:31]
    for place, header in enumerate(headers, start=1):
        _write(sheet.cell(1, place), header).font = Font(bold=True)
        longest = max([len(header), *(len(_as_text(row[place - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(_HEAVY, longest) + 3
    for line, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            _write(sheet.cell(line, place), value).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _as_text(cell: Cell) -> str:
    return max(str(cell if cell is not None else "").splitlines() or [""], key=len)


def _write(cell: Any, value: Cell) -> Any:
    cell.value = _printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type, cell.quotePrefix = "s", True
    return cell
