"""Search over the database: only what may be read, the same on both databases, whatever anybody types."""

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.search import asked
from deviations.domain.workflow import CloseReason, Kind, Queue, Status
from deviations.models import Deviation, DeviationWords, Draft, InternalNote, Solution, SolutionWords
from deviations.models.search import TEXTS, WORDS
from deviations.queries import search
from deviations.queries.search import What
from deviations.services import barriers, filing, indexing, triage
from tests.domain.test_search import MEETS, MEETS_NOT, meets, pairs
from tests.factories import NOW, a_barrier, a_decision, a_filed_deviation, an_occurrence
from tests.people import People

HOSTILE = [
    '"', '""', '"""', "'", "';--", "'; DROP TABLE deviation; --", "*", "a*", '"a" *', "NEAR(a b)", "NEAR(", "a NEAR b",
    "AND", "OR", "NOT", "AND OR NOT", "plats AND", "NOT plats", "plats OR", "^plats", "words:plats", "{words}: plats",
    "- plats", "--plats", "plats--", "a:*", "a:b & c", "!plats", "plats & | !", "<->", "(", ")", "((plats)", "\\",
    "\\'", "\x00", "pla\x00ts", "\ud800", "🙂", "🙂 plats", "%", "_", "_s1", "_r1", "_qnew", "%_%", "plats " * 500,
    "x" * 10_000, " ".join(f"ord{number}" for number in range(500)), "och att", "-", "-plats", "- - -", '-"tio timmar"',
    "§", "5 §§§ §", "1-99 §§", "(plats) + [plats]", "\u202eplats", "plats\n\n\nplats", "ß ẞ İ ı ﬁ", "é" * 400,
    "a\u0308" * 200,
]  # fmt: skip


def ids(found: search.Found) -> list[int]:
    return [one.id for one in found.deviations.rows]


def test_a_report_is_found_by_a_part_of_a_compound(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, title="Arbetsträningsplatsen försvann", body="Ingen ringde.")
    assert ids(search.search(session, people.rut, "arbetsträning")) == [report.id]
    assert ids(search.search(session, people.rut, "arbetsförmedling")) == []


@pytest.mark.parametrize("field", TEXTS[Deviation])
def test_every_text_of_a_report_is_searched(session: Session, people: People, field: str) -> None:
    report = a_filed_deviation(session, people.rut, **{field: "Xylofonen hjälpte"})
    assert ids(search.search(session, people.rut, "xylofon")) == [report.id]


def test_nobody_finds_what_she_may_not_read(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, title="Xylofonen saknas")
    found = {name: ids(search.search(session, getattr(people, name), "xylofon")) for name in People.__slots__}
    assert {name for name, hits in found.items() if hits == [report.id]} == {"rut", "rolf", "lena", "vera"}
    assert all(hits in ([], [report.id]) for hits in found.values())


def test_a_report_of_her_own_from_elsewhere_is_found_by_its_author(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.vera, title="Xylofonen saknas", place="Norr", municipality="Täby")
    report.reporter_id = people.rut.id
    session.flush()
    assert ids(search.search(session, people.rut, "xylofon")) == [report.id]
    assert ids(search.search(session, people.rolf, "xylofon")) == []


def test_drafts_and_internal_notes_are_in_no_search(session: Session, people: People) -> None:
    content = json.dumps({"title": ["Xylofon"], "body": ["xylofon"]})
    session.add(Draft(owner_id=people.rut.id, form_key="begun", content=content, saved_at=NOW))
    report = a_filed_deviation(session, people.rut)
    session.add(InternalNote(deviation_id=report.id, author_id=people.vera.id, at=NOW, text="xylofon"))
    session.flush()
    for actor in (people.rut, people.lena, people.vera):
        assert not search.search(session, actor, "xylofon")


