"""How suggestions turned out is written down when a person places a report, and gone when she takes that back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Status
from deviations.models import Barrier, Deviation, SuggestionOutcome
from deviations.services import outcomes, rulings, triage
from deviations.services.barriers import Description
from tests.factories import NOW, a_barrier, a_filed_deviation
from tests.people import People

TEETH = {
    "title": "Tandvården betalas inte",
    "body": "Regionens tandvårdsstöd avslogs, så tänderna blir inte lagade och praktiken blir inte av.",
    "agency": "REG-PV",
}
SHOES = {
    "title": "Ingen betalar skyddsskor",
    "body": "Lagret kräver skyddsskor av alla, men ingen av parterna betalar dem till en praktikant.",
}


def two_barriers(session: Session, people: People) -> tuple[Barrier, Barrier]:
    """One about teeth, one about shoes, each with three reports in it."""
    teeth = [a_filed_deviation(session, people.rut, **TEETH) for _ in range(3)]
    shoes = [a_filed_deviation(session, people.rita, **SHOES) for _ in range(3)]
    return (
        a_barrier(session, people.vera, teeth, name="Tandvård"),
        a_barrier(session, people.vera, shoes, name="Skyddsskor"),
    )


def placed(session: Session, people: People, reports: list[Deviation], barrier: Barrier) -> rulings.Ruling:
    decision = triage.Decision(Status.JOINED, barrier=barrier)
    return rulings.take(session, people.vera, [(one, None) for one in reports], decision, at=NOW)


def noted(session: Session) -> list[tuple[int, int, int | None, bool, bool]]:
    found = session.scalars(select(SuggestionOutcome).order_by(SuggestionOutcome.id))
    return [(one.deviation_id, one.barrier_id, one.place, one.was_new, one.looked_new) for one in found]


def test_a_report_placed_where_it_was_suggested_first_is_a_hit(session: Session, people: People) -> None:
    teeth, _ = two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, **TEETH)
    placed(session, people, [report], teeth)
    assert noted(session) == [(report.id, teeth.id, 1, False, False)]


def test_a_report_placed_in_another_barrier_tells_its_place(session: Session, people: People) -> None:
    _, shoes = two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, **{**TEETH, "body": f"{TEETH['body']} Ingen betalar skyddsskor."})
    placed(session, people, [report], shoes)
    ((_, barrier, place, was_new, _),) = noted(session)
    assert (barrier, place, was_new) == (shoes.id, 2, False)


def test_a_barrier_made_by_the_decision_was_new(session: Session, people: People) -> None:
    two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, title="Bussen går inte", body="Sista turen går klockan fjorton.")
    rulings.take_new(session, people.vera, [(report, None)], Description(name="Bussen"), at=NOW)
    ((_, _, place, was_new, looked_new),) = noted(session)
    assert (place, was_new, looked_new) == (None, True, True)


def test_a_refused_barrier_is_no_suggestion_that_counts(session: Session, people: People) -> None:
    teeth, shoes = two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, **{**TEETH, "body": f"{TEETH['body']} Ingen betalar skyddsskor."})
    rulings.refuse(session, people.vera, report, teeth, at=NOW)
    placed(session, people, [report], shoes)
    assert [place for _, _, place, _, _ in noted(session)] == [1]


def test_undone_it_was_never_counted(session: Session, people: People) -> None:
    teeth, _ = two_barriers(session, people)
    ruling = placed(session, people, [a_filed_deviation(session, people.rolf, **TEETH)], teeth)
    session.commit()
    assert noted(session)
    rulings.undo(session, people.vera, ruling, at=NOW)
    session.commit()
    assert noted(session) == []


def test_a_report_that_is_moved_is_counted_once(session: Session, people: People) -> None:
    teeth, shoes = two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, **TEETH)
    placed(session, people, [report], teeth)
    placed(session, people, [report], shoes)
    assert len(noted(session)) == 1


def test_of_many_at_once_none_is_counted(session: Session, people: People) -> None:
    teeth, _ = two_barriers(session, people)
    many = [a_filed_deviation(session, people.rolf, **TEETH) for _ in range(outcomes.AT_MOST + 1)]
    placed(session, people, many[:-1], teeth)
    assert len(noted(session)) == outcomes.AT_MOST
    decision = triage.Decision(Status.JOINED, barrier=teeth)
    rulings.take(session, people.vera, [(one, None) for one in many], decision, at=NOW)
    assert len(noted(session)) == outcomes.AT_MOST


def test_a_decision_about_something_else_counts_nothing(session: Session, people: People) -> None:
    two_barriers(session, people)
    report = a_filed_deviation(session, people.rolf, **TEETH)
    rulings.take(session, people.vera, [(report, None)], triage.Decision(Status.IN_REVIEW), at=NOW)
    assert noted(session) == []
