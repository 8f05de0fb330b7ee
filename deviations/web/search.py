"""Search: one question over the reports, barriers and solutions that the person may read, each hit in its context."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from deviations.domain.search import Asked, Part, hits, marked
from deviations.extensions import db
from deviations.forms.fields import clean_line, showable
from deviations.queries import search
from deviations.queries.search import What
from deviations.web import inputs
from deviations.web.access import READERS, WORKERS, me, roles

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation, Solution

bp = Blueprint("search", __name__)

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit as the page shows it: the thing, where it leads, its name and the text around the words, with marks."""

    thing: "Deviation | Barrier | Solution"
    href: str
    name: Sequence[Part]
    context: Sequence[Part]


@bp.get("/sok")
@roles(*READERS)
def index() -> str:
    """What has the words that were asked for, newest first; of one kind only where the address names one."""
    question = clean_line(showable(request.args.get("q", "")[: 10 * LONGEST]))[:LONGEST]
    only = inputs.code("slag", What)
    found = search.search(db.session, me(), question, only, inputs.number("fore") if only else None)
    return render_template(
        "search/index.html",
        question=question,
        found=found,
        asked=found.asked,
        only=only,
        reads=me().has(*WORKERS),
        sections=_sections(found, question),
    )


def _sections(found: search.Found, question: str) -> list[dict[str, object]]:
    """The kinds of which something was found, the rarest first, each with its hits and where there are more."""
    told = (
        (
            What.BARRIERS,
            gettext("Hinder"),
            found.barriers.before,
            [_barrier(b, found.asked) for b in found.barriers.rows],
        ),
        (
            What.SOLUTIONS,
            gettext("Lokala lösningar"),
            found.solutions.before,
            [_solution(s, found.asked) for s in found.solutions.rows],
        ),
        (
            What.DEVIATIONS,
            gettext("Avvikelser"),
            found.deviations.before,
            [_deviation(d, found.asked) for d in found.deviations.rows],
        ),
    )
    return [
        {"what": what, "title": title, "hits": shown, "more": _more(question, what, before)}
        for what, title, before, shown in told
        if shown
    ]


def _more(question: str, what: What, before: int | None) -> str | None:
    return url_for("search.index", q=question, slag=what, fore=before) if before is not None else None


def _deviation(one: "Deviation", asked: Asked) -> Hit:
    texts = [text for text in (one.body, one.rule_hint, one.tried, one.wished) if text]
    best = max(texts, key=lambda text: hits(text, asked)) if len(texts) > 1 else "".join(texts)
    href = url_for("deviations.show", id=one.id)
    return Hit(one, href, marked(one.title, asked, whole=True), marked(best, asked))


def _barrier(one: "Barrier", asked: Asked) -> Hit:
    href = url_for("barriers.show", id=one.id)
    return Hit(one, href, marked(one.name, asked, whole=True), marked(one.description, asked))


def _solution(one: "Solution", asked: Asked) -> Hit:
    name = [Part(gettext("Lokal lösning %(id)s", id=one.id))]
    return Hit(one, url_for("solutions.show", id=one.id), name, marked(one.text, asked))
