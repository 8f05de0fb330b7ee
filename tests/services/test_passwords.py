"""Passwords: changed with the old one, chosen anew through a mailed link, and what ends when they are."""

import json
import threading
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LIMITS, AttemptKind, LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import (
    Attempt,
    AuditEntry,
    EmailChange,
    Identity,
    LoginSession,
    OneTimeLink,
    OutgoingMail,
    PendingLogin,
    User,
)
from deviations.services import attempts, email_changes, one_time_links, passwords
from deviations.services.tokens import hashed
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email, token
from tests.relay import SECRET

NEW = "en alldeles ny mening"


def user_named(session: Session, name: str = "rut") -> User:
    return session.scalars(select(User).where(User.email == email(name))).one()


def told(session: Session, kind: Notice) -> Sequence[OutgoingMail]:
    return session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind)).all()


def asked(session: Session, name: str = "rut", minutes: float = 0) -> str:
    """Asks for a new password, and gives the token that the mail would carry."""
    passwords.ask_reset(session, email(name), secret=SECRET, at=NOW + timedelta(minutes=minutes))
    wanted = (OneTimeLink.purpose == LinkPurpose.RESET, OneTimeLink.user_id == user_named(session, name).id)
    link = session.scalars(select(OneTimeLink).where(*wanted)).one()
    return one_time_links.token(link, SECRET)


def change(session: Session, people: People, current: str = PASSWORD, new: str = NEW) -> None:
    passwords.change(session, people.rut, user_named(session), current=current, new=new, token=token("rut"), at=NOW)


def test_a_change_ends_every_login_but_the_one_that_made_it(session: Session, people: People) -> None:
    user, ends = user_named(session), NOW + timedelta(hours=1)
    other = LoginSession(user=user, token_hash=hashed("elsewhere"), created_at=NOW, seen_at=NOW, expires_at=ends)
    half = PendingLogin(user=user, token_hash=hashed("half"), created_at=NOW, expires_at=ends)
    session.add_all([other, half])
    change(session, people)
    assert passwords.fits(user.password_hash, NEW)
    assert user.password_changed_at == NOW
    left = session.scalars(select(LoginSession.token_hash).where(LoginSession.user_id == user.id)).all()
    assert left == [hashed(token("rut"))]
    assert session.scalar(select(func.count()).select_from(PendingLogin)) == 0
    assert [mail.user_id for mail in told(session, Notice.PASSWORD_CHANGED)] == [user.id]


