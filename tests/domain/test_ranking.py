"""Known barriers are ranked for a new report, each with its reasons, and what is new is said to be new."""

import json
from collections import Counter
from math import log1p
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deviations.domain import assigning, memory, postings, scoring
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.ranking import SHOW_BARRIER, Ranker, Reason, says_enough
from deviations.domain.rows import worth
from deviations.domain.similarity import BLOCKS, Catalogue, rows

CORPUS = Path(__file__).with_name("grouping_corpus.jsonl")
CARDS = [
    RuleCard(
        "AF-13",
        "SIUS bara i anslutning till anställning",
        "Stödperson ges vid anställning.",
        agencies=("AF",),
    ),
    RuleCard("DIG-01", "E-legitimation och självbetjäning", "Utan bank-id går det inte att logga in."),
    RuleCard(
        "FK-11",
        "Läkarintyg",
        "Intyget räcker inte och ersättningen dras in.",
        agencies=("Försäkringskassan",),
    ),
]


def labelled() -> list[tuple[Fact, str]]:
    rows = (json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines())
    return [
        (Fact(r["id"], r["title"], r["body"], tuple(r["agencies"]), rule_hint=r["rule_hint"]), r["barrier"])
        for r in rows
    ]


@pytest.fixture(scope="module")
def placed() -> list[tuple[Fact, str]]:
    return [(fact, barrier) for fact, barrier in labelled() if "noise" not in barrier]


def test_a_reason_names_only_words_that_tell_something() -> None:
    known = Fact("1", "Nej till arbetsträning", "Deltagaren fick nej första gången, efter 3 veckor.", ("AF",))
    told = Ranker([(known, "A")]).why(
        Fact("2", "Arbetsträning, nej", "Deltagare får vänta 3 veckor första gången."), "1"
    )
    assert [reason.values for reason in told if reason.kind == "words"] == [("arbetsträning",)]


def test_a_report_finds_its_barrier_among_the_five_first(placed: list[tuple[Fact, str]]) -> None:
    first = among_five = 0
    ranker = Ranker(placed, CARDS)
    for fact, barrier in placed:
        ranker.remove(fact.id)
        found = [one.barrier for one in ranker.rank(fact)]
        ranker.add(fact, barrier)
        first += found[:1] == [barrier]
        among_five += barrier in found
    assert first / len(placed) >= 0.85
    assert among_five / len(placed) >= 0.97


def test_without_form_fields_it_gets_worse_but_still_works(placed: list[tuple[Fact, str]]) -> None:
    bare = [(Fact(fact.id, fact.title, fact.body), barrier) for fact, barrier in placed]
    right, ranker = 0, Ranker(bare)
    for fact, barrier in bare:
        ranker.remove(fact.id)
        right += barrier in [one.barrier for one in ranker.rank(fact)]
        ranker.add(fact, barrier)
    assert right / len(bare) >= 0.9


def test_reasons_name_what_both_reports_have() -> None:
    known = Fact("1", "Inget bankid", "FK:s e-tjänst kräver BankID", ("FK",), rule="DIG-01", step="apply")
    new = Fact(
        "2",
        "Bankid saknas",
        "Kan inte logga in med bankid",
        ("Försäkringskassan",),
        rule="DIG-01",
        step="apply",
    )
    (best,) = Ranker([(known, "e-leg")], CARDS).rank(new)
    kinds = {reason.kind: reason.values for reason in best.reasons}
    assert best.nearest == "1"
    assert 0 < best.score <= 1
    assert kinds["rule"] == ("DIG-01",)
    assert kinds["agency"] == ("FK",)
    assert kinds["step"] == ("apply",)
    assert "bankid" in kinds["words"]


def test_words_in_reasons_stand_in_the_report_as_written(placed: list[tuple[Fact, str]]) -> None:
    fact = placed[0][0]
    text = f"{fact.title} {fact.body} {fact.rule_hint}".casefold()
    for one in Ranker(placed[1:], CARDS).rank(fact):
        for reason in one.reasons:
            if reason.kind == "words":
                assert all(word.split()[0] in text for word in reason.values)


def test_a_report_about_something_else_looks_new(placed: list[tuple[Fact, str]]) -> None:
    ranker = Ranker(placed, CARDS)
    geese = Fact("x", "Gäss på gräsmattan", "Fyrtio gäss betar utanför matsalen och vaktmästaren är rådlös.")
    assert ranker.looks_new(ranker.rank(geese))
    assert not ranker.looks_new(ranker.rank(placed[0][0]))


def test_with_nothing_placed_everything_looks_new() -> None:
    ranker = Ranker([])
    assert ranker.rank(Fact("1", "Stopp", "Nej.")) == []
    assert ranker.looks_new([])


