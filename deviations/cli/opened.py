"""Opens an instance for a command: settings, database at the newest version, faults turned into sentences."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from deviations import config
from deviations.cli.wording import Refused

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

DEMO_MARK = "demo.json"


def version() -> str:
    """The version that is installed; a clone that is run without being installed has none."""
    try:
        return metadata.version("deviations")
    except metadata.PackageNotFoundError:
        return "(inte installerad)"


def chosen(folder: Path | None) -> Path:
    """The instance's folder: the one that was named, or the default."""
    return folder if folder is not None else config.default_folder()


def url_for(folder: Path) -> str | None:
    """A demo's own file, whatever database the environment names; None for the instance's setting."""
    if (folder / DEMO_MARK).exists():
        return f"sqlite:///{folder.resolve() / config.DATABASE_FILE}"
    return None


def keep_private() -> None:
    """What this process writes from now on is for its owner's eyes only: databases, secrets, letters."""
    os.umask(0o077)


def settings(folder: Path) -> config.Config:
    """The settings of an instance. Raises Refused when one of them, or the folder, can't be used."""
    keep_private()
    try:
        return config.load(folder, database_url=url_for(folder))
    except config.BadSetting as bad:
        raise Refused(str(bad)) from None
    except (OSError, UnicodeError) as fault:
        raise Refused(f"Mappen {folder} går inte att använda: {reason(fault)}.") from None


def address(settings: config.Config) -> str:
    """Where people reach the instance, as far as it has been told; else where `serve` answers by default."""
    return settings.mail.public_url if settings.mail is not None else "http://127.0.0.1:8000"


def reason(fault: OSError | UnicodeError) -> str:
    """Why a file or folder can't be used, in a few Swedish words."""
    if isinstance(fault, FileNotFoundError):
        return "den finns inte"
    if isinstance(fault, PermissionError):
        return "behörighet saknas"
    if isinstance(fault, IsADirectoryError):
        return "det är en mapp"
    if isinstance(fault, NotADirectoryError | FileExistsError):
        return "det finns redan en fil med det namnet"
    if isinstance(fault, OSError) and fault.strerror:
        return f"systemet svarar ”{fault.strerror}”"
    return "innehållet är inte text i UTF-8"


@contextmanager
def database(folder: Path) -> Iterator["Engine"]:
    """The engine of an instance that may still be empty. Raises Refused when the database can't be used."""
    from sqlalchemy.exc import ArgumentError, DBAPIError

    from deviations.models.engine import make_engine

    found = settings(folder)
    engine = None
    try:
        engine = make_engine(found.database_url)
        yield engine
    except (ArgumentError, ImportError):  # no address at all, or one of a database that the program has no driver for
        raise Refused(
            "DEVIATIONS_DATABASE_URL ska vara en adress som börjar med sqlite:/// eller postgresql://."
        ) from None
    except DBAPIError as fault:
        first = str(fault.orig).strip().splitlines()[:1]
        raise Refused(f"Databasen går inte att använda: {''.join(first)}.") from None
    finally:
        if engine is not None:
            engine.dispose()


@contextmanager
def ready(folder: Path) -> Iterator["Engine"]:
    """The engine of an instance whose database is at the newest version. Raises Refused for any other."""
    check_there(folder)
    with database(folder) as engine:
        check_version(engine, folder)
        yield engine


def check_there(folder: Path) -> None:
    """Raises Refused where there is no instance; looking for one must not make one."""
    elsewhere = os.environ.get("DEVIATIONS_DATABASE_URL")
    if not elsewhere and not (folder / config.DATABASE_FILE).is_file():
        raise Refused(f"Det finns ingen instans i {folder}. Kör deviations init först.")


def check_version(engine: "Engine", folder: Path) -> None:
    """Raises Refused unless the database, and the words that search keeps in it, are at the newest version."""
    from sqlalchemy.orm import Session

    from deviations import migrations
    from deviations.services import indexing

    now = migrations.current(engine)
    if now is None:
        raise Refused(f"Databasen i {folder} är tom. Kör deviations init först.")
    if now != migrations.newest() and (folder / DEMO_MARK).exists():
        raise Refused("Demon hör till en annan version av programmet. Bygg om den med deviations demo --reset.")
    if now != migrations.newest():
        raise Refused("Databasen hör till en annan version av programmet. Kör deviations migrate först.")
    with Session(engine) as session:
        if indexing.is_old(session):
            raise Refused("Sökregistret hör till en annan version av programmet. Kör deviations migrate först.")


def upgrade(engine: "Engine") -> bool:
    """Brings the tables to the newest version, and the words of search; whether these were made anew. Raises Refused
    for a database that a newer program has made.
    """
    from alembic.util import CommandError
    from sqlalchemy.orm import Session

    from deviations import migrations
    from deviations.services import indexing

    try:
        migrations.upgrade(engine)
    except CommandError:  # a revision that this version of the program has never heard of
        raise Refused("Databasen är nyare än programmet. Uppdatera programmet först.") from None
    with Session(engine.execution_options(write=True)) as session:
        renewed = indexing.renew(session)
        session.commit()
    return renewed


@contextmanager
def session(folder: Path, *, write: bool = False) -> Iterator["Session"]:
    """A session on a ready instance; the caller commits what it writes."""
    from sqlalchemy.orm import Session

    with ready(folder) as engine:
        bound = engine.execution_options(write=True) if write else engine
        with Session(bound, expire_on_commit=False) as opened:
            yield opened
