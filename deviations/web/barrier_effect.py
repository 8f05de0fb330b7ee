"""Did it help: a barrier's page says how much of what its subprojects report is about it, before an answer or a changed
rule and after, in words that claim no more than the numbers bear. Who may not see small counts gets the words only,
unless every figure is large enough.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import format_decimal, gettext, ngettext
from markupsafe import Markup

from deviations.adapters import charts
from deviations.domain import small_numbers
from deviations.domain.days import today
from deviations.domain.effect import Verdict, tellable
from deviations.extensions import db
from deviations.queries import effects, spreads
from deviations.queries.effects import Event, Measured, Quarter
from deviations.web import labels
from deviations.web.access import me
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Barrier

SHOWN = 3
"""So many of the latest events are told of."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one event: what it was and where one reads of it, whether it helped, and with figures the counts
    in words, how sure that is, the chart and what was left out.
    """

    what: str
    href: str
    verdict: str
    counts: str = ""
    sure: str = ""
    figure: dict[str, Any] | None = None
    open: str = ""


def parts(barrier: "Barrier", spread: spreads.Spread, exact: bool) -> dict[str, list[Told]]:
    """What the page shows; nothing for a barrier about which nothing was answered and whose rule is as it was."""
    session, now = db.session, today()
    found = effects.events(session, me(), barrier, now)[:SHOWN]
    measured = [effects.measured(session, barrier, event, now) for event in found]
    shown = [one for one in measured if one is not None]
    # Two events' figures beside each other tell of the reports between their days: who may not see these gets one's.
    lone = exact or len(shown) == 1
    return {"effects": [told(one, exact or (lone and _may_be_told(one, spread)), exact) for one in shown]}


def _may_be_told(measured: Measured, spread: spreads.Spread) -> bool:
    """Whether no figure here is small, and none can be worked out from them and what the page shows besides."""
    cells = [side for one in measured.quarters for side in (one.before, one.after)]
    guarded = small_numbers.guarded(spread.municipalities) == small_numbers.shown(spread.deviations)
    return guarded and not measured.outside and tellable([*cells, *(one.whole for one in measured.quarters)])


def told(measured: Measured, figures: bool, exact: bool) -> Told:
    """One event in words, with its figures where they may be shown."""
    what, href = _event(measured.event)
    verdict = _verdict(measured)
    if not figures:
        return Told(what, href, verdict)
    waits = ngettext(
        "%(num)s avvikelse i delprojekten är inte bedömd än och räknas inte med.",
        "%(num)s avvikelser i delprojekten är inte bedömda än och räknas inte med.",
        measured.open,
    )
    return Told(
        what=what,
        href=href,
        verdict=verdict,
        counts=_counts(measured),
        sure=_sure(measured),
        figure=_figure(measured),
        open=str(waits) if measured.open and exact else "",
    )


def _event(event: Event) -> tuple[str, str]:
    if event.reply is not None:
        reply = event.reply
        who = reply.agency.short_name if reply.agency is not None else ""
        said = str(labels.ANSWERS[reply.answer]).lower() if reply.answer is not None else str(gettext("utan besked"))
        href = url_for("letters.show", id=reply.letter_id)
        if who:
            return str(
                gettext("Svaret från %(who)s den %(day)s: %(what)s", who=who, day=day(event.on), what=said)
            ), href
        return str(gettext("Svaret den %(day)s: %(what)s", day=day(event.on), what=said)), href
    assert event.change is not None  # an event is the one or the other
    rule = event.change.rule
    href = url_for("catalogue.rule", code=rule.code)
    return str(gettext("Regeln %(rule)s ändrades den %(day)s", rule=rule.code, day=day(event.on))), href


def _verdict(measured: Measured) -> str:
    sentences = {
        Verdict.LESS: gettext("Hindret rapporteras mer sällan sedan dess."),
        Verdict.MORE: gettext("Hindret rapporteras oftare sedan dess."),
        Verdict.UNSURE: gettext("Det går inte att säga än om det hjälpte."),
    }
    return str(sentences[measured.change.verdict])


def _counts(measured: Measured) -> str:
    before, after = measured.before, measured.after
    if not after.all:
        return str(gettext("Ingen avvikelse från delprojekten är bedömd sedan dess."))
    return str(
        gettext(
            "Före gällde %(about)s av delprojektens %(all)s avvikelser hindret, sedan dess %(now)s av %(all_now)s.",
            about=before.about,
            all=before.all,
            now=after.about,
            all_now=after.all,
        )
    )


def _sure(measured: Measured) -> str:
    """The interval in words: how little and how much the share may have changed."""
    found = measured.change
    if not measured.after.all:
        return ""  # which has been said already
    if found.verdict is Verdict.LESS and found.high is not None:
        least, most = round(100 * (1 - found.high)), round(100 * (1 - found.low))
        said = gettext("Med slumpen inräknad har andelen minskat med mellan %(least)s och %(most)s procent.")
        return str(said % {"least": least, "most": most})
    if found.verdict is Verdict.MORE:
        low = _part(found.low, str(gettext("minst")))
        if found.high is None:
            return str(gettext("Med slumpen inräknad har andelen %(low)s.", low=low))
        return str(
            gettext(
                "Med slumpen inräknad har andelen %(low)s, och den kan ha %(high)s.", low=low, high=_part(found.high)
            )
        )
    if found.high is None:
        return str(gettext("Siffrorna är för få för att räkna på."))
    low, high = _part(found.low), _part(found.high)
    return str(
        gettext("Skillnaden kan vara slump: andelen kan ha %(low)s, och den kan ha %(high)s.", low=low, high=high)
    )


def _part(ratio: float, least: str = "") -> str:
    """A share as a part of what it was, as one says it: "minskat med 60 procent", "blivit minst 3,2 gånger så stor"."""
    before = f"{least} " if least else ""
    if ratio >= 2:
        return str(
            gettext("blivit %(least)s%(times)s gånger så stor", least=before, times=format_decimal(round(ratio, 1)))
        )
    percent = round(abs(1 - ratio) * 100)
    if ratio < 1:
        return str(gettext("minskat med %(least)s%(percent)s procent", least=before, percent=percent))
    return str(gettext("ökat med %(least)s%(percent)s procent", least=before, percent=percent))


def _figure(measured: Measured) -> dict[str, Any]:
    """The share of each quarter, drawn, and its counts as a table."""
    title = str(gettext("Av hundra avvikelser gällde så många hindret, kring den %(day)s", day=day(measured.event.on)))
    points = [(one.name, round(one.whole.of_hundred or 0)) for one in measured.quarters]
    event, quarter = measured.event, spreads.quarter(measured.event.on)
    in_words = _in_words(quarter)
    came = gettext("Svaret kom under %(quarter)s, där den streckade linjen står.", quarter=in_words)
    changed = gettext("Regeln ändrades under %(quarter)s, där den streckade linjen står.", quarter=in_words)
    finding = str(came if event.reply is not None else changed)
    names = [one.name for one in measured.quarters]
    since = names.index(quarter) + spreads.share_of_quarter(event.on)
    return {
        "title": title,
        "finding": finding,
        "svg": Markup(charts.columns(points, title, finding, since)),
        "headers": (
            gettext("Kvartal"),
            gettext("Om hindret"),
            gettext("Alla avvikelser"),
            gettext("Av hundra"),
        ),
        "rows": [row for one in measured.quarters for row in _rows(one, event)],
    }


def _in_words(quarter: str) -> str:
    """ "tredje kvartalet 2026" of "2026 kv 3"."""
    year, _, number = quarter.partition(" kv ")
    said = {
        "1": gettext("första kvartalet %(year)s", year=year),
        "2": gettext("andra kvartalet %(year)s", year=year),
        "3": gettext("tredje kvartalet %(year)s", year=year),
        "4": gettext("fjärde kvartalet %(year)s", year=year),
    }
    return str(said[number])


def _rows(quarter: Quarter, event: Event) -> list[tuple[str, int, int, str]]:
    """A quarter's row; the quarter of the event itself has two, one for each side of the day."""
    if spreads.quarter(event.on) != quarter.name:
        return [_row(quarter.name, quarter.whole.about, quarter.whole.all)]
    sides = ((gettext("före"), quarter.before), (gettext("efter"), quarter.after))
    return [_row(f"{quarter.name}, {name}", side.about, side.all) for name, side in sides]


def _row(name: str, about: int, all: int) -> tuple[str, int, int, str]:
    return name, about, all, str(round(100 * about / all)) if all else "–"
