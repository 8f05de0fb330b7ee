"""Every decision (beslut) taken on a page, about one report or many: all or nothing, and undone in one press.

It is refused as a whole when somebody else has saved one of the reports since it was shown.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import deadlines, workflow
from deviations.domain.days import day_of
from deviations.domain.deadlines import Promised
from deviations.domain.roles import Actor
from deviations.domain.workflow import Act, Incomplete, Kind, NotAllowed, Status
from deviations.models import Barrier, Deviation, Move, Ruling
from deviations.queries import settings
from deviations.services import audit, barriers, outcomes, promises, triage
from deviations.services.checks import check_texts
from deviations.services.recording import recording
from deviations.services.undoing import Undone, undo

__all__ = [
    "AT_MOST",
    "Chosen",
    "Outdated",
    "Undone",
    "ask_longer",
    "extend",
    "recording",
    "refuse",
    "refuse_longer",
    "snooze",
    "take",
    "take_new",
    "undo",
    "wake",
]

Chosen = Sequence[tuple[Deviation, int | None]]
"""The reports of a decision, each with the version that the form showed (None where no form did)."""

AT_MOST = 500
"""So many reports one decision may be about."""

LONGEST = timedelta(days=365)
"""A report is put off, and longer time granted, for a year at most."""

REFUSED = "refused"
READ = "read"  # a guldkorn that is left as it is


class Outdated(StaleDataError):
    """Somebody else has saved these reports since they were shown. Nothing was changed.

    It is a StaleDataError, so what answers a lost race (409) answers it too.
    """

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(f"saved meanwhile: {', '.join(map(str, ids))}")
        self.ids = tuple(ids)


def take(session: Session, actor: Actor, chosen: Chosen, decision: triage.Decision, *, at: datetime) -> Ruling:
    """Takes one decision on all of these reports, or on none.

    Raises NotAllowed, Incomplete and PersonalData as `triage.move`, NotAllowed (`nothing_chosen`, `too_many_chosen`),
    and Outdated.
    """
    reports = _fresh(session, chosen)
    _fresh_barrier(session, decision.barrier)
    for report in reports:
        triage.check(session, actor, report, decision)
    foreseen = outcomes.foreseen(session, reports) if decision.barrier is not None else {}
    with recording(session, actor, _what(reports, decision), reports, at=at) as ruling:
        triage.move_all(session, actor, reports, decision, at)
        if decision.barrier is not None:
            outcomes.note(session, ruling, foreseen, decision.barrier)
    return ruling


def _what(reports: Sequence[Deviation], decision: triage.Decision) -> str:
    read = decision.to is Status.SOLVED_LOCALLY and all(one.kind is Kind.GOOD_EXAMPLE for one in reports)
    return READ if read else decision.to


def take_new(
    session: Session, actor: Actor, chosen: Chosen, told: barriers.Description, *, at: datetime, note: str = ""
) -> Ruling:
    """Makes a barrier of these reports; afterwards it is each one's `barrier`. Undone, the barrier is gone again.

    Raises as `take` and `services.barriers.create`.
    """
    reports = _fresh(session, chosen)
    foreseen = outcomes.foreseen(session, reports)
    with recording(session, actor, Status.JOINED, reports, at=at) as ruling:
        barrier = barriers.create(session, actor, told, at=at)
        decision = triage.Decision(Status.JOINED, note=note, barrier=barrier)
        for report in reports:
            triage.check(session, actor, report, decision)
        triage.move_all(session, actor, reports, decision, at)
        outcomes.note(session, ruling, foreseen, barrier, was_new=True)
    return ruling


def refuse(session: Session, actor: Actor, deviation: Deviation, barrier: Barrier, *, at: datetime) -> Ruling:
    """A report does not belong to a suggested barrier, and is not suggested there again. Raises as `triage.refuse`."""
    with recording(session, actor, REFUSED, [deviation], at=at) as ruling:
        triage.refuse(session, actor, deviation, barrier, at)
    return ruling


def snooze(
    session: Session, actor: Actor, chosen: Chosen, until: date | None, note: str = "", *, at: datetime
) -> Ruling:
    """Puts reports off until a day, on which they are in the queue again; those just filed are taken into review.

    Raises NotAllowed, Incomplete (`needs_until`), NotAllowed (`until_out_of_range`), PersonalData and Outdated.
    """
    reports = _fresh(session, chosen)
    day = _checked_day(until, day_of(at))
    check_texts({"note": note})
    for report in reports:
        _check_act(actor, Act.SNOOZED, report)
    with recording(session, actor, Act.SNOOZED, reports, at=at) as ruling:
        for report in reports:
            if report.status is Status.FILED:
                triage.move_all(session, actor, [report], triage.Decision(Status.IN_REVIEW), at)
            report.snoozed_until = day
            promises.keep(report, deadlines.set_by_hand(Promised.SNOOZE, day, day_of(at)))
            _record(session, actor, report, Act.SNOOZED, at, note, day)
    return ruling


def wake(session: Session, actor: Actor, deviation: Deviation, *, at: datetime, version: int | None = None) -> Ruling:
    """Takes a report that was put off up again before its day; a first reply is promised from now on.

    Raises NotAllowed (`not_your_move`, `not_snoozed`) and Outdated.
    """
    (report,) = _fresh(session, [(deviation, version)])
    _check_act(actor, Act.WOKEN, report)
    if report.snoozed_until is None or report.snoozed_until <= day_of(at):
        raise NotAllowed("not_snoozed")
    with recording(session, actor, Act.WOKEN, [report], at=at) as ruling:
        report.snoozed_until = None
        span = settings.promises(session).first_reply
        promises.keep(report, deadlines.promised(Promised.FIRST_REPLY, day_of(at), span))
        _record(session, actor, report, Act.WOKEN, at, "", None)
    return ruling


def extend(
    session: Session,
    actor: Actor,
    deviation: Deviation,
    until: date | None,
    note: str = "",
    *,
    at: datetime,
    version: int | None = None,
) -> Ruling:
    """The coordinator gives a lead longer time for a local answer, whether she asked for it or not.

    Raises NotAllowed, Incomplete (`needs_until`), NotAllowed (`until_out_of_range`; also for a day that is no later
    than the promised one), PersonalData and Outdated.
    """
    (report,) = _fresh(session, [(deviation, version)])
    _check_act(actor, Act.EXTENDED, report)
    day = _checked_day(until, max(day_of(at), report.due_on or day_of(at)))
    check_texts({"note": note})
    with recording(session, actor, Act.EXTENDED, [report], at=at) as ruling:
        report.asked_until = None
        promises.keep(report, deadlines.set_by_hand(Promised.EXTENSION, day, day_of(at)))
        _record(session, actor, report, Act.EXTENDED, at, note, day)
    return ruling


def ask_longer(
    session: Session,
    actor: Actor,
    deviation: Deviation,
    until: date | None,
    note: str = "",
    *,
    at: datetime,
    version: int | None = None,
) -> None:
    """A lead asks for longer time for her local answer. The promised day stands until the coordinator has said yes.

    Raises as `extend`.
    """
    (report,) = _fresh(session, [(deviation, version)])
    _check_act(actor, Act.EXTENSION_ASKED, report)
    day = _checked_day(until, max(day_of(at), report.due_on or day_of(at)))
    check_texts({"note": note})
    report.asked_until = day
    _record(session, actor, report, Act.EXTENSION_ASKED, at, note, day)


def refuse_longer(
    session: Session, actor: Actor, deviation: Deviation, note: str, *, at: datetime, version: int | None = None
) -> Ruling:
    """The coordinator says no to the longer time that a lead asked for; the promised day stands as it was.

    Raises NotAllowed (also `nothing_asked`), Incomplete without a reason (`needs_note`), PersonalData and Outdated.
    """
    (report,) = _fresh(session, [(deviation, version)])
    _check_act(actor, Act.EXTENSION_REFUSED, report)
    if report.asked_until is None:
        raise NotAllowed("nothing_asked")
    if not note:
        raise Incomplete("needs_note")
    check_texts({"note": note})
    with recording(session, actor, Act.EXTENSION_REFUSED, [report], at=at) as ruling:
        asked, report.asked_until = report.asked_until, None
        _record(session, actor, report, Act.EXTENSION_REFUSED, at, note, asked)
    return ruling


def _fresh(session: Session, chosen: Chosen) -> list[Deviation]:
    """The reports as they are now that it is our turn to write. Raises Outdated for those that were not shown so."""
    audit.wait_turn(session)
    shown = {deviation.id: version for deviation, version in chosen}
    if not shown:
        raise NotAllowed("nothing_chosen")
    if len(shown) > AT_MOST:
        raise NotAllowed("too_many_chosen")
    question = select(Deviation).where(Deviation.id.in_(shown)).order_by(Deviation.id).with_for_update(of=Deviation)
    reports = session.scalars(question.execution_options(populate_existing=True)).all()
    changed = [one.id for one in reports if shown[one.id] not in (None, one.version)]
    if changed:
        raise Outdated(changed)
    return list(reports)


def _fresh_barrier(session: Session, barrier: Barrier | None) -> None:
    """A barrier that was merged into another, or undone, while the form was open can't be joined."""
    if barrier is None:
        return
    session.refresh(barrier)
    if barrier.merged_into_id is not None or barrier.status is workflow.BarrierStatus.UNDONE:
        raise NotAllowed("barrier_gone")


def _check_act(actor: Actor, act: Act, report: Deviation) -> None:
    """Raises NotAllowed: for what the state does not admit, and for what is another person's to decide."""
    if (act, report.status) not in workflow.ACTS:
        raise NotAllowed("no_such_move")
    if not workflow.may_act(actor, act, report.status, subproject=report.subproject_id):
        raise NotAllowed("not_your_move")


def _checked_day(until: date | None, after: date) -> date:
    if until is None:
        raise Incomplete("needs_until")
    if not after < until <= after + LONGEST:
        raise NotAllowed("until_out_of_range")
    return until


def _record(
    session: Session, actor: Actor, report: Deviation, act: Act, at: datetime, note: str, until: date | None
) -> None:
    """What was done with a report that stays in its state: one row of its history, one audit line."""
    step = Move(act=act, at=at, actor_id=actor.id, deviation_id=report.id, source=report.status, target=report.status)
    step.note, step.until = note, until
    session.add(step)
    detail = {"until": until.isoformat()} if until is not None else {}
    audit.record(session, actor, f"deviation.{act}", f"deviation:{report.id}", at, detail)
