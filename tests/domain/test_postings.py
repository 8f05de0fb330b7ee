"""Sums of rows that come, move and go say what the rows would say one by one, however they were summed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain import postings
from deviations.domain.postings import Question, Sums, cosines
from deviations.domain.rows import Row, Rows

ROWS = st.lists(st.dictionaries(st.integers(0, 30), st.integers(1, 4), max_size=8), max_size=12)
ASKED = dict.fromkeys(range(12), 1)
EVERY = np.arange(31, dtype=np.int32)


def row(counts: dict[int, int]) -> Row:
    keys = sorted(counts)
    return np.array(keys, dtype=np.int32), np.array([counts[key] for key in keys], dtype=np.uint8)


def filled(rows: list[dict[int, int]]) -> Rows:
    block = Rows()
    for counts in rows:
        block.add(row(counts))
    block.weigh(anew=True)
    return block


def summed(block: Rows, owners: list[int], *, units: bool) -> Sums:
    sums = Sums([block], units=units)
    for _ in range(max(owners, default=-1) + 1):
        sums.owner()
    for at, owner in enumerate(owners):
        sums.put(owner, at, 1)
    return sums


@given(ROWS, st.randoms(use_true_random=False), st.booleans())
def test_summed_or_one_by_one_the_answer_is_the_same(rows: list[dict[int, int]], random: object, built: bool) -> None:
    owners = [random.randrange(3) for _ in rows]  # type: ignore[attr-defined]
    block = filled(rows)
    waiting, together = summed(block, owners, units=True), summed(block, owners, units=True)
    if built:
        together.build(zip(owners, range(len(rows)), strict=True))
    else:
        postings_waiting, postings.WAITING = postings.WAITING, 1
        together.fold()
        postings.WAITING = postings_waiting
    terms = Question([block], [row(ASKED)]).terms()
    assert np.allclose(waiting.ask(terms), together.ask(terms), atol=1e-4)


def test_who_goes_again_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "WAITING", 1)
    block = filled([{1: 2, 3: 1}, {1: 1, 5: 1}, {9: 1}])
    sums = summed(block, [0, 0, 1], units=False)
    sums.fold()
    sums.put(0, 1, -1)
    sums.put(1, 1, 1)
    assert sums.lines(0, EVERY)[5].tolist() == [0.0, 1.0]
    sums.fold()
    sums.put(0, 0, -1)
    sums.fold()
    assert not sums.lines(0, EVERY)[:, 0].any()
    assert sums.totals(0).tolist() == pytest.approx([0.0, 3.0])


def test_in_portions_the_sums_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    block = filled([{at % 7: 1, at % 11 + 7: 2} for at in range(100)])
    owners = [at % 13 for at in range(100)]
    whole, parts = summed(block, owners, units=False), summed(block, owners, units=False)
    whole.build(zip(owners, range(100), strict=True))
    monkeypatch.setattr(postings, "TOGETHER", 8)
    monkeypatch.setattr(postings, "LARGEST", 20)
    parts.build(zip(owners, range(100), strict=True))
    assert np.allclose(whole.lines(0, EVERY), parts.lines(0, EVERY))
    assert np.allclose(whole.totals(0), parts.totals(0))


def test_an_owner_without_rows_is_like_nothing() -> None:
    block = filled([{1: 1}])
    sums = summed(block, [2], units=True)
    sums.build([(2, 0)])
    sums.owner()
    assert sums.ask(Question([block], [row({1: 1})]).terms())[0].tolist() == pytest.approx([0, 0, 1, 0])


def test_what_few_rows_have_is_kept_apart() -> None:
    block = filled([{1: 1, 2: 1}, {1: 1, 2: 1}, {1: 1, 2: 1, 9: 1}])
    asked = row({1: 1, 2: 1, 9: 1})
    whole, guarded = Question([block], [asked]), Question([block], [asked], below=2)
    assert (whole.guarded, guarded.guarded) == (False, True)
    open_part, alone = (cosines([block], [0, 1, 2], guarded.terms(apart=apart))[0] for apart in (False, True))
    assert np.allclose(open_part + alone, cosines([block], [0, 1, 2], whole.terms())[0])
    assert alone.tolist()[:2] == [0, 0]
    assert 0 < alone[2] < 1