def test_an_empty_report_gets_no_suggestions(placed: list[tuple[Fact, str]]) -> None:
    assert Ranker(placed, CARDS).rank(Fact("x", "", "")) == []


def test_a_placed_report_counts_at_once(placed: list[tuple[Fact, str]]) -> None:
    ranker = Ranker(placed, CARDS)
    geese = Fact("x", "Gäss på gräsmattan", "Fyrtio gäss betar utanför matsalen.")
    ranker.add(geese, "geese")
    best = ranker.rank(Fact("y", "Gässen igen", "Gäss på gräsmattan utanför matsalen."))[0]
    assert (best.barrier, best.nearest) == ("geese", "x")


def test_added_one_by_one_or_together_the_ranking_is_the_same_in_front(
    placed: list[tuple[Fact, str]],
) -> None:
    slowly = Ranker([], CARDS)
    for fact, barrier in placed[1:]:
        slowly.add(fact, barrier)
    at_once = Ranker(placed[1:], CARDS)
    assert slowly.rank(placed[0][0])[0].barrier == at_once.rank(placed[0][0])[0].barrier


def test_the_same_question_gets_the_same_answer(placed: list[tuple[Fact, str]]) -> None:
    one, two = Ranker(placed, CARDS), Ranker(placed, CARDS)
    assert [one.rank(fact) for fact, _ in placed[:20]] == [two.rank(fact) for fact, _ in placed[:20]]


def test_a_text_points_to_rules_without_any_placed_report() -> None:
    found = Ranker([], CARDS).rules(Fact("1", "Utgånget leg", "bankid slutade funka"))
    assert found[0][0] == "DIG-01"
    assert found[0][1].kind == "words"
    assert "bankid" in found[0][1].values


def test_the_reporters_own_choice_of_rule_comes_first() -> None:
    found = Ranker([], CARDS).rules(Fact("1", "Utgånget leg", "bankid slutade funka", rule="FK-11"))
    assert found[0] == ("FK-11", Reason("rule", ("FK-11",)))


def test_without_a_catalogue_no_rule_is_pointed_to() -> None:
    assert Ranker([]).rules(Fact("1", "Utgånget leg", "bankid")) == []


def test_unknown_agencies_and_rules_do_no_harm(placed: list[tuple[Fact, str]]) -> None:
    odd = Fact("x", "Tolk", "ingen tolk", ("Månkontoret", ""), rule="XX-99", rule_hint="\x00")
    assert len(Ranker(placed, CARDS).rank(odd, limit=3)) == 3


def test_a_very_long_text_is_ranked(placed: list[tuple[Fact, str]]) -> None:
    long = Fact("x", "Tolk", "tolken kom inte till mötet " * 4000)
    assert Ranker(placed, CARDS).rank(long)[0].barrier == "W03"


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "move", "lift", "remove", "reword"]), st.integers(0, 14), st.integers(0, 2)),
    max_size=25,
)


@settings(max_examples=25)
@given(STEPS)
def test_taught_step_by_step_it_answers_as_one_made_anew(steps: list[tuple[str, int, int]]) -> None:
    rows = labelled()
    taught, now = Ranker((), CARDS), dict[str, tuple[Fact, str | None]]()
    for what, at, barrier in steps:
        fact = rows[at][0]
        if what == "remove":
            taught.remove(fact.id)
            now.pop(fact.id, None)
            continue
        if what == "reword":
            fact = Fact(fact.id, rows[at + 20][0].title, rows[at + 20][0].body)
        owner = None if what == "lift" else f"barrier {barrier}"
        taught.add(fact, owner)
        now[fact.id] = (fact, owner)
        taught.near(rows[40][0])
    fresh = Ranker(now.values(), CARDS)
    for asked, _ in rows[10:60:10]:
        one, other = taught.near(asked), fresh.near(asked)
        assert [(s.barrier, s.nearest, s.reasons) for s in one.barriers] == [
            (s.barrier, s.nearest, s.reasons) for s in other.barriers
        ]
        assert [s.score for s in one.barriers] == pytest.approx([s.score for s in other.barriers])
        assert dict(one.reports) == pytest.approx(dict(other.reports))
    assert len(taught) == len(fresh)


def test_unplaced_reports_and_examples_are_found_but_are_no_barrier(placed: list[tuple[Fact, str]]) -> None:
    ranker = Ranker(placed[2:], CARDS)
    before = ranker.rank(placed[0][0])
    ranker.add(Fact("free", placed[0][0].title, placed[0][0].body))
    ranker.add(Fact("gold", placed[0][0].title, placed[0][0].body), example=True)
    near = ranker.near(placed[0][0])
    assert (near.reports[0][0], near.examples[0][0]) == ("free", "gold")
    assert near.barriers[0].barrier == before[0].barrier
    assert ranker.why(placed[0][0], "free")
    assert ranker.why(placed[0][0], "unheard of") == ()


