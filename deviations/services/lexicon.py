"""Keeps an instance's own words in the lexicon by which reports are compared: adds, changes, switches off, forgets."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import own_terms
from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm
from deviations.domain.roles import Actor, Role
from deviations.domain.words import SHIPPED, Entry
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import Agency, LexiconEntry, Rule
from deviations.queries import lexicon
from deviations.services import audit
from deviations.services.checks import check_texts


def add(session: Session, actor: Actor, term: OwnTerm, *, at: datetime) -> LexiconEntry:
    """One more own term; of one that ships, this is what counts from now on.

    Raises NotAllowed for others than the coordinator and for a term that is there already, Incomplete for one that
    can't be used (`own_terms.fault`), and PersonalData for a personal number or the like in it.
    """
    _check(session, actor, term)
    audit.wait_turn(session)
    if lexicon.by_term(session, term.term) is not None:
        raise NotAllowed("term_known")
    entry = LexiconEntry()
    session.add(entry)
    return _saved(session, actor, entry, term, "lexicon.added", at)


def change(
    session: Session, actor: Actor, entry: LexiconEntry, term: OwnTerm, *, version: int, at: datetime
) -> LexiconEntry:
    """Says something else of an own term, which keeps whether it is off. Raises as `add`, and StaleDataError."""
    _check(session, actor, term)
    entry = _as_shown(session, entry, version)
    other = lexicon.by_term(session, term.term)
    if other is not None and other.id != entry.id:
        raise NotAllowed("term_known")
    return _saved(session, actor, entry, term, "lexicon.changed", at)


def switch(session: Session, actor: Actor, entry: LexiconEntry, *, off: bool, version: int, at: datetime) -> None:
    """Lets an own term count no more, or again. Raises NotAllowed and StaleDataError."""
    _check_actor(actor)
    entry = _as_shown(session, entry, version)
    entry.off, entry.actor_id, entry.changed_at = off, actor.id, at
    session.flush()
    audit.record(session, actor, "lexicon.switched", f"lexicon:{entry.id}", at, {"off": off})


def switch_shipped_off(session: Session, actor: Actor, term: str, *, at: datetime) -> LexiconEntry:
    """Lets a term that ships count no more. Raises NotFound for one that does not ship, else as `add`."""
    shipped = SHIPPED.exact.get(term)
    if shipped is None:
        raise NotFound
    return refuse(session, actor, own(shipped), at=at)


def refuse(session: Session, actor: Actor, term: OwnTerm, *, at: datetime) -> LexiconEntry:
    """Remembers that a term is not to count: one that ships, or one that the program offered. Raises as `add`, but
    asks of the term only that it is a word.
    """
    _check_actor(actor)
    check_texts({"term": term.term})
    if own_terms.fault(term) == "term_no_word":
        raise Incomplete("term_no_word")
    audit.wait_turn(session)
    if lexicon.by_term(session, term.term) is not None:
        raise NotAllowed("term_known")
    entry = LexiconEntry(off=True)
    session.add(entry)
    return _saved(session, actor, entry, term, "lexicon.refused", at)


def take_away(session: Session, actor: Actor, entry: LexiconEntry, *, version: int, at: datetime) -> None:
    """Forgets an own term; one that ships counts again as it ships. Raises NotAllowed and StaleDataError."""
    _check_actor(actor)
    entry = _as_shown(session, entry, version)
    audit.record(session, actor, "lexicon.taken_away", f"lexicon:{entry.id}", at)
    session.delete(entry)
    session.flush()


def own(shipped: Entry) -> OwnTerm:
    """A term that ships, as an own one."""
    kind = TermKind.ABBREVIATION if shipped.replaces else TermKind.WORD
    return OwnTerm(shipped.term, kind, " ".join(shipped.expansion), shipped.rules, shipped.agencies)


def _as_shown(session: Session, entry: LexiconEntry, version: int) -> LexiconEntry:
    """The entry as it stands now. Raises StaleDataError where that is not what the form showed."""
    audit.wait_turn(session)
    now = session.get(LexiconEntry, entry.id, populate_existing=True)
    if now is None or now.version != version:
        raise StaleDataError("saved meanwhile: lexicon")
    return now


def _saved(
    session: Session, actor: Actor, entry: LexiconEntry, term: OwnTerm, action: str, at: datetime
) -> LexiconEntry:
    entry.term, entry.kind, entry.expansion = term.term, term.kind, " ".join(term.expansion.split())
    entry.rules, entry.agencies = ";".join(term.rules), ";".join(term.agencies)
    entry.off = bool(entry.off)
    entry.actor_id, entry.changed_at = actor.id, at
    session.flush()
    audit.record(session, actor, action, f"lexicon:{entry.id}", at)
    return entry


def _check(session: Session, actor: Actor, term: OwnTerm) -> None:
    _check_actor(actor)
    check_texts({"term": term.term, "expansion": term.expansion})
    if fault := own_terms.fault(term):
        raise Incomplete(fault)
    rules = set(session.scalars(select(Rule.code).where(Rule.code.in_(term.rules))))
    agencies = set(session.scalars(select(Agency.code).where(Agency.code.in_(term.agencies))))
    if not (set(term.rules) <= rules and set(term.agencies) <= agencies):
        raise NotAllowed("no_such_code")


def _check_actor(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
