"""Roles given and taken: several of one person, each change told, and always somebody who administers."""

import threading

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Identity, LoginSession, Membership, OutgoingMail, User
from deviations.queries import people as queries
from deviations.services import audit, memberships
from tests.factories import NOW, an_account, audit_lines
from tests.people import People, place


def held_by(session: Session, user: User, role: Role) -> Membership:
    return session.scalars(select(Membership).where(Membership.user_id == user.id, Membership.role == role)).one()


def test_a_person_has_several_roles_in_several_places(session: Session, people: People) -> None:
    rut = an_account(session, people.rut)
    norr = place(session, "Norr")
    memberships.add(session, people.adam, rut, Role.LEAD, norr, NOW)
    memberships.add(session, people.adam, rut, Role.STEERING, None, NOW)
    actor = queries.actor_of(rut)
    assert actor.subprojects(Role.LEAD) == {norr.id}
    assert actor.subprojects(Role.REPORTER) == people.rut.subprojects()
    assert actor.roles == (Role.REPORTER, Role.LEAD, Role.STEERING)


def test_each_change_is_one_line_one_mail_and_a_new_login(session: Session, people: People) -> None:
    rut = an_account(session, people.rut)
    before = len(audit_lines(session))
    memberships.add(session, people.adam, rut, Role.LEAD, place(session, "Norr"), NOW)
    (line,) = audit_lines(session)[before:]
    assert (line.action, line.actor_id, line.subject) == ("role.given", people.adam.id, f"user:{rut.id}")
    assert session.scalars(select(LoginSession.id).where(LoginSession.user_id == rut.id)).all() == []
    memberships.remove(session, people.adam, held_by(session, rut, Role.LEAD), NOW)
    assert [line.action for line in audit_lines(session)[before:]] == ["role.given", "role.taken"]
    assert [mail.kind for mail in session.scalars(select(OutgoingMail))][:1] == ["role_changed"]
    assert queries.actor_of(rut) == people.rut


@pytest.mark.parametrize(
    ("role", "where", "code"),
    [
        (Role.REPORTER, "Söder", "role_held"),
        (Role.LEAD, None, "subproject_needed"),
        (Role.ADMIN, "Söder", "subproject_needed"),
    ],
)
def test_a_role_that_does_not_fit_is_refused(
    session: Session, people: People, role: Role, where: str | None, code: str
) -> None:
    at = place(session, where) if where else None
    with pytest.raises(NotAllowed, match=code):
        memberships.add(session, people.adam, an_account(session, people.rut), role, at, NOW)


def test_a_role_in_the_whole_program_is_held_once(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="role_held"):
        memberships.add(session, people.adam, an_account(session, people.stina), Role.STEERING, None, NOW)


def test_a_closed_account_gets_no_role(session: Session, people: People) -> None:
    rut = an_account(session, people.rut)
    rut.active = False
    with pytest.raises(NotAllowed, match="account_closed"):
        memberships.add(session, people.adam, rut, Role.STEERING, None, NOW)


def test_an_administrator_gives_herself_a_role_only_while_she_is_the_only_one(session: Session, people: People) -> None:
    adam = an_account(session, people.adam)
    memberships.add(session, people.adam, adam, Role.STEERING, None, NOW)
    mails = select(OutgoingMail.user_id, OutgoingMail.detail).where(OutgoingMail.kind == Notice.ROLE_CHANGED)
    told = {mail.user_id: mail.detail for mail in session.execute(mails)}
    assert told == {adam.id: "{}", people.vera.id: '{"herself": "steering"}'}
    memberships.add(session, people.adam, an_account(session, people.stina), Role.ADMIN, None, NOW)
    with pytest.raises(NotAllowed, match="not_yourself"):
        memberships.add(session, people.adam, adam, Role.COORDINATOR, None, NOW)
    assert not queries.actor_of(adam).has(Role.COORDINATOR)


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_nobody_else_gives_or_takes_roles(session: Session, people: People, name: str) -> None:
    actor, rut = getattr(people, name), an_account(session, people.rut)
    with pytest.raises(NotAllowed, match="admin_only"):
        memberships.add(session, actor, rut, Role.ADMIN, None, NOW)
    with pytest.raises(NotAllowed, match="admin_only"):
        memberships.remove(session, actor, rut.memberships[0], NOW)


def test_somebody_who_comes_in_must_be_left_to_administer(session: Session, people: People) -> None:
    adam, stina = an_account(session, people.adam), an_account(session, people.stina)
    held = held_by(session, adam, Role.ADMIN)
    with pytest.raises(NotAllowed, match="last_admin"):
        memberships.remove(session, people.adam, held, NOW)
    memberships.add(session, people.adam, stina, Role.ADMIN, None, NOW)
    stina.password_hash = None  # invited, and never came
    session.flush()
    with pytest.raises(NotAllowed, match="last_admin"):
        memberships.remove(session, people.adam, held, NOW)
    session.add(Identity(user_id=stina.id, provider="kommunen", subject="1", linked_at=NOW, used_at=NOW))
    session.flush()
    memberships.remove(session, people.adam, held, NOW)
    assert adam.memberships == []


def test_of_two_administrators_who_take_each_others_role_one_stays(engine: Engine, people: People) -> None:
    with Session(engine.execution_options(write=True)) as session:
        memberships.add(session, people.adam, an_account(session, people.stina), Role.ADMIN, None, NOW)
        session.commit()
    refused: list[str] = []

    def take(from_whom: int) -> None:
        with Session(engine.execution_options(write=True)) as session:
            held = held_by(session, session.get_one(User, from_whom), Role.ADMIN)
            try:
                memberships.remove(session, people.adam, held, NOW)
                session.commit()
            except NotAllowed as why:
                refused.append(why.code)

    threads = [threading.Thread(target=take, args=(id,)) for id in (people.adam.id, people.stina.id)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with Session(engine) as session:
        left = session.scalars(select(Membership.user_id).where(Membership.role == Role.ADMIN)).all()
        assert len(left) == 1 and refused == ["last_admin"]
        assert audit.verify(session)[1] is None
