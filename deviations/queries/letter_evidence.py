"""Gathers the evidence that a letter freezes: what the reports of a barrier count, what was tried and wished, and what
was written before; as it stands now, or as it stood when it was taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letters import CitedRule, Evidence
from deviations.domain.recurrence import Fired
from deviations.domain.workflow import BarrierStatus, Kind, NotFound
from deviations.models import Agency, Barrier, Deviation, LetterSnapshot, Move, Solution
from deviations.queries import barriers, letters_before, people, placings, settings, spreads, visibility
from deviations.queries.spreads import Met


def evidence(
    session: Session,
    barrier: Barrier,
    today: date,
    recipients: Sequence[Agency] = (),
    copies: Sequence[Agency] = (),
) -> Evidence:
    """What a letter about this barrier can rest on as of a day: the counts, attempts, solutions, wishes, and the
    letters that went out before.

    Typical cases are left out: report texts enter a letter only when a person has chosen and read them.
    Raises NotFound when the barrier has no placed report, as there is nothing to write about then.
    """
    found = spreads.met(session, Deviation.barrier_id == barrier.id, *spreads.PLACED)
    told = spreads.counted(found)
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
        **_counts(found, told),
        solutions=_solutions(session, barrier),
        cases=(),
        policy=(policy.municipalities, policy.deviations, policy.subprojects, policy.months, policy.associations),
        recipients=tuple(agency.name for agency in recipients),
        copies=tuple(agency.name for agency in copies),
        reports=tuple(one.id for one in found),
        earlier=letters_before.sent(session, barrier, today),
        returned_on=_returned_on(session, barrier),
    )


def rederived(session: Session, snapshot: LetterSnapshot) -> Evidence:
    """The same evidence counted once more from the data as it stood when the snapshot was taken: the reports that were
    placed in the barrier at that moment, whatever was moved, merged, split or undone since.

    What has no history (the barrier's and the rule's words, the policy, names of parties) is as it was frozen. A report
    that was completed later counts as it is now, and so shows as a difference.
    """
    frozen = Evidence.from_json(snapshot.evidence)
    barrier, at = snapshot.barrier, snapshot.at
    ids = placings.as_of(session, barrier, at, known=frozen.reports)
    found = _reports(session, ids)
    told = spreads.counted(found)
    counts = _counts(found, told)
    if any(_erased(session, [one.id for one in found])):
        # What they said can't be counted once more: it is as it was frozen, and what others say now is added.
        counts["tried"] = tuple(dict.fromkeys((*frozen.tried, *counts["tried"])))
        counts["wishes"] = tuple(dict.fromkeys((*frozen.wishes, *counts["wishes"])))
    return replace(
        frozen,
        first_on=told.first_on or frozen.first_on,
        last_on=told.last_on or frozen.last_on,
        **counts,
        solutions=_solutions(session, barrier, at),
        reports=tuple(one.id for one in found) if frozen.reports else (),
        earlier=letters_before.sent(session, barrier, day_of(at), at),
        returned_on=_returned_on(session, barrier, at),
    )


def _counts(found: Sequence[Met], told: spreads.Spread) -> dict[str, Any]:
    """What follows from the reports alone, by the names of the evidence."""
    return {
        "deviations": told.deviations,
        "municipalities": told.municipalities,
        "associations": told.associations,
        "subprojects": told.subprojects,
        "quarters": told.quarters,
        "weeks_lost": told.weeks_lost,
        "people_hit": told.people_hit,
        "tried": _said(found, "tried"),
        "wishes": _said(found, "wished"),
    }


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
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
        ),
    )


def _reports(session: Session, ids: Sequence[int]) -> list[Met]:
    """These reports, in the order in which `evidence` has them."""
    found: list[Met] = []
    for start in range(0, len(ids), placings.PORTION):
        portion = Deviation.id.in_(ids[start : start + placings.PORTION])
        found += spreads.met(session, portion, Deviation.kind != Kind.GOOD_EXAMPLE)
    return sorted(found, key=lambda one: (one.on, one.id))


def _erased(session: Session, ids: Sequence[int]) -> Iterator[int]:
    """Those of these reports whose texts are gone by a gallringsbeslut."""
    for start in range(0, len(ids), placings.PORTION):
        portion = Deviation.id.in_(ids[start : start + placings.PORTION])
        yield from session.scalars(select(Deviation.id).where(portion, Deviation.erased_at.is_not(None)))


def _said(found: Sequence[Met], field: str) -> tuple[str, ...]:
    """What the reports say in one field, each once, in order of the reports."""
    return tuple(dict.fromkeys(text for one in found if (text := getattr(one, field).strip())))


def _solutions(session: Session, barrier: Barrier, at: datetime | None = None) -> tuple[tuple[str, bool], ...]:
    """The solutions that are told of a barrier, by `at` where that is given."""
    question = select(Solution).where(
        Solution.barrier_id.in_(barriers.family(session, barrier)), visibility.standing_solutions()
    )
    if at is not None:
        question = question.where(Solution.created_at <= at)
    rows = session.scalars(question.order_by(Solution.created_at))
    return tuple((solution.text, solution.worked) for solution in rows)


def _returned_on(session: Session, barrier: Barrier, at: datetime | None = None) -> date | None:
    """When it last came back after it had been removed; None where it has been gone since, or never was."""
    gone = (BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF)
    question = select(Move).where(Move.barrier_id == barrier.id, Move.target.in_((*gone, BarrierStatus.RETURNED)))
    if at is not None:
        question = question.where(Move.at <= at)
    last = session.scalar(question.order_by(Move.id.desc()).limit(1))
    back = last is not None and (last.source, last.target) == (BarrierStatus.REMOVED, BarrierStatus.RETURNED)
    return day_of(last.at) if last is not None and back else None
