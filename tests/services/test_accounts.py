"""Accounts: an invitation works once and for 72 hours, is renewed and taken back, and closing an account bites."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.domain.logins import LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import Identity, LoginSession, Membership, OneTimeLink, OutgoingMail, User
from deviations.queries import one_time_links as queries
from deviations.queries import staff
from deviations.services import accounts, attempts, passwords
from deviations.services.checks import PersonalData
from deviations.services.tokens import hashed
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email, place, token
from tests.relay import SECRET

CHOSEN = "sju sjösjuka sjömän"


def user_named(session: Session, name: str) -> User:
    return session.scalars(select(User).where(User.full_name == name.title())).one()


def invited(session: Session, address: str = "Nora@Example.com", by_mail: bool = False) -> str:
    return accounts.invite(
        session,
        None,
        email=address,
        name=" Nora ",
        role=Role.REPORTER,
        subproject=place(session, "Söder"),
        secret=SECRET,
        at=NOW,
        by_mail=by_mail,
    )


def holds(session: Session, secret: str, hours: float = 0) -> bool:
    try:
        queries.holding(session, (LinkPurpose.INVITATION,), hashed(secret), NOW + timedelta(hours=hours))
    except NotFound:
        return False
    return True


def test_an_invitation_opens_the_account_once(session: Session) -> None:
    secret = invited(session)
    user = accounts.accept(session, secret, CHOSEN, NOW)
    assert (user.email, user.name) == ("nora@example.com", "Nora")
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert passwords.fits(user.password_hash, CHOSEN)
    with pytest.raises(NotFound):
        accounts.accept(session, secret, "ett annat lösenord", NOW)


@pytest.mark.parametrize(("hours", "works"), [(71.9, True), (72, False), (100, False)])
def test_an_invitation_holds_for_72_hours(session: Session, hours: float, works: bool) -> None:
    assert holds(session, invited(session), hours) is works


def test_the_database_keeps_no_token(session: Session) -> None:
    secret = invited(session)
    link = session.scalars(select(OneTimeLink)).one()
    assert link.token_hash == hashed(secret)
    assert secret not in (link.token_hash, link.nonce)


def test_a_link_for_something_else_is_no_invitation(session: Session) -> None:
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    link = session.scalars(select(OneTimeLink)).one()
    with pytest.raises(NotFound):
        queries.holding(session, (LinkPurpose.INVITATION,), link.token_hash, NOW)


def test_a_new_link_replaces_the_old_until_the_account_is_open(session: Session) -> None:
    first = invited(session)
    user = user_named(session, "nora")
    second = accounts.new_link(session, None, user, secret=SECRET, at=NOW)
    assert not holds(session, first)
    accounts.accept(session, second, CHOSEN, NOW)
    with pytest.raises(NotAllowed, match="already_opened"):
        accounts.new_link(session, None, user, secret=SECRET, at=NOW)


def test_an_easy_password_leaves_the_account_unopened(session: Session) -> None:
    secret = invited(session)
    with pytest.raises(NotAllowed, match="password_own"):
        accounts.accept(session, secret, "nora@example.com", NOW)
    assert user_named(session, "nora").password_hash is None
    assert accounts.accept(session, secret, CHOSEN, NOW)


@pytest.mark.parametrize("by_mail", [True, False])
def test_the_link_is_mailed_only_when_that_is_asked_for(session: Session, by_mail: bool) -> None:
    invited(session, by_mail=by_mail)
    mails = session.scalars(select(OutgoingMail.kind)).all()
    assert mails == ([Notice.INVITED] if by_mail else [])


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
            secret=SECRET,
            at=NOW,
        )

    if code is None:
        assert invite()
    else:
        with pytest.raises(NotAllowed, match=code):
            invite()
        assert session.scalar(select(User.id).where(User.email == "ny@example.com")) is None


def by_lena(session: Session, people: People, address: str = "ny@example.com") -> str:
    return accounts.invite(
        session,
        people.lena,
        email=address,
        name="Ny",
        role=Role.REPORTER,
        subproject=place(session, "Söder"),
        secret=SECRET,
        at=NOW,
    )


def test_a_lead_learns_of_a_taken_address_no_more_than_whom_to_ask(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_here"):
        by_lena(session, people, email("rita"))


def test_a_hundred_invitations_a_day_are_enough(session: Session, people: People) -> None:
    for number in range(100):
        by_lena(session, people, f"{number}@example.com")
    with pytest.raises(attempts.TooManyGuesses, match="too_many_invitations"):
        by_lena(session, people)


def test_an_invitation_is_taken_back_and_the_address_can_be_invited_again(session: Session, people: People) -> None:
    first = by_lena(session, people)
    ny = user_named(session, "ny")
    accounts.take_back(session, people.lena, ny, NOW)
    assert not holds(session, first)
    assert (ny.active, ny.closed_at) == (False, NOW)
    second = by_lena(session, people)
    assert user_named(session, "ny") is ny
    assert (ny.active, ny.closed_at) == (True, None)
    assert [held.role for held in ny.memberships] == [Role.REPORTER]
    assert not holds(session, first)
    assert accounts.accept(session, second, CHOSEN, NOW) is ny


def test_a_lead_does_not_take_up_again_what_an_administrator_has_closed(session: Session, people: People) -> None:
    by_lena(session, people)
    ny = user_named(session, "ny")
    accounts.take_back(session, people.lena, ny, NOW)
    by_lena(session, people)
    accounts.set_active(session, people.adam, ny, False, NOW)
    with pytest.raises(NotAllowed, match="not_here"):
        by_lena(session, people)
    assert not ny.active
    invited(session, "ny@example.com")  # by the command line, as by an administrator
    assert ny.active


@pytest.mark.parametrize("opened", ["password", "identity"])
def test_an_invitation_opens_no_account_that_has_its_owner_already(session: Session, opened: str) -> None:
    secret = invited(session)
    nora = user_named(session, "nora")
    if opened == "identity":
        session.add(Identity(user_id=nora.id, provider="x", subject="y", linked_at=NOW, used_at=NOW))
    else:
        accounts.set_password(session, nora, PASSWORD, NOW)
    before = nora.password_hash
    with pytest.raises(NotFound):
        accounts.accept(session, secret, CHOSEN, NOW)
    assert nora.password_hash == before


@pytest.mark.parametrize("opened", ["password", "identity"])
def test_a_closed_account_that_was_opened_once_is_never_given_to_somebody_new(
    session: Session, people: People, opened: str
) -> None:
    rolf = user_named(session, "rolf")
    if opened == "identity":
        rolf.password_hash = None
        session.add(Identity(user_id=rolf.id, provider="x", subject="y", linked_at=NOW, used_at=NOW))
    accounts.set_active(session, people.adam, rolf, False, NOW)
    with pytest.raises(NotAllowed, match="email_taken"):
        invited(session, email("rolf"))
    with pytest.raises(NotAllowed, match="already_opened"):
        accounts.take_back(session, people.adam, rolf, NOW)


@pytest.mark.parametrize("who", ["rut", "lars", "vera", "stina"])
def test_nobody_renews_or_takes_back_what_she_could_not_have_invited(
    session: Session, people: People, who: str
) -> None:
    by_lena(session, people)
    ny, actor = user_named(session, "ny"), getattr(people, who)
    with pytest.raises(NotAllowed, match="may_not_invite"):
        accounts.new_link(session, actor, ny, secret=SECRET, at=NOW)
    with pytest.raises(NotAllowed, match="may_not_invite"):
        accounts.take_back(session, actor, ny, NOW)


def test_a_lead_leaves_an_invitation_alone_that_is_for_more_than_hers(session: Session, people: People) -> None:
    by_lena(session, people)
    ny = user_named(session, "ny")
    accounts.new_link(session, people.lena, ny, secret=SECRET, at=NOW)
    ny.memberships.append(Membership(role=Role.REPORTER, subproject=place(session, "Norr")))
    session.flush()
    with pytest.raises(NotAllowed, match="may_not_invite"):
        accounts.new_link(session, people.lena, ny, secret=SECRET, at=NOW)
    (soder,) = staff.of(session, people.lena)
    (worker,) = [one for one in soder.people if one.user is ny]
    assert (worker.invited, worker.renewable) == (True, False)


def test_a_lead_sees_who_works_in_her_own_subproject(session: Session, people: People) -> None:
    by_lena(session, people)
    accounts.set_active(session, people.adam, user_named(session, "rolf"), False, NOW)
    (soder,) = staff.of(session, people.lena)
    names = {one.user.name: one.invited for one in soder.people}
    assert soder.subproject.name == "Söder"
    assert names.items() >= {("Lena", False), ("Ny", True), ("Rut", False)}
    assert not names.keys() & {"Rolf", "Rita", "Lars", "Vera"}
    assert staff.of(session, people.rut) == []
    for name in ("rita", "vera", "rolf"):
        with pytest.raises(NotFound):
            staff.one(session, people.lena, user_named(session, name).id)


def test_closing_an_account_ends_its_logins_and_its_links(session: Session, people: People) -> None:
    rut = user_named(session, "rut")
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    accounts.set_active(session, people.adam, rut, False, NOW)
    assert session.scalars(select(LoginSession).where(LoginSession.token_hash == hashed(token("rut")))).all() == []
    assert session.scalars(select(OneTimeLink)).all() == []
    assert rut.closed_at == NOW
    accounts.set_active(session, people.adam, rut, True, NOW)
    assert rut.closed_at is None
    assert session.scalars(select(LoginSession).where(LoginSession.user_id == rut.id)).all() == []


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_an_administrator_opens_and_closes_accounts(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="admin_only"):
        accounts.set_active(session, getattr(people, name), user_named(session, "rolf"), False, NOW)


def test_nobody_closes_her_own_account(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_yourself"):
        accounts.set_active(session, people.adam, user_named(session, "adam"), False, NOW)


def test_all_that_happens_to_accounts_stands_in_the_log_without_addresses(session: Session, people: People) -> None:
    user = accounts.accept(session, invited(session), CHOSEN, NOW)
    accounts.set_password(session, user, PASSWORD, NOW)
    accounts.set_active(session, people.adam, user, False, NOW)
    by_lena(session, people)
    accounts.take_back(session, people.lena, user_named(session, "ny"), NOW)
    lines = audit_lines(session)
    assert [line.action for line in lines[-6:]] == [
        "account.invited", "account.opened", "account.password_set", "account.closed", "account.invited",
        "account.invitation_taken_back",
    ]  # fmt: skip
    assert not any("@" in line.subject + line.detail for line in lines)


def test_a_closed_accounts_invitation_is_dead(session: Session, people: People) -> None:
    secret = invited(session)
    accounts.set_active(session, people.adam, user_named(session, "nora"), False, NOW)
    with pytest.raises(NotFound):
        accounts.accept(session, secret, CHOSEN, NOW)


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

    both = [threading.Thread(target=accept, args=(password,)) for password in (CHOSEN, "åtta åar ålar")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    (chosen,) = told
    with Session(engine) as session:
        assert passwords.fits(user_named(session, "nora").password_hash, chosen)


@pytest.mark.parametrize("name", ["Rut 19121212-1212", "rut@example.com"])
def test_a_name_that_is_a_number_or_an_address_is_refused(session: Session, name: str) -> None:
    with pytest.raises(PersonalData):
        accounts.invite(
            session, None, email="ny@example.com", name=name, role=Role.ADMIN, subproject=None, secret=SECRET, at=NOW
        )
