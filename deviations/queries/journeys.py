"""Reads how far reports have come, for those whose they are: asked, solved, placed, written about, and until when.

A handful of questions to the database however many reports there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from deviations.domain import deadlines
from deviations.domain.deadlines import Due
from deviations.domain.letters import OUT, Answer, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import Act, Status
from deviations.models import Deviation, Letter, Move, Reply, Solution
from deviations.queries import barriers, deviations, letters, visibility


@dataclass(frozen=True, slots=True)
class LetterNews:
    """The latest letter about a barrier: to whom and when it was sent, and what was answered."""

    id: int
    to: tuple[str, ...]
    sent_on: date
    answer_by: date | None
    status: LetterStatus
    answered_on: date | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """How far a report has come.

    `since` is when it came to its present state; `words` what was said then: the question, the solution or the note.
    `due` is the promised day of the next answer, with how it was counted. `municipalities` is None where too few
    reports would tell one of them.
    `follows`: an occurrence that waits for what becomes of the report that it was said of.
    """

    deviation: Deviation
    since: datetime
    words: str = ""
    worked: bool = True
    due: Due | None = None
    municipalities: int | None = None
    letter: LetterNews | None = None
    follows: bool = False


def journeys(session: Session, actor: Actor, found: Sequence[Deviation]) -> dict[int, Journey]:
    """The way of each of these reports, by id. The caller has loaded them for the actor already."""
    ids = [deviation.id for deviation in found]
    placed = {d.barrier.id for d in found if d.status is Status.JOINED and d.barrier is not None}
    steps = _steps(session, ids)
    solved = _solutions(session, ids)
    places = barriers.municipalities_of(session, actor, placed)
    letters = _letters(session, actor, placed)
    following = set(session.scalars(select(Deviation.id).where(Deviation.id.in_(ids), deviations.waits_along())))
    told = {}
    for deviation in found:
        last, solutions = _came_by(deviation, steps.get(deviation.id, [])), solved.get(deviation.id, [])
        barrier = deviation.barrier if deviation.status is Status.JOINED else None
        follows = deviation.id in following
        told[deviation.id] = Journey(
            deviation=deviation,
            since=last.at if last else deviation.filed_at,
            words=_words(deviation, last, solutions),
            worked=solutions[-1].worked if solutions else True,
            due=None if follows else deadlines.from_json(deviation.due_on, deviation.due_how),
            municipalities=places.get(barrier.id) if barrier else None,
            letter=letters.get(barrier.id) if barrier else None,
            follows=follows,
        )
    return told


def _steps(session: Session, ids: Collection[int]) -> dict[int, list[Move]]:
    """The steps from state to state, oldest first; what was filled in later, put off or undone is none."""
    found: dict[int, list[Move]] = {}
    question = select(Move).where(Move.deviation_id.in_(ids), Move.act == Act.STEP)
    for move in session.scalars(question.order_by(Move.id)):
        if move.deviation_id is not None:
            found.setdefault(move.deviation_id, []).append(move)
    return found


def _solutions(session: Session, ids: Collection[int]) -> dict[int, list[Solution]]:
    found: dict[int, list[Solution]] = {}
    question = select(Solution).where(Solution.deviation_id.in_(ids), visibility.standing_solutions())
    for solution in session.scalars(question.order_by(Solution.id)):
        found.setdefault(solution.deviation_id, []).append(solution)
    return found


def _came_by(deviation: Deviation, moves: Sequence[Move]) -> Move | None:
    """The step by which it came to its present state: after an undone decision, the one that stood before it."""
    return next((move for move in reversed(moves) if move.target == deviation.status), None)


def _words(deviation: Deviation, last: Move | None, solutions: Sequence[Solution]) -> str:
    if deviation.status is Status.SOLVED_LOCALLY and solutions:
        return solutions[-1].text
    return last.note if last else ""


def _letters(session: Session, actor: Actor, placed: Collection[int]) -> dict[int, LetterNews]:
    """The letter sent last about each of these barriers, of those that this person may read."""
    question = (
        select(Letter)
        .where(visibility.letters(actor), letters.about(placed), Letter.status.in_(OUT))
        .options(selectinload(Letter.recipients), selectinload(Letter.replies), selectinload(Letter.further))
        .order_by(Letter.sent_on, Letter.id)
    )
    news: dict[int, LetterNews] = {}
    for letter in session.scalars(question):
        news |= dict.fromkeys((letter.barrier_id, *(barrier.id for barrier in letter.further)), _news(letter))
    return news


def _news(letter: Letter) -> LetterNews:
    assert letter.sent_on is not None  # it stands among those that are out
    last: Reply | None = letter.answer
    return LetterNews(
        id=letter.id,
        to=tuple(agency.short_name for agency in letter.recipients),
        sent_on=letter.sent_on,
        answer_by=letter.answer_by,
        status=letter.status,
        answered_on=last.received_on if last else None,
        answer=last.answer if last else None,
    )
