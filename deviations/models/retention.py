"""How long things are kept: the rules, the decisions (gallringsbeslut) behind them, and what was carried out."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.retention import Erasable
from deviations.models.base import Base, UtcTime, choice
from deviations.models.people import User


class RetentionDecision(Base):
    """A gallringsbeslut as the association made it: who decided, when, under which number, and for which rules."""

    __tablename__ = "retention_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))  # its own, as it stands in the minutes or the registry
    decided_by: Mapped[str] = mapped_column(String(200))
    decided_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)  # no longer in force

    recorded_by: Mapped[User] = relationship()
    rules: Mapped[list["RetentionRule"]] = relationship(back_populates="decision", order_by="RetentionRule.id")


class RetentionRule(Base):
    """What is taken away after how many months, by which decision. Of each kind the newest decision in force rules."""

    __tablename__ = "retention_rule"
    __table_args__ = (UniqueConstraint("decision_id", "what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("retention_decision.id"))
    what: Mapped[Erasable] = mapped_column(choice(Erasable))
    months: Mapped[int]

    decision: Mapped[RetentionDecision] = relationship(back_populates="rules")


class RetentionRun(Base):
    """One time that a rule was carried out: up to which day, and how much there was."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("retention_rule.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    before: Mapped[date]  # what is older than this day was taken away
    counts: Mapped[str] = mapped_column(Text)  # JSON: how many of what

    rule: Mapped[RetentionRule] = relationship()
    actor: Mapped[User] = relationship()
