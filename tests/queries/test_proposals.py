"""Proposals for new barriers: which reports are in them and why, live and as the worker counted them, and never against
what a person has decided."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.learnt import Fineness
from deviations.domain.workflow import Kind, NotFound, Obstacle, Status, Step
from deviations.models import Barrier, Deviation
from deviations.queries import groupings, learning, namings, proposals
from deviations.services import kin, merging, pairs, triage
from deviations.services import proposals as keeping
from tests.factories import (
    NOW,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_rule,
    an_agency,
    said_here,
)
from tests.people import People

TEETH = "Socialtjänsten avslår akut tandvård, och ingen vågar gå på intervju med trasiga tänder."
INSURANCE = "Arbetsförmedlingen säger nej till arbetsträning under tio timmar i veckan, för då saknas försäkring."
SICKNESS = "Försäkringskassan drar in sjukpenningen när deltagaren börjar studera på komvux på deltid."
WEEK = timedelta(days=7)


def like(session: Session, people: People, names: Sequence[str] = ("rut", "rita", "ruben")) -> list[Deviation]:
    """Reports of the same thing, one of each of these people."""
    return [a_filed_deviation(session, getattr(people, name), body=INSURANCE) for name in names]


def found(session: Session, people: People, fineness: Fineness = Fineness.MEDIUM) -> list[set[int]]:
    """The reports of each proposal that the coordinator sees."""
    return [set(group) for group in proposals.counted(session, people.vera, fineness).groups]


def shown(session: Session, people: People) -> list[proposals.Proposal]:
    counted = proposals.counted(session, people.vera)
    return proposals.shown(session, people.vera, counted.groups)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few reports are already too many to be grouped while somebody waits."""
    monkeypatch.setattr(proposals, "LIVE", 1)


def stored(session: Session) -> None:
    """The worker has grouped what there is."""
    ids = groupings.unplaced(session)
    groups = groupings.grouped(session, groupings.facts(session, ids), Fineness)
    assert groups is not None
    keeping.keep(session, groups, reports=len(ids), seconds=0.1, at=NOW)


def test_a_proposal_gathers_open_reports_that_are_alike(session: Session, people: People) -> None:
    alike = like(session, people)
    alike[0].weeks_lost, alike[1].weeks_lost = 3, 4
    said_here(session, people.rolf, alike[0])
    a_filed_deviation(session, people.rut, body=SICKNESS, title="Sjukpenning vid studier", agency="FK")
    (proposal,) = shown(session, people)
    assert set(proposal.deviations) == set(alike)
    assert (proposal.municipalities, proposal.subprojects, proposal.weeks) == (3, 3, 7)
    assert proposal.same == {alike[0].id: 1}
    assert proposals.counted(session, people.vera).unplaced == 4


def test_every_report_but_the_typical_one_says_to_which_it_belongs_and_why(session: Session, people: People) -> None:
    like(session, people)
    (proposal,) = shown(session, people)
    typical, *others = proposal.members
    assert typical.link is None and typical.deviation is proposal.central
    seen = {str(typical.deviation.id)}
    for member in others:
        assert member.link is not None and member.link.a == str(member.deviation.id)
        assert member.link.b in seen, "it hangs on to one that stands before it"
        assert member.link.reasons
        seen.add(member.link.a)
    assert 0 < proposal.likeness <= 1


@pytest.mark.parametrize("fineness", Fineness)
def test_what_a_person_has_placed_or_ended_is_in_no_proposal(
    session: Session, people: People, fineness: Fineness
) -> None:
    teeth = {"title": "Tandvård beviljas inte", "body": TEETH, "agency": "KOM-SOC"}
    a_barrier(session, people.vera, like(session, people, ("rut", "rita")))
    open_ones = {a_filed_deviation(session, people.ruben, **teeth).id for _ in range(3)}
    closed = a_filed_deviation(session, people.rut, **teeth)
    triage.move(session, people.vera, closed, a_decision(session, Status.CLOSED), at=NOW)
    a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, **teeth)
    assert found(session, people, fineness) == [open_ones]


def test_what_is_like_a_known_barrier_is_left_to_the_triage(session: Session, people: People) -> None:
    a_barrier(session, people.vera, like(session, people, ("rut", "rita")))
    free = like(session, people)
    assert found(session, people) == []
    kin.together(session, people.vera, free[:2], at=NOW)
    assert found(session, people) == [{free[0].id, free[1].id}], "but a person's word counts for more"


def test_what_people_said_of_pairs_holds_at_every_fineness(session: Session, people: People) -> None:
    a, b, c = like(session, people)
    other = a_filed_deviation(session, people.rut, title="Tandvård beviljas inte", body=TEETH, agency="KOM-SOC")
    assert found(session, people) == [{a.id, b.id, c.id}]
    kin.apart(session, people.vera, a, [b], at=NOW)
    pairs.say(session, people.vera, a, other, same=True, at=NOW)
    for fineness in Fineness:
        groups = found(session, people, fineness)
        assert not any({a.id, b.id} <= group for group in groups)
        assert any({a.id, other.id} <= group for group in groups)


