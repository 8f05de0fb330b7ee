"""Suggestions: each with its reason, and never against what a person has decided."""

import pytest
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Barrier, Deviation
from deviations.queries import deviations, grouping
from deviations.services import merging, triage
from tests.factories import (
    NOW,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_recurring_barrier,
    a_rule,
    joined,
    spread_reports,
)
from tests.people import People

TEETH = "Socialtjänsten avslår akut tandvård, och ingen vågar gå på intervju med trasiga tänder."
INSURANCE = "Arbetsförmedlingen säger nej till arbetsträning under tio timmar i veckan, för då saknas försäkring."
SICKNESS = "Försäkringskassan drar in sjukpenningen när deltagaren börjar studera på komvux på deltid."


@pytest.fixture
def barrier(session: Session, people: People) -> Barrier:
    """The ten-hour case, with two reports placed in it."""
    filed = [
        a_filed_deviation(session, getattr(people, name), body=INSURANCE, rule=a_rule(session))
        for name in ("rut", "rita")
    ]
    return a_barrier(session, people.vera, filed)


def ids(found: grouping.Suggestions) -> list[int]:
    return [suggested.barrier.id for suggested in found.barriers]


def suggested(session: Session, people: People, deviation: Deviation) -> grouping.Suggestions:
    fact, refused = deviations.fact(deviation), deviations.refused(session, deviation)
    return grouping.suggest(session, people.vera, fact, refused)


def test_a_new_report_like_placed_ones_gets_their_barrier_with_reasons(
    session: Session, people: People, barrier: Barrier
) -> None:
    found = suggested(session, people, a_filed_deviation(session, people.ruben, body=INSURANCE, rule=a_rule(session)))
    assert ids(found) == [barrier.id]
    assert not found.looks_new
    assert 0 < found.barriers[0].score <= 1
    assert found.barriers[0].reasons


@pytest.mark.parametrize(("name", "learns"), [("vera", True), ("rita", True), ("ruben", False)])
def test_nobody_learns_which_words_stand_in_a_report_that_she_may_not_read(
    session: Session, people: People, name: str, learns: bool
) -> None:
    body = f"{INSURANCE} Det var Kolmårdsbagarns kafé."
    a_barrier(session, people.vera, [a_filed_deviation(session, people.rita, body=body) for _ in range(2)])
    guess = a_filed_deviation(session, people.ruben, body="Tiotimmarsgränsen, Kolmårdsbagarns, kafé, tulpan, spårvagn.")
    (found,) = grouping.suggest(session, getattr(people, name), deviations.fact(guess)).barriers
    said = {word.casefold() for reason in found.reasons if reason.kind == "words" for word in reason.values}
    assert ("kolmårdsbagarns" in said) is learns


@pytest.mark.parametrize(("name", "finds"), [("vera", True), ("rita", True), ("ruben", False)])
def test_a_word_of_one_single_report_finds_it_for_those_who_may_read_it_only(
    session: Session, people: People, name: str, finds: bool
) -> None:
    reader, told = getattr(people, name), {"title": "Kolmårdsbagarns kafé", "agency": "FK"}
    secret = a_filed_deviation(session, people.rita, body="Kolmårdsbagarns kafé tulpan spårvagn.", **told)
    a_barrier(session, people.vera, [secret])
    likes = grouping.likes(session, reader, Fact("", "Kolmårdsbagarns kafé", "tulpan spårvagn", agencies=("FK",)))
    assert bool(likes.barriers) is finds


@pytest.mark.parametrize(("name", "finds"), [("vera", True), ("lars", True), ("lena", False)])
def test_the_likeness_told_in_a_queue_rests_on_no_single_report_that_its_reader_may_not_read(
    session: Session, people: People, name: str, finds: bool
) -> None:
    told = {"title": "Kolmårdsbagarns kafé", "body": "Kolmårdsbagarns kafé tulpan spårvagn.", "agency": "FK"}
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rita, **told)], name="Fika")
    fact = deviations.fact(a_filed_deviation(session, people.rut, **told))
    assert grouping.best(session, getattr(people, name), [fact]) == ({fact.id: barrier} if finds else {})


