"""Structural barriers: rule × agency × handover step, with what people decided about who belongs to them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.workflow import BarrierStatus, Obstacle, Step
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Agency, Rule

if TYPE_CHECKING:
    from deviations.models.deviations import Deviation

barrier_agency = Table(
    "barrier_agency",
    Base.metadata,
    Column("barrier_id", ForeignKey("barrier.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
)


class Barrier(Base):
    """The main object of the program: what stops people again and again, and how far its way out has come."""

    __tablename__ = "barrier"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[BarrierStatus] = mapped_column(choice(BarrierStatus), index=True)
    obstacle: Mapped[Obstacle | None] = mapped_column(choice(Obstacle))
    step: Mapped[Step | None] = mapped_column(choice(Step))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("rule.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    fired_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when the policy fired last
    fired_why: Mapped[str] = mapped_column(Text, default="")  # JSON of the standing that fired it
    review_on: Mapped[date | None]  # when a written-off barrier is looked at again
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("barrier.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    rule: Mapped[Rule | None] = relationship()
    agencies: Mapped[list[Agency]] = relationship(secondary=barrier_agency, order_by=Agency.name)
    deviations: Mapped[list["Deviation"]] = relationship(back_populates="barrier")
    merged_into: Mapped["Barrier | None"] = relationship(remote_side=id)


class RuleLookedOver(Base):
    """That somebody has looked over a barrier, and what is written about it, after its rule changed."""

    __tablename__ = "rule_looked_over"

    change_id: Mapped[int] = mapped_column(ForeignKey("rule_change.id"), primary_key=True)
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), primary_key=True, index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    note: Mapped[str] = mapped_column(Text, default="")


class Solution(Base):
    """A local solution: what a subproject did, and whether it worked."""

    __tablename__ = "solution"

    id: Mapped[int] = mapped_column(primary_key=True)
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    barrier_id: Mapped[int | None] = mapped_column(ForeignKey("barrier.id"), index=True)
    subproject_id: Mapped[int] = mapped_column(ForeignKey("subproject.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    worked: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Verdict(Base):
    """A person's word on whether a report belongs to a barrier. It outlives every regrouping."""

    __tablename__ = "verdict"
    __table_args__ = (UniqueConstraint("deviation_id", "barrier_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"))
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    belongs: Mapped[bool]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)


class PairVerdict(Base):
    """A person's word on two reports: the same happening, or not."""

    __tablename__ = "pair_verdict"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    same: Mapped[bool]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)


class KinVerdict(Base):
    """A person's word on two reports: about one barrier, or not. It outlives every regrouping."""

    __tablename__ = "kin_verdict"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    kin: Mapped[bool]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)


class SolutionTrial(Base):
    """Another subproject's word on a solution: it worked there too, or it did not. The latest word stands."""

    __tablename__ = "solution_trial"
    __table_args__ = (UniqueConstraint("solution_id", "subproject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"))
    subproject_id: Mapped[int] = mapped_column(ForeignKey("subproject.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    worked: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcTime)