@pytest.mark.parametrize(
    ("current", "new", "code"),
    [
        ("fel lösenord", NEW, "wrong_password"),
        (PASSWORD, "för kort", "password_short"),
        (PASSWORD, "Sommar2024!!", "password_common"),
        (PASSWORD, "rut@example.com", "password_own"),
        (PASSWORD, "qwertyuiopåa", "password_simple"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    session: Session, people: People, current: str, new: str, code: str
) -> None:
    before = user_named(session).password_hash
    with pytest.raises(NotAllowed, match=code):
        change(session, people, current, new)
    assert user_named(session).password_hash == before
    assert told(session, Notice.PASSWORD_CHANGED) == []


def test_a_password_typed_on_another_keyboard_is_the_same(session: Session) -> None:
    user = user_named(session)
    passwords.choose(user, unicodedata.normalize("NFD", "sju sjösjuka sjömän"), NOW)
    assert passwords.fits(user.password_hash, unicodedata.normalize("NFC", "sju sjösjuka sjömän"))
    assert passwords.fits(user.password_hash, unicodedata.normalize("NFD", "sju sjösjuka sjömän"))
    assert not passwords.fits(user.password_hash, "sju sjosjuka sjoman")


def test_a_long_password_is_never_cut(session: Session) -> None:
    user, long = user_named(session), "Det var en gång " * 8
    passwords.choose(user, long, NOW)
    assert len(long) == 128
    assert not passwords.fits(user.password_hash, long[:-1])
    assert not passwords.fits(user.password_hash, long.strip())


def test_a_forgotten_password_is_chosen_anew_once(session: Session) -> None:
    user, secret = user_named(session), asked(session)
    assert passwords.reset(session, secret, NEW, NOW) is user
    assert passwords.fits(user.password_hash, NEW)
    assert session.scalars(select(LoginSession).where(LoginSession.user_id == user.id)).all() == []
    assert len(told(session, Notice.PASSWORD_CHANGED)) == 1
    with pytest.raises(NotFound):
        passwords.reset(session, secret, "ett annat lösenord", NOW)
    actions = [line.action for line in audit_lines(session, f"user:{user.id}")]
    assert actions == ["password.reset_asked", "account.password_reset"]


@pytest.mark.parametrize(("minutes", "works"), [(59.9, True), (60, False)])
def test_the_link_holds_for_an_hour(session: Session, minutes: float, works: bool) -> None:
    secret, then = asked(session), NOW + timedelta(minutes=minutes)
    if works:
        assert passwords.reset(session, secret, NEW, then)
    else:
        with pytest.raises(NotFound):
            passwords.reset(session, secret, NEW, then)


def test_only_the_last_link_holds(session: Session) -> None:
    first, second = asked(session), asked(session, minutes=1)
    with pytest.raises(NotFound):
        passwords.reset(session, first, NEW, NOW)
    assert passwords.reset(session, second, NEW, NOW)


def test_an_easy_password_leaves_the_link_as_it_was(session: Session) -> None:
    secret = asked(session)
    with pytest.raises(NotAllowed, match="password_common"):
        passwords.reset(session, secret, "Stockholm2024", NOW)
    assert passwords.reset(session, secret, NEW, NOW)


def test_a_new_password_opens_a_door_that_guesses_had_closed(session: Session) -> None:
    for _ in range(10):
        attempts.count(session, AttemptKind.PASSWORD, email("rut"), NOW)
    with pytest.raises(attempts.TooManyGuesses):
        attempts.check(session, AttemptKind.PASSWORD, email("rut"), NOW)
    passwords.reset(session, asked(session), NEW, NOW)
    attempts.check(session, AttemptKind.PASSWORD, email("rut"), NOW)


def test_the_second_factor_stays(session: Session) -> None:
    user = user_named(session)
    user.totp_secret, user.totp_confirmed_at = "sealed", NOW
    passwords.reset(session, asked(session), NEW, NOW)
    assert (user.totp_secret, user.totp_confirmed_at) == ("sealed", NOW)


def test_a_change_of_address_that_was_begun_ends_with_the_old_password(session: Session, people: People) -> None:
    user = user_named(session)
    email_changes.ask(session, people.rut, user, "ny@example.com", password=PASSWORD, secret=SECRET, at=NOW)
    passwords.reset(session, asked(session), NEW, NOW)
    assert session.scalars(select(EmailChange.ended_at)).all() == [NOW]
    purposes = session.scalars(select(OneTimeLink.purpose).where(OneTimeLink.user_id == user.id)).all()
    assert purposes == [LinkPurpose.RESET]


def test_who_has_no_account_or_none_that_is_open_gets_no_link(session: Session) -> None:
    session.execute(update(User).where(User.email == email("rolf")).values(active=False))
    session.execute(update(User).where(User.email == email("rita")).values(password_hash=None))
    for name in ("ingen", "rolf", "rita"):
        passwords.ask_reset(session, email(name), secret=SECRET, at=NOW)
    assert session.scalars(select(OneTimeLink)).all() == []
    assert told(session, Notice.RESET) == []
    lines = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "password.reset_asked")).all()
    assert lines == ["user:unknown"] * 3


def test_an_unknown_address_costs_nobody_the_link_she_has(session: Session) -> None:
    """What is written for an unknown address, so that it takes as long, is thrown away whole."""
    everybody = session.scalars(select(User.email)).all()
    for address in everybody:
        passwords.ask_reset(session, address, secret=SECRET, at=NOW)
    before = set(session.scalars(select(OneTimeLink.token_hash)))
    passwords.ask_reset(session, "ingen@example.com", secret=SECRET, at=NOW)
    session.commit()
    assert set(session.scalars(select(OneTimeLink.token_hash))) == before
    assert len(told(session, Notice.RESET)) == len(before) == len(everybody)


@pytest.mark.parametrize("name", ["rut", "ingen"])
def test_five_links_a_day_and_not_a_word_more(session: Session, name: str) -> None:
    """Known and unknown alike: nothing is raised, and the sixth is just not sent."""
    for hour in range(7):
        passwords.ask_reset(session, email(name), secret=SECRET, at=NOW + timedelta(hours=hour))
    assert len(told(session, Notice.RESET)) == (5 if name == "rut" else 0)
    counted = select(func.count()).select_from(Attempt).where(Attempt.kind == AttemptKind.RESET)
    assert session.scalar(counted) == 5
    passwords.ask_reset(session, email(name), secret=SECRET, at=NOW + timedelta(hours=24))
    assert len(told(session, Notice.RESET)) == (6 if name == "rut" else 0)


