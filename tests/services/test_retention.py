"""Nothing goes without a decision; what goes is shown first; and what is counted, sent or chained stays as it was."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import letter_changes
from deviations.domain.days import day_of
from deviations.domain.letters import Evidence, LetterStatus
from deviations.domain.notices import MailState, Notice
from deviations.domain.retention import SPANS, Erasable, address_of_nobody
from deviations.domain.roles import Actor
from deviations.domain.workflow import BarrierStatus, CloseReason, Kind, NotAllowed, Status
from deviations.models import (
    AuditEntry,
    Barrier,
    BarrierWords,
    Deviation,
    DeviationWords,
    Draft,
    InternalNote,
    LinkUse,
    Move,
    OneTimeLink,
    OutgoingMail,
    RecipientLink,
    RetentionRule,
    RetentionRun,
    SavedView,
    Solution,
    SolutionWords,
)
from deviations.models.base import Base
from deviations.queries import barriers, letter_cases, letter_evidence, likes, retention, search, spreads
from deviations.queries import deviations as reading
from deviations.services import accounts, audit, completing, indexing, letter_seal, notes, rulings, triage
from deviations.services import barriers as changing
from deviations.services import retention as keeping
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_letter_out,
    a_recurring_barrier,
    a_rule,
    an_account,
    audit_lines,
    days_ago,
    joined,
    said_here,
    spread_reports,
)
from tests.people import People

SECRET = "the instance's own secret, long enough"
LONG_AGO = days_ago(1_200)
HERE = {"place": "Söder", "municipality": "Haninge", "occurred_on": TODAY - timedelta(days=1_200)}
OLD_WORD = "kanelbulleparagrafen"
TEXTS = {
    "title": f"Rubrik om {OLD_WORD}",
    "body": f"Här står {OLD_WORD} i texten.",
    "tried": f"Vi prövade {OLD_WORD}.",
    "wished": f"Ändra {OLD_WORD}.",
    "rule_hint": OLD_WORD,
}


def decided(session: Session, people: People, **months: int) -> dict[Erasable, RetentionRule]:
    """A decision of the board with these rules; 24 months for everything if none is named."""
    wanted = {Erasable(name): count for name, count in months.items()} or dict.fromkeys(Erasable, 24)
    told = keeping.Decided("2026/14", "Samordningsförbundets styrelse", TODAY - timedelta(days=9), wanted)
    keeping.decide(session, people.adam, told, at=NOW)
    session.flush()
    return retention.in_force(session, TODAY)


def carried_out(session: Session, people: People, rule: RetentionRule, at: datetime = NOW) -> RetentionRun:
    """What the rule takes away now, shown and pressed."""
    seen = keeping.mark(retention.found(session, rule.what, rule.months, TODAY), SECRET)
    return keeping.carry_out(session, people.adam, rule, seen=seen, secret=SECRET, at=at)


def erased(session: Session, people: People, what: Erasable = Erasable.REPORT_TEXTS) -> RetentionRun:
    """The same after a decision of 24 months."""
    return carried_out(session, people, decided(session, people)[what])


def a_closed_report(session: Session, people: People, at: datetime = LONG_AGO, **told: object) -> Deviation:
    """A report that was closed the day after it was filed."""
    report = a_filed_deviation(session, people.rut, at=at, **{**TEXTS, **told})
    decision = triage.Decision(Status.CLOSED, note=f"Om {OLD_WORD}.", reason=CloseReason.INFORMATION)
    triage.move(session, people.vera, report, decision, at=at + timedelta(days=1))
    return report


def a_removed_barrier(session: Session, people: People, at: datetime = LONG_AGO) -> Barrier:
    """A barrier that was met in many places and is gone since, with what its reports said."""
    found = spread_reports(session, people, (4, 3, 3), at)
    for number, report in enumerate(found):
        report.tried, report.wished = f"Vi prövade {OLD_WORD} {number}.", f"Ändra {OLD_WORD} {number}."
    barrier = a_barrier(session, people.vera, found, at=at, rule=a_rule(session))
    said_here(session, people.rita, barrier, at=at, occurred_on=day_of(at))
    changing.end(
        session, people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=at + timedelta(days=9)
    )
    return barrier


def everywhere(session: Session, word: str) -> list[str]:
    """The tables and columns in which a word stands, and the search index as the database itself keeps it."""
    session.flush()
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if str(column.type).startswith(("VARCHAR", "TEXT")):
                hits = select(func.count()).select_from(table).where(func.lower(column).contains(word))
                found += [f"{table.name}.{column.name}"] * bool(session.scalar(hits))
    return found


# --- decisions


def test_without_a_decision_there_is_no_rule_and_nothing_goes(session: Session, people: People) -> None:
    report = a_closed_report(session, people)
    assert retention.in_force(session, TODAY) == {}
    rule = RetentionRule(id=999, what=Erasable.REPORT_TEXTS, months=24, decision_id=999)
    with pytest.raises(NotAllowed, match="not_decided"):
        keeping.carry_out(session, people.adam, rule, seen="", secret=SECRET, at=NOW)
    assert report.body == TEXTS["body"]


def test_the_newest_decision_in_force_rules_and_an_ended_one_does_not(session: Session, people: People) -> None:
    first = decided(session, people, mail=24)[Erasable.MAIL]
    later = keeping.Decided("2026/20", "Styrelsen", TODAY - timedelta(days=2), {Erasable.MAIL: 6})
    made = keeping.decide(session, people.adam, later, at=NOW)
    session.flush()
    assert retention.in_force(session, TODAY)[Erasable.MAIL].months == 6
    keeping.end(session, people.adam, made, at=NOW)
    assert retention.in_force(session, TODAY)[Erasable.MAIL].id == first.id
    with pytest.raises(NotAllowed, match="ended_already"):
        keeping.end(session, people.adam, made, at=NOW)
    assert [line.action for line in audit_lines(session, f"retention_decision:{made.id}")] == [
        "retention.decided",
        "retention.ended",
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": ""}, "needs_number"),
        ({"decided_by": ""}, "needs_decider"),
        ({"months": {}}, "needs_rules"),
        ({"months": {Erasable.REPORT_TEXTS: 5}}, "months_out_of_range"),
        ({"months": {Erasable.MAIL: 601}}, "months_out_of_range"),
        ({"decided_on": TODAY + timedelta(days=2)}, "not_yet_happened"),
        ({"note": "Beslutet togs av 811218-9876."}, "personal_data"),
    ],
)
def test_a_decision_says_what_it_must(
    session: Session, people: People, changed: Mapping[str, object], code: str
) -> None:
    given = {"number": "1", "decided_by": "Styrelsen", "decided_on": TODAY, "months": {Erasable.MAIL: 12}, **changed}
    with pytest.raises(NotAllowed, match=code):
        keeping.decide(session, people.adam, keeping.Decided(**given), at=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_an_administrator_decides_ends_carries_out_or_chooses(session: Session, people: People, name: str) -> None:
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    actor: Actor = getattr(people, name)
    acts: list[Callable[[], object]] = [
        lambda: keeping.decide(session, actor, keeping.Decided("1", "S", TODAY, {Erasable.MAIL: 12}), at=NOW),
        lambda: keeping.end(session, actor, rule.decision, at=NOW),
        lambda: keeping.carry_out(session, actor, rule, seen="", secret=SECRET, at=NOW),
        lambda: keeping.set_masking(session, actor, 6, version=None, at=NOW),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="admin_only"):
            act()


# --- texts of reports


def test_a_reports_text_is_gone_from_everywhere_and_what_counts_stays(session: Session, people: People) -> None:
    report = a_closed_report(session, people)
    note = triage.Decision(Status.IN_REVIEW, note=f"Mer om {OLD_WORD}.")
    triage.move(session, people.vera, report, note, at=LONG_AGO + timedelta(days=2))
    again = triage.Decision(Status.CLOSED, note=f"Slut på {OLD_WORD}.", reason=CloseReason.WRITTEN_OFF)
    triage.move(session, people.vera, report, again, at=LONG_AGO + timedelta(days=3))
    kept = {name: getattr(report, name) for name in ("rule_id", "municipality_id", "subproject_id", "occurred_on")}
    steps = [(move.at, move.source, move.target, move.actor_id) for move in reading.history(session, report)]
    assert {"deviation.body", "move.note", "deviation_words.words"} <= set(everywhere(session, "kanelbulle"))
    run = erased(session, people)
    assert everywhere(session, "kanelbulle") == []
    assert search.search(session, people.vera, OLD_WORD).deviations.rows == []
    session.expire_all()
    assert (report.title, report.body, report.erased_at) == ("Gallrad avvikelse", "", NOW)
    assert {name: getattr(report, name) for name in kept} == kept
    assert [(m.at, m.source, m.target, m.actor_id) for m in reading.history(session, report)] == steps
    assert json.loads(run.counts) == {"report_texts": 1, "step_texts": 3}
    assert audit.verify(session)[1] is None


def test_words_of_an_erased_report_are_not_left_in_the_file_of_sqlite(session: Session, people: People) -> None:
    a_closed_report(session, people)
    session.commit()
    erased(session, people)
    session.commit()
    if session.get_bind().dialect.name == "sqlite":
        blocks = session.scalars(text("SELECT block FROM deviation_words_fts_data")).all()
        assert not any(b"kanelbull" in bytes(block) for block in blocks)
    else:
        lexemes = session.scalars(text("SELECT lexemes::text FROM deviation_words")).all()
        assert not any("kanelbull" in found for found in lexemes)


def test_the_words_that_are_left_are_those_that_are_made_anew(session: Session, people: People) -> None:
    a_closed_report(session, people)
    erased(session, people)
    tables = (DeviationWords, BarrierWords, SolutionWords)
    left = [sorted(session.execute(select(kept.id, kept.words)).all()) for kept in tables]
    indexing.rebuild(session)
    assert [sorted(session.execute(select(kept.id, kept.words)).all()) for kept in tables] == left


@pytest.mark.parametrize(
    "state",
    ["filed", "in_review", "needs_facts", "local_action", "standing_barrier", "recent", "to_be_looked_at", "golden"],
)
def test_what_is_not_done_or_not_for_long_stays(session: Session, people: People, state: str) -> None:
    at = days_ago(30) if state == "recent" else LONG_AGO
    kind = {"kind": Kind.GOOD_EXAMPLE} if state == "golden" else {}
    report = a_filed_deviation(session, people.rut, at=at, **TEXTS, **kind)
    ways = {
        "in_review": triage.Decision(Status.IN_REVIEW),
        "needs_facts": triage.Decision(Status.NEEDS_FACTS, note="Vad hände?"),
        "local_action": triage.Decision(Status.LOCAL_ACTION),
        "recent": triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION),
        "golden": triage.Decision(Status.SOLVED_LOCALLY),
    }
    if state in ways:
        triage.move(session, people.vera, report, ways[state], at=at)
    elif state != "filed":
        barrier = a_barrier(session, people.vera, [report], at=at)
        if state == "to_be_looked_at":
            day = TODAY + timedelta(days=30)
            changing.end(session, people.vera, barrier, BarrierStatus.WRITTEN_OFF, note="Läge.", review_on=day, at=at)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    assert retention.found(session, rule.what, rule.months, TODAY).things == ()
    with pytest.raises(NotAllowed, match="nothing_to_erase"):
        carried_out(session, people, rule)
    assert report.body == TEXTS["body"]


def test_the_time_counts_from_the_last_thing_that_happened(session: Session, people: People) -> None:
    at = NOW - timedelta(days=731)
    report = a_closed_report(session, people, at=at)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    assert retention.found(session, rule.what, rule.months, TODAY).things == ()  # closed a day too late
    (found,) = retention.found(session, rule.what, rule.months, TODAY + timedelta(days=3)).things
    assert (found.id, found.since) == (report.id, TODAY - timedelta(days=730))


def test_reports_of_a_barrier_that_is_part_of_a_removed_one_go_too(session: Session, people: People) -> None:
    barrier = a_removed_barrier(session, people)
    part = a_barrier(
        session, people.vera, [a_filed_deviation(session, people.rut, at=LONG_AGO)], name="Del", at=LONG_AGO
    )
    part.merged_into = barrier
    session.flush()
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    things = retention.found(session, rule.what, rule.months, TODAY).things
    assert {one.id for one in things} == {one.id for one in (*barrier.deviations, *part.deviations)}


def test_a_guldkorn_that_is_none_goes_with_the_solution_that_it_was(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, at=LONG_AGO, kind=Kind.GOOD_EXAMPLE, **TEXTS)
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.NOT_A_DEVIATION)
    triage.move(session, people.vera, report, decision, at=LONG_AGO)
    erased(session, people)
    assert report.title == "Gallrat guldkorn"
    assert everywhere(session, "kanelbulle") == []


def test_a_local_solution_stays_with_those_who_use_it(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, at=LONG_AGO, **TEXTS)
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ringer varandra på måndagar.")
    triage.move(session, people.vera, report, decision, at=LONG_AGO)
    erased(session, people)
    assert session.scalars(select(Solution.text)).all() == ["Vi ringer varandra på måndagar."]
    assert [move.note for move in reading.history(session, report)] == ["", "", ""]


# --- what must stay true


def test_counts_policy_and_barrier_are_the_same_before_and_after(session: Session, people: People) -> None:
    barrier = a_removed_barrier(session, people)
    before = (barrier.status, barriers.family(session, barrier), len(barrier.deviations))

    def counted() -> object:
        met = spreads.met(session, Deviation.barrier_id == barrier.id, *spreads.PLACED)
        return spreads.counted(met)

    told = counted()
    run = erased(session, people)
    assert json.loads(run.counts)["report_texts"] == 11
    session.expire_all()
    assert counted() == told
    assert (barrier.status, barriers.family(session, barrier), len(barrier.deviations)) == before
    evidence = letter_evidence.evidence(session, barrier, TODAY)
    assert (evidence.deviations, evidence.tried, evidence.wishes) == (11, (), ())


def test_a_sent_letter_is_untouched_and_its_numbers_are_counted_again_alike(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (4, 3, 3), at=LONG_AGO)
    letter = a_letter(session, people, LetterStatus.SENT, barrier, LONG_AGO)
    sealed = letter_seal.values(letter)
    before = letter_evidence.rederived(session, letter.numbers[0])
    frozen = Evidence.from_json(letter.numbers[0].evidence)
    assert frozen.tried == ("Vi bad om en egen försäkring men fick nej.",)
    changing.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Borta.", at=LONG_AGO + timedelta(days=60))
    session.commit()
    run = erased(session, people)
    session.commit()
    assert json.loads(run.counts)["report_texts"] == 10
    session.expire_all()
    assert letter_seal.values(letter) == sealed
    assert (letter_seal.check(letter), letter_seal.verify(session)) == ((), [])
    again = letter_evidence.rederived(session, letter.numbers[0])
    assert (again.tried, again.wishes, again.reports) == (frozen.tried, frozen.wishes, frozen.reports)
    assert letter_changes.changes(before, again) == []
    assert audit.verify(session)[1] is None


def test_reports_behind_a_letter_under_way_wait(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (4, 3, 3), at=LONG_AGO)
    a_draft(session, people, barrier, LONG_AGO)
    barrier.status = BarrierStatus.REMOVED
    session.flush()
    free = a_closed_report(session, people)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    found = retention.found(session, rule.what, rule.months, TODAY)
    assert ([one.id for one in found.things], found.waiting) == ([free.id], 10)


def test_erased_reports_are_neither_suggested_nor_a_typical_case_and_break_nothing(
    session: Session, people: People
) -> None:
    barrier = a_removed_barrier(session, people)
    closed = a_closed_report(session, people, rule=a_rule(session))
    erased(session, people)
    session.commit()
    assert letter_cases.suggested(session, people.vera, barrier) == []
    new = a_filed_deviation(session, people.rut, title="Tio timmar krävs för försäkring", rule=a_rule(session))
    session.commit()
    found = likes.likes(session, people.vera, reading.fact(new))
    assert closed.id not in [one.deviation.id for one in found.reports]
    assert reading.fact(closed).title == ""


def test_an_erased_report_is_not_taken_up_again_nor_changed(session: Session, people: People) -> None:
    report = a_closed_report(session, people)
    erased(session, people)
    with pytest.raises(NotAllowed, match="erased"):
        triage.move(session, people.vera, report, triage.Decision(Status.IN_REVIEW, note="Igen."), at=NOW)
    with pytest.raises(NotAllowed, match="no_longer_open"):
        completing.correct(session, people.vera, report, rule=a_rule(session), at=NOW, version=None)
    with pytest.raises(NotAllowed, match="erased"):
        said_here(session, people.rolf, report, **HERE)
    assert report.status is Status.CLOSED


def test_an_erased_report_keeps_its_rule(session: Session, people: People) -> None:
    barrier = a_removed_barrier(session, people)
    erased(session, people)
    with pytest.raises(NotAllowed, match="erased"):
        completing.correct(
            session, people.vera, barrier.deviations[0], rule=a_rule(session, "AF-01"), at=NOW, version=None
        )


def test_erased_reports_can_still_move_between_barriers(session: Session, people: People) -> None:
    barrier = a_removed_barrier(session, people)
    report = next(one for one in barrier.deviations if one.kind is Kind.DEVIATION)
    erased(session, people)
    other = a_barrier(session, people.vera, name="Ett annat")
    joined(session, people.vera, report, other)
    assert (report.barrier, report.title) == (other, "Gallrad avvikelse")


def test_an_occurrence_without_a_text_is_not_led_into_review(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, at=LONG_AGO)
    report = a_filed_deviation(session, people.rut, at=LONG_AGO)
    follower = said_here(session, people.rolf, report, at=LONG_AGO, **HERE)
    joined(session, people.vera, report, barrier, LONG_AGO)
    assert follower.barrier is barrier
    follower.erased_at = NOW
    triage.move(session, people.vera, report, triage.Decision(Status.IN_REVIEW, note="Igen."), at=NOW)
    assert (follower.status, follower.barrier) == (Status.JOINED, barrier)


def test_a_decision_is_not_undone_when_the_text_has_gone_since(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.INFORMATION)
    ruling = rulings.take(session, people.vera, [(report, None)], decision, at=NOW)
    report.erased_at = NOW + timedelta(minutes=1)
    session.flush()
    with pytest.raises(NotAllowed, match="undo_erased"):
        rulings.undo(session, people.vera, ruling, at=NOW + timedelta(hours=1))
    assert report.status is Status.CLOSED


# --- pressing


def test_what_is_not_what_was_shown_is_refused_and_nothing_goes(session: Session, people: People) -> None:
    first = a_closed_report(session, people)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    seen = keeping.mark(retention.found(session, rule.what, rule.months, TODAY), SECRET)
    a_closed_report(session, people, title="En till")
    with pytest.raises(NotAllowed, match="retention_changed"):
        keeping.carry_out(session, people.adam, rule, seen=seen, secret=SECRET, at=NOW)
    assert (first.erased_at, session.scalar(select(func.count()).select_from(RetentionRun))) == (None, 0)


def test_a_rule_that_is_no_longer_in_force_takes_nothing(session: Session, people: People) -> None:
    a_closed_report(session, people)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    seen = keeping.mark(retention.found(session, rule.what, rule.months, TODAY), SECRET)
    keeping.end(session, people.adam, rule.decision, at=NOW)
    with pytest.raises(NotAllowed, match="not_decided"):
        keeping.carry_out(session, people.adam, rule, seen=seen, secret=SECRET, at=NOW)


def test_a_second_press_finds_nothing_left(session: Session, people: People) -> None:
    a_closed_report(session, people)
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    carried_out(session, people, rule)
    with pytest.raises(NotAllowed, match="nothing_to_erase"):
        carried_out(session, people, rule)


def test_the_log_tells_of_a_run_and_no_small_count(session: Session, people: People) -> None:
    a_closed_report(session, people)
    run = erased(session, people)
    (line,) = audit_lines(session, f"retention_run:{run.id}")
    assert (line.action, line.actor_id) == ("retention.carried_out", people.adam.id)
    assert json.loads(line.detail).keys() == {"what", "before", "decision"}


def test_one_press_takes_so_much_and_no_more(session: Session, people: People) -> None:
    """On SQLite nobody else writes meanwhile, and who waits is refused after five seconds: 500 take 1.5."""
    first = a_closed_report(session, people)
    rest = range(first.id + 1, first.id + SPANS[Erasable.REPORT_TEXTS].most + 7)
    for kind in (Deviation, DeviationWords):
        row = session.execute(select(kind.__table__).where(kind.__table__.c.id == first.id)).mappings().one()
        keys = [{"form_key": f"key {id}"} if kind is Deviation else {} for id in rest]
        session.execute(insert(kind), [{**row, "id": id, **key} for id, key in zip(rest, keys, strict=True)])
    step = session.execute(select(Move.__table__).where(Move.deviation_id == first.id)).mappings().all()[-1]
    session.execute(insert(Move), [{**step, "id": 10_000 + id, "deviation_id": id} for id in rest])
    indexing.rebuild(session)
    session.commit()
    rule = decided(session, people)[Erasable.REPORT_TEXTS]
    run = carried_out(session, people, rule)
    session.commit()
    assert json.loads(run.counts)["report_texts"] == 500
    assert retention.found(session, rule.what, rule.months, TODAY).count == len(rest) + 1 - 500


# --- notes, accounts, mail, addresses


def test_old_notes_on_what_is_done_go_and_others_stay(session: Session, people: People) -> None:
    done, standing = a_closed_report(session, people), a_filed_deviation(session, people.rut, at=LONG_AGO)
    barrier = a_removed_barrier(session, people)
    for about in (done, standing, barrier):
        notes.add(session, people.vera, about, f"Anteckning {OLD_WORD}", at=LONG_AGO)
    new = notes.add(session, people.vera, done, "Skriven i går", at=days_ago(1))
    run = erased(session, people, Erasable.NOTES)
    left = session.scalars(select(InternalNote)).all()
    assert json.loads(run.counts) == {"notes": 2}
    assert {(one.deviation_id, one.id) for one in left} >= {(standing.id, left[0].id), (done.id, new.id)}
    assert len(left) == 2


def test_an_account_that_was_closed_long_ago_loses_name_address_and_keys(session: Session, people: People) -> None:
    rut, rolf = an_account(session, people.rut), an_account(session, people.rolf)
    report = a_closed_report(session, people)
    for user in (rut, rolf):
        user.active = False
    rut.closed_at, rolf.closed_at = LONG_AGO, days_ago(5)
    session.add_all(
        [
            SavedView(owner_id=rut.id, name="Min", query="q=x", shared=False, created_at=LONG_AGO),
            SavedView(owner_id=rut.id, name="Vår", query="q=x", shared=True, created_at=LONG_AGO),
            Draft(owner_id=rut.id, form_key="k", content="{}", saved_at=LONG_AGO),
            OneTimeLink(token_hash="h", user_id=rut.id, created_at=LONG_AGO, expires_at=LONG_AGO),
        ]
    )
    session.flush()
    run = erased(session, people, Erasable.ACCOUNTS)
    session.expire_all()
    assert json.loads(run.counts) == {"accounts": 1}
    assert (rut.name, rut.full_name, rut.email) == ("Tidigare medarbetare", "Gallrat konto", address_of_nobody(rut.id))
    assert rut.password_hash is None
    assert session.scalars(select(SavedView.name)).all() == ["Vår"]
    assert session.scalars(select(Draft)).all() == session.scalars(select(OneTimeLink)).all() == []
    assert (rolf.full_name, report.reporter_id) == ("Rolf", rut.id)
    rule = retention.in_force(session, TODAY)[Erasable.ACCOUNTS]
    assert retention.found(session, rule.what, rule.months, TODAY).count == 0
    with pytest.raises(NotAllowed, match="account_erased"):
        accounts.set_active(session, people.adam, rut, True, NOW)


def test_mails_to_an_erased_account_forget_her_and_none_goes_out_any_more(session: Session, people: People) -> None:
    rut, rolf = an_account(session, people.rut), an_account(session, people.rolf)
    rut.active, rut.closed_at = False, LONG_AGO

    def mail(key: str, user: Actor, state: MailState) -> OutgoingMail:
        told = {"at": LONG_AGO, "next_try_at": LONG_AGO, "address": "rut@example.org", "detail": '{"to": "rut"}'}
        return OutgoingMail(key=key, user_id=user.id, kind=Notice.JOINED, state=state, error="no rut here", **told)

    mails = {
        "sent": mail("a", people.rut, MailState.SENT),
        "waiting": mail("b", people.rut, MailState.WAITING),
        "anothers": mail("c", people.rolf, MailState.WAITING),
    }
    session.add_all(mails.values())
    session.flush()
    erased(session, people, Erasable.ACCOUNTS)
    told = {name: (one.key, one.state, one.address, one.detail, one.error) for name, one in mails.items()}
    assert told == {
        "sent": ("a", MailState.SENT, "", "{}", ""),
        "waiting": ("b", MailState.UNWANTED, "", "{}", ""),
        "anothers": ("c", MailState.WAITING, "rut@example.org", '{"to": "rut"}', "no rut here"),
    }
    assert rolf.full_name == "Rolf"


def test_mail_forgets_where_it_went_and_is_not_sent_again(session: Session, people: People) -> None:
    told = {"at": LONG_AGO, "next_try_at": LONG_AGO, "user_id": people.rut.id}
    mails = {
        "old": OutgoingMail(
            key="a", kind=Notice.JOINED, state=MailState.SENT, address="x@example.org", detail='{"a": 1}', **told
        ),
        "waiting": OutgoingMail(key="b", kind=Notice.JOINED, state=MailState.WAITING, detail='{"a": 1}', **told),
        "letter": OutgoingMail(
            key="c",
            kind=Notice.LETTER_OUT,
            state=MailState.SENT,
            address="r@example.org",
            at=LONG_AGO,
            next_try_at=LONG_AGO,
            detail='{"agency": 1}',
        ),
    }
    session.add_all(mails.values())
    session.flush()
    run = erased(session, people, Erasable.MAIL)
    session.expire_all()
    assert json.loads(run.counts) == {"mails": 1}
    assert {name: (mail.key, mail.address, mail.detail) for name, mail in mails.items()} == {
        "old": ("a", "", "{}"),
        "waiting": ("b", "", '{"a": 1}'),
        "letter": ("c", "r@example.org", '{"agency": 1}'),
    }


def test_network_addresses_go_and_the_chain_holds(session: Session, people: People) -> None:
    session.info["source"] = "192.0.2.17"
    old = audit.record(session, people.adam, "account.changed", "user:1", LONG_AGO)
    new = audit.record(session, people.adam, "account.changed", "user:1", NOW)
    letter = a_letter_out(session, people, LONG_AGO)
    link = RecipientLink(
        letter_id=letter.id,
        agency_id=letter.recipients[0].id,
        token_sha256="x",
        created_at=LONG_AGO,
        created_by_id=people.vera.id,
        expires_at=LONG_AGO,
    )
    use = LinkUse(link=link, at=LONG_AGO, act="opened", source="192.0.2.18")
    session.add_all([link, use])
    session.flush()
    seen = session.scalar(select(func.count()).where(AuditEntry.source.is_not(None), AuditEntry.at < days_ago(731)))
    run = erased(session, people, Erasable.SOURCES)
    session.expire_all()
    assert json.loads(run.counts) == {"log_addresses": seen, "link_addresses": 1}
    assert (old.source, old.source_salt, bool(old.source_mark)) == (None, None, True)
    assert (new.source, use.source) == ("192.0.2.17", "")
    assert audit.verify(session)[1] is None


# --- masking


def test_who_left_is_named_until_the_time_is_over_and_again_when_she_comes_back(
    session: Session, people: People
) -> None:
    rut = an_account(session, people.rut)
    rut.active, rut.closed_at = False, days_ago(200)
    session.flush()
    assert (keeping.mask_closed(session, NOW), rut.name) == (0, "Rut")
    keeping.set_masking(session, people.adam, 6, version=1, at=NOW)
    assert (keeping.mask_closed(session, NOW), rut.name) == (1, "Tidigare medarbetare")
    assert (keeping.mask_closed(session, NOW), rut.full_name) == (0, "Rut")
    assert [line.action for line in audit_lines(session, f"user:{rut.id}")] == ["account.masked"]


def test_two_who_choose_the_time_at_once_do_not_overwrite_each_other(session: Session, people: People) -> None:
    keeping.set_masking(session, people.adam, 6, version=1, at=NOW)
    with pytest.raises(StaleDataError):
        keeping.set_masking(session, people.adam, 9, version=1, at=NOW)
    with pytest.raises(NotAllowed, match="months_out_of_range"):
        keeping.set_masking(session, people.adam, 0, version=2, at=NOW)
    assert retention.mask_after(session) == 6
