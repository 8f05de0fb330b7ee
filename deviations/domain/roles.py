"""Who a person is to the program: the five roles, and where each of them holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """The roles of the programme, least to most far-seeing; `admin` looks after accounts and reads no report."""

    REPORTER = "reporter"
    LEAD = "lead"
    COORDINATOR = "coordinator"
    STEERING = "steering"
    ADMIN = "admin"


def belongs_to_subproject(role: Role) -> bool:
    """Whether a role holds in one subproject; the others hold in the whole programme."""
    return role in (Role.REPORTER, Role.LEAD)


@dataclass(frozen=True, slots=True)
class Membership:
    """One role, in one subproject (its id) or in the whole programme (None)."""

    role: Role
    subproject: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks or acts, with everything that decides what she may see and do."""

    id: int
    name: str
    memberships: frozenset[Membership] = field(default_factory=frozenset)

    def has(self, *roles: Role) -> bool:
        """Whether the person holds any of these roles anywhere."""
        return any(membership.role in roles for membership in self.memberships)

    def subprojects(self, *roles: Role) -> frozenset[int]:
        """The ids of the subprojects where the person holds any of these roles (reporter and lead if none is named)."""
        wanted = roles or (Role.REPORTER, Role.LEAD)
        return frozenset(m.subproject for m in self.memberships if m.role in wanted and m.subproject is not None)

    @property
    def roles(self) -> tuple[Role, ...]:
        """The person's roles, each once, in the order of `Role`."""
        held = {membership.role for membership in self.memberships}
        return tuple(role for role in Role if role in held)


def actor(id: int, name: str, memberships: Iterable[tuple[Role, int | None]]) -> Actor:
    """An actor from plain pairs of role and subproject id."""
    return Actor(id, name, frozenset(Membership(role, place) for role, place in memberships))
