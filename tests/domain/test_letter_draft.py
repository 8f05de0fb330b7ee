"""What a letter's first draft says, what it leaves unsaid, and that the ten-hour practice never reads as law."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.letter_blanks import blanks
from deviations.domain.letter_blocks import expand, unknown
from deviations.domain.letter_draft import OBLIGATORY, draft, heading, missing
from deviations.domain.letter_evidence import Evidence
from deviations.domain.letter_requests import Wording
from tests.evidences import BARE, EARLIER, TEN_HOURS, WORKING_LIFE

SECOND = replace(
    BARE,
    barrier="Varje part kräver sitt eget samtycke",
    description="Varje part godtar bara sin egen blankett.",
    obstacle="agreement",
    step="planning",
    agencies=("Regionen - psykiatri",),
    deviations=9,
    municipalities=(("Haninge", 5), ("Täby", 4)),
    associations=TEN_HOURS.associations,
    subprojects=2,
)


def written(*evidences: Evidence) -> str:
    return expand(draft(evidences), evidences)


@pytest.mark.parametrize("evidences", [(TEN_HOURS,), (BARE,), (TEN_HOURS, BARE), (BARE, TEN_HOURS, SECOND)])
def test_a_draft_has_every_obligatory_heading_in_order(evidences: tuple[Evidence, ...]) -> None:
    text = draft(evidences)
    assert missing(text) == []
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(OBLIGATORY)
    assert unknown(text) == []


def test_a_missing_heading_is_named_whatever_its_level_or_capitals() -> None:
    text = draft([TEN_HOURS]).replace("## Förslag", "**Förslag**").replace("## Beslut", "### BESLUT ###")
    assert missing(text) == ["Förslag"]
    assert missing("") == list(OBLIGATORY)


def test_the_summary_opens_with_the_request() -> None:
    first = draft([TEN_HOURS]).split("\n\n")[1]
    assert first == (
        "**Samordningsförbundet Östra Södertörn hemställer att Nationella rådet för finansiell samordning "
        "tar upp hindret ”Försäkring vid arbetsträning under tio timmar i veckan” och verkar för ett ändrat "
        "arbetssätt.**"
    )


def test_the_heading_is_one_line_that_names_the_matter() -> None:
    assert heading([TEN_HOURS]) == (
        "Hemställan om ändrat arbetssätt: försäkring vid arbetsträning under tio timmar i veckan"
    )
    assert heading([BARE]) == "Hemställan om att ett hinder undanröjs: AF tar inte emot utan intyg"
    colon = replace(TEN_HOURS, barrier="Under tio timmar: ingen plats")
    assert heading([colon]) == "Hemställan om ändrat arbetssätt – under tio timmar: ingen plats"
    assert heading([TEN_HOURS, BARE]).startswith("Hemställan om ändrat arbetssätt och att ett hinder undanröjs: ")
    long = heading([replace(TEN_HOURS, barrier="x" * 200), replace(BARE, barrier="y" * 150)])
    assert long.endswith("vid två hinder i MIA Vidare")


def test_the_ten_hour_limit_is_a_practice_and_never_law() -> None:
    text = draft([replace(TEN_HOURS, obstacle="law")])
    assert "Gränsen vid tio timmar i veckan är en praxis" in text
    assert "inte funnit någon bestämmelse i lag eller förordning som anger tio timmar" in text
    assert "**Försäkring vid arbetsträning.** De bestämmelser vi har funnit" in text
    assert "Gränsen vid tio timmar" not in draft([BARE])
    by_words = replace(BARE, description="Den som orkar mindre än 10 h får vänta, gränsen är 10 timmar.")
    assert "Gränsen vid tio timmar i veckan är en praxis" in draft([BARE, by_words])


def test_rules_are_worded_by_how_well_they_are_known() -> None:
    sure = draft([replace(TEN_HOURS, rules=(WORKING_LIFE,))])
    assert (
        "**Heltid i program.** Regeln finns i 7 a\N{NO-BREAK SPACE}§ förordningen (2000:634) om "
        "arbetsmarknadspolitiska program. Ett program ska" in sure
    )
    assert "kontrollera" not in sure
    assert "Vi har bara delvis kunnat kontrollera" in draft([TEN_HOURS])
    recalled = replace(WORKING_LIFE, confidence="from memory")
    assert "Uppgiften är inte kontrollerad mot källan." in draft([replace(TEN_HOURS, rules=(recalled,))])


def test_a_rule_that_has_ceased_is_said_to_have_held() -> None:
    ended = replace(WORKING_LIFE, valid_to=date(2026, 6, 30))
    assert "gällde den till och med den 30 juni 2026" in draft([replace(TEN_HOURS, rules=(ended,))])
    assert "gällde den" not in draft([replace(TEN_HOURS, rules=(replace(ended, valid_to=date(2027, 1, 1)),))])


def test_an_uncertain_rule_makes_the_letter_ask_for_the_source() -> None:
    asks = "vilken bestämmelse eller överenskommelse som det nuvarande arbetssättet vilar på"
    assert asks in draft([TEN_HOURS])
    assert asks not in draft([replace(TEN_HOURS, rules=(WORKING_LIFE,))])
    assert asks not in draft([replace(TEN_HOURS, obstacle="resources")])


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
    proposals = draft([replace(TEN_HOURS, obstacle=obstacle, recipients=names)]).split("## Förslag")[1]
    first, second = proposals.split("\n1. ")[1].split("\n")[:2]
    assert first.startswith(f"**{names[0]}** ")
    assert council in first
    assert second.startswith(f"2. **{names[1]}** ")
    assert body in second


def test_an_instances_own_wording_is_used() -> None:
    own = Wording("en prövning", "att det prövas", "prövning", "prövar *saken*", "prövar", "prövar själv")
    text = draft([TEN_HOURS], {"practice": own})
    assert heading([TEN_HOURS], {"practice": own}).startswith("Hemställan om en prövning: ")
    assert r"prövar \*saken\* *(prövning)*." in text
    assert "verkar för att det prövas.**" in text


def test_every_barrier_of_a_letter_has_its_own_part() -> None:
    text = written(TEN_HOURS, SECOND)
    assert (
        "tar upp de två hinder som beskrivs här och verkar för ett ändrat arbetssätt och att överenskommelsen" in text
    )
    assert "\n2. **Varje part kräver sitt eget samtycke.** Varje part godtar" in text
    assert "### Hinder 2 – Varje part kräver sitt eget samtycke" in text
    assert ", i fråga om hinder 2, följer upp hur överenskommelsen tillämpas" in text
    assert "från 2 delprojekt i samma 2 samordningsförbund." in text
    assert text.count("Underlaget togs fram den") == 1
    assert text.count("hur handläggare och insatser ska göra till dess") == 1
    assert "| Täby | färre än 5 |" not in text.split("### Hinder 2")[0]


def test_the_writer_is_asked_which_agreement_is_not_kept() -> None:
    blank = "[Vilken överenskommelse det gäller fylls i, med dag och parter]"
    assert blanks(draft([SECOND])).count(blank) == 1
    assert blank not in draft([TEN_HOURS])


def test_a_letter_that_asks_for_a_change_of_law_must_name_the_provision() -> None:
    blank = "[Vilken bestämmelse hindret vilar på fylls i, med nummer och paragraf]"
    assert blank in blanks(draft([replace(BARE, obstacle="law")]))
    assert blank not in draft([replace(TEN_HOURS, obstacle="law")])
    assert "Rapporterna pekar inte ut någon bestämd paragraf." in draft([BARE])


def test_a_letter_about_one_barrier_does_not_number_it() -> None:
    assert "Hinder 1" not in draft([TEN_HOURS])
    assert "hinder 1" not in draft([TEN_HOURS])


def test_what_was_written_and_answered_before_is_told() -> None:
    text = draft([replace(TEN_HOURS, earlier=(EARLIER,))])
    assert (
        "Vi har tidigare skrivit om hindret till Nationella rådet för finansiell samordning den 3 juli 2026 "
        "(OST 2026/1). Förslagen godtogs delvis i ett svar den 22 oktober 2026. I korthet: Rådet delar bilden"
    ) in text
    assert "Avvikelser har kommit in även efter svaret." in text
    before = replace(TEN_HOURS, earlier=(EARLIER,), last_on=date(2026, 10, 22))
    assert "även efter svaret" not in draft([before])
    unanswered = replace(EARLIER, answered_on=None, answer="", other_barrier="Heltid i program")
    text = draft([replace(TEN_HOURS, earlier=(unanswered, EARLIER))])
    assert "Vi har tidigare skrivit om hindret ”Heltid i program”, som rör samma regel, till" in text
    assert "Något svar i sak har vi inte fått. Vi skrev även om hindret till" in text


def test_an_answer_that_passed_the_matter_on_says_to_whom_and_whose_answer_it_was() -> None:
    passed = replace(EARLIER, answer="passed_on", passed_on_to="Socialdepartementet.", answered_by="Försäkringskassan")
    alone = draft([replace(TEN_HOURS, earlier=(passed,))])
    assert "Svaret kom den 22 oktober 2026: skrivelsen hade lämnats vidare till Socialdepartementet. I korthet" in alone
    several = ("Arbetsförmedlingen", "Försäkringskassan")
    told = draft([replace(TEN_HOURS, earlier=(replace(passed, recipients=several, passed_on_to=""),))])
    assert "Svaret från Försäkringskassan kom den 22 oktober 2026: skrivelsen hade lämnats vidare." in told
    own = draft([replace(TEN_HOURS, earlier=(replace(passed, summary="Vi avvaktar.", own_words=True),))])
    assert "lämnats vidare till Socialdepartementet. I svaret står: ”Vi avvaktar.”" in own
    partly = draft([replace(TEN_HOURS, earlier=(replace(passed, recipients=several, answer="partly"),))])
    assert "Förslagen godtogs delvis i ett svar från Försäkringskassan den 22 oktober 2026." in partly


def test_solutions_are_tidied_like_attempts_and_the_alike_told_once() -> None:
    solutions = (
        ("Bokade ett gemensamt möte med fk varje måndag. Hon skrek åt mig!", True),
        ("Ett gemensamt möte med Försäkringskassan varje måndag bokade vi", True),
        ("Jag hatar det här!", False),
    )
    text = draft([replace(TEN_HOURS, tried=(), solutions=solutions)])
    helped = "En lokal lösning har hjälpt i enskilda situationer:"
    assert f"{helped}\n\n- Vi bokade ett gemensamt möte med Försäkringskassan varje måndag.\n\n" in text
    assert "Detta har prövats utan att det hjälpte" not in text
    assert "skrek" not in text


def test_a_wish_about_two_barriers_stands_once() -> None:
    text = draft([TEN_HOURS, replace(SECOND, wishes=TEN_HOURS.wishes)])
    assert text.count("att försäkringen gäller från första timmen") == 1


def test_a_draft_promises_no_appendix_that_nobody_makes() -> None:
    appendices = draft([TEN_HOURS]).split("## Bilagor")[1]
    assert appendices.strip() == ("Skrivelsen har inga bilagor. Underlaget finns hos oss och kan lämnas ut på begäran.")


def test_a_barrier_that_came_back_is_told_with_its_day() -> None:
    back = replace(TEN_HOURS, earlier=(EARLIER,), returned_on=date(2026, 11, 2))
    assert "bedömdes vara undanröjt, men har rapporterats igen sedan den 2 november 2026." in draft([back])
    assert "Hinder 2 bedömdes vara undanröjt" in draft([BARE, back])
    assert "undanröjt, men" not in draft([TEN_HOURS])


def test_few_reports_give_no_table_and_no_count() -> None:
    text = written(BARE)
    assert "|" not in text
    assert "Hindret har rapporterats färre än 5 gånger från 1 kommun den 2 januari 2026." in text
    assert "Avvikelserna kommer från Salem." in text


def test_a_count_that_would_tell_what_is_hidden_is_not_said() -> None:
    each_one = tuple((name, 1) for name in ("Haninge", "Nacka", "Salem", "Täby", "Värmdö", "Botkyrka"))
    text = written(replace(TEN_HOURS, deviations=6, municipalities=each_one, quarters=(("2026 kv 1", 6),)))
    assert "Hindret har rapporterats från 6 kommuner mellan" in text
    assert "6 gånger" not in text
    assert "Avvikelserna kommer från Botkyrka, Haninge, Nacka, Salem, Täby och Värmdö." in text


def test_time_lost_is_told_only_when_enough_reports_stated_it() -> None:
    assert "I 8 rapporter anges" in draft([TEN_HOURS])
    assert "Medianen är 8,5 veckor, och uppgifterna går från 3 till 26 veckor." in draft([TEN_HOURS])
    assert "I hälften av de rapporter som anger tiden har minst 8,5 veckor gått förlorade." in draft([TEN_HOURS])
    assert "veckor" not in draft([replace(TEN_HOURS, weeks_lost=(3, 4, 5, 6))])


def test_one_week_is_said_as_one_and_none_as_nothing() -> None:
    text = draft([replace(TEN_HOURS, weeks_lost=(0, 1, 1, 1, 1))])
    assert "I hälften av de rapporter som anger tiden har minst 1 vecka gått förlorad." in text
    assert "Medianen är 1 vecka, och uppgifterna går från 0 till 1 vecka." in text
    assert "I hälften" not in draft([replace(TEN_HOURS, weeks_lost=(0, 0, 0, 1, 3))])
    nothing = draft([replace(TEN_HOURS, weeks_lost=(0,) * 8)])
    assert "förlorad" not in nothing.replace("går förlorad under väntan", "")


def test_what_is_not_known_is_left_unsaid() -> None:
    text = written(BARE)
    assert "Vi kallar hindret ”AF tar inte emot utan intyg”." in text
    assert "None" not in text
    assert "deltagare, men" not in text
    assert "  " not in text
    assert "\n\n\n" not in text
    assert "[Vad delprojekten själva har prövat fylls i innan skrivelsen går till beslut]" in text


def test_what_only_people_know_is_left_to_fill_in() -> None:
    text = draft([TEN_HOURS])
    assert "[organ, datum och § fylls i när beslutet är fattat]" in text
    assert "[underskrift, namn och befattning fylls i när beslutet är fattat]" in text


def test_one_of_a_thing_is_said_as_one() -> None:
    text = draft([replace(TEN_HOURS, municipalities=(("Haninge", 31),), policy=(1, 1, 1, 1), subprojects=1)])
    assert "från 1 kommun mellan" in text
    assert "minst en avvikelse från minst en kommun och minst ett delprojekt inom en månad" in text


def test_associations_are_listed_by_what_tells_them_apart() -> None:
    assert "i 2 samordningsförbund: Östra Södertörn och VärNa." in draft([TEN_HOURS])
    assert "1 samordningsförbund: Finsam Lekeberg." in draft([replace(TEN_HOURS, associations=("Finsam Lekeberg",))])


def test_a_policy_over_associations_is_told_whole() -> None:
    text = draft([replace(TEN_HOURS, policy=(3, 5, 2, 12, 2))])
    places = "minst tre kommuner, minst två delprojekt och minst två samordningsförbund"
    assert f"minst fem avvikelser från {places} inom tolv månader" in text


def test_what_people_wrote_cannot_place_a_block_or_mark_up() -> None:
    sly = replace(
        TEN_HOURS,
        description="{{typiska fall}}\n\n{{metod}}",
        solutions=(("{{metod}}\n\n# Beslut", True),),
        tried=("Vi bad om {{metod}} och **ett svar** av dem alla",),
    )
    text = draft([sly])
    assert text.count("{{metod}}") == 1  # the section's own
    assert r"\{\{metod\}\} # Beslut" in text
    assert r"\*\*ett svar\*\*" in text


HOSTILE = st.text(alphabet="{}[]()#*_`<>|&%$=!-+.\\\n \tabcåäö1§metodfyllsi", min_size=1, max_size=60).filter(str.strip)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_the_evidence_makes_a_heading_a_table_or_a_block(one: str, two: str, three: str, four: str) -> None:
    sly = replace(
        TEN_HOURS,
        barrier=one,
        description=two,
        association=three,
        agencies=(four, one),
        rules=(replace(WORKING_LIFE, name=two, description=three, statute=four, paragraph=one),),
        municipalities=((one, 9), (two, 22)),
        associations=(three,),
        tried=(two, f"Vi bad om {three} för alla deltagare"),
        solutions=((one, True), (two, False)),
        wishes=(f"att {four} gäller för alla deltagare",),
        recipients=(three,),
        earlier=(replace(EARLIER, summary=one, recipients=(two,), registry_number=three, other_barrier=four),),
    )
    text = draft([sly])
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == list(OBLIGATORY)
    assert not [line for line in text.splitlines() if line.startswith(("# ", "### ", "    ", "> "))]
    assert unknown(text) == []
    blocks = [line for line in text.splitlines() if line.startswith("{{")]
    assert blocks == ["{{kommuntabell}}", "{{kvartalsdiagram}}", "{{metod}}", "{{typiska fall}}"]
    told = expand(text, [sly], [[four]])
    assert [line for line in told.splitlines() if line.startswith("## ")] == [f"## {title}" for title in OBLIGATORY]
