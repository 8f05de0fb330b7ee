"""What has happened to a barrier, in one list by day: when it was first met, each step of its own and why, the letters
about it and what was answered.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext

from deviations.domain.days import day_of
from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Act, BarrierStatus
from deviations.queries import spreads
from deviations.queries.standings import GONE
from deviations.web import labels, timeline
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Letter, Move, Reply

BEGINNING = 200
"""So many letters of an answer's text stand beside its letter; the rest on the letter's own page."""

Dated = tuple[date, timeline.Item]


@dataclass(frozen=True, slots=True)
class Return:
    """A barrier that was gone and is back: how it ended, when and with what words, and since when it is back."""

    was: BarrierStatus
    gone_on: date
    note: str
    back_on: date


def told(
    moves: Sequence["Move"], letters: Sequence["Letter"], first: date | None, *, exact: bool
) -> list[timeline.Item]:
    """The story, oldest first. `first` is when the barrier was first met, None where it is not to be told: the day for
    who sees small counts (`exact`), the quarter for others.
    """
    items = timeline.steps(moves, labels.BARRIERS)
    # a letter that was sent or answered is told as such, with its number and the answer
    own = [
        (day_of(move.at), item)
        for move, item in zip(moves, items, strict=True)
        if not (letters and move.act is Act.STEP and move.target in (BarrierStatus.ESCALATED, BarrierStatus.ANSWERED))
    ]
    dated = [*_first(first, exact), *own, *_of_letters(letters)]
    return [item for _, item in sorted(dated, key=lambda pair: pair[0])]  # of one day in the order given


def _first(first: date | None, exact: bool) -> Iterator[Dated]:
    if first is not None:
        when = day(first) if exact else spreads.quarter(first)
        yield first, _item(first, str(gettext("Första avvikelsen hände")), when=when)


def _of_letters(letters: Sequence["Letter"]) -> Iterator[Dated]:
    for letter in reversed(letters):
        href = url_for("letters.show", id=letter.id)
        if letter.sent_on is not None:
            to = labels.listed([agency.short_name for agency in letter.recipients])
            what = gettext("Skrivelse %(number)s skickades till %(to)s", number=letter.registry_number, to=to)
            yield letter.sent_on, _item(letter.sent_on, str(what), href=href)
        for reply in letter.replies:
            yield reply.received_on, _item(reply.received_on, _replied(letter, reply), href=href)


def _replied(letter: "Letter", reply: "Reply") -> str:
    """An answer as such; that a letter was received, put off or given up is none."""
    said = {"number": letter.registry_number, "what": answer(reply)}
    if reply.kind is LetterStatus.ANSWERED:
        return str(gettext("Svar på skrivelse %(number)s: %(what)s", **said))
    return str(gettext("Skrivelse %(number)s: %(what)s", **said))


def _item(on: date, what: str, *, when: str = "", href: str = "") -> timeline.Item:
    return timeline.Item(on.isoformat(), when or day(on), "", what, href=href)


def answer(reply: "Reply") -> str:
    """What a reply came to, as it stands in a sentence."""
    word = str(labels.ANSWERS[reply.answer] if reply.answer else labels.LETTERS[LetterStatus(reply.kind)])
    return word[:1].lower() + word[1:]


def came_back(moves: Sequence["Move"], status: BarrierStatus) -> Return | None:
    """How a barrier was gone before it came back; None for one that never was, or is gone now."""
    steps = [move for move in moves if move.act is Act.STEP]
    back = next((move for move in reversed(steps) if move.target == BarrierStatus.RETURNED), None)
    if back is None or status in (*GONE, BarrierStatus.WATCHED):
        return None
    ends = [move for move in steps if move.id < back.id and move.target in GONE]
    if not ends:
        return None
    return Return(BarrierStatus(ends[-1].target), day_of(ends[-1].at), ends[-1].note, day_of(back.at))
