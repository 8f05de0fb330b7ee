"""Whatever is written in a letter or in the reports behind it, nothing of it acts in preview, Word file, PDF or plain
text, and every character is still there (or its code).
"""

import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import html5lib
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from deviations.adapters import letter_pdf as pdf
from deviations.adapters.letter_docx import letter_docx
from deviations.adapters.letter_html import sheet_html
from deviations.adapters.letter_pdf import letter_pdf
from deviations.adapters.letter_sheet import LetterSheet
from deviations.adapters.letter_text import letter_text
from deviations.adapters.letter_tree import clean, visible
from deviations.domain.letter_blocks import Chart
from deviations.domain.letter_words import cell, literal
from tests.adapters import hostile

TAGS = set(
    "article p span br dl div dt dd h2 h3 h4 h5 h6 strong em a ul ol li blockquote figure figcaption".split()
) | set("table thead tbody tr th td svg title desc defs pattern path rect line text html head body".split())
ATTRIBUTES = set(
    "{http://www.w3.org/2000/xmlns/}xmlns class lang href rel start scope role aria-labelledby id width height".split()
) | set("x y x1 x2 y1 y2 rx d fill text-anchor patternUnits patternTransform".split())
SAFE = re.compile(r"(?:https?://|mailto:)\S+$", re.IGNORECASE)
BARE = LetterSheet(("Förbundet",), "", "", "", "", ("Mottagaren",), (), "Rubrik", "", dated=date(2026, 11, 22))


def everywhere(text: str) -> LetterSheet:
    """A letter with the same text in its body, as it is and as a report's words, and in every field."""
    drawn = Chart(text, text, (("2026 kv 1", 7), (text, 8), ("2026 kv 3", text)))
    body = f"{text}\n\n{literal(text)}\n\n{{{{kvartalsdiagram}}}}\n\n{text}"
    return LetterSheet(
        (text, text),
        text,
        text,
        text,
        text,
        (text,),
        (text,),
        text,
        body,
        text,
        date(2026, 11, 22),
        {"kvartalsdiagram": drawn},
    )


def bare(text: str) -> str:
    """The characters of a text without spaces and what has no shape."""
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))


# ---------- nothing acts ----------


def acts_in_html(html: str) -> list[str]:
    """What in a page is more than text."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            found.append("a comment")
            continue
        tag = element.tag.rpartition("}")[2]
        found += [tag] if tag not in TAGS else []
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES or (name == "href" and not SAFE.match(value)):
                found.append(f"{name}={value}")
            if name == "fill" and not re.fullmatch(r"url\(#h[0-9a-f]{8}\)", value):
                found.append(f"{name}={value}")
    return found


@cache
def _empty() -> dict[str, bytes]:
    """The parts of a Word file with no text in it, which need no look."""
    with zipfile.ZipFile(BytesIO(letter_docx(BARE))) as file:
        return {name: file.read(name) for name in file.namelist()}


def acts_in_docx(content: bytes) -> list[str]:
    """What in a Word file is more than text, links, a picture and page numbers."""
    found = []
    with zipfile.ZipFile(BytesIO(content)) as file:
        for name in file.namelist():
            if file.read(name) == _empty().get(name):
                continue
            if not name.endswith((".xml", ".rels")):
                found += [name] if not re.fullmatch(r"word/media/image\d+\.png|docProps/thumbnail\.jpeg", name) else []
                continue
            for element in etree.fromstring(file.read(name)).iter():
                tag = etree.QName(element).localname
                instruction = element.get(qn("w:instr"), "")
                if tag in ("instrText", "altChunk", "OLEObject", "object", "script") or (
                    tag == "fldSimple" and instruction not in ("PAGE", "NUMPAGES")
                ):
                    found.append(f"{tag} {instruction}")
                if element.get("TargetMode") == "External" and not SAFE.match(element.get("Target", "")):
                    found.append(str(element.get("Target")))
    return found


def acts_in_pdf(content: bytes) -> list[str]:
    """What in a PDF is more than text and links."""
    reader = PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    found = [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in root]
    found += [name for name in ("/JavaScript", "/EmbeddedFiles") if name in root.get("/Names", {})]
    for page in reader.pages:
        found += ["/AA"] if "/AA" in page else []
        for annotation in page.get("/Annots") or []:
            action = annotation.get_object().get("/A", {})
            if action.get("/S") != "/URI" or not SAFE.match(str(action.get("/URI"))):
                found.append(str(action))
    return found


def acts_in_text(text: str) -> list[str]:
    """Characters of a plain text that a terminal or an editor acts on."""
    return [f"{char!a}" for char in text if char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160)] + re.findall(
        "[\u202a-\u202e\u2066-\u2069]", text
    )


@pytest.mark.parametrize("text", hostile.ALL)
def test_no_payload_acts_in_preview_or_plain_text(text: str) -> None:
    sheet = everywhere(text)
    assert acts_in_html(sheet_html(sheet)) == []
    assert acts_in_text(letter_text(sheet)) == []


@pytest.mark.parametrize("start", range(0, len(hostile.ALL), 8))
def test_no_payload_acts_in_word_or_pdf(start: int) -> None:
    texts = hostile.ALL[start : start + 8]
    sheet = replace(everywhere(texts[0]), body="\n\n".join(everywhere(text).body for text in texts))
    sheet = replace(sheet, sender=texts, recipients=texts, title=" ".join(texts))
    assert acts_in_docx(letter_docx(sheet)) == []
    made = letter_pdf(sheet)
    assert acts_in_pdf(made) == []
    assert "root:" not in "".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_the_checks_of_this_file_find_what_acts() -> None:
    assert acts_in_html('<p onclick="x">a</p><script></script><a href="javascript:1">b</a>') == [
        "onclick=x",
        "script",
        "href=javascript:1",
    ]
    assert acts_in_text("a\x1b[2J\u202e") == ["'\\x1b'", "\u202e"]


# ---------- every character is still there ----------


class _Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.said = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.said += data


def in_docx(content: bytes) -> str:
    """The text of a Word file's body."""
    with zipfile.ZipFile(BytesIO(content)) as file:
        tree = etree.fromstring(file.read("word/document.xml"))
    return "".join(element.text or "" for element in tree.iter(qn("w:t")))


