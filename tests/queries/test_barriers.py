"""A barrier's numbers are counted in one place, on the reports that a person placed in it and on nothing else."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.recurrence import Policies, Policy, months_before
from deviations.domain.workflow import BarrierStatus, NotFound, Status
from deviations.queries import barriers, settings, solutions, spreads, standings
from deviations.services import barriers as making
from deviations.services import triage
from tests.factories import NOW, TODAY, a_barrier, a_decision, a_filed_deviation, a_recurring_barrier, days_ago, joined
from tests.people import People


def test_only_placed_reports_count(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    inside = joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    left = joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    triage.move(session, people.vera, left, a_decision(session, Status.IN_REVIEW), at=NOW)
    a_filed_deviation(session, people.rut)
    assert spreads.placed(session, barrier) == [inside]
    assert standings.nearest(session, barrier, TODAY).counts.deviations == 1
    (row,) = barriers.listed(session, people.vera, TODAY)
    assert (row.deviations, row.municipalities, row.standing.counts.deviations) == (1, 1, 1)


def test_the_list_and_the_barriers_own_page_count_alike(session: Session, people: People) -> None:
    barrier = a_recurring_barrier(session, people, (4, 1, 2))
    (row,) = barriers.listed(session, people.stina, TODAY)
    spread = spreads.of(spreads.placed(session, barrier))
    assert row.deviations == spread.deviations == 7
    assert row.municipalities == len(spread.municipalities) == 3
    assert row.standing == standings.nearest(session, barrier, TODAY)


def test_those_nearest_to_the_policy_stand_first(session: Session, people: People) -> None:
    empty = a_barrier(session, people.vera, name="Ingen väg in")
    some = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)], name="Remissen stannar")
    full = a_recurring_barrier(session, people)
    assert [row.barrier for row in barriers.listed(session, people.vera, TODAY)] == [full, some, empty]
    recurring = barriers.listed(session, people.rut, TODAY, BarrierStatus.RECURRING)
    assert [row.barrier for row in recurring] == [full]


def test_the_order_tells_nothing_of_small_counts_to_those_who_may_not_see_them(
    session: Session, people: People
) -> None:
    """Three of the one and none of the other, all in Norr: Rut can't tell which is which from the order."""
    empty = a_barrier(session, people.vera, name="Ingen väg in")
    some = a_recurring_barrier(session, people, (0, 3, 0), name="Remissen stannar")
    full = a_recurring_barrier(session, people)
    assert [row.barrier for row in barriers.listed(session, people.rut, TODAY)] == [full, empty, some]


def test_those_near_the_policy_are_listed_for_who_sees_small_counts(session: Session, people: People) -> None:
    near = a_recurring_barrier(session, people, (2, 1, 1), name="Nära")
    a_recurring_barrier(session, people, (1, 0, 0), name="Långt ifrån")
    a_recurring_barrier(session, people)
    assert [row.barrier for row in barriers.listed(session, people.vera, TODAY, near=True)] == [near]
    assert barriers.listed(session, people.rut, TODAY, near=True) == []


def test_the_window_ends_today_and_begins_after_the_same_day_of_an_earlier_year(
    session: Session, people: People
) -> None:
    begins = months_before(TODAY, 12)
    days = (begins, begins + timedelta(days=1), TODAY)
    reports = [a_filed_deviation(session, people.rut, occurred_on=day) for day in days]
    barrier = a_barrier(session, people.vera, reports)
    assert standings.nearest(session, barrier, TODAY).counts.deviations == 2
    assert standings.nearest(session, barrier, TODAY - timedelta(days=1)).counts.deviations == 2


