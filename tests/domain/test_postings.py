"""Rows that come and go are compared as if they had all been there from the start, few or many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain import postings
from deviations.domain.postings import Postings, Row

ROWS = st.lists(st.dictionaries(st.integers(0, 30), st.integers(1, 4), max_size=8), max_size=12)


def row(counts: dict[int, int]) -> Row:
    keys = sorted(counts)
    return np.array(keys, dtype=np.int32), np.array([counts[key] for key in keys], dtype=np.uint8)


def filled(rows: list[dict[int, int]]) -> Postings:
    made = Postings()
    for counts in rows:
        made.add(row(counts))
    return made


@given(ROWS, st.sets(st.integers(0, 11)), ROWS)
def test_what_is_left_is_compared_as_in_a_fresh_block(
    first: list[dict[int, int]], gone: set[int], later: list[dict[int, int]]
) -> None:
    block = filled(first)
    block.similarities(row({1: 1}))
    for at in sorted(gone & set(range(len(first)))):
        block.drop(at, row(first[at]))
    for counts in later:
        block.add(row(counts))
    left = [at for at in range(len(first)) if at not in gone]
    fresh = filled([first[at] for at in left] + later)
    places = left + list(range(len(first), len(first) + len(later)))
    asked = row(dict.fromkeys(range(12), 1))
    assert len(block) == len(fresh)
    assert np.allclose(block.similarities(asked)[places], fresh.similarities(asked))


def test_a_dropped_row_is_like_nothing() -> None:
    block = filled([{1: 1}, {1: 1, 2: 1}])
    block.drop(0, row({1: 1}))
    assert block.similarities(row({1: 1}))[0] == 0


def test_sorted_in_portions_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{at % 7: 1, at % 11 + 7: 2} for at in range(100)]
    whole = filled(rows).similarities(row({3: 1, 9: 1}))
    monkeypatch.setattr(postings, "TOGETHER", 8)
    monkeypatch.setattr(postings, "READ_AT_ONCE", 5)
    assert np.allclose(filled(rows).similarities(row({3: 1, 9: 1})), whole)


def test_among_many_what_nearly_all_have_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MANY", 10)
    block = Postings(common=0.5)
    for at in range(20):
        block.add(row({0: 1, at + 1: 1}))
    assert block.weight(0) == 0
    assert np.flatnonzero(block.similarities(row({0: 1, 5: 1}))).tolist() == [4]


def test_among_many_the_weights_wait_until_much_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "ALWAYS_FRESH", 10)
    block = filled([{at: 1} for at in range(40)])
    before = block.weight(0)
    block.add(row({0: 1}))
    assert block.weight(0) == before
    assert block.similarities(row({0: 1}))[-1] == pytest.approx(1)
    for _ in range(5):
        block.add(row({0: 1}))
    assert block.weight(0) < before


def test_what_few_rows_have_can_be_told_apart_from_what_many_have() -> None:
    common, rare = np.array([1, 2], np.int32), np.array([1, 2, 9], np.int32)
    block = Postings()
    for keys in (common, common, rare):
        block.add((keys, np.ones(len(keys), np.uint8)))
    asked = (rare, np.ones(3, np.uint8))
    whole, alone = block.similarities(asked), block.similarities(asked, below=2)
    assert np.allclose(whole[2], 1.0)
    assert np.allclose(alone[:2], 0.0)
    assert 0 < alone[2] < 1
    assert np.allclose(block.similarities(asked, below=1), 0.0)
