"""Reasons name only what stands where they say that it stands, or what the catalogue and the lexicon hold."""

import csv
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deviations.domain import parties, statutes
from deviations.domain.facts import Fact, RuleCard
from deviations.domain.reasons import Reason, reasons, rules
from deviations.domain.similarity import Catalogue
from deviations.domain.words import Entry, scan, tokens

CORPUS = Path(__file__).with_name("grouping_corpus.jsonl")
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


class Even:
    """Every word weighs alike."""

    def weight(self, key: int) -> float:
        return 1.0


def _catalogue() -> Catalogue:
    with (resources.files("deviations") / "data" / "rules.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return Catalogue(
        [
            RuleCard(
                r["id"],
                r["name_sv"],
                r["description_sv"],
                r["barrier_sv"],
                r["statute"],
                r["paragraph"],
                tuple(r["agency"].split("; ")),
            )
            for r in rows
        ]
    )


CATALOGUE, ANOTHER = _catalogue(), _catalogue()
SNIPPETS = ["nollklassad", "SGI", "enligt SFB 27 kap. 6 §", "2007:414, 5 §", "AF nekar", "hos FK", "tandläkaren",
            "bankid", "e-legitimation", "kommunen", "protes", "sekretess", "Frivården"]  # fmt: skip
TEXTS = st.lists(st.sampled_from([*SNIPPETS, *(row["body"] for row in ROWS)]), max_size=3).map(". ".join)
FACTS = st.builds(
    Fact,
    st.sampled_from("ab"),
    st.sampled_from(["", *SNIPPETS, *(row["title"] for row in ROWS)]),
    TEXTS,
    st.lists(st.sampled_from(["AF", "Försäkringskassan", "Vården", "Okänd"]), max_size=2).map(tuple),
    st.sampled_from([None, *CATALOGUE.codes]),
    st.sampled_from(["", "SGI", "5 § i 2007:414"]),
    step=st.sampled_from(["", "intake", "income"]),
)


def why(one: Fact, other: Fact) -> tuple[Reason, ...]:
    return reasons(one, other, CATALOGUE, Even())


def _text(fact: Fact) -> str:
    return f"{fact.title}\n{fact.body}\n{fact.rule_hint}"


def _stands(word: str, fact: Fact) -> bool:
    return f" {word} " in f" {' '.join(tokens(_text(fact))).casefold()} "


def _entries(word: str, fact: Fact) -> Iterator[Entry]:
    for written, entry in scan(tokens(_text(fact))):
        if entry is not None and " ".join(written) == word:
            yield entry


def _leads(word: str, fact: Fact, code: str) -> bool:
    return _stands(word, fact) and any(code in (*entry.rules, *entry.agencies) for entry in _entries(word, fact))


def _names(fact: Fact, code: str) -> bool:
    named = {*parties.codes(fact.agencies), *parties.mentioned(_text(fact))}
    return fact.rule == code or code in named


def _is_true(reason: Reason, one: Fact, other: Fact) -> bool:
    code = reason.values[-1]
    if reason.kind == "rule":
        return one.rule == other.rule == code
    if reason.kind == "agency":
        return all(_names(one, value) and _names(other, value) for value in reason.values)
    if reason.kind == "step":
        return one.step == other.step == code
    if reason.kind == "words":
        return all(_stands(value, one) for value in reason.values) and bool(why(other, one))
    if reason.kind == "kin":
        return all(_stands(a, one) and _stands(b, other) for a, b in zip(reason.values, reason.theirs, strict=True))
    if reason.kind in ("lexicon", "party_words"):
        here, there = reason.values[:-1], reason.theirs
        mine = all(_leads(word, one, code) for word in here) if here else _names(one, code)
        return mine and (all(_leads(word, other, code) for word in there) if there else _names(other, code))
    if reason.kind == "statute":
        return _cites(reason, one, other)
    return reason.kind == "catalogue" and code in CATALOGUE.codes


def _cites(reason: Reason, one: Fact, other: Fact) -> bool:
    mine = {str(place) for place in statutes.cited(_text(one))}
    theirs = {str(place) for place in statutes.cited(_text(other))}
    if reason.theirs:
        return reason.theirs[0] in theirs and one.rule == reason.values[0] and _rests(one.rule, reason.theirs[0])
    if len(reason.values) == 1:
        return reason.values[0] in mine & theirs
    return reason.values[0] in mine and other.rule == reason.values[1] and _rests(other.rule, reason.values[0])


