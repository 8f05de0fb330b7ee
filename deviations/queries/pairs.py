"""Reads what people have said of two reports: the same happening, or different ones."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from deviations.models import KinVerdict, PairVerdict

Pairs = set[tuple[int, int]]
FEW = 500  # so many ids fit well into one question; of more, all pairs are read: people have said few


def apart(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that a person has said are different happenings, each in order of id."""
    return said(session, PairVerdict, PairVerdict.same, ids, word=False)


def same(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that a person has said are the same happening, each in order of id."""
    return said(session, PairVerdict, PairVerdict.same, ids, word=True)


def said(
    session: Session,
    kind: type[PairVerdict] | type[KinVerdict],
    column: InstrumentedAttribute[bool],
    ids: Collection[int],
    *,
    word: bool,
) -> Pairs:
    """The pairs among these reports on which the last word of one kind is this one."""
    among = set(ids)
    question = select(kind.first_id, kind.second_id).where(column.is_(word))
    if len(among) <= FEW:
        question = question.where(kind.first_id.in_(among), kind.second_id.in_(among))
    return {(a, b) for a, b in session.execute(question) if a in among and b in among}
