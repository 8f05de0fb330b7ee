"""Changes a rule's entry in the catalogue, remembers what changed, and keeps that somebody has looked over what rests
on it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain.days import day_of
from deviations.domain.parties import codes
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Agency, Barrier, Rule, RuleChange, RuleLookedOver
from deviations.queries import rule_changes
from deviations.services import audit
from deviations.services.checks import check_texts

CONFIDENCE = ("sourced", "partly sourced", "from memory")
TOLD = ("name", "statute", "paragraph", "description", "valid_from", "valid_to", "superseded_by")
"""What a barrier and a letter rest on: when one of these changes they are to be looked over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A rule's entry as a coordinator writes it; `checked` says that she has just compared it with the source."""

    name: str
    statute: str
    paragraph: str
    agency_text: str
    description: str
    barrier_text: str
    confidence: str
    source: str
    valid_from: date | None = None
    valid_to: date | None = None
    superseded_by: str | None = None
    checked: bool = False


def change(session: Session, actor: Actor, rule: Rule, told: Entry, *, version: int, at: datetime) -> RuleChange | None:
    """Saves a rule's entry. Returns the change where what rests on the rule is to be looked over, else None.

    Raises NotAllowed for others than the coordinator and for an unknown successor (`no_such_rule`), Incomplete for days
    in the wrong order (`ends_before_it_begins`), PersonalData, and StaleDataError if it was saved since `version`.
    """
    _coordinator_only(actor)
    _check(session, rule, told)
    audit.wait_turn(session)
    before = _standing(rule)
    set_committed_value(rule, "version", version)
    _write(session, actor, rule, told, at)
    session.flush()
    changed = _changed(before, _standing(rule))
    found = (
        RuleChange(rule_id=rule.id, at=at, actor_id=actor.id, before=changed[0], after=changed[1]) if changed else None
    )
    if found is not None:
        session.add(found)
        session.flush()
    detail = {"change": found.id} if found is not None else {}
    audit.record(session, actor, "rule.changed", f"rule:{rule.code}", at, detail)
    return found


def _check(session: Session, rule: Rule, told: Entry) -> None:
    names = ("name", "statute", "paragraph", "agency_text", "description", "barrier_text", "source")
    check_texts({name: getattr(told, name) for name in names})
    if told.confidence not in CONFIDENCE:
        raise ValueError(told.confidence)
    if told.valid_from and told.valid_to and told.valid_to < told.valid_from:
        raise Incomplete("ends_before_it_begins")
    if told.superseded_by is not None:
        known = session.scalar(select(Rule.id).where(Rule.code == told.superseded_by))
        if known is None or told.superseded_by == rule.code:
            raise NotAllowed("no_such_rule")


def _write(session: Session, actor: Actor, rule: Rule, told: Entry, at: datetime) -> None:
    for name in ("name", "statute", "paragraph", "description", "barrier_text", "confidence", "source"):
        setattr(rule, name, getattr(told, name))
    rule.valid_from, rule.valid_to, rule.superseded_by = told.valid_from, told.valid_to, told.superseded_by
    if rule.agency_text != told.agency_text:
        applied_by = codes(part.strip() for part in told.agency_text.split(";"))
        rule.agency_text = told.agency_text
        rule.agencies = list(session.scalars(select(Agency).where(Agency.code.in_(list(applied_by)))))
    if told.checked:
        rule.last_checked, rule.checked_by = day_of(at), actor.name


def _standing(rule: Rule) -> dict[str, str | None]:
    """What counts of a rule, as JSON can hold it."""
    values = {name: getattr(rule, name) for name in TOLD}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _changed(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> tuple[str, str] | None:
    names = [name for name in TOLD if before[name] != after[name]]
    if not names:
        return None
    was, now = ({name: side[name] for name in names} for side in (before, after))
    return json.dumps(was, ensure_ascii=False), json.dumps(now, ensure_ascii=False)


def look_over(
    session: Session, actor: Actor, barrier: Barrier, *, latest: int, note: str, at: datetime
) -> list[RuleLookedOver]:
    """Says that a barrier, and what is written about it, has been looked over for the changes that the page showed, up
    to and with the one whose id is `latest`. Pressed twice, it is said once.

    Raises NotAllowed for others than the coordinator, Incomplete without a note, and PersonalData.
    """
    _coordinator_only(actor)
    if not note.strip():
        raise Incomplete("needs_note")
    check_texts({"note": note})
    audit.wait_turn(session)
    changes = [one for one in rule_changes.waiting(session, barrier) if one.id <= latest]
    rows = [
        RuleLookedOver(change_id=one.id, barrier_id=barrier.id, actor_id=actor.id, at=at, note=note) for one in changes
    ]
    if rows:
        session.add_all(rows)
        session.flush()
        ids = {"changes": [one.id for one in changes]}
        audit.record(session, actor, "barrier.looked_over", f"barrier:{barrier.id}", at, ids)
    return rows


def _coordinator_only(actor: Actor) -> None:
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