def test_a_report_does_not_speak_for_itself(placed: list[tuple[Fact, str]]) -> None:
    assert all(s.nearest != placed[0][0].id for s in Ranker(placed, CARDS).rank(placed[0][0]))


def test_only_a_few_titles_are_said_to_be_like_the_wrong_barrier(placed: list[tuple[Fact, str]]) -> None:
    ranker = Ranker(placed, CARDS)
    told = [
        (near.barriers[0].barrier, barrier)
        for fact, barrier in placed
        if says_enough(title := Fact(fact.id, fact.title, ""))
        and (near := ranker.near(title)).barriers
        and near.barriers[0].score >= SHOW_BARRIER
    ]
    assert len(told) >= len(placed) / 5
    assert sum(found == barrier for found, barrier in told) / len(told) >= 0.7


@pytest.mark.parametrize(("text", "enough"), [("", False), ("det är ju så att", False), ("hej då", False)])
def test_a_few_empty_words_say_nothing(text: str, enough: bool) -> None:
    assert says_enough(Fact("", text, "")) is enough
    assert says_enough(Fact("", "Försäkring saknas", "vid arbetsträning"))


def test_whoever_is_asked_about_twice_is_compared_with_those_who_came_between() -> None:
    asked = Fact("1", "Läkarintyget räcker inte", "Handläggaren vill ha ett nytt läkarintyg.")
    like = Fact("2", "Nytt läkarintyg", "Handläggaren ville ha ett nytt läkarintyg.")
    ranker = Ranker([(Fact("3", "Bussen går inte", "Det finns ingen buss dit."), "b")])
    before = ranker.alike(asked)
    ranker.add(like, "a")
    assert ranker.alike(asked)[0][0] == "2"
    assert ranker.rank(asked)[0].barrier == "a"
    ranker.remove("2")
    assert ranker.alike(asked) == before


def by_hand(asked: Fact, placed: list[tuple[Fact, str]], block: int, mu: float) -> dict[str, float]:
    """The likelihoods of `domain/likelihood`, counted word by word as its formula reads."""
    catalogue = Catalogue(CARDS)

    def worths(fact: Fact) -> dict[int, float]:
        keys, values = rows(fact, catalogue)[block]
        return dict(zip(keys.tolist(), worth(values).tolist(), strict=True))

    said: dict[str, Counter[int]] = {}
    for fact, barrier in placed:
        said.setdefault(barrier, Counter()).update(worths(fact))
    everything: Counter[int] = Counter()
    for counts in said.values():
        everything.update(counts)
    whole, question = sum(everything.values()) + 0.5 * len(everything), worths(asked)
    return {
        barrier: sum(
            value * log1p(counts[key] / (mu * (everything[key] + 0.5) / whole)) for key, value in question.items()
        )
        / sum(question.values())
        - log1p(sum(counts.values()) / mu)
        for barrier, counts in said.items()
    }


@pytest.mark.parametrize("name", ["lm_words", "lm_parts", "lm_hint"])
def test_likelihoods_are_what_the_formula_says(placed: list[tuple[Fact, str]], name: str) -> None:
    found = Ranker(placed[1:], CARDS).features(placed[0][0])
    column = found.values[:, scoring.FEATURES.index(name)]
    block = BLOCKS.index(name.removeprefix("lm_"))
    told = by_hand(placed[0][0], placed[1:], block, scoring.MU[name])
    assert dict(zip(found.barriers, column.tolist(), strict=True)) == pytest.approx(told, abs=1e-5)


def test_a_known_report_is_judged_as_if_it_were_not_known(placed: list[tuple[Fact, str]]) -> None:
    asked = placed[0][0]
    within, without = Ranker(placed, CARDS).features(asked), Ranker(placed[1:], CARDS).features(asked)
    lines = dict(zip(without.barriers, without.values, strict=True))
    for barrier, line in zip(within.barriers, within.values, strict=True):
        likely = [at for at, name in enumerate(scoring.FEATURES) if name.startswith("lm_")]
        assert np.allclose(line[likely], lines[barrier][likely], atol=1e-5)


