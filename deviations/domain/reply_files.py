"""Looks at a file that came with an answer: PDF, Word or plain text, found out from what is in it and not from its
name; too large ones, archives that swell, macros and everything else are refused.
"""

import re
import unicodedata
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from zlib import error as BadStream

from deviations.domain.characters import UNREADABLE, holdable

MOST_BYTES = 10_000_000
"""The most that the files of one answer may weigh together."""

MOST_FILES = 5
NAME = 120  # characters of a kept name

UNPACKED = 100_000_000
"""So many bytes a Word file may hold unpacked (ASVS 5.2.3: size and number are checked before anything is unpacked)."""

PARTS = 2_000
CHUNK = 65_536

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "txt": "text/plain; charset=utf-8",
    }
)
"""The kinds that are taken, with the type under which each is given back."""

_EXTENSIONS = {"pdf": ("pdf",), "docx": ("docx",), "txt": ("txt", "text", "md")}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_TYPES = "[Content_Types].xml"
_WORD = (_TYPES, "word/document.xml")
# Macros under any name, and a template that lies elsewhere and may have some.
_ACTS = re.compile(rb"(?i)macroEnabled|vbaProject|attachedTemplate[^>]*External|External[^>]*attachedTemplate")
_TEXTS = ("utf-8-sig", "cp1252")  # what Swedish offices write; UTF-16 only where it says so itself


class BadFile(ValueError):
    """A file that is not taken. `code` says why: `empty`, `too_large`, `too_many`, `unknown_kind`, `wrong_name`,
    `broken`, `swells`, `macros`, `locked`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was looked at: a name that is safe to write into a header, what it is, and its bytes."""

    name: str
    kind: str
    content: bytes = field(repr=False)


def checked(name: str, content: bytes) -> CheckedFile:
    """The file as it may be kept. Raises BadFile."""
    if not content:
        raise BadFile("empty")
    if len(content) > MOST_BYTES:
        raise BadFile("too_large")
    kind = _kind(content)
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if ending not in _EXTENSIONS[kind]:
        raise BadFile("wrong_name")
    return CheckedFile(safe_name(name, kind), kind, content)


def check_together(files: Collection[CheckedFile]) -> None:
    """Raises BadFile (`too_large`, `too_many`) for more than one answer may carry."""
    if len(files) > MOST_FILES:
        raise BadFile("too_many")
    if sum(len(one.content) for one in files) > MOST_BYTES:
        raise BadFile("too_large")


def safe_name(name: str, kind: str) -> str:
    """A file's name without folders, line breaks, and marks that a system gives a meaning; it ends as its kind does."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = last.rpartition(".")[0] if "." in last else last
    plain = "".join(" " if not _plain(letter) else letter for letter in stem)
    stem = " ".join(plain.split()).strip(". ")[: NAME - 6].strip()
    return f"{stem or 'svar'}.{kind}"


def _plain(letter: str) -> bool:
    return holdable(letter) and letter != UNREADABLE and letter.isprintable() and letter not in '<>:"|?*;%'


def _kind(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise BadFile("broken")
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        _look_into(content)
        return "docx"
    if _is_text(content):
        return "txt"
    raise BadFile("unknown_kind")


def _is_text(content: bytes) -> bool:
    """Whether it is words and no program: decodes, and holds no control character but breaks and tabs."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _TEXTS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not _CONTROL.search(text)
    return False


def _look_into(content: bytes) -> None:
    """Raises BadFile unless the archive is a Word file without macros that stays within bounds when unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            _unpack(archive, parts)
    except (zipfile.BadZipFile, BadStream, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as fault:
        raise fault if isinstance(fault, BadFile) else BadFile("broken") from None


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if any(part.flag_bits & 0x1 for part in parts):
        raise BadFile("locked")
    if not set(_WORD) <= set(names):
        raise BadFile("unknown_kind")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise BadFile("broken")  # no Word file has others, and theirs are unpacked whole, however much that is
    if len(parts) > PARTS or len(set(names)) != len(names) or sum(part.file_size for part in parts) > UNPACKED:
        raise BadFile("swells")
    if any("vbaproject" in name.casefold() for name in names):
        raise BadFile("macros")


def _unpack(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """What an archive says of its sizes may be a lie, so it is unpacked once, piece by piece, and thrown away; but for
    what tells of macros, and of a template that Word would fetch from elsewhere.
    """
    unpacked, told = 0, bytearray()
    for part in parts:
        tells = part.filename == _TYPES or part.filename.endswith(".rels")
        with archive.open(part) as opened:
            while piece := opened.read(CHUNK):
                unpacked += len(piece)
                if unpacked > UNPACKED:
                    raise BadFile("swells")
                if tells:
                    told += piece
    if _ACTS.search(told):
        raise BadFile("macros")
