"""The reference data: where things happen (municipalities, associations), who applies rules, and the rules."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from deviations.models.base import Base, UtcTime

association_municipality = Table(
    "association_municipality",
    Base.metadata,
    Column("association_id", ForeignKey("association.id"), primary_key=True),
    Column("municipality_id", ForeignKey("municipality.id"), primary_key=True, index=True),
)

rule_agency = Table(
    "rule_agency",
    Base.metadata,
    Column("rule_id", ForeignKey("rule.id"), primary_key=True),
    Column("agency_id", ForeignKey("agency.id"), primary_key=True, index=True),
)


class Municipality(Base):
    """One of Sweden's 290 municipalities, with its county."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    county_code: Mapped[str] = mapped_column(String(2))
    county: Mapped[str] = mapped_column(String(80))


class Association(Base):
    """A samordningsförbund and its member municipalities."""

    __tablename__ = "association"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    county_code: Mapped[str] = mapped_column(String(2))
    confidence: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Text)
    organisation_number: Mapped[str] = mapped_column(String(20), default="")  # of the letterhead, as the address
    address: Mapped[str] = mapped_column(Text, default="")  # a line each

    municipalities: Mapped[list[Municipality]] = relationship(
        secondary=association_municipality, order_by=Municipality.name
    )


class Agency(Base):
    """Someone who applies a rule: an agency, a municipal or regional office, or another party."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(80))
    decides: Mapped[str] = mapped_column(Text, default="")
    in_national_council: Mapped[str] = mapped_column(String(40), default="")
    confidence: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")  # where its registrar takes letters


class Rule(Base):
    """A rule of the catalogue: what it says, what it typically stops, and how sure we are of it."""

    __tablename__ = "rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    statute: Mapped[str] = mapped_column(String(200))
    paragraph: Mapped[str] = mapped_column(String(200))
    agency_text: Mapped[str] = mapped_column(String(200))  # as the source writes it
    description: Mapped[str] = mapped_column(Text)
    barrier_text: Mapped[str] = mapped_column(Text)  # our hypothesis of what it stops
    confidence: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    superseded_by: Mapped[str | None] = mapped_column(String(20))
    last_checked: Mapped[date | None]
    checked_by: Mapped[str | None] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy reads it

    agencies: Mapped[list[Agency]] = relationship(secondary=rule_agency, order_by=Agency.name)


class RuleChange(Base):
    """That a rule's entry got another text or day of validity: what rests on it is to be looked over."""

    __tablename__ = "rule_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    before: Mapped[str] = mapped_column(Text)  # JSON: the fields that changed, as they were
    after: Mapped[str] = mapped_column(Text)

    rule: Mapped[Rule] = relationship()


class GlossaryTerm(Base):
    """A word of the field in plain Swedish."""

    __tablename__ = "glossary_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(String(120), unique=True)
    identifier: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(40))
    definition: Mapped[str] = mapped_column(Text)
