"""Cuts a report to the few sentences that a letter may tell as a typical case; a person reads and passes them."""

import re
from collections.abc import Collection

from deviations.domain import words
from deviations.domain.letter_gathered import NOT_FOR_LETTERS, misspelt, spelled_out

MOST_SENTENCES, LENGTH = 3, 360
FEWEST_WORDS, FEWEST_SHARED = 5, 3
_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÅÄÖ”\"(])")


def told_shortly(title: str, body: str, subject: Collection[str]) -> str:
    """The sentences of a report that say most of what the barrier is about (`subject`: its stems), in their order, with
    abbreviations spelled out; its title where no sentence can stand alone. Never empty for a report that says anything.
    """
    sentences = [_of_nobody(spelled_out(" ".join(part.split()))) for part in _ENDS.split(body.strip()) if part.strip()]
    whole = [(at, text) for at, text in enumerate(sentences) if len(text.split()) >= FEWEST_WORDS]
    calm = [(at, text) for at, text in whole if not NOT_FOR_LETTERS.search(text)] or whole
    best = sorted(calm, key=lambda one: (-len(set(words.words(one[1])) & set(subject)), one[0]))
    chosen: list[tuple[int, str]] = []
    for at, text in best[:MOST_SENTENCES]:
        if not chosen or sum(len(one) for _, one in chosen) + len(text) <= LENGTH:
            chosen.append((at, text))
    told = " ".join(text for _, text in sorted(chosen)) or spelled_out(title.strip())
    return told if len(told) <= 2 * LENGTH else told[: 2 * LENGTH].rsplit(" ", 1)[0] + " …"


def _of_nobody(sentence: str) -> str:
    """The sentence without the participant's sex: "annars är hon inte försäkrad" is told of "deltagaren". One that also
    speaks of somebody else is left, as the word may stand for either.
    """
    if _OTHERS.search(sentence):
        return sentence
    return _PRONOUNS.sub(
        lambda found: "deltagarens" if found[0].casefold() in ("hennes", "hans") else "deltagaren", sentence
    )


_PRONOUNS = re.compile(r"\b(?:hon|han|henne|honom|hennes|hans)\b")
_OTHERS = re.compile(
    r"chef|handlägg|läkar|arbetsgiv|kurator|sekreterar|coach|handledar|tolk|jurist|rektor|kolleg", re.IGNORECASE
)


def told_enough(text: str, subject: Collection[str]) -> bool:
    """Whether a cut report still says what the barrier is about."""
    return len(set(words.words(text)) & set(subject)) >= FEWEST_SHARED


def rough(text: str) -> bool:
    """Whether a cut report would need much work before it can stand in a letter: spoken words, lower case where a
    sentence begins, a misspelt word.
    """
    return bool(NOT_FOR_LETTERS.search(text) or _SPOKEN.search(text)) or misspelt(text)


_SPOKEN = re.compile(r"\b(?:å|va|ju|väl|dom|nån|ngt|ngn|delt|sa att|h/v)\b", re.IGNORECASE)
