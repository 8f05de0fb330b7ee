"""One person's account as the administrator keeps it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Role
from deviations.models import Identity, LoginSession, Membership, OneTimeLink, OutgoingMail, User
from tests.factories import NOW, audit_lines
from tests.pages import CheckingClient, Page, form_values
from tests.people import People, invite_guest, place
from tests.web.conftest import Browser


def path(person: int) -> str:
    return f"/administration/konton/{person}"


def press(browser: CheckingClient, person: int, act: str) -> int:
    """Presses one of the page's buttons; the status of the answer."""
    return browser.submit(path(person), f"{path(person)}/{act}").status_code


def roles_of(session: Session, person: int) -> set[tuple[Role, int | None]]:
    session.expire_all()
    return {(held.role, held.subproject_id) for held in session.get_one(User, person).memberships}


def test_a_person_gets_a_second_role_elsewhere_and_logs_in_anew(
    session: Session, people: People, adam: CheckingClient, rut: CheckingClient
) -> None:
    norr = place(session, "Norr").id
    session.rollback()
    answer = adam.submit(path(people.rut.id), role="lead", subproject=str(norr))
    assert answer.status_code == 302
    assert (Role.LEAD, norr) in roles_of(session, people.rut.id) and len(roles_of(session, people.rut.id)) == 2
    assert rut.get("/").status_code == 302
    text = adam.page(path(people.rut.id)).text()
    assert "Rollen är tillagd." in text and "delprojektledare, Norr" in text and "medarbetare, Söder" in text
    (mail,) = session.scalars(select(OutgoingMail))
    assert (mail.user_id, mail.kind) == (people.rut.id, "role_changed")


def test_a_role_of_ones_own_is_asked_of_another_administrator_where_there_is_one(
    session: Session, people: People, adam: CheckingClient
) -> None:
    own, add = path(people.adam.id), f"{path(people.adam.id)}/roller"
    assert add in [form.get("action") for form in adam.page(own).all("form")]
    adam.submit(path(people.stina.id), role="admin", subproject="")
    page = adam.page(own)
    assert add not in [form.get("action") for form in page.all("form")]
    assert "En till roll åt dig själv lägger en annan administratör till." in page.text()


@pytest.mark.parametrize(
    ("role", "where", "sentence"),
    [
        ("", "", "Välj en roll."),
        ("lead", "", "hör till ett delprojekt"),
        ("steering", "Norr", "hör till ett delprojekt"),
        ("reporter", "Söder", "har redan den rollen"),
        ("kung", "", "Välj"),
    ],
)
def test_a_role_that_cannot_be_given_says_why(
    session: Session, people: People, adam: CheckingClient, role: str, where: str, sentence: str
) -> None:
    before, id = roles_of(session, people.rut.id), place(session, where).id if where else ""
    session.rollback()
    answer = adam.submit(path(people.rut.id), role=role, subproject=str(id))
    assert answer.status_code == 422
    assert sentence in Page(answer.get_data(as_text=True)).text()
    assert roles_of(session, people.rut.id) == before


def test_a_role_is_taken_away_and_without_any_she_waits(
    session: Session, people: People, adam: CheckingClient, rut: CheckingClient
) -> None:
    (held,) = session.scalars(select(Membership.id).where(Membership.user_id == people.rut.id))
    session.rollback()
    assert press(adam, people.rut.id, f"roller/{held}/ta-bort") == 302
    assert roles_of(session, people.rut.id) == set()
    assert rut.get("/").status_code == 302
    assert "Väntar på en roll" in adam.page(path(people.rut.id)).text()


def test_a_role_of_somebody_else_is_not_found(session: Session, people: People, adam: CheckingClient) -> None:
    (held,) = session.scalars(select(Membership.id).where(Membership.user_id == people.rolf.id))
    session.rollback()
    (key,) = {f.get("value") for f in adam.page(path(people.rut.id)).all("input") if f.get("name") == "csrf_token"}
    answer = adam.post(f"{path(people.rut.id)}/roller/{held}/ta-bort", data={"csrf_token": key})
    assert answer.status_code == 404
    assert len(roles_of(session, people.rolf.id)) == 1


def test_the_last_administrator_keeps_her_role(session: Session, people: People, adam: CheckingClient) -> None:
    (held,) = session.scalars(select(Membership.id).where(Membership.user_id == people.adam.id))
    session.rollback()
    assert press(adam, people.adam.id, f"roller/{held}/ta-bort") == 403
    assert roles_of(session, people.adam.id) == {(Role.ADMIN, None)}
    assert adam.get("/administration").status_code == 200


def test_an_account_is_closed_and_opened(
    session: Session, people: People, adam: CheckingClient, logged_in: Browser
) -> None:
    rolf = logged_in("rolf")
    assert rolf.get("/").status_code == 200
    assert press(adam, people.rolf.id, "stang") == 302
    assert rolf.get("/").status_code == 302
    assert "Kontot är stängt och utloggat." in adam.page(path(people.rolf.id)).text()
    assert press(adam, people.rolf.id, "oppna") == 302
    assert session.get_one(User, people.rolf.id).active


