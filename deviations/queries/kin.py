"""Reads what people have said of two reports: about the same barrier, or about different ones."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from deviations.models import KinVerdict
from deviations.queries import pairs
from deviations.queries.pairs import Pairs


def together(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that belong to one proposal, each in order of id: a person has said that they are
    kin, or one happening.
    """
    return pairs.said(session, KinVerdict, KinVerdict.kin, ids, word=True) | pairs.same(session, ids)


def apart(session: Session, ids: Collection[int]) -> Pairs:
    """The pairs among these reports that a person has said are about different things, each in order of id."""
    return pairs.said(session, KinVerdict, KinVerdict.kin, ids, word=False)
