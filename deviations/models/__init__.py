"""The tables: what is remembered, and nothing of what may be done with it."""

from deviations.models.audit import AuditEntry
from deviations.models.barriers import Barrier, KinVerdict, PairVerdict, Solution, SolutionTrial, Verdict
from deviations.models.base import Base
from deviations.models.catalogue import Agency, Association, GlossaryTerm, Municipality, Rule
from deviations.models.deviations import Deviation, Draft
from deviations.models.learning import GroupingRun, LearntWeights, LexiconEntry, SuggestionOutcome
from deviations.models.letters import Letter, LetterVersion, Reply, Series
from deviations.models.mail import FollowUp, OutgoingMail
from deviations.models.moves import Move
from deviations.models.notes import InternalNote
from deviations.models.people import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Program,
    Subproject,
    User,
)
from deviations.models.rulings import Review, ReviewItem, Ruling
from deviations.models.search import BarrierWords, DeviationWords, SolutionWords
from deviations.models.settings import SavedView, Setting

__all__ = [
    "Agency",
    "Association",
    "AuditEntry",
    "Barrier",
    "BarrierWords",
    "Base",
    "Deviation",
    "DeviationWords",
    "Draft",
    "FollowUp",
    "GlossaryTerm",
    "GroupingRun",
    "InternalNote",
    "KinVerdict",
    "LearntWeights",
    "Letter",
    "LetterVersion",
    "LexiconEntry",
    "LoginFailure",
    "LoginSession",
    "Membership",
    "Move",
    "Municipality",
    "OneTimeLink",
    "OutgoingMail",
    "PairVerdict",
    "Program",
    "Reply",
    "Review",
    "ReviewItem",
    "Rule",
    "Ruling",
    "SavedView",
    "Series",
    "Setting",
    "Solution",
    "SolutionTrial",
    "SolutionWords",
    "Subproject",
    "SuggestionOutcome",
    "User",
    "Verdict",
]
