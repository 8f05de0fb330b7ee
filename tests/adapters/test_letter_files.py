"""Preview, Word file and PDF carry one and the same letter, are well made, and nothing written in it can act."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.adapters.letter_docx import letter_docx
from deviations.adapters.letter_html import body_html, sheet_html
from deviations.adapters.letter_pdf import letter_pdf
from deviations.adapters.letter_sheet import LetterSheet
from deviations.adapters.letter_tree import (
    MAX_CHARACTERS,
    MAX_LINES,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Run,
    Table,
    TooLarge,
    clean,
    parse,
)
from deviations.domain.letter_words import literal
from deviations.domain.letters import draft, heading
from tests.domain.test_letters import TEN_HOURS

SHEET = LetterSheet(
    sender=("Samordningsförbundet Östra Södertörn", "Exempelgatan 1, 136 00 Haninge"),
    place_and_date="Haninge den 21 november 2026",
    registry_number="SÖS 2026/41",
    your_reference="NR 2026/7",
    handler="Verksamhetsutvecklaren",
    recipients=("Nationella rådet för finansiell samordning", "Socialstyrelsen"),
    copies=("Arbetsförmedlingen", "Försäkringskassan"),
    title=heading(TEN_HOURS),
    body=draft(TEN_HOURS),
    mark="UTKAST",
)
EVERYTHING = """## Först

