"""Opens the database: SQLite set up so that an acknowledged report survives a power cut, or PostgreSQL with a pool."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from deviations.domain.order import swedish_key

PATIENCE = "busy_timeout=5000"  # milliseconds; less than the server's own patience
PRAGMAS = (
    "journal_mode=WAL",  # readers do not stop the writer
    "synchronous=FULL",  # an acknowledged commit survives a power cut
    "foreign_keys=ON",  # off by default in SQLite
    PATIENCE,
    "trusted_schema=OFF",
    "secure_delete=ON",  # what is erased is gone from the file
    "recursive_triggers=ON",  # else INSERT OR REPLACE passes by a delete trigger
)


def _compare(a: str, b: str) -> int:
    left, right = swedish_key(a), swedish_key(b)
    return (left > right) - (left < right)


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…`.

    A connection with the execution option `write=True` takes SQLite's write lock when it begins, so that a change never
    fails half-way because it first read. What people wrote never stands in an error, which lands in a log.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=5,
        hide_parameters=True,
        connect_args={
            "options": "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
        },
    )


@contextmanager
def at_once(engine: Engine, patience: int = 0) -> Iterator[Connection]:
    """A connection for one small write that is worth no more waiting than so many milliseconds: raises OperationalError
    where somebody else writes for longer.
    """
    with engine.connect().execution_options(write=True) as connection:
        own_file = connection.dialect.name == "sqlite"
        if own_file:
            connection.connection.cursor().execute(f"PRAGMA busy_timeout={patience:d}")
        try:
            with connection.begin():
                if not own_file:
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{max(patience, 1):d}ms'")
                yield connection
        finally:
            if own_file:
                connection.connection.cursor().execute(f"PRAGMA {PATIENCE}")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.create_collation("swedish", _compare)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
