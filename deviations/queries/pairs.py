"""Reads what people have said of two reports: the same happening, or never to be taken for the same."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import PairVerdict

Pairs = set[tuple[int, int]]
FEW = 500  # so many ids fit well into one question; of more, all pairs are read: people have said few


def apart(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that a person has said are never the same, each in order of id."""
    return _said(session, ids, same=False)


def same(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that a person has said are the same happening, each in order of id."""
    return _said(session, ids, same=True)


def _said(session: Session, ids: Collection[int], *, same: bool) -> Pairs:
    among = set(ids)
    question = select(PairVerdict.first_id, PairVerdict.second_id).where(PairVerdict.same.is_(same))
    if len(among) <= FEW:
        question = question.where(PairVerdict.first_id.in_(among), PairVerdict.second_id.in_(among))
    return {(a, b) for a, b in session.execute(question) if a in among and b in among}
