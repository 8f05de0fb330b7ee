"""The page that says how well suggestions were right: months, sureness, what was learnt, and the switch."""

import json
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import WeightsState
from deviations.models import AuditEntry, LearntWeights, SuggestionOutcome
from deviations.queries import weights
from tests.factories import NOW, a_barrier, a_filed_deviation
from tests.pages import CheckingClient
from tests.people import People

Browser = Callable[[str], CheckingClient]
HITS = "/hinder/forslag/traffar"


def counted(session: Session, people: People, first: int, wrong: int, *, days: int = 0) -> None:
    """So many reports whose barrier was suggested first, and so many where it was not among the five."""
    report = a_filed_deviation(session, people.rut)
    barrier = a_barrier(session, people.vera, [report])
    for at in range(first + wrong):
        session.add(
            SuggestionOutcome(
                at=NOW - timedelta(days=days),
                deviation_id=report.id,
                barrier_id=barrier.id,
                place=1 if at < first else None,
                was_new=False,
                looked_new=False,
            )
        )
    session.commit()


def in_use(session: Session) -> LearntWeights:
    learnt = LearntWeights(
        made_at=NOW,
        weights=json.dumps({}),
        learnt_from=210,
        tested_on=90,
        first_before=0.70,
        first_after=0.82,
        state=WeightsState.IN_USE,
    )
    session.add(learnt)
    session.commit()
    return learnt


def test_before_anything_was_placed_the_page_says_so(logged_in: Browser) -> None:
    page = logged_in("vera").page(HITS)
    assert "Inget att räkna på ännu" in page.text()
    assert "Minst" not in page.text()


def test_the_share_is_told_in_a_sentence_with_how_sure_it_is(
    session: Session, people: People, logged_in: Browser
) -> None:
    counted(session, people, 34, 7)
    page = logged_in("vera").page(HITS)
    assert "rätt för 34 av 41 avvikelser" in page.text()
    assert "mellan 69 och 91 procent" in page.text()


def test_a_month_with_few_reports_has_no_share(session: Session, people: People, logged_in: Browser) -> None:
    counted(session, people, 3, 1)
    page = logged_in("vera").page(HITS)
    assert "3 av 4" in page.text()
    assert "för få avvikelser för att säga något om andelar" in page.text()
    assert "procents säkerhet" not in page.text()


def test_what_is_older_than_two_years_is_left_out(session: Session, people: People, logged_in: Browser) -> None:
    counted(session, people, 20, 0, days=800)
    assert "Inget att räkna på ännu" in logged_in("vera").page(HITS).text()


def test_learnt_weights_are_told_with_what_they_gained(session: Session, logged_in: Browser) -> None:
    in_use(session)
    page = logged_in("vera").page(HITS)
    assert "lärt sig av 210 av era beslut" in page.text()
    assert "82 procent, mot 70 procent" in page.text()


def test_learning_is_switched_off_and_on_again(session: Session, logged_in: Browser) -> None:
    learnt = in_use(session)
    vera = logged_in("vera")
    vera.submit(HITS, f"{HITS}/larande")
    session.refresh(learnt)
    assert (learnt.state, learnt.ended_at is not None) == (WeightsState.SWITCHED_OFF, True)
    assert weights.is_off(session)
    assert weights.in_use(session).id is None
    assert "Lärandet är avstängt" in vera.page(HITS).text()
    vera.submit(HITS, f"{HITS}/larande")
    session.rollback()
    assert not weights.is_off(session)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("learning.%")))
    assert list(actions) == ["learning.switched", "learning.switched"]


def test_only_the_coordinator_reads_it(logged_in: Browser) -> None:
    for name in ("rut", "lena", "stina", "adam"):
        assert logged_in(name).get(HITS).status_code == 404
