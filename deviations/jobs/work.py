"""The rounds of a worker. Each can be run at any time and by several workers at once: what is due is done once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from deviations.adapters.mail import Post, Undelivered, message
from deviations.config import Config, MailSettings
from deviations.domain.notices import MailState
from deviations.jobs.wording import Links, worded
from deviations.models import OutgoingMail
from deviations.services import digests, drafts, followups, outbox

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Work:
    """An instance to work for, the clock to go by, and the question whether it is time to stop."""

    settings: Config
    engine: Engine
    now: Callable[[], datetime] = _now
    stopping: Callable[[], bool] = _never

    def writing(self) -> Session:
        """A session that may change things; the caller commits, and holds it for moments only."""
        return Session(self.engine.execution_options(write=True), expire_on_commit=False)


def hourly(work: Work) -> None:
    """Puts the questions that are due, and forgets drafts that nobody has touched for long."""
    with work.writing() as session:
        followups.ask(session, work.now())
        session.commit()
    with work.writing() as session:
        drafts.forget_old(session, work.now())
        session.commit()


def summarise(work: Work) -> None:
    """Makes the digests and the weekly summaries; without a relay nothing is gathered that could not be sent."""
    if work.settings.mail is None:
        return
    with work.writing() as session:
        digests.make(session, work.now())
        outbox.summarise(session, work.now())
        session.commit()


def send(work: Work) -> int:
    """Sends what is due, one mail after the other, and says how many the relay took.

    Without a relay the mails wait. When the relay can't be reached, the round ends: the rest waits for the next.
    """
    with work.writing() as session:
        outbox.retire(session, work.now())
        session.commit()
    if work.settings.mail is None:
        return 0
    sent = 0
    with Post(work.settings.mail.relay) as post:
        while not work.stopping():
            mail_id = _claimed(work)
            if mail_id is None:
                break
            outcome = _handled(work, work.settings.mail, post, mail_id)
            if outcome is None:
                break
            sent += outcome is MailState.SENT
    if sent:
        log.info("%s mails sent", sent)
    return sent


def _claimed(work: Work) -> int | None:
    """The next mail, for this worker alone; committed before anything is sent."""
    with work.writing() as session:
        mail = outbox.claim(session, work.now())
        session.commit()
        return mail.id if mail is not None else None


def _handled(work: Work, mailing: MailSettings, post: Post, mail_id: int) -> MailState | None:
    """What became of a claimed mail; None when the relay can't be reached. No lock is held while it is sent."""
    try:
        state = _sent(work, mailing, post, mail_id)
    except Undelivered as fault:
        log.warning("Mail %s was not taken: %s", mail_id, fault.code)
        with work.writing() as session:
            mail = session.get_one(OutgoingMail, mail_id)
            if fault.for_good:
                outbox.settle(session, mail, MailState.FAILED, work.now(), fault.code)
            else:
                outbox.try_later(session, mail, work.now(), fault.code)
            session.commit()
        return None if fault.unreachable else mail.state
    with work.writing() as session:
        outbox.settle(session, session.get_one(OutgoingMail, mail_id), state, work.now())
        session.commit()
    return state


def _sent(work: Work, mailing: MailSettings, post: Post, mail_id: int) -> MailState:
    """Words the mail and hands it over. Raises Undelivered."""
    links = Links(mailing.public_url, work.settings.secret_key)
    with Session(work.engine) as session:
        mail = session.get_one(OutgoingMail, mail_id)
        said = worded(session, mail, links, at=work.now())
        to, identity = mail.user.email, outbox.message_id(mail, mailing.host)
    if said is None:
        return MailState.UNWANTED
    finished = message(
        sender=mailing.sender,
        to=to,
        subject=said.subject,
        text=said.text,
        message_id=identity,
        at=work.now(),
        headers={"List-Unsubscribe": f"<{links.to('/konto')}>"},
    )
    post.send(finished, to)
    return MailState.SENT
