"""How a history reads: when, who, what changed and why, each step as one plain sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from deviations.domain.recurrence import KINDS, Fired
from deviations.domain.workflow import Act, BarrierStatus, CloseReason, Status
from deviations.extensions import db
from deviations.queries import deviations, histories, standings, visibility
from deviations.web import labels
from deviations.web.access import me
from deviations.web.filters import day, moment

if TYPE_CHECKING:
    from deviations.models import Deviation, Move

FIELDS: Mapping[str, LazyString] = {
    "agencies": lazy_gettext("part"),
    "rule": lazy_gettext("regel"),
    "rule_hint": lazy_gettext("regeln med egna ord"),
    "municipality": lazy_gettext("vilken kommun"),
    "occurred_on": lazy_gettext("datum"),
    "step": lazy_gettext("steg i kedjan"),
    "weeks_lost": lazy_gettext("veckor"),
    "people_hit": lazy_gettext("antal deltagare"),
    "tried": lazy_gettext("vad ni har prövat"),
    "wished": lazy_gettext("vad som skulle behöva ändras"),
}
"""How the history names the fields that were filled in later."""


@dataclass(frozen=True, slots=True)
class Item:
    """A step as the timeline shows it: when, who, what, and why; `undone` when it was taken back later."""

    at_iso: str
    at_text: str
    who: str
    what: str
    note: str = ""
    undone: bool = False
    href: str = ""  # the page that the step leads to


def steps(moves: Sequence["Move"], names: Mapping[Any, Any], deviation: "Deviation | None" = None) -> list[Item]:
    """The history of one report, barrier or letter in words, in the order given; `names` are those of its states.

    With the `deviation`, what the coordinator filled in is told from what its author did.
    """
    behind = histories.behind(db.session, me(), moves)
    return list(_items(moves, _Words(names, behind, deviation, exact=visibility.sees_small_counts(me()))))


def _items(moves: Sequence["Move"], words: "_Words") -> Iterator[Item]:
    said: dict[int | None, str] = {}  # by decision, its last step
    for move in moves:
        if move.act is Act.UNDONE:
            what = words.undone(move, said.get(move.ruling_id, ""))
        else:
            what = said[move.ruling_id] = words.of(move)
        ruling = words.behind.rulings.get(move.ruling_id or 0)
        yield Item(
            at_iso=move.at.isoformat(),
            at_text=moment(move.at),
            who=_who(move),
            what=what,
            note=words.why(move),
            undone=ruling is not None and ruling.undone_at is not None and move.act is not Act.UNDONE,
        )


def _who(move: "Move") -> str:
    """Who took a step. What nobody here did with a letter, its recipient did behind its own link."""
    if move.actor:
        return move.actor.name
    return str(gettext("mottagaren") if move.letter_id else gettext("programmet"))


@dataclass(frozen=True, slots=True)
class _Words:
    """The sentence of each step, for a reader who sees small counts (`exact`) or not."""

    names: Mapping[Any, Any]
    behind: histories.Background
    deviation: "Deviation | None"
    exact: bool

    def of(self, move: "Move") -> str:
        """What was done."""
        match move.act:
            case Act.COMPLETED:
                return self._completed(move)
            case Act.SNOOZED:
                return str(gettext("Uppskjuten till den %(day)s", day=_day(move.until)))
            case Act.WOKEN:
                return str(gettext("Upptagen igen före den dag den var uppskjuten till"))
            case Act.EXTENSION_ASKED:
                return str(gettext("Bad om längre tid, till den %(day)s", day=_day(move.until)))
            case Act.EXTENDED:
                return str(gettext("Fick längre tid, till den %(day)s", day=_day(move.until)))
            case Act.EXTENSION_REFUSED:
                return str(gettext("Fick inte längre tid till den %(day)s", day=_day(move.until)))
            case Act.MERGED:
                return self._merged(move)
            case Act.SPLIT:
                return self._split(move)
            case _:
                return self._step(move)

    def undone(self, move: "Move", what: str) -> str:
        """That a decision was taken back, and where the thing stands again."""
        told = str(gettext("Ångrade: %(what)s", what=what[:1].lower() + what[1:])) if what else str(gettext("Ångrade"))
        if move.source == move.target:
            return told
        return f"{told}. {gettext('Nu åter: %(state)s', state=self._name(move.target).lower())}"

    def why(self, move: "Move") -> str:
        """The words of whoever took the step; for the policy's own steps what made it take them."""
        if move.act is Act.COMPLETED:
            return ""
        fired = move.barrier_id is not None and move.actor_id is None
        return _fired(self.behind.details.get(move.id, {}), move, self.exact) if fired else move.note

    def _name(self, state: str) -> str:
        return str(self.names.get(state, state))

    def _step(self, move: "Move") -> str:
        told = self.behind.details.get(move.id, {})
        if move.target == Status.JOINED and told.get("barrier") in self.behind.names:
            return str(gettext("Del av hindret ”%(name)s”", name=self.behind.names[told["barrier"]]))
        if move.target == Status.CLOSED and told.get("reason"):
            reason = str(labels.CLOSE_REASONS[CloseReason(told["reason"])])
            return f"{self._name(move.target)}: {reason[:1].lower()}{reason[1:]}"
        return self._name(move.target)

    def _completed(self, move: "Move") -> str:
        """Such as "Kompletterade: regel, veckor"."""
        fields = ", ".join(str(FIELDS[name]) for name in deviations.completed(move))
        of = self.deviation
        if of is not None and move.actor_id not in (of.reporter_id, of.filed_by_id):
            return str(gettext("Verksamhetsutvecklaren angav: %(fields)s", fields=fields))
        return str(gettext("Kompletterade: %(fields)s", fields=fields))

    def _merged(self, move: "Move") -> str:
        other = self.behind.others.get(move.id)
        name = other.name if other is not None else ""
        if self.behind.details.get(move.id, {}).get("into"):
            return str(gettext("Slogs ihop med hindret ”%(name)s”", name=name))
        return str(gettext("Hindret ”%(name)s” slogs ihop med det här", name=name))

    def _split(self, move: "Move") -> str:
        other, told = self.behind.others.get(move.id), self.behind.details.get(move.id, {})
        name = other.name if other is not None else ""
        count = int(told.get("count", 0))
        if "to" not in told:
            return str(gettext("Avvikelser flyttades hit från hindret ”%(name)s”", name=name))
        if not self.exact or not count:
            return str(gettext("Avvikelser flyttades till hindret ”%(name)s”", name=name))
        return str(
            ngettext(
                "%(num)s avvikelse flyttades till hindret ”%(name)s”",
                "%(num)s avvikelser flyttades till hindret ”%(name)s”",
                count,
                name=name,
            )
        )


