"""Reads the reference data: what a form offers, and a rule's or an agency's own page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from deviations.domain.facts import RuleCard
from deviations.domain.workflow import NotFound
from deviations.models import Agency, Association, GlossaryTerm, Municipality, Rule
from deviations.models.base import swedish
from deviations.queries import lexicon

# The parties that staff meet most, in the order in which the form shows them; the others come under "fler parter".
USUAL = ("AF", "FK", "KOM-SOC", "KOM-AMA", "REG-PV", "REG-PSY", "KOMMUN", "REGION")


@dataclass(frozen=True, slots=True)
class AgencyChoices:
    """The agencies of a form: those that most reports are about, and the rest."""

    usual: tuple[Agency, ...]
    others: tuple[Agency, ...]


def agency_choices(session: Session) -> AgencyChoices:
    """All agencies, the usual ones first in their fixed order, the rest in Swedish order."""
    found = agencies(session)
    by_code = {agency.code: agency for agency in found}
    usual = tuple(by_code[code] for code in USUAL if code in by_code)
    return AgencyChoices(usual, tuple(agency for agency in found if agency.code not in USUAL))


def agencies(session: Session) -> Sequence[Agency]:
    """All agencies in Swedish order."""
    return session.scalars(select(Agency).order_by(swedish(Agency.short_name), Agency.id)).all()


def agencies_by_code(session: Session, codes: Iterable[str]) -> list[Agency]:
    """The agencies with these codes, in Swedish order; unknown codes are left out."""
    wanted = list(codes)
    return list(
        session.scalars(select(Agency).where(Agency.code.in_(wanted)).order_by(swedish(Agency.name), Agency.id))
    )


def rules(session: Session) -> Sequence[Rule]:
    """The whole catalogue in order of its codes."""
    return session.scalars(select(Rule).options(selectinload(Rule.agencies)).order_by(Rule.id)).all()


def rules_by_code(session: Session, codes: Iterable[str]) -> list[Rule]:
    """The rules with these codes, in the order of the codes; unknown ones are left out."""
    wanted = list(codes)
    found = session.scalars(select(Rule).where(Rule.code.in_(wanted)).options(selectinload(Rule.agencies)))
    by_code = {rule.code: rule for rule in found}
    return [by_code[code] for code in wanted if code in by_code]


def find_rules(session: Session, words: str, limit: int = 8) -> list[Rule]:
    """The rules that some ordinary words are about, best first: names, statutes, paragraphs, everyday words, beginnings
    of words and words with one letter wrong.
    """
    from deviations.domain import rule_search  # numeric stack: only now

    found = rule_search.find(rule_cards(session), words, limit, lexicon.lexicon(session))
    return rules_by_code(session, found)


def rule(session: Session, code: str) -> Rule:
    """One rule by its code. Raises NotFound."""
    if not code.isprintable():  # NUL, which PostgreSQL does not take even in a question
        raise NotFound
    found = session.scalar(select(Rule).where(Rule.code == code).options(selectinload(Rule.agencies)))
    if found is None:
        raise NotFound
    return found


def rule_choices(session: Session) -> list[tuple[int, str, str]]:
    """The rules as a choice: id, code and name, and the heading of who applies it."""
    return [(rule.id, f"{rule.code} {rule.name}", rule.agency_text.split(";")[0]) for rule in rules(session)]


def names(session: Session) -> dict[str, str]:
    """Rule and agency codes in words, for the reasons of suggestions."""
    known = {agency.code: agency.short_name for agency in agencies(session)}
    return known | {rule.code: f"{rule.code} {rule.name}" for rule in rules(session)}


def rule_cards(session: Session) -> tuple[RuleCard, ...]:
    """The catalogue as the domain reads it."""
    return tuple(
        RuleCard(
            code=rule.code,
            name=rule.name,
            description=rule.description,
            barrier=rule.barrier_text,
            statute=rule.statute,
            paragraph=rule.paragraph,
            agencies=tuple(part.strip() for part in rule.agency_text.split(";") if part.strip()),
        )
        for rule in rules(session)
    )


def municipalities(session: Session, county: str | None = None) -> Sequence[Municipality]:
    """All municipalities (of one county) in Swedish order."""
    question = select(Municipality).order_by(swedish(Municipality.name))
    if county:
        question = question.where(Municipality.county_code == county)
    return session.scalars(question).all()


def associations(session: Session) -> Sequence[Association]:
    """All associations in Swedish order, with their municipalities."""
    return session.scalars(
        select(Association).options(selectinload(Association.municipalities)).order_by(swedish(Association.name))
    ).all()


def glossary(session: Session) -> Sequence[GlossaryTerm]:
    """The words of the field in Swedish order."""
    return session.scalars(select(GlossaryTerm).order_by(swedish(GlossaryTerm.term))).all()


def counts(session: Session) -> dict[str, int]:
    """How many of each kind of reference data there are."""
    tables = {
        "municipalities": Municipality,
        "associations": Association,
        "agencies": Agency,
        "rules": Rule,
        "glossary": GlossaryTerm,
    }
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables.items()}
