"""A template's named blocks are written out, its faults are told with their line, and nothing else in it acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.letter_blocks import expand
from deviations.domain.letter_draft import draft
from deviations.domain.letter_template import FIELDS, SHIPPED, Fault, check, fill
from tests.evidences import BARE, TEN_HOURS


def test_the_template_that_ships_has_no_fault() -> None:
    assert check(SHIPPED) == []
    assert fill(SHIPPED, [TEN_HOURS]) == draft([TEN_HOURS])


def test_every_block_of_a_template_is_explained() -> None:
    assert len(FIELDS) == 16
    assert all(told.endswith(".") for told in FIELDS.values())


def test_an_associations_own_words_stand_as_they_are() -> None:
    own = SHIPPED.replace("## Bakgrund\n", "## Bakgrund\n\nVi är *ett* förbund. {% raw %} {{ 7 * 7 }} ${x} #{y}\n")
    text = draft([TEN_HOURS], template=own)
    assert "Vi är *ett* förbund. {% raw %} {{ 7 * 7 }} ${x} #{y}\n" in text
    assert "arbetar enligt lagen (2003:1210)" in text


def test_blocks_that_the_template_places_are_not_placed_again() -> None:
    own = SHIPPED.replace("## Bilagor\n", "## Bilagor\n\n{{metod}}\n\n{{kvartalstabell}}\n")
    text = draft([TEN_HOURS], template=own)
    assert text.count("{{metod}}") == 1
    assert "{{kvartalsdiagram}}" not in text
    assert text.index("{{metod}}") > text.index("## Bilagor")
    assert "{{kommuntabell}}" in text.split("## Konsekvenser")[0]


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("{{bakgrund}}", "{{bakgrunden}}"), 7, "Det finns inget block som heter {{bakgrunden}}."),
        (("{{bakgrund}}", "Se {{bakgrund}}"), 7, "{{bakgrund}} står inne i ett stycke."),
        (("{{bakgrund}}", "{{sammanfattning}}"), 7, "Blocket {{sammanfattning}} står redan tidigare"),
        (("{{bakgrund}}", "{{ config }}"), 7, "Det finns inget block som heter {{config}}."),
        (("{{förslag}}", ""), 44, "Mallen saknar {{förslag}}."),
        (("## Beslut", "## Vem beslutar"), 44, "Mallen saknar rubriken ”Beslut”."),
    ],
)
def test_what_is_wrong_is_told_with_its_line(change: tuple[str, str], line: int, said: str) -> None:
    faults = check(SHIPPED.replace(*change))
    assert [fault for fault in faults if fault.line == line and fault.sentence.startswith(said)]


def test_too_long_a_template_is_told() -> None:
    assert check("x" * 20_001) == [Fault(1, "Mallen är för lång. Den får ha högst 20000 tecken.")]


def test_an_empty_template_lacks_everything() -> None:
    assert len(check("")) == 13


def test_a_template_with_the_line_ends_of_windows_is_read() -> None:
    assert fill(SHIPPED.replace("\n", "\r\n"), [BARE]) == fill(SHIPPED, [BARE])


@given(st.text(alphabet="{}%# \nabmetod[]()*_\\", max_size=80))
def test_whatever_a_template_holds_it_is_text_or_a_block(text: str) -> None:
    check(text)
    filled = fill(text, [TEN_HOURS])
    expand(filled, [TEN_HOURS])
    if "metod" not in text:
        assert "".join(filled.split()) == "".join(text.split())
