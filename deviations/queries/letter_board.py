"""Reads the board of letters: what is out, with whom, since when, what came of it and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.days import day_of
from deviations.domain.letters import OUT, LetterStatus
from deviations.domain.roles import Actor
from deviations.models import Letter, PromisedAction, Reply, RuleChange
from deviations.queries import letter_answers as answers
from deviations.queries import rule_changes, visibility

_SILENT = LetterStatus.SILENT


@dataclass(frozen=True, slots=True)
class Line:
    """A letter on the board. `changes` are those of its rules that it has not been looked over for."""

    letter: Letter
    today: date
    changes: tuple[RuleChange, ...]

    @property
    def open(self) -> bool:
        """Whether anything is still to be done with it."""
        return self.letter.status is not LetterStatus.CLOSED

    @property
    def out(self) -> bool:
        """Whether it has left the house."""
        return self.letter.status in OUT

    @property
    def since(self) -> date:
        """The day from which its age is counted: when it was sent, or begun."""
        return self.letter.sent_on or day_of(self.letter.created_at)

    @property
    def age(self) -> int:
        """How many days ago that is; of a letter that nobody waits for any more how many it took, or was waited."""
        end = self.end
        return ((end.received_on if end is not None else self.today) - self.since).days

    @property
    def end(self) -> Reply | None:
        """The answer with which all had answered, or that nothing came; None while somebody is waited for."""
        if not self.out or answers.waited_for(self.letter):
            return None
        return self.letter.answer or next((one for one in reversed(self.letter.replies) if one.kind is _SILENT), None)

    @property
    def due(self) -> date | None:
        """The first day by which somebody's answer is waited for."""
        return answers.next_due(self.letter)

    @property
    def late(self) -> int:
        """How many days past its day the answer is that is most late; 0 where nobody is."""
        due = self.due
        return max(0, (self.today - due).days) if due is not None else 0

    @property
    def words(self) -> list[Reply]:
        """The last that each recipient said, whatever it was; what was said for all of them stands once."""
        said = [reply for reply in self.letter.replies if reply.kind is not _SILENT]
        own = ([one for one in said if one.agency_id in (None, agency.id)] for agency in self.letter.recipients)
        return list(dict.fromkeys(replies[-1] for replies in own if replies))

    @property
    def promised(self) -> list[PromisedAction]:
        """All that was promised, what is to be done first before the rest."""
        found = [action for reply in self.letter.replies for action in reply.promised]
        return sorted(found, key=lambda one: (one.done_on is not None, one.due_on or date.max, one.id))


def lines(session: Session, actor: Actor, today: date) -> list[Line]:
    """The letters that this person may read: open ones by age, the oldest first, then closed ones, the latest first.

    Nothing is summed up by recipient: the board tells what came of each letter, and ranks nobody.
    """
    marked = rule_changes.marked(session)
    found = [Line(letter, today, _changes(letter, marked)) for letter in _letters(session, actor)]
    opened = sorted((one for one in found if one.open), key=lambda one: (one.since, one.letter.id))
    closed = sorted((one for one in found if not one.open), key=lambda one: (one.since, one.letter.id), reverse=True)
    return [*opened, *closed]


def _letters(session: Session, actor: Actor) -> Sequence[Letter]:
    return session.scalars(
        select(Letter)
        .where(visibility.letters(actor))
        .options(
            joinedload(Letter.barrier),
            joinedload(Letter.author),
            selectinload(Letter.further),
            selectinload(Letter.recipients),
            selectinload(Letter.copies),
            selectinload(Letter.replies).selectinload(Reply.promised),
            selectinload(Letter.replies).joinedload(Reply.agency),
        )
    ).all()


def _changes(letter: Letter, marked: dict[int, list[RuleChange]]) -> tuple[RuleChange, ...]:
    found = [change for _, changes in rule_changes.of_letter(letter, marked) for change in changes]
    return tuple(dict.fromkeys(found))
