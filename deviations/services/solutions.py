"""Keeps what other subprojects say of a local solution: that it worked there too, or that it did not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor
from deviations.domain.workflow import NotAllowed
from deviations.models import Solution, SolutionTrial, Subproject
from deviations.services import audit
from deviations.services.checks import check_texts


def try_out(
    session: Session,
    actor: Actor,
    solution: Solution,
    subproject: Subproject,
    worked: bool,
    note: str = "",
    *,
    at: datetime,
) -> SolutionTrial:
    """Keeps a subproject's word on a solution, in place of what it said before. One audit line.

    Whoever works in the subproject may say it. Raises NotAllowed for others (`not_your_word`), and where it is the
    subproject's own solution (`own_solution`); PersonalData for the note.
    """
    if subproject.id not in actor.subprojects():
        raise NotAllowed("not_your_word")
    if subproject.id == solution.subproject_id:
        raise NotAllowed("own_solution")
    check_texts({"note": note})
    audit.wait_turn(session)  # two colleagues may say it at the same time
    trial = session.scalar(
        select(SolutionTrial).where(
            SolutionTrial.solution_id == solution.id, SolutionTrial.subproject_id == subproject.id
        )
    )
    if trial is None:
        trial = SolutionTrial(solution_id=solution.id, subproject_id=subproject.id)
        session.add(trial)
    trial.user_id, trial.worked, trial.note, trial.at = actor.id, worked, note, at
    told = {"subproject": subproject.id, "worked": worked}
    audit.record(session, actor, "solution.tried", f"solution:{solution.id}", at, told)
    return trial
