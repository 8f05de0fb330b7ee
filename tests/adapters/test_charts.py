"""The charts are valid XML, say their numbers, hide what is hidden and need no inline style."""

import re
from xml.etree import ElementTree

import pytest

from deviations.adapters.charts import bars, columns, dots

SVG = "{http://www.w3.org/2000/svg}"
QUARTERS = [("2025 kv 1", 2), ("2025 kv 2", 0), ("2025 kv 3", 6), ("2025 kv 4", 3)]
MONTHS = [(f"{month:02} {year}", month % 5) for year in (2024, 2025) for month in range(1, 13)]
TOWNS = [("Haninge", 14), ("Upplands Väsby", 7), ("Nynäshamn", "färre än 5"), ("Vaxholm", 0)]


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in parse(svg).iter(f"{SVG}text")]


def filled(svg: str) -> list[ElementTree.Element]:
    return [node for node in parse(svg).iter() if node.get("class") == "c-fill"]


def number(node: ElementTree.Element, attribute: str) -> float:
    return float((node.get(attribute) or "0").rstrip("%"))


def test_a_chart_is_named_and_described_for_those_who_do_not_see_it() -> None:
    root = parse(columns(QUARTERS, "Avvikelser per kvartal", "Flest under kvartal 3."))
    ids = {node.get("id"): node.text for node in root}
    named = [ids[key] for key in (root.get("aria-labelledby") or "").split()]
    assert root.get("role") == "img"
    assert named == ["Avvikelser per kvartal", "Flest under kvartal 3."]


def test_the_highest_column_is_the_highest_number_and_a_zero_has_no_column() -> None:
    tall = [number(node, "height") for node in filled(columns(QUARTERS, "t", "d"))]
    assert len(tall) == 3
    assert tall[1] == max(tall) == pytest.approx(tall[0] * 3) == pytest.approx(tall[2] * 2)


def test_every_number_and_period_is_written_when_there_is_room() -> None:
    written = texts(columns([("kv 1", 2), ("kv 2", 0), ("kv 3", 6)], "t", "d"))
    assert written == ["2", "0", "6", "kv 1", "kv 2", "kv 3"]


def test_many_periods_are_thinned_but_the_last_keeps_its_name() -> None:
    written = texts(columns(MONTHS, "t", "d"))
    assert "12 2025" in written
    assert len([text for text in written if " 20" in text]) < 8


def test_a_hidden_column_is_equally_high_whatever_it_hides_and_says_so() -> None:
    hidden = columns([("a", 10), ("b", "färre än 5")], "t", "d")
    assert "färre än 5" in texts(hidden)
    assert len(filled(hidden)) == 1


def test_a_line_stands_where_something_happened() -> None:
    marked = parse(columns(QUARTERS, "Avvikelser", "Svaret kom.", since=2.5))
    (line,) = [node for node in marked.iter() if node.get("class") == "c-since"]
    assert number(line, "x1") == number(line, "x2") == 62.5
    assert "c-since" not in columns(QUARTERS, "Avvikelser", "Svaret kom.")


def test_bars_are_in_proportion_and_leave_room_for_their_numbers() -> None:
    wide = [number(node, "width") for node in filled(bars(TOWNS, "t", "d"))]
    assert wide == [44.0, 22.0]


def test_short_names_stand_on_one_line_with_their_bars_and_long_ones_above() -> None:
    (name,) = [node for node in parse(bars([("Haninge", 1)], "t", "d")).iter(f"{SVG}text") if node.text == "Haninge"]
    (beside,) = filled(bars([("Haninge", 1)], "t", "d"))
    (below,) = filled(bars([("Haninge", 2), ("Samordningsförbundet Roslagen", 0)], "t", "d"))
    assert number(beside, "x") > 40
    assert number(beside, "y") < number(name, "y")
    assert number(below, "x") == 0


def test_a_hidden_bar_is_hatched_and_its_length_tells_nothing() -> None:
    root = parse(bars(TOWNS, "t", "d"))
    pattern = root.find(f"{SVG}defs/{SVG}pattern")
    assert pattern is not None
    hatched = [node for node in root.iter(f"{SVG}rect") if node.get("fill") == f"url(#{pattern.get('id')})"]
    alone = parse(bars([("Haninge", 900), ("Nynäshamn", "färre än 5")], "t", "d"))
    others = [node for node in alone.iter(f"{SVG}rect") if (node.get("fill") or "").startswith("url")]
    assert [node.get("width") for node in hatched] == [node.get("width") for node in others]
    assert "färre än 5" in texts(bars(TOWNS, "t", "d"))


def test_a_long_name_is_broken_into_lines_that_fit_a_phone() -> None:
    name = "Arbetsmarknadsenhetens samordningsansvarsöverenskommelse"
    lines = texts(bars([(name, 3)], "t", "d"))[:-1]
    assert " ".join(lines) == name
    assert max(map(len, lines)) <= 36


def test_a_dot_has_an_area_in_proportion_to_its_count() -> None:
    big, small = (number(node, "r") for node in filled(dots([("Haninge", [16, 4])], ["kv 1", "kv 2"], "t", "d")))
    assert big**2 == pytest.approx(small**2 * 4)


def test_a_hidden_dot_is_an_empty_ring_and_a_zero_a_speck() -> None:
    kinds = [node.get("class") for node in parse(dots([("A", [0, "färre än 5", 7])], ["1", "2", "3"], "t", "d"))]
    assert [kind for kind in kinds if kind in ("c-nil", "c-open", "c-fill")] == ["c-nil", "c-open", "c-fill"]


def test_a_row_of_another_length_than_the_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="one count per label"):
        dots([("Haninge", [1, 2])], ["kv 1"], "t", "d")


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '" onload="x', "A & B", "\x00\ud800\x1b]]>"])
def test_hostile_text_stays_text(hostile: str) -> None:
    charts = (
        columns([(hostile, 1)], hostile, hostile),
        bars([(hostile, hostile)], hostile, hostile),
        dots([(hostile, [1])], [hostile], hostile, hostile),
    )
    for svg in charts:
        names = {node.tag.removeprefix(SVG) for node in parse(svg).iter()}
        keys = {key for node in parse(svg).iter() for key in node.attrib}
        assert names <= {"svg", "title", "desc", "defs", "pattern", "path", "rect", "circle", "line", "text"}
        assert not [key for key in keys if key.startswith("on")]


def test_nothing_needs_an_inline_style_or_a_colour_of_its_own() -> None:
    row = [count for _, count in TOWNS]
    for svg in (
        columns(QUARTERS, "t", "d"),
        bars(TOWNS, "t", "d"),
        dots([("A", row)], list("abcd"), "t", "d"),
    ):
        assert "style" not in svg
        assert not re.search(r'(fill|stroke)="(?!url\(#)', svg)


def test_everything_stays_within_the_width_of_the_page() -> None:
    for svg in (columns(MONTHS, "t", "d"), bars(TOWNS, "t", "d")):
        for node in parse(svg).iter(f"{SVG}rect"):
            assert number(node, "x") >= 0
            assert number(node, "x") + number(node, "width") <= 100


def test_no_data_is_a_chart_without_marks() -> None:
    for svg in (columns([], "t", "d"), bars([], "t", "d"), dots([], [], "t", "d")):
        assert not filled(svg)
        assert not texts(svg)


def test_the_same_numbers_give_the_same_bytes_and_other_texts_other_ids() -> None:
    first, again, other = (bars(TOWNS, title, "d") for title in ("a", "a", "b"))
    assert first == again
    assert parse(first).get("aria-labelledby") != parse(other).get("aria-labelledby")
