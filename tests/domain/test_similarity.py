"""How alike reports are, with everything said, with little said and with nothing said."""

import numpy as np

from deviations.domain.facts import Fact, RuleCard
from deviations.domain.similarity import BLOCKS, RARITY, WEIGHTS, Catalogue, among, indexes, profile, smoothed

CARDS = [
    RuleCard("AF-06", "Tidsgräns för arbetsträning", "Arbetsträning får pågå i längst sex månader."),
    RuleCard("DIG-01", "E-legitimation", "Deltagare utan giltig identitetshandling kan inte logga in."),
]
TRAINING = Fact("1", "Sex månader räcker inte", "Arbetsträningen tog slut när det började fungera.", ("AF",))
TRAINED = Fact(
    "2",
    "Arbetsträning avbröts",
    "Efter ett halvår var tiden för arbetsträning slut.",
    ("Arbetsförmedlingen",),
)
WASPS = Fact("3", "Getingbo", "Ett getingbo hänger över grillen.", ("Kommunen",))
SILENT = Fact("4", "", "")


def square(*facts: Fact) -> np.ndarray:
    profiles = [profile(fact, Catalogue(CARDS)) for fact in facts]
    return among(indexes(profiles), range(len(profiles)))


def test_reports_about_the_same_thing_are_more_alike() -> None:
    alike = square(TRAINING, TRAINED, WASPS, SILENT)
    assert alike[0, 1] > 3 * alike[0, 2]
    assert np.allclose(alike, alike.T)


def test_similarity_stays_between_nothing_and_one() -> None:
    alike = square(TRAINING, TRAINED, WASPS, SILENT)
    assert alike.min() >= 0
    assert alike.max() <= 1 + 1e-5


def test_a_silent_report_is_like_nobody() -> None:
    assert square(TRAINING, TRAINED, WASPS, SILENT)[3, :3].max() == 0


def test_a_typing_error_still_finds_its_like() -> None:
    slip = Fact("5", "Arbetsträninng", "arbetsträningstiden va slut")
    alike = square(slip, TRAINED, WASPS)
    assert alike[0, 1] > 2 * alike[0, 2]


def test_agencies_written_in_two_ways_count_as_one() -> None:
    other = Fact("6", TRAINED.title, TRAINED.body, ("Kommunen",))
    alike = square(TRAINING, TRAINED, other)
    assert alike[0, 1] > alike[0, 2]


def test_a_chosen_rule_and_a_hint_in_words_meet() -> None:
    chosen = Fact("7", "Stopp", "Det tog slut.", rule="AF-06")
    hinted = Fact("8", "Nej igen", "Beskedet kom i går.", rule_hint="tidsgräns arbetsträning")
    bare = Fact("9", "Nej igen", "Beskedet kom i går.")
    alike = square(chosen, hinted, bare)
    assert alike[0, 1] > alike[0, 2] + 0.05


def test_reports_in_different_words_of_one_thing_are_alike() -> None:
    train, bus, name = Fact("10", "Pendeltåget", ""), Fact("11", "Busskort", ""), Fact("12", "Namnbyte", "")
    alike = square(train, bus, name)
    assert alike[0, 1] > alike[0, 2] + 0.05


def test_each_part_has_its_weight() -> None:
    assert len(BLOCKS) == len(WEIGHTS) == len(RARITY) == len(profile(TRAINING, Catalogue(CARDS)).blocks)


def test_the_catalogue_is_allowed_to_be_empty() -> None:
    assert len(profile(TRAINING, Catalogue()).blocks[BLOCKS.index("catalogue")][0]) == 0


def test_the_catalogue_sees_a_rule_that_nobody_named() -> None:
    catalogue = Catalogue(CARDS)
    nearest = profile(TRAINING, catalogue).blocks[BLOCKS.index("catalogue")][0][0]
    assert catalogue.codes[nearest] == "AF-06"


def test_smoothing_draws_together_those_with_the_same_neighbours() -> None:
    alike = np.eye(5, dtype=np.float32)
    for friend in (2, 3):
        alike[0, friend] = alike[friend, 0] = alike[1, friend] = alike[friend, 1] = 0.5
    drawn = smoothed(alike, neighbours=2)
    assert drawn[0, 1] > 0.2
    assert drawn[0, 4] < 0.05


def test_smoothing_takes_one_report_and_none() -> None:
    assert smoothed(np.eye(1, dtype=np.float32)).shape == (1, 1)
    assert smoothed(np.zeros((0, 0), dtype=np.float32)).shape == (0, 0)
