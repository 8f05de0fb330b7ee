"""The named people of the tests, whose first letters are their roles, and the places where they work.

Rut files in Söder and Rolf works beside her; Rita and Lars in Norr must not see what is theirs, nor Ruben in
Väst. Lena leads Söder, Vera is the verksamhetsutvecklare, Stina sits in the steering group, Adam administers.
Mona (lead in Norr, reporter in Söder) and Nina (who waits for a role) come only to the tests that ask for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.models import Association, LoginSession, Membership, Subproject, User
from deviations.queries import people as queries
from deviations.services import catalogue, organisation, security
from deviations.services.tokens import hashed

PASSWORD = "korrekt häst batteri"
PLACES = {"Söder": "OST", "Norr": "ROS", "Väst": "HBS"}
WORK: dict[str, tuple[Role, str | None]] = {
    "rut": (Role.REPORTER, "Söder"),
    "rolf": (Role.REPORTER, "Söder"),
    "rita": (Role.REPORTER, "Norr"),
    "ruben": (Role.REPORTER, "Väst"),
    "lena": (Role.LEAD, "Söder"),
    "lars": (Role.LEAD, "Norr"),
    "vera": (Role.COORDINATOR, None),
    "stina": (Role.STEERING, None),
    "adam": (Role.ADMIN, None),
}

GUESTS: dict[str, tuple[tuple[Role, str | None], ...]] = {
    "mona": ((Role.LEAD, "Norr"), (Role.REPORTER, "Söder")),
    "nina": (),
}


@dataclass(frozen=True, slots=True)
class People:
    """The people as actors: what services and queries take."""

    rut: Actor
    rolf: Actor
    rita: Actor
    ruben: Actor
    lena: Actor
    lars: Actor
    vera: Actor
    stina: Actor
    adam: Actor


def email(name: str) -> str:
    """The address that a person logs in with; her password is PASSWORD."""
    return f"{name}@example.com"


def token(name: str) -> str:
    """The secret of the person's open login, as it stands in her cookie."""
    return f"the-token-of-{name}"


def furnish(session: Session, at: datetime | None = None) -> None:
    """Fill an empty database with the reference data, one program with three subprojects, and the people."""
    at = at or datetime.now(UTC)
    catalogue.load(session)
    associations = {found.code: found for found in session.scalars(select(Association))}
    program = organisation.start_program(session, "MIA", associations[PLACES["Söder"]], at)
    security.start(session, ())  # so that everybody logs in by her password alone
    places = {
        name: organisation.add_subproject(
            session, None, program, associations[code], name=name, municipalities=[], at=at
        )
        for name, code in PLACES.items()
    }
    # A true hash, made with the least work: the program's own settings would slow every login of a test.
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    for name, held in WORK.items():
        _add(session, name, (held,), places, hashed, at)


def _add(
    session: Session,
    name: str,
    held: Iterable[tuple[Role, str | None]],
    places: Mapping[str, Subproject],
    hashed: str,
    at: datetime,
) -> User:
    user = User(email=email(name), name=name.title(), password_hash=hashed, created_at=at)
    user.memberships = [Membership(role=role, subproject=places[place] if place else None) for role, place in held]
    session.add_all([user, _login(user, name, at)])
    session.flush()
    return user


def invite_guest(session: Session, name: str, at: datetime | None = None) -> Actor:
    """Mona or Nina (GUESTS) in a furnished database, with an open login and everybody's password."""
    places = {found.name: found for found in session.scalars(select(Subproject))}
    hashed = session.scalars(select(User.password_hash).limit(1)).one()
    assert hashed is not None
    return queries.actor_of(_add(session, name, GUESTS[name], places, hashed, at or datetime.now(UTC)))


def _login(user: User, name: str, at: datetime) -> LoginSession:
    ends = at + timedelta(days=1)
    return LoginSession(user=user, token_hash=hashed(token(name)), created_at=at, seen_at=at, expires_at=ends)


def find(session: Session) -> People:
    """The people of a furnished database."""
    users = {user.email: queries.actor_of(user) for user in session.scalars(select(User))}
    return People(**{name: users[email(name)] for name in WORK})


def place(session: Session, name: str) -> Subproject:
    """A subproject by name: Söder, Norr or Väst."""
    return session.scalars(select(Subproject).where(Subproject.name == name)).one()
