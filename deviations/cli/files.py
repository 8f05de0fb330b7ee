"""Reads and writes the command line's files: says what can't be read, and never leaves half a file."""

import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deviations.cli.opened import reason
from deviations.cli.wording import Refused

FAULTS_SHOWN = 20


class BadRow(Exception):
    """A row that can't be used, with the sentence that says why."""


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, with or without a byte order mark. Raises Refused."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeError) as fault:
        raise Refused(f"Filen {path} går inte att läsa: {reason(fault)}.") from None
    if "\x00" in text:
        raise Refused(f"Filen {path} går inte att läsa: den är inte en textfil.")
    return text.removesuffix("\n").replace("\r\n", "\n").split("\n")


def check_output(path: Path) -> None:
    """Raises Refused when no file can be written there; asked before any work is done."""
    if path.is_dir():
        raise Refused(f"{path} är en mapp. Ange namnet på en fil.")
    if not path.parent.is_dir():
        raise Refused(f"Mappen {path.parent} finns inte. Skapa den först.")
    if not os.access(path.parent, os.W_OK):
        raise Refused(f"Mappen {path.parent} går inte att skriva i: behörighet saknas.")


def write(path: Path, content: bytes) -> None:
    """Writes a whole file or none: first beside it, then in its place. Raises Refused."""
    beside = path.with_name(f".{path.name[:100]}.{os.getpid()}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise Refused(f"Filen {path} går inte att skriva: {reason(fault)}.") from None


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Writes one JSON object a line. Raises Refused."""
    write(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def refuse_rows(faults: Iterable[tuple[int, str]]) -> None:
    """Raises Refused naming the rows that can't be used, if there are any."""
    found = list(faults)
    if not found:
        return
    shown = [f"Rad {row}: {why}" for row, why in found[:FAULTS_SHOWN]]
    more = len(found) - FAULTS_SHOWN
    rest = [f"… och {more} till."] if more > 0 else []
    end = "Inget har sparats, eftersom en rad inte går att använda."
    if len(found) > 1:
        end = f"Inget har sparats, eftersom {len(found)} rader inte går att använda."
    raise Refused("\n".join([*shown, *rest, end]))


def parsed(line: str) -> dict[str, Any]:
    """One line's JSON object. Raises BadRow."""
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadRow("Raden är inte giltig JSON.") from None
    if not isinstance(row, dict):
        raise BadRow("Raden ska vara ett JSON-objekt, med fält och värden inom klamrar.")
    return row


def _no_number(name: str) -> float:
    raise ValueError(name)


def text(row: Mapping[str, Any], name: str, *, needed: bool = False) -> str:
    """A text field; "" when it is missing and not needed. Raises BadRow."""
    value = row.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise BadRow(f"Fältet {name} {'saknas' if value is None else 'ska vara text'}.")
    _storable(name, value)
    return value


def _storable(name: str, value: str) -> None:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadRow(f"Fältet {name} innehåller ett tecken som inte kan sparas.")


def identity(row: Mapping[str, Any]) -> str | int | float:
    """The row's id, a text or a number, to be written back as it is. Raises BadRow."""
    value = row.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise BadRow("Fältet id saknas eller är varken text eller tal.")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadRow("Fältet id är ett tal som är för stort.")
    if isinstance(value, str):
        _storable("id", value)
    return value
