"""The coordinator keeps the instance's own words; nobody else does, and nothing about a person enters."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm
from deviations.domain.words import SHIPPED, stem, words
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import AuditEntry, LexiconEntry
from deviations.queries import lexicon as reading
from deviations.services import lexicon
from deviations.services.checks import PersonalData
from tests.factories import NOW
from tests.people import People

MOON = OwnTerm("månljus", TermKind.WORD, "tandvård", ("FIN-03",), ("AF",))


def actions(session: Session) -> list[str]:
    found = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("lexicon.%")).order_by(AuditEntry.id)
    )
    return list(found)


def added(session: Session, people: People, term: OwnTerm = MOON) -> LexiconEntry:
    return lexicon.add(session, people.vera, term, at=NOW)


def test_an_own_word_is_read_from_now_on(session: Session, people: People) -> None:
    assert reading.lexicon(session) is SHIPPED
    entry = added(session, people)
    own = reading.lexicon(session)
    assert words("månljus", own) == [stem("månljus"), stem("tandvård")]
    assert (own.exact["månljus"].rules, own.exact["månljus"].agencies) == (("FIN-03",), ("AF",))
    assert reading.lexicon(session) is own
    assert entry.actor_id == people.vera.id


def test_each_change_has_one_audit_line_without_the_word(session: Session, people: People) -> None:
    entry = added(session, people)
    lexicon.change(session, people.vera, entry, OwnTerm("solsken", TermKind.WORD, "glapp"), version=1, at=NOW)
    lexicon.switch(session, people.vera, entry, off=True, version=2, at=NOW)
    lexicon.take_away(session, people.vera, entry, version=3, at=NOW)
    assert actions(session) == ["lexicon.added", "lexicon.changed", "lexicon.switched", "lexicon.taken_away"]
    told = session.scalars(select(AuditEntry.detail).where(AuditEntry.action.like("lexicon.%")))
    assert not any("månljus" in detail or "solsken" in detail for detail in told)
    assert reading.lexicon(session) is SHIPPED


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_nobody_but_the_coordinator_keeps_words(session: Session, people: People, name: str) -> None:
    entry, other = added(session, people), getattr(people, name)
    with pytest.raises(NotAllowed):
        lexicon.add(session, other, OwnTerm("annat", TermKind.WORD, "glapp"), at=NOW)
    with pytest.raises(NotAllowed):
        lexicon.change(session, other, entry, MOON, version=1, at=NOW)
    with pytest.raises(NotAllowed):
        lexicon.switch(session, other, entry, off=True, version=1, at=NOW)
    with pytest.raises(NotAllowed):
        lexicon.take_away(session, other, entry, version=1, at=NOW)
    with pytest.raises(NotAllowed):
        lexicon.refuse(session, other, OwnTerm("annat", TermKind.WORD), at=NOW)
    with pytest.raises(NotFound):
        reading.get(session, other, entry.id)


@pytest.mark.parametrize(
    ("term", "refusal", "code"),
    [
        (OwnTerm("och", TermKind.WORD, "glapp"), Incomplete, "term_says_nothing"),
        (OwnTerm("månljus", TermKind.WORD), Incomplete, "term_leads_nowhere"),
        (OwnTerm("månljus", TermKind.WORD, rules=("XX-99",)), NotAllowed, "no_such_code"),
        (OwnTerm("månljus", TermKind.WORD, agencies=("MÅN",)), NotAllowed, "no_such_code"),
        (OwnTerm("månljus", TermKind.WORD, "19121212-1212"), PersonalData, "personal_data"),
        (OwnTerm("nn@exempel.se", TermKind.WORD, "glapp"), PersonalData, "personal_data"),
    ],
)
def test_a_word_that_can_not_be_used_is_refused(
    session: Session, people: People, term: OwnTerm, refusal: type[NotAllowed], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        added(session, people, term)
    assert refused.value.code == code
    assert reading.own(session) == []


def test_a_word_is_there_once(session: Session, people: People) -> None:
    added(session, people)
    other = added(session, people, OwnTerm("solsken", TermKind.WORD, "glapp"))
    with pytest.raises(NotAllowed, match="term_known"):
        added(session, people)
    with pytest.raises(NotAllowed, match="term_known"):
        lexicon.change(session, people.vera, other, MOON, version=1, at=NOW)


def test_who_saves_over_what_she_has_not_seen_is_refused(session: Session, people: People) -> None:
    entry = added(session, people)
    lexicon.switch(session, people.vera, entry, off=True, version=1, at=NOW)
    with pytest.raises(StaleDataError):
        lexicon.change(session, people.vera, entry, MOON, version=1, at=NOW)
    with pytest.raises(StaleDataError):
        lexicon.take_away(session, people.vera, entry, version=1, at=NOW)


def test_a_word_that_ships_can_be_switched_off_and_comes_back_when_that_is_forgotten(
    session: Session, people: People
) -> None:
    entry = lexicon.switch_shipped_off(session, people.vera, "sgi", at=NOW)
    assert "sgi" not in reading.lexicon(session).exact
    assert "sgi" not in {shipped.term for shipped in reading.shipped(session)}
    lexicon.take_away(session, people.vera, entry, version=entry.version, at=NOW)
    assert "sgi" in reading.lexicon(session).exact
    with pytest.raises(NotFound):
        lexicon.switch_shipped_off(session, people.vera, "månljus", at=NOW)


def test_switched_off_and_on_again_a_word_counts_as_it_did(session: Session, people: People) -> None:
    entry = lexicon.switch_shipped_off(session, people.vera, "nollklass*", at=NOW)
    lexicon.switch(session, people.vera, entry, off=False, version=entry.version, at=NOW)
    assert reading.lexicon(session).exact["nollklass*"] == SHIPPED.exact["nollklass*"]


def test_an_offered_word_that_was_refused_is_remembered(session: Session, people: People) -> None:
    entry = lexicon.refuse(session, people.vera, OwnTerm("månljus", TermKind.WORD), at=NOW)
    assert entry.off
    with pytest.raises(Incomplete):
        lexicon.refuse(session, people.vera, OwnTerm("", TermKind.WORD), at=NOW)
