"""What each person sees of reports, barriers and letters: one function decides it for every page."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.lists import Chosen, View
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound, Status
from deviations.models import Barrier, Deviation, Letter
from deviations.queries import barriers, deviations, letter_board, letters, lists, proposals, visibility
from tests.factories import NOW, TODAY, a_barrier, a_draft, a_filed_deviation, a_letter, advance
from tests.people import WORK, People

READS = {  # whose report in Söder: Rut's
    "rut": True, "rolf": True, "lena": True, "vera": True,
    "rita": False, "ruben": False, "lars": False, "stina": False, "adam": False,
}  # fmt: skip


@pytest.fixture
def report(session: Session, people: People) -> Deviation:
    """A report of Rut's in Söder."""
    return a_filed_deviation(session, people.rut)


def seen(session: Session, actor: Actor) -> list[Deviation]:
    return list(session.scalars(select(Deviation).where(visibility.deviations(actor))))


def test_a_report_is_read_by_its_subproject_and_the_coordinator(
    session: Session, people: People, report: Deviation
) -> None:
    assert {name: seen(session, getattr(people, name)) == [report] for name in WORK} == READS


@pytest.mark.parametrize("name", [name for name, reads in READS.items() if not reads])
def test_no_question_gives_a_report_away_to_others(
    session: Session, people: People, report: Deviation, name: str
) -> None:
    stranger: Actor = getattr(people, name)
    barrier = a_barrier(session, people.vera, [report])
    with pytest.raises(NotFound):
        deviations.get(session, stranger, report.id)
    for view in View:
        assert lists.page(session, stranger, Chosen(view=view), today=TODAY).rows == []
        assert lists.ids(session, stranger, Chosen(view=view), today=TODAY) == []
    assert set(lists.counts(session, stranger, Chosen(), today=TODAY).values()) == {0}
    assert lists.by_ids(session, stranger, [report.id]) == []
    assert deviations.mine(session, stranger) == []
    assert deviations.waiting_for(session, stranger) == []
    assert barriers.readable(session, stranger, barrier) == []
    assert proposals.counted(session, stranger) == proposals.Counted()
    assert proposals.shown(session, stranger, [[report.id, report.id + 1]]) == []
    with pytest.raises(NotFound):
        proposals.chosen(session, stranger, [report.id])


def test_what_is_not_there_and_what_is_not_hers_is_answered_alike(
    session: Session, people: People, report: Deviation
) -> None:
    answers = []
    for id in (report.id, report.id + 999):
        with pytest.raises(NotFound) as refused:
            deviations.get(session, people.rita, id)
        answers.append(str(refused.value))
    assert answers[0] == answers[1]


def test_a_draft_is_its_authors_alone(session: Session, people: People, report: Deviation) -> None:
    report.status = Status.DRAFT
    session.flush()
    assert [name for name in WORK if seen(session, getattr(people, name))] == ["rut"]


def test_a_person_reads_what_she_filed_even_elsewhere(session: Session, people: People) -> None:
    elsewhere = a_filed_deviation(session, people.vera, place="Norr", municipality="Täby")
    elsewhere.reporter_id = people.rut.id
    session.flush()
    assert seen(session, people.rut) == [elsewhere]
    assert seen(session, people.rolf) == []


def test_a_barriers_readable_reports_are_those_of_ones_own_subproject(session: Session, people: People) -> None:
    söder, norr = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)
    barrier = a_barrier(session, people.vera, [söder, norr])
    told: dict[str, Sequence[Deviation]] = {
        name: barriers.readable(session, getattr(people, name), barrier) for name in ("rut", "rolf", "rita", "stina")
    }
    assert told == {"rut": [söder], "rolf": [söder], "rita": [norr], "stina": []}
    assert set(barriers.readable(session, people.vera, barrier)) == {söder, norr}


def test_barriers_are_open_to_all_who_work_or_steer(session: Session, people: People) -> None:
    barrier = a_barrier(session, people.vera)
    sees = {
        name: list(session.scalars(select(Barrier).where(visibility.barriers(getattr(people, name))))) for name in WORK
    }
    assert {name for name, found in sees.items() if found == [barrier]} == set(WORK) - {"adam"}
    with pytest.raises(NotFound):
        barriers.get(session, people.adam, barrier.id)


@pytest.mark.parametrize(
    ("status", "readers"),
    [
        (LetterStatus.DRAFT, {"vera", "stina"}),
        (LetterStatus.IN_REVIEW, {"vera", "stina"}),
        (LetterStatus.DECIDED, {"vera", "stina"}),
        (LetterStatus.SENT, set(WORK) - {"adam"}),
        (LetterStatus.CLOSED, set(WORK) - {"adam"}),
    ],
)
def test_a_letter_is_read_by_steering_and_coordinator_and_by_all_staff_once_sent(
    session: Session, people: People, status: LetterStatus, readers: set[str]
) -> None:
    letter = a_letter(session, people, status)
    read = set()
    for name in WORK:
        person = getattr(people, name)
        assert (letter in session.scalars(select(Letter).where(visibility.letters(person))).all()) is (
            letter in [line.letter for line in letter_board.lines(session, person, TODAY)]
        )
        try:
            letters.get(session, person, letter.id)
        except NotFound:
            continue
        read.add(name)
    assert read == readers


def test_the_letters_of_a_barrier_are_those_that_one_may_read(session: Session, people: People) -> None:
    draft = a_draft(session, people)
    assert barriers.letters_of(session, people.rut, draft.barrier) == []
    assert barriers.letters_of(session, people.vera, draft.barrier) == [draft]
    advance(session, people, draft, LetterStatus.IN_REVIEW, NOW)
    assert letters.waiting(session, people.stina, LetterStatus.IN_REVIEW) == [draft]
    assert letters.waiting(session, people.rut, LetterStatus.IN_REVIEW) == []


def test_only_the_coordinator_sees_small_counts(people: People) -> None:
    assert [name for name in WORK if visibility.sees_small_counts(getattr(people, name))] == ["vera"]
