"""`deviations worker` and the worker inside `deviations serve`, as processes that are started, stopped and killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.cli import main
from deviations.domain.notices import CLAIM_HOLDS, MailState
from deviations.jobs import work as rounds
from deviations.models import OutgoingMail
from tests.factories import a_filed_deviation
from tests.people import People
from tests.relay import Box, free_port, relay, some_work

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from deviations.cli import main; main()")


@pytest.fixture
def surroundings(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance folder whose settings name the test's database, and none of the developer's."""
    for name in [name for name in os.environ if name.startswith("DEVIATIONS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DEVIATIONS_DATABASE_URL", database)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path / "instance"


@pytest.fixture
def mailing(surroundings: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The port where the instance expects its relay."""
    port = free_port()
    monkeypatch.setenv("DEVIATIONS_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("DEVIATIONS_MAIL_FROM", "Mellan stolarna <avvikelser@example.org>")
    monkeypatch.setenv("DEVIATIONS_PUBLIC_URL", "https://avvikelser.example.org/")
    return port


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@contextmanager
def started(*args: object) -> Iterator[subprocess.Popen[str]]:
    """A command of the program in a process of its own, which does not outlive the block."""
    process = subprocess.Popen(
        [*PROGRAM, *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def until(what: Any, seconds: float = 30) -> None:
    for _ in range(int(seconds * 10)):
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("It did not happen.")


def states(session: Session) -> list[MailState]:
    session.rollback()
    return list(session.scalars(select(OutgoingMail.state)))


def test_once_sends_what_is_due_and_ends(session: Session, people: People, surroundings: Path, mailing: int) -> None:
    a_filed_deviation(session, people.rut, at=datetime.now(UTC))
    session.commit()
    with relay(port=mailing) as (box, _):
        assert run("--instance", surroundings, "worker", "--once").stdout == "1 mejl skickat, 0 väntar.\n"
        assert run("--instance", surroundings, "worker", "--once").stdout == "0 mejl skickade, 0 väntar.\n"
    assert len(box.taken) == 1
    assert "https://avvikelser.example.org/avvikelser/" in box.texts()


def test_once_without_a_relay_says_that_mail_waits(session: Session, people: People, surroundings: Path) -> None:
    a_filed_deviation(session, people.rut, at=datetime.now(UTC))
    session.commit()
    done = run("--instance", surroundings, "worker", "--once")
    assert done.exit_code == 0
    assert done.stdout == "0 mejl skickade, 1 väntar. E-posten är inte inställd: mejlen väntar i utkorgen.\n"


def test_a_worker_needs_an_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEVIATIONS_DATABASE_URL", raising=False)
    refused = run("--instance", tmp_path / "none", "worker", "--once")
    assert refused.exit_code == 1 and "deviations init" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_sends_and_stops_when_it_is_told_to(
    session: Session, people: People, surroundings: Path, mailing: int, number: signal.Signals
) -> None:
    a_filed_deviation(session, people.rut, at=datetime.now(UTC))
    session.commit()
    with relay(port=mailing) as (box, _), started("--instance", surroundings, "worker") as process:
        until(lambda: states(session) == [MailState.SENT])
        process.send_signal(number)
        said, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Stoppad." in said and "Traceback" not in said
    assert "rut" not in said.casefold()
    assert len(box.taken) == 1


def test_a_killed_workers_mail_is_sent_by_the_next_once(
    engine: Engine, session: Session, people: People, surroundings: Path, mailing: int
) -> None:
    class Slow(Box):
        async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
            self.tried += 1
            await asyncio.sleep(60)
            return "250 OK"

    a_filed_deviation(session, people.rut, at=datetime.now(UTC))
    session.commit()
    slow = Slow()
    with relay(slow, mailing), started("--instance", surroundings, "worker") as process:
        until(lambda: slow.tried)
        process.kill()
        process.wait(10)
    assert states(session) == [MailState.WAITING]
    with relay(port=mailing) as (box, _):
        sooner, later = (lambda: datetime.now(UTC)), (lambda: datetime.now(UTC) + CLAIM_HOLDS)
        assert rounds.send(some_work(engine, surroundings, mailing, sooner)) == 0
        assert rounds.send(some_work(engine, surroundings, mailing, later)) == 1
    assert len(box.taken) == 1


def test_serving_from_one_file_sends_too_and_both_end_cleanly(
    database: str, session: Session, people: People, surroundings: Path, mailing: int
) -> None:
    a_filed_deviation(session, people.rut, at=datetime.now(UTC))
    session.commit()
    port = free_port()
    in_file = database.startswith("sqlite")
    with relay(port=mailing) as (box, _), started("--instance", surroundings, "serve", "--port", port) as process:
        until(lambda: _answers(port))
        if in_file:
            until(lambda: states(session) == [MailState.SENT])
        process.terminate()
        said, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Traceback" not in said
    assert ("deviations worker" in said) is not in_file
    assert len(box.taken) == (1 if in_file else 0)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/halsa") as response:
            return bool(response.status == 200)
    except OSError:
        return False