@pytest.mark.parametrize(("name", "learns"), [("vera", True), ("rita", True), ("ruben", False)])
def test_nobody_learns_rule_party_or_step_of_a_report_that_she_may_not_read(
    session: Session, people: People, name: str, learns: bool
) -> None:
    told = {"agency": "FK", "rule": a_rule(session), "step": Step.PLANNING}
    hidden = [a_filed_deviation(session, people.rita, body=INSURANCE, **told) for _ in range(2)]
    a_barrier(session, people.vera, hidden)
    guess = Fact("", "Försäkring", INSURANCE, agencies=("FK",), rule="FORS-01", step="planning")
    (found,) = grouping.likes(session, getattr(people, name), guess).barriers
    assert ({"rule", "agency", "step"} <= {reason.kind for reason in found.reasons}) is learns


def test_a_refused_suggestion_is_not_made_again(session: Session, people: People, barrier: Barrier) -> None:
    new = a_filed_deviation(session, people.ruben, body=INSURANCE, rule=a_rule(session))
    other = a_filed_deviation(session, people.ruben, body=INSURANCE, rule=a_rule(session))
    triage.refuse(session, people.vera, new, barrier, NOW)
    assert ids(suggested(session, people, new)) == []
    assert ids(suggested(session, people, other)) == [barrier.id]


def test_a_queue_does_not_tell_the_likeness_that_a_person_refused(
    session: Session, people: People, barrier: Barrier
) -> None:
    whole = a_barrier(session, people.vera, name="Försäkringen")
    reports = [a_filed_deviation(session, people.ruben, body=INSURANCE, rule=a_rule(session)) for _ in range(2)]
    facts = [deviations.fact(report) for report in reports]
    triage.refuse(session, people.vera, reports[0], barrier, NOW)
    assert grouping.best(session, people.vera, facts) == {facts[1].id: barrier}
    merging.merge(session, people.vera, barrier, whole, "Samma hinder.", at=NOW)
    assert grouping.best(session, people.vera, facts) == {facts[1].id: whole}


def test_a_report_that_was_taken_out_is_not_suggested_back(session: Session, people: People, barrier: Barrier) -> None:
    wrong = joined(session, people.vera, a_filed_deviation(session, people.ruben, body=INSURANCE), barrier)
    triage.move(session, people.vera, wrong, a_decision(session, Status.IN_REVIEW), at=NOW)
    assert barrier.id not in ids(suggested(session, people, wrong))


def test_placing_a_report_changes_what_the_next_one_is_told(session: Session, people: People, barrier: Barrier) -> None:
    study = a_filed_deviation(session, people.rut, body=SICKNESS, title="Sjukpenning vid studier", agency="FK")
    like_it = a_filed_deviation(session, people.rita, body=SICKNESS, title="Studier och sjukpenning", agency="FK")
    before = suggested(session, people, like_it)
    second = a_barrier(session, people.vera, [study], name="Studier med sjukpenning")
    assert second.id not in ids(before)
    assert ids(suggested(session, people, like_it))[0] == second.id


def test_nothing_is_suggested_where_nothing_is_placed(session: Session, people: People) -> None:
    found = suggested(session, people, a_filed_deviation(session, people.rut))
    assert found.barriers == ()
    assert found.looks_new


def test_an_administrator_is_told_of_no_barrier(session: Session, people: People, barrier: Barrier) -> None:
    fact = deviations.fact(a_filed_deviation(session, people.ruben, body=INSURANCE, rule=a_rule(session)))
    assert grouping.suggest(session, people.adam, fact).barriers == ()
    assert grouping.best(session, people.adam, [fact]) == {}
    assert grouping.best(session, people.vera, [fact]) == {fact.id: barrier}


def test_a_suggestion_tells_how_many_municipalities_have_the_same_unless_it_could_tell_a_small_count(
    session: Session, people: People
) -> None:
    wide = a_recurring_barrier(session, people, (3, 2, 1))
    few = a_barrier(session, people.vera, spread_reports(session, people, (2, 1)), name="Remissen")
    report = a_filed_deviation(session, people.rut)
    told = {s.barrier.id: s.municipalities for s in suggested(session, people, report).barriers}
    assert told == {wide.id: 3, few.id: None}


WRITING = Fact("", "Arbetsträning utan försäkring", "Under tio timmar i veckan får ingen försäkring, säger")