@pytest.fixture
def _summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where there are many reports: sums for each barrier instead of each report for itself."""
    monkeypatch.setattr(memory, "FEW", 10)
    monkeypatch.setattr(postings, "WAITING", 4)


@pytest.mark.usefixtures("_summed")
def test_among_many_the_barriers_are_judged_by_the_same_numbers(placed: list[tuple[Fact, str]]) -> None:
    asked = placed[0][0]
    summed = Ranker((), CARDS)
    for at, (fact, _) in enumerate(placed):
        summed.add(fact, placed[at - 1][1] if at % 3 else None)
        if at % 5 == 0:
            summed.rank(asked)
    for fact, barrier in placed:
        summed.add(fact, barrier)
    summed.remove(placed[1][0].id)
    few = Ranker([placed[0], *placed[2:]], CARDS)
    likely = [at for at, name in enumerate(scoring.FEATURES) if name.startswith("lm_")]
    found, told = summed.features(asked), few.features(asked)
    lines = dict(zip(told.barriers, told.values, strict=True))
    for barrier, line in zip(found.barriers, found.values, strict=True):
        assert np.allclose(line[likely], lines[barrier][likely], atol=1e-4)
    assert [one.barrier for one in summed.rank(asked, 3)] == [one.barrier for one in few.rank(asked, 3)]


@pytest.mark.parametrize("many", [False, True])
def test_ranked_together_reports_get_the_barriers_that_each_gets_alone(
    placed: list[tuple[Fact, str]], many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        monkeypatch.setattr(memory, "FEW", 10)
    monkeypatch.setattr(assigning, "CELLS", 60)
    monkeypatch.setattr(assigning, "TERMS", 100)
    ranker = Ranker([(fact, None if at % 4 == 0 else barrier) for at, (fact, barrier) in enumerate(placed)], CARDS)
    unplaced = [fact for fact, _ in placed[::4]]
    alone = {fact.id: told[0].barrier for fact in unplaced if not ranker.looks_new(told := ranker.rank(fact))}
    assert ranker.likeliest([fact.id for fact in unplaced]) == alone
    assert ranker.best_of(unplaced) == alone
    assert len(alone) > len(unplaced) / 2
    no = {unplaced[0].id: {alone[unplaced[0].id]}}
    assert ranker.likeliest([unplaced[0].id], no) != alone
    assert ranker.best_of(unplaced[:1], no).get(unplaced[0].id) == ranker.likeliest([unplaced[0].id], no).get(
        unplaced[0].id
    )


@pytest.mark.parametrize("many", [False, True])
def test_a_word_of_one_report_counts_only_for_those_who_may_read_it(
    placed: list[tuple[Fact, str]], many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        monkeypatch.setattr(memory, "FEW", 10)
    secret = Fact("secret", "Kolmårdsbagarns kafé", "Tulpanlöken vid spårvagnshållplatsen.")
    ranker = Ranker([*placed, (secret, "W03")], CARDS)
    guess = Fact("", "Kolmårdsbagarns", "tulpanlöken spårvagnshållplatsen")

    def line(readable: list[str]) -> list[tuple[str, float, tuple[float, ...]]]:
        told = ranker.rank(guess, shared=2, readable=lambda ids: [id for id in ids if id in readable])
        return [(one.barrier, one.score, one.values) for one in told]

    assert [barrier for barrier, *_ in line(["secret"])][:1] == ["W03"]
    without = Ranker([*placed, (Fact("secret", "Kafé", "Vid en hållplats."), "W03")], CARDS)
    assert [one.barrier for one in without.rank(guess, shared=2)][:1] == [barrier for barrier, *_ in line([])][:1]
    assert line([])[:1] != line(["secret"])[:1]


def test_a_barrier_knows_its_like_and_its_typical_report(placed: list[tuple[Fact, str]]) -> None:
    ranker = Ranker(placed, CARDS)
    home = {fact.id: barrier for fact, barrier in placed}
    split = Ranker([(fact, f"{barrier} {at % 2}") for at, (fact, barrier) in enumerate(placed)], CARDS)
    halves = sorted({f"{barrier} {at % 2}" for at, (_, barrier) in enumerate(placed)})
    found = {half: split.like_barriers(half, 1)[0][0] for half in halves}
    assert sum(half[:-1] == other[:-1] for half, other in found.items()) >= 0.9 * len(halves)
    assert all(home[ranker.typical(barrier) or ""] == barrier for barrier in set(home.values()))
    assert all(0 < alike <= 1 for _, alike in ranker.like_barriers(placed[0][1]))
    assert (ranker.like_barriers("unheard of"), ranker.typical("unheard of")) == ([], None)
    ranker.remove(placed[0][0].id)
    alone = Ranker([placed[0]], CARDS)
    alone.remove(placed[0][0].id)
    assert (alone.like_barriers(placed[0][1]), alone.typical(placed[0][1])) == ([], None)


def test_why_reads_the_report_as_it_stands_now(placed: list[tuple[Fact, str]]) -> None:
    now = Fact(placed[0][0].id, "Helt andra ord", "Om segling och fotbollsplaner.")
    ranker = Ranker(placed[:5], CARDS, fact_of=lambda ids: {now.id: now} if now.id in ids else {})
    asked = Fact("", "Segling", "på fotbollsplaner")
    assert ranker.why(asked, now.id)[0].values == ("fotbollsplaner", "segling")
    assert ranker.why(asked, placed[1][0].id) == ()
