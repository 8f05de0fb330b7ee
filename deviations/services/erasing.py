"""Takes away what a gallringsbeslut names: each kind by a function of its own, which says how much of what went."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from deviations.domain.notices import MailState
from deviations.domain.retention import GONE, NOBODY, TITLES, Erasable, Thing, address_of_nobody
from deviations.domain.workflow import Act, Kind
from deviations.models import (
    AuditEntry,
    Deviation,
    Draft,
    EmailChange,
    Identity,
    InternalNote,
    LetterAutosave,
    LinkUse,
    LoginSession,
    Move,
    OneTimeLink,
    OutgoingMail,
    PendingLogin,
    RecoveryCode,
    SavedView,
    Solution,
    User,
)
from deviations.services import indexing

PORTION = 500
EMPTY_MAIL: Mapping[str, str] = {"address": "", "detail": "{}", "error": ""}
"""A mail of which only stays that it was sent, and its key."""

Counts = dict[str, int]


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PORTION):
        yield ids[start : start + PORTION]


def _reports(session: Session, things: Collection[Thing], at: datetime) -> Counts:
    """The texts of reports: their own, those said on their way, and the solution that a guldkorn was.

    Rule, parties, places, days, numbers and steps stay, so that every count does. A local solution is no report's text:
    it is what the subprojects share.
    """
    counts = {"report_texts": 0, "step_texts": 0}
    for ids in _portions([one.id for one in things]):
        held = select(Deviation).where(Deviation.id.in_(ids)).order_by(Deviation.id).with_for_update(of=Deviation)
        reports = session.scalars(held.execution_options(populate_existing=True)).all()
        for report in reports:
            report.title = TITLES[report.kind]
            report.body = report.tried = report.wished = report.rule_hint = ""
            report.erased_at = at
        told = select(Solution).join(Deviation, Deviation.id == Solution.deviation_id)
        for solution in session.scalars(
            told.where(Solution.deviation_id.in_(ids), Deviation.kind == Kind.GOOD_EXAMPLE)
        ):
            solution.text = GONE
        session.flush()
        said = (Move.deviation_id.in_(ids), Move.act != Act.COMPLETED, Move.note != "")  # that one names fields
        counts["report_texts"] += len(reports)
        counts["step_texts"] += _changed(session, update(Move).where(*said).values(note=""))
    indexing.compact(session)
    return counts


def _notes(session: Session, things: Collection[Thing], at: datetime) -> Counts:
    gone = [delete(InternalNote).where(InternalNote.id.in_(ids)) for ids in _portions([one.id for one in things])]
    return {"notes": sum(_changed(session, one) for one in gone)}


def _accounts(session: Session, things: Collection[Thing], at: datetime) -> Counts:
    """Name, address and all by which the person logged in, also in mails to her; what she did stands as done by
    somebody, and no mail goes to her any more.
    """
    ids = [one.id for one in things]
    for user in session.scalars(select(User).where(User.id.in_(ids)).with_for_update()):
        user.full_name, user.email = NOBODY, address_of_nobody(user.id)
        user.password_hash = user.totp_secret = user.totp_confirmed_at = user.totp_step = None
        user.masked_at = user.masked_at or at
    session.flush()
    own_views = (SavedView.owner_id.in_(ids), SavedView.shared.is_(False))
    session.execute(delete(SavedView).where(*own_views))
    session.execute(delete(Draft).where(Draft.owner_id.in_(ids)))
    session.execute(delete(OneTimeLink).where(OneTimeLink.user_id.in_(ids)))
    for kind in (EmailChange, Identity, LetterAutosave, LoginSession, PendingLogin, RecoveryCode):
        session.execute(delete(kind).where(kind.user_id.in_(ids)))
    hers = OutgoingMail.user_id.in_(ids)
    _changed(session, update(OutgoingMail).where(hers).values(EMPTY_MAIL))
    retired = {"state": MailState.UNWANTED, "claimed_until": None}
    _changed(session, update(OutgoingMail).where(hers, OutgoingMail.state == MailState.WAITING).values(retired))
    session.expire_all()  # what is loaded of her mails is not as it was
    return {"accounts": len(ids)}


def _mails(session: Session, things: Collection[Thing], at: datetime) -> Counts:
    """Address, detail and error. The row stays with its key, so that nothing is told twice."""
    emptied = [update(OutgoingMail).where(OutgoingMail.id.in_(ids)) for ids in _portions([one.id for one in things])]
    return {"mails": sum(_changed(session, one.values(EMPTY_MAIL)) for one in emptied)}


def _sources(session: Session, things: Collection[Thing], at: datetime) -> Counts:
    """Address and salt go together: what the chain of the log covers can't be guessed back from what is left."""
    counts = {"log_addresses": 0, "link_addresses": 0}
    for ids in _portions([one.id for one in things if one.kind == "audit_entry"]):
        line = update(AuditEntry).where(AuditEntry.id.in_(ids)).values(source=None, source_salt=None)
        counts["log_addresses"] += _changed(session, line)
    for ids in _portions([one.id for one in things if one.kind == "link_use"]):
        counts["link_addresses"] += _changed(session, update(LinkUse).where(LinkUse.id.in_(ids)).values(source=""))
    session.expire_all()  # what is loaded of these rows is not as it was
    return counts


def _changed(session: Session, statement: Any) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]


Eraser = Callable[[Session, Collection[Thing], datetime], Counts]
ERASERS: Mapping[Erasable, Eraser] = {
    Erasable.REPORT_TEXTS: _reports,
    Erasable.NOTES: _notes,
    Erasable.ACCOUNTS: _accounts,
    Erasable.MAIL: _mails,
    Erasable.SOURCES: _sources,
}
"""What takes each kind away; the caller has seen to it that it may go."""
