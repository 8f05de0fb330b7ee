"""How a promised day reads: until when, how it was counted, and that it has gone by when it has."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import gettext, ngettext

from deviations.domain import deadlines
from deviations.domain.days import day_of, today
from deviations.domain.deadlines import Due, Promised, Span
from deviations.domain.workflow import OPEN, Kind, Status
from deviations.services import promises
from deviations.web.barrier_news import short_day

if TYPE_CHECKING:
    from deviations.models import Deviation


@dataclass(frozen=True, slots=True)
class Promise:
    """A promised day in words: one line of a list, how it was `counted` or else came about, what was asked for, and
    whether it is late.
    """

    line: str
    how: str
    asked: str
    late: bool
    counted: bool

    @property
    def text(self) -> str:
        """Day and reckoning in one."""
        return f"{self.line}{': ' if self.counted else ', '}{self.how}"


def promise(deviation: "Deviation") -> Promise | None:
    """What is promised of a report, in words; None where nothing is."""
    due = promises.of(deviation)
    if due is None or _waits_along(deviation):
        return None
    here = today()
    until = deviation.asked_until
    asked = gettext("Delprojektet har bett om tid till den %(day)s.", day=short_day(until, here)) if until else ""
    late = deadlines.overdue(due.on, here)
    line, how = _line(due, here, deviation.kind, late), due_words(due, here, filed_on(deviation))
    return Promise(line, how, str(asked), late, counted=due.span is not None)


def filed_on(deviation: "Deviation") -> date:
    """The day on which a report was filed, in Sweden."""
    return day_of(deviation.filed_at)


def _waits_along(deviation: "Deviation") -> bool:
    """Whether it is an occurrence that follows what becomes of an open report."""
    original = deviation.same_as
    waits = deviation.status in (Status.FILED, Status.IN_REVIEW)
    return deviation.kind is Kind.SAME_HERE and waits and original is not None and original.status in OPEN


def _line(due: Due, here: date, kind: Kind, late: bool) -> str:
    """Until when, without how: "Svar senast den 27 november", "Försenad sedan den 27 november"."""
    day = short_day(due.on, here)
    if late:
        return _late_line(due, day)
    if due.kind is Promised.FIRST_REPLY and kind is Kind.GOOD_EXAMPLE:
        return str(gettext("Läses senast den %(day)s", day=day))
    lines = {
        Promised.FIRST_REPLY: gettext("Svar senast den %(day)s", day=day),
        Promised.LOCAL_ANSWER: gettext("Delprojektet svarar senast den %(day)s", day=day),
        Promised.SNOOZE: gettext("Uppskjuten till den %(day)s", day=day),
        Promised.EXTENSION: gettext("Längre tid till den %(day)s", day=day),
    }
    return str(lines[due.kind])


def _late_line(due: Due, day: str) -> str:
    if due.kind is Promised.SNOOZE:
        return str(gettext("Försenad, skulle ha tagits upp igen den %(day)s", day=day))
    if due.kind is Promised.EXTENSION:
        return str(gettext("Försenad, den längre tiden tog slut den %(day)s", day=day))
    return str(gettext("Försenad, skulle ha haft svar senast den %(day)s", day=day))


def due_words(due: Due, here: date, filed: date | None = None) -> str:
    """How a promised day was counted: "7 dagar från den 20 november, då den rapporterades."

    `filed` is the day on which the report was filed; a first reply counted from a later day is one since it came back.
    """
    since = short_day(due.since, here)
    if due.span is None:
        if due.kind is Promised.EXTENSION:
            return str(gettext("beviljad av verksamhetsutvecklaren den %(day)s.", day=since))
        return str(gettext("bestämt den %(day)s.", day=since))
    return counted(due.span, since, _when(due, filed))


def counted(span: Span, since: str, when: str) -> str:
    """How so many days were counted: "60 arbetsdagar från den 17 november, då skrivelsen skickades. Lördagar …"."""
    if span.working:
        days = ngettext("%(num)s arbetsdag", "%(num)s arbetsdagar", span.days)
    else:
        days = ngettext("%(num)s dag", "%(num)s dagar", span.days)
    sentence = gettext("%(span)s från den %(day)s, %(when)s.", span=days, day=since, when=when)
    free = gettext("Lördagar, söndagar och helgdagar räknas inte.")
    return f"{sentence} {free}" if span.working else str(sentence)


def _when(due: Due, filed: date | None) -> str:
    if due.kind is Promised.LOCAL_ANSWER:
        return str(gettext("då delprojektet fick den"))
    return str(gettext("då den rapporterades") if due.since == filed else gettext("då den togs upp igen"))


def init_app(app: Flask) -> None:
    """Makes it known to the templates: `deviation|promise`."""
    app.jinja_env.filters["promise"] = promise
