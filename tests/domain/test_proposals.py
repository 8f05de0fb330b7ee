"""Proposals counted earlier: what people have said since holds in them, and what a barrier of them would be about."""

from datetime import UTC, datetime
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.proposals import Told, held, likely, night_before

IDS = st.integers(1, 12)
PAIRS = st.lists(st.tuples(IDS, IDS).filter(lambda pair: pair[0] != pair[1]), max_size=8)
GROUPS = st.lists(IDS, unique=True, max_size=12).flatmap(
    lambda ids: st.lists(st.integers(0, len(ids)), max_size=4).map(lambda cuts: _cut(ids, sorted(cuts)))
)


def _cut(ids: list[int], cuts: list[int]) -> list[list[int]]:
    ends = [0, *cuts, len(ids)]
    return [ids[a:b] for a, b in pairwise(ends)]


def _linked(pairs: list[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """All that hang together by pairs, by each of them."""
    found: dict[int, frozenset[int]] = {}
    for a, b in pairs:
        whole = found.get(a, frozenset({a})) | found.get(b, frozenset({b}))
        found.update(dict.fromkeys(whole, whole))
    return found


@given(groups=GROUPS, together=PAIRS, apart=PAIRS)
def test_what_people_said_holds_and_apart_wins(
    groups: list[list[int]], together: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    found = held(groups, together, apart)
    home = {id: at for at, group in enumerate(found) for id in group}
    assert sum(map(len, found)) == len(home), "nobody is in two"
    assert all(len(group) > 1 for group in found)
    barred = {frozenset(pair) for pair in apart}
    assert not any(frozenset(pair) in barred for group in found for pair in combinations(group, 2))
    linked = _linked(together)
    for a, b in together:
        if not any(frozenset(pair) in barred for pair in combinations(linked[a], 2)):
            assert home[a] == home[b]


@given(groups=GROUPS, together=PAIRS, apart=PAIRS, shuffle=st.randoms(use_true_random=False))
def test_the_order_in_which_it_was_said_does_not_matter(groups, together, apart, shuffle) -> None:  # type: ignore[no-untyped-def]
    mixed = [shuffle.sample(pairs, len(pairs)) for pairs in (together, apart)]
    turned = [[(b, a) for a, b in pairs] for pairs in mixed]
    assert held(groups, *turned) == held(groups, together, apart)


def test_without_a_word_groups_stay_as_they_are_but_for_those_of_one() -> None:
    assert held([[3, 1, 2], [4], [6, 5]]) == [[3, 1, 2], [6, 5]]


def test_one_that_is_set_apart_from_all_leaves_and_the_others_stay() -> None:
    assert held([[1, 2, 3, 4]], apart=[(2, 1), (2, 3), (2, 4)]) == [[1, 3, 4]]


def test_two_halves_that_were_set_apart_are_two_groups() -> None:
    assert held([[1, 2, 3, 4]], apart=[(1, 3), (1, 4), (2, 3), (2, 4)]) == [[1, 2], [3, 4]]


def test_two_groups_that_were_put_together_are_one() -> None:
    assert held([[1, 2], [3, 4], [5, 6]], together=[(1, 2), (1, 5), (1, 6)]) == [[1, 2, 5, 6], [3, 4]]


def test_most_of_those_that_say_anything_decide() -> None:
    reports = [Told(7, "income", (1, 2)), Told(7, None, (1,)), Told(None, "income"), Told(8, "intake", (3, 1))]
    assert likely(reports).rule == 7
    assert likely(reports).step == "income"
    assert likely(reports).agencies == (1,)


def test_where_they_do_not_agree_nothing_is_said() -> None:
    found = likely([Told(7, "income"), Told(8, "intake")])
    assert (found.rule, found.step, found.agencies) == (None, None, ())
    assert likely([]) == likely([Told(None)])


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-22T02:39", "2026-11-21T02:40"),
        ("2026-11-22T02:40", "2026-11-22T02:40"),
        ("2026-07-01T23:00", "2026-07-01T01:40"),
    ],
)
def test_the_night_is_the_swedish_one(now: str, due: str) -> None:
    moment, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, due))
    assert night_before(moment) == expected
