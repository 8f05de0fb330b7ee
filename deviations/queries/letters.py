"""Reads letters for an actor, and gathers the evidence that a new draft freezes."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from deviations.domain.letters import CitedRule, Evidence, LetterStatus
from deviations.domain.recurrence import Fired
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound
from deviations.models import Agency, Barrier, Deviation, Letter, Move, Solution
from deviations.queries import barriers, people, settings, spreads, visibility


def get(session: Session, actor: Actor, id: int) -> Letter:
    """One letter. Raises NotFound when there is none, or none that this person may read."""
    found = session.scalar(
        select(Letter)
        .where(visibility.letters(actor), Letter.id == id)
        .options(
            joinedload(Letter.barrier),
            joinedload(Letter.association),
            joinedload(Letter.author),
            selectinload(Letter.recipients),
            selectinload(Letter.replies),
            selectinload(Letter.versions),
        )
    )
    if found is None:
        raise NotFound
    return found


def listed(session: Session, actor: Actor) -> Sequence[Letter]:
    """The letters that this person may read, newest first."""
    return session.scalars(
        select(Letter)
        .where(visibility.letters(actor))
        .options(joinedload(Letter.barrier), selectinload(Letter.recipients))
        .order_by(Letter.id.desc())
    ).all()


def newest_of(session: Session, barrier: Barrier) -> Letter | None:
    """The barrier's latest letter, for the command line's owner of the instance."""
    return session.scalar(select(Letter).where(Letter.barrier_id == barrier.id).order_by(Letter.id.desc()).limit(1))


def untouched(session: Session, actor: Actor, barrier: Barrier, evidence: Evidence) -> Letter | None:
    """The draft that this person has made of this very evidence and not changed since, as when a button is pressed
    twice.
    """
    return session.scalar(
        select(Letter).where(
            Letter.barrier_id == barrier.id,
            Letter.author_id == actor.id,
            Letter.status == LetterStatus.DRAFT,
            Letter.version == 1,
            Letter.evidence == evidence.to_json(),
        )
    )


def waiting(session: Session, actor: Actor, status: LetterStatus) -> Sequence[Letter]:
    """The letters in one state that this person may read, oldest first."""
    return session.scalars(
        select(Letter)
        .where(visibility.letters(actor), Letter.status == status)
        .options(joinedload(Letter.barrier), selectinload(Letter.recipients))
        .order_by(Letter.changed_at)
    ).all()


def overdue(session: Session, actor: Actor, today: date) -> Sequence[Letter]:
    """Sent letters whose answer should have come."""
    unanswered = [LetterStatus.SENT, LetterStatus.ACKNOWLEDGED, LetterStatus.EXTENDED]
    return session.scalars(
        select(Letter)
        .where(visibility.letters(actor), Letter.status.in_(unanswered), Letter.answer_by < today)
        .order_by(Letter.answer_by)
    ).all()


def history(session: Session, letter: Letter) -> Sequence[Move]:
    """Its steps, oldest first."""
    return session.scalars(
        select(Move).where(Move.letter_id == letter.id).options(joinedload(Move.actor)).order_by(Move.id)
    ).all()


def count(session: Session) -> int:
    """All letters of the instance."""
    return session.scalar(select(func.count()).select_from(Letter)) or 0


def evidence(session: Session, barrier: Barrier, today: date, recipients: Sequence[Agency] = ()) -> Evidence:
    """What a letter about this barrier can rest on as of a day: the counts, attempts, solutions and wishes.

    Typical cases are left out: report texts enter a letter only when a person has chosen and read them.
    Raises NotFound when the barrier has no placed report, as there is nothing to write about then.
    """
    found = spreads.placed(session, barrier)
    told = spreads.of(found)
    program = people.program(session)
    if told.first_on is None or told.last_on is None or program is None:
        raise NotFound
    fired = Fired.from_json(barrier.fired_why)
    policy = fired.policy if fired is not None else settings.policy(session)
    return Evidence(
        taken_on=today,
        program=program.name,
        association=program.owner.name,
        barrier=barrier.name,
        description=barrier.description,
        obstacle=barrier.obstacle or "",
        step=barrier.step or "",
        agencies=tuple(agency.name for agency in barrier.agencies),
        rules=_cited(barrier),
        first_on=told.first_on,
        last_on=told.last_on,
        deviations=told.deviations,
        municipalities=told.municipalities,
        associations=told.associations,
        subprojects=told.subprojects,
        quarters=told.quarters,
        weeks_lost=told.weeks_lost,
        people_hit=told.people_hit,
        tried=_said(found, "tried"),
        solutions=_solutions(session, barrier),
        wishes=_said(found, "wished"),
        cases=(),
        policy=(policy.municipalities, policy.deviations, policy.subprojects, policy.months, policy.associations),
        recipients=tuple(agency.name for agency in recipients),
        copies=(),
    )


def _cited(barrier: Barrier) -> tuple[CitedRule, ...]:
    rule = barrier.rule
    if rule is None:
        return ()
    return (
        CitedRule(
            code=rule.code,
            name=rule.name,
            statute=rule.statute,
            paragraph=rule.paragraph,
            description=rule.description,
            confidence=rule.confidence,
            agency=rule.agency_text,
        ),
    )


def _said(found: Sequence[Deviation], field: str) -> tuple[str, ...]:
    """What the reports say in one field, each once, in order of the reports."""
    return tuple(dict.fromkeys(text for d in found if (text := getattr(d, field).strip())))


def _solutions(session: Session, barrier: Barrier) -> tuple[tuple[str, bool], ...]:
    rows = session.scalars(
        select(Solution)
        .where(Solution.barrier_id.in_(barriers.family(session, barrier)), visibility.standing_solutions())
        .order_by(Solution.created_at)
    )
    return tuple((solution.text, solution.worked) for solution in rows)
