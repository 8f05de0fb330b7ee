"""Mails about one's own account: by a real relay, with links that work, whatever was chosen, and never too late."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.logins import LinkPurpose
from deviations.domain.notices import ACCOUNT, GUESSED_REST, MailChoice, MailState, Notice
from deviations.domain.roles import Role
from deviations.jobs import work as rounds
from deviations.jobs.work import Work
from deviations.models import OneTimeLink, OutgoingMail, User
from deviations.services import account_mail, accounts, email_changes, outbox, passwords
from tests.factories import NOW
from tests.jobs.conftest import Clock, Worker
from tests.people import PASSWORD, People, email, place
from tests.relay import ADDRESS, SECRET, relay, text_of

WANTED = "rut.rask@example.com"


def user_named(session: Session, name: str = "rut") -> User:
    return session.scalars(select(User).where(User.full_name == name.title())).one()


def states(work: Work) -> dict[Notice, MailState]:
    with Session(work.engine) as session:
        return {mail.kind: mail.state for mail in session.scalars(select(OutgoingMail))}


def token_in(text: str, path: str) -> str:
    found = re.search(re.escape(ADDRESS + path) + r"([\w-]{43})\n", text)
    assert found, text
    return found[1]


def invite(session: Session, people: People) -> None:
    accounts.invite(
        session,
        people.lena,
        email="ny@example.com",
        name="Ny",
        role=Role.REPORTER,
        subproject=place(session, "Söder"),
        secret=SECRET,
        at=NOW,
        by_mail=True,
    )


def test_an_invitation_comes_by_mail_and_its_link_opens_the_account(
    session: Session, people: People, worker: Worker
) -> None:
    invite(session, people)
    session.commit()
    with relay() as (box, port):
        assert rounds.send(worker(port)) == 1
    ((to, mail),) = box.taken
    assert (to, mail["To"], mail["Subject"]) == ("ny@example.com", "ny@example.com", "Inbjudan till Mellan stolarna")
    assert mail["List-Unsubscribe"] is None
    assert mail["Auto-Submitted"] == "auto-generated"
    text = text_of(mail)
    assert text.startswith("Hej Ny!\n")
    assert "Lena bjuder in dig till Mellan stolarna, där MIA samlar" in text
    assert "Din roll: medarbetare i Söder." in text
    user = accounts.accept(session, token_in(text, "/inbjudan/"), "sju sjösjuka sjömän", NOW)
    assert user.email == "ny@example.com"


def test_a_forgotten_password_is_chosen_through_the_mailed_link(session: Session, worker: Worker, clock: Clock) -> None:
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
        text = text_of(box.taken[0][1])
        passwords.reset(session, token_in(text, "/nytt-losenord/"), "en alldeles ny mening", NOW)
        session.commit()
        clock.forward(minutes=1)
        rounds.send(worker(port))
    assert [mail["Subject"] for _to, mail in box.taken] == ["Välj ett nytt lösenord", "Ditt lösenord är bytt"]
    assert f"{ADDRESS}/glomt-losenord\n" in text_of(box.taken[1][1])


def test_both_addresses_get_a_link_and_the_old_one_the_last_word(
    session: Session, people: People, worker: Worker, clock: Clock
) -> None:
    ask_to_change(session, people)
    with relay() as (box, port):
        rounds.send(worker(port))
        texts = {to: text_of(mail) for to, mail in box.taken}
        assert texts.keys() == {email("rut"), WANTED}
        assert WANTED in texts[email("rut")]
        assert "Rut" not in texts[WANTED].replace("Rut.Rask", "")  # it may be a stranger's address
        for text in texts.values():
            email_changes.confirm(session, token_in(text, "/bekrafta-adress/"), NOW)
        session.commit()
        clock.forward(minutes=1)
        rounds.send(worker(port))
    to, mail = box.taken[-1]
    assert (to, mail["Subject"]) == (email("rut"), "E-postadressen är bytt")
    assert user_named(session).email == WANTED


def test_both_addresses_are_told_what_the_administrator_changed_and_the_new_one_no_name(
    session: Session, people: People, worker: Worker
) -> None:
    email_changes.change_for(session, people.adam, user_named(session), WANTED, NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    subjects = {to: mail["Subject"] for to, mail in box.taken}
    assert subjects == {
        email("rut"): "E-postadressen är bytt", WANTED: "Ett konto har fått den här e-postadressen",
    }  # fmt: skip
    texts = {to: text_of(mail) for to, mail in box.taken}
    assert texts[email("rut")].startswith("Hej Rut!\n")
    assert "Rut" not in texts[WANTED]  # it may be a stranger's address
    assert f"{ADDRESS}/personuppgifter\n" in texts[WANTED]


def ask_to_change(session: Session, people: People, wanted: str = WANTED) -> None:
    user = user_named(session)
    email_changes.ask(session, people.rut, user, wanted, password=PASSWORD, secret=SECRET, at=NOW)
    session.commit()


def test_a_taken_address_is_told_so_and_gets_no_link(session: Session, people: People, worker: Worker) -> None:
    ask_to_change(session, people, email("rolf"))
    with relay() as (box, port):
        rounds.send(worker(port))
    (mail,) = [mail for to, mail in box.taken if to == email("rolf")]
    assert mail["Subject"] == "Adressen har redan ett konto"
    assert "/bekrafta-adress/" not in text_of(mail)
    assert email("rut") not in text_of(mail)


@pytest.mark.parametrize("choice", list(MailChoice))
def test_nobody_can_choose_to_be_without_them(session: Session, worker: Worker, choice: MailChoice) -> None:
    session.execute(update(User).values(mail_choice=choice))
    account_mail.tell(session, user_named(session), Notice.PASSWORD_CHANGED, NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert [to for to, _mail in box.taken] == [email("rut")]


def test_no_summary_gathers_them(session: Session, worker: Worker, clock: Clock) -> None:
    session.execute(update(User).values(mail_choice=MailChoice.WEEKLY))
    account_mail.tell(session, user_named(session), Notice.PASSWORD_CHANGED, NOW)
    session.commit()
    clock.forward(days=7)
    with Session(worker(None).engine.execution_options(write=True)) as writing:
        assert outbox.summarise(writing, clock()) == 0


def test_a_closed_account_is_told_nothing(session: Session, people: People, worker: Worker) -> None:
    account_mail.tell(session, user_named(session), Notice.ROLE_CHANGED, NOW)
    accounts.set_active(session, people.adam, user_named(session), False, NOW)
    assert not account_mail.tell(session, user_named(session), Notice.PASSWORD_CHANGED, NOW)
    session.commit()
    work = worker(None)
    with relay() as (box, port):
        rounds.send(worker(port))
    assert box.taken == []
    assert states(work) == {Notice.ROLE_CHANGED: MailState.UNWANTED}


@pytest.mark.parametrize("what", ["run out", "used", "replaced", "taken back"])
def test_a_link_that_holds_no_more_is_not_sent(
    session: Session, people: People, worker: Worker, clock: Clock, what: str
) -> None:
    invite(session, people)
    ny = user_named(session, "ny")
    if what == "run out":
        clock.forward(hours=72)
    elif what == "used":
        session.execute(update(OneTimeLink).values(used_at=NOW))
    elif what == "replaced":
        accounts.new_link(session, people.lena, ny, secret=SECRET, at=NOW)
    else:
        accounts.take_back(session, people.lena, ny, NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert box.taken == []
    assert states(worker(None)) == {Notice.INVITED: MailState.UNWANTED}


def test_a_number_that_is_given_again_leads_to_nobody_elses_link(
    session: Session, people: People, worker: Worker
) -> None:
    """SQLite gives the last number again when its row is gone; a waiting mail must not carry another's key."""
    passwords.ask_reset(session, email("rut"), secret=SECRET, at=NOW)
    first = session.scalars(select(OneTimeLink)).one()
    mail = session.scalars(select(OutgoingMail)).one()
    session.delete(first)
    session.flush()
    passwords.ask_reset(session, email("rolf"), secret=SECRET, at=NOW)
    session.delete(session.scalars(select(OutgoingMail).where(OutgoingMail.id != mail.id)).one())
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert box.taken == []


