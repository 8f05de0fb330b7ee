"""Reads how letters are worded here: an association's own template, what is asked of whom for each type of obstacle,
and the addresses that letters come from and go to.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from deviations.domain import letter_requests
from deviations.domain.letter_requests import Wording
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound, Obstacle
from deviations.models import Agency, Association, Barrier, Deviation, LetterTemplate, ObstacleWording, Program
from deviations.models.base import swedish
from deviations.queries import visibility
from deviations.queries.spreads import PLACED


def template(session: Session, association: Association) -> str | None:
    """The association's own template; None where it goes by the one that ships."""
    own = own_template(session, association)
    return own.body if own is not None else None


def own_template(session: Session, association: Association) -> LetterTemplate | None:
    """The row of an association's own template, with who changed it and when."""
    return session.scalar(
        select(LetterTemplate)
        .where(LetterTemplate.association_id == association.id)
        .options(joinedload(LetterTemplate.changed_by))
    )


def wordings(session: Session) -> Mapping[str, Wording]:
    """The wording of each type of obstacle: the instance's own where it has one, else the one that ships."""
    own = {row.obstacle.value: Wording.from_json(row.wording) for row in own_wordings(session).values()}
    return {**letter_requests.SHIPPED, **own}


def own_wordings(session: Session) -> Mapping[Obstacle, ObstacleWording]:
    """The instance's own wordings by type of obstacle, with whom they address."""
    rows = session.scalars(
        select(ObstacleWording).options(joinedload(ObstacleWording.addressee), joinedload(ObstacleWording.changed_by))
    )
    return {row.obstacle: row for row in rows}


def addressee(session: Session, obstacle: Obstacle | None) -> Agency | None:
    """To whom the instance has chosen to write about this type of obstacle; None where nothing was chosen, so that the
    owner of the rule and `letter_requests.addressee` decide.
    """
    own = session.get(ObstacleWording, obstacle) if obstacle is not None else None
    return own.addressee if own is not None else None


def senders(session: Session) -> Sequence[Association]:
    """The associations in whose name letters go out: those that own a program, in Swedish order."""
    owners = select(Program.owner_id)
    return session.scalars(
        select(Association).where(Association.id.in_(owners)).order_by(swedish(Association.name), Association.id)
    ).all()


def sender(session: Session, actor: Actor, id: int) -> Association:
    """One of them, for whoever writes letters. Raises NotFound."""
    found = next((one for one in senders(session) if one.id == id), None)
    if found is None or not actor.has(Role.COORDINATOR):
        raise NotFound
    return found


def examples(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The barriers on which a template can be tried, those that a letter may be written about first: id and name."""
    met = select(Deviation.barrier_id).where(Deviation.barrier_id == Barrier.id, *PLACED).exists()
    rows = session.execute(
        select(Barrier.id, Barrier.name)
        .where(visibility.barriers(actor), visibility.standing_barriers(), met)
        .order_by(Barrier.fired_at.is_(None), swedish(Barrier.name), Barrier.id)
    )
    return [(id, name) for id, name in rows]
