"""Builds the demo's instance in a folder: database, people and two years of work. What is real is
never touched."""

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations import config, migrations
from deviations.demo import afterwards, correspondence, material, play
from deviations.demo.counts import Counts, counts
from deviations.domain.roles import Role
from deviations.domain.statement import Conformity, Method, Statement
from deviations.models import Association, Municipality, Subproject, User
from deviations.models.engine import make_engine
from deviations.queries import people
from deviations.services import accounts, catalogue, indexing, letter_settings, organisation, security, statement

MARK = "demo.json"
PROGRAM, OWNER, COUNTY = "MIA Vidare", "OST", "01"
ADDRESS = "Exempelgatan 1\n136 00 Haninge"  # invented
SHORTCOMINGS = (
    "Svar från myndigheter kan vara inskannade papper, som en skärmläsare inte kan läsa upp. Be oss om texten.",
    "Tjänsten är inte prövad med skärmläsare av någon som använder en till vardags.",
)
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0 or 1: a password is read off a screen
Progress = Callable[[int, int], None]


class NoDemo(Exception):
    """The demo can't be built here; the sentence says why."""


def database_url(folder: Path) -> str:
    """Where a demo keeps its data: always in its own folder, whatever database the environment names."""
    return f"sqlite:///{folder.resolve() / config.DATABASE_FILE}"


def is_built(folder: Path) -> bool:
    """Whether a finished demo is in this folder."""
    return (folder / MARK).exists() and (folder / config.DATABASE_FILE).exists()


def logins() -> dict[Role, str]:
    """The e-mail address of the one person of each role that a visitor can log in as."""
    shown = material.shown()
    return {role: shown[role].email for role in Role}


def new_passwords() -> dict[str, str]:
    """A random password for each role, in groups that can be read aloud."""
    return {role: "-".join(_group() for _ in range(4)) for role in Role}


def _group() -> str:
    return "".join(secrets.choice(_UNMISTAKABLE) for _ in range(4))


def build(
    folder: Path,
    *,
    today: date,
    passwords: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Counts:
    """Builds the demo into a folder, in place of an older demo there, and returns its figures.

    `passwords` by role let tests log in; without them random ones are set that nobody learns. `progress` is told how
    many of how many steps are done. The old demo stays until the new one is whole. Raises NoDemo where a real
    instance is, or where the old demo is in use, and OSError when the folder can't be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / config.DATABASE_FILE
    if target.exists() and not (folder / MARK).exists():
        raise NoDemo(f"I {folder} finns en riktig instans. Välj en annan mapp för demon.")
    config.load(folder, database_url=database_url(folder))  # makes the secret, or checks the one that is there
    unfinished = folder / "unfinished.sqlite3"
    _remove(unfinished)
    figures = _play(unfinished, today, passwords or new_passwords(), progress or (lambda done, total: None))
    _mark(folder)
    _replace(unfinished, target)
    return figures


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _mark(folder: Path) -> None:
    """Leaves the note that makes this a demo: addresses, no passwords."""
    about = {"demo": True, "logins": {str(role): email for role, email in logins().items()}}
    handle = os.open(folder / MARK, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(about, file, ensure_ascii=False, indent=2)
        file.write("\n")


def _replace(new: Path, old: Path) -> None:
    """Puts the new database in the old one's place. Raises NoDemo while a running demo holds the old one."""
    if old.exists():
        connection = sqlite3.connect(old, timeout=0.5)
        try:
            connection.execute("PRAGMA journal_mode=DELETE")  # refused as long as anybody else has it open
        except sqlite3.OperationalError:
            _remove(new)
            raise NoDemo("Demon körs. Stoppa den först (Ctrl+C) och försök igen.") from None
        except sqlite3.DatabaseError:
            pass  # damaged: all the more reason to replace it
        finally:
            connection.close()
        _remove(old)
    new.replace(old)


def _play(database: Path, today: date, passwords: Mapping[str, str], progress: Progress) -> Counts:
    engine = make_engine(f"sqlite:///{database.resolve()}")
    try:
        migrations.upgrade(engine)
        with Session(engine.execution_options(write=True), expire_on_commit=False) as session:
            catalogue.load(session)
            security.start(session, ())  # a visitor has no telephone with the invented people's codes
            stage = play.Stage(session, _cast(session, today, passwords), today)
            story = [*play.happenings(stage), *afterwards.happenings(stage), *correspondence.happenings(stage)]
            story.sort(key=lambda happening: happening[0])
            for done, (_, happen) in enumerate(story, start=1):
                happen()
                progress(done, len(story))
            figures = counts(session)
            indexing.stamp(session)
            session.commit()
        return figures
    finally:
        engine.dispose()


def _cast(session: Session, today: date, passwords: Mapping[str, str]) -> play.Cast:
    """The program with its subprojects and everybody in it; only those whose login is shown have a
    password."""
    begun = play.moment(material.working_day(today - timedelta(days=material.SPAN + 30)), 0)
    owner = session.scalars(select(Association).where(Association.code == OWNER)).one()
    program = organisation.start_program(session, PROGRAM, owner, begun)
    homes: dict[str, Subproject] = {}
    joined = select(Association).where(Association.county_code == COUNTY).order_by(Association.id)
    for association in session.scalars(joined):
        also = session.scalars(
            select(Municipality).where(Municipality.name.in_(material.PLACES.get(association.code, ())))
        )
        homes[association.code] = organisation.add_subproject(
            session,
            None,
            program,
            association,
            name=association.short_name,
            municipalities=[*association.municipalities, *also],
            at=begun,
        )
    cast = play.Cast({}, homes)
    shown = material.shown()
    nobodys = secrets.token_hex()  # invitations that nobody is shown
    for person in material.people():
        home = homes[person.place] if person.place else None
        accounts.invite(
            session,
            None,
            email=person.email,
            name=person.name,
            role=person.role,
            subproject=home,
            secret=nobodys,
            at=begun,
        )
        user = session.scalars(select(User).where(User.email == person.email)).one()
        if shown[person.role] == person:
            accounts.set_password(session, user, passwords[person.role], begun)
        cast.actors[person.key] = people.actor_of(user)
    letter_settings.set_letterhead(session, cast.coordinator, owner, organisation_number="", address=ADDRESS, at=begun)
    statement.keep(session, cast.actors["admin"], _statement(owner.name, begun.date()), begun)
    return cast


def _statement(owner: str, day: date) -> Statement:
    """What the association says of how accessible the service is, and whom to write to."""
    return Statement(
        owner=owner,
        email="tillganglighet@demo.example",
        phone="",
        reply_days=2,
        conformity=Conformity.PARTIAL,
        method=Method.SELF,
        assessed_on=day,
        shortcomings="\n".join(SHORTCOMINGS),
        burden="",
        outside="",
        security_email="sakerhet@demo.example",
        officer_email="dataskyddsombud@demo.example",
    )
