"""What staff file: a deviation or a guldkorn, with the facts that grouping and letters build on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from deviations.domain.workflow import QUEUES, CloseReason, Kind, Queue, Status, Step
from deviations.models.barriers import Barrier, Solution
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Agency, Municipality, Rule
from deviations.models.people import Subproject, User

deviation_agency = Table(
    "deviation_agency",
    Base.metadata,
    Column("deviation_id", ForeignKey("deviation.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
)


PUT_OFF = text("snoozed_until IS NOT NULL")
_CASES = " ".join(f"WHEN '{status}' THEN '{queue}'" for status, queue in QUEUES.items())


class Deviation(Base):
    """One report. It is never about a named participant."""

    __tablename__ = "deviation"
    __table_args__ = (
        UniqueConstraint("filed_by_id", "form_key"),
        CheckConstraint(f"COALESCE(queue, '') = CASE status {_CASES} ELSE '' END", name="queue_of_status"),
        # One for each order of a queue, her own, and a lead's own.
        Index("ix_deviation_queue_filed_at", "queue", "filed_at", "id"),
        Index("ix_deviation_queue_due_on", "queue", "due_on", "id"),
        Index("ix_deviation_queue_priority", "queue", "priority", "id"),
        Index("ix_deviation_reporter_id_filed_at", "reporter_id", "filed_at", "id"),
        Index("ix_deviation_subproject_id_queue", "subproject_id", "queue", "filed_at", "id"),
        # Of those that are put off only, so that it is never walked for the others.
        Index(
            "ix_deviation_queue_snoozed_until", "queue", "snoozed_until", sqlite_where=PUT_OFF, postgresql_where=PUT_OFF
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    status: Mapped[Status] = mapped_column(choice(Status), index=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("user.id"))  # whose report it is
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)  # who typed it: a lead may, for her
    form_key: Mapped[str] = mapped_column(String(64))  # the form's own key: sent twice, filed once
    subproject_id: Mapped[int] = mapped_column(ForeignKey("subproject.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"), index=True)
    rule_hint: Mapped[str] = mapped_column(String(200), default="")
    step: Mapped[Step | None] = mapped_column(choice(Step))
    weeks_lost: Mapped[int | None]
    people_hit: Mapped[int | None]
    tried: Mapped[str] = mapped_column(Text, default="")
    wished: Mapped[str] = mapped_column(Text, default="")
    occurred_on: Mapped[date]
    filed_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    barrier_id: Mapped[int | None] = mapped_column(ForeignKey("barrier.id"), index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"), index=True)  # of Kind.SAME_HERE
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"))
    close_reason: Mapped[CloseReason | None] = mapped_column(choice(CloseReason))
    queue: Mapped[Queue | None] = mapped_column(choice(Queue))  # follows from the state, for the indexes
    priority: Mapped[int] = mapped_column(default=0)  # domain/priority: computed, never typed in
    due_on: Mapped[date | None] = mapped_column(index=True)  # the promised day; None where nothing is promised
    due_how: Mapped[str] = mapped_column(Text, default="")  # JSON: how that day was counted
    snoozed_until: Mapped[date | None]  # out of the week's queue until this day
    asked_until: Mapped[date | None]  # longer time that a lead has asked for
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)  # its texts are gone by a gallringsbeslut; it counts on
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    reporter: Mapped[User] = relationship(foreign_keys=reporter_id)
    filed_by: Mapped[User] = relationship(foreign_keys=filed_by_id)
    subproject: Mapped[Subproject] = relationship()
    municipality: Mapped[Municipality] = relationship()
    rule: Mapped[Rule | None] = relationship()
    agencies: Mapped[list[Agency]] = relationship(secondary=deviation_agency, order_by=Agency.name)
    barrier: Mapped[Barrier | None] = relationship(back_populates="deviations")
    duplicate_of: Mapped["Deviation | None"] = relationship(foreign_keys=duplicate_of_id, remote_side=id)
    same_as: Mapped["Deviation | None"] = relationship(foreign_keys=same_as_id, remote_side=id)
    solutions: Mapped[list[Solution]] = relationship(
        primaryjoin=id == Solution.deviation_id, foreign_keys=Solution.deviation_id, viewonly=True
    )

    @validates("status")
    def _follow(self, key: str, status: Status) -> Status:
        self.queue = QUEUES.get(status)
        return status


class Draft(Base):
    """A report that somebody has begun to write. What must never enter is masked before it is kept."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("owner_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    form_key: Mapped[str] = mapped_column(String(64))  # the form's own key, that the report will carry
    content: Mapped[str] = mapped_column(Text)  # JSON: the form's fields by name, each a list of texts
    saved_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
