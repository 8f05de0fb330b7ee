"""Reads everything that is stored about one person, for that person: what she has told and done, and what the program
has noted of her. Nobody else's texts, and no secret that opens anything.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from deviations.models import (
    AuditEntry,
    Base,
    Deviation,
    Draft,
    EmailChange,
    FollowUp,
    Identity,
    InternalNote,
    KinVerdict,
    Letter,
    LetterAutosave,
    LetterCase,
    LetterComment,
    LetterDispatch,
    LetterReminder,
    LetterSnapshot,
    LetterTemplate,
    LetterVersion,
    LexiconEntry,
    LoginSession,
    Membership,
    Move,
    Municipality,
    ObstacleWording,
    OneTimeLink,
    OutgoingMail,
    PairVerdict,
    PendingLogin,
    PromisedAction,
    RecipientLink,
    RecoveryCode,
    Reply,
    RetentionDecision,
    RetentionRun,
    Review,
    Rule,
    RuleChange,
    RuleLookedOver,
    Ruling,
    SavedView,
    SolutionTrial,
    Subproject,
    User,
    Verdict,
)

Value = str | int | float | bool | None
Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that are a person's because she stands in one of the columns `whose`, with what is told of
    them. The name of a column is the database's own.
    """

    kind: type[Base]
    whose: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        """The table's name, under which the part stands in the file."""
        return str(self.kind.__tablename__)


PARTS: tuple[Part, ...] = (
    Part(
        User,
        ("id",),
        (
            *("name", "email", "active", "language", "mail_choice", "shortcuts", "created_at"),
            *("password_changed_at", "totp_confirmed_at", "closed_at", "masked_at"),
        ),
    ),
    Part(Membership, ("user_id",), ("role", "subproject_id")),
    Part(LoginSession, ("user_id",), ("created_at", "seen_at", "expires_at", "way", "agent", "source", "provider")),
    Part(PendingLogin, ("user_id",), ("created_at", "expires_at", "provider")),
    Part(RecoveryCode, ("user_id",), ("made_at", "used_at")),
    Part(Identity, ("user_id",), ("provider", "subject", "linked_at", "used_at")),
    Part(
        EmailChange,
        ("user_id",),
        ("new_email", "asked_at", "expires_at", "old_confirmed_at", "new_confirmed_at", "ended_at"),
    ),
    Part(OneTimeLink, ("user_id", "made_by_id"), ("purpose", "created_at", "expires_at", "used_at")),
    Part(
        Deviation,
        ("reporter_id", "filed_by_id"),
        (
            *("id", "kind", "status", "filed_at", "occurred_on", "title", "body", "tried", "wished", "rule_hint"),
            *("subproject_id", "municipality_id", "rule_id", "step", "weeks_lost", "people_hit", "erased_at"),
        ),
    ),
    Part(Draft, ("owner_id",), ("saved_at", "content")),
    Part(SavedView, ("owner_id",), ("name", "query", "shared", "created_at")),
    Part(
        Move,
        ("actor_id",),
        ("at", "deviation_id", "barrier_id", "letter_id", "act", "source", "target", "until", "note"),
    ),
    Part(InternalNote, ("author_id",), ("at", "deviation_id", "barrier_id", "text")),
    Part(SolutionTrial, ("user_id",), ("at", "solution_id", "worked", "note")),
    Part(Ruling, ("actor_id", "undone_by_id"), ("at", "what", "count", "undone_at")),
    Part(Review, ("actor_id",), ("started_at", "ended_at", "chosen")),
    Part(Verdict, ("actor_id",), ("at", "deviation_id", "barrier_id", "belongs")),
    Part(PairVerdict, ("actor_id",), ("at", "first_id", "second_id", "same")),
    Part(KinVerdict, ("actor_id",), ("at", "first_id", "second_id", "kin")),
    Part(RuleLookedOver, ("actor_id",), ("at", "change_id", "barrier_id", "note")),
    Part(RuleChange, ("actor_id",), ("at", "rule_id")),
    Part(LexiconEntry, ("actor_id",), ("changed_at", "term")),
    Part(Letter, ("author_id",), ("id", "title", "status", "created_at", "registry_number", "sent_on")),
    Part(LetterVersion, ("author_id",), ("at", "letter_id", "number")),
    Part(LetterAutosave, ("user_id",), ("at", "letter_id", "title", "body")),
    Part(
        LetterComment,
        ("author_id", "settled_by_id"),
        ("at", "letter_id", "passage", "text", "approves", "settled_at"),
    ),
    Part(LetterSnapshot, ("actor_id",), ("at", "letter_id", "number")),
    Part(LetterCase, ("passed_by_id",), ("passed_at", "letter_id", "deviation_id")),
    Part(LetterDispatch, ("actor_id",), ("on", "letter_id", "delivery")),
    Part(LetterReminder, ("actor_id",), ("at", "letter_id", "number")),
    Part(LetterTemplate, ("changed_by_id",), ("changed_at",)),
    Part(ObstacleWording, ("changed_by_id",), ("changed_at", "obstacle")),
    Part(Reply, ("recorded_by_id",), ("recorded_at", "letter_id", "kind")),
    Part(PromisedAction, ("done_by_id",), ("done_on", "reply_id")),
    Part(RecipientLink, ("created_by_id", "withdrawn_by_id"), ("created_at", "letter_id", "withdrawn_at")),
    Part(FollowUp, ("deviation_id",), ("deviation_id", "asked_at", "answered_at", "works")),
    Part(
        OutgoingMail, ("user_id",), ("at", "kind", "deviation_id", "letter_id", "address", "state", "sent_at", "error")
    ),
    Part(RetentionDecision, ("recorded_by_id",), ("recorded_at", "number")),
    Part(RetentionRun, ("actor_id",), ("at", "before")),
    Part(AuditEntry, ("actor_id", "subject"), ("at", "action", "subject", "source", "detail")),
)

