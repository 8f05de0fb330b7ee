"""Fills in what a report's author left out when she filed it: she herself later, or the coordinator the rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import OPEN, Act, NotAllowed, Status, Step
from deviations.models import Agency, Deviation, Move, Municipality, Rule
from deviations.queries import deviations
from deviations.services import audit, priorities
from deviations.services.checks import check_day, check_texts


@dataclass(slots=True)
class Details:
    """The form's second part, that may be filled in later."""

    municipality: Municipality
    occurred_on: date
    agencies: Sequence[Agency]
    rule: Rule | None = None
    rule_hint: str = ""
    step: Step | None = None
    weeks_lost: int | None = None
    people_hit: int | None = None
    tried: str = ""
    wished: str = ""


def complete(
    session: Session, actor: Actor, deviation: Deviation, details: Details, *, at: datetime, version: int | None
) -> bool:
    """Whether anything of the second part changed. Its reporter, or who typed it, may, as long as it is open.

    The history's row keeps the state and names the fields (`queries.deviations.completed`). Raises NotAllowed
    (`not_your_report`, `no_longer_open`, `not_yet_happened`), PersonalData, and StaleDataError at the flush when
    somebody else has saved since `version`.
    """
    if actor.id not in (deviation.reporter_id, deviation.filed_by_id):
        raise NotAllowed("not_your_report")
    if deviation.status not in OPEN:
        raise NotAllowed("no_longer_open")
    check_day(details.occurred_on, at)
    check_texts({name: getattr(details, name) for name in ("rule_hint", "tried", "wished")})
    changed = _changes(deviation, details)
    if not changed:
        return False
    _fill_in(session, actor, deviation, changed, at, version)
    return True


def correct(
    session: Session, actor: Actor, deviation: Deviation, *, rule: Rule, at: datetime, version: int | None
) -> bool:
    """Whether the report names another rule now, as the coordinator said who accepted the one that was suggested.

    She may as long as the report stands for something: not once it is closed. Raises NotAllowed (`coordinator_only`,
    `no_longer_open`, `erased`), and StaleDataError at the flush when somebody else has saved since `version`.
    """
    if not actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinator_only")
    if deviation.status in (Status.DRAFT, Status.CLOSED):
        raise NotAllowed("no_longer_open")
    if deviation.erased_at is not None:
        raise NotAllowed("erased")
    if deviation.rule is rule:
        return False
    _fill_in(session, actor, deviation, {"rule": rule}, at, version)
    return True


def _fill_in(
    session: Session, actor: Actor, deviation: Deviation, changed: dict[str, object], at: datetime, version: int | None
) -> None:
    if version is not None:
        set_committed_value(deviation, "version", version)
    for name, value in changed.items():
        setattr(deviation, name, value)
    flag_modified(deviation, "title")  # the parties lie in another table: without this, changing them checks no version
    state = deviation.status
    step = Move(act=Act.COMPLETED, at=at, actor_id=actor.id, deviation_id=deviation.id, source=state, target=state)
    step.note = ",".join(changed)
    session.add(step)
    audit.record(session, actor, "deviation.completed", f"deviation:{deviation.id}", at, {"fields": list(changed)})
    priorities.refresh(session, {id for id in (deviation.id, deviation.same_as_id) if id is not None})


def _changes(deviation: Deviation, details: Details) -> dict[str, object]:
    """The fields that say something else now, with what they say."""
    told: dict[str, object] = {name: getattr(details, name) for name in deviations.COMPLETABLE}
    told["agencies"] = sorted(details.agencies, key=lambda agency: agency.name)
    return {name: value for name, value in told.items() if value != _now(deviation, name)}


def _now(deviation: Deviation, name: str) -> object:
    if name == "agencies":
        return sorted(deviation.agencies, key=lambda agency: agency.name)
    return getattr(deviation, name)
