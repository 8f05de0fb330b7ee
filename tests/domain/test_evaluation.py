"""The figures mean what the scorer of the development data means by them, and nothing of the future leaks in."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from deviations.domain.evaluation import FIRST, LEVELS, Arrival, given, grouping, in_order, journey, ranking
from deviations.domain.facts import Fact

REPORTS = [
    (
        Fact(id=str(at), title=f"Titel {at}", body="Text.", agencies=("AF",), rule_hint=f"regel {at % 5}"),
        f"B{at % 5}" if at % 6 else None,
    )
    for at in range(600)
]
SUBJECTS = ("körkort lån csn", "tolk tigrinja språk", "tandvård avslag ekonomi", "förskola öppettid natt")


def told(count: int = 60) -> list[tuple[Fact, str | None]]:
    """Reports of four subjects that share nothing, one a day."""
    return [
        (
            Fact(id=f"R{at}", title=SUBJECTS[at % 4], body=SUBJECTS[at % 4], on=date(2026, 1 + at // 28, 1 + at % 28)),
            SUBJECTS[at % 4],
        )
        for at in range(count)
    ]


def arrival(barrier: str | None, top: tuple[str, ...], known: bool, new: float = 0.0) -> Arrival:
    return Arrival(Fact(id="R", title="", body=""), barrier, known, top, new)


def test_reports_come_in_order_of_date_and_those_of_one_day_as_they_stood() -> None:
    days = (None, date(2026, 3, 1), None, date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1))
    reports = [(Fact(id=str(at), title="", body="", on=day), None) for at, day in enumerate(days)]
    assert [fact.id for fact, _ in in_order(reports)] == ["0", "3", "5", "1", "2", "4"]


def test_reports_are_ranked_from_the_fortieth_and_only_by_those_before() -> None:
    found = list(journey(told(), ()))
    assert [one.fact.id for one in found] == [f"R{at}" for at in range(FIRST - 1, 60)]
    assert all(one.top[0] == one.barrier and one.known for one in found)
    shortened = list(journey(told(50), ()))
    assert shortened == found[: len(shortened)]


def test_a_barrier_is_not_suggested_before_its_first_report_was_placed() -> None:
    reports = told()
    reports[49] = (replace(reports[49][0], title="cykel", body="cykel lås"), "cykel")
    reports[51] = (replace(reports[51][0], title="cykel", body="cykel lås"), "cykel")
    by_id = {one.fact.id: one for one in journey(reports, ())}
    assert not by_id["R49"].known and "cykel" not in by_id["R49"].top
    assert by_id["R51"].known and by_id["R51"].top[0] == "cykel"
    assert by_id["R49"].new > by_id["R51"].new


def test_a_report_of_no_barrier_is_ranked_and_makes_no_barrier() -> None:
    reports = told()
    reports[45] = (reports[45][0], None)
    found = list(journey(reports, ()))
    assert len(found) == 21
    assert {barrier for one in found for barrier in one.top} == set(SUBJECTS)
    assert not next(one for one in found if one.fact.id == "R45").known


def test_hits_count_only_reports_whose_barrier_was_known() -> None:
    found = ranking(
        [
            arrival("a", ("a", "b"), True),
            arrival("a", ("b", "c", "a"), True),
            arrival("a", ("b", "c", "d", "e", "a"), True),
            arrival("a", ("b", "c"), True),
            arrival("z", ("b",), False),
        ]
    )
    assert [found[f"first_{n}"].value for n in (1, 3, 5)] == [0.25, 0.5, 0.75]
    assert found["first_1"].count == 4 and found["new"].count == 5


@settings(max_examples=25)
@drawn(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_new_against_known_is_the_share_of_pairs_in_the_right_order(told: list[tuple[int, bool]]) -> None:
    figure = ranking([arrival("a", (), known, new) for new, known in told])["new"]
    pairs = [(a > b) + (a == b) / 2 for a, ka in told for b, kb in told if not ka and kb]
    assert figure.value == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_an_interval_holds_the_figure_and_narrows_with_more_reports() -> None:
    def of(count: int) -> tuple[float, float, float]:
        figure = ranking([arrival("a", ("a",) if at % 4 else ("b",), True) for at in range(count)])["first_1"]
        assert figure.low is not None and figure.value is not None and figure.high is not None
        return figure.low, figure.value, figure.high

    (low, value, high), (nearer, same, near) = of(40), of(400)
    assert low < value < high and value == same == 0.75
    assert near - nearer < (high - low) / 2
    assert near - nearer == pytest.approx(4 * np.sqrt(0.75 * 0.25 / 400), rel=0.2)


def test_nothing_to_measure_gives_no_figure() -> None:
    found = ranking([])
    assert all(one.value is None and one.low is None and one.count == 0 for one in found.values())


LABELS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([None, 1, 2, 3])), min_size=2, max_size=14)


@settings(max_examples=25)
@drawn(LABELS)
def test_groups_are_judged_by_a_plain_count_over_all_pairs(rows: list[tuple[str, int | None]]) -> None:
    reports = [(Fact(id=str(at), title="", body=""), barrier) for at, (barrier, _) in enumerate(rows)]
    groups = {str(at): number for at, (_, number) in enumerate(rows) if number is not None}
    found = grouping(reports, groups)
    pairs = list(combinations(rows, 2))
    truth = [a[0] == b[0] for a, b in pairs]
    together = [a[1] is not None and a[1] == b[1] for a, b in pairs]
    both = sum(t and g for t, g in zip(truth, together, strict=True))
    assert found["precision"].value == (both / sum(together) if sum(together) else None)
    assert found["recall"].value == (both / sum(truth) if sum(truth) else None)
    chance, best = sum(truth) * sum(together) / len(pairs), (sum(truth) + sum(together)) / 2
    assert found["ari"].value == pytest.approx(1.0 if best == chance else (both - chance) / (best - chance))


def test_found_barriers_and_strangers_are_told_apart() -> None:
    """Three in five of `a` are in one pure group; `b` is split; the third group holds a report of no barrier."""
    rows = [("a", 1), ("a", 1), ("a", 1), ("a", None), ("a", None)]
    rows += [("b", 2), ("b", 2), ("b", 3), ("b", 3), ("c", 3), (None, 3), ("once", None)]  # type: ignore[list-item]
    reports = [(Fact(id=str(at), title="", body=""), barrier) for at, (barrier, _) in enumerate(rows)]
    found = grouping(reports, {str(at): number for at, (_, number) in enumerate(rows) if number is not None})
    assert found["found"].value == 0.5 and found["found"].count == 2
    assert found["strangers"].value == 0.5 and found["strangers"].count == 2


@pytest.mark.parametrize("level", LEVELS)
def test_less_given_leaves_texts_and_barriers_as_they_are(level: str) -> None:
    made = given(REPORTS, level)
    assert [(f.id, f.title, f.body, of) for f, of in made] == [(f.id, f.title, f.body, of) for f, of in REPORTS]
    assert made == given(REPORTS, level)


def test_text_only_has_no_fields_and_half_has_half_of_them_with_a_fifth_of_the_rules_wrong() -> None:
    assert not any(fact.agencies or fact.rule_hint for fact, _ in given(REPORTS, "text"))
    half = [fact for fact, _ in given(REPORTS, "half")]
    ruled = [(fact, was) for fact, (was, _) in zip(half, REPORTS, strict=True) if fact.rule_hint]
    assert sum(bool(fact.agencies) for fact in half) / len(half) == pytest.approx(0.5, abs=0.06)
    assert len(ruled) / len(half) == pytest.approx(0.5, abs=0.06)
    wrong = sum(fact.rule_hint != was.rule_hint for fact, was in ruled)
    assert wrong / len(ruled) == pytest.approx(0.2, abs=0.05)


def test_a_wrong_rule_is_one_of_another_barrier() -> None:
    reports = [(fact, f"B{fact.rule_hint}") for fact, _ in REPORTS]
    Random(1).shuffle(reports)
    changed = [
        (fact.rule_hint, of)
        for (fact, of), (was, _) in zip(given(reports, "half"), reports, strict=True)
        if fact.rule_hint and fact.rule_hint != was.rule_hint
    ]
    assert changed and all(f"B{hint}" != of for hint, of in changed)
    assert len(Counter(hint for hint, _ in changed)) == 5
