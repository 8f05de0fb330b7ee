"""The demo tells a believable story, through the program's own services, and never touches what is real."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.demo import builder, correspondence, material
from deviations.demo.counts import Counts
from deviations.domain import privacy
from deviations.domain.letters import FileKind, LetterStatus
from deviations.domain.roles import Role
from deviations.domain.workflow import Act, BarrierStatus, Kind, Status
from deviations.models import Barrier, Deviation, InternalNote, Letter, Move, Solution, SolutionTrial, User
from deviations.models.engine import make_engine
from deviations.models.search import WORDS
from deviations.queries import local, people
from deviations.services import audit, indexing, passwords

TODAY = date(2026, 11, 22)  # a Sunday
PASSWORDS = {str(role): f"password-of-{role}" for role in Role}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that is built once for this module."""
    place = tmp_path_factory.mktemp("demo")
    builder.build(place, today=TODAY, passwords=PASSWORDS)
    return place


@pytest.fixture
def played(folder: Path) -> Iterator[Session]:
    """The built demo's database; nothing is committed."""
    engine = make_engine(builder.database_url(folder))
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_the_demo_is_as_large_as_promised(played: Session) -> None:
    found = builder.counts(played)
    assert found.deviations >= 270
    assert found.municipalities >= 18
    assert found.recurring >= 3
    assert found.letters >= 2


def test_the_ten_hour_case_recurs_over_many_municipalities_and_is_answered(played: Session) -> None:
    barrier = played.scalars(select(Barrier).where(Barrier.name.contains("tio timmar"))).one()
    reports = [d for d in barrier.deviations if d.status is Status.JOINED]
    assert len(reports) >= 14
    assert len({d.municipality_id for d in reports}) >= 7
    assert barrier.fired_at is not None
    assert barrier.status is BarrierStatus.ANSWERED


def test_the_demo_shows_every_way_a_report_and_a_barrier_can_go(played: Session) -> None:
    states = Counter(played.scalars(select(Deviation.status)))
    assert set(states) == set(Status) - {Status.DRAFT}
    assert states[Status.FILED] >= 5
    ways = set(played.scalars(select(Barrier.status)))
    assert {BarrierStatus.WATCHED, BarrierStatus.RECURRING, BarrierStatus.RETURNED} < ways
    assert {BarrierStatus.REMOVED, BarrierStatus.WRITTEN_OFF} < ways
    assert set(played.scalars(select(Deviation.kind))) == set(Kind)


def test_one_letter_was_sent_and_another_waits_for_the_styrgrupp(played: Session) -> None:
    letters = {letter.status: letter for letter in played.scalars(select(Letter))}
    assert {LetterStatus.ANSWERED, LetterStatus.IN_REVIEW, LetterStatus.DRAFT} == set(letters)
    sent = letters[LetterStatus.ANSWERED]
    pdf = sent.file(FileKind.PDF)
    assert pdf is not None and pdf.content.startswith(b"%PDF")
    assert [reply.promised != [] for reply in sent.replies] == [False, True]
    assert [len(letter.cases) for letter in (sent, letters[LetterStatus.DRAFT])] == [2, 0]
    assert "fylls i" not in sent.body
    assert [reply.kind for reply in sent.replies] == [LetterStatus.ACKNOWLEDGED, LetterStatus.ANSWERED]


def test_nothing_happens_in_the_future_on_a_weekend_or_out_of_order(played: Session) -> None:
    filed = list(played.scalars(select(Deviation.filed_at)))
    moves = list(played.scalars(select(Move.at).order_by(Move.id)))
    assert moves == sorted(moves)
    assert all(at.date() < TODAY and at.weekday() < 5 for at in [*filed, *moves])
    assert (TODAY - min(filed).date()).days >= 725
    assert played.scalar(select(func.count()).where(Deviation.occurred_on > func.date(Deviation.filed_at))) == 0


def test_every_step_left_its_line_in_a_whole_audit_log(played: Session) -> None:
    count, broken = audit.verify(played)
    assert broken is None
    assert count > 1000


def test_solutions_say_whether_they_worked(played: Session) -> None:
    told = Counter(played.scalars(select(Solution.worked)))
    assert told[True] > told[False] > 0


