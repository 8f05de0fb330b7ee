"""Evidence blocks are written out from the frozen numbers, small ones hidden; everything else stays as it was."""

from dataclasses import replace

import pytest

from deviations.domain.letter_blocks import BLOCKS, charts, expand, unknown, written
from tests.evidences import BARE, TEN_HOURS


def test_small_counts_are_hidden_in_every_table() -> None:
    text = expand("{{kommuntabell}}\n\n{{kvartalstabell}}\n\n{{metod}}", [TEN_HOURS])
    assert "| Haninge | 9 |" in text
    assert "| Salem | färre än 5 |" in text
    assert "| Täby | färre än 5 |" in text
    assert "| 2025 kv 4 | uppgift visas inte |" in text
    assert "| 2026 kv 3 | uppgift visas inte |" in text
    assert "”färre än 5”" in text
    assert "”Uppgift visas inte”" in text


def test_what_each_block_becomes_is_known_by_its_name_as_written() -> None:
    text = "{{kommuntabell 2}}\n\n{{kvartalsdiagram}}\n\n{{metod}}\n\n{{kommuntabell 3}}\n\n{{okänt}}"
    found = written(text, [TEN_HOURS, BARE])
    assert list(found) == ["kommuntabell 2", "metod"]
    assert found["kommuntabell 2"] == "Avvikelserna kommer från Salem."


def test_municipalities_stand_in_swedish_order_and_not_by_size() -> None:
    rows = [
        line.split(" |")[0] for line in expand("{{kommuntabell}}", [TEN_HOURS]).splitlines() if line.startswith("| ")
    ]
    assert rows[2:] == ["| Haninge", "| Huddinge", "| Nacka", "| Salem", "| Södertälje", "| Täby"]


def test_a_table_from_which_nothing_can_be_read_is_a_sentence() -> None:
    hidden = replace(TEN_HOURS, municipalities=(("Täby", 4), ("Haninge", 3), ("Salem", 2)))
    assert expand("{{kommuntabell}}", [hidden]) == "Avvikelserna kommer från Haninge, Salem och Täby."
    assert expand("före\n\n{{kvartalstabell}}\n\nefter", [BARE]) == "före\n\nefter"


def test_a_long_table_with_hardly_a_number_is_left_out() -> None:
    quarters = tuple((f"2025 kv {at}", count) for at, count in enumerate((6, 1, 2, 3, 1, 2), 1))
    mostly_hidden = replace(TEN_HOURS, quarters=quarters)
    assert "|" not in expand("{{kvartalstabell}}", [mostly_hidden])
    assert "| 2025 kv 1 | 6 |" in expand("{{kvartalstabell}}", [replace(mostly_hidden, quarters=quarters[:4])])


def test_the_method_says_what_the_numbers_are_and_are_not() -> None:
    text = expand("{{metod}}", [TEN_HOURS])
    assert "Underlaget togs fram den 21 november 2026." in text
    assert "inte på en undersökning" in text
    assert "inte hur vanligt det är" in text
    assert "Det sista kvartalet var inte slut" in text
    assert "Det sista kvartalet" not in expand(
        "{{metod}}", [replace(TEN_HOURS, taken_on=TEN_HOURS.last_on.replace(year=2027))]
    )
    assert "färre än 5" not in expand("{{metod}}", [replace(TEN_HOURS, municipalities=(), quarters=())])


def test_chosen_cases_are_quoted_as_they_are_and_nothing_stands_where_there_are_none() -> None:
    one = expand("{{typiska fall}}", [TEN_HOURS], [["En deltagare klarar *sex* timmar"]])
    assert one == (
        "Ett typiskt fall ur rapporterna, återgivet så att ingen ska kunna kännas igen:\n\n"
        r"> En deltagare klarar \*sex\* timmar."
    )
    two = expand("{{typiska fall}}", [TEN_HOURS], [["Ett.", "Två.\n\n# Beslut"]])
    assert two.endswith("> Ett.\n>\n> Två. # Beslut.")
    assert two.startswith("Typiska fall ur rapporterna, återgivna")
    assert expand("a\n\n{{typiska fall}}\n\nb", [BARE], [[]]) == "a\n\nb"
    assert expand("{{typiska fall}}", [TEN_HOURS]).count("\n> ") == 2  # those of an older letter's evidence


