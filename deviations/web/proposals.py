"""Proposals for new barriers: what they are made of and why, and the presses by which a coordinator takes them, divides
them, puts them together and says what does not belong. Nothing happens before she has decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, format_time, gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from deviations.domain.days import day_of, today
from deviations.domain.learnt import Fineness
from deviations.domain.roles import Role
from deviations.domain.workflow import NotFound, Status
from deviations.extensions import db
from deviations.forms.proposals import CardForm
from deviations.queries import barriers, catalogue, deviations, grouping, namings, proposals
from deviations.queries.proposals import Counted, Proposal
from deviations.services import kin, rulings, triage
from deviations.services import proposals as keeping
from deviations.services.rulings import Outdated
from deviations.web import decided, inputs
from deviations.web.access import me, now, roles
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Deviation, Ruling
    from deviations.queries.grouping import Suggested

bp = Blueprint("proposals", __name__, url_prefix="/hinder/forslag")

PAGE = 10
KNOWN = 3
"""So many known barriers are named beside a proposal: that it looks new may be wrong."""

FINENESS: Mapping[str, Fineness] = {"grov": Fineness.COARSE, "": Fineness.MEDIUM, "fin": Fineness.FINE}
"""How the address names the fineness."""

TABS: tuple[tuple[str, LazyString], ...] = (
    ("grov", lazy_gettext("Grövre")),
    ("", lazy_gettext("Lagom")),
    ("fin", lazy_gettext("Finare")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as its card shows it: what the barrier may be called, the form, the other proposals and the known
    barriers.
    """

    proposal: Proposal
    name: str
    form: CardForm
    others: tuple[tuple[str, str], ...] = ()  # ids between hyphens, and what it is called
    known: tuple["Suggested", ...] = ()


