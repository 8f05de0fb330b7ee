"""A database as large as wanted, as it would look after years: mostly decided, a few in a hundred still open."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from deviations import migrations
from deviations.domain import parties
from deviations.domain.search import indexed
from deviations.domain.workflow import QUEUES, Act, BarrierStatus, CloseReason, Kind, Status
from deviations.models import Agency, Association, Barrier, Deviation, DeviationWords, Move, Municipality, Rule
from deviations.models.deviations import deviation_agency
from deviations.models.search import SCOPE, indexing, place
from deviations.queries import people as accounts
from deviations.services import indexing as making
from deviations.services import organisation
from tests import people
from tests.benchmarks import material

TEXTS, BARRIERS, PLACES, TOWNS, PORTION = 20_000, 200, 20, 23, 10_000
OPEN = (Status.FILED, Status.IN_REVIEW, Status.NEEDS_FACTS, Status.LOCAL_ACTION)
DONE = (Status.JOINED, Status.JOINED, Status.JOINED, Status.CLOSED, Status.SOLVED_LOCALLY)
SHARE = 50  # one in so many is open
RARE = "löpnummer"


def fill(engine: Engine, count: int) -> None:
    """Fills an empty database with the named people, 20 subprojects and so many reports with their words."""
    migrations.upgrade(engine)
    with Session(engine.execution_options(write=True)) as session:
        people.furnish(session)
        _subprojects(session)
        _barriers(session)
        session.commit()
        _unindex(session)
        for rows in _portions(session, count):
            for kind, values in rows:
                session.execute(insert(kind), values)
            session.commit()
        _index(session)
        session.commit()
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _subprojects(session: Session) -> None:
    program = accounts.program(session)
    assert program is not None
    association = session.scalars(select(Association).order_by(Association.id)).first()
    assert association is not None
    at = datetime.now(UTC)
    for number in range(PLACES - len(people.PLACES)):
        organisation.add_subproject(
            session, None, program, association, name=f"Delprojekt {number}", municipalities=[], at=at
        )


def _barriers(session: Session) -> None:
    now = datetime.now(UTC)
    session.add_all(
        Barrier(name=f"Hinder {at}", status=BarrierStatus.WATCHED, created_at=now) for at in range(BARRIERS)
    )


def _unindex(session: Session) -> None:
    """Rows come in faster than an index can take them one by one; it is made at the end."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET statement_timeout = 0"))
        session.execute(text("DROP INDEX ix_deviation_words_lexemes"))
        session.commit()


def _index(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET statement_timeout = 0"))
        session.execute(text(indexing("deviation_words", "postgresql")[1]))
    else:
        session.execute(text("INSERT INTO deviation_words_fts (deviation_words_fts) VALUES ('rebuild')"))
    making.stamp(session)


def _portions(session: Session, count: int) -> Iterator[list[tuple[Any, list[dict[str, Any]]]]]:
    told = list(material.reports(min(count, TEXTS), BARRIERS))
    words = [indexed([one.title, one.body, one.rule_hint]) for one in told]
    known = _Known(session)
    random, begun = Random(2), datetime.now(UTC) - timedelta(days=1500)
    for start in range(0, count, PORTION):
        reports, named, kept, moves = [], [], [], []
        for id in range(start + 1, min(start + PORTION, count) + 1):
            at = random.randrange(len(told))
            row = known.report(id, told[at], begun + timedelta(seconds=id * 1500 * 86_400 // (count + 1)), random)
            reports.append(row)
            named += [{"deviation_id": id, "agency_id": agency} for agency in known.named(told[at])]
            scope = "\n".join(place(name, row[name]) for name in SCOPE if row[name] is not None)
            own = f" {RARE} nr{id} \n" if id % 100 == 0 else ""
            kept.append({"id": id, "words": f"{own}{words[at]}\n{scope}"})
            moves.append(
                {"at": row["filed_at"], "actor_id": known.mover(row), "deviation_id": id, "source": Status.DRAFT,
                 "target": row["status"], "note": "", "act": Act.STEP}
            )  # fmt: skip
        yield [(Deviation, reports), (deviation_agency, named), (DeviationWords, kept), (Move, moves)]


class _Known:
    """What reports refer to."""

    def __init__(self, session: Session) -> None:
        self.places = [place.id for place in accounts.subprojects(session)]
        self.towns = list(session.scalars(select(Municipality.id).order_by(Municipality.id).limit(TOWNS)))
        self.rules = {rule.code: rule.id for rule in session.scalars(select(Rule))}
        self.agencies = {agency.code: agency.id for agency in session.scalars(select(Agency))}
        self.barriers = list(session.scalars(select(Barrier.id)))
        who = people.find(session)
        self.lead_place = people.place(session, "Söder").id
        self.coordinator = who.vera.id
        self.authors = [who.rut.id, who.rolf.id, who.rita.id, who.ruben.id]

    def named(self, told: material.Made) -> Sequence[int]:
        """The ids of the parties that a text names."""
        return [self.agencies[code] for code in parties.codes(told.agencies) if code in self.agencies]

    def mover(self, row: dict[str, Any]) -> int:
        """Who took the last step: the author who filed it, or the coordinator who decided."""
        return int(row["reporter_id"]) if row["status"] is Status.FILED else self.coordinator

    def report(self, id: int, told: material.Made, at: datetime, random: Random) -> dict[str, Any]:
        """A row of the table of reports."""
        place = random.choice(self.places)
        status = random.choice(OPEN) if random.randrange(SHARE) == 0 else random.choice(DONE)
        due = status in (Status.FILED, Status.IN_REVIEW, Status.LOCAL_ACTION)
        author = random.choice(self.authors[:2] if place == self.lead_place else self.authors[2:])
        return {
            "id": id, "kind": Kind.DEVIATION, "status": status, "queue": QUEUES.get(status), "title": told.title[:200],
            "body": told.body, "reporter_id": author, "filed_by_id": author, "form_key": f"bench-{id}",
            "subproject_id": place, "municipality_id": random.choice(self.towns),
            "rule_id": self.rules.get(told.rule or ""),
            "rule_hint": told.rule_hint[:200], "step": None, "tried": "", "wished": "", "occurred_on": at.date(),
            "filed_at": at, "barrier_id": random.choice(self.barriers) if status is Status.JOINED else None,
            "close_reason": CloseReason.INFORMATION if status is Status.CLOSED else None,
            "priority": random.randrange(100), "due_on": _day(at, random) if due else None, "due_how": "", "version": 1,
        }  # fmt: skip


def _day(at: datetime, random: Random) -> date:
    return (at + timedelta(days=random.choice((7, 60)))).date()