def _day(until: date | None) -> str:
    return day(until) if until is not None else ""


def _fired(told: Mapping[str, Any], move: "Move", exact: bool) -> str:
    """Why the program itself changed a barrier's state. The counts are for those who see small ones: they were passed
    by a little only.
    """
    if move.target == BarrierStatus.RETURNED:
        return str(gettext("En ny avvikelse lades till hindret, som var borta."))
    fired = Fired.from_dict(told)
    if fired is None:
        return move.note
    return _whose(fired) + " " + _counted(fired, exact)


def _whose(fired: Fired) -> str:
    """Whose thresholds they were, where there are several programs."""
    programs = standings.programs(db.session)
    if len(programs) < 2:
        return str(gettext("Gränsen nåddes:"))
    if fired.program in programs:
        return str(gettext("Gränsen för %(program)s nåddes:", program=programs[fired.program]))
    return str(gettext("Den gemensamma gränsen nåddes:"))


def _counted(fired: Fired, exact: bool) -> str:
    """The counts that fired; associations only where the thresholds ask for more than the one that there always is."""
    policy = fired.policy
    kinds = [kind for kind in KINDS if kind != "associations" or policy.associations > 1]
    have = fired.counts if exact else policy
    counted = labels.listed([f"{getattr(have, kind)} {labels.parts(kind, getattr(have, kind))}" for kind in kinds])
    months = ngettext("%(num)s månad", "%(num)s månader", policy.months)
    if not exact:
        return str(gettext("minst %(counted)s inom %(months)s.", counted=counted, months=months))
    limit = labels.listed([str(getattr(policy, kind)) for kind in kinds])
    return str(
        gettext(
            "%(counted)s inom %(months)s (gränsen är %(limit)s).",
            counted=counted,
            months=months,
            limit=limit,
        )
    )


def init_app(app: Flask) -> None:
    """Makes it known to the templates: `history|steps(labels.STATUSES)`."""
    app.jinja_env.filters["steps"] = steps
