"""Words a mail about somebody's own account when it is sent. A link's address is worked out only now, from the
instance's secret; one that has been used, replaced or run out is not sent.
"""

import json
from datetime import UTC, datetime

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.days import SWEDEN
from deviations.domain.logins import LinkPurpose
from deviations.domain.notices import Notice
from deviations.jobs.wording import Links, Worded, rendered
from deviations.models import OneTimeLink, OutgoingMail, User
from deviations.queries import people
from deviations.services import one_time_links

PATHS = {
    LinkPurpose.INVITATION: "/inbjudan/",
    LinkPurpose.RESET: "/nytt-losenord/",
    LinkPurpose.OLD_ADDRESS: "/bekrafta-adress/",
    LinkPurpose.NEW_ADDRESS: "/bekrafta-adress/",
}
NAMELESS = frozenset({Notice.ADDRESS_NEW})
"""To an address that nobody has confirmed: it may be a stranger's, who is not told whose account it is about."""


def worded(session: Session, mail: OutgoingMail, links: Links, at: datetime | None = None) -> Worded | None:
    """What the mail says at a moment (else now), in its reader's language; None when it has become pointless or the
    account is closed.
    """
    user, moment = mail.user, at or datetime.now(UTC)
    if user is None or not user.active:
        return None
    detail: dict[str, object] = json.loads(mail.detail)
    told: dict[str, object] = {"forgotten": links.to("/glomt-losenord"), "account": links.to("/konto")}
    told["contact"] = links.to("/personuppgifter")
    if "link" in detail:
        behind = _behind(session, str(detail.pop("link")), links, user, moment)
        if behind is None:
            return None
        told |= behind
    told |= {
        "detail": detail,
        "user": user,
        "has_password": user.password_hash is not None,
        "when": _moment(mail.at, user.language),
        "roles": [(held.role.value, held.subproject.name if held.subproject else "") for held in user.memberships],
    }
    said = rendered(mail.kind, user.language, told)
    name = "" if mail.kind in NAMELESS or "new" in detail else user.name
    framed = rendered("account_frame", user.language, {"name": name, "text": said.text, "subject": said.subject})
    return Worded(said.subject, framed.text)


def _behind(session: Session, token_hash: str, links: Links, user: User, moment: datetime) -> dict[str, object] | None:
    """What the mail says of its link; None when it holds no more."""
    link = session.scalar(select(OneTimeLink).where(OneTimeLink.token_hash == token_hash))
    if link is None or link.user_id != user.id or link.used_at is not None or link.expires_at <= moment:
        return None
    change = link.email_change
    program = people.program(session)
    return {
        "link": links.to(PATHS[link.purpose] + one_time_links.token(link, links.secret)),
        "until": _moment(link.expires_at, user.language),
        "by": _inviter(session, link),
        "program": program.name if program is not None else "",
        "new_email": change.new_email if change is not None else "",
        "taken": change is not None and _taken(session, change.new_email),
    }


def _inviter(session: Session, link: OneTimeLink) -> str:
    """The name of whoever made the link; none of the command line, and none of herself."""
    if link.made_by_id is None or link.made_by_id == link.user_id:
        return ""
    return session.get_one(User, link.made_by_id).name


def _taken(session: Session, address: str) -> bool:
    return session.scalar(select(User.id).where(User.email == address)) is not None


def _moment(at: datetime, language: str) -> str:
    written = "d MMMM, HH:mm" if language == "en" else "d MMMM 'kl.' HH:mm"
    return format_datetime(at.astimezone(SWEDEN), written, locale=language)
