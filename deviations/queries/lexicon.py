"""Reads the words by which texts are understood: those that ship, and an instance's own over them."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.own_terms import OwnTerm, laid_over
from deviations.domain.roles import Actor
from deviations.domain.words import SHIPPED, Entry, Lexicon
from deviations.domain.workflow import NotFound
from deviations.models import LexiconEntry
from deviations.models.base import swedish
from deviations.queries import visibility

Stamp = tuple[int, int, str]
STAMP = select(func.count(), func.sum(LexiconEntry.version), func.max(LexiconEntry.changed_at))


def stamp(session: Session) -> Stamp:
    """What is another one as soon as the instance's own words have changed."""
    count, versions, at = session.execute(STAMP).one()
    return count, versions or 0, at.isoformat() if at else ""


def lexicon(session: Session) -> Lexicon:
    """The lexicon in force: the very same as long as nothing in it changes."""
    return _laid_over(tuple(term_of(entry) for entry in own(session)))


@lru_cache(maxsize=8)
def _laid_over(terms: tuple[OwnTerm, ...]) -> Lexicon:
    return laid_over(terms) if terms else SHIPPED


def own(session: Session) -> Sequence[LexiconEntry]:
    """The instance's own entries in Swedish order of term."""
    return session.scalars(select(LexiconEntry).order_by(swedish(LexiconEntry.term), LexiconEntry.id)).all()


def get(session: Session, actor: Actor, id: int) -> LexiconEntry:
    """One own entry. Raises NotFound when there is none, or for who may not see the lexicon."""
    found = session.get(LexiconEntry, id) if visibility.keeps_words(actor) else None
    if found is None:
        raise NotFound
    return found


def by_term(session: Session, term: str) -> LexiconEntry | None:
    """The own entry of a term."""
    return session.scalar(select(LexiconEntry).where(LexiconEntry.term == term))


def shipped(session: Session, words: str = "") -> list[Entry]:
    """The entries that ship and that no own one lies over, in Swedish order; those that have the words in them."""
    from deviations.domain.order import swedish_key

    covered = set(session.scalars(select(LexiconEntry.term)))
    found = (entry for entry in SHIPPED.entries if entry.term not in covered and has(entry, words))
    return sorted(found, key=lambda entry: swedish_key(entry.term))


def shipped_term(term: str) -> Entry | None:
    """The entry of a term as it ships."""
    return SHIPPED.exact.get(term)


def has(entry: Entry, words: str) -> bool:
    """Whether an entry has these words in it."""
    text = " ".join((entry.term, *entry.expansion, *entry.rules, *entry.agencies)).casefold()
    return all(word in text for word in words.casefold().split())


def entry_of(term: LexiconEntry) -> Entry:
    """An own entry as the analyser reads it."""
    return term_of(term).entry


def term_of(entry: LexiconEntry) -> OwnTerm:
    """An own entry as a value."""
    return OwnTerm(
        entry.term,
        entry.kind,
        entry.expansion,
        tuple(filter(None, entry.rules.split(";"))),
        tuple(filter(None, entry.agencies.split(";"))),
        entry.off,
    )
