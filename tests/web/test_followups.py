"""The links "does it work now?" as whoever holds the mail meets them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import FOLLOW_UP_AFTER, LINK_HOLDS
from deviations.domain.workflow import Status
from deviations.models import Deviation, FollowUp
from deviations.services import followups, triage
from tests.factories import NOW, TITLE, a_decision, a_filed_deviation, moves
from tests.pages import CheckingClient, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def asked(session: Session, people: People) -> FollowUp:
    """A question put just now, about a solution of four weeks ago."""
    solved_at = NOW - FOLLOW_UP_AFTER
    deviation = a_filed_deviation(session, people.rut, at=solved_at)
    triage.move(session, people.vera, deviation, a_decision(session, Status.SOLVED_LOCALLY), at=solved_at)
    followups.ask(session, NOW)
    session.commit()
    return session.scalars(select(FollowUp)).one()


def link(app: Flask, asked: FollowUp, works: bool) -> str:
    secret = app.extensions["settings"].secret_key
    return f"/uppfoljning/{followups.token(secret, asked.id, works)}"


def status(session: Session, asked: FollowUp) -> Status:
    session.rollback()
    session.expire_all()
    return session.get_one(Deviation, asked.deviation_id).status


@pytest.mark.parametrize(("works", "value"), [(True, "yes"), (False, "no")])
def test_the_links_answer_is_chosen_and_one_button_sends_it(
    app: Flask, asked: FollowUp, client: CheckingClient, works: bool, value: str
) -> None:
    path = link(app, asked, works)
    page = client.page(path)
    (form,) = [form for form in page.all("form") if form.get("action") == path]
    assert form_values(form)["works"] == [value]
    assert len(list(form.iter("button"))) == 1


def test_looking_answers_nothing(app: Flask, session: Session, asked: FollowUp, client: CheckingClient) -> None:
    for _ in range(3):
        client.page(link(app, asked, False))
        client.head(link(app, asked, False))
    session.expire_all()
    assert session.scalars(select(FollowUp)).one().answered_at is None


def test_no_reopens_without_a_login_and_works_once(
    app: Flask, session: Session, people: People, asked: FollowUp, client: CheckingClient
) -> None:
    path = link(app, asked, False)
    assert client.submit(path, path).headers["Location"] == path
    assert "Tack för svaret" in client.page(path).text()
    assert status(session, asked) is Status.IN_REVIEW
    steps = len(moves(session, session.get_one(Deviation, asked.deviation_id)))
    session.rollback()
    other = link(app, asked, True)
    assert "Tack för svaret" in client.page(other).text()
    assert status(session, asked) is Status.IN_REVIEW
    assert len(moves(session, session.get_one(Deviation, asked.deviation_id))) == steps
    assert moves(session, session.get_one(Deviation, asked.deviation_id))[-1].actor_id == people.rut.id


def test_a_double_click_answers_once(app: Flask, session: Session, asked: FollowUp, client: CheckingClient) -> None:
    path = link(app, asked, False)
    (form,) = [form for form in client.page(path).all("form") if form.get("action") == path]
    for _ in range(2):
        assert client.post(path, data=form_values(form)).status_code == 302
    assert status(session, asked) is Status.IN_REVIEW


def test_somebody_may_change_her_mind_on_the_page(
    app: Flask, session: Session, asked: FollowUp, client: CheckingClient
) -> None:
    path = link(app, asked, False)
    client.submit(path, path, works="yes")
    assert "Bra att det fungerar" in client.page(path).text()
    assert status(session, asked) is Status.SOLVED_LOCALLY


@pytest.mark.parametrize("name", ["rut", "rita", "adam"])
def test_whoever_is_logged_in_makes_no_difference(
    app: Flask, session: Session, people: People, asked: FollowUp, logged_in: Browser, name: str
) -> None:
    path = link(app, asked, False)
    assert logged_in(name).submit(path, path).status_code == 302
    assert status(session, asked) is Status.IN_REVIEW
    assert moves(session, session.get_one(Deviation, asked.deviation_id))[-1].actor_id == people.rut.id


def test_no_page_shows_what_the_report_says(app: Flask, asked: FollowUp, client: CheckingClient) -> None:
    path = link(app, asked, True)
    before = client.page(path).text()
    client.submit(path, path)
    for text in (before, client.page(path).text()):
        assert TITLE not in text and "tio timmar" not in text and "Rut" not in text


def test_an_answer_that_is_none_is_asked_for_again(
    app: Flask, session: Session, asked: FollowUp, client: CheckingClient
) -> None:
    path = link(app, asked, True)
    assert client.submit(path, path, works="kanske").status_code == 422
    assert status(session, asked) is Status.SOLVED_LOCALLY


def test_an_old_link_says_kindly_that_it_does_not_hold(
    app: Flask, session: Session, asked: FollowUp, client: CheckingClient
) -> None:
    path = link(app, asked, False)
    (form,) = [form for form in client.page(path).all("form") if form.get("action") == path]
    session.execute(update(FollowUp).values(asked_at=NOW - LINK_HOLDS - timedelta(days=1)))
    session.commit()
    assert "Länken gäller inte" in client.page(path, 404).text()
    assert client.post(path, data=form_values(form)).status_code == 404
    assert status(session, asked) is Status.SOLVED_LOCALLY


@pytest.mark.parametrize("token", ["x", "WzEsdHJ1ZV0.AAAAAAAA", "å", "x" * 3000])
def test_a_link_that_is_none_says_so_kindly(client: CheckingClient, token: str) -> None:
    assert "Länken gäller inte" in client.page(f"/uppfoljning/{token}", 404).text()
