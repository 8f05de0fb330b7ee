"""Keeps what an instance has chosen for itself; who saves over what she has not seen is refused."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.models import Setting
from deviations.queries import settings
from deviations.services import audit


def keep(session: Session, name: str, chosen: Mapping[str, object], version: int | None) -> None:
    """Stores a choice. Raises StaleDataError where `version` is not the one that is saved now (None: whatever is)."""
    audit.wait_turn(session)
    stored = session.get(Setting, name, populate_existing=True)
    now = settings.version(session, name)
    if version not in (None, now):
        raise StaleDataError(f"saved meanwhile: {name}")
    if stored is None:
        stored = Setting(name=name, value="{}")
        session.add(stored)
    stored.value = json.dumps({settings.VERSION: now + 1, **chosen})
    session.flush()
