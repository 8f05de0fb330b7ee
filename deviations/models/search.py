"""The words by which reports, barriers and solutions are found, each beside its thing, and the indexes over them.

The words are written by the flush that writes the thing itself, so that no way of changing a text can forget them.
What is written past the session (there is none such way in the program) `services.indexing.rebuild` puts right.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    DDL,
    Connection,
    ForeignKey,
    Text,
    TextClause,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from deviations.models.barriers import Barrier, Solution
from deviations.models.base import Base
from deviations.models.deviations import Deviation


class DeviationWords(Base):
    """The words of one report. Lines that begin with `_` say whose it is, where, and in which queue."""

    __tablename__ = "deviation_words"

    id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class BarrierWords(Base):
    """The words of one barrier."""

    __tablename__ = "barrier_words"

    id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class SolutionWords(Base):
    """The words of one local solution."""

    __tablename__ = "solution_words"

    id: Mapped[int] = mapped_column(ForeignKey("solution.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


Words = type[DeviationWords] | type[BarrierWords] | type[SolutionWords]
WORDS: Mapping[type[Base], Words] = MappingProxyType(
    {Deviation: DeviationWords, Barrier: BarrierWords, Solution: SolutionWords}
)
"""Where the words of each kind of thing are kept."""

TEXTS: Mapping[type[Base], tuple[str, ...]] = MappingProxyType(
    {
        Deviation: ("title", "body", "rule_hint", "tried", "wished"),
        Barrier: ("name", "description"),
        Solution: ("text",),
    }
)
"""The columns whose words count. Parties and rules are filters of every list, so their names are not repeated here."""

SCOPE = ("subproject_id", "reporter_id", "queue")
"""The columns of a report that narrow a search before a single report is looked at. What may be read is decided by
`queries/visibility`, and by nothing here.
"""

_SQLITE = (
    "CREATE VIRTUAL TABLE {0}_fts USING fts5(words, content='{0}', content_rowid='id', detail='none', columnsize=0,"
    " prefix='3 4 5', tokenize=\"ascii tokenchars '_:-'\")",
)
_POSTGRESQL = (  # the words as they are, not as PostgreSQL's own parser would take them apart
    "ALTER TABLE {0} ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector("
    "array_remove(string_to_array(translate(words, E'\\n', ' '), ' '), ''))) STORED",
    "CREATE INDEX ix_{0}_lexemes ON {0} USING gin (lexemes) WITH (fastupdate = off)",
)


def indexing(table: str, dialect: str) -> tuple[str, ...]:
    """The statements that make the index over a table of words."""
    return tuple(one.format(table) for one in (_SQLITE if dialect == "sqlite" else _POSTGRESQL))


def is_index(name: str | None) -> bool:
    """Whether a table, column or index is part of what only one of the databases has, and the models can't say."""
    made = [f"{words.__tablename__}_fts" for words in WORDS.values()]
    lexemes = [f"ix_{words.__tablename__}_lexemes" for words in WORDS.values()]
    return name is not None and (
        name in ("lexemes", *lexemes) or any(name == one or name.startswith(f"{one}_") for one in made)
    )


def texts(thing: Any) -> list[str]:
    """What is read of a thing."""
    return [getattr(thing, column) or "" for column in TEXTS[type(thing)]]


def words(texts: Sequence[str], scope: Mapping[str, object] = MappingProxyType({})) -> str:
    """The words of a thing, as they are kept."""
    from deviations.domain.search import indexed  # the analyser reads its lists: only when something is written

    return "\n".join([indexed(texts), *(place(column, value) for column, value in scope.items() if value is not None)])


def place(column: str, value: object) -> str:
    """The word for a column of SCOPE and its value; nothing that anybody types can be this word."""
    return f"_{column[0]}{value}"


def _scope(thing: Any) -> dict[str, object]:
    return {column: getattr(thing, column) for column in SCOPE} if type(thing) is Deviation else {}


def keep(connection: Connection, kept: Words, id: int, now: str | None) -> None:
    """Puts a thing's words in the place of those it had; None where it is gone.

    On SQLite its index is told by hand: a trigger may not (`trusted_schema` is off).
    """
    before = connection.scalar(select(kept.words).where(kept.id == id))
    if connection.dialect.name == "sqlite" and before is not None:
        connection.execute(_told(kept, "'delete'"), {"id": id, "words": before})
    if now is None:
        connection.execute(delete(kept).where(kept.id == id))
    elif before is None:
        connection.execute(insert(kept).values(id=id, words=now))
    else:
        connection.execute(update(kept).where(kept.id == id).values(words=now))
    if connection.dialect.name == "sqlite" and now is not None:
        connection.execute(_told(kept), {"id": id, "words": now})


def _told(kept: Words, command: str | None = None) -> TextClause:
    name = f"{kept.__tablename__}_fts"
    first, value = (f"{name}, ", f"{command}, ") if command else ("", "")
    return text(f"INSERT INTO {name} ({first}rowid, words) VALUES ({value}:id, :words)")


def _added(mapper: Mapper[Any], connection: Connection, thing: Any) -> None:
    keep(connection, WORDS[type(thing)], thing.id, words(texts(thing), _scope(thing)))


def _changed(mapper: Mapper[Any], connection: Connection, thing: Any) -> None:
    attributes = inspect(thing).attrs
    if any(attributes[column].history.has_changes() for column in (*TEXTS[type(thing)], *_scope(thing))):
        _added(mapper, connection, thing)


def _gone(mapper: Mapper[Any], connection: Connection, thing: Any) -> None:
    keep(connection, WORDS[type(thing)], thing.id, None)


def _made(kept: Words) -> None:
    """Lets `create_all` and `drop_all` make and drop the index with its table."""
    ddl: Any = DDL  # SQLAlchemy leaves it without types
    for dialect in ("sqlite", "postgresql"):
        for statement in indexing(kept.__tablename__, dialect):
            event.listen(kept.__table__, "after_create", ddl(statement).execute_if(dialect=dialect))
    drop = ddl(f"DROP TABLE IF EXISTS {kept.__tablename__}_fts")
    event.listen(kept.__table__, "after_drop", drop.execute_if(dialect="sqlite"))


for _kind, _kept in WORDS.items():
    event.listen(_kind, "after_insert", _added)
    event.listen(_kind, "after_update", _changed)
    event.listen(_kind, "before_delete", _gone)
    _made(_kept)
