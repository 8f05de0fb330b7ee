"""How long ranking, learning and regrouping take: `python -m tests.benchmarks.bench_ranking 1000 100000 1000000`.

For each number of reports it fills a SQLite database (or, with `--url`, an empty one that is named), learns it as a
server that starts does, and asks. Beside it stands a floor: one report by its key from the same database. Asserts
nothing.
"""

import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, sleep, thread_time
from typing import TypeVar

from flask import Flask
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from deviations import migrations
from deviations.app import create_app
from deviations.domain import parties
from deviations.domain.facts import Fact
from deviations.domain.learnt import Fineness
from deviations.domain.roles import Actor
from deviations.domain.workflow import QUEUES, Act, BarrierStatus, Kind, Status
from deviations.models import Agency, Barrier, Deviation, LoginSession, Move, Municipality, Rule
from deviations.models.deviations import deviation_agency
from deviations.models.engine import make_engine
from deviations.queries import grouping, groupings, learning
from tests import people
from tests.benchmarks import material

T = TypeVar("T")

ADDRESS = "/avvikelser/ny/liknande"
OURS = {"Sec-Fetch-Site": "same-origin"}
QUESTIONS = 200
PORTION = 5_000
WORDS_TYPED = (4, 8, 16, 30)  # how far she has come when the page asks
REGROUPED = 100_000  # up to so many reports, the unplaced ones are grouped


def fill(url: str, count: int) -> list[material.Made]:
    """Fill an empty database with the reference data, the named people and so many reports; hand out some more."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    barriers = max(10, count // 100)
    made = material.reports(count + QUESTIONS, barriers)
    with Session(engine.execution_options(write=True)) as session:
        people.furnish(session)
        session.flush()
        _barriers(session, barriers)
        for start in range(0, count, PORTION):
            _reports(session, [next(made) for _ in range(min(PORTION, count - start))], start)
            session.commit()
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return list(made)


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
    towns = list(session.scalars(select(Municipality.id).order_by(Municipality.id).limit(26)))
    rules = {rule.code: rule.id for rule in session.scalars(select(Rule))}
    agencies = {agency.code: agency.id for agency in session.scalars(select(Agency))}
    begun = datetime.now(UTC) - timedelta(days=1500)
    rows, named, moves = [], [], []
    for number, one in enumerate(made, start=start + 1):
        author, subproject = authors[number % len(authors)]
        at = begun + timedelta(minutes=number)
        status = Status.FILED if one.barrier is None else Status.JOINED
        rows.append({
            "id": number, "kind": Kind.DEVIATION, "status": status, "queue": QUEUES.get(status),
            "title": one.title[:200], "body": one.body,
            "reporter_id": author, "filed_by_id": author, "form_key": f"bench-{number}", "subproject_id": subproject,
            "municipality_id": towns[number % len(towns)], "rule_id": rules.get(one.rule or ""),
            "rule_hint": one.rule_hint[:200], "occurred_on": at.date(), "filed_at": at,
            "barrier_id": None if one.barrier is None else one.barrier + 1, "version": 1, "tried": "", "wished": "",
        })  # fmt: skip
        codes = {code for code in parties.codes(one.agencies) if code in agencies}
        named += [{"deviation_id": number, "agency_id": agencies[code]} for code in codes]
        moves.append(
            {"at": at, "actor_id": author, "deviation_id": number, "target": status, "note": "", "act": Act.STEP}
        )
    session.execute(insert(Deviation), rows)
    session.execute(insert(deviation_agency), named)
    session.execute(insert(Move), moves)


def _authors(who: people.People) -> Sequence[tuple[Actor, str]]:
    return ((who.rut, "Söder"), (who.rolf, "Söder"), (who.rita, "Norr"), (who.lars, "Norr"), (who.ruben, "Väst"))


def a_fact(one: material.Made, words: int | None = None) -> Fact:
    """A report as it is asked about: whole, or its title and the first words of its body, without rule and parties."""
    if words is None:
        return Fact("", one.title, one.body, one.agencies, one.rule, one.rule_hint)
    return Fact("", one.title, " ".join(one.body.split()[:words]), ("AF",))


def timed(what: str, ask: Callable[[T], object], questions: Sequence[T]) -> None:
    """Print median and 95th percentile, in milliseconds: of the clock, and of this thread's own work."""
    for one in questions[:5]:
        ask(one)
    waited, worked = [], []
    for one in questions[5:]:
        started, begun = perf_counter(), thread_time()
        ask(one)
        waited.append(1000 * (perf_counter() - started))
        worked.append(1000 * (thread_time() - begun))
    print(f"  {what:<38} clock {_ends(waited)}   work {_ends(worked)}", flush=True)


