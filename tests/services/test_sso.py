"""Whose account it is when somebody comes by her organisation's login, on both databases."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier as Gate
from threading import Thread

import pyotp
import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from deviations.adapters.oidc_answers import Ended, Person
from deviations.adapters.oidc_settings import Provider
from deviations.domain.logins import AttemptKind, Lifetime, LinkPurpose, LoginWay, Visit
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import Attempt, Identity, LoginSession, OutgoingMail, PendingLogin, Setting, User
from deviations.queries import identities
from deviations.queries import people as queries
from deviations.services import accounts, audit, one_time_links, passwords, second_factor, sso
from deviations.services.logins import Halfway, Opened
from deviations.services.tokens import hashed
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email, place, token

SECRET = "a secret of this test alone, long enough"
LIFETIME = Lifetime(whole=timedelta(hours=12), idle=timedelta(hours=1))
WEAK, STRONG = "http://id.sambi.se/loa/loa2", "http://id.sambi.se/loa/loa3"
KOMMUNEN = Provider(
    name="kommunen",
    label="Kommunen",
    issuer="https://login.example.com",
    client_id="avvikelser",
    client_secret="secret",
    domains=frozenset({"example.com"}),
    strong=(STRONG,),
)
REGIONEN = replace(KOMMUNEN, name="regionen", issuer="https://login.example.org", domains=frozenset({"example.org"}))


def somebody(who: str = "rut", level: str = "", **more: object) -> Person:
    known = Person(f"subject of {who}", email(who), True, who.title(), level, f"session of {who}", "the id token")
    return replace(known, **more)  # type: ignore[arg-type]


def enter(session: Session, person: Person, provider: Provider = KOMMUNEN, at: datetime = NOW) -> Opened | Halfway:
    return sso.enter(session, provider, person, at, Visit(LIFETIME, "192.0.2.7", "Firefox"), secret=SECRET)


def refused(session: Session, person: Person, provider: Provider = KOMMUNEN) -> str:
    """Why somebody is not let in; the refusal must be in the log, and nobody linked."""
    before = session.scalar(select(func.count()).select_from(Identity))
    with pytest.raises(NotAllowed) as error:
        enter(session, person, provider)
    line = audit_lines(session)[-1]
    assert (line.action, json.loads(line.detail)) == (
        "login.failed",
        {"provider": provider.name, "why": error.value.code},
    )
    assert session.scalar(select(func.count()).select_from(Identity)) == before
    assert session.scalar(select(func.count()).select_from(LoginSession).where(LoginSession.provider != "")) == 0
    return error.value.code


def user_named(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.email == email(name))).one()


def need_factor(session: Session, roles: Collection[Role]) -> None:
    session.merge(Setting(name="security", value=json.dumps({"second_factor": list(roles)})))


@pytest.fixture(autouse=True)
def nobody_needs_a_factor(session: Session) -> None:
    need_factor(session, ())


@pytest.fixture(autouse=True)
def nobody_has_a_password(session: Session) -> None:
    """An account with one is linked by its owner, never by its address."""
    session.execute(update(User).values(password_hash=None, password_changed_at=None))
    session.commit()


def give_password(session: Session, name: str) -> None:
    accounts.set_password(session, user_named(session, name), PASSWORD, NOW)


def test_an_account_with_a_password_is_not_linked_by_its_address(session: Session) -> None:
    give_password(session, "rut")
    assert refused(session, somebody()) == "sso_needs_link"
    sso.link(session, KOMMUNEN, somebody(), user_named(session, "rut"), NOW)
    assert isinstance(enter(session, somebody()), Opened)


def test_what_was_printed_for_an_account_opens_it_no_more_when_its_owner_has_come(
    session: Session, people: People
) -> None:
    invitation = accounts.invite(
        session, people.lena, email=email("nora"), name="Nora", role=Role.REPORTER, subproject=place(session, "Söder"),
        secret=SECRET, at=NOW,
    )  # fmt: skip
    reset = one_time_links.make(session, user_named(session, "nora"), LinkPurpose.RESET, secret=SECRET, by=None, at=NOW)
    enter(session, somebody("nora"))
    with pytest.raises(NotFound):
        accounts.accept(session, invitation, "sju sjösjuka sjömän", NOW)
    with pytest.raises(NotFound):
        passwords.reset(session, one_time_links.token(reset, SECRET), "sju sjösjuka sjömän", NOW)
    assert user_named(session, "nora").password_hash is None


def test_linking_asks_for_the_password_and_the_code(session: Session) -> None:
    give_password(session, "rut")
    rut = user_named(session, "rut")

    def ask(password: str, typed: str = "", token: str = "") -> None:
        sso.check_owner(session, rut, NOW, password=password, typed=typed, secret=SECRET, token=token)

    ask(PASSWORD)
    with pytest.raises(NotAllowed, match="wrong_password"):
        ask("fel lösenord")
    app = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    then = NOW - timedelta(hours=1)
    (spare, *_more) = second_factor.set_up(
        session, rut, app, pyotp.TOTP(app).at(then), then, password=PASSWORD, secret=SECRET, token=""
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="wrong_code"):
        ask(PASSWORD)
    ask(PASSWORD, spare)


def test_linking_with_neither_asks_to_have_come_by_a_login_service(session: Session) -> None:
    found = enter(session, somebody())
    sso.check_owner(session, found.user, NOW, password="", typed="", secret=SECRET, token=found.token)
    with pytest.raises(NotAllowed, match="no_password"):
        sso.check_owner(session, found.user, NOW, password="", typed="", secret=SECRET, token=token("rut"))


def test_refusals_count_against_the_network_address(session: Session) -> None:
    refused(session, somebody("nora"), replace(KOMMUNEN, creates=False))
    counted = select(func.count()).select_from(Attempt).where(Attempt.kind == AttemptKind.SOURCE)
    assert session.scalar(counted) == 1


def test_a_verified_address_opens_the_account_and_links_it(session: Session) -> None:
    found = enter(session, somebody())
    assert isinstance(found, Opened)
    assert found.user.email == email("rut")
    (identity,) = identities.of(session, found.user.id)
    assert (identity.provider, identity.subject) == ("kommunen", "subject of rut")
    login = session.scalars(select(LoginSession).where(LoginSession.provider == "kommunen")).one()
    assert (login.way, login.provider_session, login.source) == (LoginWay.SSO, "session of rut", "192.0.2.7")
    assert "the id token" not in login.id_token
    assert sso.id_token(login, SECRET) == "the id token"
    assert sso.id_token(login, "another secret, just as long") == ""
    assert [line.action for line in audit_lines(session, f"user:{found.user.id}")] == ["identity.linked", "login.done"]


def test_the_owner_is_told_by_mail_the_first_time_only(session: Session) -> None:
    enter(session, somebody())
    enter(session, somebody(), at=NOW + timedelta(days=1))
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.kind == Notice.SSO_LINKED)).all()
    assert [json.loads(mail.detail) for mail in mails] == [{"provider": "Kommunen"}]
    assert mails[0].user_id == user_named(session, "rut").id


def test_she_is_known_again_by_the_services_own_name_whatever_her_address_is_now(session: Session) -> None:
    enter(session, somebody())
    found = enter(session, somebody(email="other@elsewhere.example", verified=False), at=NOW + timedelta(days=1))
    assert found.user.email == email("rut")
    (identity,) = identities.of(session, found.user.id)
    assert identity.used_at == NOW + timedelta(days=1)


def test_who_is_nobody_yet_gets_an_account_that_waits_for_a_role(session: Session) -> None:
    found = enter(session, somebody("nora"))
    assert (found.user.email, found.user.name, found.user.memberships) == (email("nora"), "Nora", [])
    assert found.user.password_hash is None
    lines = [line.action for line in audit_lines(session, f"user:{found.user.id}")]
    assert lines == ["account.came_by_sso", "login.done"]
    assert enter(session, somebody("nora")).user is found.user


def test_a_name_that_is_a_number_is_not_taken(session: Session) -> None:
    assert enter(session, somebody("nora", name="19121212-1212")).user.name == "nora"
    assert enter(session, somebody("nils", name="")).user.name == "nils"


def test_an_instance_may_let_nobody_new_in(session: Session) -> None:
    assert refused(session, somebody("nora"), replace(KOMMUNEN, creates=False)) == "sso_unknown"
    assert isinstance(enter(session, somebody(), replace(KOMMUNEN, creates=False)), Opened)


@pytest.mark.parametrize("change", [{"verified": False}, {"email": "", "verified": False}, {"email": ""}])
def test_an_address_that_is_not_verified_opens_nothing(session: Session, change: dict[str, object]) -> None:
    assert refused(session, somebody("rut", **change)) == "sso_mail_unverified"  # type: ignore[arg-type]


def test_a_service_speaks_for_its_own_domains_only(session: Session) -> None:
    assert refused(session, somebody(), REGIONEN) == "sso_mail_elsewhere"
    assert refused(session, somebody("nora"), REGIONEN) == "sso_mail_elsewhere"


def test_one_services_name_for_somebody_says_nothing_at_another(session: Session) -> None:
    enter(session, somebody())
    other = enter(session, somebody(email="rut@example.org"), REGIONEN)
    assert other.user.email == "rut@example.org"
    assert other.user.memberships == []


def test_a_closed_account_stays_closed(session: Session) -> None:
    user_named(session, "rolf").active = False
    assert refused(session, somebody("rolf")) == "sso_closed"
    enter(session, somebody())
    session.execute(LoginSession.__table__.delete())  # type: ignore[attr-defined]
    user_named(session, "rut").active = False
    assert refused(session, somebody()) == "sso_closed"


def test_an_address_that_has_been_given_to_somebody_else_does_not_open_the_first_ones_account(session: Session) -> None:
    enter(session, somebody())
    session.execute(LoginSession.__table__.delete())  # type: ignore[attr-defined]
    assert refused(session, somebody(subject="a new person with the old address")) == "sso_other_person"


def test_an_account_whose_role_needs_a_second_factor_is_not_linked_by_address_alone(session: Session) -> None:
    need_factor(session, [Role.COORDINATOR])
    give_password(session, "vera")
    assert refused(session, somebody("vera")) == "sso_needs_level"
    assert refused(session, somebody("vera", WEAK)) == "sso_needs_level"
    user_named(session, "vera").password_hash = None
    assert isinstance(enter(session, somebody("vera", STRONG)), Opened)
    assert isinstance(enter(session, somebody("rut")), Opened)


def test_an_account_that_has_a_second_factor_is_not_linked_by_address_alone(session: Session) -> None:
    give_password(session, "rut")
    user_named(session, "rut").totp_confirmed_at = NOW
    assert refused(session, somebody()) == "sso_needs_level"


def test_a_linked_account_is_asked_for_its_code_unless_the_level_stands_in_for_it(session: Session) -> None:
    rut = user_named(session, "rut")
    sso.link(session, KOMMUNEN, somebody(), rut, NOW)
    rut.totp_confirmed_at = NOW
    found = enter(session, somebody("rut", WEAK))
    assert isinstance(found, Halfway)
    assert not found.enrol
    assert session.scalars(select(PendingLogin.user_id)).all() == [rut.id]
    assert isinstance(enter(session, somebody("rut", STRONG)), Opened)


def test_who_has_never_come_in_is_sent_to_her_invitation_first(session: Session) -> None:
    need_factor(session, [Role.COORDINATOR])
    assert refused(session, somebody("vera")) == "sso_open_first"


APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_code(session: Session, who: str = "vera", at: datetime = NOW) -> Opened:
    """Somebody whose role needs a second factor comes by her organisation, and sets it up or writes a code."""
    need_factor(session, [Role.COORDINATOR])
    if identities.linked(session, KOMMUNEN.name, user_named(session, who).id) is None:
        sso.link(session, KOMMUNEN, somebody(who), user_named(session, who), at)
    half, typed = enter(session, somebody(who, WEAK), at=at), pyotp.TOTP(APP).at(at)
    assert isinstance(half, Halfway)
    if not half.enrol:
        return second_factor.complete(session, half.token, typed, at, Visit(LIFETIME), secret=SECRET)
    return second_factor.enrol(session, half.token, APP, typed, at, Visit(LIFETIME), secret=SECRET)[0]


def test_a_login_that_a_code_completed_still_knows_by_whom_it_came(session: Session) -> None:
    for at, way in ((NOW, LoginWay.CODE), (NOW + timedelta(minutes=1), LoginWay.CODE)):  # set up, then written
        opened = with_code(session, at=at)
        login = session.scalars(select(LoginSession).where(LoginSession.token_hash == hashed(opened.token))).one()
        assert (login.way, login.provider, login.provider_session) == (way, "kommunen", "session of vera")
        assert sso.id_token(login, SECRET) == "the id token"


def test_it_ends_when_it_ends_there_and_so_does_one_that_waits_for_its_code(session: Session) -> None:
    opened = with_code(session)
    later = NOW + timedelta(minutes=1)
    half = enter(session, somebody("vera", WEAK), at=later)
    assert (
        sso.end_there(session, KOMMUNEN, Ended(subject="subject of vera", session="", at=later, id="one"), later) == 2
    )
    assert session.scalars(select(LoginSession).where(LoginSession.token_hash == hashed(opened.token))).all() == []
    with pytest.raises(NotFound):
        second_factor.complete(session, half.token, pyotp.TOTP(APP).at(later), later, Visit(LIFETIME), secret=SECRET)


def test_it_ends_when_its_link_is_taken_away(session: Session, people: People) -> None:
    opened = with_code(session)
    half = enter(session, somebody("vera", WEAK))
    (identity,) = identities.of(session, opened.user.id)
    sso.unlink(session, people.adam, identity.id, NOW)
    assert session.scalars(select(LoginSession).where(LoginSession.token_hash == hashed(opened.token))).all() == []
    assert session.scalars(select(PendingLogin).where(PendingLogin.token_hash == hashed(half.token))).all() == []


def test_two_first_logins_at_once_make_one_account(engine: Engine, session: Session) -> None:
    session.commit()
    gate, failures = Gate(2), []

    def come() -> None:
        with Session(engine.execution_options(write=True)) as own:
            gate.wait()
            try:
                enter(own, somebody("nora"))
                own.commit()
            except Exception as error:
                failures.append(error)

    threads = [Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert session.scalar(select(func.count()).select_from(User).where(User.email == email("nora"))) == 1


def test_one_links_ones_own_account_whatever_address_the_service_knows(session: Session) -> None:
    rut, known = user_named(session, "rut"), somebody(email="rut@elsewhere.example", verified=False)
    sso.link(session, KOMMUNEN, known, rut, NOW)
    sso.link(session, KOMMUNEN, known, rut, NOW)
    assert enter(session, known).user is rut
    assert len(identities.of(session, rut.id)) == 1


def test_a_login_belongs_to_one_account_and_an_account_has_one_login_at_each_service(session: Session) -> None:
    rut, rolf = user_named(session, "rut"), user_named(session, "rolf")
    sso.link(session, KOMMUNEN, somebody(), rut, NOW)
    with pytest.raises(NotAllowed, match="sso_taken"):
        sso.link(session, KOMMUNEN, somebody(), rolf, NOW)
    with pytest.raises(NotAllowed, match="sso_linked_already"):
        sso.link(session, KOMMUNEN, somebody("eva"), rut, NOW)


def test_taking_a_link_away_ends_what_was_opened_by_it(session: Session, people: People) -> None:
    here, there = enter(session, somebody()), enter(session, somebody())
    give_password(session, "rut")
    (identity,) = identities.of(session, here.user.id)
    sso.unlink(session, people.rut, identity.id, NOW, but=here.token)
    left = session.scalars(select(LoginSession).where(LoginSession.provider == "kommunen")).all()
    assert [login.token_hash for login in left] == [hashed(here.token)]
    assert here.token != there.token
    assert identities.of(session, here.user.id) == []


def test_an_administrator_takes_anybodys_link_away_and_others_only_their_own(session: Session, people: People) -> None:
    user = enter(session, somebody()).user
    (identity,) = identities.of(session, user.id)
    for other in (people.rolf, people.lena, people.vera):
        with pytest.raises(NotFound):
            sso.unlink(session, other, identity.id, NOW)
    sso.unlink(session, people.adam, identity.id, NOW)
    assert identities.of(session, user.id) == []
    with pytest.raises(NotFound):
        sso.unlink(session, people.adam, identity.id, NOW)


def test_the_only_way_in_is_not_taken_away_by_oneself(session: Session, people: People) -> None:
    nora = enter(session, somebody("nora")).user
    (identity,) = identities.of(session, nora.id)
    with pytest.raises(NotAllowed, match="sso_only_way"):
        sso.unlink(session, queries.actor_of(nora), identity.id, NOW)
    sso.unlink(session, people.adam, identity.id, NOW)


# Logged out at the service


def ended(**more: object) -> Ended:
    known = Ended(subject="subject of rut", session="session of rut", at=NOW + timedelta(minutes=5), id="token-1")
    return replace(known, **more)  # type: ignore[arg-type]


def open_logins(session: Session) -> list[str]:
    return list(session.scalars(select(LoginSession.provider_session).where(LoginSession.provider != "")))


@pytest.mark.parametrize("how", [{}, {"subject": ""}, {"session": ""}])
def test_a_login_that_ended_there_ends_here(session: Session, how: dict[str, object]) -> None:
    enter(session, somebody())
    enter(session, somebody("rolf"))
    assert sso.end_there(session, KOMMUNEN, ended(**how), NOW) == 1
    assert open_logins(session) == ["session of rolf"]
    line = audit_lines(session)[-1]
    assert (line.action, line.subject) == ("login.ended_there", f"user:{user_named(session, 'rut').id}")


def test_by_her_name_all_her_logins_end_and_by_the_session_only_that_one(session: Session) -> None:
    enter(session, somebody())
    enter(session, somebody(session="on her telephone"))
    assert sso.end_there(session, KOMMUNEN, ended(), NOW) == 1
    assert open_logins(session) == ["on her telephone"]
    enter(session, somebody())
    assert sso.end_there(session, KOMMUNEN, ended(session="", id="token-2"), NOW) == 2


def test_a_login_by_password_goes_on(session: Session) -> None:
    rut = enter(session, somebody()).user
    sso.end_there(session, KOMMUNEN, ended(session=""), NOW)
    ways = session.scalars(select(LoginSession.way).where(LoginSession.user_id == rut.id)).all()
    assert ways == [LoginWay.PASSWORD]


@pytest.mark.parametrize("how", [{"subject": "nobody"}, {"session": "none"}, {"subject": "subject of rolf"}])
def test_what_does_not_fit_ends_nothing(session: Session, how: dict[str, object]) -> None:
    enter(session, somebody())
    assert sso.end_there(session, KOMMUNEN, ended(**how), NOW) == 0
    assert open_logins(session) == ["session of rut"]


def test_another_service_ends_nothing(session: Session) -> None:
    enter(session, somebody())
    assert sso.end_there(session, REGIONEN, ended(), NOW) == 0


def test_a_token_that_comes_again_ends_nothing_more(session: Session) -> None:
    enter(session, somebody())
    assert sso.end_there(session, KOMMUNEN, ended(), NOW) == 1
    lines = len(audit_lines(session))
    enter(session, somebody())
    assert sso.end_there(session, KOMMUNEN, ended(), NOW + timedelta(minutes=9)) == 0
    assert open_logins(session) == ["session of rut"]
    assert len(audit_lines(session)) == lines + 1  # her new login's


def test_a_token_from_before_a_login_does_not_end_it(session: Session) -> None:
    enter(session, somebody(), at=NOW)
    assert sso.end_there(session, KOMMUNEN, ended(at=NOW - timedelta(minutes=5)), NOW) == 0


def test_the_log_still_fits_its_chain(session: Session, people: People) -> None:
    user = enter(session, somebody()).user
    enter(session, somebody("nora"))
    sso.end_there(session, KOMMUNEN, ended(), NOW)
    sso.unlink(session, people.adam, identities.of(session, user.id)[0].id, NOW)
    assert audit.verify(session)[1] is None
