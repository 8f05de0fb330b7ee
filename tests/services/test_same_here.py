"""What "samma här" says: it happened here too. One press is one occurrence, and it counts as any report does."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.lists import Chosen
from deviations.domain.workflow import BarrierStatus, CloseReason, Incomplete, Kind, NotAllowed, NotFound, Status
from deviations.models import Deviation, Draft, Move, OutgoingMail, Verdict
from deviations.queries import barriers, letter_evidence, lists, spreads, standings
from deviations.services import audit, drafts, filing, triage
from deviations.services import barriers as making
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_recurring_barrier,
    a_report,
    a_rule,
    an_account,
    an_agency,
    an_occurrence,
    audit_lines,
    joined,
    moves,
    said_here,
)
from tests.people import People, find

S = Status


def queue(session: Session, people: People) -> list[Deviation]:
    """What waits for the coordinator's decision, oldest first."""
    return list(lists.page(session, people.vera, Chosen(), today=TODAY).rows)


def occurrences(session: Session) -> int:
    return session.scalar(select(func.count()).where(Deviation.kind == Kind.SAME_HERE)) or 0


def test_said_of_a_barrier_it_is_placed_there_at_once(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, rule=a_rule(session), agencies=[an_agency(session, "FK")])
    occurrence = an_occurrence(session, barrier, line="Här räckte inte heller åtta timmar.")
    said, new = filing.same_here(session, people.rut, occurrence, form_key="ett", at=NOW)
    assert new
    assert (said.kind, said.status, said.barrier, said.same_as) == (Kind.SAME_HERE, S.JOINED, barrier, None)
    assert (said.title, said.body) == ("Här räckte inte heller åtta timmar.", "")
    assert (said.rule, [agency.code for agency in said.agencies]) == (barrier.rule, ["FK"])
    (move,) = moves(session, said)
    assert (move.source, move.target, move.actor_id) == (S.DRAFT, S.JOINED, people.rut.id)
    (line,) = audit_lines(session, f"deviation:{said.id}")
    assert line.action == "deviation.filed"
    assert audit.verify(session)[1] is None
    (verdict,) = session.scalars(select(Verdict)).all()
    assert (verdict.belongs, verdict.actor_id) == (True, people.rut.id)
    assert [mail.user_id for mail in session.scalars(select(OutgoingMail))] == [people.rut.id]


def test_it_counts_wherever_reports_are_counted(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut) for _ in range(4)])
    for person in (people.rut, people.rita, people.rita, people.ruben):
        said_here(session, person, barrier)
    plain = session.scalar(select(func.count()).where(Deviation.barrier_id == barrier.id))
    assert plain == 8
    spread = spreads.of(spreads.placed(session, barrier))
    assert (spread.deviations, dict(spread.municipalities)) == (plain, {"Haninge": 5, "Täby": 2, "Botkyrka": 1})
    standing = standings.nearest(session, barrier, TODAY)
    assert (standing.counts.deviations, standing.counts.municipalities, standing.counts.subprojects) == (plain, 3, 3)
    assert barriers.municipalities_of(session, people.vera, [barrier.id]) == {barrier.id: 3}
    (row,) = barriers.listed(session, people.vera, TODAY)
    assert (row.deviations, row.municipalities, row.standing.counts.deviations) == (plain, 3, plain)
    evidence = letter_evidence.evidence(session, barrier, TODAY)
    assert (evidence.deviations, dict(evidence.municipalities)) == (plain, dict(spread.municipalities))
    assert "" not in (*evidence.tried, *evidence.wishes, *evidence.cases)


def test_the_occurrence_that_reaches_the_policy_makes_the_barrier_recur(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut) for _ in range(3)])
    said_here(session, people.rita, barrier)
    assert barrier.status is BarrierStatus.WATCHED
    said_here(session, people.ruben, barrier)
    assert barrier.status is BarrierStatus.RECURRING


@pytest.mark.parametrize("end", [BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF])
def test_a_barrier_that_was_gone_returns(session: Session, people: People, end: BarrierStatus) -> None:
    barrier = a_barrier(session, people.vera)
    making.end(session, people.vera, barrier, end, note="Regeln är ändrad.", review_on=TODAY, at=NOW)
    said_here(session, people.rut, barrier)
    assert barrier.status is BarrierStatus.RETURNED


