"""The accessibility statement that the association has entered."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain.statement import Statement
from deviations.models import Setting
from deviations.queries import saves
from deviations.queries.settings import VERSION

STATEMENT = "statement"


def chosen(session: Session) -> Statement | None:
    """The statement; None where nobody has entered one."""
    stored = session.get(Setting, STATEMENT)
    if stored is None:
        return None
    return Statement.from_dict({name: value for name, value in json.loads(stored.value).items() if name != VERSION})


def changed_at(session: Session) -> datetime | None:
    """When it was changed last, as the audit log has it."""
    save = saves.last(session, STATEMENT)
    return save.at if save is not None else None
