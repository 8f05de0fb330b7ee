"""Typical cases are suggested from the middle of the group, cut short, with what the privacy guard finds."""

from sqlalchemy.orm import Session

from deviations.domain.personal_data import Kind
from deviations.queries import letter_cases
from tests.factories import a_barrier, a_filed_deviation, joined, said_here
from tests.people import People

TELLING = (
    "Deltagaren orkar sex timmar i veckan. Arbetsförmedlingen tar inte emot under tio timmar, så försäkring saknas."
)
NAMED = (
    "Anna Lindqvist orkar sex timmar i veckan. Arbetsförmedlingen tar inte emot under tio timmar, försäkring saknas."
)
OTHER = "Parkeringen vid huset är full varje morgon och deltagarna kommer sent till passet."


def test_the_most_central_reports_come_first_and_other_kinds_not_at_all(session: Session, people: People) -> None:
    odd = a_filed_deviation(session, people.rut, title="Parkering", body=OTHER)
    like = [
        a_filed_deviation(session, people.rita, body=TELLING.replace("sex", many)) for many in ("fem", "sju", "åtta")
    ]
    barrier = a_barrier(session, people.vera, [odd, *like])
    said_here(session, people.ruben, barrier)
    session.flush()
    found = letter_cases.suggested(session, people.vera, barrier)
    assert [case.deviation.id for case in found][-1] == odd.id
    assert len(found) == 4
    assert len(letter_cases.suggested(session, people.vera, barrier, limit=2)) == 2


def test_what_may_point_out_a_person_is_marked_in_the_shorter_text(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut, body=NAMED)])
    session.flush()
    case = letter_cases.suggested(session, people.vera, barrier)[0]
    assert [(span.kind, case.text[span.start : span.end]) for span in case.spans] == [(Kind.NAME, "Anna Lindqvist")]


def test_what_a_person_may_not_read_is_not_suggested_to_her(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, body=TELLING)
    barrier = a_barrier(session, people.vera, [report])
    session.flush()
    assert letter_cases.suggested(session, people.rita, barrier) == []
    assert letter_cases.suggested(session, people.stina, barrier) == []
    assert len(letter_cases.suggested(session, people.vera, barrier)) == 1


def test_a_rough_report_comes_after_one_that_can_be_told(session: Session, people: People) -> None:
    rough = a_filed_deviation(
        session, people.rut, body="jag sa att försäkring saknas under tio timmar å ingen svarade alls"
    )
    barrier = a_barrier(session, people.vera, [rough])
    good = joined(session, people.vera, a_filed_deviation(session, people.rita, body=TELLING), barrier)
    session.flush()
    found = letter_cases.suggested(session, people.vera, barrier)
    assert [case.deviation.id for case in found] == [good.id, rough.id]
    assert found[0].text == TELLING
