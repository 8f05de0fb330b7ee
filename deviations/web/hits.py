""" "Så väl stämmer förslagen": how often the first one was right, month by month, and what was learnt from that."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date, gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from deviations.adapters import charts
from deviations.domain.days import today
from deviations.domain.hits import Tally, by_month, tally
from deviations.domain.learnt import LEAST
from deviations.domain.recurrence import months_before
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.queries import hits, weights
from deviations.services import learning
from deviations.web.access import me, now, roles

bp = Blueprint("hits", __name__, url_prefix="/hinder/forslag/traffar")

MONTHS = 24
"""How far back the page looks."""

Months = Mapping[tuple[int, int], Tally]


@bp.get("")
@roles(Role.COORDINATOR)
def index() -> str:
    """Every month's share, and the weights that suggestions are made by."""
    session, actor = db.session, me()
    since = months_before(today().replace(day=1), MONTHS - 1)
    outcomes = hits.outcomes(session, actor, since)
    months = by_month(outcomes)
    in_use = weights.in_use(session)
    learnt = weights.learnt(session)
    return render_template(
        "hits/index.html",
        whole=tally(outcomes),
        latest=_latest(months),
        figure=_figure(months) if outcomes else None,
        in_use=next((one for one in learnt if one.id == in_use.id), None),
        since_then=_since_then(in_use.id, since),
        learnt=learnt,
        off=weights.is_off(session),
        least=LEAST,
    )


def _since_then(id: int | None, since: date) -> Tally | None:
    """How suggestions have done under the learnt weights that are in use."""
    return tally(hits.outcomes(db.session, me(), since, weights_id=id)) if id is not None else None


def _latest(months: Months) -> str | None:
    """The latest month that says something, in a sentence."""
    for month, one in reversed(list(months.items())):
        if one.says_something:
            return str(
                gettext(
                    "I %(month)s var det första förslaget rätt för %(first)s av %(known)s avvikelser.",
                    month=_named(month),
                    first=one.first,
                    known=one.known,
                )
            )
    return None


def _figure(months: Months) -> dict[str, object]:
    """The share of each month as a chart, with all that was counted as its table; few reports have no share."""
    shares: list[tuple[str, int | str]] = [
        (_short(month), round(100 * one.share) if one.says_something else gettext("få"))
        for month, one in months.items()
    ]
    finding = gettext("Månader med färre än tio placerade avvikelser visas utan andel.")
    title = gettext("Första förslaget rätt, procent av avvikelserna per månad")
    return {
        "title": title,
        "finding": finding,
        "svg": Markup(charts.columns(shares, title, finding)),
        "headers": (
            gettext("Månad"),
            gettext("Placerade"),
            gettext("Först rätt"),
            gettext("Bland de fem"),
            gettext("Såg nya ut men var kända"),
            gettext("Nya hinder"),
            gettext("Sågs som nya"),
        ),
        "rows": [
            (_named(month), one.known, one.first, one.shown, one.called_new, one.new, one.seen_new)
            for month, one in reversed(list(months.items()))
        ],
    }


def _named(month: tuple[int, int]) -> str:
    return str(format_date(date(*month, 1), "MMMM yyyy"))


def _short(month: tuple[int, int]) -> str:
    return str(format_date(date(*month, 1), "MMM yy")).replace(".", "")


@bp.post("/larande")
@roles(Role.COORDINATOR)
def switch() -> Response:
    """Switches learning off, so that the weights that ship are used, or on again."""
    off = request.form.get("av") == "ja"
    learning.switch(db.session, me(), off=off, at=now())
    db.session.commit()
    flash(
        gettext("Förslagen görs nu med de vikter som programmet levereras med.")
        if off
        else gettext(
            "Programmet lär sig av besluten igen. Nya vikter prövas vid nästa genomgång, som görs varje vecka."
        ),
        "ok",
    )
    return redirect(url_for("hits.index"))
