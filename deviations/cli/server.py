"""`deviations serve`: checks the database, says what is not ready for real use, and answers with waitress; on SQLite
the worker is a thread beside it.
"""

import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deviations.cli import opened, readiness
from deviations.cli.wording import Refused, SwedishCommand

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from deviations.config import Config

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command(cls=SwedishCommand)
@click.option("--host", default="127.0.0.1", metavar="ADRESS", help="Adressen som servern lyssnar på (127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="PORT", help="Porten (8000).")
@click.pass_obj
def serve(folder: Path | None, host: str, port: int) -> None:
    """Startar programmet på den här datorn."""
    place = opened.chosen(folder)
    with opened.ready(place):
        pass
    readiness.refuse_debugging()
    if host not in LOOPBACK and not opened.settings(place).behind_proxy:
        raise Refused(
            f"Servern lyssnar inte på {host} utan en proxy med TLS framför sig. "
            "Sätt DEVIATIONS_BEHIND_PROXY=1 när den finns, eller använd 127.0.0.1."
        )
    check_port(host, port)
    run(place, host, port)


def check_port(host: str, port: int) -> None:
    """Raises Refused when the port is taken, or the address is not this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        raise Refused(f"Porten {port} får inte användas av dig. Välj en över 1023 med --port.") from None
    except (OSError, UnicodeError):
        raise Refused(
            f"Porten {port} på {host} är upptagen eller går inte att använda. Välj en annan med --port."
        ) from None


def run(place: Path, host: str, port: int) -> None:
    """Serves the instance until it is stopped. Raises Refused for a damaged database and a taken port."""
    import waitress

    from deviations.app import create_app
    from deviations.queries import grouping

    with opened.ready(place) as engine:
        _check_file(engine)
    found = opened.settings(place)
    app = create_app(place, database_url=opened.url_for(place))
    try:
        server = waitress.create_server(
            app,
            host=host,
            port=port,
            threads=8,
            ident=None,
            # the proxy's own headers must reach the program when there is one, and nobody's otherwise
            clear_untrusted_proxy_headers=not found.behind_proxy,
        )
    except OSError:
        raise Refused(f"Porten {port} är upptagen. Välj en annan med --port.") from None
    grouping.warm(app.extensions["engine"])
    _tell(found, app.extensions["engine"], host, port)
    signal.signal(signal.SIGTERM, _stop)
    with _worker(found):
        server.run()


def _stop(*_: object) -> None:
    """As Ctrl+C does: waitress ends what it is at, and then the worker."""
    raise SystemExit(0)


@contextmanager
def _worker(found: "Config") -> Iterator[None]:
    """The worker in a thread of this process. On PostgreSQL it is a process of its own, for any number of servers."""
    from deviations.jobs.queue import running
    from deviations.jobs.work import Work
    from deviations.models.engine import make_engine

    if not found.own_file:
        yield
        return
    engine = make_engine(found.database_url)
    try:
        with running(Work(found, engine)):
            yield
    finally:
        engine.dispose()


def _check_file(engine: "Engine") -> None:
    """Raises Refused when SQLite finds its file damaged."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
            raise Refused("Databasfilen är skadad. Lägg tillbaka en säkerhetskopia innan du startar.")


def _tell(found: "Config", engine: "Engine", host: str, port: int) -> None:
    """The address, and in short what `deviations check` says at length."""
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Programmet körs på http://{shown}:{port}  (stoppa med Ctrl+C)", err=True)
    if found.demo:
        return
    lacks = readiness.look(found.folder, engine, datetime.now(UTC), host=host, through=False)
    if lacks:
        click.echo("Innan programmet används på riktigt (mer säger deviations check):", err=True)
    for lack in lacks:
        click.echo(f"  – {readiness.worded(lack)[0]}", err=True)
    if not found.own_file:
        click.echo("Kör också deviations worker: det skickar mejlen.", err=True)
