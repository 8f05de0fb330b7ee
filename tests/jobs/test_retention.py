"""The hourly round no longer names who left long ago, and forgets what was of use for a moment only."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.jobs import work as rounds
from deviations.models import Attempt, EmailChange, LoginSession, OneTimeLink, PendingLogin, User
from deviations.services.tokens import hashed
from tests.factories import NOW, an_account, audit_lines, days_ago
from tests.jobs.conftest import Worker
from tests.people import People, token
from tests.services.test_retention import LONG_AGO


def test_who_left_more_than_a_year_ago_is_no_longer_named(session: Session, people: People, worker: Worker) -> None:
    rut, rolf = an_account(session, people.rut), an_account(session, people.rolf)
    for user, closed in ((rut, days_ago(400)), (rolf, days_ago(300))):
        user.active, user.closed_at = False, closed
    session.commit()
    rounds.hourly(worker(None))
    rounds.hourly(worker(None))
    session.expire_all()
    assert (rut.name, rolf.name) == ("Tidigare medarbetare", "Rolf")
    assert session.get_one(User, people.rut.id).full_name == "Rut"
    assert [line.action for line in audit_lines(session, f"user:{rut.id}")] == ["account.masked"]


def test_what_was_of_use_for_a_moment_goes_and_what_is_of_use_stays(
    session: Session, people: People, worker: Worker
) -> None:
    user = people.rut.id
    times = {"created_at": LONG_AGO, "expires_at": NOW - timedelta(hours=1)}
    change = EmailChange(user_id=user, new_email="ny@example.com", asked_at=LONG_AGO, expires_at=days_ago(40))
    session.add_all(
        [
            LoginSession(token_hash="old", user_id=user, seen_at=LONG_AGO, **times),
            PendingLogin(token_hash="old", user_id=user, **times),
            Attempt(kind=AttemptKind.PASSWORD, key_hash="x", at=days_ago(9)),
            Attempt(kind=AttemptKind.PASSWORD, key_hash="y", at=NOW),
            change,
        ]
    )
    session.flush()
    linked = {"purpose": LinkPurpose.NEW_ADDRESS, "email_change_id": change.id}
    session.add_all(
        [
            OneTimeLink(token_hash="old", user_id=user, created_at=LONG_AGO, expires_at=days_ago(31), **linked),
            OneTimeLink(token_hash="used", user_id=user, created_at=LONG_AGO, expires_at=NOW, used_at=days_ago(32)),
            OneTimeLink(token_hash="new", user_id=user, created_at=NOW, expires_at=days_ago(5)),
        ]
    )
    session.commit()
    rounds.hourly(worker(None))
    session.expire_all()
    assert session.scalars(select(OneTimeLink.token_hash)).all() == ["new"]
    assert session.scalars(select(Attempt.key_hash)).all() == ["y"]
    assert session.scalars(select(EmailChange)).all() == session.scalars(select(PendingLogin)).all() == []
    mine = session.scalars(select(LoginSession).where(LoginSession.user_id == user)).all()
    assert [one.token_hash for one in mine] == [hashed(token("rut"))]
