"""Logins: ten wrong passwords close the door, each login is a row that ends at once, and nothing lasts for ever."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LIMITS, AttemptKind, Lifetime, LoginWay, Visit, network
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import Attempt, LoginSession, Membership, OutgoingMail, PendingLogin, User
from deviations.models.engine import at_once
from deviations.queries import logins as queries
from deviations.services import access_log, endings, logins, security
from deviations.services.attempts import TooManyGuesses
from deviations.services.logins import Came, Halfway, Opened
from deviations.services.tokens import hashed
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, WORK, People, email, token

LASTS = Lifetime(whole=timedelta(hours=12), idle=timedelta(minutes=60))
VISIT = Visit(LASTS)
GUESSES = LIMITS[AttemptKind.PASSWORD].most


def user_named(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.email == email(name))).one()


def begin(
    session: Session, name: str = "rut", password: str = PASSWORD, minutes: float = 0, source: str = ""
) -> Opened | Halfway:
    at = NOW + timedelta(minutes=minutes)
    return logins.begin(session, email(name), password, at, Visit(LASTS, source))


def log_in(session: Session, name: str = "rut", minutes: float = 0) -> str:
    found = begin(session, name, minutes=minutes)
    assert isinstance(found, Opened)
    return found.token


def guess(session: Session, name: str = "rut", times: int = 1, minutes: float = 0, source: str = "") -> None:
    for _ in range(times):
        with pytest.raises(NotFound):
            begin(session, name, "fel lösenord", minutes, source)


def is_in(session: Session, secret: str, at: datetime = NOW) -> bool:
    return queries.logged_in(session, hashed(secret), at, LASTS) is not None


def used(session: Session, secret: str, at: datetime) -> None:
    session.execute(update(LoginSession).where(LoginSession.token_hash == hashed(secret)).values(seen_at=at))


def of_rut(session: Session) -> LoginSession:
    return session.scalars(select(LoginSession).where(LoginSession.token_hash == hashed(token("rut")))).one()


def test_a_login_leads_to_its_person_and_nothing_else_does(session: Session) -> None:
    login = queries.logged_in(session, hashed(token("rut")), NOW, LASTS)
    assert login is not None
    assert login.user.email == email("rut")
    assert not is_in(session, "gissning")
    assert queries.logged_in(session, token("rut"), NOW, LASTS) is None  # what is kept is no key


# How long


@pytest.mark.parametrize(("minutes", "open"), [(59, True), (60, False), (90, False)])
def test_a_login_without_a_click_ends_after_an_hour(session: Session, minutes: int, open: bool) -> None:
    secret = log_in(session)
    assert is_in(session, secret, NOW + timedelta(minutes=minutes)) is open


@pytest.mark.parametrize(("hours", "open"), [(11.9, True), (12, False)])
def test_a_login_ends_after_twelve_hours_however_much_it_is_used(session: Session, hours: float, open: bool) -> None:
    secret, then = log_in(session), NOW + timedelta(hours=hours)
    used(session, secret, then)
    assert is_in(session, secret, then) is open


@pytest.mark.parametrize(("idle", "worth"), [(60, 300), (720, 300), (5, 25), (12, 60)])
def test_a_click_is_written_down_so_exactly_as_the_limit_needs(idle: int, worth: int) -> None:
    assert Lifetime(timedelta(hours=12), timedelta(minutes=idle)).worth_noting == timedelta(seconds=worth)


def test_logins_that_are_over_are_swept_away_at_the_next_one(session: Session) -> None:
    session.execute(update(LoginSession).values(seen_at=NOW))
    old, idle, fresh = (log_in(session, "rut", minutes=-ago) for ago in (12 * 60, 61, 3))
    used(session, old, NOW)
    log_in(session)
    kept = session.scalars(select(LoginSession.token_hash)).all()
    assert hashed(idle) not in kept and hashed(old) not in kept and hashed(fresh) in kept


def test_a_use_is_noted_in_a_transaction_of_its_own(engine: Engine, session: Session) -> None:
    login, then = of_rut(session), NOW + timedelta(minutes=7)
    id = login.id
    session.rollback()
    assert logins.note_use(engine, id, then)
    assert of_rut(session).seen_at == then


def test_noting_a_use_gives_up_at_once_where_somebody_else_writes(engine: Engine, session: Session) -> None:
    id, before = of_rut(session).id, of_rut(session).seen_at
    session.rollback()
    with Session(engine.execution_options(write=True)) as other:
        other.execute(update(LoginSession).where(LoginSession.id == id).values(agent="någon annan"))
        begun = datetime.now()
        assert not logins.note_use(engine, id, NOW + timedelta(minutes=7))
        assert datetime.now() - begun < timedelta(seconds=1)
        other.rollback()
    assert of_rut(session).seen_at == before


def test_who_gave_up_once_waits_again_the_next_time(engine: Engine, session: Session) -> None:
    with at_once(engine):
        pass
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000
        else:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "3s"


# Ends


def test_the_database_keeps_no_token(session: Session) -> None:
    secret = log_in(session)
    kept = session.scalars(select(LoginSession.token_hash)).all()
    assert secret not in kept and hashed(secret) in kept


def test_each_login_is_a_row_of_its_own(session: Session, people: People) -> None:
    first, second = log_in(session), log_in(session)
    assert first != second
    logins.logout(session, people.rut, first, NOW)
    assert not is_in(session, first)
    assert is_in(session, second)


def test_the_login_that_the_browser_had_before_ends_with_a_new_one(session: Session) -> None:
    found = logins.begin(session, email("rolf"), PASSWORD, NOW, Visit(LASTS, instead_of=token("rut")))
    assert isinstance(found, Opened)
    assert is_in(session, found.token)
    assert not is_in(session, token("rut"))


def test_and_also_when_the_new_one_is_only_halfway(session: Session, people: People) -> None:
    security.choose(session, people.adam, [Role.COORDINATOR], None, NOW)
    logins.begin(session, email("vera"), PASSWORD, NOW, Visit(LASTS, instead_of=token("rut")))
    assert not is_in(session, token("rut"))


def test_ending_all_ends_what_is_halfway_too_but_not_the_one_that_stays(session: Session) -> None:
    rut = user_named(session, "rut")
    stays, goes, halfway = log_in(session), log_in(session), logins.halfway(session, rut, NOW, VISIT)
    rolf = logins.halfway(session, user_named(session, "rolf"), NOW, VISIT)
    endings.logins(session, rut, but=stays)
    assert is_in(session, stays)
    assert not is_in(session, goes) and not is_in(session, token("rut"))
    assert queries.pending(session, hashed(halfway.token), NOW) is None
    assert queries.pending(session, hashed(rolf.token), NOW) is not None
    assert is_in(session, token("rolf"))


def test_one_ends_ones_own_and_an_administrator_anybodys(session: Session, people: People) -> None:
    rut = user_named(session, "rut")
    first, second = (queries.logged_in(session, hashed(log_in(session)), NOW, LASTS) for _ in range(2))
    assert first is not None and second is not None
    with pytest.raises(NotAllowed, match="admin_only"):
        logins.end(session, people.rolf, rut, first.id, NOW)
    with pytest.raises(NotFound):
        logins.end(session, people.rolf, user_named(session, "rolf"), first.id, NOW)
    logins.end(session, people.rut, rut, first.id, NOW)
    logins.end(session, people.adam, rut, second.id, NOW)
    assert [line.actor_id for line in audit_lines(session) if line.action == "login.ended"] == [
        people.rut.id,
        people.adam.id,
    ]
    assert {one.token_hash for one in queries.of(session, rut.id, NOW, LASTS)} == {hashed(token("rut"))}


def test_an_administrator_ends_all_of_somebodys_and_others_only_their_own(session: Session, people: People) -> None:
    rut = user_named(session, "rut")
    secret = log_in(session)
    with pytest.raises(NotAllowed, match="admin_only"):
        logins.end_everywhere(session, people.lena, rut, NOW)
    assert is_in(session, secret)
    logins.end_everywhere(session, people.adam, rut, NOW)
    assert queries.of(session, rut.id, NOW, LASTS) == []
    logins.end_everywhere(session, people.rolf, user_named(session, "rolf"), NOW)
    assert not is_in(session, token("rolf"))


def test_where_one_is_logged_in_is_listed_by_last_use_without_what_is_over(session: Session) -> None:
    rut = user_named(session, "rut")
    session.execute(update(LoginSession).where(LoginSession.user_id == rut.id).values(seen_at=NOW))
    older, newer = log_in(session, minutes=-50), log_in(session, minutes=-40)
    used(session, older, NOW - timedelta(minutes=10))
    log_in(session, "rolf")
    found = [one.token_hash for one in queries.of(session, rut.id, NOW, LASTS)]
    assert found == [hashed(token("rut")), hashed(older), hashed(newer)]
    later = NOW + timedelta(minutes=30)
    assert [one.token_hash for one in queries.of(session, rut.id, later, LASTS)] == [
        hashed(token("rut")),
        hashed(older),
    ]


def test_a_login_tells_how_and_where_from_and_keeps_no_more_than_fits(session: Session) -> None:
    rut = user_named(session, "rut")
    agent = "Mozilla/5.0\x00 (X11)" + "x" * 300
    visit, came = Visit(LASTS, "192.0.2.7", agent), Came("kommunen", "s1", "förseglad")
    opened = logins.open_login(session, rut, LoginWay.SSO, NOW, visit, came)
    login = queries.logged_in(session, hashed(opened.token), NOW, LASTS)
    assert login is not None
    assert (login.way, login.source, login.provider) == (LoginWay.SSO, "192.0.2.7", "kommunen")
    assert len(login.agent) == 200 and "\x00" not in login.agent
    line = audit_lines(session)[-1]
    assert (line.action, line.detail) == ("login.done", '{"provider": "kommunen", "way": "sso"}')


def test_logging_out_gives_back_what_the_login_was(session: Session, people: People) -> None:
    came = Came("kommunen", id_token="förseglad")
    secret = logins.open_login(session, user_named(session, "rut"), LoginWay.SSO, NOW, VISIT, came).token
    was = logins.logout(session, people.rut, secret, NOW)
    session.commit()
    assert was is not None
    assert (was.way, was.provider, was.id_token) == (LoginWay.SSO, "kommunen", "förseglad")
    assert logins.logout(session, people.rut, secret, NOW) is None


def test_a_closed_account_is_out_and_halfway_nowhere(session: Session) -> None:
    rut = user_named(session, "rut")
    halfway = logins.halfway(session, rut, NOW, VISIT)
    rut.active = False
    session.flush()
    assert not is_in(session, token("rut"))
    assert queries.pending(session, hashed(halfway.token), NOW) is None


# Guessing


def test_unknown_address_wrong_password_and_closed_account_are_refused_alike(session: Session) -> None:
    user_named(session, "rolf").active = False
    refusals = []
    for name, password in (("ingen", PASSWORD), ("rut", "fel lösenord"), ("rolf", PASSWORD)):
        with pytest.raises(NotFound) as refused:
            begin(session, name, password)
        refusals.append(repr(refused.value))
    assert len(set(refusals)) == 1


def test_an_account_that_was_never_opened_has_no_password_that_fits(session: Session) -> None:
    user_named(session, "rut").password_hash = None
    for password in ("", "None", PASSWORD):
        with pytest.raises(NotFound):
            begin(session, "rut", password)


@pytest.mark.parametrize("name", ["rut", "ingen"])
def test_ten_guesses_close_the_door_for_known_and_unknown_alike(session: Session, name: str) -> None:
    guess(session, name, GUESSES)
    assert GUESSES == 10
    with pytest.raises(TooManyGuesses):
        begin(session, name)
    with pytest.raises(TooManyGuesses):
        begin(session, name, "fel lösenord", minutes=4.9)


def test_nine_guesses_do_not(session: Session) -> None:
    guess(session, "rut", GUESSES - 1)
    assert log_in(session)


def test_the_door_opens_after_five_minutes(session: Session) -> None:
    guess(session, "rut", GUESSES)
    assert log_in(session, minutes=5)


def test_guesses_at_one_account_do_not_close_another(session: Session) -> None:
    guess(session, "rut", GUESSES, source="192.0.2.7")
    assert log_in(session, "rolf")


def test_the_address_in_another_spelling_is_the_same_door(session: Session) -> None:
    for spelling in ("RUT@example.com", " rut@EXAMPLE.com ", "Rut@Example.Com", "rut@example.com"):
        for _ in range(3 if spelling != "rut@example.com" else 1):
            with pytest.raises(NotFound):
                logins.begin(session, spelling, "fel lösenord", NOW, VISIT)
    with pytest.raises(TooManyGuesses):
        begin(session)


def test_two_hundred_guesses_from_one_network_address_close_it_for_all_accounts(session: Session) -> None:
    guess(session, "rolf", source="192.0.2.7")
    for _ in range(LIMITS[AttemptKind.SOURCE].most - 1):
        logins.count_source(session, "192.0.2.7", NOW)
    with pytest.raises(TooManyGuesses, match="too_many_from_there"):
        begin(session, "rut", source="192.0.2.7")
    assert isinstance(begin(session, "rut", source="192.0.2.8"), Opened)
    assert isinstance(begin(session, "rut", source="192.0.2.7", minutes=5), Opened)


def test_when_the_door_closes_its_owner_gets_one_mail_and_the_log_one_line(session: Session) -> None:
    guess(session, "rut", GUESSES - 1)
    told = select(func.count()).where(OutgoingMail.kind == Notice.GUESSED)
    assert session.scalar(told) == 0
    guess(session, "rut")
    for _ in range(3):
        with pytest.raises(TooManyGuesses):
            begin(session, "rut", "fel lösenord")
    assert session.scalar(told) == 1
    shut = [line for line in audit_lines(session) if line.action == "login.shut"]
    assert [line.subject for line in shut] == [f"user:{user_named(session, 'rut').id}"]
    for minutes in (6, 12, 18):
        guess(session, "rut", GUESSES, minutes=minutes)
    assert session.scalar(told) == 1  # not one every five minutes
    guess(session, "rut", GUESSES, minutes=61)
    assert session.scalar(told) == 2


def test_of_eight_guesses_at_once_only_those_are_looked_at_that_the_limit_leaves(engine: Engine) -> None:
    with Session(engine.execution_options(write=True)) as session:
        guess(session, "rut", GUESSES - 6)
        session.commit()
    together, told = threading.Barrier(8), []

    def try_it() -> None:
        together.wait()
        with Session(engine.execution_options(write=True)) as session, Session(engine) as reading:
            try:
                logins.begin(session, email("rut"), "fel lösenord", NOW, VISIT, reading=reading)
            except (NotFound, TooManyGuesses) as refused:
                told.append(type(refused))
                session.commit()

    guessers = [threading.Thread(target=try_it) for _ in range(8)]
    for one in guessers:
        one.start()
    for one in guessers:
        one.join()
    assert sorted(kind.__name__ for kind in told) == ["NotFound"] * 6 + ["TooManyGuesses"] * 2


def test_old_attempts_are_swept_away_at_a_login(session: Session) -> None:
    guess(session, "rolf", 2)
    log_in(session, "rut", minutes=6)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_all_of_it_stands_in_the_log_without_addresses(session: Session, people: People) -> None:
    guess(session, "ingen")
    guess(session)
    secret = log_in(session)
    logins.logout(session, people.rut, secret, NOW)
    lines = audit_lines(session)
    assert [line.action for line in lines[-4:]] == ["login.failed", "login.failed", "login.done", "login.ended"]
    assert not any("@" in line.subject + line.detail for line in lines)


# Who needs more than a password


@pytest.mark.parametrize(
    ("name", "halfway"), [("rut", False), ("lena", False), ("vera", True), ("stina", True), ("adam", True)]
)
def test_by_default_those_who_see_or_decide_what_is_others_need_a_second_factor(
    session: Session, name: str, halfway: bool
) -> None:
    security.start(session)
    found = begin(session, name)
    assert isinstance(found, Halfway) is halfway
    if isinstance(found, Halfway):
        assert found.enrol
        assert queries.logged_in(session, hashed(found.token), NOW, LASTS) is None
        assert session.scalar(select(func.count()).select_from(PendingLogin)) == 1


def test_an_instance_that_never_chose_asks_the_same(session: Session) -> None:
    from deviations.models import Setting

    session.delete(session.get_one(Setting, queries.SECURITY))
    session.flush()
    assert queries.roles_with_factor(session) == {Role.COORDINATOR, Role.STEERING, Role.ADMIN}


def test_a_person_with_two_roles_needs_it_when_one_of_them_does(session: Session) -> None:
    security.start(session)
    lena = user_named(session, "lena")
    lena.memberships.append(Membership(role=Role.STEERING))
    session.flush()
    assert isinstance(begin(session, "lena"), Halfway)


def test_only_an_administrator_chooses_and_the_log_says_what(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="admin_only"):
        security.choose(session, people.vera, [], None, NOW)
    security.choose(session, people.adam, [Role.ADMIN, Role.LEAD], None, NOW)
    assert queries.roles_with_factor(session) == {Role.ADMIN, Role.LEAD}
    line = audit_lines(session)[-1]
    assert (line.action, line.detail) == ("security.changed", '{"second_factor": ["lead", "admin"]}')
    assert isinstance(begin(session, "lena"), Halfway)
    assert isinstance(begin(session, "vera"), Opened)


def test_who_has_none_of_what_her_role_needs_from_now_on_is_logged_out_at_once(
    session: Session, people: People
) -> None:
    security.choose(session, people.adam, [Role.STEERING], None, NOW)
    user_named(session, "lars").totp_confirmed_at = NOW
    security.choose(session, people.adam, [Role.LEAD, Role.ADMIN], None, NOW)
    assert [name for name in WORK if is_in(session, token(name))] == ["rut", "rolf", "rita", "ruben", "lars", "vera"]


@pytest.mark.parametrize(
    ("source", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_a_network_address_counts_as_what_one_subscriber_has(source: str, counted_as: str) -> None:
    assert network(source) == counted_as


def test_all_addresses_of_one_ipv6_network_guess_together(session: Session) -> None:
    for number in range(LIMITS[AttemptKind.SOURCE].most):
        logins.count_source(session, f"2001:db8::{number:x}", NOW)
    with pytest.raises(TooManyGuesses):
        logins.check_source(session, "2001:db8::ffff:1", NOW)
    logins.check_source(session, "2001:db8:0:1::1", NOW)


def test_refusals_from_one_ipv6_network_are_counted_together(session: Session) -> None:
    for number in range(3):
        session.info["source"] = f"2001:db8::{number:x}"
        access_log.refused(session, None, "page:x", NOW, {})
    session.info["source"] = "2001:db8:0:1::1"
    assert access_log.how_many(session, None, NOW) == 0
    session.info["source"] = "2001:db8::ffff"
    assert access_log.how_many(session, None, NOW) == 3
