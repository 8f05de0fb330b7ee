"""The shared column types keep moments in UTC and codes as they are, and sort as a Swede does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import Base, Move, Setting, User
from deviations.models.base import UtcTime, swedish
from tests.factories import NOW, a_filed_deviation
from tests.people import People


def test_a_moment_comes_back_as_the_same_moment_in_utc(session: Session) -> None:
    in_stockholm = datetime(2026, 3, 29, 3, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    user = User(email="ny@example.com", name="Ny", created_at=in_stockholm)
    session.add(user)
    session.commit()
    session.expire_all()
    assert user.created_at == in_stockholm
    assert user.created_at.tzinfo == UTC


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    session.add(User(email="ny@example.com", name="Ny", created_at=datetime(2026, 3, 29, 3, 30)))
    with pytest.raises(StatementError, match="needs a time zone"):
        session.flush()


def test_no_moment_stays_no_moment() -> None:
    kept = UtcTime()
    assert kept.process_bind_param(None, None) is None  # type: ignore[arg-type]
    assert kept.process_result_value(None, None) is None  # type: ignore[arg-type]


def test_codes_are_stored_by_their_value(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    assert session.execute(text("SELECT status, kind FROM deviation")).one() == ("filed", "deviation")


def test_an_unknown_code_is_refused(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    deviation.status = "sovande"  # type: ignore[assignment]
    with pytest.raises(StatementError):
        session.flush()


def test_swedish_words_sort_with_their_own_letters_last(session: Session) -> None:
    words = ["Östersund", "Ängelholm", "Åre", "Zinkgruvan", "ale", "Borås", "ödeshög"]
    session.add_all([Setting(name=word, value="") for word in words])
    session.flush()
    found = session.scalars(select(Setting.name).where(Setting.name.in_(words)).order_by(swedish(Setting.name)))
    assert [word.casefold() for word in found] == [
        "ale", "borås", "zinkgruvan", "åre", "ängelholm", "ödeshög", "östersund",
    ]  # fmt: skip


def test_a_step_of_nothing_or_of_two_things_is_refused(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    for things in ({}, {"deviation_id": deviation.id, "barrier_id": 1}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Move(at=NOW, target="filed", **things))


def test_what_hangs_together_cannot_be_torn_apart(session: Session, people: People) -> None:
    a_filed_deviation(session, people.rut)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text('DELETE FROM "user" WHERE id = :id'), {"id": people.rut.id})


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        (table.name, constraint)
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert unnamed == []


def test_a_changed_report_has_a_new_version(session: Session, people: People) -> None:
    deviation = a_filed_deviation(session, people.rut)
    before = deviation.version
    deviation.status = Status.IN_REVIEW
    session.flush()
    assert deviation.version == before + 1


def test_a_setting_is_kept_under_its_name(session: Session) -> None:
    session.add(Setting(name="policy", value="{}"))
    session.flush()
    session.expire_all()
    assert session.get_one(Setting, "policy").value == "{}"
    assert session.scalar(select(func.count()).select_from(Setting).where(Setting.name == "policy")) == 1
