"""A filled program, walked through once for all tests of this folder, in which nothing that they do lasts."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import BOTH
from tests.people import find
from tests.web.hostile import world
from tests.web.hostile.crawl import Found, Walk
from tests.web.hostile.watch import Watch, taking_back

ON_ONE = pytest.mark.parametrize("hostile_database", BOTH[:1], indirect=True)
"""For tests of what is decided before the database is asked: on the first of them only."""


@dataclass
class Program:
    """The program, what was found in it, and who looks on what it changes."""

    app: Flask
    walk: Walk
    found: Found
    watch: Watch
    changed_by_reading: set[str]


@pytest.fixture(scope="session", params=BOTH)
def hostile_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a furnished database that all tests of this folder share."""
    if request.param == "sqlite":
        place: Path = tmp_path_factory.mktemp("hostile") / "hostile.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), place)
        yield f"sqlite:///{place}"
    else:
        server = request.getfixturevalue("postgres_server")
        yield server.create("hostile", request.getfixturevalue("postgres_template"))


@pytest.fixture(scope="session")
def program(hostile_database: str, make_app: Callable[[str], Flask]) -> Iterator[Program]:
    """A program in which something of every kind is, and in which every change is taken back."""
    app = make_app(hostile_database)
    world.configure(app)
    engine = app.extensions["engine"]
    with Session(engine.execution_options(write=True), expire_on_commit=False) as session:
        addresses = world.fill(session, find(session), app.extensions["settings"].secret_key)
    with taking_back(engine) as watch:
        walk = Walk(app)
        found = walk.everybody(addresses)
        yield Program(app, walk, found, watch, set(watch.changed))
    engine.dispose()
