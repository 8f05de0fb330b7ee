"""How the Word file looks and what python-docx lacks: page, fonts, styles, numbering, header rows, page
numbers, links.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

INK, SOFT, BRAND, RULE, SUN = "18262C", "4A5A60", "0D4A58", "B9B2A3", "E8B34B"
TEXT_WIDTH = 15.5  # cm
AFTER_LIST = 7 * 12700  # as after any paragraph: 7 points, in the units of Word files
TEXT_FONT, HEADING_FONT = "Calibri", "Georgia"  # on every office computer; the PDF carries fonts of its own


def dress(document: "Document") -> None:
    """Turn python-docx's American template into a Swedish letter."""
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.8), Cm(2.7)
    page.top_margin = page.bottom_margin = Cm(2.5)
    page.header_distance = page.footer_distance = Cm(1.2)
    page.different_first_page_header_footer = True
    _language(document)
    _text_styles(document)
    _own_styles(document)


def _language(document: "Document") -> None:
    from docx.oxml.ns import qn

    defaults = document.styles.element.find(qn("w:docDefaults"))
    language = next(defaults.iter(qn("w:lang")))
    for name in ("val", "eastAsia", "bidi"):
        language.set(qn(f"w:{name}"), "sv-SE")


def _font(style: Any, name: str, size: float, colour: str = INK, bold: bool = False, italic: bool = False) -> None:
    """Set a font by name in every script, as the template's theme fonts would win otherwise."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = name, Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor.from_string(colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), name)


def _spacing(style: Any, before: float, after: float, line: float | None = None) -> None:
    from docx.shared import Pt

    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    if line:
        style.paragraph_format.line_spacing = line


def _text_styles(document: "Document") -> None:
    from docx.shared import Cm

    styles = document.styles
    _font(styles["Normal"], TEXT_FONT, 11)
    _spacing(styles["Normal"], 0, 7, 1.15)
    styles["Normal"].paragraph_format.widow_control = True
    for level, size, colour, before in (
        (1, 18, INK, 20),
        (2, 13, BRAND, 15),
        (3, 11.5, INK, 12),
        (4, 11, SOFT, 10),
    ):
        _font(styles[f"Heading {level}"], HEADING_FONT, size, colour, bold=True)
        _spacing(styles[f"Heading {level}"], before, 5 if level > 1 else 10, 1.05)
        styles[f"Heading {level}"].paragraph_format.keep_with_next = True
    for kind in ("List Bullet", "List Number", "List Continue"):
        for depth in (1, 2, 3):
            style = styles[kind if depth == 1 else f"{kind} {depth}"]
            _spacing(style, 0, 4)
            style.paragraph_format.left_indent = Cm(0.65 * depth)
            style.paragraph_format.first_line_indent = Cm(0 if kind == "List Continue" else -0.65)
            # Without this Word leaves no gap at all between two items.
            for contextual in style.element.get_or_add_pPr().findall(_name("w:contextualSpacing")):
                style.element.pPr.remove(contextual)
    _font(styles["Quote"], TEXT_FONT, 11)
    _spacing(styles["Quote"], 4, 8)
    styles["Quote"].paragraph_format.left_indent = Cm(0.5)
    _border(styles["Quote"], "left", 18, SUN, 8)
    for name in ("Header", "Footer"):
        _font(styles[name], TEXT_FONT, 9, SOFT)
        styles[name].paragraph_format.tab_stops.clear_all()  # those of American paper


def _own_styles(document: "Document") -> None:
    from docx.enum.style import WD_STYLE_TYPE as KIND
    from docx.shared import Cm, Pt, RGBColor

    def own(name: str, kind: Any = KIND.PARAGRAPH, base: str | None = "Normal") -> Any:
        style = document.styles.add_style(name, kind)
        if base:
            style.base_style = document.styles[base]
        return style

    _font(own("Letter Label", KIND.CHARACTER, None), TEXT_FONT, 9, SOFT)
    _font(own("Letter Mark"), TEXT_FONT, 10, BRAND, bold=True)
    _spacing(document.styles["Letter Mark"], 0, 12)
    _spacing(own("Letter Block"), 9, 9, 1.05)
    reference = own("Letter Reference")
    _spacing(reference, 0, 1, 1.05)
    reference.paragraph_format.tab_stops.add_tab_stop(Cm(3))
    _spacing(own("Table Text"), 2, 2, 1.0)
    _font(own("Table Heading", base="Table Text"), TEXT_FONT, 11, INK, bold=True)
    after = own("Table After")
    _spacing(after, 0, 0)
    after.font.size = Pt(6)
    _spacing(own("Letter Figure"), 8, 3, 1.0)
    document.styles["Letter Figure"].paragraph_format.keep_with_next = True
    _font(document.styles["Caption"], TEXT_FONT, 9, SOFT)
    _spacing(document.styles["Caption"], 0, 12, 1.05)
    link = own("Hyperlink", KIND.CHARACTER, None)
    link.font.underline = True
    link.font.color.rgb = RGBColor.from_string(BRAND)
    own("Letter Table", KIND.TABLE, "Normal Table")


def _border(style: Any, side: str, size: int, colour: str, space: int) -> None:
    from docx.oxml import OxmlElement

    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", colour)):
        line.set(_name(f"w:{name}"), value)
    borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders,
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:spacing",
        "w:ind",
        "w:contextualSpacing",
        "w:jc",
        "w:outlineLvl",
    )


def table_look(table: Any, lengths: Sequence[int]) -> None:
    """Columns as wide as their longest text (in characters) needs, the page's width shared if "
    "that is too much.

    Lines under the rows only, the one under the header stronger; the header repeats, no row is split over
    two pages.
    """
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    wanted = [min(max(0.22 * length + 0.7, 1.6), 12) for length in lengths]
    widths = [Cm(width * min(1.0, TEXT_WIDTH / sum(wanted))) for width in wanted]
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    # python-docx's own rows and cells would be counted anew at each step.
    for at, row in enumerate(table._tbl.tr_lst):
        properties = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, width in zip(row.tc_lst, widths, strict=True):
            cell.width = width
            cell.get_or_add_tcPr().append(_line_below(at == 0))


def _line_below(strong: bool) -> Any:
    from docx.oxml import OxmlElement

    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    colour, size = (BRAND, "10") if strong else (RULE, "4")
    for name, value in (("val", "single"), ("sz", size), ("space", "0"), ("color", colour)):
        line.set(_name(f"w:{name}"), value)
    borders.append(line)
    return borders


@lru_cache
def _abstract_number(style: str) -> int:
    """The numbering that a list style of python-docx's template has; `numId` to format, read once."""
    from docx import Document as new_document

    document = new_document()
    number = document.styles[style].element.pPr.numPr.numId.val
    return int(document.part.numbering_part.element.num_having_numId(number).abstractNumId.val)


def list_number(document: Any, style: str, start: int) -> int:
    """A new count for one numbered list in the style's own format; returns its number for `numId`."""
    numbering = document.part.numbering_part.element
    added = numbering.add_num(_abstract_number(style))
    added.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(added.numId)


def header_and_footer(document: "Document", running: str, mark: str) -> None:
    """Page numbers on every page; the sender, the registry number and the mark on all pages but the first."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Cm

    page = document.sections[0]
    for footer in (page.footer, page.first_page_footer):
        line = footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.add_run("Sida ")
        _field(line, "PAGE")
        line.add_run(" av ")
        _field(line, "NUMPAGES")
    head = page.header.paragraphs[0]
    head.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(running)
    if mark:
        head.add_run(f"\t{mark}").bold = True


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement

    field = OxmlElement("w:fldSimple")
    field.set(_name("w:instr"), code)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)


def hyperlink(paragraph: Any, address: str, text: str, bold: bool, italic: bool) -> None:
    """A live link. The address has been checked to be http, https or mailto."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement

    link = OxmlElement("w:hyperlink")
    link.set(_name("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run._r.style = "Hyperlink"
    run.bold, run.italic = bold or None, italic or None
    link.append(run._r)
    paragraph._p.append(link)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
