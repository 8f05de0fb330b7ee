"""Rows of terms come and go, weigh by how rare they are, and are kept in little room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain import rows as module
from deviations.domain.rows import Row, Rows

COUNTS = st.dictionaries(st.integers(0, 30), st.integers(1, 255), max_size=8)


def row(counts: dict[int, int]) -> Row:
    keys = sorted(counts)
    return np.array(keys, dtype=np.int32), np.array([counts[key] for key in keys], dtype=np.uint8)


def filled(rows: list[dict[int, int]], **options: float) -> Rows:
    made = Rows(**options)  # type: ignore[arg-type]
    for counts in rows:
        made.add(row(counts))
    return made


@given(COUNTS)
def test_a_row_is_given_back_as_it_was_added(counts: dict[int, int]) -> None:
    keys, values = filled([{1: 1}, counts]).row(1)
    assert dict(zip(keys.tolist(), values.tolist(), strict=True)) == counts


def test_worths_between_minus_one_and_one_are_given_back_nearly_as_they_were() -> None:
    block, given_worths = Rows(rare=False), np.array([0.25, -0.5, 1.0], dtype=np.float32)
    block.add((np.array([3, 5, 9], dtype=np.int32), given_worths))
    keys, worths = block.row(0)
    assert keys.tolist() == [3, 5, 9]
    assert np.allclose(worths, given_worths, atol=2e-4)


@given(st.lists(COUNTS, max_size=8), st.lists(COUNTS, max_size=4))
def test_what_is_left_says_what_a_fresh_block_of_it_says(
    first: list[dict[int, int]], gone: list[dict[int, int]]
) -> None:
    block = filled([*gone, *first])
    for at in range(len(gone)):
        block.drop(at)
    fresh, keys = filled(first), np.arange(31, dtype=np.int32)
    assert len(block) == len(fresh)
    assert block.having(keys).tolist() == fresh.having(keys).tolist()
    assert np.allclose(block.said(keys), fresh.said(keys))
    assert block.all_said() == pytest.approx(fresh.all_said())


def test_rare_terms_weigh_more_and_are_weighed_anew_when_enough_has_changed() -> None:
    block = filled([{1: 1, at + 2: 1} for at in range(40)])
    block.weigh(anew=True)
    before = block.weight(2)
    assert block.weight(1) < before
    block.add(row({2: 1}))
    assert not block.weigh(anew=False)
    assert block.weight(2) == before
    assert block.weigh(anew=True)
    assert block.weight(2) < before


def test_among_many_what_nearly_all_have_is_passed_over_and_no_longer_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 10)
    block = filled([{0: 1, at + 1: 1} for at in range(20)], common=0.5)
    block.thin()
    block.weigh(anew=True)
    block.add(row({0: 3, 7: 1}))
    assert block.weight(0) == 0
    assert [block.row(at)[0].tolist() for at in (4, 20)] == [[5], [7]]
    assert block.passed(np.array([0, 7], dtype=np.int32)).tolist() == [True, False]
    assert block.all_said() == (21.0, 20)


def test_few_rows_pass_nothing_over() -> None:
    block = filled([{0: 1}, {0: 1}], common=0.5)
    block.thin()
    assert block.row(0)[0].tolist() == [0]