NAMED: Mapping[str, tuple[Any, Any]] = {
    "subproject_id": (Subproject.id, Subproject.name),
    "municipality_id": (Municipality.id, Municipality.name),
    "rule_id": (Rule.id, Rule.code),
}
"""What is told by its name instead of its number."""

AUTHORED: Mapping[type[Base], tuple[str, tuple[str, ...]]] = {
    Deviation: (  # typed in somebody else's name, it is the other's: of it are told number, day and place
        "reporter_id",
        (
            *("kind", "status", "occurred_on", "title", "body", "tried", "wished", "rule_hint"),
            *("municipality_id", "rule_id", "step", "weeks_lost", "people_hit", "erased_at"),
        ),
    ),
    LetterComment: ("author_id", ("passage", "text", "approves")),
    AuditEntry: ("actor_id", ("detail", "source")),
}
"""Where a row can be hers without these columns being so: whose they are."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of one part: how many rows there are, and some or all of them."""

    part: Part
    count: int
    rows: Sequence[Row]


def stored(session: Session, user_id: int, limit: int | None = None) -> list[Kept]:
    """Everything that is stored about a person, part by part; of each the newest rows first, at most `limit`."""
    names = _names(session)
    return [_kept(session, part, user_id, names, limit) for part in PARTS]


def _kept(
    session: Session, part: Part, user_id: int, names: Mapping[str, Mapping[int, str]], limit: int | None
) -> Kept:
    table = part.kind.__table__
    keys = dict.fromkeys((*part.whose, *part.columns, *_author(part)))
    question = select(*(table.c[name] for name in keys)).where(_hers(part, user_id))
    rows = session.execute(question.order_by(*(key.desc() for key in table.primary_key))).mappings().all()
    shown = rows if limit is None else rows[:limit]
    return Kept(part, len(rows), [dict(_told(part, dict(row), user_id, names)) for row in shown])


def _author(part: Part) -> tuple[str, ...]:
    return (AUTHORED[part.kind][0],) if part.kind in AUTHORED else ()


def _hers(part: Part, user_id: int) -> ColumnElement[bool]:
    table = part.kind.__table__
    if part.kind is FollowUp:  # asked about her report, and answered by her link
        own = select(Deviation.id).where(Deviation.reporter_id == user_id)
        return table.c.deviation_id.in_(own)
    if part.kind is AuditEntry:
        return or_(table.c.actor_id == user_id, table.c.subject == f"user:{user_id}")
    return or_(*(table.c[name] == user_id for name in part.whose))


def _told(
    part: Part, row: Mapping[str, Any], user_id: int, names: Mapping[str, Mapping[int, str]]
) -> Iterator[tuple[str, Value]]:
    """The columns of a row in plain values. Where she can stand in one of several columns, whether she does."""
    author, own = AUTHORED.get(part.kind, ("", ()))
    for name in part.columns:
        if name in own and row[author] != user_id:
            continue
        value = row[name]
        if value in names.get(name, {}):
            yield name.removesuffix("_id"), names[name][value]
        else:
            yield name, _readable(value) if part.kind is Draft and name == "content" else _plain(value)
    if len(part.whose) > 1 and part.kind is not AuditEntry:
        for name in part.whose:
            yield name.removesuffix("_id"), row[name] == user_id


def _readable(text: str) -> str:
    """JSON in which every letter is as it was typed."""
    return json.dumps(json.loads(text), ensure_ascii=False)


def _plain(value: Any) -> Value:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    plain: Value = value
    return plain


def _names(session: Session) -> dict[str, dict[int, str]]:
    return {
        column: {row[0]: row[1] for row in session.execute(select(id, name))} for column, (id, name) in NAMED.items()
    }
