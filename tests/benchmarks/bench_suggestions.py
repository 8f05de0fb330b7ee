"""How long "someone else has the same" takes: `python -m tests.benchmarks.bench_suggestions 1000 100000`.

For each number of reports it fills a SQLite database, starts the program on it, waits until the reports are learnt, and
asks as a reporter who types. Beside it stands a floor: the same address with nothing typed. Asserts nothing.
"""

import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep, thread_time

from flask import Flask
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from deviations import migrations
from deviations.app import create_app
from deviations.domain import parties
from deviations.domain.facts import Fact
from deviations.domain.workflow import BarrierStatus, Kind, Status
from deviations.models import Agency, Barrier, Deviation, Move, Municipality, Rule
from deviations.models.deviations import deviation_agency
from deviations.models.engine import make_engine
from deviations.queries import grouping, learning
from tests import people
from tests.benchmarks import material

ADDRESS = "/avvikelser/ny/liknande"
OURS = {"Sec-Fetch-Site": "same-origin"}
Figures = tuple[tuple[float, float], tuple[float, float]]
QUESTIONS = 200
PORTION = 5_000
WORDS_TYPED = (4, 8, 16, 30)  # how far she has come when the page asks


def fill(engine: Engine, count: int) -> list[material.Made]:
    """Fill an empty database with the reference data, the named people and so many reports; hand out some more."""
    migrations.upgrade(engine)
    barriers = max(10, count // 100)
    made = list(material.reports(count + QUESTIONS, barriers))
    with Session(engine.execution_options(write=True)) as session:
        people.furnish(session)
        session.flush()
        _barriers(session, barriers)
        for start in range(0, count, PORTION):
            _reports(session, made[start : min(start + PORTION, count)], start)
        session.commit()
    return made[count:]


def _barriers(session: Session, count: int) -> None:
    now = datetime.now(UTC)
    rows = [
        {"id": at + 1, "name": f"Hinder {at}", "description": "", "status": BarrierStatus.WATCHED, "created_at": now}
        for at in range(count)
    ]
    session.execute(insert(Barrier), rows)


def _reports(session: Session, made: Sequence[material.Made], start: int) -> None:
    who = people.find(session)
    authors = [(actor.id, people.place(session, place).id) for actor, place in _authors(who)]
    towns = list(session.scalars(select(Municipality.id).limit(26)))
    rules = {rule.code: rule.id for rule in session.scalars(select(Rule))}
    agencies = {agency.code: agency.id for agency in session.scalars(select(Agency))}
    begun = datetime.now(UTC) - timedelta(days=700)
    rows, named, moves = [], [], []
    for number, one in enumerate(made, start=start + 1):
        author, subproject = authors[number % len(authors)]
        at = begun + timedelta(minutes=number)
        status = Status.FILED if one.barrier is None else Status.JOINED
        rows.append({
            "id": number, "kind": Kind.DEVIATION, "status": status, "title": one.title[:200], "body": one.body,
            "reporter_id": author, "filed_by_id": author, "form_key": f"bench-{number}", "subproject_id": subproject,
            "municipality_id": towns[number % len(towns)], "rule_id": rules.get(one.rule or ""),
            "rule_hint": one.rule_hint[:200], "occurred_on": at.date(), "filed_at": at,
            "barrier_id": None if one.barrier is None else one.barrier + 1, "version": 1, "tried": "", "wished": "",
        })  # fmt: skip
        codes = {code for code in parties.codes(one.agencies) if code in agencies}
        named += [{"deviation_id": number, "agency_id": agencies[code]} for code in codes]
        moves.append({"at": at, "actor_id": author, "deviation_id": number, "target": status, "note": ""})
    session.execute(insert(Deviation), rows)
    session.execute(insert(deviation_agency), named)
    session.execute(insert(Move), moves)


def _authors(who: people.People) -> Sequence[tuple[people.Actor, str]]:
    return ((who.rut, "Söder"), (who.rolf, "Söder"), (who.rita, "Norr"), (who.lars, "Norr"), (who.ruben, "Väst"))


def typed(questions: Sequence[material.Made]) -> list[tuple[str, str]]:
    """Title and the body so far, as somebody has typed it when the page asks."""
    return [
        (one.title, " ".join(one.body.split()[: WORDS_TYPED[at % len(WORDS_TYPED)]]))
        for at, one in enumerate(questions)
    ]


def timed(ask: Callable[[str, str], object], questions: Sequence[tuple[str, str]]) -> Figures:
    """The median and the 95th percentile, in milliseconds: of the clock, and of this thread's own work."""
    for title, body in questions[:5]:
        ask(title, body)
    waited, worked = [], []
    for title, body in questions:
        started, begun = perf_counter(), thread_time()
        ask(title, body)
        waited.append(1000 * (perf_counter() - started))
        worked.append(1000 * (thread_time() - begun))
    return _ends(waited), _ends(worked)


def _ends(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def wait_until_ready(engine: Engine) -> float:
    """Seconds from the start of learning until the suggestions are there."""
    started = perf_counter()
    grouping.warm(engine)
    while True:
        with Session(engine) as session, learning.ranker(session) as ranking:
            if ranking is not None:
                return perf_counter() - started
        sleep(0.2)


def megabytes() -> tuple[int, int]:
    """What the process holds now, and the most that it ever held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    now = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return now // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(count: int, folder: Path) -> None:
    """Fill, learn, ask, print."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    engine = make_engine(url)
    questions = typed(fill(engine, count))
    engine.dispose()
    app = create_app(folder, database_url=url, testing=True)
    before = megabytes()[0]
    seconds = wait_until_ready(app.extensions["engine"])
    held, most = megabytes()
    print(f"{count} reports: learnt in {seconds:.1f} s, {held - before} MB more held, {most} MB at most", flush=True)
    _ask_alone(app, questions)
    _ask_page(app, questions)


def _ask_alone(app: Flask, questions: Sequence[tuple[str, str]]) -> None:
    with Session(app.extensions["engine"]) as session:
        rut = people.find(session).rut
        found = [grouping.likes(session, rut, Fact("", title, body)) for title, body in questions]
    _tell("query alone", timed(lambda title, body: _query(app, title, body), questions))
    print(f"    something was found for {sum(map(bool, found))} of {len(found)}")


def _query(app: Flask, title: str, body: str) -> None:
    with Session(app.extensions["engine"]) as session:
        grouping.likes(session, people.find(session).rut, Fact("", title, body, ("AF",)))


def _ask_page(app: Flask, questions: Sequence[tuple[str, str]]) -> None:
    """Ask by the page's own address, as its script does, if this version of the program has it."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = people.token("rut"), True

    def ask(title: str, body: str) -> None:
        sent = {"title": title, "body": body, "agencies": ["1"]}
        answer = client.post(ADDRESS, data=sent, headers=OURS)
        if answer.status_code != 200:
            raise SystemExit(f"{ADDRESS} answered {answer.status}")

    floor, page = timed(lambda title, body: ask("", ""), questions), timed(ask, questions)
    _tell("address, nothing typed", floor)
    _tell("address", page, f"   {page[1][0] / floor[1][0]:.1f} times the floor")


def _tell(what: str, figures: Figures, more: str = "") -> None:
    (half, most), (half_work, most_work) = figures
    clock, work = f"p50 {half:6.1f} ms   p95 {most:6.1f} ms", f"p50 {half_work:6.1f}   p95 {most_work:6.1f}"
    print(f"  {what:<24} {clock}   (of it work: {work}){more}", flush=True)


def main() -> None:
    """Run for each number on the command line."""
    for count in map(int, sys.argv[1:] or ["1000"]):
        with tempfile.TemporaryDirectory() as folder:
            run(count, Path(folder))


if __name__ == "__main__":
    main()
