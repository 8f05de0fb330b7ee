"""What state somebody's account can be in."""

from enum import StrEnum


class AccountState(StrEnum):
    """Whether somebody comes in by an account, and what she waits for if not."""

    WAITING = "waiting"  # for a role
    INVITED = "invited"  # has not opened it
    OPEN = "open"
    CLOSED = "closed"


def state(*, active: bool, opened: bool, roles: bool) -> AccountState:
    """The state of an account: `opened` has a password or another organisation's login, `roles` has any."""
    if not active:
        return AccountState.CLOSED
    if not roles:
        return AccountState.WAITING
    return AccountState.OPEN if opened else AccountState.INVITED
