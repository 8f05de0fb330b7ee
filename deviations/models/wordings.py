"""How letters are worded where an instance has its own mind: an association's template, and what is asked of whom for
each type of obstacle.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.domain.workflow import Obstacle
from deviations.models.base import Base, UtcTime, choice
from deviations.models.catalogue import Agency, Association
from deviations.models.people import User


class LetterTemplate(Base):
    """An association's own template; without one the template that ships is used."""

    __tablename__ = "letter_template"

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)  # Markdown with named blocks
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    association: Mapped[Association] = relationship()
    changed_by: Mapped[User] = relationship()


class ObstacleWording(Base):
    """An instance's own wording for one type of obstacle; without one the wording that ships is used."""

    __tablename__ = "obstacle_wording"

    obstacle: Mapped[Obstacle] = mapped_column(choice(Obstacle), primary_key=True)
    addressee_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))  # none: the owner of the rule
    wording: Mapped[str] = mapped_column(Text)  # JSON, the fields of domain.letter_requests.Wording
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    addressee: Mapped[Agency | None] = relationship()
    changed_by: Mapped[User] = relationship()