def _rests(code: str, place: str) -> bool:
    card = next(card for card in CATALOGUE.cards if card.code == code)
    return place in {str(found) for found in statutes.of_rule(card.statute, card.paragraph)}


@settings(max_examples=100, deadline=None)
@given(FACTS, FACTS)
@example(Fact("a", "nollklassad", ""), Fact("b", "SGI", ""))
@example(Fact("a", "27 kap. 6 § SFB", ""), Fact("b", "", "", rule="FK-06"))
@example(Fact("a", "", "", rule="FK-06"), Fact("b", "27 kap. 6 § SFB", ""))
@example(Fact("a", "bankid", ""), Fact("b", "e-legitimation", ""))
def test_every_reason_is_true(one: Fact, other: Fact) -> None:
    for reason in why(one, other):
        assert reason.values
        assert _is_true(reason, one, other), (reason, one, other)


@settings(max_examples=30, deadline=None)
@given(FACTS, FACTS)
def test_the_same_two_have_the_same_reasons(one: Fact, other: Fact) -> None:
    assert why(one, other) == reasons(one, other, ANOTHER, Even())
    assert {r.kind for r in why(one, other)} == {r.kind for r in why(other, one)}


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (
            Fact("1", "Nollklassad", "nej"),
            Fact("2", "Utan SGI", "nej"),
            Reason("lexicon", ("nollklassad", "FK-01"), ("utan sgi",)),
        ),
        (
            Fact("1", "Ingen tandvård", "protes"),
            Fact("2", "Rätt till tandvård", "protes"),
            Reason("lexicon", ("tandvård", "FIN-03"), ("tandvård",)),
        ),
        (
            Fact("1", "Sgi saknas", ""),
            Fact("2", "Avslag", "", rule="FK-02"),
            Reason("lexicon", ("sgi", "FK-02")),
        ),
        (
            Fact("1", "Avslag", "", rule="FK-02"),
            Fact("2", "Sgi saknas", ""),
            Reason("lexicon", ("FK-02",), ("sgi",)),
        ),
        (
            Fact("1", "Enligt 5 § i 2007:414", ""),
            Fact("2", "Avslag", "", rule="AF-07"),
            Reason("statute", (f"{statutes.name('2007:414')} 5 §", "AF-07")),
        ),
        (
            Fact("1", "Skollagen stoppar", ""),
            Fact("2", "Nej enligt skollagen", ""),
            Reason("statute", ("skollagen",)),
        ),
        (
            Fact("1", "Körkortstillstånd", "dröjer"),
            Fact("2", "Körkortskrav", "hindrar"),
            Reason("kin", ("körkortstillstånd",), ("körkortskrav",)),
        ),
        (Fact("1", "Frivården sa nej", ""), Fact("2", "", "", ("KRV",)), Reason("agency", ("KRV",))),
    ],
)
def test_what_ties_two_reports_is_told(one: Fact, other: Fact, told: Reason) -> None:
    assert told in why(one, other)


def test_a_word_that_is_told_with_its_rule_is_not_told_again() -> None:
    told = why(Fact("1", "Ingen tandvård", "protes"), Fact("2", "Rätt till tandvård", "protes"))
    assert [reason.values for reason in told if reason.kind == "words"] == [("protes",)]


def test_where_both_name_the_rule_its_words_are_no_further_reason() -> None:
    told = why(Fact("1", "SGI", "", rule="FK-01"), Fact("2", "SGI", "", rule="FK-01"))
    assert told[0] == Reason("rule", ("FK-01",))
    assert not [reason for reason in told if "FK-01" in reason.values and reason.kind != "rule"]


def test_the_name_of_the_chosen_rule_is_not_what_a_reporter_wrote() -> None:
    name = CATALOGUE.names["FK-11"]
    told = why(Fact("1", "Avslag", "", rule="FK-11"), Fact("2", name, "", rule="AF-01"))
    assert not [reason for reason in told if reason.kind in ("words", "kin")]


def test_a_word_that_the_lexicon_only_ties_to_a_rule_points_to_it() -> None:
    found = dict(rules(Fact("1", "Lönebidrag", ""), CATALOGUE))
    assert "AF-10" in found
    assert found["AF-10"].values[0] == "lönebidrag"
