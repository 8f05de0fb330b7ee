"""The words in force: what was changed is learnt at once, and only the coordinator is offered words of reports."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm
from deviations.domain.workflow import NotFound
from deviations.queries import catalogue, grouping, learning, lexicon, understanding
from deviations.services import lexicon as keeping
from tests.factories import NOW, a_barrier, a_filed_deviation, a_rule, joined
from tests.people import People


def add(session: Session, people: People, term: str = "månljus", rule: str = "FK-07") -> None:
    keeping.add(session, people.vera, OwnTerm(term, TermKind.WORD, rules=(rule,)), at=NOW)


def test_the_stamp_is_another_one_after_every_change(session: Session, people: People) -> None:
    stamps = [lexicon.stamp(session)]
    add(session, people)
    stamps.append(lexicon.stamp(session))
    (entry,) = lexicon.own(session)
    keeping.switch(session, people.vera, entry, off=True, version=1, at=NOW)
    stamps.append(lexicon.stamp(session))
    keeping.take_away(session, people.vera, entry, version=2, at=NOW)
    stamps.append(lexicon.stamp(session))
    assert len(set(stamps[:3])) == 3
    assert stamps[3] == stamps[0]


def test_suggestions_know_an_own_word_at_once(session: Session, people: People) -> None:
    fact = Fact("", "Månljus nekades", "Hon fick inget månljus i år.")
    assert "FK-07" not in [told.rule.code for told in grouping.rules(session, fact)]
    add(session, people)
    told = {one.rule.code: one.reason for one in grouping.rules(session, fact)}
    assert told["FK-07"].values == ("månljus",)
    assert "FK-07" in [rule.code for rule in catalogue.find_rules(session, "månljus")]


def test_all_reports_are_learnt_anew_by_the_new_words(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    with learning.ranker(session) as before:
        assert before is not None
    add(session, people)
    with learning.ranker(session) as after:
        assert after is not None
        assert after is not before
        assert len(after) == len(before)
    assert "månljus" in learning.rule_catalogue(session).lexicon.exact


def test_where_there_are_many_what_was_known_serves_until_all_is_learnt_anew(
    engine: Engine, session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    with learning.ranker(session) as before:
        assert before is not None
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    add(session, people)
    session.commit()
    with learning.ranker(session) as meanwhile:
        assert meanwhile is before
    thread = learning._known[engine.pool].thread
    assert thread is not None
    thread.join(60)
    with learning.ranker(session) as after:
        assert after is not before
    assert "månljus" in learning.rule_catalogue(session).lexicon.exact


def test_a_sentence_is_understood_by_its_words_parties_and_rules(session: Session, people: People) -> None:
    add(session, people)
    found = understanding.understood(session, "FK nekade månljus och hon är nollklassad")
    assert {written for written, _ in found.words} == {"fk", "månljus", "nollklassad"}
    assert found.parties == ("FK",)
    assert "FK-07" in found.rules
    assert understanding.understood(session, "") == understanding.Understood((), (), ())


def test_words_of_placed_reports_are_offered_until_they_are_answered(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, rule=a_rule(session, "FK-07"))
    other = a_barrier(session, people.vera, name="Annat", rule=a_rule(session, "AF-01"))
    for at in range(12):
        title = "Månljuset nekades" if at < 6 else "Bussen stannade"
        reporter = people.rut if at % 2 else people.rita
        report = a_filed_deviation(session, reporter, title=title, body=f"Nummer {at}.")
        joined(session, people.vera, report, barrier if at < 6 else other)
    offered = {one.word: one.rule for one in understanding.candidates(session, people.vera)}
    assert offered["månljuset"] == "FK-07"
    keeping.refuse(session, people.vera, OwnTerm("månljuset", TermKind.WORD), at=NOW)
    assert "månljuset" not in {one.word for one in understanding.candidates(session, people.vera)}


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_is_offered_words_of_reports(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotFound):
        understanding.candidates(session, getattr(people, name))
