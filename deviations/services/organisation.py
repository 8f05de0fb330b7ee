"""Sets up where people work: the program, its owner, and its subprojects with their municipalities."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed
from deviations.models import Association, Municipality, Program, Subproject
from deviations.services import audit


def start_program(session: Session, name: str, owner: Association, at: datetime) -> Program:
    """The instance's one program. Raises NotAllowed (`program_exists`) when there is one."""
    if session.scalar(select(Program.id)) is not None:
        raise NotAllowed("program_exists")
    program = Program(name=name, owner=owner)
    session.add(program)
    session.flush()
    audit.record(session, None, "program.started", f"program:{program.id}", at)
    return program


def add_subproject(
    session: Session,
    actor: Actor | None,
    program: Program,
    association: Association,
    *,
    name: str,
    municipalities: Sequence[Municipality],
    at: datetime,
) -> Subproject:
    """A new subproject, in the association's municipalities unless others are named.

    Raises NotAllowed for others than administrators and the command line (`admin_only`), when the name is taken
    (`name_taken`), and when no municipality is known (`no_municipalities`).
    """
    if actor is not None and not actor.has(Role.ADMIN):
        raise NotAllowed("admin_only")
    if session.scalar(select(Subproject.id).where(Subproject.name == name)) is not None:
        raise NotAllowed("name_taken")
    places = list(municipalities or association.municipalities)
    if not places:
        raise NotAllowed("no_municipalities")
    subproject = Subproject(program=program, association=association, name=name, municipalities=places)
    session.add(subproject)
    session.flush()
    audit.record(session, actor, "subproject.added", f"subproject:{subproject.id}", at)
    return subproject
