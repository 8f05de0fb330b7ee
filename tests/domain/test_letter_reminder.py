"""The reminder says which letter, what was asked and until when, and nothing that was not so."""

from dataclasses import replace
from datetime import date

from deviations.domain.letter_reminder import Unanswered, heading, reminder

LETTER = Unanswered(
    association="Samordningsförbundet Östra Södertörn",
    registry_number="OST 2026/3",
    title="Hemställan om ett ändrat arbetssätt",
    body="## Sammanfattning\n\n**Förbundet hemställer att rådet tar upp hindret.**\n\nMer text.\n\n## Bakgrund\n\nX.\n",
    sent_on=date(2026, 3, 2),
    asked_by=date(2026, 5, 29),
    until=date(2026, 6, 22),
    signer="Vera",
)


def test_it_cites_number_day_and_request() -> None:
    text = reminder(LETTER)
    for part in ("OST 2026/3", "2 mars 2026", "29 maj 2026", "22 juni 2026", "”Hemställan om ett ändrat arbetssätt”"):
        assert part in text
    assert "> Förbundet hemställer att rådet tar upp hindret." in text
    assert "Mer text" not in text and "Bakgrund" not in text
    assert "påminde" not in text and "mer tid" not in text and "bekräftade" not in text
    assert heading("OST 2026/3") == "Påminnelse om skrivelsen OST 2026/3"


def test_longer_time_that_was_given_is_named_as_theirs() -> None:
    text = reminder(replace(LETTER, extended=True))
    assert "Ni bad om mer tid, till den 29 maj 2026." in text
    assert "Vi bad om svar senast" not in text


def test_a_receipt_their_number_and_earlier_reminders_are_cited() -> None:
    told = replace(
        LETTER,
        acknowledged_on=date(2026, 3, 4),
        their_number="NR 2026/14",
        reminded_on=[date(2026, 6, 1), date(2026, 7, 1)],
    )
    text = reminder(told)
    assert "Den 4 mars 2026 bekräftade ni att ni hade fått den." in text
    assert "ert diarienummer NR 2026/14" in text
    assert "Vi påminde er den 1 juni 2026 och 1 juli 2026." in text


def test_a_letter_without_a_summary_is_cited_by_its_title_alone() -> None:
    text = reminder(replace(LETTER, body="## Något annat\n\nText."))
    assert ">" not in text and "”Hemställan om ett ändrat arbetssätt”" in text


def test_a_block_of_numbers_is_not_taken_for_the_request() -> None:
    body = "## Sammanfattning\n\n{{kommuntabell}}\n\nVi ber om ett svar.\n"
    assert "> Vi ber om ett svar." in reminder(replace(LETTER, body=body))


def test_a_long_request_is_cut_between_words() -> None:
    text = reminder(replace(LETTER, body="## Sammanfattning\n\n" + "mycket långt " * 200))
    quoted = next(line for line in text.splitlines() if line.startswith("> "))
    assert len(quoted) < 720 and quoted.endswith(" …")


def test_what_people_wrote_does_not_act_in_it() -> None:
    text = reminder(replace(LETTER, title="Om *ett* [hinder](x) <b>", signer="# Vera"))
    assert "”Om \\*ett\\* \\[hinder\\](x) &lt;b>”" in text
    assert "\\# Vera" in text
