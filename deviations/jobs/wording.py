"""Words a mail of the outbox when it is sent, in its reader's language, with what she may see at that moment.

A mail never holds what somebody wrote in a report; a title or a solution only when nothing in it points to a person.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor
from deviations.domain.workflow import NotFound, Status
from deviations.models import FollowUp, OutgoingMail
from deviations.queries import deviations, letters, people
from deviations.services import followups

PACKAGE = Path(__file__).resolve().parents[1]
# What is told of a step is no news any more when the report has gone on; a week may lie between.
STANDS = {
    Notice.NEEDS_FACTS: Status.NEEDS_FACTS,
    Notice.SOLVED_LOCALLY: Status.SOLVED_LOCALLY,
    Notice.JOINED: Status.JOINED,
    Notice.FOLLOW_UP: Status.SOLVED_LOCALLY,
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the service is found, and the secret that its links are signed with."""

    public_url: str
    secret: str

    def to(self, path: str) -> str:
        """The full address of a page."""
        return f"{self.public_url}{path}"


@dataclass(frozen=True, slots=True)
class Worded:
    """A mail's subject and its text."""

    subject: str
    text: str


def worded(session: Session, mail: OutgoingMail, links: Links) -> Worded | None:
    """What the mail says; None when its reader may not see what it is about any more, or it has become pointless."""
    user = mail.user
    if not user.active:
        return None
    actor = people.actor_of(user)
    if mail.kind is Notice.WEEKLY:
        parts = [part for one in _members(session, mail) if (part := _part(session, actor, one, links))]
        if not parts:
            return None
        whole = _rendered("weekly", user.language, {"parts": parts})
    else:
        found = _part(session, actor, mail, links)
        if found is None:
            return None
        whole = found
    frame = {"name": user.name, "text": whole.text, "choices": links.to("/konto")}
    return Worded(whole.subject, _environment(user.language).get_template("frame.txt").render(frame))


def _members(session: Session, mail: OutgoingMail) -> list[OutgoingMail]:
    ids = json.loads(mail.detail)["mails"]
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.id.in_(ids)).order_by(OutgoingMail.id)))


def _part(session: Session, actor: Actor, mail: OutgoingMail, links: Links) -> Worded | None:
    try:
        told = _of_letter(session, actor, mail, links) if mail.letter_id else _of_report(session, actor, mail, links)
    except NotFound:
        return None
    return None if told is None else _rendered(mail.kind, mail.user.language, told)


def _of_letter(session: Session, actor: Actor, mail: OutgoingMail, links: Links) -> dict[str, object]:
    """Raises NotFound."""
    letter = letters.get(session, actor, mail.letter_id or 0)
    return {
        "number": letter.registry_number,
        "recipients": ", ".join(agency.name for agency in letter.recipients),
        "address": links.to(f"/skrivelser/{letter.id}"),
        **json.loads(mail.detail),
    }


def _of_report(session: Session, actor: Actor, mail: OutgoingMail, links: Links) -> dict[str, object] | None:
    """Raises NotFound."""
    deviation = deviations.get(session, actor, mail.deviation_id or 0)
    detail = json.loads(mail.detail)
    if STANDS.get(mail.kind, deviation.status) is not deviation.status:
        return None
    if mail.kind is Notice.FOLLOW_UP:
        asked = session.get(FollowUp, detail["follow_up"])
        if asked is None or asked.answered_at is not None:
            return None
        for answer, works in (("yes", True), ("no", False)):
            detail[answer] = links.to(f"/uppfoljning/{followups.token(links.secret, asked.id, works)}")
    solved = [s for s in deviations.solutions(session, deviation) if s.created_at == mail.at]
    return {
        "number": deviation.id,
        "kind": deviation.kind.value,
        "title": _harmless(deviation.title),
        "by": deviation.filed_by.name if deviation.filed_by_id != deviation.reporter_id else "",
        "solution": _harmless(solved[-1].text) if solved else "",
        "worked": solved[-1].worked if solved else True,
        "address": links.to(f"/avvikelser/{deviation.id}"),
        **detail,
    }


def _harmless(text: str) -> str:
    """The text, or nothing when something in it may point to a person: mail leaves the house."""
    return "" if privacy.find(text) else text


def _rendered(name: str, language: str, told: dict[str, object]) -> Worded:
    """A template's first line is the subject, the rest the text."""
    subject, _, text = _environment(language).get_template(f"{name}.txt").render(told).strip().partition("\n")
    return Worded(" ".join(subject.split()), text.strip())


@cache
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(PACKAGE / "templates" / "mail"),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found = Translations.load(PACKAGE / "translations", [language])
    made.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    return made
