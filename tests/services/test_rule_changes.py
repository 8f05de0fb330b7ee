"""A changed rule: what is remembered of it, what it flags until somebody has looked, and who may do so."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed
from deviations.models import Rule
from deviations.queries import learning, rule_changes
from deviations.services import barriers
from deviations.services.checks import PersonalData
from deviations.services.rule_changes import Entry, change, look_over
from tests.factories import NOW, a_barrier, a_letter, a_recurring_barrier, a_rule, audit_lines, days_ago
from tests.people import People

LATER = NOW + timedelta(hours=1)


def an_entry(rule: Rule, **changed: Any) -> Entry:
    """What the catalogue says of a rule, with something else in some of its fields."""
    return Entry(**{name: getattr(rule, name) for name in Entry.__dataclass_fields__ if name != "checked"} | changed)


def test_a_new_text_is_remembered_as_it_was_and_as_it_is(session: Session, people: People) -> None:
    rule = a_rule(session)
    was = rule.description
    told = an_entry(rule, description="Gränsen är borta.", valid_from=date(2026, 7, 1))
    found = change(session, people.vera, rule, told, version=rule.version, at=NOW)
    assert found is not None
    assert rule_changes.fields(found) == [
        ("description", was, "Gränsen är borta."),
        ("valid_from", "", "2026-07-01"),
    ]
    assert rule_changes.valid_on(found) == date(2026, 7, 1)
    (line,) = audit_lines(session, "rule:FORS-01")
    assert (line.action, line.actor_id) == ("rule.changed", people.vera.id)


def test_a_better_source_is_saved_but_flags_nothing(session: Session, people: People) -> None:
    rule, barrier = a_rule(session), a_barrier(session, people.vera, rule=a_rule(session), at=days_ago(9))
    told = an_entry(rule, source="Läst i SFS", confidence="sourced", checked=True)
    assert change(session, people.vera, rule, told, version=rule.version, at=NOW) is None
    assert (rule.confidence, rule.checked_by) == ("sourced", "Vera")
    assert rule.last_checked is not None
    assert rule_changes.waiting(session, barrier) == []


def test_barrier_and_open_letter_are_flagged_until_somebody_has_looked(session: Session, people: People) -> None:
    rule = a_rule(session)
    barrier = a_recurring_barrier(session, people, rule=rule)
    letter = a_letter(session, people, LetterStatus.SENT, barrier)
    found = change(session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=LATER)
    assert found is not None
    assert rule_changes.waiting(session, barrier) == [found]
    assert rule_changes.of_letter(letter, rule_changes.marked(session)) == [(barrier, [found])]
    rows = look_over(session, people.vera, barrier, latest=found.id, note="Ändrar inget för oss.", at=LATER)
    assert [row.note for row in rows] == ["Ändrar inget för oss."]
    assert rule_changes.waiting(session, barrier) == []
    assert rule_changes.of_letter(letter, rule_changes.marked(session)) == []
    assert look_over(session, people.vera, barrier, latest=found.id, note="En gång till.", at=LATER) == []
    assert [line.action for line in audit_lines(session, f"barrier:{barrier.id}")][-1] == "barrier.looked_over"


def test_only_what_the_page_showed_is_looked_over(session: Session, people: People) -> None:
    rule, barrier = a_rule(session), a_barrier(session, people.vera, rule=a_rule(session), at=days_ago(9))
    first = change(session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=NOW)
    second = change(session, people.vera, rule, an_entry(rule, paragraph="3 §"), version=rule.version, at=NOW)
    assert first is not None
    look_over(session, people.vera, barrier, latest=first.id, note="Läst.", at=NOW)
    assert rule_changes.waiting(session, barrier) == [second]


def test_what_was_made_after_the_change_or_is_gone_is_not_flagged(session: Session, people: People) -> None:
    rule = a_rule(session)
    gone = a_barrier(session, people.vera, rule=rule, at=days_ago(9), name="Borta")
    barriers.end(session, people.vera, gone, BarrierStatus.REMOVED, note="Ny praxis.", at=days_ago(3))
    change(session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=days_ago(2))
    made = a_barrier(session, people.vera, rule=rule, at=NOW, name="Ny")
    assert rule_changes.waiting(session, gone) == []
    assert rule_changes.waiting(session, made) == []
    assert rule_changes.marked(session) == {}


def test_an_answered_letter_needs_no_second_look(session: Session, people: People) -> None:
    rule = a_rule(session)
    letter = a_letter(session, people, LetterStatus.ANSWERED, a_recurring_barrier(session, people, rule=rule))
    change(session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=LATER)
    marked = rule_changes.marked(session)
    assert list(marked) == [letter.barrier_id]
    assert rule_changes.of_letter(letter, marked) == []


def test_two_who_save_at_once_do_not_overwrite_each_other(session: Session, people: People) -> None:
    rule = a_rule(session)
    shown = rule.version
    change(session, people.vera, rule, an_entry(rule, paragraph="2 §"), version=shown, at=NOW)
    with pytest.raises(StaleDataError):
        change(session, people.vera, rule, an_entry(rule, paragraph="3 §"), version=shown, at=NOW)


@pytest.mark.parametrize(
    ("changed", "refusal", "code"),
    [
        ({"valid_from": date(2026, 7, 1), "valid_to": date(2026, 6, 30)}, Incomplete, "ends_before_it_begins"),
        ({"superseded_by": "XX-99"}, NotAllowed, "no_such_rule"),
        ({"superseded_by": "FORS-01"}, NotAllowed, "no_such_rule"),
        ({"description": "Fråga 19121212-1212."}, PersonalData, "personal_data"),
    ],
)
def test_an_entry_that_can_not_be_is_refused(
    session: Session, people: People, changed: dict[str, Any], refusal: type[NotAllowed], code: str
) -> None:
    rule = a_rule(session)
    with pytest.raises(refusal) as refused:
        change(session, people.vera, rule, an_entry(rule, **changed), version=rule.version, at=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_changes_rules_and_looks_over(session: Session, people: People, name: str) -> None:
    rule, barrier, actor = a_rule(session), a_barrier(session, people.vera), getattr(people, name)
    with pytest.raises(NotAllowed):
        change(session, actor, rule, an_entry(rule, paragraph="2 §"), version=rule.version, at=NOW)
    with pytest.raises(NotAllowed):
        look_over(session, actor, barrier, latest=1, note="Läst.", at=NOW)


def test_it_says_something_to_have_looked_over(session: Session, people: People) -> None:
    with pytest.raises(Incomplete):
        look_over(session, people.vera, a_barrier(session, people.vera), latest=1, note=" ", at=NOW)


def test_who_applies_the_rule_follows_its_text_and_suggestions_read_it_anew(session: Session, people: People) -> None:
    rule = a_rule(session)
    before = learning.rule_catalogue(session)
    told = an_entry(rule, agency_text="Försäkringskassan; Arbetsförmedlingen", description=rule.description[::-1])
    change(session, people.vera, rule, told, version=rule.version, at=NOW)
    assert sorted(agency.code for agency in rule.agencies) == ["AF", "FK"]
    session.commit()
    assert learning.rule_catalogue(session) is not before