@cache
def in_pdf_shape(text: str) -> str:
    """The text as the PDF writes it: what no font has by its code."""
    spelled: str = pdf._spelled({"text": text}, pdf._can_show)["text"]
    return spelled


def placed(text: str, place: str) -> str:
    """A report's words somewhere in a letter's Markdown."""
    return {
        "paragraph": literal(text),
        "item": f"- {literal(text)}",
        "number": f"1. {literal(text)}",
        "quote": f"> {literal(text)}",
        "heading": f"## Rubrik {literal(text)}",
        "strong": f"Ord **fet {literal(text)} fet** ord",
        "cell": f"| a | b |\n| --- | ---: |\n| {cell(text)} | 1 |",
    }[place]


@pytest.mark.parametrize("text", [t for t in hostile.ALL if not re.search(r"]\(|]: |\[\^|&|\*\[|^\d\.", t)])
def test_every_letter_of_a_payload_is_still_there_as_it_was_typed(text: str) -> None:
    """In the writer's own Markdown marks may act, and addresses of links go into the links; letters and digits stay."""
    sheet = replace(BARE, body=text)
    kept = re.sub(r"\W|_", "", visible(clean(text)))
    for form in (_Texts(sheet_html(sheet)).said, letter_text(sheet)):
        assert kept in re.sub(r"\W|_", "", form)


PLACES = ("paragraph", "item", "number", "quote", "heading", "strong", "cell")
WRITTEN = st.one_of(
    st.sampled_from(hostile.ALL), st.text(st.characters(exclude_categories=[]), min_size=1, max_size=40)
)


@example([("\x1b#0", "paragraph"), ("C#", "heading"), ("a\x00> b", "item")])
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(WRITTEN, st.sampled_from(PLACES)), min_size=1, max_size=5))
def test_every_character_is_still_there_in_all_four_forms(parts: list[tuple[str, str]]) -> None:
    """Three hundred letters out of payloads and any text at all, placed as a draft places what reports say."""
    parts = [(text, place) for text, place in parts if len(clean(text)) < 400]
    sheet = replace(BARE, body="\n\n".join(placed(text, place) for text, place in parts))
    html, plain = sheet_html(sheet), letter_text(sheet)
    word, made = letter_docx(sheet), letter_pdf(sheet)
    assert acts_in_html(html) + acts_in_text(plain) + acts_in_docx(word) + acts_in_pdf(made) == []
    # ">" begins the quoted lines of plain text.
    said = [bare(form).replace(">", "") for form in (_Texts(html).said, plain, in_docx(word))]
    pages = Counter(bare("".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)))
    for text, _ in parts:
        kept = bare(visible(clean(text)))
        for form in said:
            assert kept.replace(">", "") in form
        assert not Counter(bare(in_pdf_shape(visible(clean(text))))) - pages
