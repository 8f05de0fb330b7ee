"""Writes letters: a draft from recurring barriers with its numbers frozen, every saved version after it, an old one
taken back, and the text written anew from the numbers in force.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from deviations.domain import letter_draft
from deviations.domain.days import day_of
from deviations.domain.letters import Evidence, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.models import Agency, Association, Barrier, Letter, LetterAutosave, LetterSnapshot, Move
from deviations.queries import letter_desk as desk
from deviations.queries import letter_evidence, letter_settings, people, standings
from deviations.services import audit, letter_guard
from deviations.services.checks import check_texts
from deviations.services.letter_steps import coordinator_only, keep_version

MOST_BARRIERS = 5
"""More than these in one letter nobody reads; the rest belong in a letter of their own."""


def draft(
    session: Session,
    actor: Actor,
    barrier: Barrier,
    *,
    recipients: Sequence[Agency],
    at: datetime,
    further: Sequence[Barrier] = (),
    copies: Sequence[Agency] = (),
) -> Letter:
    """A new draft with its numbers frozen as they stand; the very same asked for twice is one draft.

    `further` are the other barriers that the letter takes up, `copies` who gets one for information.
    Raises NotAllowed for others than the coordinator and as `check_count` and `check_barriers`, Incomplete without a
    recipient (`needs_recipient`), and NotFound when no report is placed in a barrier.
    """
    coordinator_only(actor)
    about = in_order(barrier, further)
    check_count(about)
    check_barriers(about)
    if not recipients:
        raise Incomplete("needs_recipient")
    session.scalar(select(Barrier.id).where(Barrier.id == barrier.id).with_for_update(key_share=True))
    others = [one for one in copies if one not in recipients]
    found = [letter_evidence.evidence(session, one, day_of(at), recipients, others) for one in about]
    frozen = [(one.id, evidence.to_json()) for one, evidence in zip(about, found, strict=True)]
    twin = desk.untouched(session, actor, frozen)
    if twin is not None:
        return twin
    owner = _owner(session)
    title, body = _text(session, owner, found)
    letter = Letter(
        barrier=barrier,
        further=about[1:],
        association=owner,
        author_id=actor.id,
        status=LetterStatus.DRAFT,
        title=title,
        body=body,
        created_at=at,
        changed_at=at,
        recipients=list(recipients),
        copies=others,
    )
    letter.snapshots += [
        LetterSnapshot(number=1, position=position, barrier_id=id, evidence=evidence, actor_id=actor.id, at=at)
        for position, (id, evidence) in enumerate(frozen)
    ]
    session.add(letter)
    session.flush()
    keep_version(session, actor, letter, at)
    session.add(Move(at=at, actor_id=actor.id, letter_id=letter.id, target=LetterStatus.DRAFT))
    told = {"barrier": barrier.id, **({"further": [one.id for one in about[1:]]} if about[1:] else {})}
    audit.record(session, actor, "letter.drafted", f"letter:{letter.id}", at, told)
    return letter


def in_order(first: Barrier, further: Sequence[Barrier]) -> list[Barrier]:
    """A letter's barriers as it lists them: the first one, then the others once each in order of their numbers."""
    return [first, *sorted({one for one in further if one is not first}, key=lambda one: one.id)]


def check_count(about: Sequence[Barrier]) -> None:
    """Raises NotAllowed (`too_many_barriers`)."""
    if len(about) > MOST_BARRIERS:
        raise NotAllowed("too_many_barriers")


def check_barriers(about: Sequence[Barrier]) -> None:
    """Raises NotAllowed unless a letter can be about these: merged into none other (`barrier_merged`), recurring and
    not gone (`not_recurring`).
    """
    for barrier in about:
        if barrier.merged_into_id is not None:
            raise NotAllowed("barrier_merged")
        if barrier.fired_at is None or barrier.status in standings.GONE:
            raise NotAllowed("not_recurring")


def _owner(session: Session) -> Association:
    program = people.program(session)
    if program is None:
        raise NotAllowed("no_program")
    return program.owner


def _text(session: Session, association: Association, found: Sequence[Evidence]) -> tuple[str, str]:
    """Heading and text as the program writes them from evidence, in the association's and the instance's own words."""
    wordings = letter_settings.wordings(session)
    template = letter_settings.template(session, association)
    return letter_draft.heading(found, wordings), letter_draft.draft(found, wordings, template)


def fresh(session: Session, letter: Letter) -> tuple[str, str]:
    """Heading and text as the program would write them now from the letter's numbers in force; nothing is saved."""
    recipients = tuple(agency.name for agency in letter.recipients)
    copies = tuple(agency.name for agency in letter.copies)
    frozen = [Evidence.from_json(one.evidence) for one in letter.numbers]
    return _text(session, letter.association, [replace(one, recipients=recipients, copies=copies) for one in frozen])


def save(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    title: str,
    body: str,
    version: int,
    at: datetime,
    passed: Collection[str] = (),
) -> None:
    """Saves a draft's text as its next version; the same text again changes nothing. What she had typed and not saved
    is forgotten. `passed` are the words (`privacy.key`) that she says point nobody out: they are not asked about again.

    Raises NotAllowed (`only_drafts_change`), PersonalData, TooLarge, and StaleDataError when it was saved since
    `version`.
    """
    _check_text(actor, letter, title, body)
    marks = sorted(letter_guard.mark(letter, word) for word in passed)
    told: dict[str, object] = {"passed": marks} if marks else {}
    _put(session, actor, letter, title=title, body=body, version=version, at=at, told=told)
    session.execute(
        delete(LetterAutosave).where(LetterAutosave.letter_id == letter.id, LetterAutosave.user_id == actor.id)
    )


def restore(session: Session, actor: Actor, letter: Letter, number: int, *, version: int, at: datetime) -> None:
    """Takes the text of an old version back as the newest one. Raises as `save`, and NotFound for no such version."""
    old = desk.version(letter, number)
    _check_text(actor, letter, old.title, old.body)
    told: dict[str, object] = {"restored": number}
    _put(session, actor, letter, title=old.title, body=old.body, version=version, at=at, told=told, restored=number)


def redraft(session: Session, actor: Actor, letter: Letter, *, version: int, at: datetime) -> None:
    """Writes the text anew from the numbers in force; the one before is among the versions. Raises as `save`."""
    title, body = fresh(session, letter)
    _check_text(actor, letter, title, body)
    _put(session, actor, letter, title=title, body=body, version=version, at=at, action="letter.redrafted")


def _check_text(actor: Actor, letter: Letter, title: str, body: str) -> None:
    from deviations.adapters.letter_tree import check_size

    coordinator_only(actor)
    if letter.status is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")
    check_texts({"title": title, "body": body})
    check_size(body)


def _put(
    session: Session,
    actor: Actor,
    letter: Letter,
    *,
    title: str,
    body: str,
    version: int,
    at: datetime,
    told: Mapping[str, object] = MappingProxyType({}),
    restored: int | None = None,
    action: str = "letter.saved",
) -> None:
    """A text in the place of the one that `version` shows. Raises StaleDataError."""
    set_committed_value(letter, "version", version)
    if (letter.title, letter.body) == (title, body):
        session.flush()
        return
    letter.title, letter.body, letter.changed_at = title, body, at
    session.flush()
    keep_version(session, actor, letter, at, restored=restored)
    audit.record(session, actor, action, f"letter:{letter.id}", at, told)
