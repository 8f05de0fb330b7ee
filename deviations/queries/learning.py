"""Keeps one ranker for each open database and teaches it only what has changed: was filed, placed, moved or erased.

It is derived data and holds nothing that the database does not. Where there is much to learn, a thread learns it, and
nobody waits; every process learns for itself.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from threading import RLock, Thread
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Pool, and_, bindparam, func, select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.workflow import Kind, Status
from deviations.models import Agency, Deviation, Move, Rule
from deviations.models.deviations import deviation_agency
from deviations.queries import catalogue, lexicon

if TYPE_CHECKING:
    from deviations.domain.ranking import Ranker
    from deviations.domain.similarity import Catalogue

log = logging.getLogger(__name__)

AT_ONCE = 3_000
"""So many reports are learnt while somebody waits: about a second."""

FEW = 3_000
"""So many reports are all compared with what is known whenever a step has been taken."""

LATE = 500
"""So many steps back are looked at again: PostgreSQL numbers them before the commit, so one can appear late.

Where the history has grown by more at once, all reports are compared.
"""

FEW_EVERY, SOME_EVERY = 5.0, 1.0
"""Seconds after which all reports are compared with what is known, whatever the history says; where they are many, the
next `SOME` in turn.
"""

SOME = 500

PORTION = 1_000

# Steps of "samma här" are one line each and would spoil the mean likeness; drafts are their author's alone.
LEARNT = and_(Deviation.kind.in_([Kind.DEVIATION, Kind.GOOD_EXAMPLE]), Deviation.status != Status.DRAFT)

Sign = tuple[int | None, int, datetime]
"""What changes when a report does: its barrier, its version, and when it was filed (its number may be used again)."""

# Asked at every suggestion, so built once: putting a question together takes longer than answering it.
RULES_STAMP = select(
    func.count(),
    func.max(Rule.id),
    func.sum(func.length(Rule.name) + func.length(Rule.description) + func.length(Rule.barrier_text)),
    func.sum(Rule.version),
)
STEPS = select(func.count(), func.max(Move.id)).where(Move.id > bindparam("after"))
PARTIES = (
    select(deviation_agency.c.deviation_id, Agency.code)
    .join(Agency, Agency.id == deviation_agency.c.agency_id)
    .where(deviation_agency.c.deviation_id.in_(bindparam("ids", expanding=True)))
    .order_by(Agency.code)
)
TEXTS = (
    select(
        Deviation.id,
        Deviation.title,
        Deviation.body,
        Rule.code,
        Deviation.rule_hint,
        Deviation.step,
        Deviation.barrier_id,
        Deviation.kind,
        Deviation.erased_at,
    )
    .join(Rule, Rule.id == Deviation.rule_id, isouter=True)
    .where(Deviation.id.in_(bindparam("ids", expanding=True)))
    .order_by(Deviation.id)
)


@dataclass
class Learnt:
    """What is known of one database: the catalogue, the ranker over all reports, and how far the history was read."""

    lock: RLock = field(default_factory=RLock)
    rules: tuple[object, ...] | None = None
    catalogue: "Catalogue | None" = None
    ranker: "Ranker | None" = None
    signs: dict[int, Sign] = field(default_factory=dict)
    steps: tuple[int, int] = (0, 0)  # how many of the latest there are, and the last of them
    compared: float = 0.0  # when all, or the last in turn, were compared
    turn: int = 0  # the first that is next in turn
    last: int = 0  # no id is larger
    thread: Thread | None = None


# One for each open database, gone with it.
_known: WeakKeyDictionary[Pool, Learnt] = WeakKeyDictionary()
_lock = RLock()


@contextmanager
def ranker(session: Session) -> "Iterator[Ranker | None]":
    """The ranker over all reports, up to date, for this thread alone; None while a thread is still learning them."""
    session.connection()  # whoever has to wait for the database does so before others have to wait for her
    known = _of(session.get_bind().engine)
    with known.lock:
        _learn_rules(session, known)
        if known.ranker is None and not _is_learning(known) and _count(session) <= AT_ONCE:
            _start(known)
        if known.ranker is None:
            _begin(session.get_bind().engine, known)
        else:
            _catch_up(session, known)
        yield from _reading(session, known)


def _reading(session: Session, known: Learnt) -> "Iterator[Ranker | None]":
    """The ranker, which reads the reports that it has to tell of in this session."""
    if known.ranker is None:
        yield None
        return
    taught = known.ranker
    taught.fact_of = lambda ids: {fact.id: fact for fact, _, _ in facts(session, [int(id) for id in ids])}
    try:
        yield taught
    finally:
        taught.fact_of = _nothing


def _nothing(ids: Collection[str]) -> dict[str, Fact]:
    """No report can be read while nobody asks."""
    return {}


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Deviation).where(LEARNT)) or 0


def rule_catalogue(session: Session) -> "Catalogue":
    """The rules as knowledge, read anew when they have changed."""
    known = _of(session.get_bind().engine)
    with known.lock:
        return _learn_rules(session, known)


def warm(engine: Engine) -> None:
    """Begins to learn all reports in a thread, so that the first who asks need not wait."""
    known = _of(engine)
    with known.lock:
        if known.ranker is None:
            _begin(engine, known)


def _of(engine: Engine) -> Learnt:
    with _lock:
        return _known.setdefault(engine.pool, Learnt())


def _learn_rules(session: Session, known: Learnt) -> "Catalogue":
    """Read the catalogue when it is new, or it or the lexicon has changed; all reports are then learnt anew, as their
    words are in them. Where there are many, what is known so far serves until a thread has done so.
    """
    from deviations.domain.similarity import Catalogue  # numeric stack: only when a suggestion is wanted

    stamp = (*(int(number or 0) for number in session.execute(RULES_STAMP).one()), *lexicon.stamp(session))
    if known.catalogue is None or known.rules != stamp:
        if known.catalogue is not None and known.ranker is not None and len(known.signs) > AT_ONCE:
            _begin(session.get_bind().engine, known)
            return known.catalogue
        known.catalogue, known.rules = Catalogue(catalogue.rule_cards(session), lexicon.lexicon(session)), stamp
        known.ranker = None
    return known.catalogue


def _start(known: Learnt) -> None:
    from deviations.domain.ranking import Ranker

    known.ranker = Ranker((), known.catalogue or (), fact_of=_nothing)
    known.signs, known.steps, known.compared = {}, (0, 0), 0.0


def _begin(engine: Engine, known: Learnt) -> None:
    if not _is_learning(known):
        known.thread = Thread(target=_learn_all, args=(engine, known), name="suggestions", daemon=True)
        known.thread.start()


def _is_learning(known: Learnt) -> bool:
    return known.thread is not None and known.thread.is_alive()


def _learn_all(engine: Engine, known: Learnt) -> None:
    """Learn all reports in a session of its own, and hand the ranker over when it is done."""
    fresh = Learnt()
    try:
        with Session(engine.execution_options(write=False)) as session:
            _learn_rules(session, fresh)
            _start(fresh)
            fresh.steps = _steps(session, 0)
            for portion in _portions(_signs(session, None)):
                _learn(session, fresh, portion)
                session.rollback()  # so long a reading would keep the database from tidying up
            if fresh.ranker is not None:
                fresh.ranker.settle()
    except Exception:  # a thread has nobody to raise to; the next who asks begins again
        log.exception("the reports could not be learnt")
        return
    with known.lock:
        known.ranker, known.signs, known.steps, known.last = fresh.ranker, fresh.signs, fresh.steps, fresh.last
        known.catalogue, known.rules, known.compared = fresh.catalogue, fresh.rules, 0.0


def _catch_up(session: Session, known: Learnt) -> None:
    """Learn what has changed: all are compared where they are few, else those of the latest steps and some in turn.

    Where much has changed, a thread learns all anew, and what is known so far serves until then.
    """
    steps = _steps(session, known.steps[1] - LATE)
    few = len(known.signs) <= FEW
    overdue = monotonic() - known.compared > (FEW_EVERY if few else SOME_EVERY)
    if (few and (overdue or steps != known.steps)) or steps[1] > known.steps[1] + LATE:
        signs = _signs(session, None)
        gone = known.signs.keys() - signs.keys()
    else:
        ids = _moved(session, known.steps[1] - LATE) if steps != known.steps else set()
        ids |= _in_turn(known) if overdue else set()
        if not ids:
            return
        signs = _signs(session, ids)
        gone = known.signs.keys() & (ids - signs.keys())
    if overdue:
        known.compared = monotonic()
    known.steps = (_steps(session, steps[1] - LATE)[0], steps[1])
    changed = {id: sign for id, sign in signs.items() if known.signs.get(id) != sign}
    if len(changed) > AT_ONCE:
        _begin(session.get_bind().engine, known)
        return
    for portion in _portions(changed):
        _learn(session, known, portion)
    for id in gone:
        _forget(known, id)


def _in_turn(known: Learnt) -> set[int]:
    """The next ids in turn, those that nobody has among them."""
    if known.turn > known.last:
        known.turn = 0
    known.turn += SOME
    return set(range(known.turn - SOME, known.turn))


def _steps(session: Session, after: int) -> tuple[int, int]:
    """How many steps there are after one, and the last of all."""
    count, last = session.execute(STEPS, {"after": after}).one()
    return count, last or 0


def _moved(session: Session, after: int) -> set[int]:
    """The reports that took a step after one."""
    question = select(Move.deviation_id).where(Move.id > after, Move.deviation_id.is_not(None))
    return {id for id in session.scalars(question) if id is not None}


def _signs(session: Session, ids: Collection[int] | None) -> dict[int, Sign]:
    """The signs of these reports, or of all."""
    question = select(Deviation.id, Deviation.barrier_id, Deviation.version, Deviation.filed_at).where(LEARNT)
    if ids is not None:
        question = question.where(Deviation.id.in_(ids))
    return {id: (barrier, version, at) for id, barrier, version, at in session.execute(question.order_by(Deviation.id))}


def _portions(signs: dict[int, Sign]) -> Iterator[dict[int, Sign]]:
    ids = list(signs)
    for start in range(0, len(ids), PORTION):
        yield {id: signs[id] for id in ids[start : start + PORTION]}


def _learn(session: Session, known: Learnt, signs: dict[int, Sign]) -> None:
    """Teach the ranker these reports as they stand now."""
    if known.ranker is None:
        return
    for fact, barrier, kind in facts(session, list(signs)):
        known.ranker.add(fact, None if barrier is None else str(barrier), example=kind is Kind.GOOD_EXAMPLE)
    known.signs |= signs
    known.last = max(known.last, *signs)


def _forget(known: Learnt, id: int) -> None:
    if known.ranker is not None:
        known.ranker.remove(str(id))
    del known.signs[id]


def facts(session: Session, ids: Sequence[int]) -> Iterator[tuple[Fact, int | None, Kind]]:
    """What likeness needs to know of these reports, with where they are placed; quicker than whole reports."""
    codes: dict[int, list[str]] = defaultdict(list)
    for id, code in session.execute(PARTIES, {"ids": ids}):
        codes[id].append(intern(code))
    for id, title, body, rule, hint, step, barrier, kind, erased in session.execute(TEXTS, {"ids": ids}):
        agencies = tuple(codes.get(id, ()))
        own = "" if erased else title  # of one whose texts are gone rule, parties and step still speak
        yield Fact(str(id), own, body, agencies, rule and intern(rule), hint, step=step or ""), barrier, kind
