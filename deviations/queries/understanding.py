"""Reads what texts say by the words in force: how a sentence is understood, and what words people's decisions teach."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.facts import Fact
from deviations.domain.roles import Actor
from deviations.domain.words import Entry, Lexicon, scan, tokens
from deviations.domain.workflow import Kind, NotFound, Status
from deviations.models import Barrier, Deviation, LexiconEntry, Rule
from deviations.queries import lexicon, visibility
from deviations.queries.catalogue import rule_cards

if TYPE_CHECKING:
    from deviations.domain.lexicon_learning import Candidate

LOOKED_AT = 2_000
"""So many of the latest placed reports are looked through for words to offer: half a second."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the program makes of a sentence: the words it knows, each as written with its entry, the parties that it
    sees, and the rules that it points to.
    """

    words: tuple[tuple[str, Entry], ...]
    parties: tuple[str, ...]
    rules: tuple[str, ...]


def understood(session: Session, text: str) -> Understood:
    """How a sentence is understood by the words in force now. Nothing is stored."""
    from deviations.domain import parties, reasons  # numeric stack: only when somebody asks
    from deviations.domain.similarity import Catalogue

    catalogue = Catalogue(rule_cards(session), lexicon.lexicon(session))
    return Understood(
        words=tuple(dict.fromkeys(_known(text, catalogue.lexicon))),
        parties=parties.mentioned(text),
        rules=tuple(code for code, _ in reasons.rules(Fact("", "", text), catalogue)),
    )


def _known(text: str, known: Lexicon) -> Iterator[tuple[str, Entry]]:
    for written, entry in scan(tokens(text), known):
        if entry is not None:
            yield " ".join(written), entry


def candidates(session: Session, actor: Actor) -> "list[Candidate]":
    """The words that people's decisions tie to a rule and that nobody has answered for yet."""
    from deviations.domain import lexicon_learning
    from deviations.domain.similarity import Catalogue

    if not visibility.keeps_words(actor):
        raise NotFound
    placed = session.execute(
        select(Deviation.id, Deviation.title, Deviation.body, Deviation.subproject_id, Rule.code)
        .join(Barrier, Barrier.id == Deviation.barrier_id)
        .join(Rule, Rule.id == Barrier.rule_id)
        .where(visibility.deviations(actor), Deviation.kind == Kind.DEVIATION, Deviation.status == Status.JOINED)
        .where(Deviation.erased_at.is_(None))
        .order_by(Deviation.id.desc())
        .limit(LOOKED_AT)
    )
    facts = [(Fact(str(id), title, body, subproject=str(place)), code) for id, title, body, place, code in placed]
    answered = session.scalars(select(LexiconEntry.term)).all()
    return lexicon_learning.candidates(facts, Catalogue(rule_cards(session), lexicon.lexicon(session)), answered)
