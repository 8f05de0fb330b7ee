"""A recipient's own link to a letter: it opens the letter, and lets whoever holds it acknowledge, ask for more time and
answer without an account, until it runs out or is withdrawn. Every use is kept; of the link only a hash.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from deviations.domain.days import day_of
from deviations.domain.letters import OUT, LetterStatus, LinkAct
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import Agency, Letter, LinkUse, RecipientLink, Reply
from deviations.queries import letter_answers as answers
from deviations.services import audit, letter_answers, notices
from deviations.services.letter_answers import Said
from deviations.services.letter_steps import coordinator_only
from deviations.services.tokens import fresh, hashed

HOLDS = timedelta(days=90)
"""So long a link can be used at least; longer than the 60 working days that a recipient is usually given to answer."""

AFTER = timedelta(days=30)
"""So long it can be used after the day by which the answer is asked for: an answer may come late."""

MOST_USES = 120
"""So often a link can be used in an hour: ten people at the recipient's may read, none can fill the log."""

SOURCE = 64  # characters of a network address


class Overused(NotAllowed):
    """A link that was used too often within the hour."""


def make(session: Session, actor: Actor, letter: Letter, agency: Agency, at: datetime) -> tuple[RecipientLink, str]:
    """A new link for a recipient of a sent letter, with its token, which nobody can be shown again.

    Raises NotAllowed for others than the coordinator and for a letter that is not out, or closed (`letter_not_out`);
    NotFound for an agency that the letter was not sent to.
    """
    coordinator_only(actor)
    if letter.status not in OUT or letter.status is LetterStatus.CLOSED:
        raise NotAllowed("letter_not_out")
    if agency.id not in {one.id for one in letter.recipients}:
        raise NotFound
    token = fresh()
    link = RecipientLink(
        letter=letter,
        agency=agency,
        token_sha256=hashed(token),
        created_at=at,
        created_by_id=actor.id,
        expires_at=_until(letter, agency, at),
    )
    session.add(link)
    session.flush()
    told = {"link": link.id, "agency": agency.id}
    audit.record(session, actor, "letter.link_made", f"letter:{letter.id}", at, told)
    return link, token


def _until(letter: Letter, agency: Agency, at: datetime) -> datetime:
    """When a link lapses that is made, or prolonged, at a moment."""
    due = answers.due_from(letter, agency)
    return at + max(HOLDS, (due - day_of(at) + AFTER) if due is not None else HOLDS)


def withdraw(session: Session, actor: Actor, link: RecipientLink, at: datetime) -> None:
    """Ends a link at once; of one that has ended already nothing changes. Raises NotAllowed."""
    coordinator_only(actor)
    if link.withdrawn_at is not None:
        return
    link.withdrawn_at, link.withdrawn_by_id = at, actor.id
    session.flush()
    audit.record(session, actor, "letter.link_withdrawn", f"letter:{link.letter_id}", at, {"link": link.id})


def find(session: Session, token: str, at: datetime, *, to_use: bool = False) -> RecipientLink:
    """The link behind a token, while it holds. Raises NotFound.

    `to_use` waits for its turn to write, so that of two presses the second one sees what the first one did.
    """
    if to_use:
        audit.wait_turn(session)
    return answers.link_behind(session, hashed(token), at)


def check_rate(session: Session, link: RecipientLink, at: datetime) -> None:
    """Raises Overused for a link that was used so often in the last hour that it has to rest."""
    if answers.uses_since(session, link, at - timedelta(hours=1)) >= MOST_USES:
        raise Overused("link_overused")


def note(session: Session, link: RecipientLink, act: LinkAct, source: str, at: datetime) -> LinkUse:
    """Keeps that the link was used: what for, when, and from which network address."""
    use = LinkUse(link=link, at=at, act=act, source=source[:SOURCE])
    session.add(use)
    session.flush()
    return use


def respond(session: Session, link: RecipientLink, said: Said, source: str, at: datetime) -> Reply:
    """What the recipient says behind its link, with the use noted and the coordinator told. The same twice is one. Who
    gets more time can use the link for longer too.

    Raises as `letter_answers.keep`; a receipt after a receipt or an answer is none, and gives the last word back.
    """
    before = [reply.id for reply in link.letter.replies]
    last = _own_last(link)
    if said.kind is LetterStatus.ACKNOWLEDGED and last is not None and said.kind not in open_kinds(link):
        return last
    reply = letter_answers.keep(session, None, link.letter, said, at, link=link)
    if reply.id in before:
        return reply
    if said.kind is LetterStatus.EXTENDED:
        link.expires_at = max(link.expires_at, _until(link.letter, link.agency, at))
    notices.recipient_acted(session, link, note(session, link, _ACTS[said.kind], source, at), at)
    return reply


def open_kinds(link: RecipientLink) -> tuple[LetterStatus, ...]:
    """What the recipient can say now; that it says nothing is not its to say."""
    kinds = answers.open_kinds(link.letter, link.agency)
    return tuple(kind for kind in kinds if kind is not LetterStatus.SILENT)


def _own_last(link: RecipientLink) -> Reply | None:
    own = next((one for one in answers.standings(link.letter) if one.agency.id == link.agency_id), None)
    return own.newest if own is not None else None


_ACTS = {
    LetterStatus.ACKNOWLEDGED: LinkAct.ACKNOWLEDGED,
    LetterStatus.EXTENDED: LinkAct.ASKED_FOR_TIME,
    LetterStatus.ANSWERED: LinkAct.ANSWERED,
}
