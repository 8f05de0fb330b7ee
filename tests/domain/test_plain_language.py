"""Advice on a letter's language: what a reader may stumble on is found with its place, the rest left alone."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.letter_blocks import expand
from deviations.domain.letter_draft import draft
from deviations.domain.plain_language import MOST_PAGES, AdviceKind, advise, pages
from deviations.domain.plain_passives import passives
from deviations.domain.plain_sentences import sentences
from tests.evidences import BARE, TEN_HOURS

ASKS = "Vi ber om ett svar."


def kinds(markdown: str) -> list[AdviceKind]:
    """What a text is advised on, in order, when it asks for something."""
    return [advice.kind for advice in advise(f"{markdown}\n\n{ASKS}")]


def places(markdown: str, kind: AdviceKind) -> list[str]:
    """The words that the advice of a kind is about."""
    return [markdown[advice.start : advice.end] for advice in advise(markdown) if advice.kind is kind]


LONG = (
    "Förbundet har under det senaste året tagit emot många rapporter från medarbetare i flera kommuner som alla "
    "beskriver hur deltagare får vänta på besked om försäkringen innan arbetsträningen kan börja på arbetsplatsen."
)
GOOD = (
    "Deltagare som orkar färre än tio timmar i veckan får ingen plats.",
    "Arbetsplatsen säger nej.",
    "Handläggaren fattar beslut samma vecka.",
    "Det finns ingen försäkring, och ingen vet vem som ansvarar.",
    "Det krävs ett läkarintyg, och det saknas ofta.",
    "Försäkringskassans handläggare och kommunens coach träffas varje månad.",
    "Alla parters medarbetare hoppas att samarbetet lyckas.",
    "En insats på en arbetsplats i våras gav resultat.",
    "Deltagarnas och parternas planering behövs tills hindret är borta.",
    "Regeln finns i 3 kap. 2 § socialtjänstlagen, t.ex. för den som studerar.",
    "Svaret skickas till förbundet.",
    "Vi ber rådet att ta upp det hinder som beskrivs här och verka för att det undanröjs.",
    "Hindret undanröjs när kommunen och myndigheten har samma regel.",
    "Hindret märks i flera kommuner och tycks vara detsamma överallt.",
    "Förbundet arbetar enligt lagen (2003:1210) om finansiell samordning av rehabiliteringsinsatser.",
    "Insatsen MIA Vidare drivs av två samordningsförbund.",
    "Rätten följer EU:s förordning och SFS 2010:110.",
    "Försäkringskassan (FK) betalar ersättningen.",
    "Individanpassat stöd till arbete (IPS) är en metod.",
)
CHAINS = (
    ("Det anses att frågan bör prövas.", "anses att frågan bör prövas"),
    ("Ansökan ska beviljas innan insatsen kan påbörjas.", "beviljas innan insatsen kan påbörjas"),
    ("Beslutet har fattats utan att deltagaren har hörts eller informerats.", ""),
    ("Hindret beskrivs i rapporten som skickades till myndigheten.", "beskrivs i rapporten som skickades"),
    ("Deltagaren blev nekad plats, och ärendet avslutades.", "blev nekad plats, och ärendet avslutades"),
    ("Det har beslutats att rutinen ska införas och följas.", "har beslutats att rutinen ska införas och följas"),
    ("Underlaget togs fram och kontrollerades av förbundet.", "togs fram och kontrollerades"),
)


# ---------- sentences ----------


def test_a_sentence_of_more_than_25_words_is_found_with_its_place() -> None:
    text = f"## Bakgrund\n\nKort mening. {LONG} Ännu en kort.\n\n{ASKS}"
    assert places(text, AdviceKind.LONG_SENTENCE) == [LONG]
    assert "Meningen har 32 ord" in next(advice.sentence for advice in advise(text))


@pytest.mark.parametrize(("words", "found"), [(25, 0), (26, 1)])
def test_the_limit_is_25_words(words: int, found: int) -> None:
    assert kinds(f"{' '.join(['ord'] * words)}.").count(AdviceKind.LONG_SENTENCE) == found


def test_headings_tables_blocks_and_quotes_have_no_sentences_of_the_writers() -> None:
    many = "ord " * 30
    for text in (f"## {many}", f"| {many} | 1 |\n| --- | --- |\n| {many} | 2 |", "{{kvartalstabell}}", f"> {many}"):
        assert kinds(text) == []


def test_a_list_item_is_a_sentence_of_its_own() -> None:
    half = "ord " * 15
    assert kinds(f"Vi föreslår att\n\n- {half}\n- {half}\n1. {half}") == []


def test_shortened_words_and_numbers_do_not_end_a_sentence() -> None:
    text = "Se 3 kap. 2 § lagen, bl.a. Arbetsförmedlingens t.ex. Hallunda. Nästa mening den 4 maj 2026. Den tredje."
    assert [sentence.text for sentence in sentences(text)] == [
        "Se 3 kap. 2 § lagen, bl.a. Arbetsförmedlingens t.ex. Hallunda.",
        "Nästa mening den 4 maj 2026.",
        "Den tredje.",
    ]


def test_marks_of_markdown_are_no_words_and_places_stay() -> None:
    text = "**Fet** och *kursiv* [länk](https://example.org/a) [ort fylls i när beslutet är fattat]."
    (sentence,) = sentences(text)
    assert sentence.words == ["Fet", "och", "kursiv", "länk", "X"]
    assert len(sentence.text) == len(text) - 2 or text.startswith("**")
    assert text[sentence.start : sentence.end].startswith("Fet")


# ---------- passives ----------


@pytest.mark.parametrize(("text", "place"), CHAINS)
def test_a_chain_of_passives_is_found(text: str, place: str) -> None:
    found = places(f"{text}\n\n{ASKS}", AdviceKind.PASSIVE)
    assert len(found) == 1
    assert found[0] == place or not place


@pytest.mark.parametrize("text", GOOD)
def test_a_good_sentence_is_left_alone(text: str) -> None:
    assert kinds(text) == []


def test_one_passive_is_no_chain() -> None:
    assert [text for text in ("Svaret skickas hit.", "Rutinen prövas i två kommuner.") if kinds(text)] == []


def test_passives_far_apart_are_no_chain() -> None:
    assert (
        kinds("Svaret skickas till oss, och sedan kan alla parter i god tid före mötet läsa hur frågan prövas.") == []
    )


def test_names_genitives_and_deponents_are_no_passives() -> None:
    text = "Nackas och Försäkringskassans plats saknas, deras insats lyckas och alla trivs tillsammans annars."
    assert passives(text) == []


# ---------- abbreviations ----------


def test_an_abbreviation_is_to_be_explained_where_it_first_stands() -> None:
    text = f"AF och FK träffas. Sedan ringer AF igen. IPS:s metod och Afs rutin.\n\n{ASKS}"
    assert places(text, AdviceKind.ABBREVIATION) == ["AF", "FK", "IPS"]
    said = [advice.sentence for advice in advise(text) if advice.kind is AdviceKind.ABBREVIATION]
    assert said[0] == "Läsaren känner kanske inte till ”AF”. Skriv ”Arbetsförmedlingen (AF)” första gången."


@pytest.mark.parametrize(
    "text",
    [
        "Arbetsförmedlingen (AF) svarar. AF ringer.",
        "En samordnad individuell plan (SIP) görs.",
        "SIP (samordnad individuell plan) görs.",
        "Enligt EU:s regler och HFD 2019 ref. 4.",
    ],
)
def test_an_explained_or_common_abbreviation_is_left_alone(text: str) -> None:
    assert places(f"{text}\n\n{ASKS}", AdviceKind.ABBREVIATION) == []


def test_an_unknown_abbreviation_is_told_of_too() -> None:
    text = f"Metoden XQZ används.\n\n{ASKS}"
    assert [a.sentence for a in advise(text)] == [
        "Läsaren känner kanske inte till ”XQZ”. Skriv ut vad förkortningen betyder första gången."
    ]


# ---------- the request and the length ----------


def test_a_letter_that_asks_for_nothing_is_told_of() -> None:
    found = advise("## Sammanfattning\n\nHindret är stort. Det drabbar många.\n\n## Förslag\n\nInget.\n")
    assert [advice.kind for advice in found] == [AdviceKind.NO_REQUEST]
    assert "Det står ingenstans vad ni ber om" in found[0].sentence


def test_a_summary_without_the_request_is_told_of() -> None:
    text = f"## Sammanfattning\n\nHindret är stort.\n\n## Förslag\n\n{ASKS}\n"
    (advice,) = advise(text)
    assert (advice.kind, text[advice.start : advice.end]) == (AdviceKind.NO_REQUEST, "## Sammanfattning")


@pytest.mark.parametrize(
    "request_",
    [
        "Vi hemställer att rådet tar upp frågan.",
        "Förbundet begär ett besked.",
        "Vi ber er svara.",
        "Vi föreslår en ändring.",
    ],
)
def test_requests_are_known_in_their_usual_words(request_: str) -> None:
    assert advise(f"## Sammanfattning\n\nHindret är stort. {request_}") == []


def test_a_letter_of_more_than_three_pages_is_told_from_where() -> None:
    paragraph = "Ett stycke text om hindret som tar sin plats på sidan. " * 4
    text = f"{ASKS}\n\n" + "\n\n".join(f"{number}: {paragraph}" for number in range(60))
    (advice,) = [a for a in advise(text) if a.kind is AdviceKind.LONG_LETTER]
    assert pages(text) > MOST_PAGES
    assert 0.9 < pages(text[: advice.start]) / MOST_PAGES < 1.1
    assert advise(f"{ASKS}\n\n" + paragraph) == []


def test_blocks_that_are_not_written_out_take_room_too() -> None:
    assert pages("{{kommuntabell}}\n\n{{kvartalsdiagram 2}}") > pages("a\n\nb") + 0.3


def test_the_length_is_reckoned_with_what_the_blocks_become() -> None:
    text = f"{ASKS}\n\n{{{{kommuntabell}}}}\n\n{{{{kommuntabell 2}}}}\n\nSlut."
    rows = "\n".join(f"| Kommun {number} | 5 |" for number in range(140))
    assert advise(text, {"kommuntabell": "Kommunerna är få."}) == []
    found = advise(text, {"kommuntabell 2": rows})
    assert [one.kind for one in found] == [AdviceKind.LONG_LETTER]
    assert text[found[0].start : found[0].end] == "{{kommuntabell 2}}"
    assert pages(text, {"kommuntabell": "", "kommuntabell 2": ""}) < pages(text)


# ---------- on the program's own drafts, and on anything at all ----------


@pytest.mark.parametrize("evidences", [[TEN_HOURS], [BARE], [TEN_HOURS, BARE]], ids=["ten hours", "bare", "both"])
def test_the_programs_own_drafts_give_no_false_alarm(evidences: list) -> None:  # type: ignore[type-arg]
    """Measured on the drafts as generated: no chain of passives, no missing request, and each long sentence is one."""
    text = expand(draft(evidences), evidences)
    found = advise(text)
    assert not {AdviceKind.PASSIVE, AdviceKind.NO_REQUEST} & {advice.kind for advice in found}
    for advice in found:
        if advice.kind is AdviceKind.LONG_SENTENCE:
            assert len(re.findall(r"\w+", text[advice.start : advice.end])) > 25
        if advice.kind is AdviceKind.ABBREVIATION:
            assert text[advice.start : advice.end].isupper()


@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for advice in advise(text):
        assert 0 <= advice.start < advice.end <= len(text)


@pytest.mark.parametrize("unit", ["ord ", "[", "a.", "ska as ", "> ", "# \n", "AF (", "|", "{{", "\\", "(", "”", "1. "])
def test_hostile_text_is_read_in_bounded_time(unit: str) -> None:
    began = time.process_time()
    advise(unit * (60_000 // len(unit)))
    assert time.process_time() - began < 2
