"""Copies SQLite's file while the program runs, proves that the copy is whole, and lets old copies go.

A copy is a folder of its own, made like an instance's: the database, the manifest that says what it must hold, and if
asked for the secrets. Nothing half-made ever has its name.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

MANIFEST = "manifest.json"
_BEGINS = "mellan-stolarna-"
_UNFINISHED = ".part"
_CHUNK = 1 << 20


class Damaged(Exception):
    """The database, or a copy of it, is not what it should be; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy holds, as its manifest says it."""

    at: str  # ISO 8601, UTC
    program: str  # the version that made it
    sha256: str
    size: int  # bytes
    rows: dict[str, int]  # by table


def name_at(at: datetime) -> str:
    """The folder's name of a copy made at a moment; in the order of time when sorted."""
    return f"{_BEGINS}{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"


def take(
    database: Path, folder: Path, at: datetime, *, name: str, program: str, also: Collection[Path] = ()
) -> tuple[Path, Copy]:
    """Copies the database of a running instance into a new folder under `folder`, as `name`, with the files `also`.

    What is copied is one moment of the database, whatever is written meanwhile. The copy is read again from end to end
    before it gets its name. Raises Damaged when the database or the copy is not whole, OSError when there is no room.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = folder / name_at(at)
    making = folder / (done.name + _UNFINISHED)
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    try:
        copy = Copy(_iso(at), program, *_copied(database, making / name))
        for path in also:
            _private(making / path.name, path.read_bytes())
        _private(making / MANIFEST, json.dumps(asdict(copy), indent=1, ensure_ascii=False).encode())
        _sync(making)
        making.rename(done)
        _sync(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return done, copy


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _copied(database: Path, target: Path) -> tuple[str, int, dict[str, int]]:
    """Copies and proves it; the sum and size of the copy, and how many rows it must have."""
    _private(target, b"")
    # Nothing is written to it; but what has just been written stands beside the file, and to read that is to lock it.
    with _opened(database, "rw") as source:
        source.execute("BEGIN")  # from here to the end of the copying: one moment
        rows = _rows(source)
        with closing(sqlite3.connect(target)) as copied:
            source.backup(copied)
            copied.execute("PRAGMA journal_mode=DELETE")  # one file, without the two that lie beside a used one
    _prove(target, rows)
    return _sum(target), target.stat().st_size, rows


def check(folder: Path, name: str) -> Copy:
    """Reads a copy from end to end: is it what its manifest says? Raises Damaged, which says what is wrong."""
    path = folder / name
    try:
        copy = Copy(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, UnicodeError, ValueError, TypeError):
        raise Damaged(f"{folder} är ingen hel säkerhetskopia: {MANIFEST} saknas eller går inte att läsa.") from None
    if not path.is_file() or path.stat().st_size != copy.size or _sum(path) != copy.sha256:
        raise Damaged(f"{path} är inte den fil som kopierades.")
    _prove(path, copy.rows)
    return copy


def thin(folder: Path, keep: int) -> list[Path]:
    """Removes all but the newest copies; those that it removed. Touches nothing that it has not made."""
    made = sorted(path for path in folder.glob(f"{_BEGINS}*") if (path / MANIFEST).is_file())
    gone = made[: max(len(made) - keep, 0)]
    for path in gone:
        shutil.rmtree(path)
    return gone


@contextmanager
def _opened(database: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    """Opens a file that is there. Raises Damaged for one that is no database."""
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode={mode}", uri=True)) as connection:
            connection.isolation_level = None
            yield connection
    except sqlite3.DatabaseError as fault:
        raise Damaged(f"Databasen {database} går inte att läsa: {fault}.") from None


def _prove(path: Path, rows: dict[str, int]) -> None:
    """Raises Damaged unless SQLite finds the file whole, no row points to a missing one, and all rows are there."""
    with _opened(path) as connection:
        if [line for (line,) in connection.execute("PRAGMA integrity_check")] != ["ok"]:
            raise Damaged("SQLite finner fel i kopian.")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Damaged("I kopian pekar en rad på en annan som inte finns.")
        if _rows(connection) != rows:
            raise Damaged("Kopian har inte lika många rader som databasen hade.")


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _sync(folder: Path) -> None:
    """On the disk, and not only on its way there: the files of a folder, and their names in it."""
    for path in [*(entry for entry in folder.iterdir() if entry.is_file()), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
