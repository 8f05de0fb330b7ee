"""What the program remembers of its own suggestions: how they turned out, the weights and words learnt from people's
decisions, and the latest grouping. Never a text of a report.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deviations.domain.learnt import Fineness, TermKind, WeightsState
from deviations.models.base import Base, UtcTime, choice


class SuggestionOutcome(Base):
    """What the program would have suggested when a person placed a report, beside what the person did."""

    __tablename__ = "suggestion_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    deviation_id: Mapped[int] = mapped_column(ForeignKey("deviation.id"), index=True)
    barrier_id: Mapped[int] = mapped_column(ForeignKey("barrier.id"), index=True)
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("ruling.id"), index=True)
    weights_id: Mapped[int | None] = mapped_column(ForeignKey("learnt_weights.id"), index=True)  # None: those that ship
    place: Mapped[int | None]  # 1 is the first suggestion; None: not among those suggested
    was_new: Mapped[bool]  # the barrier was made by this decision
    looked_new: Mapped[bool]


class LearntWeights(Base):
    """Weights of the ranking fitted to the instance's own decisions, with how they did on later ones."""

    __tablename__ = "learnt_weights"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    weights: Mapped[str] = mapped_column(Text)  # JSON, as domain.scoring.Weights.as_dict
    learnt_from: Mapped[int]  # decisions
    tested_on: Mapped[int]  # later decisions
    first_before: Mapped[float]  # share of those with the right barrier first, by the weights in use until then
    first_after: Mapped[float]
    state: Mapped[WeightsState] = mapped_column(choice(WeightsState), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class LexiconEntry(Base):
    """A term that people of this instance added to the lexicon, or changed or switched off there."""

    __tablename__ = "lexicon_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(String(80), unique=True)
    expansion: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[TermKind] = mapped_column(choice(TermKind))
    rules: Mapped[str] = mapped_column(String(300), default="")  # codes between semicolons, as in lexicon.csv
    agencies: Mapped[str] = mapped_column(String(300), default="")
    off: Mapped[bool]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it


class GroupingRun(Base):
    """The latest grouping of the unplaced reports, for each fineness: ids only, so it outlives no text."""

    __tablename__ = "grouping_run"

    fineness: Mapped[Fineness] = mapped_column(choice(Fineness), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    reports: Mapped[int]
    seconds: Mapped[float]
    groups: Mapped[str] = mapped_column(Text)  # JSON: for each group the ids of its reports, the typical case first
