"""Words that an instance adds to the lexicon: how a term is written there, what it must say, and how it is laid over
those that ship.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deviations.domain.learnt import TermKind
from deviations.domain.words import SHIPPED, STOP, Entry, Lexicon, tokens

SHORTEST, LONGEST = 2, 80
"""Letters of a term."""

LONGEST_EXPANSION = 300


@dataclass(frozen=True, slots=True)
class OwnTerm:
    """One term of an instance's own: what it stands for, and the rules and agencies that it points to, by code."""

    term: str
    kind: TermKind
    expansion: str = ""
    rules: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    off: bool = False

    @property
    def entry(self) -> Entry:
        """The line of the lexicon that it makes."""
        words = tuple(word.casefold() for word in tokens(self.expansion) if word.casefold() not in STOP)
        return Entry(self.term, words, self.kind is TermKind.ABBREVIATION, self.rules, self.agencies)


def written(term: str) -> str:
    """Return a term as texts are looked through for it, "" for one in which there is no word.

    Several words and ordinary ones in small letters; one with capitals inside (SoL, FAT) as it is, and then it is met
    only so; a star at the end stands for any ending of a word.
    """
    words = tokens(term)
    star = "*" if term.rstrip().endswith("*") and len(words) == 1 and len(words[0]) > 2 else ""
    if len(words) == 1 and any(letter.isupper() for letter in words[0][1:]) and not star:
        return words[0]
    return " ".join(word.casefold() for word in words) + star


def fault(term: OwnTerm) -> str:
    """Return what is wrong with a term, as the code of a refusal, or "" for one that can be used."""
    words = term.term.rstrip("*").split()
    if not SHORTEST <= len(term.term) <= LONGEST or not any(any(map(str.isalpha, word)) for word in words):
        return "term_no_word"
    if all(word.casefold() in STOP for word in words):
        return "term_says_nothing"
    if term.kind is TermKind.ABBREVIATION and not term.entry.expansion:
        return "abbreviation_stands_for"
    if not (term.entry.expansion or term.rules or term.agencies):
        return "term_leads_nowhere"
    return ""


def laid_over(own: Sequence[OwnTerm], shipped: Lexicon = SHIPPED) -> Lexicon:
    """Return the lexicon with an instance's own terms over it; those that are off are not known at all."""
    return shipped.overlaid((term.entry for term in own if not term.off), (term.term for term in own if term.off))
