"""How fast a letter is written: `python -m tests.benchmarks.bench_letters 5000`.

Makes a database where one barrier has so many reports, and prints p50 and p95 in milliseconds, by the clock and of the
process's own work, for each step from the reports to the files, and for draft, PDF and Word file together (the goal:
under 500). Beside them stand two floors of the same run: what the machine gives for the reports by their keys, and the
files of a letter without text.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from time import perf_counter, thread_time

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from deviations.adapters.letter_html import sheet_html
from deviations.domain.days import today
from deviations.domain.letters import FileKind
from deviations.domain.plain_language import advise
from deviations.domain.workflow import BarrierStatus, Kind, Status
from deviations.models import Agency, Barrier, Deviation, Rule
from deviations.models.engine import make_engine
from deviations.queries import letter_evidence
from deviations.services import letter_sheets
from tests.benchmarks import crowd, material

TIMES = 40
CHUNK = 500


def gather(engine: Engine) -> None:
    """Places all reports in one barrier, each with what was tried, wished and lost."""
    random, told = Random(3), [one.body for one in material.reports(500, 8)]
    with Session(engine.execution_options(write=True)) as session:
        barrier = session.scalars(select(Barrier).order_by(Barrier.id)).first()
        assert barrier is not None
        barrier.name, barrier.status = (
            "Under tio timmar i veckan: ingen försäkrad arbetsträning",
            BarrierStatus.RECURRING,
        )
        barrier.description = "Den som orkar färre än tio timmar i veckan får ingen plats."
        barrier.rules = list(session.scalars(select(Rule).where(Rule.code == "FORS-01")))
        barrier.agencies = list(session.scalars(select(Agency).where(Agency.code.in_(("AF", "FK")))))
        for id in session.scalars(select(Deviation.id)).all():
            session.execute(
                update(Deviation)
                .where(Deviation.id == id)
                .values(
                    barrier_id=barrier.id,
                    status=Status.JOINED,
                    kind=Kind.DEVIATION,
                    queue=None,
                    tried=random.choice(told)[:120] if random.random() < 0.5 else "",
                    wished=random.choice(told)[:120] if random.random() < 0.3 else "",
                    weeks_lost=random.randrange(1, 30) if random.random() < 0.5 else None,
                    people_hit=random.randrange(1, 4),
                )
            )
        session.commit()


def measure(engine: Engine) -> None:
    """Prints a line for each step."""
    with Session(engine) as session:
        barrier = session.scalars(select(Barrier).order_by(Barrier.id)).first()
        assert barrier is not None
        ids = list(session.scalars(select(Deviation.id)))
        sheet = letter_sheets.draft_sheet(session, barrier, today())
        empty = replace(sheet, body="", title="")

        def by_key() -> None:
            session.expunge_all()
            for start in range(0, len(ids), CHUNK):
                session.scalars(select(Deviation).where(Deviation.id.in_(ids[start : start + CHUNK]))).all()

        def anew() -> Barrier:
            session.expunge_all()
            return session.get_one(Barrier, barrier.id)

        def together() -> None:
            made = letter_sheets.draft_sheet(session, anew(), today())
            letter_sheets.file(made, FileKind.PDF)
            letter_sheets.file(made, FileKind.DOCX)

        print(f"  {len(sheet.body)} characters, {len(sheet.charts)} charts")
        told("floor: the reports by their keys", by_key)
        told(
            "floor: PDF and Word file without text",
            lambda: [letter_sheets.file(empty, kind) for kind in (FileKind.PDF, FileKind.DOCX)],
        )
        told("evidence", lambda: letter_evidence.evidence(session, anew(), today()))
        told("evidence and draft", lambda: letter_sheets.draft_sheet(session, anew(), today()))
        told("preview", lambda: sheet_html(sheet))
        told("advice", lambda: advise(sheet.body))
        for kind in FileKind:
            told(kind.value, lambda kind=kind: letter_sheets.file(sheet, kind))
        told("draft, PDF and Word file", together)


def told(what: str, act: Callable[[], object]) -> None:
    """Does it many times, and prints the median and the 95th percentile of the clock and of this thread's own work."""
    act()
    clock, work = [], []
    for _ in range(TIMES):
        started, began = perf_counter(), thread_time()
        act()
        clock.append(1000 * (perf_counter() - started))
        work.append(1000 * (thread_time() - began))
    waited, worked = (
        f"p50 {_at(clock, 50):5.0f} p95 {_at(clock, 95):5.0f}",
        f"{_at(work, 50):5.0f} {_at(work, 95):5.0f}",
    )
    print(f"  {what:<40} {waited}   work: {worked}", flush=True)


def _at(times: list[float], percent: int) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)]


def main() -> None:
    """Runs for each number of reports on the command line."""
    for count in [int(word) for word in sys.argv[1:]] or [5000]:
        with tempfile.TemporaryDirectory() as folder:
            engine = make_engine(f"sqlite:///{Path(folder) / 'letters.sqlite3'}")
            crowd.fill(engine, count)
            gather(engine)
            print(f"{count} reports in one barrier", flush=True)
            measure(engine)
            engine.dispose()


if __name__ == "__main__":
    main()
