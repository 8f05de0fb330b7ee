"""The letter's life, its frozen evidence, and what its first draft says and leaves unsaid."""

from dataclasses import replace
from datetime import date
from itertools import pairwise, product

import pytest

from deviations.domain.letter_words import citation, inline, listed, period
from deviations.domain.letters import (
    MOVES,
    OBLIGATORY,
    OUT,
    BadEvidence,
    CitedRule,
    Evidence,
    LetterStatus,
    MoveRefused,
    check_move,
    draft,
    heading,
    may_move,
    missing,
    moves_from,
)

INSURANCE = CitedRule(
    "FORS-01",
    "Försäkring vid arbetsträning under tio timmar i veckan",
    "SFS 1998:1785; SFS 2000:628",
    "1 § (1998:1785); 5 och 11 §§ (2000:628)",
    "Statens personskadeersättning lämnas till den som deltar i ett arbetsmarknadspolitiskt program.",
    "partly sourced",
    "Arbetsförmedlingen; Kammarkollegiet",
)
WORKING_LIFE = CitedRule(
    "AF-01",
    "Heltid i program",
    "SFS 2000:634",
    "7 a §",
    "Ett program ska normalt avse heltid.",
    "sourced",
    "Arbetsförmedlingen",
)
TEN_HOURS = Evidence(
    taken_on=date(2026, 11, 21),
    program="MIA Vidare",
    association="Samordningsförbundet Östra Södertörn",
    barrier="Försäkring vid arbetsträning under tio timmar i veckan",
    description="Deltagare som orkar färre än tio timmar i veckan får ingen plats. Arbetsplatsen säger nej.",
    obstacle="practice",
    step="placement",
    agencies=("Arbetsförmedlingen", "Försäkringskassan"),
    rules=(INSURANCE,),
    first_on=date(2025, 12, 4),
    last_on=date(2026, 11, 12),
    deviations=31,
    municipalities=(("Haninge", 9), ("Huddinge", 7), ("Nacka", 6), ("Södertälje", 5), ("Salem", 3), ("Täby", 1)),
    associations=("Samordningsförbundet Östra Södertörn", "Samordningsförbundet VärNa"),
    subprojects=5,
    quarters=(("2025 kv 4", 3), ("2026 kv 1", 7), ("2026 kv 2", 8), ("2026 kv 3", 6), ("2026 kv 4", 7)),
    weeks_lost=(3, 4, 6, 8, 9, 10, 26, 12),
    people_hit=38,
    tried=("Vi har bett arbetsgivaren teckna en egen försäkring.",),
    solutions=(("Kommunen tecknade en gruppförsäkring", True), ("Att börja på tio timmar", False)),
    wishes=("Att försäkringen gäller från första timmen.",),
    cases=("En deltagare klarar sex timmar på ett kafé.", "En annan klarar fyra timmar i ett lager."),
    policy=(3, 5, 2, 12),
    recipients=(),
    copies=("Försäkringskassan",),
)
BARE = replace(
    TEN_HOURS,
    barrier="AF tar inte emot utan intyg",
    description="",
    obstacle="",
    step="",
    agencies=(),
    rules=(),
    first_on=date(2026, 1, 2),
    last_on=date(2026, 1, 2),
    deviations=1,
    municipalities=(("Salem", 1),),
    associations=(),
    subprojects=0,
    quarters=(("2026 kv 1", 1),),
    weeks_lost=(),
    people_hit=None,
    tried=(),
    solutions=(),
    wishes=(),
    cases=(),
)


def test_a_letter_goes_from_draft_to_closed() -> None:
    way = ("draft", "in_review", "decided", "sent", "acknowledged", "extended", "answered", "closed")
    for source, target in pairwise(way):
        check_move(LetterStatus(source), LetterStatus(target))


def test_review_may_send_a_letter_back() -> None:
    assert may_move(LetterStatus.IN_REVIEW, LetterStatus.DRAFT)


def test_a_silent_letter_may_still_be_answered() -> None:
    assert LetterStatus.ANSWERED in moves_from(LetterStatus.SILENT)


def test_nothing_that_is_out_comes_back_in() -> None:
    for source, target in product(OUT, set(LetterStatus) - set(OUT)):
        with pytest.raises(MoveRefused):
            check_move(source, target)


def test_every_state_has_its_moves_and_only_closed_is_the_end() -> None:
    assert set(MOVES) == set(LetterStatus)
    assert [status for status in LetterStatus if not MOVES[status]] == [LetterStatus.CLOSED]


