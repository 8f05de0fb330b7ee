"""Finds letters that run beside another: about the same barrier, or about another one that rests on the same rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Actor
from deviations.models import Barrier, Letter, Reply
from deviations.queries import barriers as hinder
from deviations.queries import letters, visibility


@dataclass(frozen=True, slots=True)
class Parallel:
    """Another letter, with what makes it one: the barriers and the codes of the rules that it shares."""

    letter: Letter
    barriers: tuple[Barrier, ...]
    rules: tuple[str, ...]

    @property
    def answer(self) -> Reply | None:
        """What was answered last."""
        return self.letter.answer

    @property
    def open(self) -> bool:
        """Whether it is still being written, decided or waited for."""
        return self.letter.status not in (LetterStatus.ANSWERED, LetterStatus.CLOSED)


def parallel(session: Session, actor: Actor, barriers: Sequence[Barrier], but: Letter | None = None) -> list[Parallel]:
    """The letters that this person may read, other than `but`, on the same barriers or the same rules: open ones first,
    then those that were answered or closed, the latest first.
    """
    ids = set().union(*(hinder.family(session, barrier) for barrier in barriers))
    rules = {barrier.rule_id: barrier.rule.code for barrier in barriers if barrier.rule is not None}
    alike = select(Barrier.id).where(or_(Barrier.id.in_(ids), Barrier.rule_id.in_(rules)))
    found = session.scalars(
        select(Letter)
        .where(visibility.letters(actor), letters.about(alike))
        .where(Letter.id != (but.id if but is not None else 0))
        .options(
            joinedload(Letter.barrier).joinedload(Barrier.rule),
            selectinload(Letter.further).joinedload(Barrier.rule),
            selectinload(Letter.recipients),
            selectinload(Letter.replies),
        )
        .order_by(Letter.id.desc())
    ).all()
    told = [_told(letter, ids, rules) for letter in found]
    return sorted(told, key=lambda one: not one.open)


def _told(letter: Letter, ids: set[int], rules: dict[int | None, str]) -> Parallel:
    shared = tuple(barrier for barrier in letter.about if barrier.id in ids)
    codes = dict.fromkeys(rules[barrier.rule_id] for barrier in letter.about if barrier.rule_id in rules)
    return Parallel(letter, shared, tuple(codes))