def test_said_of_a_report_in_a_barrier_it_is_said_of_the_barrier(session: Session, people: People) -> None:
    report, barrier = a_filed_deviation(session, people.rut), a_barrier(session, people.vera)
    joined(session, people.vera, report, barrier)
    said = said_here(session, people.rolf, report)
    assert (said.status, said.barrier, said.same_as) == (S.JOINED, barrier, None)
    again = said_here(session, people.rut, said)
    assert (again.status, again.barrier) == (S.JOINED, barrier)


def test_said_of_an_unplaced_report_it_waits_with_that_one(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, rule=a_rule(session), agency="FK", rule_hint="tiotimmars")
    said = said_here(session, people.rolf, report)
    assert (said.status, said.same_as, said.barrier) == (S.FILED, report, None)
    assert (said.rule, [agency.code for agency in said.agencies], said.rule_hint) == (report.rule, ["FK"], "")
    assert queue(session, people) == [report]
    of_occurrence = said_here(session, people.lena, said)
    assert of_occurrence.same_as is report


def test_said_of_a_duplicate_it_is_said_of_the_original(session: Session, people: People) -> None:
    original, copy, third = (a_filed_deviation(session, people.rita) for _ in range(3))
    for one, of in ((third, copy), (copy, original)):
        decision = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=of)
        triage.move(session, people.vera, one, decision, at=NOW)
    assert said_here(session, people.lars, third, place="Norr", municipality="Täby").same_as is original
    barrier = a_barrier(session, people.vera, [original])
    assert said_here(session, people.rita, third).barrier is barrier


def test_reports_that_repeat_each_other_are_no_endless_way(session: Session, people: People) -> None:
    """Such a circle is refused now, but an older database may hold one."""
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    for report, of in ((one, other), (other, one)):
        report.status, report.close_reason, report.duplicate_of = S.CLOSED, CloseReason.DUPLICATE, of
        session.flush()
    assert said_here(session, people.rut, one).same_as in (one, other)


def test_nobody_says_it_of_what_she_may_not_read(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    with pytest.raises(NotFound):
        said_here(session, people.rita, report)
    assert occurrences(session) == 0


def test_a_guldkorn_is_told_anew_and_not_said_again(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_of_good_example"):
        said_here(session, people.rut, a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"line": ""}, "needs_line"),
        ({"line": "  "}, "needs_line"),
        ({"line": "x" * 201}, "line_too_long"),
        ({"line": "Ring 850709-9805"}, "personal_data"),
        ({"occurred_on": TODAY + timedelta(days=2)}, "not_yet_happened"),
        ({"place": "Norr", "municipality": "Täby"}, "not_your_subproject"),
    ],
)
def test_what_is_refused_saves_nothing(session: Session, people: People, changed: dict[str, Any], refusal: str) -> None:
    barrier = a_barrier(session, people.vera)
    with pytest.raises(NotAllowed, match=refusal) as refused:
        said_here(session, people.rut, barrier, **changed)
    assert isinstance(refused.value, Incomplete) is (refusal == "needs_line")
    session.flush()
    assert occurrences(session) == 0


@pytest.mark.parametrize("name", ["stina", "adam"])
def test_only_who_reports_says_it(session: Session, people: People, name: str) -> None:
    barrier = a_barrier(session, people.vera)
    with pytest.raises((NotAllowed, NotFound)):
        said_here(session, getattr(people, name), barrier)


