"""Did it help, on the barrier's page: what is said, to whom with figures, and that nothing small is told."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Status
from deviations.models import Barrier
from deviations.queries import effects
from deviations.queries.rule_changes import fields as rule_changes_of
from deviations.services import letter_writing, rule_changes, triage
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    a_rule,
    advance,
    an_agency,
    days_ago,
    joined,
)
from tests.pages import CheckingClient
from tests.people import People
from tests.services.test_rule_changes import an_entry


def solved(session: Session, people: People, name: str, days: int, count: int = 1) -> None:
    """Other reports of the same subproject, which are about something else."""
    for _ in range(count):
        found = a_filed_deviation(session, getattr(people, name), at=days_ago(days), title="Något annat")
        triage.move(session, people.vera, found, a_decision(session, Status.SOLVED_LOCALLY), at=days_ago(days))


def met(session: Session, people: People, barrier: Barrier, name: str, days: int, count: int = 1) -> None:
    """Reports that are about the barrier."""
    for _ in range(count):
        found = a_filed_deviation(session, getattr(people, name), at=days_ago(days))
        joined(session, people.vera, found, barrier, at=days_ago(days))


def answered_long_ago(session: Session, people: People, *, after: int) -> Barrier:
    """A barrier that took 24 of 36 reports before its answer, and `after` of 40 since."""
    barrier = a_recurring_barrier(session, people, (8, 8, 8), at=days_ago(200))
    for name in ("rut", "rita", "ruben"):
        solved(session, people, name, 200, 4)
    a_letter(session, people, LetterStatus.ANSWERED, barrier, at=days_ago(180))
    met(session, people, barrier, "rut", 20, after)
    solved(session, people, "rut", 20, 40 - after)
    session.commit()
    return barrier


def page(client: CheckingClient, barrier: Barrier) -> str:
    return client.page(f"/hinder/{barrier.id}").text()


def test_a_barrier_met_less_since_the_answer_is_said_to_be_with_its_interval(
    session: Session, people: People, vera: CheckingClient
) -> None:
    text = page(vera, answered_long_ago(session, people, after=2))
    assert "Hindret rapporteras mer sällan sedan dess." in text
    assert "Före gällde 24 av delprojektens 36 avvikelser hindret, sedan dess 2 av 40." in text
    assert "Med slumpen inräknad har andelen minskat med mellan" in text
    assert "Så är det räknat" in text
    on = days_ago(180)
    ordinal = ("första", "andra", "tredje", "fjärde")[(on.month - 1) // 3]
    assert f"Svaret kom under {ordinal} kvartalet {on.year}, där den streckade linjen står." in text


def test_who_may_not_see_small_counts_reads_the_words_without_the_figures(
    session: Session, people: People, rut: CheckingClient, stina: CheckingClient
) -> None:
    barrier = answered_long_ago(session, people, after=2)
    for client in (rut, stina):
        text = page(client, barrier)
        assert "Hindret rapporteras mer sällan sedan dess." in text
        assert "sedan dess 2 av 40" not in text
        assert "minskat med mellan" not in text


def test_figures_without_any_small_count_are_everybodys(
    session: Session, people: People, stina: CheckingClient
) -> None:
    text = page(stina, answered_long_ago(session, people, after=0))
    assert "sedan dess 0 av 40." in text


def test_too_little_since_is_said_to_be_too_little(session: Session, people: People, vera: CheckingClient) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(200))
    a_letter(session, people, LetterStatus.ANSWERED, barrier, at=days_ago(10))
    session.commit()
    text = page(vera, barrier)
    assert "Det går inte att säga än om det hjälpte." in text
    assert "Ingen avvikelse från delprojekten är bedömd sedan dess." in text


def test_reports_that_wait_for_a_decision_count_nowhere_and_are_told(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = answered_long_ago(session, people, after=0)
    a_filed_deviation(session, people.rut, at=days_ago(1))
    session.commit()
    text = page(vera, barrier)
    assert "sedan dess 0 av 40." in text
    assert "1 avvikelse i delprojekten är inte bedömd än" in text


def test_other_subprojects_and_guldkorn_and_what_is_old_do_not_count(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, at=days_ago(1500))
    met(session, people, barrier, "rut", 1000, 3)
    met(session, people, barrier, "rut", 300, 2)
    solved(session, people, "rita", 300, 5)
    found = effects.measured(session, barrier, effects.Event(TODAY - timedelta(days=100)), TODAY)
    assert found is not None
    assert (found.before.about, found.before.all, found.after.all, found.outside) == (2, 2, 0, 3)


def test_a_changed_rule_is_an_event_from_the_day_it_is_valid(session: Session, people: People) -> None:
    rule = a_rule(session)
    barrier = a_barrier(session, people.vera, rule=rule, at=days_ago(300))
    valid = TODAY + timedelta(days=30)
    told = an_entry(rule, paragraph="2 §", valid_from=valid)
    rule_changes.change(session, people.vera, rule, told, version=rule.version, at=NOW)
    assert effects.events(session, people.vera, barrier, TODAY) == []
    (event,) = effects.events(session, people.vera, barrier, valid)
    assert (event.on, event.reply) == (valid, None)


def test_two_changes_on_one_day_are_told_once(session: Session, people: People) -> None:
    rule = a_rule(session)
    barrier = a_barrier(session, people.vera, rule=rule, at=days_ago(300))
    for paragraph in ("2 §", "3 §"):
        told = an_entry(rule, paragraph=paragraph)
        rule_changes.change(session, people.vera, rule, told, version=rule.version, at=days_ago(5))
    (event,) = effects.events(session, people.vera, barrier, TODAY)
    assert event.change is not None
    assert rule_changes_of(event.change) == [("paragraph", "2 §", "3 §")]


def test_an_answer_on_a_further_barriers_letter_counts_for_it_too(session: Session, people: People) -> None:
    first = a_recurring_barrier(session, people, at=days_ago(90))
    second = a_recurring_barrier(session, people, at=days_ago(90), name="Nollklassade")
    letter = letter_writing.draft(
        session, people.vera, first, further=[second], recipients=[an_agency(session, "NR")], at=days_ago(80)
    )
    for step in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED, LetterStatus.SENT, LetterStatus.ANSWERED):
        advance(session, people, letter, step, days_ago(70))
    (event,) = effects.events(session, people.rut, second, TODAY)
    assert (event.on, event.reply) == (TODAY - timedelta(days=70), letter.replies[0])


@pytest.mark.parametrize("path", ["/hinder/{}"])
def test_a_barrier_without_answer_says_nothing_of_it(
    session: Session, people: People, vera: CheckingClient, path: str
) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    assert "Hjälpte det?" not in vera.page(path.format(barrier.id)).text()
