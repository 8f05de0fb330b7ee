"""The tables: what is remembered, and nothing of what may be done with it."""

from deviations.models.answers import LetterReminder, LinkUse, PromisedAction, RecipientLink, Reply, ReplyFile
from deviations.models.audit import AuditEntry
from deviations.models.barriers import (
    Barrier,
    KinVerdict,
    PairVerdict,
    RuleLookedOver,
    Solution,
    SolutionTrial,
    Verdict,
)
from deviations.models.base import Base
from deviations.models.catalogue import Agency, Association, GlossaryTerm, Municipality, Rule, RuleChange
from deviations.models.deviations import Deviation, Draft
from deviations.models.learning import GroupingRun, LearntWeights, LexiconEntry, SuggestionOutcome
from deviations.models.letters import (
    Letter,
    LetterAutosave,
    LetterCase,
    LetterComment,
    LetterDispatch,
    LetterFile,
    LetterSnapshot,
    LetterVersion,
    Series,
)
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
from deviations.models.sealed import SealedLetter
from deviations.models.search import BarrierWords, DeviationWords, SolutionWords
from deviations.models.settings import SavedView, Setting
from deviations.models.wordings import LetterTemplate, ObstacleWording

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
    "LetterAutosave",
    "LetterCase",
    "LetterComment",
    "LetterDispatch",
    "LetterFile",
    "LetterReminder",
    "LetterSnapshot",
    "LetterTemplate",
    "LetterVersion",
    "LexiconEntry",
    "LinkUse",
    "LoginFailure",
    "LoginSession",
    "Membership",
    "Move",
    "Municipality",
    "ObstacleWording",
    "OneTimeLink",
    "OutgoingMail",
    "PairVerdict",
    "Program",
    "PromisedAction",
    "RecipientLink",
    "Reply",
    "ReplyFile",
    "Review",
    "ReviewItem",
    "Rule",
    "RuleChange",
    "RuleLookedOver",
    "Ruling",
    "SavedView",
    "SealedLetter",
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
