"""The minutes as they are built and kept: one line a report, and the same after they were stored."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.minutes import (
    BarrierLine,
    Event,
    Line,
    Minutes,
    Outcome,
    Step,
    Waiting,
    as_json,
    event,
    from_json,
    lines,
)
from deviations.domain.workflow import Act, BarrierStatus, CloseReason, Status

ids = st.integers(1, 10**9)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))
some_lines = st.builds(
    Line,
    outcome=st.sampled_from(Outcome),
    ruling=ids,
    deviation=ids,
    subproject=ids,
    barrier=st.none() | ids,
    original=st.none() | ids,
    reason=st.none() | st.sampled_from(CloseReason),
    until=st.none() | days,
)
some_waiting = st.builds(
    Waiting,
    subproject=ids,
    local=st.integers(0, 50),
    overdue=st.integers(0, 50),
    asked=st.integers(0, 50),
    queued=st.integers(0, 50),
    snoozed=st.integers(0, 50),
    first=st.lists(st.tuples(ids, st.none() | days), max_size=3).map(tuple),
)


@given(
    st.lists(some_lines, max_size=5).map(tuple),
    st.lists(st.builds(BarrierLine, event=st.sampled_from(Event), ruling=ids, barrier=ids), max_size=3).map(tuple),
    st.lists(some_waiting, max_size=3).map(tuple),
)
def test_what_is_kept_is_what_was_made(
    told: tuple[Line, ...], barriers: tuple[BarrierLine, ...], waiting: tuple[Waiting, ...]
) -> None:
    made = Minutes(told, barriers, waiting)
    assert from_json(as_json(made)) == made


def test_a_lead_reads_her_own_lines_and_what_became_of_barriers() -> None:
    own, other = Line(Outcome.CLOSED, 1, 1, 10), Line(Outcome.CLOSED, 2, 2, 20)
    new = BarrierLine(Event.NEW, 2, 5)
    part = Minutes((own, other), (new,), (Waiting(10, 1), Waiting(20, 2))).of({10})
    assert part == Minutes((own,), (new,), (Waiting(10, 1),))


def test_a_report_that_has_gone_on_since_is_told_as_it_was_decided() -> None:
    step = Step(1, 7, 10, Status.JOINED, status=Status.IN_REVIEW, barrier=None, due=date(2026, 1, 1))
    (line,) = lines([step])
    assert (line.outcome, line.barrier, line.until) == (Outcome.JOINED, None, None)


def test_what_came_along_when_barriers_were_merged_has_no_line_of_its_own() -> None:
    assert lines([Step(1, 7, 10, Status.JOINED, act=Act.MERGED, status=Status.JOINED, barrier=3)]) == ()


def test_of_a_barriers_history_only_the_news_is_told() -> None:
    assert event(Act.STEP, None, BarrierStatus.WATCHED) is Event.NEW
    assert event(Act.STEP, BarrierStatus.REMOVED, BarrierStatus.RETURNED) is Event.RETURNED
    assert event(Act.MERGED, BarrierStatus.WATCHED, BarrierStatus.WATCHED) is Event.MERGED
    assert event(Act.STEP, BarrierStatus.WATCHED, BarrierStatus.REMOVED) is None
    assert event(Act.UNDONE, BarrierStatus.WATCHED, BarrierStatus.UNDONE) is None
