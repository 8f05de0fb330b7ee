"""The databases are opened as the design says: safe against a power cut, one writer, Swedish order."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from deviations.domain.order import swedish_key
from deviations.models.engine import make_engine


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a new SQLite database is to lie."""
    return tmp_path / "ny.sqlite3"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("trusted_schema", 0),
        ("secure_delete", 1),
        ("recursive_triggers", 1),
    ],
)
def test_each_connection_to_sqlite_is_set_up(file: Path, pragma: str, value: str | int) -> None:
    engine = make_engine(f"sqlite:///{file}")
    for _ in range(2):
        with engine.connect() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
    engine.dispose()


def test_a_writer_takes_the_lock_when_it_begins(file: Path) -> None:
    engine = make_engine(f"sqlite:///{file}")
    with engine.execution_options(write=True).begin() as first:
        first.execute(text("SELECT 1"))
        other = sqlite3.connect(file, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    engine.dispose()


def test_a_reader_does_not_stop_the_writer(file: Path) -> None:
    engine = make_engine(f"sqlite:///{file}")
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    with engine.connect() as reader:
        assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0
        with engine.execution_options(write=True).begin() as writer:
            writer.execute(text("INSERT INTO t VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM t")).scalar() == 0  # her view has not moved
    engine.dispose()


def test_a_second_writer_waits_for_the_first(engine: Engine) -> None:
    """The one that waits sees what the first one did."""
    writing = engine.execution_options(write=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def add_one() -> None:
        with writing.begin() as connection:
            connection.execute(text("UPDATE counter SET n = n + 1"))

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar() == 4


def test_a_question_that_takes_too_long_is_cut_off_on_postgresql(engine: Engine) -> None:
    if engine.dialect.name != "postgresql":
        assert engine.dialect.name == "sqlite"
        return
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }
        assert settings == {
            "statement_timeout": "10s",
            "lock_timeout": "3s",
            "idle_in_transaction_session_timeout": "30s",
        }
        connection.execute(text("SET statement_timeout = '20ms'"))
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT pg_sleep(1)"))


def test_swedish_order_ignores_case_and_puts_its_letters_last() -> None:
    words = ["Zebra", "äpple", "Åsa", "östra", "Éva", "ebba", "Ärla", "adam"]
    assert sorted(words, key=swedish_key) == ["adam", "ebba", "Éva", "Zebra", "Åsa", "äpple", "Ärla", "östra"]


def test_an_error_does_not_repeat_what_people_wrote(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as told:
        connection.execute(text("SELECT :said FROM no_such_table"), {"said": "Hon grät när hon fick beslutet."})
    assert "grät" not in str(told.value)
