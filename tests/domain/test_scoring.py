"""What barriers are worth: shares that mean the same for every report, and weights learnt from what people decided."""

import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from deviations.domain.rows import Floats
from deviations.domain.scoring import (
    ABOUT_NEW,
    DEFAULT,
    FEATURES,
    MU,
    NOTHING,
    Example,
    Weights,
    fit,
    looks_new,
    scores,
)

NUMBERS = st.floats(-1.0, 4.0, width=32)
LINES = st.integers(1, 8).flatmap(lambda size: arrays(np.float64, (size, len(FEATURES)), elements=NUMBERS))


def told(count: int, seed: int = 1) -> list[Example]:
    """Reports among six barriers: the right one has more of the first number, the last number says nothing; each third
    report is about something new and has little of the first number anywhere.
    """
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        lines = random.normal(0.0, 0.3, (6, len(FEATURES)))
        right = None if number % 3 == 0 else int(random.integers(6))
        if right is not None:
            lines[right, 0] += 1.0
        made.append(Example(lines, right))
    return made


def first_right(examples: list[Example], weights: Weights) -> float:
    known = [one for one in examples if one.right is not None]
    return float(np.mean([scores(one.features, weights).argmax() == one.right for one in known]))


@given(LINES)
def test_the_shares_of_all_barriers_and_of_something_new_add_up_to_one(lines: Floats) -> None:
    shares = scores(lines, DEFAULT)
    assert (shares >= 0).all()
    assert shares.sum() + looks_new(lines, DEFAULT) == pytest.approx(1.0)


@given(LINES, st.randoms())
def test_the_order_in_which_barriers_come_changes_nothing(lines: Floats, random: st.DataObject) -> None:
    order = list(range(len(lines)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert scores(lines[order], DEFAULT) == pytest.approx(scores(lines, DEFAULT)[order])
    assert looks_new(lines[order], DEFAULT) == pytest.approx(looks_new(lines, DEFAULT))


@pytest.mark.parametrize("number", range(len(FEATURES)))
def test_more_of_any_number_speaks_for_a_barrier_and_against_something_new(number: int) -> None:
    lines = np.full((3, len(FEATURES)), 0.2)
    more = lines.copy()
    more[1, number] += 1.0
    assert scores(more, DEFAULT)[1] > scores(lines, DEFAULT)[1]
    assert looks_new(more, DEFAULT) < looks_new(lines, DEFAULT)


def test_where_no_barrier_is_known_everything_is_new() -> None:
    none = np.zeros((0, len(FEATURES)))
    assert len(scores(none, DEFAULT)) == 0
    assert looks_new(none, DEFAULT) == 1.0


def test_weights_are_stored_and_read_as_they_were() -> None:
    assert Weights.from_dict(json.loads(json.dumps(DEFAULT.as_dict()))) == DEFAULT


def test_weights_that_were_stored_for_other_numbers_are_refused() -> None:
    stored = DEFAULT.as_dict()
    del stored["values"][FEATURES[0]]
    with pytest.raises(KeyError):
        Weights.from_dict(stored)


def test_the_weights_that_ship_are_for_todays_numbers_and_none_speaks_against_a_barrier() -> None:
    file = resources.files("deviations") / "data" / "weights.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert set(stored["values"]) == set(FEATURES) and set(stored["new"]) == set(ABOUT_NEW)
    assert min(stored["values"].values()) >= 0
    assert set(MU) == {name for name in FEATURES if name.startswith("lm_")}


def test_what_tells_the_right_barrier_is_learnt() -> None:
    learnt = fit(told(300), NOTHING, lean=1.0)
    assert first_right(told(300, seed=2), learnt) > 0.9
    assert learnt.values[0] > 5 * max(learnt.values[1:])
    assert min(learnt.values) >= 0


def test_known_is_told_from_new_after_learning() -> None:
    learnt = fit(told(300), NOTHING, lean=1.0)
    unseen = told(300, seed=2)
    new = [looks_new(one.features, learnt) for one in unseen if one.right is None]
    known = [looks_new(one.features, learnt) for one in unseen if one.right is not None]
    assert np.mean([a > b for a in new for b in known]) > 0.9
    assert np.mean(new) > 0.5 > np.mean(known)


def test_how_likely_something_new_is_means_what_it_says() -> None:
    learnt = fit(told(600), NOTHING, lean=1.0)
    assert np.mean([looks_new(one.features, learnt) for one in told(600, seed=2)]) == pytest.approx(1 / 3, abs=0.05)


def test_few_decisions_move_the_weights_little_and_many_move_them_far() -> None:
    def moved(count: int) -> float:
        return float(np.abs(np.subtract(fit(told(count)).values, DEFAULT.values)).max())

    assert moved(0) == 0.0
    assert moved(6) < moved(60) < moved(600)


def test_without_any_known_report_only_what_is_new_is_learnt() -> None:
    examples = [replace(one, right=None) for one in told(60)]
    learnt = fit(examples)
    assert learnt.values == DEFAULT.values
    assert learnt.new != DEFAULT.new


def test_the_same_decisions_give_the_same_weights_in_whatever_order() -> None:
    examples = told(90)
    assert fit(examples) == fit(list(examples))
    assert fit(examples[::-1]).values == pytest.approx(fit(examples).values, rel=1e-3)


def test_a_report_that_had_nothing_to_be_ranked_among_teaches_nothing() -> None:
    nothing = Example(np.zeros((0, len(FEATURES))), None)
    assert fit([nothing]) == replace(DEFAULT, name="")