def test_one_that_does_not_belong_leaves_the_others_together(session: Session, people: People) -> None:
    a, b, c, d = like(session, people, ("rut", "rut", "rita", "ruben"))
    kin.apart(session, people.vera, b, [a, c, d], at=NOW)
    assert found(session, people) == [{a.id, c.id, d.id}]


def test_different_happenings_are_proposed_together_all_the_same(session: Session, people: People) -> None:
    a, b, c = like(session, people)
    merging.never_together(session, people.vera, a, b, at=NOW)
    assert found(session, people) == [{a.id, b.id, c.id}]


def test_where_they_are_many_they_are_shown_as_the_worker_counted_them(
    session: Session, people: People, many: None
) -> None:
    a, b, c = like(session, people)
    assert proposals.counted(session, people.vera).state is proposals.State.UNCOUNTED
    stored(session)
    for _ in range(2):
        a_filed_deviation(session, people.rut, title="Tandvård", body=TEETH, agency="KOM-SOC", at=NOW + WEEK)
    counted = proposals.counted(session, people.vera)
    assert [set(group) for group in counted.groups] == [{a.id, b.id, c.id}]
    assert (counted.state, counted.at, counted.since, counted.unplaced) == (proposals.State.READY, NOW, 2, 5)
    assert counted.of(b.id) == counted.groups[0] and counted.of(10_000) is None


def test_what_was_decided_or_said_since_the_counting_counts(session: Session, people: People, many: None) -> None:
    a, b, c, d, e = like(session, people, ("rut", "rut", "rita", "rita", "ruben"))
    stored(session)
    kin.apart(session, people.vera, b, [a, c, d, e], at=NOW)
    a_barrier(session, people.vera, [e])
    assert found(session, people) == [{a.id, c.id, d.id}]
    (proposal,) = shown(session, people)
    assert {one.id for one in proposal.deviations} == {a.id, c.id, d.id}
    assert len([member for member in proposal.members if member.link]) == 2


def test_the_worker_is_asked_when_there_is_none_or_it_is_old_or_somebody_wants_it(
    session: Session, people: People, many: None
) -> None:
    like(session, people)
    assert groupings.waits(session, NOW)
    stored(session)
    assert not groupings.waits(session, NOW)
    assert groupings.waits(session, NOW + timedelta(days=1, minutes=1)), "a night lies between"
    soon, later = NOW + timedelta(minutes=9), NOW + timedelta(minutes=11)
    assert not keeping.ask(session, people.vera, at=soon), "it is made a moment ago"
    assert keeping.ask(session, people.vera, at=later)
    assert not keeping.ask(session, people.vera, at=later + timedelta(minutes=9)), "she has asked a moment ago"
    assert groupings.waits(session, later)


def test_while_the_reports_are_being_learnt_nothing_is_proposed(
    session: Session, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    like(session, people)
    session.commit()
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    monkeypatch.setattr(learning, "_begin", lambda engine, known: None)
    assert proposals.counted(session, people.vera).state is proposals.State.LEARNING


def test_a_barrier_is_made_only_of_unplaced_reports(session: Session, people: People) -> None:
    free, other, placed = like(session, people)
    a_barrier(session, people.vera, [placed])
    chosen = proposals.chosen(session, people.vera, [other.id, free.id, other.id])
    assert chosen == [other, free]
    for ids in ([placed.id], [free.id, placed.id], [free.id, 2_147_483_647], []):
        with pytest.raises(NotFound):
            proposals.chosen(session, people.vera, ids)


@pytest.fixture
def telling(session: Session, people: People) -> list[Deviation]:
    """Three reports of which most name the same rule, step and party."""
    rule, told = a_rule(session), {"step": Step.PLACEMENT}
    first = a_filed_deviation(session, people.rut, title="Ingen försäkring", rule=rule, **told)
    second = a_filed_deviation(session, people.rita, rule=rule, agency="FK", **told)
    third = a_filed_deviation(session, people.ruben, step=Step.INCOME)
    return [first, second, third]


def test_the_form_is_filled_with_what_most_of_the_reports_say(session: Session, telling: list[Deviation]) -> None:
    rule = a_rule(session)
    told = namings.prefilled(session, telling)
    assert (told.name, told.rule, told.step) == (rule.name, rule.id, Step.PLACEMENT)
    assert (told.agencies, told.obstacle) == ((an_agency(session, "AF").id,), None)


def test_a_name_that_is_taken_is_not_proposed_again(session: Session, people: People, telling: list[Deviation]) -> None:
    rule = a_rule(session)
    assert namings.named(session, [telling, telling]) == [rule.name, "Ingen försäkring"]
    a_barrier(session, people.vera, name=rule.name)
    assert namings.named(session, [telling]) == ["Ingen försäkring"]


def test_the_kind_of_obstacle_is_that_of_the_rules_other_barriers_if_they_agree(
    session: Session, people: People, telling: list[Deviation]
) -> None:
    def made(name: str, obstacle: Obstacle) -> Barrier:
        return a_barrier(session, people.vera, name=name, rule=a_rule(session), obstacle=obstacle)

    made("Ett", Obstacle.ORDINANCE)
    assert namings.prefilled(session, telling).obstacle is Obstacle.ORDINANCE
    made("Två", Obstacle.PRACTICE)
    assert namings.prefilled(session, telling).obstacle is None
