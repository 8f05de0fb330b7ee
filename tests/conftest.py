"""The databases, the application and the page-checking client that tests share.

Tests that take `engine`, `session`, `app` or `client` run twice: on SQLite and on PostgreSQL.
`DEVIATIONS_TEST_DB=sqlite` (or `postgresql`) narrows that. In `session`, commit before the client looks:
it has connections of its own. The program is imported inside the fixtures, so domain tests start at once.

What takes long to make and remembers nothing of a test is made once in each process: the application with its compiled
templates, the engines with their compiled questions. The database is each test's own, and so are the connections.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from hypothesis import settings as hypothesis_settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests import postgres
from tests.pages import CheckingClient

if TYPE_CHECKING:
    from tests.people import People
    from tests.sso_provider import Provider

IN_CI = os.environ.get("CI") == "true"
TEMPLATE = "deviations_template"
MARKS = {"postgresql": pytest.mark.postgres}
MEMORY = Path("/dev/shm")
ROOMY = 3_000_000_000  # bytes

# Thousands of small databases come and go; where there is memory for them no disk has to keep up.
if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY:
    tempfile.tempdir = str(MEMORY)

# Looking for what can be forgotten takes a fifteenth of the time if it is done as often as Python does by default.
gc.set_threshold(50_000, 20, 50)

# A shared machine is slow now and then; that is no fault of the code under test.
hypothesis_settings.register_profile("here", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if IN_CI else "here")


def databases() -> list[str]:
    """The databases to test on: both, or the one that DEVIATIONS_TEST_DB names."""
    return os.environ.get("DEVIATIONS_TEST_DB", "sqlite,postgresql").split(",")


BOTH = [pytest.param(name, marks=MARKS.get(name, ())) for name in databases()]


def pytest_report_header() -> str:
    """Say before the first test what will be skipped, so that nobody takes half a run for a whole one."""
    if "postgresql" not in databases():
        return f"databases: {', '.join(databases())} only (DEVIATIONS_TEST_DB)"
    missing = postgres.why_not()
    return f"databases: SQLite ONLY. {missing}" if missing else "databases: SQLite and PostgreSQL"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI everything is installed, so there a skipped test is a failed one."""
    report: pytest.TestReport = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, but in CI nothing may be skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a whole module that skips itself while it is collected."""
    report: pytest.CollectReport = yield
    if IN_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, but in CI nothing may be skipped: {report.longrepr}"
    return report


def furnish(url: str) -> None:
    """Make all tables in an empty database, and fill in the reference data and the named people."""
    from deviations import migrations
    from deviations.models.engine import make_engine
    from deviations.services import indexing
    from tests import people

    engine = make_engine(url)
    try:
        migrations.upgrade(engine)
        with Session(engine.execution_options(write=True)) as session:
            people.furnish(session)
            indexing.stamp(session)  # as `init` and `migrate` do: a server refuses words of an older analyser
            session.commit()
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished SQLite file, of which each test gets a copy; making one each time would be slow."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Cluster]:
    """A running PostgreSQL of our own; skips where no server is installed."""
    if postgres.why_not():
        pytest.skip(postgres.why_not())
    with postgres.cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Cluster) -> str:
    """The name of the furnished database of which each test gets a clone."""
    furnish(postgres_server.create(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQLite file of the test that runs lies: one address, so that an engine can serve all tests."""
    return tmp_path_factory.mktemp("database") / "test.sqlite3"


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of this test's own database, with the reference data and the named people in it."""
    if request.param == "sqlite":
        place: Path = request.getfixturevalue("sqlite_place")
        for old in place.parent.glob(f"{place.name}*"):
            old.unlink()  # not overwritten: whoever still has it open must not write into the new one
        shutil.copyfile(request.getfixturevalue("sqlite_template"), place)
        yield f"sqlite:///{place}"
    else:
        server = request.getfixturevalue("postgres_server")
        with server.clone(request.getfixturevalue("postgres_template")) as url:
            yield url


@pytest.fixture(params=BOTH)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, for the tests of migrations and of first starts."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        with request.getfixturevalue("postgres_server").clone("template0") as url:
            yield url


@cache
def engine_on(url: str) -> Engine:
    """The engine of a database's URL, which remembers the questions that it has compiled."""
    from deviations.models.engine import make_engine

    return make_engine(url)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """An engine on the test's database, with the settings that the program itself uses."""
    kept = engine_on(database)
    yield kept.execution_options()  # one of the test's own: who listens to it hears nothing of later tests
    kept.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on the test's database; what is not committed is thrown away."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def people(session: Session) -> "People":
    """The named people as actors: `people.rut` files, `people.rita` must not see."""
    from tests.people import find

    found = find(session)
    session.rollback()
    return found


@pytest.fixture(scope="session")
def make_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    """A function that gives the application on a database's URL, made when it is first asked for."""
    templates = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))

    @cache
    def made(url: str) -> Flask:
        from deviations.app import create_app

        app = create_app(tmp_path_factory.mktemp("instance"), database_url=url, testing=True)
        app.test_client_class = CheckingClient
        app.jinja_env.bytecode_cache = templates
        return app

    return made


@pytest.fixture
def app(database: str, make_app: Callable[[str], Flask]) -> Iterator[Flask]:
    """The whole application on the test's database; what a test changes in it is put back."""
    app = make_app(database)
    config, extensions = dict(app.config), dict(app.extensions)
    engine: Engine = app.extensions["engine"]
    app.extensions["engine"] = engine.execution_options()
    yield app
    engine.dispose()
    for now, before in ((app.config, config), (app.extensions, extensions)):
        now.clear()
        now.update(before)


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A browser that nobody has logged in with, and that inspects every page."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


@pytest.fixture
def logged_in(app: Flask) -> Callable[[str], CheckingClient]:
    """A function that gives a browser of its own to a person: `logged_in("rut").page("/")`."""
    from tests.people import token

    def browser(name: str) -> CheckingClient:
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token(name)
            cookie["_fresh"] = True
        return client

    return browser


@pytest.fixture(scope="session")
def sso_provider() -> Iterator["Provider"]:
    """A real OpenID provider on loopback; skips where there is no Node to run it."""
    from tests import sso_provider

    if sso_provider.why_not():
        pytest.skip(sso_provider.why_not())
    with sso_provider.running() as provider:
        yield provider
