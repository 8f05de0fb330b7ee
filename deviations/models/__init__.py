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
from deviations.models.logins import (
    Attempt,
    EmailChange,
    Identity,
    LoginSession,
    OneTimeLink,
    PendingLogin,
    RecoveryCode,
)
from deviations.models.mail import FollowUp, OutgoingMail
from deviations.models.moves import Move
from deviations.models.notes import InternalNote
from deviations.models.people import Membership, Program, Subproject, User
from deviations.models.retention import RetentionDecision, RetentionRule, RetentionRun
from deviations.models.rulings import Review, ReviewItem, Ruling
from deviations.models.sealed import SealedLetter
from deviations.models.search import BarrierWords, DeviationWords, SolutionWords
from deviations.models.settings import SavedView, Setting
from deviations.models.wordings import LetterTemplate, ObstacleWording

__all__ = [
    "Agency",
    "Association",
    "Attempt",
    "AuditEntry",
    "Barrier",
    "BarrierWords",
    "Base",
    "Deviation",
    "DeviationWords",
    "Draft",
    "EmailChange",
    "FollowUp",
    "GlossaryTerm",
    "GroupingRun",
    "Identity",
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
    "LoginSession",
    "Membership",
    "Move",
    "Municipality",
    "ObstacleWording",
    "OneTimeLink",
    "OutgoingMail",
    "PairVerdict",
    "PendingLogin",
    "Program",
    "PromisedAction",
    "RecipientLink",
    "RecoveryCode",
    "Reply",
    "ReplyFile",
    "RetentionDecision",
    "RetentionRule",
    "RetentionRun",
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
