"""How fast queues, lists and search answer: `python -m tests.benchmarks.bench_triage 1000 100000 1000000`.

For each number of reports and each database (`--sqlite`, `--postgresql`; both unless named) it makes the database, asks
for the pages as a coordinator and as a lead, and prints p50 and p95 in milliseconds, by the clock and of the process's
own work (on SQLite that is all there is). Beside them stand two floors of the same run: the emptiest answer of the
program, and 50 reports by their keys through the same login, guard and template. Asserts nothing but that each page
answers.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, thread_time
from urllib.parse import quote

from flask import Flask, render_template
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.app import create_app
from deviations.domain.lists import Chosen, View
from deviations.extensions import db
from deviations.models import Deviation, LoginSession
from deviations.models.engine import make_engine
from deviations.queries import lists
from deviations.web import list_parts
from deviations.web.access import EVERYBODY, me, roles
from tests import people, postgres
from tests.benchmarks import crowd

TIMES = 60
Figures = tuple[tuple[float, float], tuple[float, float]]
KEYS = "/bench/fifty"


def addresses(middle: str) -> dict[str, str]:
    """What is measured: a name and its address. The deep pages are those in the middle of their list."""
    common = "arbetsträning"
    return {
        "floor: health": "/halsa",
        "floor: 50 by key": KEYS,
        "queue, first page": "/triage?ko=nya",
        "queue, deep page": f"/triage?ko=nya&efter={middle}",
        "queue, one municipality": "/triage?ko=nya&kommun=1",
        "queue, with a word": f"/triage?ko=nya&q={quote(common)}",
        "overdue": "/triage?ko=forsenade",
        "mine": "/triage?ko=mina",
        "all, first page": "/avvikelser",
        "all, deep page": f"/avvikelser?efter={middle}",
        "all, one agency": "/avvikelser?part=1",
        "all, a common word": f"/avvikelser?q={quote(common)}",
        "all, two words": f"/avvikelser?q={quote('läkarintyg handläggare')}",
        "search, common word": f"/sok?q={quote(common)}",
        "search, rare word": f"/sok?q={crowd.RARE}",
        "search, one report": "/sok?q=nr700",
        "search, part of compounds": f"/sok?q={quote('intyg')}",
        "search, two words": f"/sok?q={quote('läkarintyg handläggare')}",
        "search, quotation": f"/sok?q={quote(chr(34) + 'tio timmar' + chr(34))}",
        "search, without a word": f"/sok?q={quote('arbetsträning -försäkring')}",
        "search, a beginning": f"/sok?q={quote('arbetst*')}",
        "search, nothing found": f"/sok?q={quote('xylofon')}",
    }


@contextmanager
def database(kind: str, count: int, folder: Path) -> Iterator[str]:
    """The URL of a database that holds so many reports, for as long as they are asked for."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'bench.sqlite3'}"
        _fill(url, count)
        yield url
        return
    with postgres.cluster() as cluster:
        url = cluster.create("bench")
        _fill(url, count)
        yield url


def _fill(url: str, count: int) -> None:
    started, engine = perf_counter(), make_engine(url)
    crowd.fill(engine, count)
    engine.dispose()
    print(f"  (made in {perf_counter() - started:.0f} s)", flush=True)


def measure(url: str, folder: Path) -> None:
    """Asks for every address as each person, and prints a line for each."""
    app = create_app(folder, database_url=url, testing=True)
    _add_floor(app)
    _log_in_anew(app)
    for name in ("vera", "lena"):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = people.token(name), True
        floor = 0.0
        for what, address in addresses(_middle(app)).items():
            (half, most), (half_work, most_work) = _timed(client, address)
            floor = half_work if address == KEYS else floor
            times = f"   {half_work / floor:4.1f} times 50 by key" if floor else ""
            clock, work = f"p50 {half:7.1f} p95 {most:7.1f}", f"p50 {half_work:6.1f} p95 {most_work:6.1f}"
            print(f"  {name:<5} {what:<26} {clock}   work: {work}{times}", flush=True)
    app.extensions["engine"].dispose()


def _add_floor(app: Flask) -> None:
    """50 reports by their keys, drawn as the list draws them."""

    @roles(*EVERYBODY)
    def fifty() -> str:
        rows = lists.by_ids(db.session, me(), list(range(1, 51)))
        page = lists.Page(rows)
        return render_template("deviations/index.html", **list_parts.shared("lists.index", Chosen(View.ALL), page))

    app.add_url_rule(KEYS, "bench.fifty", fifty)


def _log_in_anew(app: Flask) -> None:
    """Logins end; a database made yesterday gets new ones."""
    with Session(app.extensions["engine"].execution_options(write=True)) as session:
        for login in session.scalars(select(LoginSession)):
            login.expires_at = datetime.max.replace(tzinfo=UTC)
        session.commit()


def _middle(app: Flask) -> str:
    """The place in the middle of all lists, as their addresses say it."""
    with Session(app.extensions["engine"]) as session:
        last = session.scalars(select(Deviation.id).order_by(Deviation.id.desc()).limit(1)).one()
        one = session.get_one(Deviation, last // 2)
        return f"{int((one.filed_at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)}_{one.id}"


def _timed(client: FlaskClient, address: str) -> Figures:
    """The median and the 95th percentile in milliseconds, of the clock and of this thread's own work; the first three
    times only warm up.
    """
    waited, worked = [], []
    for number in range(TIMES + 3):
        started, begun = perf_counter(), thread_time()
        answer = client.get(address)
        if number >= 3:
            waited.append(1000 * (perf_counter() - started))
            worked.append(1000 * (thread_time() - begun))
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status}")
        if sum(waited) > 20_000:
            break
    return _ends(waited), _ends(worked)


def _ends(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def main() -> None:
    """Runs for each number and database on the command line."""
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()] or [1000]
    kinds = [word.removeprefix("--") for word in sys.argv[1:] if word.startswith("--")] or ["sqlite", "postgresql"]
    for kind in kinds:
        for count in counts:
            print(f"{kind}, {count} reports", flush=True)
            with tempfile.TemporaryDirectory() as folder, database(kind, count, Path(folder)) as url:
                measure(url, Path(folder))


if __name__ == "__main__":
    main()