@pytest.mark.parametrize("evidence", [TEN_HOURS, BARE])
def test_evidence_comes_back_from_json_as_it_went(evidence: Evidence) -> None:
    assert Evidence.from_json(evidence.to_json()) == evidence
    assert Evidence.from_json(evidence.to_json()).to_json() == evidence.to_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"taken_on": "x"}', TEN_HOURS.to_json()[:-1]])
def test_what_is_not_evidence_is_refused(text: str) -> None:
    with pytest.raises(BadEvidence):
        Evidence.from_json(text)


@pytest.mark.parametrize("evidence", [TEN_HOURS, BARE])
def test_a_draft_has_every_obligatory_heading_in_order(evidence: Evidence) -> None:
    text = draft(evidence)
    assert missing(text) == []
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(OBLIGATORY)


def test_a_missing_heading_is_named_whatever_its_level_or_capitals() -> None:
    text = draft(TEN_HOURS).replace("## Förslag", "**Förslag**").replace("## Beslut", "### BESLUT ###")
    assert missing(text) == ["Förslag"]
    assert missing("") == list(OBLIGATORY)


def test_the_summary_opens_with_the_request() -> None:
    first = draft(TEN_HOURS).split("\n\n")[1]
    assert first == (
        "**Samordningsförbundet Östra Södertörn hemställer att Nationella rådet för finansiell samordning "
        "tar upp detta hinder och verkar för ett ändrat arbetssätt.**"
    )


def test_the_heading_is_one_line_that_names_the_matter() -> None:
    assert heading(TEN_HOURS) == (
        "Hemställan om ändrat arbetssätt: försäkring vid arbetsträning under tio timmar i veckan"
    )
    assert heading(BARE) == "Hemställan om att ett hinder undanröjs: AF tar inte emot utan intyg"


def test_the_ten_hour_limit_is_a_practice_and_never_law() -> None:
    text = draft(replace(TEN_HOURS, obstacle="law"))
    assert "Gränsen vid tio timmar i veckan är en praxis" in text
    assert "inte funnit någon bestämmelse i lag eller förordning som anger tio timmar" in text
    assert "Gränsen vid tio timmar" not in draft(BARE)
    by_words = replace(BARE, description="Den som orkar mindre än 10 h får vänta, gränsen är 10 timmar.")
    assert "Gränsen vid tio timmar i veckan är en praxis" in draft(by_words)


def test_rules_are_worded_by_how_well_they_are_known() -> None:
    sure = draft(replace(TEN_HOURS, rules=(WORKING_LIFE,)))
    assert "**Heltid i program.** Regeln finns i 7 a\N{NO-BREAK SPACE}§ SFS 2000:634. Ett program ska" in sure
    assert "kontrollera" not in sure
    assert "Vi har bara delvis kunnat kontrollera" in draft(TEN_HOURS)
    recalled = replace(WORKING_LIFE, confidence="from memory")
    assert "Uppgiften är inte kontrollerad mot källan." in draft(replace(TEN_HOURS, rules=(recalled,)))


def test_an_uncertain_rule_makes_the_letter_ask_for_the_source() -> None:
    asks = "vilken bestämmelse eller överenskommelse som det nuvarande arbetssättet vilar på"
    assert asks in draft(TEN_HOURS)
    assert asks not in draft(replace(TEN_HOURS, rules=(WORKING_LIFE,)))
    assert asks not in draft(replace(TEN_HOURS, obstacle="resources"))


@pytest.mark.parametrize(
    ("obstacle", "council", "body"),
    [
        ("law", "gemensam skrivelse till regeringen om en översyn av lagen", "väcker frågan hos regeringen"),
        ("ordinance", "översyn av förordningen", "ändring av förordningen"),
        ("regulation", "Försäkringskassan ser över sina föreskrifter", "ser över sina föreskrifter så att"),
        ("guideline", "Försäkringskassan förtydligar sitt handläggarstöd", "förtydligar sitt handläggarstöd"),
        ("practice", "Försäkringskassan ändrar sitt arbetssätt", "ser över sitt arbetssätt"),
        ("information", "tar fram skriftlig information", "sprider den till sina handläggare"),
        ("resources", "tar upp resursfrågan", "redovisar vad som krävs"),
        ("agreement", "följer upp hur överenskommelsen tillämpas", "följer överenskommelsen, eller"),
        ("", "tar upp hindret till gemensam behandling", "prövar vad som inom det egna ansvaret"),
    ],
)
def test_requests_follow_the_type_of_obstacle_and_the_recipient(obstacle: str, council: str, body: str) -> None:
    names = ("Nationella rådet för finansiell samordning", "Arbetsförmedlingen")
    proposals = draft(replace(TEN_HOURS, obstacle=obstacle, recipients=names)).split("## Förslag")[1]
    first, second = proposals.split("\n1. ")[1].split("\n")[:2]
    assert first.startswith(f"**{names[0]}** ")
    assert council in first
    assert second.startswith(f"2. **{names[1]}** ")
    assert body in second


