"""Search in Swedish: what meets what, what does not, what a question asks for, and the hit in its context."""

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deviations.domain.compounds import key, listed, parts
from deviations.domain.search import ASKED_AT_MOST, Asked, Clause, Leaf, asked, indexed, marked

MEETS = """
arbetsträning: arbetsträningsplats
arbetsträning: arbetsträningsplatsen är borta
arbetsträning: Arbetsträningen
träning: arbetsträningsplats
plats: arbetsträningsplats
praktikplats: praktikplatserna
praktik: praktikplatsen
handläggare: handläggarbyte
handläggare: handläggarens beslut
byte: handläggarbyten
samtal: trepartssamtal
trepart: trepartssamtalet
intyg: läkarintyget
läkare: läkarintyg
läkarintyg: läkarintygen
sjukpenning: sjukpenningen
sjukpenning: sjukpenninggrundande inkomst
hinder: hindret
hindret: flera hinder
hindren: ett hinder
regel: reglerna
regeln: enligt nya regler
regelverk: regelverket
rum: rummet
nummer: numret
medel: medlen
ansvar: ansvaret
ansvaret: vem har ansvar
bostad: bostäder
bostaden: saknar bostad
bostad: bostadsbidrag
stad: städerna
fråga: frågan
frågor: en fråga
kassa: kassan
vecka: veckogenomgång
genomgång: veckogenomgången
kö: vårdkö
kö: telefonköer
väntetid: väntetiderna
tid: väntetid
barnomsorg: barnomsorgen
omsorg: barnomsorg
tolk: tolkbokning
resa: reseersättning
ersättning: reseersättningen
månad: månadsrapporten
rapport: månadsrapport
kontaktperson: kontaktpersonen
person: kontaktperson
försäkring: försäkringsskydd
skydd: försäkringsskyddet
lönebidrag: lönebidragsanställning
anställning: lönebidragsanställningar
nattvandring: nattvandringsgruppen
grupp: nattvandringsgrupp
projekt: delprojektet
ledare: projektledaren
FK: Försäkringskassan
Försäkringskassan: FK:s beslut
försäkringskassan: f-kassan ringde
AF: Arbetsförmedlingens besked
arbetsförmedlingen: AF säger nej
arbetsförmedlingen: arbetsförmedlingskontoret
SoL: enligt socialtjänstlagen
socialtjänstlagen: 12 kap. SoL
SIP: samordnad individuell plan
samordnad individuell plan: en SIP skrevs
SIP-möte: SIP-mötet
sipmöte: SIP-möte
möte: SIP-möten
sgi: sjukpenninggrundande inkomst
åldersgräns: ÅLDERSGRÄNSEN
öppen: O\u0308ppen vård
a\u030algärd: ålgärden
2000:634: enligt SFS 2000:634
5 §: i 5 § förordningen
12 kap. 6 §: enligt 12 kap. 6 § SoL
7 §: enligt 4-9 §§
FORS-01: regeln fors-01
10: under 10 timmar
tio timmar: under tio timmar i veckan
timme: tre timmar
"tio timmar": högst tio timmar
"ansvar för arbetsmiljö": ansvaret för arbetsmiljön
tim*: timanställning
arbetstr: arbetsträning
komm*: kommunikation
plats -praktik: en arbetsplats
-praktik plats: en arbetsplats
beslut besked: beslutet och beskedet
"""

