"""Small counts stay hidden, also from a reader who knows the total, the table and the rule by which it was
made.
"""

from collections import defaultdict
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.small_numbers import WITHHELD, guarded, hide, is_small, shown, total


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (1, "färre än 5"),
        (4, "färre än 5"),
        (5, "5"),
        (999, "999"),
        (12500, "12\N{NO-BREAK SPACE}500"),
    ],
)
def test_counts_of_one_to_four_read_fewer_than_five(count: int, text: str) -> None:
    assert shown(count) == text


def test_the_threshold_is_a_setting() -> None:
    assert shown(2, threshold=3) == "färre än 3"
    assert shown(3, threshold=3) == "3"


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        shown(-1)


def test_nothing_small_hides_nothing() -> None:
    assert hide([("Haninge", 9), ("Nacka", 0)]) == [("Haninge", "9"), ("Nacka", "0")]


def test_no_rows_give_no_rows() -> None:
    assert hide([]) == []


def test_two_unlike_small_counts_protect_each_other() -> None:
    assert hide([("Haninge", 9), ("Salem", 2), ("Täby", 1)]) == [
        ("Haninge", "9"),
        ("Salem", "färre än 5"),
        ("Täby", "färre än 5"),
    ]


def test_a_single_small_count_takes_the_next_smallest_with_it() -> None:
    assert hide([("Haninge", 9), ("Salem", 2), ("Nacka", 6), ("Ekerö", 0)]) == [
        ("Haninge", "9"),
        ("Salem", WITHHELD),
        ("Nacka", WITHHELD),
        ("Ekerö", "0"),
    ]


def test_small_counts_that_are_all_one_are_not_given_away_by_their_sum() -> None:
    assert dict(hide([("A", 1), ("B", 1), ("C", 7)])) == {"A": WITHHELD, "B": WITHHELD, "C": WITHHELD}


def test_rows_as_large_as_the_next_smallest_are_hidden_alike() -> None:
    """Were only the first of them hidden, the order of the rows would tell the reader which one is small."""
    assert [text for _, text in hide([("A", 7), ("B", 7), ("C", 1), ("D", 20)])] == [WITHHELD] * 3 + ["20"]


THRESHOLD, LARGEST = 3, 9


@cache
def _worlds(rows: int) -> dict[tuple[int, tuple[str, ...]], list[tuple[int, ...]]]:
    """Every way to fill the rows, by what a reader is shown: the total and the table."""
    seen: dict[tuple[int, tuple[str, ...]], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(LARGEST + 1), repeat=rows):
        table = hide([(str(at), count) for at, count in enumerate(counts)], THRESHOLD)
        seen[sum(counts), tuple(text for _, text in table)].append(counts)
    return dict(seen)


@given(st.lists(st.integers(0, LARGEST), min_size=2, max_size=4))
def test_no_reader_can_tell_a_small_count_from_table_total_and_rule(counts: list[int]) -> None:
    table = tuple(text for _, text in hide([(str(at), c) for at, c in enumerate(counts)], THRESHOLD))
    possible = _worlds(len(counts))[sum(counts), table]
    rows_above_zero = [count for count in counts if count]
    if sum(rows_above_zero) == len(rows_above_zero) or len(rows_above_zero) == 1:
        return  # the total and the number of rows say it without any table
    for at, count in enumerate(counts):
        if is_small(count, THRESHOLD):
            assert len({world[at] for world in possible}) > 1


@given(st.lists(st.tuples(st.text(), st.integers(0, 10_000)), max_size=30), st.integers(2, 12))
def test_every_row_stays_in_its_place_and_no_small_count_is_written_out(
    rows: list[tuple[str, int]], least: int
) -> None:
    table = hide(rows, least)
    assert [name for name, _ in table] == [name for name, _ in rows]
    for (_, count), (_, text) in zip(rows, table, strict=True):
        if is_small(count, least):
            assert text in (WITHHELD, f"färre än {least}")
        else:
            assert text in (WITHHELD, shown(count, least)) if count else text == "0"


def test_a_sum_that_tells_every_row_is_not_exact() -> None:
    ones = [("Haninge", 1), ("Tyresö", 1), ("Täby", 1), ("Solna", 1), ("Salem", 1), ("Nacka", 0)]
    assert total(5, ones) == "minst 5"
    assert total(5, [("Haninge", 2), *ones[:3]]) == "5"
    assert total(4, ones[:4]) == "färre än 5"
    assert total(7, [("Haninge", 7)]) == "7"
    assert total(8, [("Haninge", 4), ("Täby", 4)], ones) == "minst 5"


@given(st.lists(st.integers(1, 30), min_size=2, max_size=5))
def test_no_row_follows_from_the_sum_that_stands_beside_its_table(counts: list[int]) -> None:
    rows = [(str(at), count) for at, count in enumerate(counts)]
    told = total(sum(counts), rows)
    if told == str(sum(counts)):
        small = [count for count in counts if count < 5]
        possible = {guess for guess in product(range(1, 5), repeat=len(small)) if sum(guess) == sum(small)}
        hidden_alone = len(counts) > len(small)  # then `hide` has withheld a larger row as well
        assert not small or hidden_alone or len(possible) > 1


def test_who_may_know_some_rows_gets_an_exact_sum_only_of_large_ones() -> None:
    assert guarded([("Haninge", 7), ("Täby", 5)]) == "12"
    assert guarded([("Haninge", 7), ("Täby", 1)]) == "minst 5"
    assert guarded([("Haninge", 2), ("Täby", 1)]) == "färre än 5"
    assert guarded([]) == "0"
