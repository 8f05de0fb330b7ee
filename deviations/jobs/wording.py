"""Words a mail of the outbox when it is sent, in its reader's language, with what she may see at that moment.

A mail never holds what somebody wrote in a report; a title, a solution or a barrier's name only when nothing in it
points to a person.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.days import day_of
from deviations.domain.deadlines import Due, Promised
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotFound, Status
from deviations.jobs import letter_news
from deviations.models import Barrier, Deviation, FollowUp, OutgoingMail
from deviations.queries import deviations, digest, letters, minutes, people
from deviations.services import followups, promises

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


def worded(session: Session, mail: OutgoingMail, links: Links, at: datetime | None = None) -> Worded | None:
    """What the mail says at a moment (else now); None when its reader may not see what it is about any more, or it has
    become pointless.
    """
    user = mail.user
    if user is None or not user.active:
        return None
    about = _Reading(session, people.actor_of(user), links, day_of(at or datetime.now(UTC)), user.language)
    whole = _weekly(about, mail) if mail.kind is Notice.WEEKLY else _part(about, mail)
    if whole is None:
        return None
    frame = {"name": user.name, "text": whole.text, "choices": links.to("/konto")}
    return Worded(whole.subject, _environment(user.language).get_template("frame.txt").render(frame))


def _members(session: Session, mail: OutgoingMail) -> list[OutgoingMail]:
    ids = json.loads(mail.detail)["mails"]
    return list(session.scalars(select(OutgoingMail).where(OutgoingMail.id.in_(ids)).order_by(OutgoingMail.id)))


def _weekly(about: "_Reading", mail: OutgoingMail) -> Worded | None:
    """What waited for the week's mail; the digest stands first in it."""
    waited = sorted(_members(about.session, mail), key=lambda one: (one.kind is not Notice.DIGEST, one.id))
    found = [(one.kind, part) for one in waited if (part := _part(about, one))]
    if not found:
        return None
    told = {
        "digests": [part for kind, part in found if kind is Notice.DIGEST],
        "parts": [part for kind, part in found if kind is not Notice.DIGEST],
    }
    return rendered("weekly", about.language, told)


def _part(about: "_Reading", mail: OutgoingMail) -> Worded | None:
    tell = {Notice.MINUTES: _of_review, Notice.DIGEST: _of_week}.get(mail.kind)
    if tell is None:
        tell = _of_letter if mail.letter_id else _of_report
    try:
        told = tell(about, mail)
    except NotFound:
        return None
    return None if told is None else rendered(mail.kind, about.language, told)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads a mail, on which day, and where its links lead."""

    session: Session
    actor: Actor
    links: Links
    today: date
    language: str


def _of_review(about: _Reading, mail: OutgoingMail) -> dict[str, object] | None:
    """What a review decided about the reader's own subprojects' reports. Raises NotFound."""
    id = json.loads(mail.detail)["review"]
    found = minutes.readable(about.session, about.actor, id)
    led = about.actor.subprojects(Role.LEAD)
    lines = [one for one in found.lines if one.line.subproject in led]
    if not lines:
        return None
    return {
        "on": day_of(found.review.started_at),
        "by": found.review.actor.name,
        "lines": [(one.line, _named(one.deviation), _barrier(one.barrier)) for one in lines],
        "barriers": [(one.line.event, _barrier(one.barrier)) for one in found.barriers],
        "address": about.links.to(f"/genomgangar/{id}"),
    }


def _of_week(about: _Reading, mail: OutgoingMail) -> dict[str, object] | None:
    """The week of a lead or coordinator. Raises NotFound."""
    until = datetime.fromisoformat(json.loads(mail.detail)["until"])
    week = digest.of(about.session, about.actor, until, about.today)
    if not week.says_something:
        return None
    return {
        "week": week,
        "newest": [_named(one) for one in week.newest.named],
        "asked": [_named(one) for one in week.asked.named],
        "local": [(_named(one), one.due_on, one.asked_until) for one in week.local.named],
        "late": [(_named(one), one.due_on) for one in week.late.named],
        "longer": [(_named(one), one.subproject.name, one.asked_until) for one in week.longer.named],
        "fired": [_barrier(one) for one in week.fired],
        "near": [_barrier(one) for one in week.near],
        "coordinates": about.actor.has(Role.COORDINATOR),
        "address": about.links.to("/triage"),
        "filing": about.links.to("/avvikelser/ny"),
        "barriers": about.links.to("/hinder"),
    }


def _named(deviation: Deviation | None) -> dict[str, object]:
    """A report's number, kind and title, as far as a mail may carry them."""
    if deviation is None:
        return {}
    return {"number": deviation.id, "kind": deviation.kind.value, "title": _harmless(deviation.title)}


def _barrier(barrier: Barrier | None) -> dict[str, object]:
    """A barrier's number and name, as far as a mail may carry them."""
    return {} if barrier is None else {"number": barrier.id, "name": _harmless(barrier.name)}


def _of_letter(about: _Reading, mail: OutgoingMail) -> dict[str, object] | None:
    """Raises NotFound."""
    letter = letters.get(about.session, about.actor, mail.letter_id or 0)
    more = letter_news.told(about.session, mail, letter, about.today)
    if more is None:
        return None
    return {
        "number": letter.registry_number,
        "recipients": ", ".join(agency.name for agency in letter.recipients),
        "address": about.links.to(f"/skrivelser/{letter.id}"),
        **more,
    }


def _of_report(about: _Reading, mail: OutgoingMail) -> dict[str, object] | None:
    """Raises NotFound."""
    session, links = about.session, about.links
    deviation = deviations.get(session, about.actor, mail.deviation_id or 0)
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
        **detail,
        "number": deviation.id,
        "kind": deviation.kind.value,
        "title": _harmless(deviation.title),
        "by": deviation.filed_by.name if deviation.filed_by_id != deviation.reporter_id else "",
        "solution": _harmless(solved[-1].text) if solved else "",
        "worked": solved[-1].worked if solved else True,
        "due": _first_reply(deviation, about.today),
        "address": links.to(f"/avvikelser/{deviation.id}"),
    }


def _first_reply(deviation: Deviation, today: date) -> Due | None:
    """Until when its reporter is promised a first word; None when she has had one, or the day has gone by."""
    due = promises.of(deviation)
    told = due is not None and due.kind is Promised.FIRST_REPLY and due.on >= today
    return due if told else None


def _harmless(text: str) -> str:
    """The text, or nothing when something in it may point to a person: mail leaves the house."""
    return "" if privacy.find(text) else text


def rendered(name: str, language: str, told: Mapping[str, object]) -> Worded:
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
    made.filters["day"] = lambda on: format_date(on, "d MMMM", locale=language)
    made.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    return made