@bp.get("")
@roles(Role.COORDINATOR)
def index() -> str:
    """The proposals, those of most reports first."""
    counted = proposals.counted(db.session, me(), _fineness())
    pages = max(1, -(-len(counted.groups) // PAGE))
    page = min(inputs.number("sida") or 1, pages)
    found = proposals.shown(db.session, me(), counted.groups[(page - 1) * PAGE : page * PAGE])
    names = namings.named(db.session, [one.deviations for one in found])
    return _page(
        "proposals/index.html",
        counted,
        rows=[Shown(one, name, _form(one)) for one, name in zip(found, names, strict=True)],
        first=(page - 1) * PAGE + 1,
        previous=_address(sida=page - 1) if page > 1 else None,
        next=_address(sida=page + 1) if page < pages else None,
    )


@bp.get("/<id:id>")
@roles(Role.COORDINATOR)
def show(id: int) -> str:
    """The proposal that a report is in, with all that can be done with it; or why it is in none."""
    report = deviations.get(db.session, me(), id)
    counted = proposals.counted(db.session, me(), _fineness())
    group = counted.of(id)
    found = proposals.shown(db.session, me(), [group]) if group else []
    row = _whole(found[0], counted) if found else None
    return _page("proposals/show.html", counted, report=report, row=row)


def _whole(proposal: Proposal, counted: Counted) -> Shown:
    session, actor = db.session, me()
    others = [group for group in counted.groups if not set(group) & set(proposal.ids)]
    central = proposal.central
    refused = deviations.refused(session, central)
    return Shown(
        proposal,
        namings.named(session, [proposal.deviations])[0],
        _form(proposal),
        tuple(zip(map(_key, others), _titles(others), strict=True)),
        grouping.suggest(session, actor, deviations.fact(central), refused).barriers[:KNOWN],
    )


def _form(proposal: Proposal) -> CardForm:
    return CardForm(formdata=None, alla=_key(proposal.ids), indelning=_chosen())


def _titles(groups: Sequence[Sequence[int]]) -> list[str]:
    titles = proposals.titles(db.session, me(), groups)
    return [
        ngettext("%(title)s (%(num)s avvikelse)", "%(title)s (%(num)s avvikelser)", len(group), title=title)
        for group, title in zip(groups, titles, strict=True)
    ]


def _page(template: str, counted: Counted, **shown: object) -> str:
    return render_template(
        template,
        counted=counted,
        counted_at=_moment(counted.at) if counted.at else "",
        chosen=_chosen(),
        tabs=TABS,
        names=catalogue.names(db.session),
        **shown,
    )


def _chosen() -> str:
    """The fineness as the address, or the form, names it."""
    asked = request.values.get("indelning", "")
    return asked if asked in FINENESS else ""


def _fineness() -> Fineness:
    return FINENESS[_chosen()]


def _address(endpoint: str = "proposals.index", **values: Any) -> str:
    return url_for(endpoint, indelning=_chosen() or None, **values)


def _key(ids: Sequence[int]) -> str:
    """Ids as a form and an address carry them."""
    return "-".join(map(str, ids))


def _moment(at: datetime) -> str:
    """When something was, as one says it: "i dag kl. 06.10"."""
    clock = format_time(at, gettext("'kl.' HH.mm"))
    if day_of(at) == today():
        return str(gettext("i dag %(clock)s", clock=clock))
    return str(gettext("den %(day)s %(clock)s", day=day(at), clock=clock))


def _reports(ids: Sequence[int]) -> list["Deviation"]:
    """These reports; raises Outdated if any has been decided about since the card was shown."""
    try:
        return proposals.chosen(db.session, me(), ids)
    except NotFound:
        raise Outdated(ids) from None


@bp.errorhandler(Outdated)
def overtaken(error: Outdated) -> Response:
    """Says that the proposal is not any more what the card showed."""
    db.session.rollback()
    flash(
        gettext(
            "Någon har redan beslutat om en eller flera av avvikelserna, så inget är gjort. "
            "Här ser du förslagen som de är nu."
        ),
        "warn",
    )
    return redirect(_address())


@bp.post("/nytt-hinder")
@roles(Role.COORDINATOR)
def make() -> Response:
    """Goes on to the form for a barrier of the marked reports."""
    sent = CardForm()
    if not sent.marked:
        return _again(sent, gettext("Markera minst en avvikelse först."))
    return redirect(url_for("barrier_forms.new", avvikelser=_key(tuple(sent.marked))))


@bp.post("/dela")
@roles(Role.COORDINATOR)
def divide() -> Response:
    """The marked reports are about one thing, and the others about another."""
    sent = CardForm()
    if not sent.marked or not sent.rest:
        return _again(sent, gettext("Avmarkera de avvikelser som handlar om något annat. Dela sedan."))
    some, others = _reports(tuple(sent.marked)), _reports(sent.rest)
    ruling = kin.divide(db.session, me(), some, others, at=now())
    return _told(ruling, gettext("Förslaget är delat. De två delarna föreslås inte ihop igen."), some[0])


@bp.post("/hor-inte-hit")
@roles(Role.COORDINATOR)
def apart() -> Response:
    """One report is about something else than all the others."""
    sent = CardForm()
    (one,), others = _reports([sent.out]), _reports([id for id in sent.whole if id != sent.out])
    ruling = kin.apart(db.session, me(), one, others, at=now())
    sentence = gettext("Avvikelse %(id)s föreslås inte ihop med de andra igen.", id=one.id)
    return _told(ruling, sentence, others[0])


@bp.post("/lagg-ihop")
@roles(Role.COORDINATOR)
def together() -> Response:
    """The marked reports and those of another proposal are about the same thing."""
    sent = CardForm()
    if not sent.marked or not sent.other:
        return _again(sent, gettext("Välj vilket förslag du vill lägga ihop med, och markera minst en avvikelse."))
    reports = _reports([*sent.marked, *sent.other])
    ruling = kin.together(db.session, me(), reports, at=now())
    return _told(ruling, gettext("Förslagen är sammanlagda till ett."), reports[0])


@bp.post("/lagg-i")
@roles(Role.COORDINATOR)
def place() -> Response:
    """The marked reports belong to a barrier that is known already."""
    sent = CardForm()
    if not sent.marked:
        return _again(sent, gettext("Markera minst en avvikelse först."))
    target = barriers.get(db.session, me(), sent.barrier)
    chosen = [(one, sent.marked[one.id]) for one in _reports(tuple(sent.marked))]
    decision = triage.Decision(Status.JOINED, barrier=target)
    ruling = rulings.take(db.session, me(), chosen, decision, at=now())
    sentence = ngettext(
        "%(num)s avvikelse hör nu till hindret ”%(name)s”.",
        "%(num)s avvikelser hör nu till hindret ”%(name)s”.",
        len(chosen),
        name=target.name,
    )
    return _told(ruling, sentence, None)


@bp.post("/rakna-om")
@roles(Role.COORDINATOR)
def regroup() -> Response:
    """Asks the worker for a new grouping."""
    asked = keeping.ask(db.session, me(), at=now())
    db.session.commit()
    if asked:
        flash(gettext("Förslagen räknas om i bakgrunden. Ladda om sidan om några minuter."), "ok")
    else:
        flash(gettext("Förslagen är nyss omräknade, eller på väg att bli det. Vänta tio minuter mellan gångerna."))
    return redirect(_address())


def _again(sent: CardForm, sentence: str) -> Response:
    """Back to the proposal, with what is missing."""
    flash(sentence, "warn")
    return redirect(_address("proposals.show", id=sent.whole[0]) if sent.whole else _address())


def _told(ruling: "Ruling", sentence: str, stays: "Deviation | None") -> Response:
    """Saves a decision, tells it with its button to undo, and goes to the proposal of a report that stays in one."""
    db.session.commit()
    decided.tell(ruling, sentence)
    return redirect(_address("proposals.show", id=stays.id) if stays is not None else _address())
