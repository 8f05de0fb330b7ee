"""A clock that a test turns, and a worker that goes by it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deviations.jobs.work import Work
from tests.factories import NOW
from tests.relay import some_work

Worker = Callable[[int | None], Work]


@dataclass
class Clock:
    """The moment that the worker believes it is."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **much: float) -> None:
        """Turns the clock by so many minutes, hours or days."""
        self.at += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    """It stands at the moment of the factories' NOW."""
    return Clock()


@pytest.fixture
def worker(engine: Engine, tmp_path: Path, clock: Clock) -> Worker:
    """A function that gives a worker for the relay on a port (None: no relay is set)."""
    return lambda port: some_work(engine, tmp_path, port, clock)