def test_nobody_closes_her_own_account(people: People, adam: CheckingClient) -> None:
    page = adam.page(path(people.adam.id))
    (key,) = {f.get("value") for f in page.all("input") if f.get("name") == "csrf_token"}
    assert f"{path(people.adam.id)}/stang" not in [form.get("action") for form in page.all("form")]
    assert adam.post(f"{path(people.adam.id)}/stang", data={"csrf_token": key}).status_code == 403
    assert adam.get("/").status_code == 200


def test_one_login_or_all_of_somebodys_are_ended(
    session: Session, people: People, adam: CheckingClient, rut: CheckingClient
) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = LoginSession(user_id=people.rut.id, token_hash="f" * 64, created_at=NOW, seen_at=NOW, agent=agent)
    other.expires_at = NOW + timedelta(days=1)
    session.add(other)
    session.commit()
    assert "Firefox, Linux" in adam.page(path(people.rut.id)).text()
    assert press(adam, people.rut.id, f"inloggningar/{other.id}/avsluta") == 302
    assert rut.get("/").status_code == 200
    assert press(adam, people.rut.id, "inloggningar/avsluta-alla") == 302
    assert rut.get("/").status_code == 302
    told = [line.action for line in audit_lines(session, f"user:{people.rut.id}")]
    assert told == ["login.ended", "login.ended_all"]


def test_a_lost_second_factor_is_taken_away(
    session: Session, people: People, adam: CheckingClient, rut: CheckingClient
) -> None:
    user = session.get_one(User, people.rut.id)
    user.totp_secret, user.totp_confirmed_at = "sealed", NOW
    session.commit()
    assert press(adam, people.rut.id, "tva-steg/ta-bort") == 302
    session.expire_all()
    assert session.get_one(User, people.rut.id).totp_confirmed_at is None
    assert rut.get("/").status_code == 302


def test_the_login_of_her_organisation_is_taken_away(session: Session, people: People, adam: CheckingClient) -> None:
    link = Identity(user_id=people.rut.id, provider="kommunen", subject="1", linked_at=NOW, used_at=NOW)
    session.add(link)
    session.commit()
    assert "Organisationens inloggning" in adam.page(path(people.rut.id)).text()
    assert press(adam, people.rut.id, f"kopplingar/{link.id}/ta-bort") == 302
    assert "Organisationens inloggning" not in adam.page(path(people.rut.id)).text()


def test_an_invitation_is_renewed_and_taken_back(session: Session, adam: CheckingClient) -> None:
    said = {"invite-name": "Nora Ny", "invite-email": "nora@example.com", "invite-role": "steering"}
    assert adam.submit("/administration", "/administration/bjud-in", **said).status_code == 200
    nora = session.scalars(select(User.id).where(User.email == "nora@example.com")).one()
    (first,) = session.scalars(select(OneTimeLink.token_hash).where(OneTimeLink.user_id == nora))
    session.rollback()
    answer = adam.submit(path(nora), f"{path(nora)}/ny-lank")
    (code,) = [Page(answer.get_data(as_text=True)).text(c) for c in Page(answer.get_data(as_text=True)).all("code")]
    assert "/inbjudan/" in code
    (second,) = session.scalars(select(OneTimeLink.token_hash).where(OneTimeLink.user_id == nora))
    assert first != second
    session.rollback()
    assert press(adam, nora, "ta-tillbaka") == 302
    session.expire_all()
    assert not session.get_one(User, nora).active


@pytest.mark.parametrize("act", ["stang", "roller", "inloggningar/avsluta-alla", "roller/1/ta-bort", "ny-lank"])
@pytest.mark.parametrize("id", [999, 0, 2_147_483_648])
def test_an_account_that_there_is_not_is_not_found(adam: CheckingClient, id: int, act: str) -> None:
    (key, *_) = [f.get("value") for f in adam.page("/").all("input") if f.get("name") == "csrf_token"]
    assert adam.post(f"{path(id)}/{act}", data={"csrf_token": key, "role": "admin"}).status_code == 404


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_the_page_is_not_there_for_others(people: People, logged_in: Browser, name: str) -> None:
    assert logged_in(name).get(path(people.rut.id)).status_code == 404


def test_who_has_no_role_gets_one_and_is_in(session: Session, adam: CheckingClient) -> None:
    nina = invite_guest(session, "nina").id
    session.commit()
    form = next(form for form in adam.page(path(nina)).all("form") if form.get("action") == f"{path(nina)}/roller")
    assert adam.post(form.get("action"), data={**form_values(form), "role": "steering"}).status_code == 302
    assert roles_of(session, nina) == {(Role.STEERING, None)}