def test_the_leads_time_what_is_put_off_and_what_others_tried_are_all_there(played: Session) -> None:
    acts = set(played.scalars(select(Move.act)))
    assert {Act.EXTENSION_ASKED, Act.EXTENDED, Act.EXTENSION_REFUSED, Act.SNOOZED} <= acts
    waiting = played.scalars(select(Deviation).where(Deviation.asked_until.is_not(None))).all()
    assert [report.status for report in waiting] == [Status.LOCAL_ACTION]
    assert played.scalar(select(func.count()).where(Deviation.snoozed_until > TODAY)) == 3
    late = select(func.count()).where(Deviation.status == Status.LOCAL_ACTION, Deviation.due_on < TODAY)
    assert played.scalar(late) == 1
    assert played.scalar(select(func.count(InternalNote.id))) >= 6
    tried = Counter(played.scalars(select(SolutionTrial.worked)))
    assert tried[True] > tried[False] > 1
    lead = played.scalars(select(User).where(User.email == builder.logins()[Role.LEAD])).one()
    assert local.at_work(played, people.actor_of(lead)).count >= 3


def test_the_shown_logins_work_and_nobody_else_has_a_password(played: Session) -> None:
    for role, email in builder.logins().items():
        user = played.scalars(select(User).where(User.email == email)).one()
        assert user.password_hash is not None
        assert passwords.fits(user.password_hash, PASSWORDS[role])
    assert played.scalar(select(func.count()).where(User.password_hash.is_not(None))) == len(Role)


def test_no_text_of_the_demo_holds_what_must_never_enter() -> None:
    reports = material.reports(TODAY)
    texts = [text for r in reports for text in (r.title, r.body, r.rule_hint, r.tried, r.wished)]
    texts += [text for r in reports for text in (r.life.note, r.life.question, r.life.solution)]
    texts += [text for b in material.barriers(TODAY).values() for text in (b.name, b.description)]
    texts += [row.get("note", "") + row.get("text", "") for row in material.afterwards()]
    assert [text for text in texts if privacy.refused(text)] == []


def test_the_folder_keeps_no_password_and_is_its_owners_alone(folder: Path) -> None:
    mark = folder / builder.MARK
    assert json.loads(mark.read_text(encoding="utf-8"))["demo"] is True
    assert not any(password in mark.read_text(encoding="utf-8") for password in PASSWORDS.values())
    assert mark.stat().st_mode & 0o077 == 0
    assert {path.name for path in folder.iterdir()} == {"demo.json", "deviations.sqlite3", "secret_key"}


def test_the_same_day_gives_the_same_demo(folder: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    again = builder.build(tmp_path, today=TODAY, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] == len(steps)
    assert _story(tmp_path) == _story(folder)
    assert isinstance(again, Counts)


def _story(place: Path) -> list[tuple[object, ...]]:
    database = sqlite3.connect(place / "deviations.sqlite3")
    try:
        return database.execute("SELECT at, actor_id, action, subject, detail FROM audit_entry").fetchall()
    finally:
        database.close()


def test_a_real_instance_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "deviations.sqlite3").write_bytes(b"real work")
    with pytest.raises(builder.NoDemo, match="riktig instans"):
        builder.build(tmp_path, today=TODAY)
    assert (tmp_path / "deviations.sqlite3").read_bytes() == b"real work"


def test_a_demo_in_use_is_not_replaced(tmp_path: Path) -> None:
    old = tmp_path / "deviations.sqlite3"
    running = sqlite3.connect(old)
    running.execute("PRAGMA journal_mode=WAL")
    running.execute("CREATE TABLE work (id)")
    new = tmp_path / "new.sqlite3"
    new.write_bytes(b"")
    with pytest.raises(builder.NoDemo, match="Stoppa"):
        builder._replace(new, old)
    assert running.execute("SELECT count(*) FROM work").fetchone() == (0,)
    running.close()


def test_a_paragraph_lands_at_the_end_of_its_section() -> None:
    text = "## A\n\nett\n\n## B\n\ntvå\n"
    assert correspondence.with_paragraph(text, "A", "nytt") == "## A\n\nett\n\nnytt\n\n## B\n\ntvå\n"
    with pytest.raises(LookupError):
        correspondence.with_paragraph(text, "C", "nytt")


def test_letters_of_other_alphabets_make_plain_addresses() -> None:
    assert material.Person("x", "Cem Yıldıran", Role.LEAD, "HBS").email == "cem.yildiran@demo.example"
    assert material.Person("x", "Lars-Erik Öhrvall", Role.LEAD, "HBS").email == "lars-erik.ohrvall@demo.example"


def test_two_years_of_work_leave_the_words_of_all_texts_in_the_index(played: Session) -> None:
    """Whatever changed a text also changed its words: making them all anew changes nothing."""

    def kept() -> dict[str, list[tuple[int, str]]]:
        return {
            kind.__name__: [tuple(row) for row in played.execute(select(kind.id, kind.words).order_by(kind.id))]
            for kind in WORDS.values()
        }

    before = kept()
    assert min(map(len, before.values())) >= 10
    assert not indexing.is_old(played)
    indexing.rebuild(played)
    assert kept() == before
    played.rollback()
