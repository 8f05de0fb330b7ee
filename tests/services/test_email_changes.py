"""Another address: asked for with the password, confirmed at both, taken back at either, and never telling whose."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.logins import AttemptKind, LinkPurpose
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import EmailChange, LoginSession, OneTimeLink, OutgoingMail, User
from deviations.queries import one_time_links as queries
from deviations.services import accounts, attempts, email_changes, one_time_links, passwords
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email
from tests.relay import SECRET

OLD, NEW = LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS
WANTED = "rut.rask@example.com"


def user_named(session: Session, name: str = "rut") -> User:
    return session.scalars(select(User).where(User.full_name == name.title())).one()


def ask(session: Session, people: People, wanted: str = WANTED, password: str = PASSWORD, hours: float = 0) -> None:
    email_changes.ask(
        session,
        people.rut,
        user_named(session),
        wanted,
        password=password,
        secret=SECRET,
        at=NOW + timedelta(hours=hours),
    )


def link(session: Session, purpose: LinkPurpose) -> str:
    return one_time_links.token(
        session.scalars(select(OneTimeLink).where(OneTimeLink.purpose == purpose)).one(), SECRET
    )


def mails(session: Session) -> list[tuple[Notice, str]]:
    found = session.execute(select(OutgoingMail.kind, OutgoingMail.address).order_by(OutgoingMail.id))
    return [(kind, address) for kind, address in found]


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)])
def test_the_address_is_hers_when_both_have_said_so(
    session: Session, people: People, order: tuple[LinkPurpose, LinkPurpose]
) -> None:
    ask(session, people, " Rut.Rask@Example.com ")
    assert mails(session) == [(Notice.ADDRESS_OLD, email("rut")), (Notice.ADDRESS_NEW, WANTED)]
    tokens = [link(session, purpose) for purpose in order]
    email_changes.confirm(session, tokens[0], NOW)
    assert user_named(session).email == email("rut")
    change = email_changes.confirm(session, tokens[1], NOW)
    assert user_named(session).email == WANTED
    assert change.ended_at == NOW
    assert mails(session)[2:] == [(Notice.ADDRESS_CHANGED, email("rut"))]
    for token in tokens:
        with pytest.raises(NotFound):
            email_changes.confirm(session, token, NOW)
    actions = [line.action for line in audit_lines(session, f"user:{people.rut.id}")]
    assert actions == ["account.address_asked", "account.address_confirmed", "account.address_changed"]


def test_one_address_can_not_say_yes_for_the_other(session: Session, people: People) -> None:
    ask(session, people)
    token = link(session, OLD)
    email_changes.confirm(session, token, NOW)
    with pytest.raises(NotFound):
        email_changes.confirm(session, token, NOW)
    assert user_named(session).email == email("rut")


def test_the_links_hold_for_a_day(session: Session, people: People) -> None:
    ask(session, people)
    email_changes.confirm(session, link(session, OLD), NOW + timedelta(hours=23.9))
    with pytest.raises(NotFound):
        email_changes.confirm(session, link(session, NEW), NOW + timedelta(hours=24))
    assert queries.open_change(session, people.rut.id, NOW + timedelta(hours=24)) is None


@pytest.mark.parametrize("logins_left", [OLD, NEW])
def test_a_no_takes_it_back_and_the_old_address_also_logs_everybody_out(
    session: Session, people: People, logins_left: LinkPurpose
) -> None:
    ask(session, people)
    tokens = {purpose: link(session, purpose) for purpose in (OLD, NEW)}
    assert email_changes.refuse(session, tokens[logins_left], NOW) is logins_left
    left = session.scalar(select(func.count()).select_from(LoginSession).where(LoginSession.user_id == people.rut.id))
    assert left == (0 if logins_left is OLD else 1)
    for token in tokens.values():
        with pytest.raises(NotFound):
            email_changes.confirm(session, token, NOW)
    assert user_named(session).email == email("rut")


def test_a_taken_address_is_answered_like_any_other(session: Session, people: People) -> None:
    """Only the mail that goes there, and whoever presses its link, learns that the address has an account."""
    ask(session, people, email("rolf").upper())
    assert mails(session) == [(Notice.ADDRESS_OLD, email("rut")), (Notice.ADDRESS_NEW, email("rolf"))]
    email_changes.confirm(session, link(session, OLD), NOW)
    with pytest.raises(NotAllowed, match="email_taken"):
        email_changes.confirm(session, link(session, NEW), NOW)
    assert queries.open_change(session, people.rut.id, NOW) is None
    assert user_named(session).email == email("rut")


def test_an_address_that_was_taken_meanwhile_stays_with_its_account(session: Session, people: People) -> None:
    ask(session, people)
    email_changes.confirm(session, link(session, NEW), NOW)
    user_named(session, "rolf").email = WANTED
    session.flush()
    change = email_changes.confirm(session, link(session, OLD), NOW)
    assert change.ended_at == NOW
    assert user_named(session).email == email("rut")


@pytest.mark.parametrize(
    ("wanted", "password", "code"),
    [(WANTED, "fel lösenord", "wrong_password"), ("RUT@example.com", PASSWORD, "same_email")],
)
def test_what_is_refused_mails_nobody(session: Session, people: People, wanted: str, password: str, code: str) -> None:
    with pytest.raises(NotAllowed, match=code):
        ask(session, people, wanted, password)
    assert mails(session) == []


def test_nobodys_letter_box_is_filled(session: Session, people: People) -> None:
    for hour in range(5):
        ask(session, people, f"{hour}@example.com", hours=hour)
    with pytest.raises(attempts.TooManyGuesses, match="too_many_changes"):
        ask(session, people, hours=5)
    ask(session, people, hours=24)


def test_another_change_replaces_the_one_before(session: Session, people: People) -> None:
    ask(session, people, "forst@example.com")
    before = link(session, NEW)
    ask(session, people)
    with pytest.raises(NotFound):
        email_changes.confirm(session, before, NOW)
    assert [change.ended_at for change in session.scalars(select(EmailChange).order_by(EmailChange.id))] == [NOW, None]
    email_changes.cancel(session, people.rut, user_named(session), NOW)
    assert session.scalars(select(OneTimeLink)).all() == []


def test_a_link_for_a_password_that_went_to_the_old_address_is_dead(session: Session, people: People) -> None:
    ask(session, people)
    email_changes.confirm(session, link(session, OLD), NOW)
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    reset = link(session, LinkPurpose.RESET)
    email_changes.confirm(session, link(session, NEW), NOW)
    with pytest.raises(NotFound):
        passwords.reset(session, reset, "en alldeles ny mening", NOW)


def test_guesses_at_the_password_count(session: Session, people: People) -> None:
    for _ in range(10):
        with pytest.raises(NotAllowed, match="wrong_password"):
            ask(session, people, password="fel lösenord")
    with pytest.raises(attempts.TooManyGuesses):
        ask(session, people)
    with pytest.raises(attempts.TooManyGuesses):
        attempts.check(session, AttemptKind.PASSWORD, f"user:{people.rut.id}", NOW)


def test_the_administrator_changes_it_for_whoever_lost_her_letter_box(session: Session, people: People) -> None:
    rut = user_named(session)
    email_changes.change_for(session, people.adam, rut, " Rut.Rask@example.com", NOW)
    assert rut.email == WANTED
    assert mails(session) == [(Notice.ADDRESS_CHANGED, email("rut")), (Notice.ADDRESS_CHANGED, WANTED)]
    assert session.scalars(select(LoginSession).where(LoginSession.user_id == rut.id)).all() == []


def test_what_was_mailed_to_a_mistyped_address_opens_nothing_when_it_is_corrected(
    session: Session, people: People
) -> None:
    sent = accounts.invite(
        session, people.adam, email="wrong@stranger.example", name="Nora", role=Role.STEERING, subproject=None,
        secret=SECRET, at=NOW, by_mail=True,
    )  # fmt: skip
    email_changes.change_for(session, people.adam, user_named(session, "nora"), "nora@example.com", NOW)
    with pytest.raises(NotFound):
        accounts.accept(session, sent, "sju sjösjuka sjömän", NOW)


def test_nobody_changes_her_own_without_her_password(session: Session, people: People) -> None:
    adam = user_named(session, "adam")
    with pytest.raises(NotAllowed, match="not_yourself"):
        email_changes.change_for(session, people.adam, adam, "thief@example.com", NOW)
    assert adam.email == email("adam")


@pytest.mark.parametrize(
    ("who", "wanted", "code"),
    [
        ("lena", WANTED, "admin_only"),
        ("rut", WANTED, "admin_only"),
        ("adam", "Rolf@example.com", "email_taken"),
        ("adam", "rut@example.com", "same_email"),
    ],
)
def test_nobody_else_does_and_not_to_any_address(
    session: Session, people: People, who: str, wanted: str, code: str
) -> None:
    with pytest.raises(NotAllowed, match=code):
        email_changes.change_for(session, getattr(people, who), user_named(session), wanted, NOW)
    assert user_named(session).email == email("rut")