def test_while_writing_one_sees_barriers_with_what_worked_there(
    session: Session, people: People, barrier: Barrier
) -> None:
    solved = a_filed_deviation(session, people.rut, body=INSURANCE)
    done = triage.Decision(Status.SOLVED_LOCALLY, solution="Kommunen tecknade en egen försäkring.", barrier=barrier)
    triage.move(session, people.vera, solved, done, at=NOW)
    found = grouping.likes(session, people.ruben, WRITING)
    (like,) = found.barriers
    assert like.solution is not None
    assert (like.barrier, like.solution.text) == (barrier, "Kommunen tecknade en egen försäkring.")
    assert like.municipalities is None
    assert found.reports == ()
    (own,) = grouping.likes(session, people.rut, WRITING).reports
    assert own.solution is not None
    assert (own.deviation, own.solution.text) == (solved, "Kommunen tecknade en egen försäkring.")


def test_counts_are_told_where_they_give_nobody_away(session: Session, people: People) -> None:
    wide = a_recurring_barrier(session, people, (5, 5, 5))
    few = a_barrier(session, people.vera, spread_reports(session, people, (2, 1, 1)), name="Remissen")
    told = {s.barrier.id: s.municipalities for s in grouping.likes(session, people.rut, WRITING).barriers}
    assert told == {wide.id: 3, few.id: None}


@pytest.mark.parametrize(("name", "sees"), [("rut", True), ("rolf", True), ("vera", True), ("rita", False)])
def test_while_writing_one_sees_only_reports_that_one_may_read(
    session: Session, people: People, name: str, sees: bool
) -> None:
    report = a_filed_deviation(session, people.rut, body=INSURANCE)
    triage.move(session, people.vera, report, a_decision(session, Status.CLOSED), at=NOW)
    found = grouping.likes(session, getattr(people, name), WRITING)
    assert [like.deviation.id for like in found.reports] == ([report.id] if sees else [])


def test_a_guldkorn_is_shown_to_all_who_work_with_reports(session: Session, people: People) -> None:
    gold = {"title": "Egen försäkring för arbetsträning", "body": INSURANCE, "kind": Kind.GOOD_EXAMPLE}
    a_filed_deviation(session, people.rita, **gold)
    (example,) = grouping.likes(session, people.ruben, WRITING).examples
    assert "Egen försäkring" in example.text
    assert example.reasons
    assert not grouping.likes(session, people.adam, WRITING)


def test_a_guldkorn_told_at_its_barrier_is_not_told_again_but_the_next_is(
    session: Session, people: People, barrier: Barrier
) -> None:
    placed = {"title": "Egen försäkring för arbetsträning", "body": INSURANCE, "kind": Kind.GOOD_EXAMPLE}
    joined(session, people.vera, a_filed_deviation(session, people.rita, **placed), barrier)
    found = grouping.likes(session, people.ruben, WRITING)
    (like,) = found.barriers
    assert like.solution is not None and like.solution.text.startswith("Egen försäkring")
    assert found.examples == ()
    a_filed_deviation(
        session, people.rita, title="Tio timmar delades på två platser", body=INSURANCE, kind=Kind.GOOD_EXAMPLE
    )
    (example,) = grouping.likes(session, people.ruben, WRITING).examples
    assert example.text.startswith("Tio timmar delades")


def test_no_more_is_shown_than_there_is_room_for_and_every_kind_gets_some(session: Session, people: People) -> None:
    for number in range(6):
        a_barrier(
            session, people.vera, [a_filed_deviation(session, people.rut, body=INSURANCE)], name=f"Hinder {number}"
        )
        a_filed_deviation(session, people.rut, body=INSURANCE)
        a_filed_deviation(session, people.rut, body=INSURANCE, kind=Kind.GOOD_EXAMPLE)
    found = grouping.likes(session, people.rut, WRITING)
    assert (len(found.barriers), len(found.reports), len(found.examples)) == (3, 1, 1)


@pytest.mark.parametrize("text", ["", "försäkring", "det är ju så att vi", "Gräsklipparen på kontoret är trasig igen"])
def test_too_little_or_something_else_is_like_nothing(
    session: Session, people: People, barrier: Barrier, text: str
) -> None:
    assert not grouping.likes(session, people.vera, Fact("", text, ""))


def test_rules_are_suggested_with_why(session: Session, people: People) -> None:
    first, *_ = grouping.rules(session, WRITING)
    assert first.rule.code == "FORS-01"
    assert first.reason.values
