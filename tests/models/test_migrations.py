"""The numbered steps build just the tables of the models, take them away again, and carry data along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deviations import migrations
from deviations.domain.learnt import Fineness, TermKind, WeightsState
from deviations.domain.letters import LetterStatus, LinkAct
from deviations.domain.logins import AttemptKind
from deviations.domain.notices import MailChoice, Notice
from deviations.domain.retention import Erasable
from deviations.domain.workflow import Kind, Obstacle, Status
from deviations.models import (
    Attempt,
    Base,
    Deviation,
    Draft,
    EmailChange,
    FollowUp,
    GroupingRun,
    Identity,
    InternalNote,
    KinVerdict,
    LearntWeights,
    Letter,
    LetterAutosave,
    LetterCase,
    LetterComment,
    LetterReminder,
    LetterTemplate,
    LexiconEntry,
    LinkUse,
    Move,
    ObstacleWording,
    OneTimeLink,
    OutgoingMail,
    PairVerdict,
    PendingLogin,
    PromisedAction,
    RecipientLink,
    RecoveryCode,
    ReplyFile,
    RetentionDecision,
    RetentionRule,
    RetentionRun,
    Review,
    ReviewItem,
    RuleChange,
    RuleLookedOver,
    Ruling,
    SavedView,
    Setting,
    Solution,
    SolutionTrial,
    SuggestionOutcome,
    User,
)
from deviations.models.engine import make_engine
from deviations.models.search import is_index
from deviations.queries import search
from deviations.services import indexing, triage
from tests.factories import NOW, a_barrier, a_decision, a_draft, a_filed_deviation, a_letter, a_rule, advance, said_here
from tests.people import find


@pytest.fixture
def empty(empty_database: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = make_engine(empty_database)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    """The tables, but for those that SQLite keeps an index of words in (`indexes` looks at these)."""
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not is_index(name)}


def indexes(engine: Engine) -> dict[str, str]:
    """How the indexes of words are made, as the database itself says it; their inner tables too."""
    sqlite = engine.dialect.name == "sqlite"
    question = "SELECT name, sql FROM sqlite_master" if sqlite else "SELECT indexname, indexdef FROM pg_indexes"
    with engine.connect() as connection:
        return {name: made for name, made in connection.exec_driver_sql(question) if is_index(name)}


def test_an_empty_database_is_at_no_revision(empty: Engine) -> None:
    assert migrations.current(empty) is None


def test_all_steps_up_build_the_tables_of_the_models(empty: Engine) -> None:
    migrations.upgrade(empty)
    assert tables(empty) == set(Base.metadata.tables)
    assert migrations.current(empty) == migrations.newest()
    migrations.check(empty)


def test_going_up_again_changes_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.newest()


def test_all_steps_down_leave_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.downgrade(empty, "base")
    assert tables(empty) == set()
    assert migrations.current(empty) is None
    migrations.upgrade(empty)
    migrations.check(empty)


def test_the_migrated_tables_are_made_like_those_of_the_models(empty: Engine) -> None:
    """Columns, nullability, keys, indexes and constraints, as the database itself reports them."""
    migrations.upgrade(empty)
    migrated, words = described(empty), indexes(empty)
    migrations.downgrade(empty, "base")
    assert indexes(empty) == {}
    Base.metadata.create_all(empty)
    assert migrated == described(empty)
    assert words == indexes(empty)
    assert len(words) >= 3
    Base.metadata.drop_all(empty)
    assert tables(empty) == set()
    assert indexes(empty) == {}


def described(engine: Engine) -> dict[str, Any]:
    look = inspect(engine)
    return {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in look.get_columns(name)},
            "key": look.get_pk_constraint(name),
            "foreign": sorted(map(str, look.get_foreign_keys(name))),
            "unique": sorted(map(str, look.get_unique_constraints(name))),
            "indexes": sorted(str({**index, **_options(index)}) for index in look.get_indexes(name)),
            "checks": sorted(c["name"] or "" for c in look.get_check_constraints(name)),
        }
        for name in tables(engine)
    }


def _options(index: Any) -> dict[str, Any]:
    """Of which rows an index is, in words that can be compared."""
    return {"dialect_options": {name: str(said) for name, said in index.get("dialect_options", {}).items()}}


def fill(session: Session) -> None:
    """At least one row in every table."""
    everyone = find(session)
    letter = a_letter(session, everyone, LetterStatus.SENT)
    barrier = letter.barrier
    barrier.agencies = list(letter.recipients)
    advance(session, everyone, letter, LetterStatus.ANSWERED)
    solved, other = a_filed_deviation(session, everyone.rut), a_filed_deviation(session, everyone.rut)
    triage.move(session, everyone.vera, solved, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    session.add_all(
        [
            Setting(name="policy", value="{}"),
            Attempt(kind=AttemptKind.PASSWORD, key_hash="0" * 64, at=NOW),
            OneTimeLink(token_hash="1" * 64, user_id=everyone.rut.id, created_at=NOW, expires_at=NOW),
            PendingLogin(
                token_hash="1" * 64,
                user_id=everyone.vera.id,
                created_at=NOW,
                expires_at=NOW,
                provider="kommunen",
                provider_session="their session",
                id_token="sealed",
            ),
            RecoveryCode(user_id=everyone.vera.id, code_hash="1" * 64, made_at=NOW),
            Identity(user_id=everyone.vera.id, provider="haninge", subject="7", linked_at=NOW, used_at=NOW),
            EmailChange(user_id=everyone.rut.id, new_email="rut@example.org", asked_at=NOW, expires_at=NOW),
            _kept(everyone.adam.id),
            Draft(owner_id=everyone.rut.id, form_key="begun", content="{}", saved_at=NOW),
            FollowUp(move_id=_last_move(session, solved), deviation_id=solved.id, asked_at=NOW),
        ]
    )
    review = Review(actor_id=everyone.vera.id, started_at=NOW)
    session.add(review)
    session.flush()
    vera = everyone.vera.id
    session.add_all(
        [
            ReviewItem(review_id=review.id, position=1, deviation_id=solved.id),
            Ruling(actor_id=vera, at=NOW, what=Status.SOLVED_LOCALLY, count=1, review_id=review.id, before="{}"),
            InternalNote(deviation_id=solved.id, author_id=vera, at=NOW, text="Ring Lena."),
            SavedView(owner_id=vera, name="Sena", query="ko=sena", shared=True, created_at=NOW),
            PairVerdict(first_id=solved.id, second_id=other.id, same=True, actor_id=vera, at=NOW),
            KinVerdict(first_id=solved.id, second_id=other.id, kin=True, actor_id=vera, at=NOW),
            GroupingRun(fineness=Fineness.MEDIUM, at=NOW, reports=2, seconds=0.1, groups="[]"),
            LexiconEntry(term="krånglis", kind=TermKind.WORD, off=False, actor_id=vera, changed_at=NOW),
            LearntWeights(
                made_at=NOW,
                weights="{}",
                learnt_from=100,
                tested_on=40,
                first_before=0.8,
                first_after=0.9,
                state=WeightsState.IN_USE,
            ),
            SolutionTrial(
                solution_id=session.scalars(select(Solution.id).where(Solution.deviation_id == solved.id)).one(),
                subproject_id=solved.subproject_id,
                user_id=everyone.lena.id,
                worked=True,
                at=NOW,
            ),
        ]
    )
    _fill_letters(session, letter, solved, vera)
    session.add(
        SuggestionOutcome(
            at=NOW, deviation_id=solved.id, barrier_id=barrier.id, place=1, was_new=False, looked_new=False
        )
    )
    session.commit()


def _kept(admin: int) -> RetentionRun:
    """A gallringsbeslut with a rule that was carried out."""
    decision = RetentionDecision(
        number="§ 7", decided_by="Styrelsen", decided_on=NOW.date(), recorded_by_id=admin, recorded_at=NOW
    )
    rule = RetentionRule(decision=decision, what=Erasable.NOTES, months=24)
    return RetentionRun(rule=rule, actor_id=admin, at=NOW, before=NOW.date(), counts="{}")


def _fill_letters(session: Session, letter: Letter, deviation: Deviation, vera: int) -> None:
    """What there is around a letter that was sent."""
    barrier, agency = letter.barrier, letter.recipients[0]
    draft = a_draft(session, find(session))  # what was sent can't be changed
    draft.further, draft.copies = [a_barrier(session, find(session).vera)], [agency]
    change = RuleChange(rule=a_rule(session), at=NOW, before="{}", after="{}")
    link = RecipientLink(
        letter=letter, agency=agency, token_sha256="2" * 64, created_at=NOW, created_by_id=vera, expires_at=NOW
    )
    session.add_all([change, link])
    session.flush()
    reply = letter.replies[0]
    session.add_all(
        [
            RuleLookedOver(change_id=change.id, barrier_id=barrier.id, actor_id=vera, at=NOW),
            LinkUse(link=link, at=NOW, act=LinkAct.OPENED),
            LetterAutosave(letter_id=letter.id, user_id=vera, title="T", body="B", based_on=1, at=NOW),
            LetterCase(
                letter=draft,
                barrier_id=barrier.id,
                deviation_id=deviation.id,
                position=0,
                text="Ett fall.",
                passed_by_id=vera,
                passed_at=NOW,
            ),
            LetterComment(letter=letter, number=1, author_id=vera, at=NOW, text="Bra."),
            LetterReminder(
                letter=letter, number=1, on=NOW.date(), answer_by=NOW.date(), body="B", head="{}", actor_id=vera, at=NOW
            ),
            PromisedAction(reply=reply, text="Se över stödet."),
            ReplyFile(reply=reply, name="svar.txt", kind="txt", size=1, sha256="3" * 64, content=b"S"),
            LetterTemplate(association_id=letter.association_id, body="B", changed_at=NOW, changed_by_id=vera),
            ObstacleWording(obstacle=Obstacle.LAW, wording="{}", changed_at=NOW, changed_by_id=vera),
            OutgoingMail(
                key="letter", address="registrator@example.se", kind=Notice.LETTER_SENT, at=NOW, next_try_at=NOW
            ),
        ]
    )


def _last_move(session: Session, deviation: Deviation) -> int:
    return session.scalars(select(func.max(Move.id)).where(Move.deviation_id == deviation.id)).one()


def test_a_filled_database_goes_all_the_way_down_and_up_again(engine: Engine) -> None:
    with Session(engine) as session:
        fill(session)
        counts = {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
    assert [name for name, count in counts.items() if not count] == []
    migrations.downgrade(engine, "base")
    assert tables(engine) == set()
    migrations.upgrade(engine)
    migrations.check(engine)
    assert migrations.current(engine) == migrations.newest()


def test_an_older_database_keeps_its_reports_and_their_authors_when_it_is_brought_up(engine: Engine) -> None:
    with Session(engine) as session:
        report = a_filed_deviation(session, find(session).rut)
        session.commit()
        author, id = report.reporter_id, report.id
    migrations.downgrade(engine, "0001")
    migrations.upgrade(engine)
    with Session(engine) as session:
        kept = session.get_one(Deviation, id)
        assert (kept.reporter_id, kept.filed_by_id, kept.same_as_id) == (author, author, None)
        assert session.get_one(User, author).mail_choice is MailChoice.EACH


def test_open_reports_of_an_older_database_get_the_priority_that_the_program_computes(engine: Engine) -> None:
    with Session(engine) as session:
        everyone = find(session)
        report = a_filed_deviation(session, everyone.rut, people_hit=2, weeks_lost=300)
        said_here(session, everyone.rolf, report, place="Söder", municipality="Tyresö")
        session.commit()
        expected = dict(session.execute(select(Deviation.id, Deviation.priority)).all())
        assert expected[report.id] == 48  # two people, twelve weeks, two municipalities
    migrations.downgrade(engine, "0002")
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert dict(session.execute(select(Deviation.id, Deviation.priority)).all()) == expected


def test_an_older_database_is_searched_once_its_words_are_made(engine: Engine) -> None:
    with Session(engine) as session:
        rut = find(session).rut
        report = a_filed_deviation(session, rut, title="Arbetsträningsplatsen försvann")
        session.commit()
        id = report.id
    migrations.downgrade(engine, "0003")
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert indexing.renew(session)
        session.commit()
        assert [one.id for one in search.search(session, rut, "arbetsträning").deviations.rows] == [id]


def test_reports_that_were_never_to_be_one_barrier_stay_apart(engine: Engine) -> None:
    with Session(engine) as session:
        everyone = find(session)
        ids = [a_filed_deviation(session, everyone.rut).id for _ in range(3)]
        for second, same in ((ids[1], False), (ids[2], True)):
            word = PairVerdict(first_id=ids[0], second_id=second, same=same, actor_id=everyone.vera.id, at=NOW)
            session.add(word)
        session.commit()
    migrations.downgrade(engine, "0004")
    migrations.upgrade(engine)
    with Session(engine) as session:
        said = session.execute(select(KinVerdict.first_id, KinVerdict.second_id, KinVerdict.kin)).all()
        assert said == [(ids[0], ids[1], False)]


def test_an_occurrence_does_not_stop_the_way_down(engine: Engine) -> None:
    with Session(engine) as session:
        report = a_filed_deviation(session, find(session).rut)
        again = a_filed_deviation(session, find(session).rolf, title="Samma här")
        again.kind, again.same_as_id = Kind.SAME_HERE, report.id
        session.commit()
        ids = report.id, again.id
    migrations.downgrade(engine, "0001")
    migrations.upgrade(engine)
    with Session(engine) as session:
        assert session.get(Deviation, ids[0]) is not None
        assert session.get(Deviation, ids[1]) is None


def test_a_reference_that_leads_nowhere_stops_a_step(tmp_path: Path) -> None:
    """On SQLite, whose foreign keys rest while tables are made anew."""
    engine = make_engine(f"sqlite:///{tmp_path / 'dangling.sqlite3'}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("INSERT INTO draft (owner_id, form_key, content, saved_at) VALUES (99, 'x', '{}', '2026-01-01')")
        raw.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(IntegrityError):
        migrations.upgrade(engine)
    engine.dispose()
