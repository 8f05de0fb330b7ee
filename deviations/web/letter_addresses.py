"""To whom a letter goes and what it takes up: asked when it is begun, and changed as long as it is a draft."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.letters import AddressForm, NewLetterForm
from deviations.queries import barriers, catalogue, letter_parallel
from deviations.queries import letter_desk as desk
from deviations.services import letter_addresses as addressing
from deviations.services import letter_writing as writing
from deviations.web import labels, letter_desk_parts
from deviations.web.access import me, now, roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deviations.models import Barrier, Letter

bp = Blueprint("letter_addresses", __name__, url_prefix="/skrivelser")

AT_FORM = ("too_many_barriers", "not_recurring", "barrier_merged")
"""What is refused in the form itself; everything else has a page of its own."""


@bp.get("/om-hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def new(barrier_id: int) -> str:
    """To whom a new letter about a barrier goes, by the table of obstacles, and letters on the same rule."""
    barrier = barriers.get(db.session, me(), barrier_id)
    writing.check_barriers([barrier])
    return _new_page(barrier, letter_desk_parts.new_form(barrier, _others([barrier])))


def _others(about: "Sequence[Barrier]") -> list[tuple[int, str, str]]:
    """The barriers that can come along, those with the same rule or party first."""
    rules = {one.rule_id for one in about} - {None}
    parties = {agency.id for one in about for agency in one.agencies}
    groups: tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]] = ([], [])
    for one in desk.companions(db.session, me()):
        if one in about:
            continue
        near = one.rule_id in rules or any(agency.id in parties for agency in one.agencies)
        word = gettext("Samma regel eller part") if near else gettext("Andra återkommande hinder")
        groups[0 if near else 1].append((one.id, one.name, str(word)))
    return [*groups[0], *groups[1]]


def _new_page(barrier: "Barrier", form: NewLetterForm) -> str:
    parallel = letter_parallel.parallel(db.session, me(), [barrier])
    return render_template("letters/new.html", barrier=barrier, form=form, parallel=parallel)


@bp.post("/om-hinder/<id:barrier_id>")
@roles(Role.COORDINATOR)
def create(barrier_id: int) -> Response | tuple[str, int]:
    """Makes a draft from a recurring barrier, and perhaps a further one."""
    barrier = barriers.get(db.session, me(), barrier_id)
    writing.check_barriers([barrier])
    form = letter_desk_parts.new_form(barrier, _others([barrier]))
    if not form.validate():
        return _new_page(barrier, form), 422
    agencies = catalogue.agencies(db.session)
    letter = writing.draft(
        db.session,
        me(),
        barrier,
        further=_chosen({form.another.id_chosen or 0}),
        recipients=[agency for agency in agencies if agency.id in form.recipient_ids],
        copies=[agency for agency in agencies if agency.id in form.copy_ids],
        at=now(),
    )
    db.session.commit()
    flash(gettext("Ett utkast är skrivet. Läs igenom det och ändra det som behövs."), "ok")
    return redirect(url_for("letter_desk.edit", id=letter.id))


def _chosen(ids: set[int]) -> "list[Barrier]":
    return [one for one in desk.companions(db.session, me()) if one.id in ids]


@bp.get("/<id:id>/mottagare")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """Recipients, copies and further barriers of a draft."""
    letter = letter_desk_parts.draft(id)
    form = _form(letter)
    form.address((agency.id for agency in letter.recipients), (agency.id for agency in letter.copies))
    form.further.data = [str(barrier.id) for barrier in letter.further]
    return _page(letter, form)


def _form(letter: "Letter") -> AddressForm:
    further = [(barrier.id, barrier.name) for barrier in letter.further]
    near, others = letter_desk_parts.choices(*desk.parties(db.session, letter.about, letter.recipients))
    return AddressForm(
        near=near, others=others, barriers=_others(letter.about), further=further, version=str(letter.version)
    )


def _page(letter: "Letter", form: AddressForm) -> str:
    suggested = [agency for agency in desk.suggested(db.session, letter.about) if agency not in letter.recipients]
    told: dict[str, Any] = letter_desk_parts.of(letter, "addresses")
    return render_template("letters/addresses.html", form=form, suggested=suggested, **told)


@bp.post("/<id:id>/mottagare")
@roles(Role.COORDINATOR)
def save(id: int) -> Response | tuple[str, int]:
    """Sets recipients, copies and further barriers."""
    letter = letter_desk_parts.draft(id)
    form = _form(letter)
    if not form.validate():
        return _page(letter, form), 422
    agencies = catalogue.agencies(db.session)
    stays = [barrier for barrier in letter.further if barrier.id in form.barrier_ids]
    try:
        rewritten = addressing.readdress(
            db.session,
            me(),
            letter,
            recipients=[agency for agency in agencies if agency.id in form.recipient_ids],
            copies=[agency for agency in agencies if agency.id in form.copy_ids],
            further=[*stays, *_chosen(form.barrier_ids - {barrier.id for barrier in stays})],
            version=form.shown_version or 0,
            at=now(),
        )
    except NotAllowed as refused:
        if refused.code not in AT_FORM:
            raise
        form.another.errors = [labels.refusal(refused.code)]
        return _page(letter, form), 422
    db.session.commit()
    flash(_done(rewritten), "ok")
    return redirect(url_for("letter_addresses.edit", id=id))


def _done(rewritten: bool) -> str:
    if rewritten:
        return str(gettext("Sparat. Ingen hade ändrat i texten, så programmet har skrivit om den."))
    return str(gettext("Sparat. Texten är orörd: se över den, så att den stämmer med mottagare och hinder."))
