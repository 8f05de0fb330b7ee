"""What the page of a sent letter shows of its answer: until when it is waited for and how that day was counted, how far
each recipient has come, what they said and promised, and what the coordinator can do next.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import LazyString, gettext, lazy_gettext

from deviations.domain.days import today
from deviations.domain.deadlines import Promised, overdue
from deviations.domain.letters import OUT, Answer, LetterStatus
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.queries import letter_answers as answers
from deviations.services import letter_deadlines, letter_reminders
from deviations.web import labels, promised
from deviations.web.access import me
from deviations.web.filters import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from deviations.models import Agency, Letter, LetterReminder

STANDINGS: Mapping[LetterStatus, LazyString] = {
    LetterStatus.SENT: lazy_gettext("Har inte hört av sig"),
    LetterStatus.ACKNOWLEDGED: lazy_gettext("Har tagit emot skrivelsen"),
    LetterStatus.EXTENDED: lazy_gettext("Har bett om mer tid"),
    LetterStatus.ANSWERED: lazy_gettext("Har svarat"),
    LetterStatus.SILENT: lazy_gettext("Har inte svarat"),
}

OWN_ANSWERS: Mapping[Answer, LazyString] = {
    Answer.ACCEPTED: lazy_gettext("Ja, vi gör det ni föreslår"),
    Answer.PARTLY: lazy_gettext("Ja, till en del"),
    Answer.DECLINED: lazy_gettext("Nej"),
    Answer.PASSED_ON: lazy_gettext("Vi lämnar frågan vidare till någon annan"),
}
"""The answers as a recipient gives them, in its own voice."""


@dataclass(frozen=True, slots=True)
class Due:
    """The answer day: in words, how it came about, and whether it has gone by without the answer."""

    on: "date"
    line: str
    how: str
    late: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """All of it, for one reader. `standings` has a line for each of several recipients."""

    due: Due | None
    standings: list[tuple[str, LetterStatus, str, str]]
    reminders: "Sequence[LetterReminder]"
    notes: bool
    reminds: bool
    links: bool


def parts(letter: "Letter") -> dict[str, object]:
    """What `letters/_answers.html` needs."""
    if letter.status not in OUT:
        return {"answers": None}
    writes = me().has(Role.COORDINATOR)
    told = Answers(
        due=due(letter),
        standings=_standings(letter) if len(letter.recipients) > 1 else [],
        reminders=answers.reminders(db.session, letter),
        notes=writes and bool(kinds(letter)),
        reminds=writes and letter_reminders.may_remind(letter, today()),
        links=writes and letter.status is not LetterStatus.CLOSED,
    )
    return {"answers": told}


def kinds(letter: "Letter") -> list[LetterStatus]:
    """What can come back now, from any of the recipients."""
    able = {kind for agency in (None, *letter.recipients) for kind in answers.open_kinds(letter, agency)}
    return [kind for kind in answers.REPLIES if kind in able]


def _standings(letter: "Letter") -> list[tuple[str, LetterStatus, str, str]]:
    """Each recipient: its name, its state, the state in words, and since when."""
    return [
        (
            one.agency.name,
            one.status,
            str(STANDINGS[one.status]),
            day(one.newest.received_on) if one.newest is not None else "",
        )
        for one in answers.standings(letter)
    ]


def due(letter: "Letter", reader: "Agency | None" = None) -> Due | None:
    """The first day by which an answer is waited for, or for a recipient that reads it the day of its own; None before
    sending, and when nobody is waited for any more.
    """
    waited = [one for one in answers.waited_for(letter) if reader is None or one.id == reader.id]
    days = [(on, one.id, one) for one in waited if (on := answers.due_from(letter, one)) is not None]
    if not days:
        return None
    on, _, agency = min(days)
    late = overdue(on, today())
    line = (
        gettext("Svaret skulle ha kommit senast den %(day)s", day=day(on))
        if late
        else gettext("Svar senast den %(day)s", day=day(on))
    )
    return Due(on, str(line), _asked(letter, agency, own=reader is not None) or _how(letter), late)


def _asked(letter: "Letter", agency: "Agency", *, own: bool) -> str:
    """That this recipient has asked for more time, said to itself or to the others; "" where it has none."""
    asked = answers.extension(letter, agency)
    if asked is None:
        return ""
    since = day(asked.received_on)
    if own:
        return str(gettext("Ni bad den %(day)s om mer tid.", day=since))
    if len(letter.recipients) > 1:
        return str(gettext("%(name)s bad den %(day)s om mer tid.", name=agency.name, day=since))
    return str(gettext("Mottagaren bad den %(day)s om mer tid.", day=since))


def _how(letter: "Letter") -> str:
    """How the letter's own day came about; "" where that is not kept, or is another recipient's longer time."""
    kept = letter_deadlines.of(letter)
    if kept is None or kept.kind is Promised.EXTENSION:
        return ""
    since = day(kept.since)
    when = gettext("då vi påminde") if kept.kind is Promised.REMINDER else gettext("då skrivelsen skickades")
    if kept.span is None:
        return str(gettext("Vi påminde den %(day)s och bad om svar till dess.", day=since))
    return promised.counted(kept.span, since, str(when))


def kind_words(kind: LetterStatus) -> str:
    """What came back, as a choice of the form says it."""
    words = {
        LetterStatus.ACKNOWLEDGED: gettext("De har bekräftat att de har tagit emot skrivelsen"),
        LetterStatus.EXTENDED: gettext("De ber om mer tid"),
        LetterStatus.ANSWERED: gettext("De har svarat"),
        LetterStatus.SILENT: gettext("Inget svar har kommit, och vi väntar inte längre"),
    }
    return str(words.get(kind, labels.LETTERS[kind]))
