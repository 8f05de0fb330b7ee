"""What looks like the same happening as a report: by words, place and day, and what people have said."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.models import Deviation
from deviations.queries import duplicates, learning, pairs
from deviations.services import merging, triage
from tests.factories import NOW, TODAY, a_barrier, a_filed_deviation, joined, said_here
from tests.people import People

TITLE, BODY = "Tolken kom inte", "Vid kartläggningen kom ingen tolk. Vårdcentralen hade bokat fel dag."
AGAIN = ("Inställd kartläggning", "Kartläggningen ställdes in. Vårdcentralen hade bokat tolken fel dag, så ingen kom.")
OTHERS = (
    ("Bussen går inte", "Sista bussen från industriområdet går halv sju men passet slutar nitton."),
    ("Dubbla planer", "Kommunen och Arbetsförmedlingen har varsin handlingsplan med olika mål."),
    ("Intyget underkändes", "Försäkringskassan ville ha ett nytt läkarintyg, det fjärde sedan maj."),
    ("Avslag på bostadstillägg", "Hyresavtalet var i andra hand, så Pensionsmyndigheten gav avslag."),
)


@pytest.fixture
def first(session: Session, people: People) -> Deviation:
    """A report among some that tell of other things."""
    for title, body in OTHERS:
        a_filed_deviation(session, people.rut, title=title, body=body)
    return a_filed_deviation(session, people.rut, title=TITLE, body=BODY)


def again(session: Session, people: People, name: str = "rolf", **changed: object) -> Deviation:
    return a_filed_deviation(session, getattr(people, name), **{"title": AGAIN[0], "body": AGAIN[1], **changed})


def found(session: Session, people: People, deviation: Deviation, name: str = "vera") -> list[int]:
    session.flush()
    return [one.deviation.id for one in duplicates.candidates(session, getattr(people, name), deviation)]


def test_the_earlier_report_of_the_same_happening_is_found_with_why(
    session: Session, people: People, first: Deviation
) -> None:
    second = again(session, people)
    (told,) = duplicates.candidates(session, people.vera, second)
    assert told.deviation is first
    assert 0.40 <= told.score <= 1
    assert "bokat" in {word for reason in told.reasons if reason.kind == "words" for word in reason.values}
    assert found(session, people, first) == [second.id]  # a later one that is open is found from the first as well


def test_a_lead_finds_those_that_she_may_read(session: Session, people: People, first: Deviation) -> None:
    near, far = again(session, people), again(session, people, "rita", municipality="Haninge")
    assert found(session, people, first) == [near.id, far.id]  # one municipality
    assert found(session, people, first, "lena") == [near.id]
    assert found(session, people, far, "lars") == []


@pytest.mark.parametrize("days", [-15, 15])
def test_another_fortnight_is_another_happening(session: Session, people: People, first: Deviation, days: int) -> None:
    first.occurred_on = TODAY + timedelta(days=days)
    assert not found(session, people, again(session, people))


def test_another_place_is_another_happening(session: Session, people: People, first: Deviation) -> None:
    assert not found(session, people, again(session, people, "rita"))


def test_what_was_said_never_to_be_the_same_is_not_asked_again(
    session: Session, people: People, first: Deviation
) -> None:
    second = again(session, people)
    merging.never_together(session, people.vera, second, first, at=NOW)
    assert not found(session, people, second)
    assert not found(session, people, first)


def test_a_placed_report_is_found_and_a_duplicate_gives_way_to_its_original(
    session: Session, people: People, first: Deviation
) -> None:
    joined(session, people.vera, first, a_barrier(session, people.vera))
    second = again(session, people)
    assert found(session, people, second) == [first.id]
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=first)
    triage.move(session, people.vera, second, decision, at=NOW)
    third = again(session, people, title="Tolk bokad fel dag")
    assert found(session, people, third) == [first.id]


def test_same_here_and_guldkorn_are_asked_about_nothing(session: Session, people: People, first: Deviation) -> None:
    here = said_here(session, people.rolf, first, line=AGAIN[1][:80])
    golden = again(session, people, kind=Kind.GOOD_EXAMPLE)
    assert not found(session, people, here)
    assert not found(session, people, golden)
    assert golden.id not in found(session, people, first)


def test_while_the_reports_are_being_learnt_nothing_is_said(
    session: Session, people: People, first: Deviation, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = again(session, people)
    session.commit()
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    monkeypatch.setattr(learning, "_begin", lambda engine, known: None)
    assert not found(session, people, second)


def test_of_many_reports_the_pairs_are_found_as_well(session: Session, people: People, first: Deviation) -> None:
    second = again(session, people)
    merging.never_together(session, people.vera, first, second, at=NOW)
    session.flush()
    many = range(1, pairs.FEW * 2)
    assert pairs.apart(session, many) == {(first.id, second.id)}
    assert not pairs.same(session, many)
