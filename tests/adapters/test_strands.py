"""The picture of how a barrier hangs together is whole SVG, says its numbers, and is the same for the same data."""

from xml.etree import ElementTree

from deviations.adapters.strands import Bundle, strands

RULE = Bundle("Regel", [("FK-06 Särskilda skäl & mer", 5, "5"), ("FK-01", 1, "1")])
PARTIES = Bundle("Part", [("Försäkringskassan", None, "")])
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*bundles: Bundle) -> ElementTree.Element:
    return ElementTree.fromstring(strands(bundles, "6", "Så hänger det ihop", "5 av 6 avvikelser."))


def test_every_thing_has_its_line_its_dot_and_its_name() -> None:
    root = drawn(RULE, PARTIES)
    assert len(root.findall(f"{SVG}line")) == 3
    assert len(root.findall(f"{SVG}circle")) == 4
    said = " ".join(text.text or "" for text in root.findall(f"{SVG}text"))
    assert "Särskilda skäl & mer\N{NO-BREAK SPACE}(5)" in said
    assert "Försäkringskassan" in said
    assert root.findtext(f"{SVG}desc") == "5 av 6 avvikelser."


def test_the_more_reports_the_thicker_and_none_is_dashed() -> None:
    most, few, none = drawn(RULE, PARTIES).findall(f"{SVG}line")
    assert float(most.attrib["stroke-width"]) > float(few.attrib["stroke-width"])
    assert none.attrib["class"] == "c-open"


def test_the_same_data_gives_the_same_bytes_and_nothing_inline() -> None:
    one = strands([RULE], "6", "Titel", "Text")
    assert one == strands([RULE], "6", "Titel", "Text")
    assert "style=" not in one


def test_nothing_to_draw_is_still_a_drawing() -> None:
    assert drawn().tag == f"{SVG}svg"
