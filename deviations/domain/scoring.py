"""What each barrier that a report may be about is worth, from a few numbers, and how likely it is that the report is
about none of them.

A barrier's numbers are weighed and added; the sums are shared out over the barriers by softmax, less the share that
says "something new". The weights are learnt from reports that people have placed (multinomial logistic regression
with weights that lean on those known before). How they came about, and what each number earns: `docs/grouping.md`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.optimize import minimize

from deviations.domain.rows import Floats

MU: Mapping[str, float] = MappingProxyType(
    {
        "lm_words": 8_000.0,
        "lm_parts": 16_000.0,
        "lm_parties": 10.0,
        "lm_hint": 1_000.0,
        "lm_catalogue": 10.0,
        "lm_concepts": 300.0,
    }
)
"""How many terms the likelihood of each block leans on what all reports say, before it believes a barrier's own."""

FEATURES: tuple[str, ...] = (*MU, "best_concepts")
"""The numbers by which a barrier is judged: how likely its reports are to say what this one says, block by block, and
how alike the most alike of them is in what it is about.
"""

ABOUT_NEW: tuple[str, ...] = ("constant", "sum")
"""What the share of something new is reckoned from: the weighed sum of the best barrier. (Its lead over the others, and
its single numbers, were tried and told less. Whether a report is called new is told better by its nearest reports:
`ranking.NEW_BELOW`.)
"""

LEAN = 20.0
"""How hard weights that are learnt hold on to those known before: made reports that say something quite different bring
them a fifth of the way when they are 120, a quarter when they are 240, and half when they are some 800.
"""


Loss = Callable[[Floats], tuple[float, Floats]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each number of `FEATURES` and of `ABOUT_NEW` weighs, and a name that tells where they come from."""

    values: tuple[float, ...]
    new: tuple[float, ...]
    name: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return them as they are stored: each number by its name."""
        return {
            "name": self.name,
            "values": dict(zip(FEATURES, self.values, strict=True)),
            "new": dict(zip(ABOUT_NEW, self.new, strict=True)),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Weights":
        """Read what `as_dict` gave. Raises KeyError when it was stored for other numbers than today's."""
        values, new = stored["values"], stored["new"]
        return cls(
            tuple(float(values[name]) for name in FEATURES),
            tuple(float(new[name]) for name in ABOUT_NEW),
            str(stored.get("name", "")),
        )


@dataclass(frozen=True, slots=True)
class Example:
    """One report that a person decided on: a line of `FEATURES` for each barrier it was ranked among, and the line of
    the right one; None when it was about none of them.
    """

    features: Floats
    right: int | None


def _shipped() -> Weights:
    source = resources.files("deviations") / "data" / "weights.json"
    return Weights.from_dict(json.loads(source.read_text(encoding="utf-8")))


DEFAULT: Weights = _shipped()
"""The weights that ship with the program; `python -m tests.benchmarks.fit_weights` makes them anew."""

NOTHING = Weights((0.0,) * len(FEATURES), (0.0,) * len(ABOUT_NEW))
"""Where learning starts when nothing is known."""


def scores(features: Floats, weights: Weights) -> Floats:
    """Return for each barrier, given a line of `FEATURES` each, how likely it is that this is the right one (0-1).

    The shares of all barriers and that of something new add up to one, so that they mean the same for every report.
    """
    if not len(features):
        return np.zeros(0)
    sums = features @ np.array(weights.values)
    return _shares(sums) * (1.0 - _new(sums, weights))


def looks_new(features: Floats, weights: Weights) -> float:
    """Return how likely it is that a report is about none of the barriers, given a line each in whatever order."""
    return _new(features @ np.array(weights.values), weights) if len(features) else 1.0


def fit(examples: Sequence[Example], prior: Weights = DEFAULT, name: str = "", lean: float = LEAN) -> Weights:
    """Learn weights from examples, holding on to those known before the harder the larger `lean` is.

    First the weights of the barriers' numbers, from the reports that were about one of them: those that make the right
    barriers likeliest (multinomial logistic regression; none is negative, since more likeness never speaks against a
    barrier). Then, with these, what tells known from new (logistic regression, over all). What is lost by leaving the
    earlier weights is `lean` times the squared distance, each number measured by how much it differs between barriers.
    The same examples give the same weights.
    """
    values = _fitted_values([one for one in examples if one.right is not None], np.array(prior.values), lean)
    new = _fitted_new([one for one in examples if len(one.features)], values, np.array(prior.new), lean)
    return Weights(tuple(values.tolist()), tuple(new.tolist()), name)


def _fitted_values(examples: Sequence[Example], start: Floats, lean: float) -> Floats:
    if not examples:
        return start
    lines = np.vstack([one.features for one in examples])
    sizes = np.array([len(one.features) for one in examples])
    begins = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(examples)), sizes)
    right = begins + np.array([one.right for one in examples])
    spread = _spread(lines)

    def loss(values: Floats) -> tuple[float, Floats]:
        sums = lines @ values
        sums = sums - np.maximum.reduceat(sums, begins)[owner]
        powers = np.exp(sums)
        totals = np.add.reduceat(powers, begins)
        off = (values - start) * spread
        value = float(np.log(totals).sum() - sums[right].sum() + lean * (off @ off))
        slope = lines.T @ (powers / totals[owner]) - lines[right].sum(axis=0) + 2 * lean * off * spread
        return value, slope

    return _minimum(loss, start, [(0.0, None)] * len(start))


def _fitted_new(examples: Sequence[Example], values: Floats, start: Floats, lean: float) -> Floats:
    if not examples:
        return start
    lines = np.array([_about_new(one.features @ values) for one in examples])
    known = np.array([one.right is not None for one in examples])
    signs = np.where(known, -1.0, 1.0)
    spread = np.concatenate([[0.0], _spread(lines[:, 1:])])

    def loss(weights: Floats) -> tuple[float, Floats]:
        against = -signs * (lines @ weights)
        off = (weights - start) * spread
        value = float(np.logaddexp(0, against).sum() + lean * (off @ off))
        slope = lines.T @ (-signs * _share(against)) + 2 * lean * off * spread
        return value, slope

    return _minimum(loss, start, [(None, None)] * len(start))


def _minimum(loss: Loss, start: Floats, bounds: Sequence[tuple[float | None, float | None]]) -> Floats:
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    return np.asarray(found.x, dtype=np.float64)


def _spread(lines: Floats) -> Floats:
    """How much each number differs between lines; a number that never does is held fast all the more."""
    return np.asarray(lines.std(axis=0) + 0.01, dtype=np.float64)


def _shares(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max())
    return np.asarray(powers / powers.sum(), dtype=np.float64)


def _share(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -50, 50))), dtype=np.float64)


def _new(sums: Floats, weights: Weights) -> float:
    return float(_share(_about_new(sums) @ np.array(weights.new)))


def _about_new(sums: Floats) -> Floats:
    """The numbers of `ABOUT_NEW`."""
    return np.array([1.0, sums.max()])
