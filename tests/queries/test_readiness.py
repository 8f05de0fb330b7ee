"""What the database says of whether it is ready: who can administer, who lacks a factor or a role, what waits."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState, Notice
from deviations.domain.readiness import Contents
from deviations.domain.roles import Role
from deviations.models import Identity, Membership, OutgoingMail, User
from deviations.queries import logins, readiness
from deviations.services import backups, choices, statement
from tests.domain.test_statement import STATEMENT
from tests.factories import NOW, TODAY
from tests.people import People


def demand(session: Session, *roles: Role) -> None:
    choices.keep(session, logins.SECURITY, {"second_factor": list(roles)}, None)


def user(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.email == f"{name}@example.com")).one()


def test_a_new_instance_is_told_as_it_is(session: Session, people: People) -> None:
    demand(session)
    assert readiness.contents(session) == Contents(admins=1, factor_off=[Role.ADMIN, Role.COORDINATOR, Role.STEERING])


def test_whose_role_needs_a_factor_is_counted_until_she_has_one(session: Session, people: People) -> None:
    demand(session, Role.ADMIN, Role.COORDINATOR)
    found = readiness.contents(session)
    assert (found.without_factor, list(found.factor_off)) == (2, [Role.STEERING])
    user(session, "vera").totp_confirmed_at = NOW
    session.flush()
    assert readiness.contents(session).without_factor == 1
    user(session, "adam").active = False
    session.flush()
    assert readiness.contents(session).without_factor == 0


def test_who_comes_in_by_another_organisations_login_has_her_factor_there(session: Session, people: People) -> None:
    demand(session, Role.ADMIN)
    adam = user(session, "adam")
    adam.password_hash = None
    session.flush()
    assert readiness.contents(session).admins == 0
    session.add(Identity(user=adam, provider="kommunen", subject="a", linked_at=NOW, used_at=NOW))
    session.flush()
    found = readiness.contents(session)
    assert (found.admins, found.without_factor) == (1, 0)


def test_an_administrator_who_has_left_is_none(session: Session, people: People) -> None:
    rolf = user(session, "rolf")
    rolf.memberships.append(Membership(role=Role.ADMIN))
    session.flush()
    assert readiness.contents(session).admins == 2
    rolf.active = False
    session.flush()
    assert readiness.contents(session).admins == 1


def test_who_has_no_role_waits_for_one(session: Session, people: People) -> None:
    before = readiness.contents(session).waiting
    session.add(User(email="ny@example.com", full_name="Ny", created_at=NOW))
    session.add(User(email="slut@example.com", full_name="Slut", created_at=NOW, active=False))
    session.flush()
    assert readiness.contents(session).waiting == before + 1


def test_the_oldest_mail_that_waits_is_told(session: Session, people: People) -> None:
    assert readiness.contents(session).oldest_mail is None
    for hours, state in ((1, MailState.WAITING), (5, MailState.WAITING), (9, MailState.SENT)):
        at = NOW - timedelta(hours=hours)
        kind = Notice.RECEIVED
        row = OutgoingMail(key=f"{hours}", user_id=people.rut.id, kind=kind, at=at, next_try_at=at, state=state)
        session.add(row)
    session.flush()
    assert readiness.contents(session).oldest_mail == NOW - timedelta(hours=5)


def test_backup_and_statement_are_seen(session: Session, people: People) -> None:
    backups.note(session, NOW)
    statement.keep(session, people.adam, replace(STATEMENT, assessed_on=TODAY), NOW)
    found = readiness.contents(session)
    assert (found.backup, found.statement) == (NOW, True)
