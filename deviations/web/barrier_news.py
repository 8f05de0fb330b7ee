"""What has become of the barrier that a report was placed in: its letter and the answer, or what its state means."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask_babel import format_date, gettext

from deviations.domain.days import day_of
from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import BarrierStatus
from deviations.web import labels

if TYPE_CHECKING:
    from deviations.queries.journeys import Journey, LetterNews


def short_day(day: date | datetime, today: date) -> str:
    """3 mars; with the year where it is another one than this."""
    if isinstance(day, datetime):
        day = day_of(day)
    return str(format_date(day, "d MMMM" if day.year == today.year else "d MMMM yyyy"))


def told(journey: "Journey", today: date) -> str:
    """The sentence on the barrier of a placed report: on its letter while one is out, else on the barrier's state."""
    barrier = journey.deviation.barrier
    assert barrier is not None
    if journey.letter is not None and barrier.status in (BarrierStatus.ESCALATED, BarrierStatus.ANSWERED):
        return _letter(journey.letter, today)
    if barrier.status is BarrierStatus.WRITTEN_OFF and barrier.review_on is not None:
        day = short_day(barrier.review_on, today)
        return str(gettext("Hindret är avskrivet och ses över igen den %(day)s.", day=day))
    sentences = {
        BarrierStatus.WATCHED: gettext("Hindret bevakas: händer det på fler ställen kan det bli en skrivelse."),
        BarrierStatus.RECURRING: gettext("Hindret är återkommande, och nästa steg är en skrivelse."),
        BarrierStatus.ESCALATED: gettext("Hindret är lyft i en skrivelse."),
        BarrierStatus.ANSWERED: gettext("Skrivelsen om hindret är besvarad."),
        BarrierStatus.REMOVED: gettext("Hindret är undanröjt. Händer det igen, rapportera det."),
        BarrierStatus.WRITTEN_OFF: gettext("Hindret är avskrivet."),
        BarrierStatus.RETURNED: gettext("Hindret var borta men har kommit tillbaka, och det bevakas igen."),
    }
    return str(sentences[barrier.status])


def _letter(letter: "LetterNews", today: date) -> str:
    to = _listed(letter.to)
    if letter.answered_on is not None:
        day = short_day(letter.answered_on, today)
        if letter.answer is None:
            return str(gettext("Skrivelsen till %(to)s fick svar den %(day)s.", to=to, day=day))
        answer = str(labels.ANSWERS[letter.answer]).lower()
        return str(gettext("Skrivelsen till %(to)s fick svar den %(day)s: %(answer)s.", to=to, day=day, answer=answer))
    sent = gettext("En skrivelse skickades till %(to)s den %(day)s;", to=to, day=short_day(letter.sent_on, today))
    return f"{sent} {_expected(letter, today)}"


def _listed(names: Sequence[str]) -> str:
    """A, B och C."""
    *first, last = names
    return str(gettext("%(first)s och %(last)s", first=", ".join(first), last=last)) if first else last


def _expected(letter: "LetterNews", today: date) -> str:
    if letter.status in (LetterStatus.SILENT, LetterStatus.CLOSED):
        return str(gettext("inget svar har kommit."))
    if letter.answer_by is None:
        return str(gettext("svaret har inte kommit än."))
    day = short_day(letter.answer_by, today)
    if letter.answer_by < today:
        return str(gettext("svaret skulle ha kommit senast den %(day)s men har inte gjort det.", day=day))
    if letter.status is LetterStatus.EXTENDED:
        return str(gettext("mottagaren har bett om mer tid, och svar väntas senast den %(day)s.", day=day))
    return str(gettext("svar väntas senast den %(day)s.", day=day))
