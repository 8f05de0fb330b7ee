"""The minutes as a Word file: it can be opened again, has real headings and lists, and nothing in it can act."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from deviations.adapters.minutes_docx import Entry, Part, Section, Sheet, minutes_docx

HOSTILE = (
    "**fet** [länk](javascript:alert(1)) `kod`",
    "<w:p><w:r><w:t>inskjutet</w:t></w:r></w:p>",
    '=HYPERLINK("https://example.org";"klicka")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '{ INCLUDETEXT "c:\\\\hemligt" } & "citat" <script>',
    "# Rubrik\n- punkt\n\n1. nummer",
    "\x00\x0b\ufffe\ud800 styrtecken",
)


def a_sheet(*titles: str) -> Sheet:
    entries = [Entry(title, f"Söder · {title}", "/avvikelser/1") for title in titles]
    return Sheet(
        title="Minnesanteckningar från veckogenomgången 23 november 2026",
        lead="Vera gick igenom kön. 3 beslut.",
        parts=(
            Part("Beslut", (Section("Lokal åtgärd (3)", entries), Section("Avslutade", entries[:1]))),
            Part("Det här väntar", (Section("Söder", (), "2 lokala åtgärder."),)),
        ),
        on=date(2026, 11, 23),
    )


def opened(sheet: Sheet) -> list[tuple[str, str]]:
    document = Document(BytesIO(minutes_docx(sheet)))
    return [(one.style.name if one.style else "", one.text) for one in document.paragraphs]


def test_it_is_opened_again_with_its_headings_and_lists() -> None:
    found = opened(a_sheet("Avvikelse 17: Tio timmar"))
    assert found[0] == ("Heading 1", "Minnesanteckningar från veckogenomgången 23 november 2026")
    assert [text for style, text in found if style == "Heading 2"] == ["Beslut", "Det här väntar"]
    assert [text for style, text in found if style == "Heading 3"] == ["Lokal åtgärd (3)", "Avslutade", "Söder"]
    assert ("List Bullet", "Avvikelse 17: Tio timmar\nSöder · Avvikelse 17: Tio timmar") in found
    assert found[-1] == ("Normal", "2 lokala åtgärder.")


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_the_text_that_it_is(title: str) -> None:
    written = opened(a_sheet(title))
    kept = " ".join(re.sub("[\x00\x0b\ufffe]", "", title).replace("\ud800", "\ufffd").split())
    assert [text.split("\n")[0] for style, text in written if style == "List Bullet"] == [kept, kept]
    with zipfile.ZipFile(BytesIO(minutes_docx(a_sheet(title)))) as parts:
        plain = opened(a_sheet("lugn"))
        body = parts.read("word/document.xml").decode()
        links = parts.read("word/_rels/document.xml.rels").decode()
    assert len(written) == len(plain)
    assert "w:fldSimple" not in body and "w:instrText" not in body and "w:hyperlink" not in body
    assert "example.org" not in links


@given(st.text(max_size=200))
def test_any_title_makes_a_file_that_opens(title: str) -> None:
    assert opened(a_sheet(title))


def test_a_big_bulk_decision_fits() -> None:
    found = opened(a_sheet(*(f"*Avvikelse* {n}: [titel]" for n in range(600))))
    assert found[-4][1].startswith("*Avvikelse*")