def test_a_relay_that_was_away_gets_them_later(session: Session, worker: Worker, clock: Clock) -> None:
    account_mail.tell(session, user_named(session), Notice.PASSWORD_CHANGED, NOW)
    session.commit()
    with relay() as (box, port):
        box.data = "451 later"
        rounds.send(worker(port))
        box.data = "250 OK"
        clock.forward(minutes=2)
        assert rounds.send(worker(port)) == 1


def test_guesses_are_told_once_an_hour(session: Session) -> None:
    rut = user_named(session)
    told = [account_mail.tell(session, rut, Notice.GUESSED, NOW + timedelta(minutes=m)) for m in (0, 5, 59)]
    assert told == [True, False, False]
    assert account_mail.tell(session, rut, Notice.GUESSED, NOW + GUESSED_REST)
    assert account_mail.tell(session, user_named(session, "rolf"), Notice.GUESSED, NOW)


def test_wrong_codes_are_told_beside_wrong_passwords_for_they_are_worse(session: Session, worker: Worker) -> None:
    rut = user_named(session)
    for kind in ("password", "code", "password", "code"):
        account_mail.tell(session, rut, Notice.GUESSED, NOW, detail={"kind": kind})
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    subjects = [mail["Subject"] for _to, mail in box.taken]
    assert subjects == ["Många fel lösenord på ditt konto", "Många fel koder på ditt konto"]
    assert "Välj ett nytt lösenord direkt" in text_of(box.taken[1][1])


