"""Weights learnt from an instance's own decisions are used where they are surely better, and never else."""

import numpy as np
import pytest

from deviations.domain import relearning, scoring
from deviations.domain.learnt import LEAST, WeightsState
from deviations.domain.scoring import FEATURES, Example, Weights

WORDS, HINT = FEATURES.index("lm_words"), FEATURES.index("lm_hint")


def decisions(count: int, telling: int, misleading: int | None = None, *, seed: int = 1) -> list[Example]:
    """Decisions among five barriers, of which one number tells the right one and another, perhaps, a wrong one."""
    dice = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        features = dice.normal(0, 0.05, (5, len(FEATURES)))
        right, wrong = dice.choice(5, 2, replace=False)
        features[right, telling] += 0.5
        if misleading is not None:
            features[wrong, misleading] += 0.5
        made.append(Example(features, int(right)))
    return made


def only(number: int) -> Weights:
    """Weights that go by one number alone."""
    values = tuple(4.0 if at == number else 0.0 for at in range(len(FEATURES)))
    return Weights(values, scoring.DEFAULT.new, "by one number")


def test_where_a_number_misleads_other_weights_are_learnt_and_used() -> None:
    trial = relearning.learn(decisions(300, telling=WORDS, misleading=HINT), only(HINT))
    assert trial is not None
    assert trial.state is WeightsState.IN_USE
    assert (trial.learnt_from, trial.tested_on) == (210, 90)
    assert trial.first_before < 0.2 < 0.8 < trial.first_after


def test_weights_that_are_no_better_are_not_used() -> None:
    trial = relearning.learn(decisions(300, telling=WORDS), only(WORDS))
    assert trial is not None
    assert trial.state is WeightsState.NOT_BETTER


def test_too_few_decisions_teach_nothing() -> None:
    assert relearning.learn(decisions(LEAST - 1, telling=WORDS, misleading=HINT), only(HINT)) is None


def test_decisions_for_new_barriers_teach_no_ranking() -> None:
    news = [Example(one.features, None) for one in decisions(400, telling=WORDS)]
    assert relearning.learn(news, only(HINT)) is None


def test_what_was_learnt_does_not_know_the_decisions_it_is_tried_on() -> None:
    """The number that tells changes just where the trial begins: learning from the earlier part can't know that."""
    examples = [*decisions(210, telling=WORDS, misleading=HINT), *decisions(90, telling=HINT, misleading=WORDS, seed=2)]
    trial = relearning.learn(examples, only(HINT))
    assert trial is not None
    assert trial.state is WeightsState.NOT_BETTER
    assert trial.first_after < trial.first_before


def test_the_same_decisions_give_the_same_weights() -> None:
    one, other = (relearning.learn(decisions(200, telling=WORDS, misleading=HINT), only(HINT)) for _ in range(2))
    assert one is not None
    assert one == other


@pytest.mark.parametrize(("count", "worse"), [(39, False), (40, True)])
def test_learnt_weights_are_given_up_when_they_have_become_worse(count: int, worse: bool) -> None:
    since = decisions(count, telling=WORDS, misleading=HINT)
    assert relearning.gone_worse(since, only(HINT)) is worse


def test_learnt_weights_that_do_as_well_stay() -> None:
    assert not relearning.gone_worse(decisions(200, telling=WORDS), scoring.DEFAULT)


def test_a_difference_that_chance_could_make_is_none() -> None:
    better = [True] * 10 + [False] * 6
    worse = [False] * 10 + [True] * 6
    assert not relearning.surely_better(better, worse)
    assert relearning.surely_better([True] * 16, worse)