def test_what_others_wrote_takes_no_time_to_pass_over(session: Session, people: People) -> None:
    """The words say where a report is: of what is elsewhere no row is looked at."""
    for _ in range(30):
        a_filed_deviation(session, people.rita, title="Xylofonen saknas")
    own = a_filed_deviation(session, people.rut, title="Xylofonen saknas")
    session.flush()
    narrowed = search._having(session, DeviationWords, asked("xylofon"), search._places(people.rut), None)
    assert session.scalars(narrowed).all() == [own.id]


def test_barriers_and_solutions_are_everybodys_and_gone_ones_nobodys(session: Session, people: People) -> None:
    kept = a_barrier(session, people.vera, name="Xylofonhindret")
    gone = a_barrier(session, people.vera, name="Xylofonhindret igen")
    gone.merged_into_id = kept.id
    golden = a_filed_deviation(session, people.rut, title="Xylofonen hjälpte", kind=Kind.GOOD_EXAMPLE)
    session.flush()
    found = search.search(session, people.stina, "xylofon")
    assert [one.id for one in found.barriers.rows] == [kept.id]
    assert [one.deviation_id for one in found.solutions.rows] == [golden.id]
    assert found.deviations.rows == ()
    assert not search.search(session, people.adam, "xylofon")
    written_off = triage.Decision(Status.CLOSED, note="Redan berättat.", reason=CloseReason.NOT_A_DEVIATION)
    triage.move(session, people.vera, golden, written_off, at=NOW)
    session.flush()
    assert search.search(session, people.stina, "xylofon").solutions.rows == []


def test_the_newest_stand_first_and_the_rest_on_the_next_pages(session: Session, people: People) -> None:
    all_of_them = [a_filed_deviation(session, people.rut, title=f"Xylofon {at}").id for at in range(45)]
    found, before = [], None
    while True:
        page = search.search(session, people.rut, "xylofon", What.DEVIATIONS, before)
        found += ids(page)
        if (before := page.deviations.before) is None:
            break
    assert found == sorted(all_of_them, reverse=True)


def test_what_changes_is_found_by_its_new_words_only(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut, tried="Xylofon")
    barrier = a_barrier(session, people.vera, name="Klarinetten")
    session.commit()
    report.tried = "Fagott"
    told = barriers.Description(name="Trumpeten")
    barriers.describe(session, people.vera, barrier, told, version=barrier.version, at=NOW)
    session.commit()
    assert not search.search(session, people.vera, "xylofon")
    assert not search.search(session, people.vera, "klarinett")
    assert ids(search.search(session, people.vera, "fagott")) == [report.id]
    assert [one.id for one in search.search(session, people.vera, "trumpet").barriers.rows] == [barrier.id]


