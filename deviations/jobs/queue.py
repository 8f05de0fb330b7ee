"""The clock of the worker: huey's periodic tasks, kept in a file of the instance or in its PostgreSQL database."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from deviations.config import Config
from deviations.jobs import work as rounds
from deviations.jobs.work import Work

QUEUE_FILE = "jobs.sqlite3"
PATIENCE = 25  # seconds that a mail under way may take when the worker is stopped
log = logging.getLogger(__name__)


class _Consumer(Consumer):
    """Huey's consumer beside other work of the process, which has the signals to itself."""

    def __init__(self, huey: Huey, **options: Any) -> None:
        super().__init__(huey, **options)
        self.started = threading.Event()

    def _set_signal_handlers(self) -> None:
        """Only the main thread may set them, so huey's last act of starting is to say that it has."""
        self.started.set()


@contextmanager
def running(work: Work) -> Iterator[None]:
    """Does the work in a thread of its own for as long as the block runs; at its end, finishes the mail under way."""
    stopping = threading.Event()
    huey = _huey(work.settings)
    _plan(huey, replace(work, stopping=stopping.is_set))
    consumer = _Consumer(huey, workers=1, scheduler_interval=10, shutdown_timeout=PATIENCE)
    thread = threading.Thread(target=consumer.run, name="jobs", daemon=True)
    thread.start()
    consumer.started.wait(PATIENCE)
    try:
        yield
    finally:
        stopping.set()
        consumer.stop(graceful=True)
        thread.join(PATIENCE)
        huey.storage.close()


def _huey(settings: Config) -> Huey:
    """What is queued is signed: whoever can write in the queue alone can't make the worker run something else."""
    signed = SignedSerializer(secret=settings.secret_key, salt="jobs")
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        return _in_postgresql(url.set(drivername="postgresql").render_as_string(hide_password=False), signed)
    return SqliteHuey("deviations", filename=str(settings.folder / QUEUE_FILE), results=False, serializer=signed)


def _in_postgresql(address: str, signed: SignedSerializer) -> Huey:
    """Huey makes its tables if they are missing; of two workers that start at one moment, one is told that they are."""
    from psycopg.errors import DuplicateTable, UniqueViolation

    def made() -> Huey:
        return PostgresHuey("deviations", dsn=address, blocking=False, results=False, serializer=signed)

    try:
        return made()
    except (DuplicateTable, UniqueViolation):
        return made()


def _plan(huey: Huey, work: Work) -> None:
    """Names the periodic tasks. One that was queued and not begun for a minute is dropped: the next is on its way."""

    @huey.periodic_task(crontab(minute="*"), name="send", expires=60)
    def send() -> None:
        _carefully(rounds.send, work)

    # Each minute, so that who asks for a new grouping soon has it; else it is due once a night.
    @huey.periodic_task(crontab(minute="*"), name="regroup", expires=60)
    def regroup() -> None:
        _carefully(rounds.regroup, work)

    @huey.periodic_task(crontab(minute="5"), name="hourly", expires=3600)
    def hourly() -> None:
        _carefully(rounds.hourly, work)

    @huey.periodic_task(crontab(minute="20", hour="2", day_of_week="0"), name="relearn", expires=3600)
    def relearn() -> None:
        _carefully(rounds.relearn, work)

    # Each hour, so that a Monday on which the program was off is caught up with; each Monday is summarised once.
    @huey.periodic_task(crontab(minute="10"), name="summarise", expires=3600)
    def summarise() -> None:
        _carefully(rounds.summarise, work)


def _carefully(task: Any, work: Work) -> None:
    """A database that does not answer is no news to be told at length each minute: the next round tries again."""
    try:
        task(work)
    except DBAPIError as fault:
        log.warning("The database did not answer: %s", type(fault.orig).__name__)