def test_a_lead_says_it_for_a_colleague_who_phoned(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    said = said_here(session, people.lena, barrier, reporter=an_account(session, people.rut))
    assert (said.reporter_id, said.filed_by_id) == (people.rut.id, people.lena.id)
    with pytest.raises(NotAllowed, match="not_your_colleague"):
        said_here(session, people.lena, barrier, reporter=an_account(session, people.rita))


def test_a_press_on_two_pages_is_one_and_another_day_place_or_line_is_another(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)

    def say(person: str = "rut", *, at: timedelta = timedelta(0), **changed: Any) -> Deviation:
        return said_here(session, getattr(people, person), barrier, at=NOW + at, **{"line": "Samma.", **changed})

    first = say()
    assert say() is first
    others = [
        say(occurred_on=TODAY - timedelta(days=1)),
        say(municipality="Tyresö"),
        say(line="En annan deltagare, samma dag."),
        say("rolf", place="Söder", municipality="Haninge"),
        say(at=timedelta(hours=13)),
    ]
    assert len({said.id for said in (first, *others)}) == 6
    assert occurrences(session) == 6


def test_saying_it_instead_of_a_report_throws_the_draft_away_and_leaves_the_form_its_own_key(
    session: Session, people: People
) -> None:
    barrier = a_barrier(session, people.vera)
    drafts.keep(session, people.rut, "ett", {"title": ["Påbörjad"]}, NOW)
    said, _ = filing.same_here(session, people.rut, an_occurrence(session, barrier), form_key="ett", at=NOW)
    assert session.scalars(select(Draft)).all() == []
    report, new = filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    assert new
    assert report is not said


def test_a_form_sent_by_several_requests_at_once_is_one_occurrence(engine: Engine, people: People) -> None:
    with Session(engine) as session:
        barrier = a_barrier(session, people.vera).id
        session.commit()
    start, told = threading.Barrier(4), []

    def send(key: str) -> None:
        with Session(engine.execution_options(write=True)) as session:
            rut = find(session).rut
            occurrence = an_occurrence(session, barriers.get(session, rut, barrier))
            if engine.dialect.name == "postgresql":
                start.wait(20)
            told.append(filing.same_here(session, rut, occurrence, form_key=key, at=NOW)[0].id)
            session.commit()

    threads = [threading.Thread(target=send, args=(key,)) for key in ("ett", "ett", "två", "tre")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 4
    assert len(set(told)) == 1
    with Session(engine) as session:
        assert occurrences(session) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["file", "same"])), min_size=1, max_size=8))
def test_however_often_and_in_whatever_order_forms_are_sent_each_is_one_thing(
    session: Session, people: People, sent: list[tuple[str, str]]
) -> None:
    with session.begin_nested() as attempt:
        barrier = a_recurring_barrier(session, people)
        before = session.scalar(select(func.count()).select_from(Deviation)) or 0
        told = []
        for key, how in sent:
            if how == "file":
                found, new = filing.file(session, people.rut, a_report(session), form_key=key, at=NOW)
            else:
                occurrence = an_occurrence(session, barrier, line=f"Samma här, {key}.")
                found, new = filing.same_here(session, people.rut, occurrence, form_key=key, at=NOW)
            told.append(((key, how), found.id, new))
        count = session.scalar(select(func.count()).select_from(Deviation)) or 0
        assert count - before == len(set(sent))
        assert len({(form, id) for form, id, _ in told}) == len(set(sent))
        assert sum(new for *_, new in told) == len(set(sent))
        assert audit.verify(session)[1] is None
        attempt.rollback()


def follower_of(session: Session, people: People) -> tuple[Deviation, Deviation]:
    report = a_filed_deviation(session, people.rut)
    return report, said_here(session, people.rolf, report, place="Söder", municipality="Haninge")


def steps(session: Session, deviation: Deviation) -> list[tuple[str | None, str, int | None]]:
    return [(move.source, move.target, move.actor_id) for move in moves(session, deviation)]


