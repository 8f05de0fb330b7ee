"""What becomes of weights that the program has learnt from people's decisions, and of words in the lexicon."""

from enum import StrEnum

LEAST = 140
"""Decisions that weights are learnt from, and tried on, at least: of fewer, the later part would be too few to tell."""


class WeightsState(StrEnum):
    """Weights are used only while they are better than those that ship, on decisions that they were not learnt from."""

    IN_USE = "in_use"
    NOT_BETTER = "not_better"
    GONE_WORSE = "gone_worse"
    REPLACED = "replaced"
    SWITCHED_OFF = "switched_off"


class TermKind(StrEnum):
    """An abbreviation is read as what it stands for; a word counts beside its kin."""

    ABBREVIATION = "abbreviation"
    WORD = "word"


class Fineness(StrEnum):
    """How fine unplaced reports are divided into proposals."""

    COARSE = "coarse"
    MEDIUM = "medium"
    FINE = "fine"