@pytest.mark.parametrize("kind", [Notice.GUESSED, Notice.FACTOR_CHANGED, Notice.SSO_LINKED])
def test_who_has_no_password_is_not_told_to_change_it(session: Session, worker: Worker, kind: Notice) -> None:
    rut = user_named(session)
    rut.password_hash = None
    details = [{"kind": "password"}, {"kind": "code"}] if kind is Notice.GUESSED else [WORDS[kind][0]]
    for detail in details:
        account_mail.tell(session, rut, kind, NOW, detail=detail)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert len(box.taken) == len(details)
    for _to, mail in box.taken:
        assert "/glomt-losenord" not in text_of(mail)
        assert "byt lösenord" not in text_of(mail).casefold()
        assert "administratören" in text_of(mail)


def test_the_same_at_the_same_moment_is_told_once(session: Session) -> None:
    rut = user_named(session)
    assert account_mail.tell(session, rut, Notice.ROLE_CHANGED, NOW)
    assert not account_mail.tell(session, rut, Notice.ROLE_CHANGED, NOW)
    assert account_mail.tell(session, rut, Notice.PASSWORD_CHANGED, NOW)


WORDS: dict[Notice, tuple[dict[str, object], str]] = {
    Notice.PASSWORD_CHANGED: ({}, "Ditt lösenord är bytt"),
    Notice.GUESSED: ({}, "Många fel lösenord på ditt konto"),
    Notice.ROLE_CHANGED: ({}, "Din roll är ändrad"),
    Notice.FACTOR_CHANGED: ({"on": True}, "Tvåstegsinloggning är påslagen"),
    Notice.SSO_LINKED: ({"provider": "Haninge"}, "Ditt konto är kopplat till Haninge"),
    Notice.ADDRESS_CHANGED: ({}, "E-postadressen är bytt"),
}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_each_says_what_has_happened_and_what_to_do(session: Session, worker: Worker, kind: Notice) -> None:
    detail, subject = WORDS[kind]
    account_mail.tell(session, user_named(session), kind, NOW, detail=detail)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    ((_to, mail),) = box.taken
    assert mail["Subject"] == subject
    assert text_of(mail).startswith("Hej Rut!\n")
    assert "{" not in text_of(mail) and "%(" not in text_of(mail) and "None" not in text_of(mail)


def test_who_chose_english_reads_english(session: Session, worker: Worker) -> None:
    rut = user_named(session)
    rut.language = "en"
    account_mail.tell(session, rut, Notice.PASSWORD_CHANGED, NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    ((_to, mail),) = box.taken
    assert mail["Subject"] == "Your password has been changed"
    assert "Was it not you who changed it?" in text_of(mail)


def test_every_kind_of_account_mail_is_tried_here_or_carries_a_link() -> None:
    linked = {Notice.INVITED, Notice.RESET, Notice.ADDRESS_OLD, Notice.ADDRESS_NEW}
    assert linked | WORDS.keys() == ACCOUNT


@pytest.mark.parametrize("on", [True, False, None])
def test_a_changed_factor_is_said_to_be_on_or_off(session: Session, worker: Worker, on: bool | None) -> None:
    detail = {} if on is None else {"on": on}
    account_mail.tell(session, user_named(session), Notice.FACTOR_CHANGED, NOW, detail=detail)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    word = {True: "påslagen", False: "avstängd", None: "ändrad"}[on]
    assert box.taken[0][1]["Subject"].endswith(word)


def test_new_recovery_codes_and_a_role_that_the_administrator_took_are_told_in_their_own_words(
    session: Session, worker: Worker
) -> None:
    account_mail.tell(session, user_named(session), Notice.FACTOR_CHANGED, NOW, detail={"codes": True})
    account_mail.tell(session, user_named(session, "vera"), Notice.ROLE_CHANGED, NOW, detail={"herself": "steering"})
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert {mail["Subject"] for _to, mail in box.taken} == {
        "Nya reservkoder är gjorda",
        "Administratören har gett sig själv en roll",
    }
    assert "Du är utloggad överallt" not in "".join(text_of(mail) for _to, mail in box.taken)


def test_who_has_no_role_left_is_told_so(session: Session, worker: Worker) -> None:
    rut = user_named(session)
    rut.memberships.clear()
    account_mail.tell(session, rut, Notice.ROLE_CHANGED, NOW)
    session.commit()
    with relay() as (box, port):
        rounds.send(worker(port))
    assert "Just nu har du ingen roll" in text_of(box.taken[0][1])


def test_the_links_are_for_what_they_say(session: Session, people: People) -> None:
    ask_to_change(session, people)
    purposes = session.scalars(select(OneTimeLink.purpose).order_by(OneTimeLink.id)).all()
    assert purposes == [LinkPurpose.OLD_ADDRESS, LinkPurpose.NEW_ADDRESS]
