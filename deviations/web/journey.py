"""A report's way in plain words: what has become of it, what happens next and when."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from deviations.domain import deadlines
from deviations.domain.deadlines import Promised
from deviations.domain.roles import Actor
from deviations.domain.workflow import CloseReason, Kind, Status
from deviations.web import barrier_news, promised
from deviations.web.barrier_news import short_day

if TYPE_CHECKING:
    from deviations.queries.journeys import Journey


@dataclass(frozen=True, slots=True)
class Way:
    """What a reporter is told: one or two sentences, the words of whoever asked, solved or closed, and how the day that
    she is promised was counted.
    """

    text: str
    quote: str = ""
    how: str = ""


def told(journey: "Journey", actor: Actor, today: date) -> Way:
    """The way of a report, told to the person who filed it or typed it for somebody else."""
    late = deadlines.overdue(journey.due.on if journey.due else None, today)
    parts = [_typed(journey, actor), _kind(journey, actor), _stands(journey, actor, today, late)]
    return Way(" ".join(part for part in parts if part), _quote(journey), _counted(journey, today))


def _counted(journey: "Journey", today: date) -> str:
    """How the promised day was counted; nothing of a day that a person set."""
    if journey.due is None or journey.due.span is None:
        return ""
    words = promised.due_words(journey.due, today, promised.filed_on(journey.deviation))
    return str(gettext("Så räknades dagen: %(how)s", how=words))


def _quote(journey: "Journey") -> str:
    """A guldkorn is its own solution, so it is not told to its author again."""
    status, kind = journey.deviation.status, journey.deviation.kind
    if status is Status.SOLVED_LOCALLY and kind is Kind.GOOD_EXAMPLE:
        return ""
    return journey.words if status in (Status.NEEDS_FACTS, Status.SOLVED_LOCALLY, Status.CLOSED) else ""


def _typed(journey: "Journey", actor: Actor) -> str:
    """Who typed it for whom; nothing where she typed it herself."""
    deviation, what = journey.deviation, _it(journey)
    if deviation.reporter_id == deviation.filed_by_id:
        return ""
    if deviation.reporter_id == actor.id:
        return str(gettext("%(name)s skrev in %(what)s åt dig.", name=deviation.filed_by.name, what=what))
    if deviation.filed_by_id == actor.id:
        return str(gettext("Du skrev in %(what)s åt %(name)s.", what=what, name=deviation.reporter.name))
    return str(
        gettext(
            "%(typist)s skrev in %(what)s åt %(name)s.",
            typist=deviation.filed_by.name,
            what=what,
            name=deviation.reporter.name,
        )
    )


def _it(journey: "Journey") -> str:
    """What stands for the report inside a sentence."""
    return str(gettext("guldkornet") if journey.deviation.kind is Kind.GOOD_EXAMPLE else gettext("den"))


def _kind(journey: "Journey", actor: Actor) -> str:
    kind, own = journey.deviation.kind, journey.deviation.reporter_id == actor.id
    if kind is Kind.GOOD_EXAMPLE and journey.deviation.status is not Status.CLOSED:
        if _typed(journey, actor):  # where it was named already
            return str(gettext("Alla delprojekt kan läsa det bland lokala lösningar."))
        return str(gettext("Alla delprojekt kan läsa guldkornet bland lokala lösningar."))
    if kind is Kind.SAME_HERE:
        if own:
            return str(gettext("Du sade att det hände hos er också."))
        return str(gettext("%(name)s sade att det hände hos dem också.", name=journey.deviation.reporter.name))
    return ""


def _who(journey: "Journey", actor: Actor) -> str:
    """The subject of "får veta": you, or the colleague whose report it is."""
    deviation = journey.deviation
    return str(gettext("du")) if deviation.reporter_id == actor.id else deviation.reporter.name


def _stands(journey: "Journey", actor: Actor, today: date, late: bool) -> str:
    match journey.deviation.status:
        case Status.DRAFT:
            return str(gettext("Den är påbörjad men inte skickad."))
        case Status.FILED | Status.IN_REVIEW:
            return _in_queue(journey, actor, today, late)
        case Status.NEEDS_FACTS:
            return _asked(journey, actor)
        case Status.LOCAL_ACTION:
            return _at_work(journey, actor, today, late)
        case Status.SOLVED_LOCALLY:
            return _solved(journey, actor, today)
        case Status.JOINED:
            return _joined(journey, today)
        case Status.CLOSED:
            return _closed(journey, today)


def _in_queue(journey: "Journey", actor: Actor, today: date, late: bool) -> str:
    if journey.deviation.kind is Kind.GOOD_EXAMPLE:
        return _to_be_read(journey, today, late)
    if journey.follows:
        joined = gettext("Det räknas ihop med den avvikelse som fanns redan och följer med den;")
        return f"{joined} " + str(gettext("%(who)s får veta när den avgörs.", who=_who(journey, actor)))
    begun = journey.deviation.status is Status.IN_REVIEW
    where = gettext("Verksamhetsutvecklaren har börjat titta på den.") if begun else gettext("Den ligger i kön.")
    return " ".join([str(where), *_promised(journey, actor, today, late)])


def _promised(journey: "Journey", actor: Actor, today: date, late: bool) -> list[str]:
    """When the first word comes, or that it should have come."""
    if journey.due is None:
        return []
    day, who = short_day(journey.due.on, today), _who(journey, actor)
    if journey.due.kind is Promised.SNOOZE:
        return [_put_off(day, late)]
    if late:
        overdue = gettext("Besked skulle ha kommit senast den %(day)s. Vi är sena, men den är inte bortglömd.", day=day)
        return [str(overdue)]
    if journey.deviation.status is Status.IN_REVIEW:
        return [str(gettext("Senast den %(day)s får %(who)s veta vad som händer.", day=day, who=who))]
    weekly = gettext(
        "Verksamhetsutvecklaren går igenom nya avvikelser varje vecka; %(who)s får veta senast den %(day)s.",
        who=who,
        day=day,
    )
    return [str(weekly)]


def _put_off(day: str, late: bool) -> str:
    """Of a report that was put off: when it is taken up again."""
    if late:
        return str(
            gettext("Den skulle ha tagits upp igen den %(day)s. Vi är sena, men den är inte bortglömd.", day=day)
        )
    return str(gettext("Verksamhetsutvecklaren tar upp den igen den %(day)s.", day=day))


def _to_be_read(journey: "Journey", today: date, late: bool) -> str:
    """Of a guldkorn, which others find already."""
    if journey.due is None:
        return ""
    if late:
        return str(gettext("Verksamhetsutvecklaren har inte hunnit läsa det än."))
    return str(gettext("Verksamhetsutvecklaren läser det senast den %(day)s.", day=short_day(journey.due.on, today)))


def _asked(journey: "Journey", actor: Actor) -> str:
    if journey.deviation.reporter_id == actor.id:
        return str(gettext("Verksamhetsutvecklaren behöver veta mer. Svara på frågan, så kan hen gå vidare."))
    return str(gettext("Verksamhetsutvecklaren väntar på svar från %(name)s.", name=journey.deviation.reporter.name))


def _at_work(journey: "Journey", actor: Actor, today: date, late: bool) -> str:
    place = journey.deviation.subproject
    own = place.id in actor.subprojects()
    where = gettext("Ditt delprojekt") if own else gettext("Delprojektet %(name)s", name=place.name)
    working = str(gettext("%(where)s arbetar med det.", where=where))
    if journey.due is None:
        return working
    day = short_day(journey.due.on, today)
    if late:
        asked = gettext("Det skulle ha varit klart senast den %(day)s. Fråga gärna delprojektledaren.", day=day)
        return f"{working} {asked}"
    if journey.due.kind is Promised.EXTENSION:
        longer = gettext(
            "Det har fått längre tid, och senast den %(day)s får %(who)s veta hur det gick.",
            who=_who(journey, actor),
            day=day,
        )
        return f"{working} {longer}"
    soon = gettext("Senast den %(day)s får %(who)s veta hur det gick.", who=_who(journey, actor), day=day)
    return f"{working} {soon}"


def _solved(journey: "Journey", actor: Actor, today: date) -> str:
    if journey.deviation.kind is Kind.GOOD_EXAMPLE:
        return ""
    day = short_day(journey.since, today)
    if journey.worked:
        done = gettext("Delprojektet löste det den %(day)s.", day=day)
        ask = gettext("Fungerar det inte ändå? Säg till, så tas den upp igen.")
    else:
        done = gettext("Delprojektet prövade en lösning den %(day)s, men den hjälpte inte.", day=day)
        ask = gettext("Är det fortfarande ett hinder? Säg till, så tas den upp igen.")
    return f"{done} {ask}" if journey.deviation.reporter_id == actor.id else str(done)


def _joined(journey: "Journey", today: date) -> str:
    barrier = journey.deviation.barrier
    if barrier is None:
        return str(gettext("Verksamhetsutvecklaren har lagt %(what)s till ett hinder.", what=_it(journey)))
    placed = _placed(journey, barrier.name)
    return placed if journey.deviation.kind is Kind.GOOD_EXAMPLE else f"{placed} {barrier_news.told(journey, today)}"


def _placed(journey: "Journey", name: str) -> str:
    count, what = journey.municipalities, _it(journey)
    if journey.deviation.kind is Kind.SAME_HERE:
        if count is None:
            return str(gettext("Det räknas till hindret ”%(name)s”.", name=name))
        return str(
            ngettext(
                "Det räknas till hindret ”%(name)s”, som finns i %(num)s kommun.",
                "Det räknas till hindret ”%(name)s”, som finns i %(num)s kommuner.",
                count,
                name=name,
            )
        )
    if count is None:
        return str(gettext("Verksamhetsutvecklaren har lagt %(what)s till hindret ”%(name)s”.", what=what, name=name))
    return str(
        ngettext(
            "Verksamhetsutvecklaren har lagt %(what)s till hindret ”%(name)s”, som finns i %(num)s kommun.",
            "Verksamhetsutvecklaren har lagt %(what)s till hindret ”%(name)s”, som finns i %(num)s kommuner.",
            count,
            what=what,
            name=name,
        )
    )


def _closed(journey: "Journey", today: date) -> str:
    day = short_day(journey.since, today)
    sentences = {
        CloseReason.INFORMATION: gettext("Avslutad den %(day)s: informationen räckte.", day=day),
        CloseReason.NOT_A_DEVIATION: gettext("Avslutad den %(day)s: det var ingen avvikelse.", day=day),
        CloseReason.DUPLICATE: gettext(
            "Avslutad den %(day)s: samma sak är redan rapporterad, och det är den avvikelsen som går vidare.", day=day
        ),
        CloseReason.WRITTEN_OFF: gettext("Avslutad den %(day)s: det går inte att göra något åt.", day=day),
    }
    reason = journey.deviation.close_reason
    return str(sentences[reason] if reason else gettext("Avslutad den %(day)s.", day=day))