def test_other_thresholds_are_tried_on_the_real_barriers_and_change_nothing(session: Session, people: People) -> None:
    some = a_recurring_barrier(session, people, (2, 1, 0), name="Remissen stannar")
    full = a_recurring_barrier(session, people)
    gone = a_recurring_barrier(session, people, name="Undanröjt")
    making.end(session, people.vera, gone, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    found = standings.outcomes(session, people.vera, Policies(Policy(2, 3, 2, 12)), TODAY)
    assert [(one.barrier, one.now.reached, one.then.reached) for one in found] == [
        (some, False, True),
        (full, True, True),
    ]
    assert (some.status, settings.policy(session)) == (BarrierStatus.WATCHED, Policy())


def test_the_spread_is_by_place_and_quarter_with_the_empty_quarters_between(session: Session, people: People) -> None:
    found = [
        a_filed_deviation(session, people.rut, occurred_on=date(2025, 11, 3), weeks_lost=4),
        a_filed_deviation(session, people.rut, occurred_on=date(2026, 4, 1), people_hit=3),
        a_filed_deviation(session, people.rita, occurred_on=date(2026, 6, 30), weeks_lost=0, people_hit=2),
    ]
    spread = spreads.of(found)
    assert spread.municipalities == (("Haninge", 2), ("Täby", 1))
    assert spread.quarters == (("2025 kv 4", 1), ("2026 kv 1", 0), ("2026 kv 2", 2))
    assert spread.matrix == (("Haninge", (1, 0, 1)), ("Täby", (0, 0, 1)))
    assert (spread.subprojects, spread.weeks_lost, spread.people_hit) == (2, (4, 0), 5)
    assert (spread.first_on, spread.last_on) == (date(2025, 11, 3), date(2026, 6, 30))
    assert spread.associations == ("Samordningsförbundet Roslagen", "Samordningsförbundet Östra Södertörn")


def test_the_spread_of_nothing_is_empty() -> None:
    spread = spreads.of([])
    assert (spread.deviations, spread.municipalities, spread.quarters, spread.people_hit) == (0, (), (), None)
    assert spread.first_on is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "2026 kv 1"),
        (date(2026, 3, 31), "2026 kv 1"),
        (date(2026, 4, 1), "2026 kv 2"),
        (date(2026, 12, 31), "2026 kv 4"),
    ],
)
def test_a_quarter_is_three_months(day: date, name: str) -> None:
    assert spreads.quarter(day) == name


def test_quarters_run_over_the_turn_of_the_year() -> None:
    assert spreads.quarters_between(date(2025, 12, 31), date(2026, 1, 1)) == ("2025 kv 4", "2026 kv 1")
    assert spreads.quarters_between(date(2026, 1, 1), date(2026, 1, 1)) == ("2026 kv 1",)


def test_old_reports_stand_in_the_spread_but_not_in_the_distance_to_the_policy(
    session: Session, people: People
) -> None:
    old = a_filed_deviation(session, people.rut, at=days_ago(500))
    barrier = a_barrier(session, people.vera, [old])
    assert spreads.of(spreads.placed(session, barrier)).deviations == 1
    assert standings.nearest(session, barrier, TODAY).counts.deviations == 0


def test_a_local_solution_is_found_by_others_and_stands_at_its_barrier(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    deviation = a_filed_deviation(session, people.rut)
    decision = a_decision(session, Status.SOLVED_LOCALLY, barrier)
    triage.move(session, people.lena, deviation, decision, at=NOW)
    (found,) = solutions.of_barriers(session, people.rita, [barrier.id])
    assert found.text == decision.solution
    assert solutions.of_barriers(session, people.adam, [barrier.id]) == []


def test_an_unknown_barrier_is_not_found(session: Session, people: People) -> None:
    with pytest.raises(NotFound):
        barriers.get(session, people.vera, 2_147_483_647)
    assert barriers.by_ids(session, people.vera, []) == []


def test_barriers_are_counted_by_state(session: Session, people: People) -> None:
    a_recurring_barrier(session, people)
    counts = barriers.counts(session, people.rut)
    assert (counts[BarrierStatus.RECURRING], counts[BarrierStatus.WATCHED]) == (1, 0)
    assert set(barriers.counts(session, people.adam).values()) == {0}


def test_barriers_of_a_choice_stand_in_swedish_order(session: Session, people: People) -> None:
    for name in ("Åldersgräns", "Zonindelning", "ansökan på papper", "Ärendet flyttas"):
        a_barrier(session, people.vera, name=name)
    found = [(b.id, b.name) for b in barriers.by_name(session, people.rut)]
    assert [name for _, name in found] == ["ansökan på papper", "Zonindelning", "Åldersgräns", "Ärendet flyttas"]
    assert barriers.choices(session, people.rut) == found
    assert barriers.choices(session, people.adam) == []
