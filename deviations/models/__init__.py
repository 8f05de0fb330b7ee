"""The tables: what is remembered, and nothing of what may be done with it."""

from deviations.models.audit import AuditEntry
from deviations.models.barriers import Barrier, Solution, Verdict
from deviations.models.base import Base
from deviations.models.catalogue import Agency, Association, GlossaryTerm, Municipality, Rule
from deviations.models.deviations import Deviation, Draft
from deviations.models.letters import Letter, LetterVersion, Reply, Series
from deviations.models.mail import FollowUp, OutgoingMail
from deviations.models.moves import Move
from deviations.models.people import (
    LoginFailure,
    LoginSession,
    Membership,
    OneTimeLink,
    Program,
    Subproject,
    User,
)
from deviations.models.settings import Setting

__all__ = [
    "Agency",
    "Association",
    "AuditEntry",
    "Barrier",
    "Base",
    "Deviation",
    "Draft",
    "FollowUp",
    "GlossaryTerm",
    "Letter",
    "LetterVersion",
    "LoginFailure",
    "LoginSession",
    "Membership",
    "Move",
    "Municipality",
    "OneTimeLink",
    "OutgoingMail",
    "Program",
    "Reply",
    "Rule",
    "Series",
    "Setting",
    "Solution",
    "Subproject",
    "User",
    "Verdict",
]
