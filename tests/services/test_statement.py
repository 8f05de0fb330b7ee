"""The administrator keeps the accessibility statement; what the law asks for must be there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.statement import Conformity
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import AuditEntry
from deviations.queries import settings
from deviations.queries import statement as reading
from deviations.services import statement as keeping
from deviations.services.checks import PersonalData
from tests.domain.test_statement import STATEMENT
from tests.factories import NOW, TODAY
from tests.people import People

OLD = replace(STATEMENT, assessed_on=TODAY)


def test_what_is_kept_is_read_again_and_is_one_line_of_the_log(session: Session, people: People) -> None:
    assert reading.chosen(session) is None
    assert reading.changed_at(session) is None
    keeping.keep(session, people.adam, OLD, NOW)
    assert reading.chosen(session) == OLD
    assert reading.changed_at(session) == NOW
    lines = session.scalars(select(AuditEntry).where(AuditEntry.subject == "statement")).all()
    assert [(one.action, one.actor_id, one.detail) for one in lines] == [("statement.changed", people.adam.id, "{}")]


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_only_an_administrator_keeps_it(session: Session, people: People, name: str) -> None:
    with pytest.raises(NotAllowed, match="admin_only"):
        keeping.keep(session, getattr(people, name), OLD, NOW)
    assert reading.chosen(session) is None


@pytest.mark.parametrize(
    "change",
    [{"owner": ""}, {"email": ""}, {"reply_days": 0}, {"reply_days": 61}, {"shortcomings": ""},
     {"shortcomings": "", "conformity": Conformity.NONE}],
)  # fmt: skip
def test_what_the_law_asks_for_must_be_there(session: Session, people: People, change: dict[str, object]) -> None:
    with pytest.raises(Incomplete, match="statement_faults"):
        keeping.keep(session, people.adam, replace(OLD, **change), NOW)  # type: ignore[arg-type]


def test_a_service_without_faults_lists_none(session: Session, people: People) -> None:
    whole = replace(OLD, conformity=Conformity.FULL, shortcomings="")
    keeping.keep(session, people.adam, whole, NOW)
    assert reading.chosen(session) == whole


def test_nobody_can_have_judged_it_tomorrow(session: Session, people: People) -> None:
    with pytest.raises(NotAllowed, match="not_yet_happened"):
        keeping.keep(session, people.adam, replace(OLD, assessed_on=TODAY + timedelta(days=1)), NOW)


@pytest.mark.parametrize("field", ["owner", "shortcomings", "burden", "outside"])
def test_no_personal_number_enters(session: Session, people: People, field: str) -> None:
    with pytest.raises(PersonalData):
        keeping.keep(session, people.adam, replace(OLD, **{field: "Se 811218-9876."}), NOW)  # type: ignore[arg-type]


def test_who_has_not_seen_what_is_saved_does_not_save_over_it(session: Session, people: People) -> None:
    shown = settings.version(session, reading.STATEMENT)
    keeping.keep(session, people.adam, OLD, NOW, version=shown)
    with pytest.raises(StaleDataError):
        keeping.keep(session, people.adam, replace(OLD, owner="En annan"), NOW, version=shown)
    assert reading.chosen(session) == OLD
