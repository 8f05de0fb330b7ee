"""That a copy was taken is written down, and the newest one counts."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import AuditEntry
from deviations.queries import backups as reading
from deviations.queries.backups import LastBackup
from deviations.services import audit, backups
from tests.factories import NOW


def test_nothing_is_known_before_the_first(session: Session) -> None:
    assert reading.last(session) is None


def test_a_copy_and_a_note_are_told_apart_and_the_newest_counts(session: Session) -> None:
    backups.note(session, NOW - timedelta(days=1), sha256="ab" * 32)
    assert reading.last(session) == LastBackup(NOW - timedelta(days=1), noted=False)
    backups.note(session, NOW)
    assert reading.last(session) == LastBackup(NOW, noted=True)
    lines = session.scalars(select(AuditEntry).where(AuditEntry.subject == "backup").order_by(AuditEntry.id)).all()
    assert [(one.action, one.actor_id) for one in lines] == [("backup.taken", None), ("backup.noted", None)]
    assert "ab" * 32 in lines[0].detail
    assert audit.verify(session)[1] is None