MEETS_NOT = """
arbetsträning: arbetsplats
kommun: kommunikation
kommun: kommunicera
person: personal
personal: personen
handling: förhandlingen
handling: behandling
försäkring: Försäkringskassan
kassa: Försäkringskassan
arbete: Arbetsförmedlingen
arbete: arbetsmarknaden
arbetare: medarbetare
samarbete: arbete
lag: underlag
lag: uppdraget
lag: bilaga
drag: uppdrag
tid: tidning
tal: betalning
plan: plantera
led: handledare
råd: områden
mål: målning
rum: forum
hem: hemsk
ort: sport
rätt: rättvis
bo: bok
is: risk
al: skola
ar: arbetet
år: vård
på: påse
får: fara
ö: kö
hal: hål
for: för
lan: lån
aldersgrans: åldersgräns
oppen: öppen
vard: vård
ålder: alder
plats -praktik: praktikplats
praktik -plats: praktikplats
"timmar tio": tio timmar
"tio timmar": tio korta timmar
5 §: i 15 §
5 §: i 5 kap.
2000:634: enligt 2000:628
634: 6341
FORS-01: FORS-02
sol: enligt SoL
och: och att
xyz: arbetsträning
bl: blankett
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [(question, text) for question, _, text in (line.rpartition(": ") for line in table.split("\n") if line)]


def finds(question: str, text: str) -> bool:
    """The plain meaning of a question, with which both databases must agree (`tests/queries/test_search.py`)."""
    return meets(asked(question), indexed([text]))


def meets(wanted: Asked, words: str) -> bool:
    terms = set(words.split())

    def met(leaf: Leaf) -> bool:
        return any(term.startswith(leaf.term) if leaf.begins else term == leaf.term for term in terms)

    def holds(clause: Clause) -> bool:
        return any(all(map(met, group)) for group in clause.groups) and (
            not clause.phrase or f" {clause.phrase} " in words
        )

    return bool(wanted) and all(map(holds, wanted.wanted)) and not any(map(holds, wanted.unwanted))


@pytest.mark.parametrize(("question", "text"), pairs(MEETS))
def test_a_question_finds_what_it_means(question: str, text: str) -> None:
    assert finds(question, text)


@pytest.mark.parametrize(("question", "text"), pairs(MEETS_NOT))
def test_a_question_does_not_find_what_only_looks_like_it(question: str, text: str) -> None:
    assert not finds(question, text)


def test_the_tables_are_as_long_as_they_must_be() -> None:
    assert len(pairs(MEETS)) >= 60
    assert len(pairs(MEETS_NOT)) >= 40


@pytest.mark.parametrize(
    "forms",
    [
        "hinder hindret hindren hindrens",
        "regel regeln regler reglerna",
        "nummer numret numren",
        "rum rummet rummen",
        "program programmet programmen",
        "timme timmar timmarna",
        "bostad bostaden bostäder bostäderna",
        "myndighet myndigheten myndigheter myndigheternas",
        "fråga frågan frågor frågorna",
        "projekt projektet projekten projektets",
        "ålder åldern åldrar",
        "ansvar ansvaret ansvars",
    ],
)
def test_all_forms_of_a_word_have_one_key(forms: str) -> None:
    assert len({key(form) for form in forms.split()}) == 1


def test_a_compound_of_three_gives_each_part_and_neighbours_together() -> None:
    assert set(parts("arbetsträningsplats")) == {
        key(word) for word in ("arbete", "träning", "plats", "arbetsträning", "träningsplats")
    }


def test_an_inflected_word_of_the_list_is_not_taken_apart() -> None:
    assert [word for word in ("platserna", "mötena", "handläggarens", "arbetsförmedlingens") if parts(word)] == []


def test_no_word_stands_twice_in_the_list_of_parts() -> None:
    assert len(listed()) == len(set(listed()))


def test_the_words_are_the_same_in_another_process() -> None:
    text = "FK:s handläggare bytte SIP-mötet enligt 12 kap. 6 § SoL; nattvandringsgruppen, vårdkön"
    code = f"from deviations.domain.search import indexed; print(repr(indexed([{text!r}])))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == repr(indexed([text]))


def test_quotations_do_not_reach_from_one_field_into_the_next() -> None:
    assert not meets(asked('"plats saknas"'), indexed(["Ingen plats", "Saknas igen"]))
    assert meets(asked('"plats saknas"'), indexed(["Plats saknas"]))


def test_a_quotation_that_nobody_closed_is_one_all_the_same() -> None:
    assert asked('"tio timmar') == asked('"tio timmar"')
    assert asked("”tio timmar”") == asked('"tio timmar"')


@pytest.mark.parametrize(
    "question", ["", " ", '"', '""', "och att", "-", "- -", "*", "***", "-försäkring", "🙂", "\x00"]
)
def test_a_question_without_a_word_to_look_for_is_none(question: str) -> None:
    assert not asked(question)


def test_only_so_many_words_count_and_the_answer_says_so() -> None:
    long = asked(" ".join(f"ord{number}" for number in range(60)))
    assert (len(long.wanted), long.cut) == (ASKED_AT_MOST, True)
    assert asked("x" * 10_000).cut
    assert not asked("arbetsträning plats").cut


def test_only_the_last_word_is_taken_for_a_beginning_and_only_if_it_is_unknown() -> None:
    begins = [
        leaf.term for clause in asked("arbetst handl kommun").wanted for g in clause.groups for leaf in g if leaf.begins
    ]
    assert begins == []
    assert any(leaf.begins for clause in asked("plats arbetst").wanted for g in clause.groups for leaf in g)
    assert not finds("ar", "arbetsträning")


def test_the_hit_is_shown_in_its_context() -> None:
    text = f"{'Vi väntade länge. ' * 20}Handläggarbytet kom i maj. {'Sedan hände inget mer. ' * 20}"
    shown = marked(text, asked("handläggare"))
    assert [part.text for part in shown if part.hit] == ["Handläggarbytet"]
    assert shown[0].text.startswith("…")
    assert shown[-1].text.endswith("…")
    assert 100 < sum(len(part.text) for part in shown) < 400


def test_every_hit_of_a_whole_text_is_marked_once() -> None:
    shown = marked("FK och Försäkringskassan, enligt 5 § SoL", asked("försäkringskassan 5 §"), whole=True)
    assert [part.text for part in shown if part.hit] == ["FK", "Försäkringskassan", "5 §"]
    assert "".join(part.text for part in shown) == "FK och Försäkringskassan, enligt 5 § SoL"


def test_what_is_unwanted_is_not_marked() -> None:
    assert [part.text for part in marked("plats och lön", asked("plats -kostnad")) if part.hit] == ["plats"]


@given(st.text(max_size=300))
@example("0ῢ")
@example("İstanbul")
@example("İ")
def test_any_text_can_be_indexed_asked_for_and_marked(text: str) -> None:
    words, wanted = indexed([text, text]), asked(text)
    terms = {leaf.term for clause in (*wanted.wanted, *wanted.unwanted) for group in clause.groups for leaf in group}
    assert all(re.fullmatch(r"[^\W_]+(?:[:-][^\W_]+)*§?", term) for term in terms), terms
    shown = marked(text, wanted, whole=True)
    assert "".join(part.text for part in shown) == unicodedata.normalize("NFC", text)
    assert "\x00" not in words


@given(
    st.lists(
        st.sampled_from("platsen arbetsträning FK kassan SIP-möte tio timmar hindret vårdkö 5 §".split()), min_size=1
    )
)
def test_a_text_is_found_by_its_own_words(found: list[str]) -> None:
    text = " ".join(found)
    assert all(finds(word, text) for word in found if asked(word))
