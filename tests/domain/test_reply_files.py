"""What comes as a file is what it is inside, whatever it is called; what could harm or swell is refused."""

import struct
import zipfile
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.reply_files import (
    MOST_BYTES,
    MOST_FILES,
    NAME,
    PARTS,
    UNPACKED,
    BadFile,
    CheckedFile,
    check_together,
    checked,
    safe_name,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

ELSEWHERE = b'<Relationship Type="a/attachedTemplate" Target="https://example.org/x.dotm" TargetMode="External"/>'


def word(**parts: bytes) -> bytes:
    """A Word file as Word writes it, with these parts added."""
    made = BytesIO()
    document = Document()
    document.add_paragraph("Vi ändrar vårt arbetssätt från och med hösten.")
    document.save(made)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(BadFile) as told:
        checked(name, content)
    return told.value.code


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("svar.pdf", PDF, "pdf"),
        ("SVAR.PDF", PDF, "pdf"),
        ("svar.docx", word(), "docx"),
        ("svar.txt", "Ja, vi gör så. Åtgärden är klar i maj.".encode(), "txt"),
        ("svar.txt", "Ja, vi gör så. Åtgärden är klar i maj.".encode("cp1252"), "txt"),
        ("svar.txt", "Ja, vi gör så. Åtgärden är klar i maj.".encode("utf-16"), "txt"),
        ("svar.txt", b"<script>alert(1)</script>", "txt"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(name: str, content: bytes, kind: str) -> None:
    found = checked(name, content)
    assert (found.kind, found.content) == (kind, content)
    assert found.name.endswith(f".{kind}")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("svar.pdf", b"", "empty"),
        ("svar.pdf", PDF[:20], "broken"),
        ("svar.docx", PDF, "wrong_name"),
        ("svar.pdf", b"Bara text", "wrong_name"),
        ("svar.html", b"<script>alert(1)</script>", "wrong_name"),
        ("svar", PDF, "wrong_name"),
        ("svar.pdf.exe", b"MZ\x90\x00\x03\x00\x00\x00", "unknown_kind"),
        ("svar.png", b"\x89PNG\r\n\x1a\n\x00\x00", "unknown_kind"),
        ("svar.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "unknown_kind"),
        ("svar.txt", b"MZ\x00\x01", "unknown_kind"),
        ("svar.docx", b"PK\x03\x04 och sedan inget", "broken"),
        ("svar.docx", word()[:-30], "broken"),
        ("svar.docx", word(word__vbaProject=b"x"), "macros"),
        ("svar.docx", word(**{"word/a.rels": ELSEWHERE}), "macros"),
        ("svar.docx", word(**{"word/b.rels": b'<Relationship Type="a/vbaProject" Target="x.bin"/>'}), "macros"),
    ],
)
def test_anything_else_is_refused(name: str, content: bytes, code: str) -> None:
    assert refused(name, content) == code


def test_an_archive_that_is_no_word_file_is_refused() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert refused("svar.docx", made.getvalue()) == "unknown_kind"


def test_a_file_may_weigh_ten_megabytes_and_no_more() -> None:
    assert checked("svar.txt", b"a" * MOST_BYTES).kind == "txt"
    assert refused("svar.txt", b"a" * (MOST_BYTES + 1)) == "too_large"


def test_an_archive_that_swells_is_refused_before_it_is_unpacked() -> None:
    bomb = word(word__media=b"\0" * (UNPACKED + 1))
    assert len(bomb) < 1_000_000
    assert refused("svar.docx", bomb) == "swells"


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    """The size in the directory is made small, so that only unpacking can tell."""
    bomb = bytearray(word(word__media=b"\0" * (UNPACKED + 1)))
    bomb_size, small = struct.pack("<L", UNPACKED + 1), struct.pack("<L", 1_000)
    assert bytes(bomb).count(bomb_size) == 2  # beside the part, and in the directory
    assert refused("svar.docx", bytes(bomb).replace(bomb_size, small)) in {"swells", "broken"}


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_as_no_word_file_is_gets_refused_unread(packed: int) -> None:
    """Only what Word packs with is unpacked piece by piece; a few bytes of the others become gigabytes at once."""
    made = BytesIO(word())
    with zipfile.ZipFile(made, "a", packed) as archive:
        archive.writestr("word/more.xml", b"\0" * 1_000_000)
    assert refused("svar.docx", made.getvalue()) == "broken"


def test_an_archive_of_too_many_parts_is_refused() -> None:
    assert refused("svar.docx", word(**{f"word__{n}": b"x" for n in range(PARTS)})) == "swells"


def test_an_archive_with_a_password_is_refused() -> None:
    """The mark of a password, set by hand in each place where it stands."""
    locked = bytearray(word())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(sign)
        while start >= 0:
            locked[start + at] |= 1
            start = locked.find(sign, start + 4)
    assert refused("svar.docx", bytes(locked)) == "locked"


def test_entities_in_a_word_file_do_nothing_as_it_is_never_read() -> None:
    assert checked("svar.docx", word(word__extra=ENTITIES)).kind == "docx"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Svar från rådet.pdf", "Svar från rådet.pdf"),
        ("..\\..\\windows\\svar.pdf", "svar.pdf"),
        ("/etc/passwd.pdf", "passwd.pdf"),
        ('x"; filename="y.exe.pdf', "x filename= y.exe.pdf"),
        ("svar\r\nSet-Cookie: a=b.pdf", "svar Set-Cookie a=b.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        (".pdf", "svar.pdf"),
        ("...pdf", "svar.pdf"),
    ],
)
def test_a_kept_name_can_stand_in_a_header(name: str, kept: str) -> None:
    assert safe_name(name, "pdf") == kept


@given(st.text(max_size=300))
def test_no_name_breaks_out(name: str) -> None:
    kept = safe_name(name, "txt")
    assert kept.endswith(".txt") and len(kept) <= NAME
    assert kept.isprintable() and not set(kept) & set('/\\"<>:|?*;%')


@given(st.binary(max_size=400), st.sampled_from(["", "%PDF-1.7", "PK\x03\x04"]))
def test_any_bytes_are_taken_or_refused_in_words(content: bytes, start: str) -> None:
    try:
        found = checked("svar.pdf", start.encode("latin-1") + content)
    except BadFile as told:
        assert told.code
    else:
        assert found.kind == "pdf"


def test_an_answer_carries_five_files_and_ten_megabytes_together() -> None:
    light = CheckedFile("svar.txt", "txt", b"a")
    check_together([light] * MOST_FILES)
    with pytest.raises(BadFile, match="too_many"):
        check_together([light] * (MOST_FILES + 1))
    heavy = CheckedFile("svar.txt", "txt", b"a" * (MOST_BYTES // 2 + 1))
    with pytest.raises(BadFile, match="too_large"):
        check_together([heavy, heavy])
