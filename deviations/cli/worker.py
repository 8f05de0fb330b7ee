"""`deviations worker`: sends mail and does what else is due, until it is stopped or once."""

import logging
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import opened
from deviations.cli.wording import SwedishCommand

if TYPE_CHECKING:
    from deviations.jobs.work import Work


@click.command(cls=SwedishCommand)
@click.option("--once", is_flag=True, help="Gör det som väntar nu och slutar.")
@click.pass_obj
def worker(folder: Path | None, once: bool) -> None:
    """Skickar mejl, frågar om lösningar fungerar, räknar om förslag och rensar det som har gått ut."""
    from deviations.jobs.work import Work

    place = opened.chosen(folder)
    with opened.ready(place) as engine:
        work = Work(opened.settings(place), engine)
        if once:
            click.echo(_once(work))
        else:
            _until_stopped(work)


def _once(work: "Work") -> str:
    """Does all rounds, and says what went out and what waits."""
    from sqlalchemy.orm import Session

    from deviations.domain.notices import MailState
    from deviations.jobs import work as rounds
    from deviations.queries import outbox

    rounds.hourly(work)
    rounds.summarise(work)
    rounds.regroup(work)
    sent = rounds.send(work)
    with Session(work.engine) as session:
        waiting = outbox.by_state(session).get(MailState.WAITING, 0)
    unset = "" if work.settings.mail else " E-posten är inte inställd: mejlen väntar i utkorgen."
    return f"{sent} mejl {'skickat' if sent == 1 else 'skickade'}, {waiting} väntar.{unset}"


def _until_stopped(work: "Work") -> None:
    from deviations.jobs.queue import running

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)  # it tells of every minute
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running(work):
        click.echo("Arbetar i bakgrunden (stoppa med Ctrl+C).", err=True)
        if work.settings.mail is None:
            click.echo("  – E-posten är inte inställd: mejlen väntar i utkorgen.", err=True)
        stop.wait()
    click.echo("Stoppad.", err=True)
