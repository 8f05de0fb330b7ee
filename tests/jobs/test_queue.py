"""The worker beside other work of a process: it begins by itself, and ends cleanly when the work does."""

import logging
import threading
import time
from pathlib import Path

import pytest
from huey import Huey
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState
from deviations.jobs import queue
from deviations.jobs.work import Work
from deviations.models import OutgoingMail
from tests.factories import a_filed_deviation
from tests.people import People
from tests.relay import relay, some_settings


def wait_until_sent(session: Session, seconds: float = 20) -> None:
    for _ in range(int(seconds * 10)):
        session.rollback()
        session.expire_all()
        if all(mail.state is MailState.SENT for mail in session.scalars(select(OutgoingMail))):
            return
        time.sleep(0.1)
    raise AssertionError("Nothing was sent.")


def test_mail_is_sent_while_other_work_goes_on(
    database: str, engine: Engine, session: Session, people: People, tmp_path: Path
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    with relay() as (box, port):
        work = Work(some_settings(tmp_path, port, database), engine)
        with queue.running(work):
            wait_until_sent(session)
            assert "jobs" in {thread.name for thread in threading.enumerate()}
        assert len(box.taken) == 1
    left = [thread.name for thread in threading.enumerate() if thread.name in ("jobs", "Scheduler", "Worker-1")]
    assert left == []


def test_the_queue_lies_where_the_instance_keeps_its_data(database: str, engine: Engine, tmp_path: Path) -> None:
    with queue.running(Work(some_settings(tmp_path, None, database), engine)):
        pass
    in_file = (tmp_path / queue.QUEUE_FILE).exists()
    in_database = "huey_task" in inspect(engine).get_table_names()
    assert (in_file, in_database) == ((True, False) if database.startswith("sqlite") else (False, True))


def test_workers_that_start_at_one_moment_share_the_queue(database: str, tmp_path: Path) -> None:
    settings = some_settings(tmp_path, None, database)
    together = threading.Barrier(3)
    made: list[Huey] = []

    def start() -> None:
        together.wait(10)
        made.append(queue._huey(settings))

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 3
    for huey in made:
        huey.storage.close()


def test_stopping_takes_no_longer_than_it_must(database: str, engine: Engine, tmp_path: Path) -> None:
    with queue.running(Work(some_settings(tmp_path, None, database), engine)):
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_a_database_that_does_not_answer_is_one_line_in_the_log(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from deviations.models.engine import make_engine

    gone = make_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}")
    with caplog.at_level(logging.WARNING):
        queue._carefully(queue.rounds.send, Work(some_settings(tmp_path, None), gone))
    gone.dispose()
    (line,) = caplog.records
    assert line.getMessage() == "The database did not answer: OperationalError" and line.exc_info is None
