"""How people come in: the ways to log in, what a one-time link is for, and how many wrong guesses close which door."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, ip_address, ip_network


class LoginWay(StrEnum):
    """How somebody showed who she is."""

    PASSWORD = "password"
    CODE = "code"  # password and a code from her telephone
    RECOVERY = "recovery"  # password and one of her recovery codes
    SSO = "sso"  # her organisation's own login


class LinkPurpose(StrEnum):
    """What a link that works once is for."""

    INVITATION = "invitation"
    RESET = "reset"
    OLD_ADDRESS = "old_address"  # confirms a change of address at the address that is left
    NEW_ADDRESS = "new_address"  # and at the one that is taken


class AttemptKind(StrEnum):
    """What is counted, so that nobody can try for ever; beside it stands of which account or network address."""

    PASSWORD = "password"  # a wrong one, by account
    CODE = "code"  # a wrong code or recovery code, by account
    SOURCE = "source"  # anything wrong, by network address
    LINK = "link"  # a one-time link that doesn't hold, by network address
    RESET = "reset"  # a new password asked for, by account
    INVITATION = "invitation"  # an invitation mailed, by whoever invites


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within such a time are allowed."""

    most: int
    within: timedelta


FIVE_MINUTES = timedelta(minutes=5)
LIMITS: dict[AttemptKind, Limit] = {
    AttemptKind.PASSWORD: Limit(10, FIVE_MINUTES),  # UK Cyber Essentials: at most 10 guesses in 5 minutes
    AttemptKind.CODE: Limit(5, FIVE_MINUTES),  # as PyPI: a code has only a million values
    AttemptKind.SOURCE: Limit(200, FIVE_MINUTES),  # a whole municipality sits behind one address
    AttemptKind.LINK: Limit(200, FIVE_MINUTES),  # apart, for a link is asked for without any form: it closes no login
    AttemptKind.RESET: Limit(5, timedelta(days=1)),
    AttemptKind.INVITATION: Limit(100, timedelta(days=1)),
}

LONG_LIMITS: dict[AttemptKind, Limit] = {
    AttemptKind.CODE: Limit(50, timedelta(days=1)),  # as PyPI: who guesses codes has the password already
}

BY_NETWORK = frozenset({AttemptKind.SOURCE, AttemptKind.LINK})
"""What is counted by network address, and so by `network`."""


def network(source: str) -> str:
    """What an address is counted as: one of IPv6 as its /64, of which each subscriber has all addresses to choose from
    (RFC 6177); one of IPv4, also written as IPv6, as itself.
    """
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return source
    if isinstance(address, IPv4Address):
        return source
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False))


PENDING = timedelta(minutes=10)
"""So long after the password the code is waited for."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a login lasts: in all, and without a click."""

    whole: timedelta
    idle: timedelta

    @property
    def worth_noting(self) -> timedelta:
        """So much later than last time a click is written down; a write for each would be too many."""
        return min(FIVE_MINUTES, self.idle / 12)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the door: how long a login lasts here, her network address, what her browser says it is, and the
    token of the login that it had before, which ends when another one begins.
    """

    lifetime: Lifetime
    source: str = ""
    agent: str = ""
    instead_of: str = ""
