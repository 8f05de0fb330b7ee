"""What is asked of another organisation's login service, and what comes back: a person, the end of a login, or a no."""

from dataclasses import dataclass, field
from datetime import datetime


class Unreachable(Exception):
    """The login service is down, slow, or answers what nobody can use; the text says what, for the log."""


class Refused(Exception):
    """The service's answer can't be trusted, or is a no. `code` is what the person is told, `why` goes to the log."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Question:
    """Where to go and ask, and what must be known again when the answer comes."""

    url: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as her organisation's login service knows her, and how surely it does."""

    subject: str
    email: str  # casefolded; empty when the service told none
    verified: bool
    name: str
    level: str  # the acr value; empty when the service told none
    session: str = ""  # the service's own name for this login
    id_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """What a logout token says: whose login ended there (one of the two may be empty), when, and the token's own id."""

    subject: str
    session: str
    at: datetime
    id: str
