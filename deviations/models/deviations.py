"""What staff file: a deviation or a guldkorn, with the facts that grouping and letters build on."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.workflow import CloseReason, Kind, Status, Step
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


class Deviation(Base):
    """One report. It is never about a named participant."""

    __tablename__ = "deviation"
    __table_args__ = (UniqueConstraint("reporter_id", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    status: Mapped[Status] = mapped_column(choice(Status), index=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
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
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("deviation.id"))
    close_reason: Mapped[CloseReason | None] = mapped_column(choice(CloseReason))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    reporter: Mapped[User] = relationship()
    subproject: Mapped[Subproject] = relationship()
    municipality: Mapped[Municipality] = relationship()
    rule: Mapped[Rule | None] = relationship()
    agencies: Mapped[list[Agency]] = relationship(secondary=deviation_agency, order_by=Agency.name)
    barrier: Mapped[Barrier | None] = relationship(back_populates="deviations")
    duplicate_of: Mapped["Deviation | None"] = relationship(remote_side=id)
    solutions: Mapped[list[Solution]] = relationship(
        primaryjoin=id == Solution.deviation_id, foreign_keys=Solution.deviation_id, viewonly=True
    )
