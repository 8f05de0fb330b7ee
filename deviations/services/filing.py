"""Files a report, or that the same happened here, once however often the form is sent; the door to completing it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Incomplete, Kind, NotAllowed, Status, Step
from deviations.models import Agency, Barrier, Deviation, Move, Municipality, Rule, Solution, Subproject, User, Verdict
from deviations.queries import barriers, deviations, people
from deviations.services import audit, drafts, notices, policy, priorities, promises
from deviations.services.checks import TEXTS, PersonalData, check_day, check_texts, refusals
from deviations.services.completing import Details, complete

__all__ = [
    "SAID_WITHIN",
    "TEXTS",
    "Details",
    "Occurrence",
    "PersonalData",
    "Report",
    "check_texts",
    "complete",
    "file",
    "refusals",
    "same_here",
]

LINE = 200
SAID_WITHIN = timedelta(hours=12)
"""The same person saying the same in the same words again within this time has pressed twice, on two pages."""


@dataclass(slots=True)
class Report:
    """What a person has filled in. Weeks and people are numbers only; nothing here may point out anybody.

    `reporter` is the colleague whose report it is, when somebody else types it; None is the person herself.
    """

    title: str
    body: str
    municipality: Municipality
    subproject: Subproject
    occurred_on: date
    agencies: Sequence[Agency] = field(default_factory=list)
    kind: Kind = Kind.DEVIATION
    rule: Rule | None = None
    rule_hint: str = ""
    step: Step | None = None
    weeks_lost: int | None = None
    people_hit: int | None = None
    tried: str = ""
    wished: str = ""
    reporter: User | None = None


@dataclass(slots=True)
class Occurrence:
    """What is said by "samma här": what is known already happened here too, told in one line without any person."""

    of: Barrier | Deviation
    municipality: Municipality
    subproject: Subproject
    occurred_on: date
    line: str
    reporter: User | None = None


def file(
    session: Session,
    actor: Actor,
    report: Report,
    *,
    form_key: str,
    at: datetime,
    twin_within: timedelta | None = None,
) -> tuple[Deviation, bool]:
    """The filed report, and whether this call filed it (False: this form had been sent before). Its draft is gone.

    With `twin_within`, what the same person filed that short a time ago and says the same in every field is the same
    report too: who goes back and sends again gets a form with another key. A guldkorn is a solution that others find at
    once.

    Raises NotAllowed (`not_your_subproject`, `not_your_colleague`, `not_yet_happened`) and PersonalData; then nothing
    is saved.
    """
    audit.wait_turn(session)
    known = deviations.filed_with(session, actor, form_key)
    if known is None and twin_within is not None:
        parties = {agency.id for agency in report.agencies}
        known = deviations.twin(session, actor, _told(actor, report), parties, since=at - twin_within)
    new = known is None
    if known is None:
        _check_place(session, actor, report.subproject, report.reporter)
        check_day(report.occurred_on, at)
        check_texts({name: getattr(report, name) for name in TEXTS})
        known = _report(actor, report, form_key, at)
        _enter(session, actor, known, at)
        priorities.refresh(session, {known.id})
        if report.kind is Kind.GOOD_EXAMPLE:
            session.add(_solution(known, at))
    drafts.discard(session, actor, form_key)
    return known, new


def _whose(actor: Actor, reporter: User | None) -> int:
    return actor.id if reporter is None else reporter.id


def _check_place(session: Session, actor: Actor, place: Subproject, reporter: User | None) -> None:
    """A person files for her own subproject; a lead also for its people, the coordinator for anybody anywhere."""
    anywhere = actor.has(Role.COORDINATOR)
    for_another = reporter is not None and reporter.id != actor.id
    own = actor.subprojects(Role.LEAD) if for_another else actor.subprojects()
    if for_another:
        found = {user.id: user for user in people.colleagues(session, actor)}.get(_whose(actor, reporter))
        if found is None or not (anywhere or place.id in people.actor_of(found).subprojects()):
            raise NotAllowed("not_your_colleague")
    if not anywhere and place.id not in own:
        raise NotAllowed("not_your_subproject")


def _told(actor: Actor, report: Report) -> dict[str, object]:
    """All that the report says, by column."""
    return {
        "kind": report.kind,
        "title": report.title,
        "body": report.body,
        "reporter_id": _whose(actor, report.reporter),
        "subproject_id": report.subproject.id,
        "municipality_id": report.municipality.id,
        "rule_id": report.rule.id if report.rule is not None else None,
        "rule_hint": report.rule_hint,
        "step": report.step,
        "weeks_lost": report.weeks_lost,
        "people_hit": report.people_hit,
        "tried": report.tried,
        "wished": report.wished,
        "occurred_on": report.occurred_on,
    }


def _report(actor: Actor, report: Report, form_key: str, at: datetime) -> Deviation:
    return Deviation(
        **_told(actor, report),
        status=Status.FILED,
        filed_by_id=actor.id,
        form_key=form_key,
        filed_at=at,
        agencies=list(report.agencies),
    )


def _solution(deviation: Deviation, at: datetime) -> Solution:
    return Solution(
        deviation_id=deviation.id,
        subproject_id=deviation.subproject_id,
        text=f"{deviation.title}\n\n{deviation.body}".strip(),
        worked=True,
        created_at=at,
    )


def _enter(session: Session, actor: Actor, deviation: Deviation, at: datetime) -> None:
    """A new report comes in: its first step in the history, its line in the audit log, word to whose it is."""
    session.add(deviation)
    with session.no_autoflush:
        promises.renew(session, deviation, Status.DRAFT, at)
    session.flush()
    step = Move(at=at, actor_id=actor.id, deviation_id=deviation.id, source=Status.DRAFT, target=deviation.status)
    session.add(step)
    detail = {"barrier": deviation.barrier_id} if deviation.barrier_id is not None else {}
    audit.record(session, actor, "deviation.filed", f"deviation:{deviation.id}", at, detail)
    notices.received(session, deviation, at)


def same_here(
    session: Session, actor: Actor, occurrence: Occurrence, *, form_key: str, at: datetime
) -> tuple[Deviation, bool]:
    """The occurrence as a report of its own, and whether this call filed it (False: it had been said before).

    Said of a barrier, or of a report in one, it is placed there at once. Said of another report it waits for what
    becomes of that one (`triage`). The draft of the form is gone: the line is said instead of the report.

    Raises NotFound when the person may not read what it is said of; NotAllowed as `file` and `not_of_good_example`;
    Incomplete (`needs_line`) and NotAllowed (`line_too_long`); PersonalData for the field `line`.
    """
    audit.wait_turn(session)
    key = f"={form_key}"  # its own, so that who goes back can still send the form as a report
    known = deviations.filed_with(session, actor, key)
    if known is None:
        about = _about(session, actor, occurrence.of)
        known = _said_before(session, actor, occurrence, about, at)
    new = known is None
    if known is None:
        _check_line(occurrence.line)
        _check_place(session, actor, occurrence.subproject, occurrence.reporter)
        check_day(occurrence.occurred_on, at)
        known = _occurrence(actor, occurrence, about, key, at)
        _enter(session, actor, known, at)
        if isinstance(about, Barrier):
            session.add(Verdict(deviation_id=known.id, barrier_id=about.id, belongs=True, actor_id=actor.id, at=at))
            session.flush()
            policy.refresh(session, about, at, new=True)
        priorities.refresh(session, {known.id, *([about.id] if isinstance(about, Deviation) else [])})
    drafts.discard(session, actor, form_key)
    return known, new


def _about(session: Session, actor: Actor, of: Barrier | Deviation) -> Barrier | Deviation:
    """What the occurrence is said of in the end, as it stands now."""
    session.refresh(of)
    if isinstance(of, Barrier):
        return barriers.root(barriers.get(session, actor, of.id))
    read = deviations.get(session, actor, of.id)
    if read.kind is Kind.GOOD_EXAMPLE:
        raise NotAllowed("not_of_good_example")
    about = deviations.said_of(read)
    if isinstance(about, Deviation) and about.erased_at is not None:
        raise NotAllowed("erased")
    return about


def _said_before(
    session: Session, actor: Actor, occurrence: Occurrence, about: Barrier | Deviation, at: datetime
) -> Deviation | None:
    return deviations.said(
        session,
        _whose(actor, occurrence.reporter),
        about,
        line=occurrence.line,
        on=occurrence.occurred_on,
        municipality=occurrence.municipality,
        since=at - SAID_WITHIN,
    )


def _check_line(line: str) -> None:
    if not line.strip():
        raise Incomplete("needs_line")
    if len(line) > LINE:
        raise NotAllowed("line_too_long")
    check_texts({"line": line})


def _occurrence(actor: Actor, occurrence: Occurrence, about: Barrier | Deviation, key: str, at: datetime) -> Deviation:
    """Rule, step and parties are those of the barrier, or of the very report that the person read."""
    placed = isinstance(about, Barrier)
    known = about if placed else occurrence.of
    return Deviation(
        kind=Kind.SAME_HERE,
        status=Status.JOINED if placed else Status.FILED,
        title=occurrence.line,
        body="",
        reporter_id=_whose(actor, occurrence.reporter),
        filed_by_id=actor.id,
        form_key=key,
        subproject=occurrence.subproject,
        municipality=occurrence.municipality,
        rule=known.rule,
        step=known.step,
        occurred_on=occurrence.occurred_on,
        filed_at=at,
        barrier=about if isinstance(about, Barrier) else None,
        same_as=about if isinstance(about, Deviation) else None,
        agencies=list(known.agencies),
    )
