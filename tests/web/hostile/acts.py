"""What in an answer is more than text, though somebody only wrote it: in a page, table, Word file, PDF or mail."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit
from zipfile import ZipFile

from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.pages import Page

CANARY = "zq"  # the name of an element, of an attribute and of a host that only a planted text has
NOT_OURS = set(
    "iframe object embed applet frame frameset base marquee keygen portal video audio source track style isindex xmp "
    "plaintext listing noembed noframes math foreignobject animate set image area map".split()
)
LEADING = ("href", "src", "action", "formaction", "data", "poster", "background", "ping", "srcset", "cite", "manifest")
OWN = re.compile(r"(?:/(?![/\\])|\?|#|\Z)")
ELSEWHERE = re.compile(r"https?://|mailto:|otpauth://totp/", re.IGNORECASE)
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def in_answer(answer: TestResponse) -> list[str]:
    """What acts in an answer of any kind that the program gives; a kind that is not known here is a fault too."""
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        return ["a browser may take it for something else"]
    kind, content = answer.mimetype, answer.get_data()
    if kind == "text/html":
        return in_page(content.decode())
    if answer.headers.get("Content-Disposition", "").startswith("attachment") or kind == "application/json":
        return in_file(kind, content)
    return [f"{kind} is shown in the browser"] if kind != "text/plain" else in_text(content.decode())


def in_page(html: str) -> list[str]:
    """What acts in a page or in a part of one; only what somebody planted can be wrong, so others are not parsed."""
    if CANARY not in html:
        return []
    page = Page(html)
    found = list(page.faults())
    for element in page.root.iter():
        tag = str(element.tag).rpartition("}")[2].lower()
        if tag in NOT_OURS or tag.startswith(CANARY):
            found.append(f"<{tag}>")
        for name, value in element.attrib.items():
            found += _acting(tag, str(name).rpartition("}")[2].rpartition(":")[2].lower(), value)
    return found


def _acting(tag: str, name: str, value: str) -> Iterator[str]:
    if name.startswith(("on", CANARY)) or name in ("style", "srcdoc", "http-equiv"):
        yield f"<{tag} {name}={value[:60]!r}>"
    if name in LEADING and not _leads_where_it_may(tag, name, value):
        yield f"<{tag}> leads by {name} to {value[:80]!r}"


def _leads_where_it_may(tag: str, name: str, value: str) -> bool:
    """Own addresses everywhere; other people's only behind a link, and never one that a browser runs."""
    address = re.sub(r"[\x00-\x20]", "", value)  # as browsers read it (WHATWG URL, 4.4)
    if OWN.match(address):
        return True
    return (tag, name) == ("a", "href") and bool(ELSEWHERE.match(address))


def in_file(kind: str, content: bytes) -> list[str]:
    """What acts in a file that somebody opens in another program."""
    if kind == "text/csv":
        return _in_rows(list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")))
    if kind.endswith("spreadsheetml.sheet"):
        return _in_workbook(content)
    if kind.endswith("wordprocessingml.document"):
        return _in_word(content)
    if kind == "application/pdf":
        return _in_pdf(content)
    if kind in ("application/json", "text/plain", "text/markdown"):
        return in_text(content.decode()) if kind == "text/plain" else []
    return [f"nobody has said what may act in {kind}"]


def _in_rows(rows: list[list[str]]) -> list[str]:
    """Cells that a spreadsheet program takes for a formula (OWASP, CSV injection)."""
    cells = [cell for row in rows for cell in row]
    starts = [unicodedata.normalize("NFKC", cell.lstrip()[:1]) for cell in cells]
    return [cell[:60] for cell, start in zip(cells, starts, strict=True) if start and start in "=+-@\t\r|"]


def _in_workbook(content: bytes) -> list[str]:
    cells = [cell for sheet in load_workbook(io.BytesIO(content)) for row in sheet for cell in row]
    return [str(cell.value)[:60] for cell in cells if cell.data_type == "f" or cell.hyperlink is not None]


def _in_word(content: bytes) -> list[str]:
    found = []
    with ZipFile(io.BytesIO(content)) as file:
        for name in (name for name in file.namelist() if name.endswith((".xml", ".rels"))):
            for element in etree.fromstring(file.read(name)).iter("{*}*"):
                tag = etree.QName(element).localname
                told = " ".join(element.attrib.values())
                if tag in ("instrText", "altChunk", "OLEObject", "object", "script"):
                    found.append(f"{name}: {tag}")
                if tag == "fldSimple" and not re.search(r"\b(?:PAGE|NUMPAGES)\b", told):
                    found.append(f"{name}: {told}")
                if element.get("TargetMode") == "External" and not _leads_where_it_may(
                    "a", "href", element.get("Target", "")
                ):
                    found.append(f"{name}: {told}")
    return found


def _in_pdf(content: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    found = [name for name in ("/OpenAction", "/AA", "/AcroForm") if name in root]
    found += [name for name in ("/JavaScript", "/EmbeddedFiles") if name in root.get("/Names", {})]
    for page in reader.pages:
        for annotation in page.get("/Annots") or []:
            action = annotation.get_object().get("/A", {})
            if action.get("/S") != "/URI" or urlsplit(str(action.get("/URI"))).scheme not in (
                "http",
                "https",
                "mailto",
            ):
                found.append(str(action)[:80])
    return found


def in_text(text: str) -> list[str]:
    """Characters that a terminal or a mail program acts on."""
    return [
        ascii(char) for char in text if char not in "\r\n\t" and unicodedata.category(char) == "Cc"
    ] + TURNS.findall(text)