def test_one_network_address_asks_two_hundred_times_and_no_more(session: Session) -> None:
    session.info["source"] = "192.0.2.7"
    for number in range(200):
        passwords.ask_reset(session, f"{number}@example.com", secret=SECRET, at=NOW)
    with pytest.raises(attempts.TooManyGuesses, match="too_many_from_there"):
        passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    session.info["source"] = "192.0.2.8"
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    assert len(told(session, Notice.RESET)) == 1


def test_the_administrator_makes_a_link_to_hand_over(session: Session, people: People) -> None:
    secret = passwords.reset_link(session, people.adam, user_named(session), secret=SECRET, at=NOW)
    assert told(session, Notice.RESET) == []
    passwords.reset(session, secret, NEW, NOW)
    assert passwords.fits(user_named(session).password_hash, NEW)


def test_nobody_makes_such_a_link_for_herself(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_yourself"):
        passwords.reset_link(session, people.adam, user_named(session, "adam"), secret=SECRET, at=NOW)
    assert passwords.reset_link(session, None, user_named(session, "adam"), secret=SECRET, at=NOW)


def test_guesses_at_the_login_page_keep_nobody_who_is_in_from_changing_her_password(
    session: Session, people: People
) -> None:
    for _ in range(LIMITS[AttemptKind.PASSWORD].most):
        attempts.count(session, AttemptKind.PASSWORD, email("rut"), NOW)
    rut = user_named(session)
    passwords.change(session, people.rut, rut, current=PASSWORD, new=NEW, token=token("rut"), at=NOW)
    assert passwords.fits(rut.password_hash, NEW)


def test_of_many_guesses_at_once_no_more_are_answered_than_the_limit_leaves(engine: Engine, people: People) -> None:
    most = LIMITS[AttemptKind.PASSWORD].most
    with Session(engine.execution_options(write=True)) as session:
        for _ in range(most - 2):
            attempts.count(session, AttemptKind.PASSWORD, f"user:{people.rut.id}", NOW)
        session.commit()
    answers: list[str] = []

    def guess(number: int) -> None:
        with Session(engine.execution_options(write=True)) as session:
            try:
                passwords.check(session, user_named(session), f"fel lösenord {number}", NOW)
            except NotAllowed as refused:
                answers.append(refused.code)
            session.commit()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["too_many_guesses"] * 4 + ["wrong_password"] * 2


def test_who_comes_by_her_organisation_gets_a_password_too(session: Session, people: People) -> None:
    rut = user_named(session)
    rut.password_hash = None
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    assert told(session, Notice.RESET) == []
    session.add(Identity(user=rut, provider="kommunen", subject="rut", linked_at=NOW, used_at=NOW))
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    assert len(told(session, Notice.RESET)) == 1
    secret = passwords.reset_link(session, people.adam, rut, secret=SECRET, at=NOW)
    passwords.reset(session, secret, NEW, NOW)
    assert passwords.fits(user_named(session).password_hash, NEW)


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("vera", {}, "admin_only"),
        ("lena", {}, "admin_only"),
        ("adam", {"active": False}, "account_closed"),
        ("adam", {"password_hash": None}, "not_opened"),
    ],
)
def test_nobody_else_does_and_not_for_every_account(
    session: Session, people: People, who: str, change: dict[str, object], code: str
) -> None:
    for name, value in change.items():
        setattr(user_named(session), name, value)
    with pytest.raises(NotAllowed, match=code):
        passwords.reset_link(session, getattr(people, who), user_named(session), secret=SECRET, at=NOW)


def test_no_table_and_no_line_of_the_log_holds_a_token(session: Session) -> None:
    secret = asked(session)
    link = session.scalars(select(OneTimeLink)).one()
    assert secret not in (link.nonce, link.token_hash)
    assert link.token_hash == hashed(secret)
    (mail,) = told(session, Notice.RESET)
    assert json.loads(mail.detail) == {"link": link.token_hash}
    assert not [line for line in audit_lines(session) if secret in line.detail or link.nonce in line.detail]