def test_what_is_deleted_is_found_no_more(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    told = {"deviation_id": report.id, "subproject_id": report.subproject_id, "worked": True, "created_at": NOW}
    solution = Solution(text="Xylofon", **told)
    session.add(solution)
    session.flush()
    assert search.search(session, people.rut, "xylofon").solutions.rows
    session.delete(solution)
    session.flush()
    assert not search.search(session, people.rut, "xylofon").solutions.rows
    assert session.scalar(select(func.count()).select_from(SolutionWords)) == 0


def test_both_databases_find_what_the_plain_meaning_says(session: Session, people: People) -> None:
    """Every question of the tables over every text of the tables: SQLite, PostgreSQL and plain Python agree."""
    told = list(dict.fromkeys(text for _, text in (*pairs(MEETS), *pairs(MEETS_NOT))))
    known = {a_filed_deviation(session, people.rut, title=text, body="Xylofon.").id: text for text in told}
    session.flush()
    kept = dict(session.execute(select(DeviationWords.id, DeviationWords.words)).all())
    for question in dict.fromkeys(question for question, _ in (*pairs(MEETS), *pairs(MEETS_NOT))):
        wanted, condition = asked(question), search.matching(session, question, people.rut)
        plain = {id for id in known if meets(wanted, kept[id])}
        found = set(session.scalars(select(Deviation.id).where(condition))) if condition is not None else set()
        assert found == plain, question


def test_no_question_is_a_command(session: Session, people: People) -> None:
    own = a_filed_deviation(session, people.rut)
    a_filed_deviation(session, people.rita)
    session.commit()
    for question in HOSTILE:
        assert ids(search.search(session, people.rut, question)) in ([], [own.id]), ascii(question)
        for condition, kind in (
            (search.matching(session, question), Deviation),
            (search.matching_solutions(session, question), Solution),
        ):
            if condition is not None:
                session.scalars(select(kind.id).where(condition)).all()
    assert session.scalar(select(func.count()).select_from(Deviation)) == 2


def test_nothing_that_is_typed_is_the_word_of_a_place(session: Session, people: People) -> None:
    report = a_filed_deviation(session, people.rut)
    for question in (f"_s{report.subproject_id}", f"_r{people.rut.id}", "_qnew", "*_q", "_qnew*"):
        assert ids(search.search(session, people.vera, question)) == []


def test_many_hits_are_the_same_as_few(session: Session, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = [a_filed_deviation(session, people.rut, title=f"Xylofon {at}").id for at in range(5)]
    few = search.matching(session, "xylofon", people.rut)
    monkeypatch.setattr(search, "FEW", 2)
    many = search.matching(session, "xylofon", people.rut)
    assert few is not None and many is not None
    assert str(few) != str(many)
    for condition in (few, many):
        assert sorted(session.scalars(select(Deviation.id).where(condition))) == reports


def test_a_queue_is_searched_by_itself(session: Session, people: People) -> None:
    waiting, closed = (a_filed_deviation(session, people.rut, title="Xylofon") for _ in range(2))
    triage.move(session, people.vera, closed, a_decision(session, Status.CLOSED), at=NOW)
    session.flush()
    condition = search.matching(session, "xylofon", people.vera, [Queue.NEW])
    assert condition is not None
    assert session.scalars(select(Deviation.id).where(condition)).all() == [waiting.id]


@pytest.fixture
def a_life(session: Session, people: People) -> None:
    """What the program does with texts: filing, samma här, completing, decisions, barriers, guldkorn."""
    first = a_filed_deviation(session, people.rut)
    filing.same_here(session, people.rita, an_occurrence(session, a_barrier(session, people.vera), place="Norr",
                     municipality="Täby"), form_key="same", at=NOW)  # fmt: skip
    filing.complete(
        session,
        people.rut,
        first,
        filing.Details(first.municipality, first.occurred_on, first.agencies, tried="Vi ringde.", wished="Ett svar."),
        at=NOW,
        version=first.version,
    )
    a_filed_deviation(session, people.rolf, kind=Kind.GOOD_EXAMPLE)
    triage.move(session, people.vera, first, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    session.commit()


def kept(session: Session) -> dict[tuple[str, int], str]:
    return {(kind.__name__, id): w for kind in WORDS.values() for id, w in session.execute(select(kind.id, kind.words))}


def test_the_words_that_are_kept_are_those_of_the_texts(session: Session, a_life: None) -> None:
    before = kept(session)
    assert {kind.__name__ for kind in WORDS.values()} == {name for name, _ in before}
    assert indexing.rebuild(session) == len(before)
    session.commit()
    assert kept(session) == before


@pytest.mark.usefixtures("a_life")
def test_a_rebuilt_index_finds_what_it_found(session: Session, people: People) -> None:
    def found() -> list[list[int]]:
        one = search.search(session, people.vera, "timmar")
        return [[row.id for row in hits.rows] for hits in (one.deviations, one.barriers, one.solutions)]

    before = found()
    assert any(before)
    indexing.rebuild(session)
    assert found() == before


def test_an_analyser_that_finds_other_words_makes_the_index_old(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not indexing.renew(session)
    monkeypatch.setattr("deviations.domain.compounds.listed", lambda: ("ett", "annat"))
    assert indexing.is_old(session)
    assert indexing.renew(session)
    assert not indexing.renew(session)
