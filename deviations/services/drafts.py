"""Keeps what somebody has begun to write, masked of what must never enter, until it is filed or thirty days old."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.characters import showable
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotAllowed
from deviations.models import Deviation, Draft
from deviations.queries import deviations
from deviations.queries import drafts as reading
from deviations.services.checks import TEXTS

FIELDS = (
    *TEXTS,
    "harm",
    "kind",
    "agencies",
    "more_agencies",
    "rule",
    "municipality",
    "subproject",
    "step",
    "weeks_lost",
    "people_hit",
    "occurred_on",
    "reporter",
    "keep",
)
"""The form's fields that a draft keeps; of anything else that a page sends nothing is stored."""

MOST = 20
LONGEST = 60_000  # characters: three times what a report may hold, so that also a text to be cut is kept
OLD = timedelta(days=30)


def keep(
    session: Session, actor: Actor, form_key: str, fields: Mapping[str, Sequence[str]], at: datetime
) -> Draft | None:
    """The draft of this form as it now stands, or None when there is nothing to keep: the form is filed, or empty.

    Of two saves the later by `at` stands. Raises NotAllowed: `broken_form` for a key that is none, `draft_too_long`,
    and `too_many_drafts` when twenty younger than thirty days lie there already.
    """
    if not _is_key(form_key):
        raise NotAllowed("broken_form")
    content = _content(fields)
    if deviations.filed_with(session, actor, form_key) is not None:
        return None
    known = _locked(session, actor, form_key)
    if known is None:
        if not any(value.strip() for name in TEXTS for value in content.get(name, ())):
            return None
        _make_room(session, actor, at)
        known = _new(session, actor, form_key, content, at)
    if known.saved_at <= at:
        known.content, known.saved_at = json.dumps(content), at
        session.flush()
    return known


def _is_key(text: str) -> bool:
    """Whether a draft can be kept under this: what is no key finds none, and PostgreSQL refuses to look for some."""
    return 0 < len(text) <= 60 and text.isascii() and text.isprintable()


def _content(fields: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What is kept of a form. Raises NotAllowed (`draft_too_long`)."""
    chosen = {name: list(fields[name]) for name in FIELDS if name in fields}
    if sum(len(value) + 10 for values in chosen.values() for value in values) > LONGEST:
        raise NotAllowed("draft_too_long")
    return {name: [privacy.mask_refused(showable(value)) for value in values] for name, values in chosen.items()}


def _locked(session: Session, actor: Actor, form_key: str) -> Draft | None:
    """The draft of a form, held until the transaction ends, as the last one to save left it."""
    return session.scalar(
        select(Draft)
        .where(Draft.owner_id == actor.id, Draft.form_key == form_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _new(session: Session, actor: Actor, form_key: str, content: dict[str, list[str]], at: datetime) -> Draft:
    made = Draft(owner_id=actor.id, form_key=form_key, content=json.dumps(content), saved_at=at)
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError:  # the same form was saved in another process, a moment ago
        known = _locked(session, actor, form_key)
        if known is None:
            raise
        return known
    return made


def _make_room(session: Session, actor: Actor, at: datetime) -> None:
    """Lets the oldest drafts go to make room for one more, if they are old. Raises NotAllowed (`too_many_drafts`)."""
    count = session.scalar(select(func.count()).select_from(Draft).where(*reading.open_of(actor))) or 0
    if count < MOST:
        return
    gone = session.execute(delete(Draft).where(Draft.owner_id == actor.id, Draft.saved_at < at - OLD))
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotAllowed("too_many_drafts")


def discard(session: Session, actor: Actor, form_key: str) -> None:
    """Throws away this person's draft of a form, if there is one."""
    if _is_key(form_key):
        session.execute(delete(Draft).where(Draft.owner_id == actor.id, Draft.form_key == form_key))


def forget_old(session: Session, at: datetime) -> None:
    """Throws away all drafts that nobody touched for thirty days, and those of forms that were filed."""
    filed = exists().where(Deviation.filed_by_id == Draft.owner_id, Deviation.form_key == Draft.form_key)
    session.execute(delete(Draft).where((Draft.saved_at < at - OLD) | filed))
