"""What an instance has chosen for itself, such as the policy's thresholds."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from deviations.models.base import Base


class Setting(Base):
    """One setting by name, its value as JSON."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