def test_small_counts_are_hidden_in_every_table() -> None:
    text = draft(TEN_HOURS)
    assert "| Haninge | 9 |" in text
    assert "| Salem | färre än 5 |" in text
    assert "| Täby | färre än 5 |" in text
    assert "| 2025 kv 4 | uppgift visas inte |" in text
    assert "| 2026 kv 3 | uppgift visas inte |" in text
    assert "”färre än 5”" in text
    assert "”Uppgift visas inte”" in text


def test_few_reports_give_no_table_and_no_count() -> None:
    text = draft(BARE)
    assert "|" not in text
    assert "Hindret har rapporterats färre än 5 gånger från 1 kommun den 2 januari 2026." in text
    assert "Avvikelserna kommer från Salem." in text


def test_time_lost_is_told_only_when_enough_reports_stated_it() -> None:
    assert "I 8 rapporter anges" in draft(TEN_HOURS)
    assert "Medianen är 8,5 veckor, och uppgifterna går från 3 till 26 veckor." in draft(TEN_HOURS)
    assert "Medianen" not in draft(replace(TEN_HOURS, weeks_lost=(3, 4, 5, 6)))


def test_what_is_not_known_is_left_unsaid() -> None:
    text = draft(BARE)
    assert "Vi kallar hindret ”AF tar inte emot utan intyg”." in text
    assert "None" not in text
    assert "deltagare, men" not in text
    assert "  " not in text
    assert "\n\n\n" not in text
    assert "[Vad delprojekten själva har prövat fylls i innan skrivelsen går till beslut]" in text


def test_what_only_people_know_is_left_to_fill_in() -> None:
    text = draft(TEN_HOURS)
    assert "[organ, datum och § fylls i när beslutet är fattat]" in text
    assert "[underskrift, namn och befattning fylls i när beslutet är fattat]" in text


def test_method_and_limits_are_said() -> None:
    assert "bygger på rapporter, inte på en undersökning" in draft(TEN_HOURS)


def test_one_of_a_thing_is_said_as_one() -> None:
    text = draft(replace(TEN_HOURS, municipalities=(("Haninge", 31),), policy=(1, 1, 1, 1), subprojects=1))
    assert "från 1 kommun mellan" in text
    assert "minst 1 avvikelse från 1 kommun och 1 delprojekt inom 1 månad" in text


def test_long_attempts_are_cut_at_a_sentence_and_only_a_few_are_quoted() -> None:
    attempts = tuple(f"Försök {at} gjordes. " + "Det tog lång tid. " * 40 for at in range(9))
    lines = [line for line in draft(replace(TEN_HOURS, tried=attempts)).splitlines() if line.startswith("- Försök")]
    assert len(lines) == 5
    assert all(len(line) <= 242 and line.endswith(".") for line in lines)


@pytest.mark.parametrize(
    ("statute", "paragraph", "said"),
    [
        ("SFS 2000:634", "7 a §", "7 a § SFS 2000:634"),
        ("SFS 2007:414", "8-9 §§", "8–9 §§ SFS 2007:414"),
        ("SFS 2010:110", "25 kap. 2-3 §§ SFB", "SFS 2010:110, 25 kap. 2–3 §§ SFB"),
        ("SFS 2018:43", "(paragraf ej kontrollerad)", "SFS 2018:43"),
        ("SFS 2017:30", "8 kap. (från minnet)", "SFS 2017:30, 8 kap."),
        (
            "SFS 1998:1785; SFS 2000:628",
            "1 § (1998:1785); 5 och 11 §§ (2000:628)",
            "1 § SFS 1998:1785 samt 5 och 11 §§ SFS 2000:628",
        ),
        (
            "SFS 1991:481; SFS 2010:800",
            "6-7 §§ (folkbokföringslagen); 29 kap. 6 § (skollagen)",
            "6–7 §§ folkbokföringslagen (SFS 1991:481) och 29 kap. 6 § skollagen (SFS 2010:800)",
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
