"""A barrier in figures: its counts, its charts with their findings and tables, its steps and the weeks that it cost.
Small counts are hidden before anything is drawn or said, unless the reader sees them (`exact`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from flask_babel import format_decimal, gettext, ngettext
from markupsafe import Markup

from deviations.adapters import charts
from deviations.domain import small_numbers
from deviations.domain.order import swedish_key
from deviations.domain.workflow import Step
from deviations.queries import barriers, spreads
from deviations.web import labels

if TYPE_CHECKING:
    from deviations.models import Deviation


@dataclass(frozen=True, slots=True)
class Weeks:
    """How many weeks a barrier has cost those who said so: the median, and for who sees small counts the rest."""

    median: float
    told_by: int | None = None
    shortest: int = 0
    longest: int = 0
    total: int = 0

    @property
    def sentence(self) -> str:
        """What the median says, in words."""
        lost = str(format_decimal(self.median))
        weeks = ngettext("%(lost)s vecka", "%(lost)s veckor", 1 if self.median == 1 else 2, lost=lost)
        return str(
            gettext("Hälften av dem som har uppgett antal veckor har förlorat minst %(weeks)s (medianen).", weeks=weeks)
        )


def counts(spread: spreads.Spread, known: barriers.Known, exact: bool) -> dict[str, int | str]:
    """The barrier's counts; for those who may not see small ones, such that none can be worked out from them."""
    places = len(spread.municipalities)
    if exact:
        return {"deviations": spread.deviations, "municipalities": places, "subprojects": spread.subprojects}
    if known.few:  # then the number of places would tell the count in each
        return {
            "deviations": small_numbers.beside(known.own_reports),
            "municipalities": small_numbers.beside(known.own_municipalities),
            "subprojects": small_numbers.beside(min(known.own_reports, 1)),
        }
    return {
        "deviations": small_numbers.guarded(spread.municipalities),
        "municipalities": places,
        "subprojects": spread.subprojects,
    }


def charts_of(spread: spreads.Spread, known: barriers.Known, exact: bool) -> dict[str, object] | None:
    """The charts with their findings and tables; None where there is nothing to draw, or only what is hidden."""
    if not spread.deviations or (known.few and not exact):
        return None
    places: list[tuple[str, int | str]] = list(spread.municipalities)
    quarters: list[tuple[str, int | str]] = list(spread.quarters)
    if not exact:
        hidden = small_numbers.hide(sorted(spread.municipalities, key=lambda place: swedish_key(place[0])))
        places = [(name, _number(text)) for name, text in hidden]  # in order of name: their order would tell
        quarters = [(name, _number(text)) for name, text in _guarded_quarters(spread)]
    count = len(spread.municipalities)
    found = ngettext("Hindret finns i %(num)s kommun.", "Hindret finns i %(num)s kommuner.", count)
    drawn: dict[str, object] = {
        "places": {
            "finding": found,
            "svg": Markup(charts.bars(places, gettext("Avvikelser per kommun"), found)),
            "headers": (gettext("Kommun"), gettext("Avvikelser")),
            "rows": places,
        },
        "time": {
            "finding": _trend(spread),
            "svg": Markup(charts.columns(quarters, gettext("Avvikelser per kvartal"), _trend(spread))),
            "headers": (gettext("Kvartal"), gettext("Avvikelser")),
            "rows": quarters,
        },
    }
    if exact:  # the cross of place and time has mostly small cells, so it is for those who read all reports anyway
        drawn["matrix"] = _matrix(spread)
    return drawn


def _guarded_quarters(spread: spreads.Spread) -> list[tuple[str, str]]:
    """The quarters with small counts hidden, and large ones too where their sum would tell a small count elsewhere."""
    hidden = small_numbers.hide(spread.quarters)
    if small_numbers.guarded(spread.municipalities) == small_numbers.shown(spread.deviations):
        return hidden
    return [(name, small_numbers.at_least() if text.isdigit() and text != "0" else text) for name, text in hidden]


def _matrix(spread: spreads.Spread) -> dict[str, object]:
    quarters = [name for name, _ in spread.quarters]
    about = gettext("Varje prick är avvikelser i en kommun under ett kvartal.")
    return {
        "finding": about,
        "svg": Markup(charts.dots(spread.matrix, quarters, gettext("Kommuner över tid"), about)),
        "headers": (gettext("Kommun"), *quarters),
        "rows": [(name, *counts) for name, counts in spread.matrix],
    }


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _trend(spread: spreads.Spread) -> str:
    first, last = spread.first_on, spread.last_on
    if first is None or last is None or spreads.quarter(first) == spreads.quarter(last):
        return str(gettext("Alla avvikelser är från samma kvartal."))
    return str(gettext("Från %(first)s till %(last)s.", first=spreads.quarter(first), last=spreads.quarter(last)))


def steps(
    spread: spreads.Spread, known: barriers.Known, exact: bool, own: Sequence["Deviation"]
) -> list[tuple[str, int | str]]:
    """At which steps of the chain the barrier was met, and how often: those met most first, for who sees small counts.

    For others in the order of the chain. `own` are the reports that the reader may read: what she knows of a step must
    not tell her the few that she does not know. Where any count is hidden the others tell no sum either.
    Nothing where no report names a step.
    """
    if not any(step for step, _ in spread.steps):
        return []
    if exact:
        return [(_step(step), count) for step, count in sorted(spread.steps, key=_commonest_first)]
    if known.few:
        return []
    mine = Counter(report.step for report in own)
    hidden = any(small_numbers.is_small(count - mine[step]) for step, count in spread.steps)
    if not hidden and small_numbers.guarded(spread.municipalities) == small_numbers.shown(spread.deviations):
        return [(_step(step), count) for step, count in spread.steps]
    return [
        (_step(step), small_numbers.at_least() if count - mine[step] >= small_numbers.THRESHOLD else told)
        for step, count in spread.steps
        for told in [small_numbers.beside(mine[step])]
    ]


def _commonest_first(row: tuple[Step | None, int]) -> tuple[bool, int]:
    """Reports that name no step stand last."""
    step, count = row
    return step is None, -count


def _step(step: Step | None) -> str:
    return str(labels.STEPS[step] if step else gettext("Steget är inte angivet"))


def weeks(found: Sequence["Deviation"], own: Sequence["Deviation"], exact: bool) -> Weeks | None:
    """The weeks that those who said so have lost. What rests on fewer than five reports that the reader may not read is
    not told, and of the others only the median: the longest, the shortest and the sum are single reports' figures.
    """
    told = [d.weeks_lost for d in found if d.weeks_lost is not None]
    if not told:
        return None
    if exact:
        return Weeks(median(told), len(told), min(told), max(told), sum(told))
    unread = sum(d.weeks_lost is not None for d in found if d not in own)
    return None if small_numbers.is_small(unread) or small_numbers.is_small(len(told)) else Weeks(median(told))
