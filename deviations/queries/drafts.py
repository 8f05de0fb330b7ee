"""Reads what a person has begun to write. Nobody else ever sees it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.models import Deviation, Draft


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that somebody has begun: its key, its title so far, when it was saved, and its fields as typed."""

    form_key: str
    title: str
    saved_at: datetime
    fields: dict[str, list[str]]


def open_of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Her drafts. One that came in late, when its form had just been filed, is no draft any more."""
    filed = exists().where(Deviation.filed_by_id == Draft.owner_id, Deviation.form_key == Draft.form_key)
    return Draft.owner_id == actor.id, ~filed


def mine(session: Session, actor: Actor) -> list[Begun]:
    """What this person has begun, last touched first."""
    found = session.scalars(select(Draft).where(*open_of(actor)).order_by(Draft.saved_at.desc(), Draft.id.desc()))
    return [_begun(draft) for draft in found]


def get(session: Session, actor: Actor, form_key: str) -> Begun | None:
    """Her draft of one form, if there is one."""
    found = session.scalar(select(Draft).where(*open_of(actor), Draft.form_key == form_key))
    return None if found is None else _begun(found)


def _begun(draft: Draft) -> Begun:
    fields: dict[str, list[str]] = json.loads(draft.content)
    title = next(iter(fields.get("title", [])), "")
    return Begun(draft.form_key, title, draft.saved_at, fields)
