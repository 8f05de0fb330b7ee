"""Reasons read as plain Swedish, in the singular and the plural, whichever of two texts has the word."""

import pytest
from flask import Flask

from deviations.domain.reasons import Reason
from deviations.web.filters import reason

NAMES = {"FK-01": "FK-01 Nollklassad", "FK": "Försäkringskassan", "AF": "Arbetsförmedlingen"}


@pytest.mark.parametrize(
    ("told", "reads"),
    [
        (Reason("rule", ("FK-01",)), "Samma regel: FK-01 Nollklassad"),
        (Reason("agency", ("FK",)), "Samma part: Försäkringskassan"),
        (Reason("agency", ("AF", "FK")), "Samma parter: Arbetsförmedlingen, Försäkringskassan"),
        (Reason("step", ("income",)), "Samma steg: Försörjning och ersättning"),
        (Reason("catalogue", ("FK-01",)), "Pekar på samma regel: FK-01 Nollklassad"),
        (Reason("words", ("tandvård", "protes")), "Båda nämner: tandvård, protes"),
        (Reason("kin", ("intyg",), ("läkarintyg",)), "Liknande ord: intyg och läkarintyg"),
        (Reason("kin", ("a", "b"), ("c", "d")), "Liknande ord: a och c; b och d"),
        (
            Reason("lexicon", ("sgi", "FK-01"), ("sgi",)),
            "Båda nämner sgi, som hör till regeln FK-01 Nollklassad",
        ),
        (
            Reason("lexicon", ("nollklassad", "sgi", "FK-01"), ("utan sgi",)),
            "Här nämns nollklassad och sgi och där utan sgi, som hör till regeln FK-01 Nollklassad",
        ),
        (Reason("lexicon", ("sgi", "FK-01")), "Här nämns sgi, som hör till regeln FK-01 Nollklassad"),
        (Reason("lexicon", ("FK-01",), ("sgi",)), "Där nämns sgi, som hör till regeln FK-01 Nollklassad"),
        (Reason("party_words", ("sgi", "FK")), "Här nämns sgi, som hör till Försäkringskassan"),
        (Reason("statute", ("skollagen",)), "Båda nämner skollagen"),
        (
            Reason("statute", ("skollagen 6 §", "FK-01")),
            "Här nämns skollagen 6 §, som den andras regel bygger på: FK-01 Nollklassad",
        ),
        (
            Reason("statute", ("FK-01",), ("skollagen 6 §",)),
            "Där nämns skollagen 6 §, som regeln här bygger på: FK-01 Nollklassad",
        ),
    ],
)
def test_a_reason_reads(app: Flask, told: Reason, reads: str) -> None:
    with app.test_request_context():
        assert reason(told, NAMES) == reads


def test_words_that_point_to_a_rule_stand_in_one_text_only(app: Flask) -> None:
    with app.test_request_context():
        assert reason(Reason("words", ("sgi",)), NAMES, of_rule=True) == "Texten nämner: sgi"
