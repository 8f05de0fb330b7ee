"""What changed in a letter's numbers is shown as in the letter, and sentences that no longer hold are pointed out."""

from dataclasses import replace
from datetime import date

from deviations.domain.letter_blocks import expand
from deviations.domain.letter_changes import Change, changes, stale
from deviations.domain.letter_draft import draft
from tests.evidences import BARE, EARLIER, INSURANCE, TEN_HOURS

MORE = replace(
    TEN_HOURS,
    taken_on=date(2027, 1, 15),
    last_on=date(2027, 1, 4),
    deviations=35,
    municipalities=(*TEN_HOURS.municipalities[:4], ("Salem", 4), ("Täby", 1), ("Värmdö", 3)),
    quarters=(*TEN_HOURS.quarters[:4], ("2026 kv 4", 9), ("2027 kv 1", 2)),
    subprojects=6,
    weeks_lost=(*TEN_HOURS.weeks_lost, 30),
    people_hit=44,
)


def test_the_same_numbers_have_not_changed() -> None:
    assert changes(TEN_HOURS, TEN_HOURS) == []
    assert changes(TEN_HOURS, replace(TEN_HOURS, taken_on=date(2027, 1, 1))) == []


def test_changes_are_told_as_a_reader_of_the_letter_would_see_them() -> None:
    told = {change.what: (change.before, change.after) for change in changes(TEN_HOURS, MORE)}
    assert told["Avvikelser"] == ("31", "35")
    assert told["Senaste avvikelsen"] == ("12 november 2026", "4 januari 2027")
    assert told["Kommuner"] == ("6", "7")
    assert told["Kommun: Värmdö"] == ("–", "färre än 5")
    assert told["Delprojekt"] == ("5", "6")
    assert told["Förlorad tid, median"] == ("8,5 veckor", "9 veckor")
    assert told["Förlorad tid, från och till"] == ("3–26 veckor", "3–30 veckor")
    assert told["Deltagare"] == ("38", "44")
    assert "Kommun: Salem" not in told  # 3 and 4 read the same


def test_no_change_gives_a_small_count_away() -> None:
    few = replace(BARE, deviations=3, municipalities=(("Salem", 3),), quarters=(("2026 kv 1", 3),))
    assert changes(BARE, few) == []
    assert changes(few, replace(few, people_hit=2)) == [Change("Deltagare", "–", "färre än 5")]


def test_a_changed_rule_and_an_answer_show() -> None:
    rule = replace(INSURANCE, description="Ersättning lämnas till alla.")
    answered = replace(TEN_HOURS, rules=(rule,), earlier=(EARLIER,), solutions=())
    told = {change.what: (change.before, change.after) for change in changes(TEN_HOURS, answered)}
    assert told["Vad regeln säger"] == (INSURANCE.description, "Ersättning lämnas till alla.")
    assert told["Tidigare skrivelser"] == ("–", "OST 2026/1 (besvarad)")
    assert told["Lokala lösningar"] == ("2 lösningar", "0 lösningar")


def test_sentences_whose_numbers_no_longer_hold_are_listed_with_what_holds() -> None:
    found = stale(draft([TEN_HOURS]), TEN_HOURS, MORE)
    assert found[0] == (
        "”Hindret har rapporterats 31 gånger från 6 kommuner mellan den 4 december 2025 och den 12 november 2026.” "
        "Nu: 35 avvikelser; 7 kommuner; den 4 januari 2027."
    )
    assert any("minst 8,5 veckor gått förlorade.” Nu: medianen är 9 veckor" in one for one in found)
    assert any(one.startswith("”Rapporterna kommer från 5 delprojekt") for one in found)
    assert any(one.startswith("”I 8 rapporter anges") and "9 rapporter anger tiden" in one for one in found)
    assert any(one.startswith("”Rapporterna rör sammanlagt 38 deltagare") for one in found)
    taken = stale("Underlaget togs fram den 21 november 2026.", TEN_HOURS, MORE)
    assert taken == ["”Underlaget togs fram den 21 november 2026.” Nu: den 15 januari 2027."]


def test_weeks_are_counted_in_words_that_agree() -> None:
    few = replace(TEN_HOURS, weeks_lost=(0, 1, 1, 1, 1))
    told = {change.what: change.after for change in changes(TEN_HOURS, few)}
    assert told["Förlorad tid, median"] == "1 vecka"
    assert told["Förlorad tid, från och till"] == "0–1 vecka"
    same = replace(TEN_HOURS, weeks_lost=(1,) * 5)
    assert {change.what: change.after for change in changes(TEN_HOURS, same)}[
        "Förlorad tid, från och till"
    ] == "1 vecka"
    said = "Uppgifterna går från 3 till 26 veckor."
    assert stale(said, TEN_HOURS, same) == [f"”{said}” Nu: alla anger 1 vecka."]
    assert stale(said, TEN_HOURS, few) == [f"”{said}” Nu: uppgifterna går från 0 till 1 vecka."]
    unknown = replace(TEN_HOURS, weeks_lost=())
    assert stale(said, TEN_HOURS, unknown) == [f"”{said}” Nu: för få rapporter anger tiden."]


def test_prose_of_the_writers_own_is_read_too() -> None:
    text = (
        "Sex kommuner har hört av sig.\n\nVi har 31 nya avvikelser från medarbetarna. Lag (2006:31) gäller. 131 gånger."
    )
    assert stale(text, TEN_HOURS, MORE) == [
        "”Sex kommuner har hört av sig.” Nu: 7 kommuner.",
        "”Vi har 31 nya avvikelser från medarbetarna.” Nu: 35 avvikelser.",
    ]


def test_nothing_is_stale_while_the_numbers_are_the_same_or_stand_in_blocks() -> None:
    assert stale(draft([TEN_HOURS]), TEN_HOURS, TEN_HOURS) == []
    blocks = "{{kommuntabell}}\n\n{{kvartalsdiagram}}\n\n{{metod}}"
    assert stale(blocks, TEN_HOURS, MORE) == []
    assert stale(expand("{{kommuntabell}}", [TEN_HOURS]), TEN_HOURS, MORE) == []


def test_the_policy_is_not_taken_for_a_number_of_the_evidence() -> None:
    like_policy = replace(TEN_HOURS, deviations=5, municipalities=TEN_HOURS.municipalities[:3], subprojects=2)
    more = replace(like_policy, deviations=9, municipalities=TEN_HOURS.municipalities[:4], subprojects=3)
    assert not [one for one in stale(draft([like_policy]), like_policy, more) if "Vi lyfter ett hinder" in one]
