"""Accounts: an invitation works once and for 72 hours, ten guesses close the door, and closing an account bites."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import LoginFailure, LoginSession, OneTimeLink, User
from deviations.queries import people as queries
from deviations.services import accounts
from deviations.services.accounts import GUESSES, hashed
from deviations.services.checks import PersonalData
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email, place, token


def user_named(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.email == email(name))).one()


def invited(session: Session, address: str = "Nora@Example.com") -> str:
    return accounts.invite(
        session, None, email=address, name=" Nora ", role=Role.REPORTER, subproject=place(session, "Söder"), at=NOW
    )


def log_in(session: Session, name: str = "rut", password: str = PASSWORD, minutes: float = 0) -> tuple[User, str]:
    return accounts.login(session, email(name), password, NOW + timedelta(minutes=minutes), hours=12)


def guess(session: Session, name: str = "rut", times: int = 1, minutes: float = 0) -> None:
    for _ in range(times):
        with pytest.raises(NotFound):
            log_in(session, name, "fel lösenord", minutes)


def test_an_invitation_opens_the_account_once(session: Session) -> None:
    secret = invited(session)
    user = accounts.accept(session, secret, "sju sjösjuka sjömän", NOW)
    assert (user.email, user.name) == ("nora@example.com", "Nora")
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    with pytest.raises(NotFound):
        accounts.accept(session, secret, "ett annat lösenord", NOW)
    assert accounts.login(session, " NORA@example.com", "sju sjösjuka sjömän", NOW, 12)[0] is user


@pytest.mark.parametrize(("hours", "works"), [(71.9, True), (72, False), (100, False)])
def test_an_invitation_holds_for_72_hours(session: Session, hours: float, works: bool) -> None:
    secret, then = invited(session), NOW + timedelta(hours=hours)
    if works:
        assert queries.invitation(session, hashed(secret), then).user.name == "Nora"
    else:
        with pytest.raises(NotFound):
            accounts.accept(session, secret, "sju sjösjuka sjömän", then)


def test_the_database_keeps_no_token(session: Session) -> None:
    secret = invited(session)
    _, login = log_in(session)
    kept = [*session.scalars(select(OneTimeLink.token_hash)), *session.scalars(select(LoginSession.token_hash))]
    assert secret not in kept
    assert login not in kept
    assert {hashed(secret), hashed(login)} <= set(kept)


def test_a_new_link_replaces_the_old_until_the_account_is_open(session: Session) -> None:
    first = invited(session)
    user = session.scalars(select(User).where(User.email == "nora@example.com")).one()
    second = accounts.new_link(session, None, user, NOW)
    with pytest.raises(NotFound):
        queries.invitation(session, hashed(first), NOW)
    accounts.accept(session, second, "sju sjösjuka sjömän", NOW)
    with pytest.raises(NotAllowed, match="already_opened"):
        accounts.new_link(session, None, user, NOW)


def test_an_address_is_invited_once_whatever_its_case(session: Session) -> None:
    invited(session, "nora@example.com")
    with pytest.raises(NotAllowed, match="email_taken"):
        invited(session, " NORA@EXAMPLE.COM ")


@pytest.mark.parametrize(
    ("name", "role", "home", "code"),
    [
        ("lena", Role.REPORTER, "Söder", None),
        ("lena", Role.LEAD, "Söder", None),
        ("lena", Role.REPORTER, "Norr", "may_not_invite"),
        ("lena", Role.COORDINATOR, None, "may_not_invite"),
        ("lena", Role.ADMIN, None, "may_not_invite"),
        ("rut", Role.REPORTER, "Söder", "may_not_invite"),
        ("vera", Role.REPORTER, "Söder", "may_not_invite"),
        ("stina", Role.STEERING, None, "may_not_invite"),
        ("adam", Role.REPORTER, "Norr", None),
        ("adam", Role.STEERING, None, None),
        ("adam", Role.REPORTER, None, "subproject_needed"),
        ("adam", Role.LEAD, None, "subproject_needed"),
        ("adam", Role.COORDINATOR, "Söder", "subproject_needed"),
        ("adam", Role.ADMIN, "Söder", "subproject_needed"),
    ],
)
def test_who_may_invite_whom_and_where(
    session: Session, people: People, name: str, role: Role, home: str | None, code: str | None
) -> None:
    def invite() -> str:
        return accounts.invite(
            session,
            getattr(people, name),
            email="ny@example.com",
            name="Ny",
            role=role,
            subproject=place(session, home) if home else None,
            at=NOW,
        )

    if code is None:
        assert invite()
    else:
        with pytest.raises(NotAllowed, match=code):
            invite()
        assert session.scalar(select(User.id).where(User.email == "ny@example.com")) is None


def test_a_right_password_starts_a_session_that_ends(session: Session) -> None:
    user, secret = log_in(session)
    assert queries.logged_in(session, hashed(secret), NOW + timedelta(hours=11)) is user
    assert queries.logged_in(session, hashed(secret), NOW + timedelta(hours=12)) is None


def test_each_login_is_a_session_of_its_own(session: Session, people: People) -> None:
    (_, first), (_, second) = log_in(session), log_in(session)
    assert first != second
    accounts.logout(session, people.rut, first, NOW)
    assert queries.logged_in(session, hashed(first), NOW) is None
    assert queries.logged_in(session, hashed(second), NOW) is not None


def test_unknown_address_wrong_password_and_closed_account_are_refused_alike(session: Session) -> None:
    user_named(session, "rolf").active = False
    refusals = []
    for name, password in (("ingen", PASSWORD), ("rut", "fel lösenord"), ("rolf", PASSWORD)):
        with pytest.raises(NotFound) as refused:
            log_in(session, name, password)
        refusals.append(repr(refused.value))
    assert len(set(refusals)) == 1


def test_an_account_that_was_never_opened_has_no_password_that_fits(session: Session) -> None:
    invited(session)
    for password in ("", "None", PASSWORD):
        with pytest.raises(NotFound):
            accounts.login(session, "nora@example.com", password, NOW, 12)


@pytest.mark.parametrize("name", ["rut", "ingen"])
def test_ten_guesses_close_the_door_for_known_and_unknown_alike(session: Session, name: str) -> None:
    guess(session, name, GUESSES)
    with pytest.raises(accounts.TooManyGuesses):
        log_in(session, name)
    with pytest.raises(accounts.TooManyGuesses):
        log_in(session, name, "fel lösenord", minutes=4.9)


def test_nine_guesses_do_not(session: Session) -> None:
    guess(session, "rut", GUESSES - 1)
    assert log_in(session)


def test_the_door_opens_after_five_minutes(session: Session) -> None:
    guess(session, "rut", GUESSES)
    assert log_in(session, minutes=5)


def test_guesses_at_one_account_do_not_close_another(session: Session) -> None:
    guess(session, "rut", GUESSES)
    assert log_in(session, "rolf")


def test_old_failures_and_sessions_are_swept_away_at_a_login(session: Session) -> None:
    guess(session, "rolf", 2)
    log_in(session, "rut", minutes=-60 * 24)
    log_in(session, "rut", minutes=6)
    assert session.scalar(select(func.count()).select_from(LoginFailure)) == 0
    assert session.scalar(select(func.count()).select_from(LoginSession).where(LoginSession.expires_at <= NOW)) == 0


def test_closing_an_account_ends_its_logins_and_refuses_new_ones(session: Session, people: People) -> None:
    rut = user_named(session, "rut")
    _, secret = log_in(session)
    accounts.set_active(session, people.adam, rut, False, NOW)
    assert queries.logged_in(session, hashed(secret), NOW) is None
    assert queries.logged_in(session, hashed(token("rut")), NOW) is None
    guess(session)
    accounts.set_active(session, people.adam, rut, True, NOW)
    assert queries.logged_in(session, hashed(secret), NOW) is None  # the old login stays dead
    assert log_in(session)


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_an_administrator_opens_and_closes_accounts(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="admin_only"):
        accounts.set_active(session, getattr(people, name), user_named(session, "rolf"), False, NOW)


def test_nobody_closes_her_own_account(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_yourself"):
        accounts.set_active(session, people.adam, user_named(session, "adam"), False, NOW)


def test_all_that_happens_to_accounts_stands_in_the_log_without_addresses(session: Session, people: People) -> None:
    secret = invited(session)
    user = accounts.accept(session, secret, "sju sjösjuka sjömän", NOW)
    accounts.set_password(session, user, PASSWORD, NOW)
    guess(session, "ingen")
    guess(session)
    _, login = log_in(session)
    accounts.logout(session, people.rut, login, NOW)
    accounts.set_active(session, people.adam, user, False, NOW)
    lines = audit_lines(session)
    assert [line.action for line in lines[-8:]] == [
        "account.invited", "account.opened", "account.password_set", "login.failed", "login.failed", "login.done",
        "login.ended", "account.closed",
    ]  # fmt: skip
    assert not any("@" in line.subject + line.detail for line in lines)


def test_a_closed_accounts_invitation_is_dead(session: Session, people: People) -> None:
    secret = invited(session)
    user = session.scalars(select(User).where(User.email == "nora@example.com")).one()
    accounts.set_active(session, people.adam, user, False, NOW)
    with pytest.raises(NotFound):
        accounts.accept(session, secret, "sju sjösjuka sjömän", NOW)


def test_of_two_with_the_same_link_at_once_one_chooses_the_password(engine: Engine) -> None:
    with Session(engine.execution_options(write=True)) as session:
        secret = invited(session)
        session.commit()
    together, told = threading.Barrier(2), []

    def accept(password: str) -> None:
        together.wait()
        with Session(engine.execution_options(write=True)) as session:
            try:
                accounts.accept(session, secret, password, NOW)
                session.commit()
                told.append(password)
            except NotFound:
                pass

    both = [threading.Thread(target=accept, args=(password,)) for password in ("sju sjösjuka sjömän", "åtta åar ålar")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    (chosen,) = told
    with Session(engine.execution_options(write=True)) as session:
        assert accounts.login(session, "nora@example.com", chosen, NOW, 12)[0].name == "Nora"


@pytest.mark.parametrize("name", ["Rut 19121212-1212", "rut@example.com"])
def test_a_name_that_is_a_number_or_an_address_is_refused(session: Session, name: str) -> None:
    with pytest.raises(PersonalData):
        accounts.invite(session, None, email="ny@example.com", name=name, role=Role.ADMIN, subproject=None, at=NOW)