def test_a_number_means_the_letters_second_barrier() -> None:
    both = [TEN_HOURS, replace(BARE, municipalities=(("Salem", 7), ("Nacka", 8)), deviations=15)]
    assert "| Nacka | 8 |" in expand("{{kommuntabell 2}}", both)
    assert expand("{{Kommuntabell  1}}", both) == expand("{{kommuntabell}}", both)
    assert expand("{{typiska fall 2}}", both, [["Ett."], ["Ett annat."]]).endswith("> Ett annat.")
    assert expand("{{kommuntabell 3}}", both) == "{{kommuntabell 3}}"


@pytest.mark.parametrize(
    "text",
    [
        "{{okänt}}",
        "{{}}",
        "Se {{metod}} här",
        "{{metod}}\nfortsätter",
        "- {{metod}}",
        "> {{metod}}",
        "    {{metod}}",
        "{{metod}} {{metod}}",
        r"\{\{metod}}",
        "{% include 'x' %}",
        "{{ 7 * 7 }}",
        "{{metod.__class__}}",
        "{{metod 0}}",
    ],
)
def test_what_is_no_block_alone_in_its_paragraph_stays_text(text: str) -> None:
    assert expand(text, [TEN_HOURS]) == text


def test_a_block_may_stand_right_under_a_heading() -> None:
    assert "Underlaget togs fram" in expand("## Omfattning\n{{metod}}\n", [TEN_HOURS])


def test_the_writer_is_told_of_what_is_no_block() -> None:
    text = "{{metod}}\n\n{{okänt}}\n\nSe {{kommuntabell}} här\n\n{{metod 2}}\n\n" + r"\{\{hej\}\}"
    assert unknown(text) == ["okänt", "kommuntabell"]
    assert unknown("\n\n".join(f"{{{{{name}}}}}" for name in BLOCKS)) == []


def test_no_text_of_a_case_is_read_as_a_block() -> None:
    text = expand("{{typiska fall}}\n\n{{metod}}", [TEN_HOURS], [["{{kommuntabell}}"]])
    assert r"> \{\{kommuntabell\}\}." in text
    assert "| Kommun |" not in text


def test_a_chart_stays_for_the_layout_and_says_what_it_shows() -> None:
    assert expand("{{kvartalsdiagram}}", [TEN_HOURS]) == "{{kvartalsdiagram}}"
    chart = charts([TEN_HOURS])["kvartalsdiagram"]
    assert chart.caption == "Rapporterade avvikelser per kvartal"
    assert chart.sentence == "Flest avvikelser rapporterades andra kvartalet 2026: 8."
    assert chart.points == (
        ("2025 kv 4", "uppgift visas inte"),
        ("2026 kv 1", 7),
        ("2026 kv 2", 8),
        ("2026 kv 3", "uppgift visas inte"),
        ("2026 kv 4", 7),
    )


def test_equal_quarters_are_not_ranked() -> None:
    even = replace(TEN_HOURS, quarters=(("2026 kv 1", 8), ("2026 kv 2", 8), ("2026 kv 3", 7)))
    assert charts([even])["kvartalsdiagram"].sentence == "Som mest rapporterades 8 avvikelser under ett kvartal."


def test_too_few_numbers_make_no_chart_and_the_block_gives_what_there_is() -> None:
    few = replace(TEN_HOURS, quarters=(("2026 kv 1", 15), ("2026 kv 2", 16)))
    assert charts([BARE, few]) == {}
    assert "| 2026 kv 2 | 16 |" in expand("{{kvartalsdiagram 2}}", [BARE, few])
    assert expand("x\n\n{{kvartalsdiagram}}", [BARE]).strip() == "x"


def test_the_chart_of_each_barrier_has_its_own_name() -> None:
    made = charts([TEN_HOURS, replace(TEN_HOURS, barrier="Samtycken")])
    assert list(made) == ["kvartalsdiagram", "kvartalsdiagram 2"]
    assert made["kvartalsdiagram 2"].caption == "Rapporterade avvikelser per kvartal: Samtycken"
