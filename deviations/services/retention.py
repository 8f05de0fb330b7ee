"""Records by which decisions things are taken away, and carries them out: what people wrote goes, what counts stays.

Nothing goes without a recorded decision in force, and nothing that was not shown before. Sent letters are never
touched.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.domain.days import day_of
from deviations.domain.retention import (
    LONGEST,
    SPANS,
    Erasable,
    Found,
)
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import (
    EmailChange,
    LoginSession,
    OneTimeLink,
    PendingLogin,
    RetentionDecision,
    RetentionRule,
    RetentionRun,
)
from deviations.queries import retention
from deviations.services import attempts, audit, choices
from deviations.services.checks import check_day, check_texts
from deviations.services.erasing import ERASERS

FLEETING = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as the association made it: its number, by whom, when, and the months for each kind."""

    number: str
    decided_by: str
    decided_on: date
    months: Mapping[Erasable, int]
    note: str = ""


def decide(session: Session, actor: Actor, decided: Decided, *, at: datetime) -> RetentionDecision:
    """Records a decision; its rules are in force from now on, and take nothing away by themselves.

    Raises NotAllowed (`admin_only`, `not_yet_happened`, `months_out_of_range`), Incomplete (`needs_number`,
    `needs_decider`, `needs_rules`) and PersonalData.
    """
    _check_admin(actor)
    check_day(decided.decided_on, at)
    check_texts({"number": decided.number, "decided_by": decided.decided_by, "note": decided.note})
    needed = {"needs_number": decided.number, "needs_decider": decided.decided_by, "needs_rules": decided.months}
    for code, given in needed.items():
        if not given:
            raise Incomplete(code)
    if any(not SPANS[what].shortest <= months <= LONGEST for what, months in decided.months.items()):
        raise NotAllowed("months_out_of_range")
    made = RetentionDecision(
        number=decided.number,
        decided_by=decided.decided_by,
        decided_on=decided.decided_on,
        note=decided.note,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    made.rules = [RetentionRule(what=what, months=decided.months[what]) for what in Erasable if what in decided.months]
    session.add(made)
    session.flush()
    told: dict[str, object] = {what.value: months for what, months in decided.months.items()}
    audit.record(session, actor, "retention.decided", f"retention_decision:{made.id}", at, {"months": told})
    return made


def end(session: Session, actor: Actor, decision: RetentionDecision, *, at: datetime) -> None:
    """Writes down that a decision is no longer in force; what it took away stays away. Raises NotAllowed (`admin_only`,
    `ended_already`).
    """
    _check_admin(actor)
    audit.wait_turn(session)
    session.refresh(decision, with_for_update=True)
    if decision.ended_at is not None:
        raise NotAllowed("ended_already")
    decision.ended_at = at
    audit.record(session, actor, "retention.ended", f"retention_decision:{decision.id}", at)


def mark(found: Found, secret: str) -> str:
    """What a page carries of that which it showed: it tells nothing, and another one is made when anything differs."""
    return vault.mark(secret, found.key, "retention")


def carry_out(
    session: Session, actor: Actor, rule: RetentionRule, *, seen: str, secret: str, at: datetime
) -> RetentionRun:
    """Takes away what the rule says, and keeps how much that was.

    Raises NotAllowed (`admin_only`; `not_decided` where the rule is not the one in force, or never was;
    `retention_changed` where anything else would go than what was shown; `nothing_to_erase`). All or nothing.
    """
    _check_admin(actor)
    audit.wait_turn(session)
    today = day_of(at)
    in_force = retention.in_force(session, today).get(rule.what)
    if in_force is None or in_force.id != rule.id:
        raise NotAllowed("not_decided")
    found = retention.found(session, rule.what, rule.months, today)
    if mark(found, secret) != seen:
        raise NotAllowed("retention_changed")
    if not found.things:
        raise NotAllowed("nothing_to_erase")
    with session.begin_nested():
        counts = ERASERS[rule.what](session, found.things, at)
        run = RetentionRun(rule_id=rule.id, actor_id=actor.id, at=at, before=found.before, counts=json.dumps(counts))
        session.add(run)
        session.flush()
        # How many there were stands in the run only: small counts of reports are not the log's to tell.
        told = {"what": rule.what, "before": found.before.isoformat(), "decision": rule.decision_id}
        audit.record(session, actor, "retention.carried_out", f"retention_run:{run.id}", at, told)
    return run


def _check_admin(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")


def set_masking(session: Session, actor: Actor, months: int, *, version: int | None, at: datetime) -> None:
    """After how many months somebody who has left is no longer named. Raises NotAllowed (`admin_only`,
    `months_out_of_range`) and StaleDataError where somebody else has saved since.
    """
    _check_admin(actor)
    if not 1 <= months <= LONGEST:
        raise NotAllowed("months_out_of_range")
    choices.keep(session, retention.MASKING, {"months": months}, version)
    audit.record(session, actor, "retention.masking_set", f"setting:{retention.MASKING}", at, {"months": months})


def mask_closed(session: Session, at: datetime) -> int:
    """Lets the interface no longer name those who left so long ago; how many that were. Name and address are still
    there, and are named again if the account is opened.
    """
    left = retention.to_mask(session, at)
    for user in left:
        user.masked_at = at
        audit.record(session, None, "account.masked", f"user:{user.id}", at)
    return len(left)


def forget_fleeting(session: Session, at: datetime) -> None:
    """Takes away what was of use for a moment only: logins that have run out, what is counted against guessing, and
    links and changes of address that have been of no use for thirty days.
    """
    for kind in (LoginSession, PendingLogin):
        session.execute(delete(kind).where(kind.expires_at <= at))
    attempts.forget_old(session, at)
    session.execute(
        delete(OneTimeLink).where(or_(OneTimeLink.expires_at < at - FLEETING, OneTimeLink.used_at < at - FLEETING))
    )
    linked = select(OneTimeLink.email_change_id).where(OneTimeLink.email_change_id.is_not(None))
    session.execute(delete(EmailChange).where(EmailChange.expires_at < at - FLEETING, EmailChange.id.not_in(linked)))
