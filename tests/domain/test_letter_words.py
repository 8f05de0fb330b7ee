"""Swedish for letters: lists, periods, counts in words, citations, names in running text, and text that cannot act."""

from dataclasses import replace
from datetime import date

import pytest

from deviations.domain.letter_words import citation, in_words, inline, listed, literal, many, party, period
from tests.evidences import WORKING_LIFE


@pytest.mark.parametrize(
    ("statute", "paragraph", "said"),
    [
        ("SFS 2000:634", "7 a §", "7 a § förordningen (2000:634) om arbetsmarknadspolitiska program"),
        ("SFS 2007:414", "8-9 §§", "8–9 §§ förordningen (2007:414) om jobb- och utvecklingsgarantin"),
        ("SFS 2010:110", "25 kap. 2-3 §§ SFB", "25 kap. 2–3 §§ socialförsäkringsbalken (2010:110)"),
        ("SFS 2009:400", "26 kap. 1 § OSL", "26 kap. 1 § offentlighets- och sekretesslagen (2009:400)"),
        ("SFS 2018:43", "(paragraf ej kontrollerad)", "förordningen (2018:43) om stöd för nystartsjobb"),
        ("SFS 1980:631", "(paragraf ej kontrollerad)", "SFS 1980:631"),
        ("SFS 2017:30", "8 kap. (från minnet)", "8 kap. hälso- och sjukvårdslagen (2017:30)"),
        (
            "SFS 2003:1210",
            "7 § andra stycket",
            "7 § andra stycket lagen (2003:1210) om finansiell samordning av rehabiliteringsinsatser",
        ),
        (
            "SFS 2025:400 (tidigare 2001:453)",
            "12 kap. 1 § (tidigare 4 kap. 1 §)",
            "12 kap. 1 § socialtjänstlagen (2025:400), tidigare 4 kap. 1 § i den äldre lagen (2001:453)",
        ),
        (
            "SFS 1998:1785; SFS 2000:628",
            "1 § (1998:1785); 5 och 11 §§ (2000:628)",
            "1 § förordningen (1998:1785) om ersättning vid skada till deltagare i vissa arbetsmarknadspolitiska "
            "program m.m. samt 5 och 11 §§ förordningen (2000:628) om den arbetsmarknadspolitiska verksamheten",
        ),
        (
            "SFS 1991:481; SFS 2010:800",
            "6-7 §§ (folkbokföringslagen); 29 kap. 6 § (skollagen)",
            "6–7 §§ folkbokföringslagen (1991:481) och 29 kap. 6 § skollagen (2010:800)",
        ),
        (
            "SFS 2008:355; SFS 2022:913",
            "3 kap. (2008:355); lagen i dess helhet (2022:913)",
            "3 kap. patientdatalagen (2008:355) samt lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation",
        ),
        ("", "", ""),
    ],
)
def test_rules_are_cited_as_an_administrator_would(statute: str, paragraph: str, said: str) -> None:
    rule = replace(WORKING_LIFE, statute=statute, paragraph=paragraph)
    assert citation(rule).replace("\N{NO-BREAK SPACE}", " ") == said


def test_swedish_in_small() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b och c"
    assert listed(["Huddinge, Botkyrka och Salem", "VärNa", "SUVS"]) == "Huddinge, Botkyrka och Salem; VärNa samt SUVS"
    assert period(date(2025, 12, 4), date(2026, 2, 1)) == "mellan den 4 december 2025 och den 1 februari 2026"
    assert period(date(2026, 3, 3), date(2026, 5, 4)) == "mellan den 3 mars och den 4 maj 2026"
    assert inline("SGI saknas") == "SGI saknas"
    assert inline("Arbetsförmedlingen svarar inte") == "Arbetsförmedlingen svarar inte"
    assert inline("Remissen dröjer") == "remissen dröjer"


def test_counts_in_words_follow_their_noun() -> None:
    assert [in_words(count) for count in (0, 1, 2, 12, 13)] == ["noll", "en", "två", "tolv", "13"]
    assert in_words(1, neuter=True) == "ett"
    assert many(1, "kommun", "kommuner", words=True) == "en kommun"
    assert many(3, "kommun", "kommuner") == "3 kommuner"


def test_parties_stand_in_a_sentence_as_people_say_them() -> None:
    assert party("Kommunen - LSS-handläggning") == "kommunens LSS-handläggning"
    assert party("Regionen – psykiatri") == "regionens psykiatri"
    assert party("Tingsrätten") == "tingsrätten"
    assert party("Kommun") == "kommunen"
    assert party("Försäkringskassan") == "Försäkringskassan"


def test_a_text_can_neither_mark_up_nor_place_a_block() -> None:
    assert literal("{{metod}} *nu* [x](y)") == r"\{\{metod\}\} \*nu\* \[x\](y)"
    assert literal("# rubrik") == r"\# rubrik"
    assert literal("1. ett") == r"1\. ett"
    assert literal("två\nrader\t<b>") == "två rader &lt;b>"
