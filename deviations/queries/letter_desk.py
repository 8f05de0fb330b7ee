"""Reads what the desk of a letter needs: a twin of what is about to be drafted, whom to write to, which barriers can
come along, what was typed and not saved, and old versions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from deviations.domain import letter_changes, letter_requests
from deviations.domain.letters import Evidence, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound
from deviations.models import Agency, Barrier, Letter, LetterAutosave, LetterSnapshot, LetterVersion
from deviations.models.base import swedish
from deviations.queries import letter_settings, standings, visibility

COUNCIL, SELF = "NR", "FORB"
"""The national council, and the associations themselves, to whom no letter of one goes."""


def untouched(session: Session, actor: Actor, frozen: Sequence[tuple[int, str]]) -> Letter | None:
    """The draft that this person has made of these very numbers and not changed since, as when a button is pressed
    twice. `frozen` are the ids of its barriers with their evidence as JSON, which names recipients and copies too.
    """
    (first, evidence), *_ = frozen
    found = session.scalars(
        select(Letter)
        .where(
            Letter.barrier_id == first,
            Letter.author_id == actor.id,
            Letter.status == LetterStatus.DRAFT,
            Letter.version == 1,
            Letter.snapshots.any(LetterSnapshot.evidence == evidence),
        )
        .options(selectinload(Letter.snapshots))
        .order_by(Letter.id)
    )
    return next((one for one in found if [(s.barrier_id, s.evidence) for s in one.numbers] == list(frozen)), None)


def suggested(session: Session, barriers: Iterable[Barrier]) -> list[Agency]:
    """To whom a letter about these barriers goes by the table of obstacles: whom the instance has chosen for its type,
    else whom `letter_requests.addressee` names: the owner of the rule, or the national council, by way of which
    departments are asked too.
    """
    wanted: dict[int, Agency] = {}
    for barrier in barriers:
        chosen = letter_settings.addressee(session, barrier.obstacle)
        for agency in [chosen] if chosen is not None else _by_obstacle(session, barrier):
            wanted[agency.id] = agency
    return sorted(wanted.values(), key=lambda agency: agency.name)


def _by_obstacle(session: Session, barrier: Barrier) -> list[Agency]:
    owners = [agency for agency in _owners(barrier) if agency.code != SELF]
    if letter_requests.addressee(barrier.obstacle or "", len(owners)) == "owner":
        return owners
    return list(session.scalars(select(Agency).where(Agency.code == COUNCIL)))


def _owners(barrier: Barrier) -> list[Agency]:
    return (barrier.rule.agencies if barrier.rule is not None else []) or barrier.agencies


def parties(
    session: Session, barriers: Sequence[Barrier], chosen: Iterable[Agency] = ()
) -> tuple[list[Agency], list[Agency]]:
    """Whom a letter about these barriers can go to: those that lie near (by the table of obstacles, the council, the
    barriers' and their rules' parties, and who is chosen already), and all others. Each list by name.
    """
    near = {agency.id for agency in (*chosen, *suggested(session, barriers))}
    for barrier in barriers:
        near |= {agency.id for agency in (*barrier.agencies, *(barrier.rule.agencies if barrier.rule else ()))}
    found = session.scalars(select(Agency).where(Agency.code != SELF).order_by(swedish(Agency.name), Agency.id)).all()
    first = [agency for agency in found if agency.id in near or agency.code == COUNCIL]
    return first, [agency for agency in found if agency not in first]


def companions(session: Session, actor: Actor) -> Sequence[Barrier]:
    """The barriers that a letter can be about: recurring and not gone, in Swedish order."""
    return session.scalars(
        select(Barrier)
        .where(
            visibility.barriers(actor),
            visibility.standing_barriers(),
            Barrier.fired_at.is_not(None),
            Barrier.status.not_in(standings.GONE),
        )
        .order_by(swedish(Barrier.name), Barrier.id)
    ).all()


def autosave(session: Session, actor: Actor, letter: Letter) -> LetterAutosave | None:
    """What this person has typed in a letter's editor and not saved; None where that is what is saved anyway."""
    found = session.get(LetterAutosave, (letter.id, actor.id))
    if found is None or (found.title, found.body) == (letter.title, letter.body):
        return None
    return found


def version(letter: Letter, number: int) -> LetterVersion:
    """One of its versions. Raises NotFound."""
    found = next((one for one in letter.versions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Taking:
    """The numbers of a letter as they were taken at one moment: one snapshot for each barrier that it was about."""

    number: int
    snapshots: tuple[LetterSnapshot, ...]


def takings(letter: Letter) -> list[Taking]:
    """All numbers that were ever taken for a letter, newest first. The first of them is in force."""
    grouped = groupby(letter.snapshots, key=lambda one: one.number)
    return [Taking(number, tuple(found)) for number, found in grouped][::-1]


def taking(letter: Letter, number: int) -> Taking:
    """One of them. Raises NotFound."""
    found = next((one for one in takings(letter) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def stale(letter: Letter, body: str) -> list[str]:
    """The sentences of a text that still say what an earlier taking of the numbers said and the one in force does not,
    each with what holds now.
    """
    force = {one.barrier_id: Evidence.from_json(one.evidence) for one in letter.numbers}
    found: dict[str, None] = {}
    for earlier in takings(letter)[1:]:
        for old in earlier.snapshots:
            if old.barrier_id in force:
                before = Evidence.from_json(old.evidence)
                found |= dict.fromkeys(letter_changes.stale(body, before, force[old.barrier_id]))
    return list(found)
