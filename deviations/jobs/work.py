"""The rounds of a worker. Each can be run at any time and by several workers at once: what is due is done once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from time import monotonic, sleep

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from deviations.adapters.mail import Post, Undelivered, message
from deviations.config import Config, MailSettings
from deviations.domain.learnt import Fineness
from deviations.domain.notices import ACCOUNT, MailState
from deviations.jobs import account_mail, letter_out
from deviations.jobs.wording import Links, worded
from deviations.models import OutgoingMail
from deviations.queries import groupings, proposals, replay, weights
from deviations.services import (
    digests,
    drafts,
    followups,
    learning,
    letter_autosaves,
    letter_reminders,
    outbox,
    retention,
)
from deviations.services import proposals as keeping

log = logging.getLogger(__name__)

LEARNING = 600.0
"""So many seconds a grouping waits for the reports to be learnt, where they are many; the next round tries again."""


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
    """Puts the questions that are due, forgets drafts that nobody has touched for long, tells the coordinator which
    letters' answers should have come, forgets what is fleeting, and no longer names those who left long ago.
    """
    with work.writing() as session:
        followups.ask(session, work.now())
        session.commit()
    with work.writing() as session:
        drafts.forget_old(session, work.now())
        letter_autosaves.forget_old(session, work.now())
        session.commit()
    with work.writing() as session:
        letter_reminders.tell(session, work.now())
        session.commit()
    with work.writing() as session:
        retention.forget_fleeting(session, work.now())
        retention.mask_closed(session, work.now())
        session.commit()


def relearn(work: Work) -> None:
    """Tries whether weights learnt from the instance's own decisions make better suggestions; falls back on those that
    ship where learnt ones have become worse. Nothing is locked while it reckons.
    """
    from deviations.domain import relearning  # numeric stack: only when there is something to learn

    with Session(work.engine.execution_options(write=False)) as session:
        if weights.is_off(session):
            return
        in_use = weights.in_use(session)
        since = weights.since(session, in_use)
        worse = since is not None and relearning.gone_worse(
            replay.examples(session, since=since, stopping=work.stopping), in_use.weights()
        )
        standing = weights.InUse(None) if worse else in_use
        trial = relearning.learn(replay.examples(session, stopping=work.stopping), standing.weights())
    with work.writing() as session:
        if weights.is_off(session) or weights.in_use(session).id != in_use.id:
            return  # somebody decided meanwhile
        if worse:
            learning.fall_back(session, work.now())
        if trial is not None:
            learning.keep(session, trial, work.now())
        session.commit()


def regroup(work: Work) -> None:
    """Groups the unplaced reports into proposals, where that is due and they are too many to be grouped while somebody
    waits. Nothing is locked while it reckons.
    """
    at, began = work.now(), monotonic()
    with Session(work.engine.execution_options(write=False)) as session:
        ids = groupings.unplaced(session)
        if len(ids) <= proposals.LIVE or not groupings.waits(session, at):
            return
        facts = groupings.facts(session, ids)
        groups = groupings.grouped(session, facts, Fineness)
        while groups is None and not work.stopping() and monotonic() - began < LEARNING:
            session.rollback()
            sleep(1)
            groups = groupings.grouped(session, facts, Fineness)
    if groups is None:
        return
    with work.writing() as session:
        keeping.keep(session, groups, reports=len(ids), seconds=monotonic() - began, at=at)
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
    with Session(work.engine) as session:
        mail = session.get_one(OutgoingMail, mail_id)
        finished = (
            _outside(session, work, mailing, mail) if mail.user is None else _inside(session, work, mailing, mail)
        )
    if finished is None:
        return MailState.UNWANTED
    post.send(finished, str(finished["To"]))
    return MailState.SENT


def _inside(session: Session, work: Work, mailing: MailSettings, mail: OutgoingMail) -> EmailMessage | None:
    """What a person of the program is told; None where it has become pointless. Raises Undelivered."""
    links = Links(mailing.public_url, work.settings.secret_key)
    own = mail.kind in ACCOUNT  # nobody can choose to be without it
    said = (account_mail.worded if own else worded)(session, mail, links, at=work.now())
    if said is None or mail.user is None:
        return None
    return message(
        sender=mailing.sender,
        to=mail.address or mail.user.email,
        subject=said.subject,
        text=said.text,
        message_id=outbox.message_id(mail, mailing.host),
        at=work.now(),
        headers={} if own else {"List-Unsubscribe": f"<{links.to('/konto')}>"},
    )


def _outside(session: Session, work: Work, mailing: MailSettings, mail: OutgoingMail) -> EmailMessage | None:
    """A letter, to its recipient; the answer goes to whoever sent it. Raises Undelivered."""
    said = letter_out.worded(session, mail)
    if said is None:
        return None
    return message(
        sender=mailing.sender,
        to=mail.address,
        subject=said.words.subject,
        text=said.words.text,
        message_id=outbox.message_id(mail, mailing.host),
        at=work.now(),
        headers={"Reply-To": said.answers_to},
        attached=[said.pdf],
        by_program=False,
    )