Stycke med **fet**, *kursiv*, [länk](https://example.org/å?a=1&b=2) och \x20
ny rad.

- punkt

    - inre punkt

- punkt två

3. tre
4. fyra

### Sedan

| Kommun | Antal |
| :----- | ----: |
| Täby   |     7 |
| Salem  | **9** |

> Ett citat.
>
> - med punkt

1. ett
2. två
"""


def _words(text: str) -> list[str]:
    """The words of a text, and nothing of how lines, bullets and hard or invisible spaces fell."""
    return re.sub(r"[•◦▪‣\u200b]", " ", text).replace("\xa0", " ").split()


class _Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self._counts: list[int | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("ol", "ul"):
            self._counts.append(int(dict(attrs).get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and (number := self._counts[-1]) is not None:
            self.found.append(f"{number}.")
            self._counts[-1] = number + 1
        if tag not in ("a", "em", "strong", "span"):
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "ul"):
            self._counts.pop()
        if tag not in ("a", "em", "strong"):
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _html_words(sheet: LetterSheet) -> list[str]:
    return _words("".join(_Texts(sheet_html(sheet)).found))


def _pdf_words(sheet: LetterSheet) -> list[str]:
    from pypdf import PdfReader

    pages = []
    running = " · ".join(part for part in (*sheet.sender[:1], sheet.registry_number) if part)
    for at, page in enumerate(PdfReader(BytesIO(letter_pdf(sheet))).pages):
        words = " ".join(_words(page.extract_text()))
        # What stands on every page is not part of the letter's text.
        words = re.sub(r"Sida \d+ av \d+", "", words)
        pages.append(words.replace(f"{running} {sheet.mark}", "", 1) if at else words)
    return _words(" ".join(pages))


def _docx_words(sheet: LetterSheet) -> list[str]:
    """The words of the Word file, with the numbers that Word would draw."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(BytesIO(letter_docx(sheet)))
    found: list[str] = []
    counts: dict[int, int] = {}
    for paragraph in document.element.body.iter(qn("w:p")):
        number = paragraph.find(f".//{qn('w:numId')}")
        if number is not None:
            id = int(number.get(qn("w:val")))
            counts[id] = counts.get(id, _start(document, id) - 1) + 1
            found.append(f"{counts[id]}.")
        for part in paragraph.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
            found.append((part.text or "") if part.tag == qn("w:t") else " ")
            if part.tag == qn("w:t") and part.getparent().getparent().tag == qn("w:tc"):
                found.append(" ")
        found.append(" ")
    return _words("".join(f" {text} " if re.fullmatch(r"\d+\.", text) else text for text in found))


def _start(document: Any, id: int) -> int:
    from docx.oxml.ns import qn

    num = document.part.numbering_part.element.num_having_numId(id)
    return int(num.find(f".//{qn('w:startOverride')}").get(qn("w:val")))


@pytest.mark.parametrize("body", [SHEET.body, EVERYTHING])
def test_preview_word_file_and_pdf_say_the_same_in_the_same_order(body: str) -> None:
    sheet = replace(SHEET, body=body)
    html = _html_words(sheet)
    assert _docx_words(sheet) == html
    assert _pdf_words(sheet) == html
    for told in (*sheet.sender, *sheet.recipients, *sheet.copies, sheet.title, sheet.handler):
        assert " ".join(_words(told)) in " ".join(html)


def test_markdown_becomes_one_small_tree() -> None:
    kinds = [type(block) for block in parse(EVERYTHING)]
    assert kinds == [Heading, Paragraph, ListBlock, ListBlock, Heading, Table, Quote, ListBlock]
    first, text, bullets, numbers, second, table, *_ = parse(EVERYTHING)
    assert isinstance(first, Heading) and isinstance(second, Heading)
    assert (first.level, second.level) == (1, 2)
    assert isinstance(text, Paragraph)
    assert Run("fet", strong=True) in text.runs
    assert Run("kursiv", em=True) in text.runs
    assert Run("länk", link="https://example.org/å?a=1&b=2") in text.runs
    assert Run("\n") in text.runs
    assert isinstance(bullets, ListBlock)
    assert isinstance(bullets.items[0][1], ListBlock)
    assert isinstance(numbers, ListBlock)
    assert (numbers.ordered, numbers.start) == (True, 3)
    assert isinstance(table, Table)
    assert table.aligned == ("left", "right")
    assert table.rows[1] == ((Run("Salem"),), (Run("9", strong=True),))


def test_heading_levels_are_never_skipped() -> None:
    blocks = parse("#### a\n\n###### b\n\n# c\n\n### d\n\n## e")
    assert [block.level for block in blocks if isinstance(block, Heading)] == [1, 2, 1, 2, 2]


def test_preview_headings_start_where_the_page_needs_them() -> None:
    html = sheet_html(SHEET, level=3)
    assert '<h3 class="letter-title">' in html
    assert "<h4>Sammanfattning</h4>" in html
    assert '<th scope="col" class="align-right">Avvikelser</th>' in html


def test_the_word_file_has_real_styles() -> None:
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(BytesIO(letter_docx(replace(SHEET, body=EVERYTHING))))
    styled = {p.text: p.style.name for p in document.paragraphs if p.style is not None}
    assert styled[SHEET.title] == "Heading 1"
    assert styled["Först"] == "Heading 2"
    assert styled["Sedan"] == "Heading 3"
    assert styled["punkt"] == "List Bullet"
    assert styled["inre punkt"] == "List Bullet 2"
    assert styled["tre"] == "List Number"
    assert styled["Ett citat."] == "Quote"
    table = document.tables[0]
    assert table.style is not None and table.style.name == "Letter Table"
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    page = document.sections[0]
    assert page.page_width is not None and round(page.page_width.cm, 1) == 21.0
    assert 'w:val="sv-SE"' in document.styles.element.xml
    assert "NUMPAGES" in page.footer._element.xml
    assert document.core_properties.title == SHEET.title


def test_two_numbered_lists_in_word_each_begin_anew() -> None:
    from docx import Document

    document = Document(BytesIO(letter_docx(replace(SHEET, body=EVERYTHING))))
    ids = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style and p.style.name == "List Number"]
    assert len(ids) == 4
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_the_pdf_is_swedish_titled_and_tagged() -> None:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(letter_pdf(SHEET)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None and reader.metadata.title == SHEET.title
    about = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about


def test_the_same_sheet_gives_the_same_pdf_byte_for_byte() -> None:
    assert letter_pdf(SHEET) == letter_pdf(SHEET)
    dated = replace(SHEET, place_and_date="", dated=date(2026, 11, 21))
    assert letter_pdf(dated) == letter_pdf(dated)


def test_the_pdf_gives_whole_swedish_words() -> None:
    assert {"arbetsträning", "hemställer", "överlämningen", "Försäkringskassan"} <= set(_pdf_words(SHEET))


@pytest.mark.parametrize("sheet", [SHEET, replace(SHEET, body=EVERYTHING)], ids=["letter", "everything"])
def test_the_pdf_passes_the_accessibility_checker(sheet: LetterSheet, tmp_path: Path) -> None:
    beside = Path(sys.executable).with_name("outloud")
    checker = str(beside) if beside.exists() else shutil.which("outloud")
    if checker is None:
        if os.environ.get("CI") == "true":
            pytest.fail("outloud is not installed, and CI must run it")
        pytest.skip("outloud is not installed: the PDF's accessibility was NOT checked (pip install outloud)")
    (tmp_path / "letter.pdf").write_bytes(letter_pdf(sheet))
    ran = subprocess.run(
        [checker, "--fail-on", "warning", str(tmp_path / "letter.pdf")], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 error(s), 0 warning(s)" in ran.stdout


def test_empty_fields_leave_no_trace() -> None:
    empty = LetterSheet((), "", "", "", "", (), (), "", "")
    assert _Texts(sheet_html(empty)).tags == ["article"]
    assert letter_pdf(empty).startswith(b"%PDF")
    assert letter_docx(empty).startswith(b"PK")


def test_a_letter_that_is_too_long_is_refused_in_swedish() -> None:
    with pytest.raises(TooLarge, match="Skrivelsen är för lång"):
        parse("a" * (MAX_CHARACTERS + 1))
    with pytest.raises(TooLarge):
        parse("a\n" * (MAX_LINES + 1))


HOSTILE = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "![bild](https://example.org/spår.png)",
    "[klick](javascript:alert(1))",
    "[klick](JaVaScRiPt&colon;alert(1))",
    "[klick](data:text/html;base64,PHNjcmlwdD4=)",
    "[klick](/admin)",
    "[klick](//example.org)",
    "[klick](https://example.org/\\\\x)",
    '[a](https://example.org "><script>alert(1)</script>")',
    '<https://example.org/"onmouseover=alert(1)>',
    "[x]: https://example.org\n\n[x]",
    "<svg><script>alert(1)</script></svg>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>`",
    "<!-- dold -->",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
    '#set page(fill: red)\n\n#read("/etc/passwd") $x$ @ref <label> #import "x.typ": *',
    "\\u{0} \x00 \x0b \x1f \x7f \ud800 \ufffe \ufdd0 \ufddf",
    '=HYPERLINK("https://example.org")',
    "]]> --> %00 \u202e bakvänt \u2066",
    "| a | b |\n|---|---|\n| <b>x</b> | [j](javascript:1) |",
    "> " * 40 + "djupt",
    "- " * 40 + "djupt",
    "{: onclick=alert(1) } [a]{.x}",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_acts_in_the_preview(text: str) -> None:
    import html5lib

    html = sheet_html(replace(SHEET, body=text, title=text, sender=(text,), handler=text))
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for element in tree.iter():
        assert element.tag not in ("script", "img", "svg", "iframe", "style", "object", "form")
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src")]
        assert re.match(r"(https?://|mailto:|$)", element.attrib.get("href", ""))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_word_and_pdf(text: str) -> None:
    from pypdf import PdfReader

    sheet = replace(SHEET, body=text, title=text, sender=(text,), handler=text, recipients=(text,))
    with zipfile.ZipFile(BytesIO(letter_docx(sheet))) as file:
        relations = file.read("word/_rels/document.xml.rels").decode()
        assert not re.search(r'Target="(?!https?://|mailto:)[^"]*"[^>]*TargetMode="External"', relations)
    reader = PdfReader(BytesIO(letter_pdf(sheet)))
    assert not {"/OpenAction", "/AA", "/Names"} & set(reader.trailer["/Root"])
    assert "root:" not in "".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("text", [text for text in HOSTILE if "](" not in text and "&" not in text])
def test_every_character_of_hostile_text_is_still_there(text: str) -> None:
    kept = "".join(re.findall(r"\w", clean(text)))
    for words in (_html_words(replace(SHEET, body=text)), _docx_words(replace(SHEET, body=text))):
        assert kept in re.sub(r"\W", "", "".join(words))


@pytest.mark.parametrize(
    "unit",
    [
        "[a](",
        "[",
        "*",
        "_",
        "`",
        ">",
        "> ",
        "- ",
        "1. ",
        "|",
        "**a ",
        "\\[",
        "<a@b.c>",
        "&#1;",
        "![",
        "# a\n",
        "- a\n",
        "> a\n",
        "a\n\n",
        "[a](http://b.c) ",
        "    " * 30 + "- a\n",
        "|a|b|\n|-|-|\n",
        "a\n=\n",
        "[a][",
        "***a*b**",
    ],
)
def test_hostile_markdown_is_read_in_bounded_time(unit: str) -> None:
    """Measured at 0.3 s for the worst of these at 60,000 characters; Python-Markdown alone takes minutes."""
    text = "\n".join((unit * (20_000 // len(unit))).split("\n")[:MAX_LINES])
    times = []
    for _ in range(3):  # the quickest counts: a shared machine is slow now and then
        began = time.process_time()
        body_html(parse(text))
        times.append(time.process_time() - began)
        if times[-1] < 0.5:
            return
    pytest.fail(f"took {min(times):.2f} s")


def test_a_character_that_no_font_has_is_written_by_its_code() -> None:
    words = _pdf_words(replace(SHEET, body="Glad 😀 och 中 → slut", title="😀"))
    assert words[words.index("Glad") :][:6] == ["Glad", "[U+1F600]", "och", "[U+4E2D]", "→", "slut"]


def test_a_word_wider_than_the_page_stays_on_it() -> None:
    from pypdf import PdfReader

    page = PdfReader(BytesIO(letter_pdf(replace(SHEET, body="x" * 400)))).pages[0]
    lines = [line for line in page.extract_text().splitlines() if "xx" in line]
    assert len(lines) > 3


@given(st.text(max_size=80))
def test_text_from_a_report_stays_text(text: str) -> None:
    """Whatever was written in a report reads the same in the letter and opens no list, heading, link or emphasis."""
    kept = re.sub(r"[ \n]+", " ", clean(text)).strip()
    assert parse(literal(kept)) == ((Paragraph((Run(kept),)),) if kept else ())


@given(st.text(st.characters(), max_size=200))
def test_any_text_makes_a_preview_that_can_be_read_again(text: str) -> None:
    tags = set(_Texts(body_html(parse(text))).tags)
    assert tags <= set("h2 h3 h4 h5 h6 p ul ol li table thead tbody tr th td blockquote strong em a br".split())


def test_the_sheet_as_json_for_the_pdf_holds_no_markup_of_its_own() -> None:
    """The template places strings only: what looks like Typst is seen as it was written."""
    words = _pdf_words(replace(SHEET, body='\\#eval("1+1") \\*ja\\* = nej $x^2$', sender=("#strong[A]",)))
    assert "#strong[A]" in words
    assert '#eval("1+1")' in words
    assert json.dumps("$x^2$")[1:-1] in words


@pytest.mark.parametrize("piled", ["a" + "\u0301" * 59_000, ("x" + "\u0301" * 16) * 3_500], ids=["one", "many"])
def test_marks_piled_on_letters_do_not_hold_up_the_file(piled: str) -> None:
    began = time.monotonic()
    assert letter_pdf(replace(SHEET, body=piled)).startswith(b"%PDF")
    assert time.monotonic() - began < 5  # it was half a minute and more


def test_a_letter_keeps_the_marks_that_languages_use() -> None:
    assert clean("e\u0302\u0301 ש\u05bc\u05c1\u05b8") == "e\u0302\u0301 ש\u05bc\u05c1\u05b8"