def test_an_occurrence_follows_its_report_into_a_barrier_and_counts_there(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    barrier = a_barrier(session, people.vera, [report])
    assert (said.status, said.barrier, said.same_as) == (S.JOINED, barrier, report)
    assert steps(session, said) == [
        (S.DRAFT, S.FILED, people.rolf.id),
        (S.FILED, S.IN_REVIEW, people.vera.id),
        (S.IN_REVIEW, S.JOINED, people.vera.id),
    ]
    assert len(audit_lines(session, f"deviation:{said.id}")) == 3
    assert audit.verify(session)[1] is None
    assert len(spreads.placed(session, barrier)) == 2
    mails = session.scalars(select(OutgoingMail.user_id).where(OutgoingMail.deviation_id == said.id)).all()
    assert mails == [people.rolf.id, people.rolf.id]  # received, joined


def test_what_follows_may_be_what_makes_the_barrier_recur_or_return(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    for person, place, town in ((people.vera, "Norr", "Täby"), (people.vera, "Väst", "Botkyrka")):
        for _ in range(2):
            said_here(session, person, report, place=place, municipality=town)
    assert a_barrier(session, people.vera, [report]).status is BarrierStatus.RECURRING


def test_it_follows_to_another_barrier_and_out_again(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    first, second = a_barrier(session, people.vera, name="Första"), a_barrier(session, people.vera, name="Andra")
    for barrier in (first, second):
        joined(session, people.vera, report, barrier)
        assert (said.status, said.barrier) == (S.JOINED, barrier)
    triage.move(session, people.vera, report, a_decision(session, S.IN_REVIEW), at=NOW)
    assert (said.status, said.barrier) == (S.IN_REVIEW, None)
    assert queue(session, people) == [report]
    joined(session, people.vera, report, first)
    assert (said.status, said.barrier) == (S.JOINED, first)
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("to", [S.SOLVED_LOCALLY, S.CLOSED])
def test_when_its_report_ends_otherwise_it_waits_for_a_decision_of_its_own(
    session: Session, people: People, to: Status
) -> None:
    report, said = follower_of(session, people)
    triage.move(session, people.vera, report, a_decision(session, to), at=NOW)
    assert said.status is S.FILED
    assert queue(session, people) == [said]
    triage.move(session, people.vera, report, a_decision(session, S.IN_REVIEW), at=NOW)
    assert queue(session, people) == [report]


@pytest.mark.parametrize("state", [S.NEEDS_FACTS, S.LOCAL_ACTION])
def test_it_waits_as_long_as_its_report_is_open(session: Session, people: People, state: Status) -> None:
    report, said = follower_of(session, people)
    triage.move(session, people.vera, report, a_decision(session, state), at=NOW)
    assert said not in queue(session, people)


def test_when_its_report_repeats_another_it_goes_to_that_ones_barrier(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    other = a_filed_deviation(session, people.rita)
    barrier = a_barrier(session, people.vera, [other])
    decision = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=other)
    triage.move(session, people.vera, report, decision, at=NOW)
    assert (said.status, said.barrier) == (S.JOINED, barrier)


def test_when_its_report_repeats_an_open_one_it_waits_with_that(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    other = a_filed_deviation(session, people.rita)
    decision = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=other)
    triage.move(session, people.vera, report, decision, at=NOW)
    assert said.same_as is other
    assert queue(session, people) == [other]
    barrier = a_barrier(session, people.vera, [other])
    assert said.barrier is barrier


def test_a_report_that_repeats_its_own_occurrence_loses_none(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    second = said_here(session, people.lena, report)
    decision = triage.Decision(S.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=said)
    triage.move(session, people.vera, report, decision, at=NOW)
    assert (said.same_as, second.same_as) == (None, said)
    assert queue(session, people) == [said]


def test_what_a_person_decided_about_it_alone_stands(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    wrong, right = a_barrier(session, people.vera, [report], name="Fel"), a_barrier(session, people.vera, name="Rätt")
    triage.move(session, people.vera, said, a_decision(session, S.IN_REVIEW), at=NOW)
    assert queue(session, people) == [said]
    triage.move(session, people.vera, report, a_decision(session, S.IN_REVIEW), at=NOW)
    joined(session, people.vera, report, wrong)
    assert (said.status, said.barrier) == (S.IN_REVIEW, None)  # a person took it out of that barrier
    joined(session, people.vera, said, right)
    joined(session, people.vera, report, a_barrier(session, people.vera, name="Ett tredje"))
    assert said.barrier is right


def test_one_that_a_person_placed_stays_when_its_report_leaves(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    barrier = a_barrier(session, people.vera)
    for one in (said, report):
        joined(session, people.vera, one, barrier)
    joined(session, people.vera, report, a_barrier(session, people.vera, name="Ett annat"))
    assert (said.status, said.barrier) == (S.JOINED, barrier)


def test_no_step_of_a_follower_tells_the_words_about_its_report(session: Session, people: People) -> None:
    report, said = follower_of(session, people)
    decision = triage.Decision(S.JOINED, barrier=a_barrier(session, people.vera), note="Bara om den första.")
    triage.move(session, people.vera, report, decision, at=NOW)
    assert {move.note for move in moves(session, said)} == {""}
    assert session.scalar(select(func.count()).where(Verdict.deviation_id == said.id)) == 0
    assert session.scalar(select(func.count()).select_from(Move).where(Move.note == decision.note)) == 1
