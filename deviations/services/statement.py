"""Keeps the accessibility statement, which the administrator enters."""

from datetime import datetime

from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.statement import MOST_DAYS, Conformity, Statement
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.queries.statement import STATEMENT
from deviations.services import audit, choices
from deviations.services.checks import check_day, check_texts


def keep(session: Session, actor: Actor, statement: Statement, at: datetime, *, version: int | None = None) -> None:
    """Stores what everybody can read from then on.

    Raises NotAllowed for others than administrators (`admin_only`) and for a day of assessment that has not been
    (`not_yet_happened`), Incomplete (`statement_faults`) without an owner and a contact, or when a service that meets
    the law only in part does not say where not, PersonalData, and StaleDataError as `choices.keep`.
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    check_day(statement.assessed_on, at)
    whole = statement.owner and statement.email and 1 <= statement.reply_days <= MOST_DAYS
    if not whole or (statement.conformity is not Conformity.FULL and not statement.shortcomings):
        raise Incomplete("statement_faults")
    check_texts({name: getattr(statement, name) for name in ("owner", "shortcomings", "burden", "outside")})
    choices.keep(session, STATEMENT, statement.to_dict(), version)
    audit.record(session, actor, "statement.changed", STATEMENT, at)
