"""Makes the words of search anew: after an update of the program whose analyser finds other words than before."""

import json
from typing import Any
from zlib import crc32

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from deviations.models import Deviation, Setting
from deviations.models.base import Base
from deviations.models.search import SCOPE, TEXTS, WORDS, words

SETTING = "search"
PORTION = 1_000
PROBE = (
    "Handläggarbytet gjorde att arbetsträningsplatsen i hindret ”tio timmar” försvann enligt 12 kap. 6 § SoL.",
    "FK:s handläggare och SIP-möten, vårdköer, städer, regler, rummen, frågan, nattvandringsgruppen, 2000:634, İzmir.",
)
"""Sentences that go through all of the analyser's rules."""


def fingerprint() -> int:
    """A number that is another one when other texts are read, or the analyser, its lexicon or its list of parts finds
    other words in them.
    """
    from deviations.domain.compounds import listed
    from deviations.domain.search import indexed
    from deviations.domain.words import entries

    read = " ".join(column for columns in (*TEXTS.values(), SCOPE) for column in columns)
    told = [*PROBE, read, " ".join(listed()), *(f"{entry.term} {' '.join(entry.expansion)}" for entry in entries())]
    return crc32(indexed(told).encode())


def is_old(session: Session) -> bool:
    """Whether the words that are kept come from another version of the analyser, or were never made."""
    stored = session.get(Setting, SETTING)
    return stored is None or json.loads(stored.value) != {"analyser": fingerprint()}


def renew(session: Session) -> bool:
    """Makes all words anew if they are old; whether they were. The caller commits."""
    if not is_old(session):
        return False
    rebuild(session)
    return True


def rebuild(session: Session) -> int:
    """Makes all words anew, and says of how many things. The caller commits."""
    count = 0
    sqlite = session.get_bind().dialect.name == "sqlite"
    for kind, kept in WORDS.items():
        index = f"{kept.__tablename__}_fts"
        session.execute(delete(kept))
        last = 0
        while rows := _portion(session, kind, last):
            session.execute(insert(kept), rows)
            last, count = rows[-1]["id"], count + len(rows)
        if sqlite:
            session.execute(text(f"INSERT INTO {index} ({index}) VALUES ('rebuild')"))
    stamp(session)
    return count


def compact(session: Session) -> None:
    """Writes SQLite's indexes anew without what was taken out of them: else words of an erased text stay in the file
    until they happen to be tidied away. PostgreSQL's autovacuum does so by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        for kept in WORDS.values():
            index = f"{kept.__tablename__}_fts"
            session.execute(text(f"INSERT INTO {index} ({index}) VALUES ('optimize')"))


def stamp(session: Session) -> None:
    """Remembers that the words that are kept are this analyser's."""
    session.merge(Setting(name=SETTING, value=json.dumps({"analyser": fingerprint()})))


def _portion(session: Session, kind: type[Base], after: int) -> list[dict[str, Any]]:
    """The words of the next things after an id."""
    scope = SCOPE if kind is Deviation else ()
    columns = [getattr(kind, name) for name in ("id", *TEXTS[kind], *scope)]
    found = session.execute(select(*columns).where(columns[0] > after).order_by(columns[0]).limit(PORTION))
    size = len(TEXTS[kind])
    return [
        {
            "id": row[0],
            "words": words([told or "" for told in row[1 : size + 1]], dict(zip(scope, row[size + 1 :], strict=True))),
        }
        for row in found
    ]
