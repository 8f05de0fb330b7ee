"""Looks on while requests change the database, and can take every change back: then each of them meets the same things.

It listens to the engine, as a tool that traces questions does. The program notices nothing: it commits, and reads what
it has written until its transaction ends.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

_CHANGE = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
KEPT = "changes that are to be kept"


class Watch:
    """The tables that were changed for good since the last `forget`, in order."""

    def __init__(self) -> None:
        self.changed: list[str] = []

    def forget(self) -> None:
        """Begins anew."""
        self.changed = []


@contextmanager
def taking_back(engine: Engine) -> Iterator[Watch]:
    """While this lasts, what is committed on the engine is noted and rolled back."""
    watch = Watch()

    def changes(conn: Connection, cursor: Any, statement: str, *_: Any) -> None:
        found = _CHANGE.match(statement)
        if found:
            conn.info.setdefault(KEPT, []).append(found[1])

    def commits(conn: Connection) -> None:
        watch.changed += conn.info.pop(KEPT, [])
        driver = conn.connection.dbapi_connection
        assert driver is not None
        driver.rollback()

    def rolls_back(conn: Connection, *_: Any) -> None:
        conn.info.pop(KEPT, None)

    listeners = (("after_cursor_execute", changes), ("commit", commits), ("rollback", rolls_back))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield watch
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
