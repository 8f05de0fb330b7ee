"""The accessibility statement (tillgänglighetsredogörelse): what the law asks an association to say of its service.

Lag (2018:1937) om tillgänglighet till digital offentlig service, 13 §, and Digg's regulation on what it must hold.
"""

from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

MOST_DAYS = 60  # within which an answer may be promised


class Conformity(StrEnum):
    """How far the service meets the law, in the law's three words."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Method(StrEnum):
    """How that was found out."""

    SELF = "self"
    EXTERNAL = "external"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Statement:
    """What an association says. The texts are lists, one thing a line."""

    owner: str
    email: str
    phone: str
    reply_days: int
    conformity: Conformity
    method: Method
    assessed_on: date
    shortcomings: str  # what does not work for whom, why, and what can be done instead
    burden: str  # what is left out as unreasonably burdensome (12 §), and why
    outside: str  # what the law does not cover (9 §)
    # Not of the statement, but kept with its contacts:
    security_email: str  # where holes in the security are told of
    officer_email: str  # of the data protection officer, whom the law asks an authority to have (GDPR, article 37)

    def to_dict(self) -> dict[str, object]:
        """As it is stored."""
        return {**asdict(self), "assessed_on": self.assessed_on.isoformat()}

    @classmethod
    def from_dict(cls, told: dict[str, str | int]) -> "Statement":
        """As it was stored."""
        words = {name: str(value) for name, value in told.items()}
        return cls(
            owner=words["owner"],
            email=words["email"],
            phone=words["phone"],
            reply_days=int(told["reply_days"]),
            conformity=Conformity(words["conformity"]),
            method=Method(words["method"]),
            assessed_on=date.fromisoformat(words["assessed_on"]),
            shortcomings=words["shortcomings"],
            burden=words["burden"],
            outside=words["outside"],
            security_email=words["security_email"],
            officer_email=words.get("officer_email", ""),  # not asked for at first
        )


def lines(text: str) -> list[str]:
    """The things that a text lists: its lines that say something, without the dash before them."""
    return [line.strip().lstrip("-–•*").strip() for line in text.splitlines() if line.strip(" -–•*\t")]
