"""The board of letters in words: what its columns say of a letter, on the page and as a table for the styrgrupp."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from deviations.adapters.spreadsheets import Cell, csv_table, xlsx_table
from deviations.domain.days import day_of
from deviations.queries.letter_board import Line
from deviations.web import labels
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import PromisedAction, Reply

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def age(line: Line) -> str:
    """How old a letter is: since it was sent or begun, how long the answer took, or how long one was waited for."""
    if line.end is not None and line.letter.answer is None:
        return str(ngettext("vi väntade i %(num)s dag", "vi väntade i %(num)s dagar", line.age))
    if line.end is not None:
        return str(ngettext("svar efter %(num)s dag", "svar efter %(num)s dagar", line.age))
    if line.out:
        return str(ngettext("skickad för %(num)s dag sedan", "skickad för %(num)s dagar sedan", line.age))
    return str(ngettext("påbörjad för %(num)s dag sedan", "påbörjad för %(num)s dagar sedan", line.age))


def outcome(reply: "Reply") -> str:
    """What an answer went out on, or what else came back."""
    said = str(labels.ANSWERS[reply.answer] if reply.answer is not None else labels.LETTERS[reply.kind])
    return f"{said}: {reply.passed_on_to}" if reply.passed_on_to else said


def word(reply: "Reply") -> tuple[str, bool]:
    """What the recipient said, and whether in its own words; else it is as we summed it up."""
    return (reply.text, True) if reply.text.strip() else (reply.summary, False)


def promised(action: "PromisedAction") -> str:
    """What was promised, by when, and whether it is done."""
    if action.done_on is not None:
        return str(gettext("%(what)s (klart %(day)s)", what=action.text, day=day(action.done_on)))
    if action.due_on is not None:
        return str(gettext("%(what)s (senast %(day)s)", what=action.text, day=day(action.due_on)))
    return action.text


def file(lines: Sequence[Line], format: str) -> bytes:
    """All of it as a table, in one of the formats."""
    headers, rows = _headers(), [_row(line) for line in lines]
    return csv_table(headers, rows) if format == "csv" else xlsx_table(str(gettext("Skrivelser")), headers, rows)


def _headers() -> list[str]:
    return [
        str(gettext("Diarienummer")),
        str(gettext("Rubrik")),
        str(gettext("Hinder")),
        str(gettext("Mottagare")),
        str(gettext("Kopia till")),
        str(gettext("Läge")),
        str(gettext("Påbörjad")),
        str(gettext("Beslutad")),
        str(gettext("Skickad")),
        str(gettext("Svar senast")),
        str(gettext("Svar kom")),
        str(gettext("Dagar")),
        str(gettext("Utfall")),
        str(gettext("Deras diarienummer")),
        str(gettext("Mottagarens egna ord")),
        str(gettext("Vår sammanfattning")),
        str(gettext("Löften")),
        str(gettext("Regeln har ändrats")),
    ]


def _row(line: Line) -> list[Cell]:
    letter, answer, said = line.letter, line.letter.answer, line.words
    return [
        letter.registry_number,
        letter.title,
        _names([barrier.name for barrier in letter.about]),
        _names([agency.name for agency in letter.recipients]),
        _names([agency.name for agency in letter.copies]),
        str(labels.LETTERS[letter.status]),
        day_of(letter.created_at),
        letter.decided_on,
        letter.sent_on,
        line.due or letter.answer_by,
        answer.received_on if answer is not None else None,
        line.age if line.out else None,
        _each(line, {one: outcome(one) for one in said if one.answer is not None}),
        _each(line, {one: one.their_number for one in said}),
        _each(line, {one: one.text for one in said}),
        _each(line, {one: one.summary for one in said}),
        "\n".join(promised(action) for action in line.promised) or None,
        str(gettext("se över")) if line.changes else None,
    ]


def _each(line: Line, told: "dict[Reply, str]") -> str | None:
    """What is told of each recipient's word, a paragraph each; with its name where there are several."""
    several = len(line.letter.recipients) > 1
    names = {one: f"{one.agency.short_name}: " if several and one.agency else "" for one in told}
    return "\n".join(names[one] + text for one, text in told.items() if text) or None


def _names(names: Sequence[str]) -> str | None:
    return "; ".join(names) or None