def _ends(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {ordered[len(ordered) // 2]:6.1f}  p95 {ordered[int(len(ordered) * 0.95)]:6.1f}"


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


def run(count: int, folder: Path, url: str) -> None:
    """Fill, learn, ask, print."""
    with ProcessPoolExecutor(1) as another:  # what it takes to make the reports is not what it takes to rank them
        questions = another.submit(fill, url, count).result()
    app = create_app(folder, database_url=url, testing=True)
    opened: Engine = app.extensions["engine"]
    before = megabytes()[0]
    seconds = wait_until_ready(opened)
    held, most = megabytes()
    print(f"{count} reports: learnt in {seconds:.1f} s, {held - before} MB more held, {most} MB at most", flush=True)
    _ask(opened, questions, count)
    _ask_page(app, questions)
    _learn(opened, questions)
    if count <= REGROUPED:
        _regroup(opened)


def _ask(engine: Engine, questions: Sequence[material.Made], count: int) -> None:
    def by_key(number: int) -> None:
        with Session(engine) as session:
            session.get(Deviation, number)

    timed("floor: one report by its key", by_key, [1 + 7919 * at % count for at in range(QUESTIONS)])
    right: list[bool] = []

    def rank(one: material.Made) -> None:
        with Session(engine) as session, learning.ranker(session) as ranking:
            assert ranking is not None
            told = ranking.rank(a_fact(one))
            right.append(bool(told) and told[0].barrier == str(one.about + 1))

    known = [one for one in questions if one.about % material.UNKNOWN]
    timed("a report ranked, with reasons", rank, known)
    print(f"    the right barrier first for {sum(right)} of {len(right)}")
    with Session(engine) as session:
        who = people.find(session)
    timed("suggested to a reporter", lambda one: _suggest(engine, who.rut, one), known)
    timed("suggested to the coordinator", lambda one: _suggest(engine, who.vera, one), known)
    typed = [a_fact(one, WORDS_TYPED[at % len(WORDS_TYPED)]) for at, one in enumerate(questions)]
    timed("told to a reporter who types", lambda fact: _likes(engine, who.rut, fact), typed)


def _suggest(engine: Engine, actor: Actor, one: material.Made) -> None:
    with Session(engine) as session:
        grouping.suggest(session, actor, a_fact(one))


def _likes(engine: Engine, actor: Actor, fact: Fact) -> None:
    with Session(engine) as session:
        grouping.likes(session, actor, fact)


def _ask_page(app: Flask, questions: Sequence[material.Made]) -> None:
    """Ask by the page's own address, as its script does."""
    with Session(app.extensions["engine"].execution_options(write=True)) as session:
        session.execute(update(LoginSession).values(seen_at=datetime.now(UTC)))  # learning a million outlasts a login
        session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = people.token("rut"), True

    def ask(fact: Fact) -> None:
        sent = {"title": fact.title, "body": fact.body, "agencies": ["1"]}
        answer = client.post(ADDRESS, data=sent, headers=OURS)
        if answer.status_code != 200:
            raise SystemExit(f"{ADDRESS} answered {answer.status}")

    typed = [a_fact(one, WORDS_TYPED[at % len(WORDS_TYPED)]) for at, one in enumerate(questions)]
    timed("floor: address, nothing typed", ask, [replace(fact, title="", body="") for fact in typed])
    timed("address", ask, typed)


def _learn(engine: Engine, questions: Sequence[material.Made]) -> None:
    """Each report is filed and placed, and the next question is answered by what was learnt from it."""
    numbers = list(range(90_000_001, 90_000_001 + 60))
    with Session(engine.execution_options(write=True)) as session:
        _reports(session, [replace(one, barrier=None) for one in questions[:60]], numbers[0] - 1)
        session.commit()
        timed("catching up with 60 that were filed", lambda _: _catch_up(session), [0] * 6)

        def place(number: int) -> None:
            who = people.find(session).vera.id
            session.execute(
                update(Deviation)
                .where(Deviation.id == number)
                .values(barrier_id=1, status=Status.JOINED, queue=QUEUES.get(Status.JOINED), version=2)
            )
            move = {"actor_id": who, "deviation_id": number, "target": Status.JOINED, "note": "", "act": Act.STEP}
            session.execute(insert(Move), [move | {"at": datetime.now(UTC)}])
            session.commit()
            _catch_up(session)

        timed("one placed, and learnt", place, numbers)
        session.execute(delete(Move).where(Move.deviation_id.in_(numbers)))
        session.execute(delete(deviation_agency).where(deviation_agency.c.deviation_id.in_(numbers)))
        session.execute(delete(Deviation).where(Deviation.id.in_(numbers)))
        session.commit()


def _catch_up(session: Session) -> None:
    with learning.ranker(session) as ranking:
        assert ranking is not None
        ranking.settle()


def _regroup(engine: Engine) -> None:
    with Session(engine) as session:
        started = thread_time()
        ids = groupings.unplaced(session)
        facts = groupings.facts(session, ids)
        read = thread_time() - started
        with learning.ranker(session) as ranking:
            assert ranking is not None
            known = ranking.likeliest([str(id) for id in ids], at_least=groupings.SURE)
        ranked = thread_time() - started
        found = groupings.grouped(session, facts, [Fineness.MEDIUM]) or {}
        whole = thread_time() - ranked - started + read  # they were ranked twice
    groups = found.get(Fineness.MEDIUM, [])
    print(
        f"  regrouping {len(ids)} unplaced: {whole:.1f} s of work; of it read in {read:.1f} s, "
        f"ranked in {ranked - read:.1f} s ({len(known)} are known); {len(groups)} groups; {megabytes()[1]} MB at most",
        flush=True,
    )


def main() -> None:
    """Run for each number on the command line."""
    url = next((one.removeprefix("--url=") for one in sys.argv[1:] if one.startswith("--url=")), "")
    for count in [int(one) for one in sys.argv[1:] if one.isdigit()] or [1000]:
        with tempfile.TemporaryDirectory() as folder:
            run(count, Path(folder), url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}")


if __name__ == "__main__":
    main()
