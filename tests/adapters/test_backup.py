"""A copy of a database in use is whole, private, proved and found wanting when it was changed."""

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deviations.adapters import backup
from deviations.adapters.backup import Damaged

AT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
NAME = "deviations.sqlite3"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database as the program keeps it, which somebody has open."""
    path = tmp_path / "instance" / NAME
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE place (id INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE report (id INTEGER PRIMARY KEY, place INTEGER REFERENCES place, text TEXT)")
        connection.executemany("INSERT INTO place VALUES (?)", [(n,) for n in range(10)])
        connection.executemany("INSERT INTO report VALUES (?, ?, ?)", [(n, n % 10, "åäö " * 50) for n in range(2000)])
    connection.close()
    return path


def taken(database: Path, folder: Path, at: datetime = AT, **more: object) -> tuple[Path, backup.Copy]:
    return backup.take(database, folder, at, name=NAME, program="1.2.3", **more)  # type: ignore[arg-type]


def test_a_copy_can_be_opened_and_holds_everything(database: Path, tmp_path: Path) -> None:
    made, copy = taken(database, tmp_path / "copies")
    assert made.name == "mellan-stolarna-2026-11-22T013000Z"
    assert copy.rows == {"place": 10, "report": 2000}
    with sqlite3.connect(made / NAME) as opened:
        assert opened.execute("SELECT count(*), min(text) FROM report").fetchone() == (2000, "åäö " * 50)
    opened.close()
    assert backup.check(made, NAME) == copy


def test_what_has_only_just_been_written_is_in_the_copy(database: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(database)
    writer.execute("INSERT INTO report VALUES (9999, 1, 'ny')")
    writer.commit()
    assert database.with_name(f"{NAME}-wal").stat().st_size > 0  # it stands beside the file, not in it
    _, copy = taken(database, tmp_path / "copies")
    writer.close()
    assert copy.rows["report"] == 2001


def test_a_copy_taken_while_others_write_is_one_moment(database: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        writer = sqlite3.connect(database, timeout=10)
        number = 100_000
        while not stop.is_set():
            with writer:  # a place and its report come together or not at all
                writer.execute("INSERT INTO place VALUES (?)", (number,))
                writer.execute("INSERT INTO report VALUES (?, ?, 'x')", (number, number))
            number += 1
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        copies = [taken(database, tmp_path / "copies", AT + timedelta(seconds=n)) for n in range(5)]
    finally:
        stop.set()
        thread.join()
    for made, copy in copies:
        assert copy.rows["report"] - copy.rows["place"] == 1990
        assert backup.check(made, NAME) == copy
    assert copies[-1][1].rows["report"] > copies[0][1].rows["report"]


def test_only_its_owner_can_read_a_copy(database: Path, tmp_path: Path) -> None:
    secret = database.with_name("secret_key")
    secret.write_text("x" * 64)
    secret.chmod(0o644)
    made, _ = taken(database, tmp_path / "copies", also=[secret])
    assert {path.name for path in made.iterdir()} == {NAME, "manifest.json", "secret_key"}
    assert [path.stat().st_mode & 0o777 for path in made.iterdir()] == [0o600] * 3
    assert made.stat().st_mode & 0o777 == 0o700
    assert (made / "secret_key").read_text() == "x" * 64


def test_without_being_asked_for_no_secret_is_copied(database: Path, tmp_path: Path) -> None:
    database.with_name("secret_key").write_text("x" * 64)
    made, _ = taken(database, tmp_path / "copies")
    assert sorted(path.name for path in made.iterdir()) == [NAME, "manifest.json"]


def test_the_manifest_says_what_the_copy_is(database: Path, tmp_path: Path) -> None:
    made, copy = taken(database, tmp_path / "copies")
    told = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
    assert told == {"at": "2026-11-22T01:30:00+00:00", "program": "1.2.3", "sha256": copy.sha256, "size": copy.size,
                    "rows": {"place": 10, "report": 2000}}  # fmt: skip


def changed_byte(made: Path) -> None:
    content = bytearray((made / NAME).read_bytes())
    content[-10] ^= 1
    (made / NAME).write_bytes(content)


def cut_off(made: Path) -> None:
    (made / NAME).write_bytes((made / NAME).read_bytes()[:-4096])


def gone(made: Path) -> None:
    (made / NAME).unlink()


def no_manifest(made: Path) -> None:
    (made / "manifest.json").unlink()


def rewritten(made: Path) -> None:
    (made / "manifest.json").write_text('{"at": 1}')


@pytest.mark.parametrize("harm", [changed_byte, cut_off, gone, no_manifest, rewritten])
def test_a_copy_that_was_harmed_is_found_out(database: Path, tmp_path: Path, harm: object) -> None:
    made, _ = taken(database, tmp_path / "copies")
    assert callable(harm)
    harm(made)
    with pytest.raises(Damaged):
        backup.check(made, NAME)


def test_a_damaged_database_is_not_called_a_backup(database: Path, tmp_path: Path) -> None:
    content = bytearray(database.read_bytes())
    content[8192:20480] = b"\xff" * 12288
    database.write_bytes(content)
    with pytest.raises(Damaged):
        taken(database, tmp_path / "copies")
    assert list((tmp_path / "copies").iterdir()) == []


def test_rows_that_point_nowhere_are_found(database: Path, tmp_path: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO report VALUES (7777, 4711, 'utan plats')")
    connection.close()
    with pytest.raises(Damaged, match="inte finns"):
        taken(database, tmp_path / "copies")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"this is no database at all" * 100)
    with pytest.raises(Damaged):
        taken(tmp_path / NAME, tmp_path / "copies")


def test_what_a_broken_attempt_left_is_no_copy_and_stops_nothing(database: Path, tmp_path: Path) -> None:
    left = tmp_path / "copies" / (backup.name_at(AT) + ".part")
    left.mkdir(parents=True)
    (left / NAME).write_bytes(b"half")
    assert backup.thin(tmp_path / "copies", 1) == []
    made, _ = taken(database, tmp_path / "copies")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [made.name]


def test_only_the_newest_copies_are_kept_and_nothing_else_is_touched(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    made = [taken(database, folder, AT + timedelta(days=n))[0] for n in range(4)]
    (folder / "mellan-stolarna-anteckningar").mkdir()
    (folder / "annat.txt").write_text("kvar")
    assert backup.thin(folder, 2) == made[:2]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["annat.txt", "mellan-stolarna-anteckningar", made[2].name, made[3].name]
    )
    assert backup.thin(folder, 2) == []
