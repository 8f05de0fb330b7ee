"""How letters are worded here, kept by the coordinator: what is asked for each type of obstacle, the letterhead and the
agencies' mail addresses.
"""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain import letter_requests
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound, Obstacle
from deviations.extensions import db
from deviations.forms.letter_settings import LetterheadForm, MailAddressForm, WordingForm
from deviations.queries import catalogue
from deviations.queries import letter_settings as reading
from deviations.services import letter_settings as keeping
from deviations.services.checks import PersonalData
from deviations.web import conflicts, labels
from deviations.web.access import me, now, roles
from deviations.web.complaints import at_field, complain

if TYPE_CHECKING:
    from deviations.models import Agency

bp = Blueprint("letter_settings", __name__, url_prefix="/skrivelser/installningar")


@bp.get("")
@roles(Role.COORDINATOR)
def index() -> str:
    """All that can be chosen, with what is chosen."""
    session = db.session
    senders, agencies = reading.senders(session), catalogue.agencies(session)
    return render_template(
        "letter_settings/index.html",
        senders=[(one, reading.own_template(session, one)) for one in senders],
        wordings=reading.wordings(session),
        own=reading.own_wordings(session),
        suggested=letter_requests.addressee,
        known=[agency for agency in agencies if agency.email],
        unknown=[agency for agency in agencies if not agency.email],
    )


# What is asked for each type of obstacle.


@bp.get("/formuleringar/<obstacle>")
@roles(Role.COORDINATOR)
def wording(obstacle: str) -> str:
    """The wording of one type of obstacle, in sentences as they stand in a letter."""
    kind = _obstacle(obstacle)
    return _wording_page(kind, _saved_wording(kind))


def _obstacle(code: str) -> Obstacle:
    try:
        return Obstacle(code)
    except ValueError:
        raise NotFound from None


def _wording_form(**kwargs: object) -> WordingForm:
    return WordingForm(agencies=[(a.id, a.name) for a in catalogue.agencies(db.session)], **kwargs)


def _saved_wording(kind: Obstacle) -> WordingForm:
    """The form with the wording in force, whatever was sent."""
    own = reading.own_wordings(db.session).get(kind)
    told = reading.wordings(db.session)[kind]
    texts = {name: getattr(told, name) for name in letter_requests.Wording.__dataclass_fields__}
    addressee = str(own.addressee_id or "") if own is not None else ""
    version = str(own.version if own is not None else 0)
    return _wording_form(formdata=None, data={**texts, "addressee": addressee, "version": version})


def _wording_page(kind: Obstacle, form: WordingForm, conflict: conflicts.Beside | None = None) -> str:
    return render_template(
        "letter_settings/wording.html",
        kind=kind,
        form=form,
        own=reading.own_wordings(db.session).get(kind),
        shipped=letter_requests.SHIPPED[kind],
        suggested=letter_requests.addressee(kind),
        owners=letter_requests.OWNERS,
        conflict=conflict,
    )


@bp.post("/formuleringar/<obstacle>")
@roles(Role.COORDINATOR)
def keep_wording(obstacle: str) -> Response | tuple[str, int]:
    """Saves the instance's own wording."""
    kind, form = _obstacle(obstacle), _wording_form()
    if not form.validate() or _is_misworded(form):
        return _wording_page(kind, form), 422
    to = next((a for a in catalogue.agencies(db.session) if a.id == form.addressee.id_chosen), None)
    version = form.shown_version or 0
    try:
        keeping.keep_wording(db.session, me(), kind, form.wording, addressee=to, version=version, at=now())
        db.session.commit()
    except (NotAllowed, PersonalData) as refused:
        complain(form, refused)
        return _wording_page(kind, form), 422
    except StaleDataError:
        return _wording_overtaken(kind, form), 409
    return _done(gettext("Formuleringen är sparad. Den används i nästa utkast."))


def _is_misworded(form: WordingForm) -> bool:
    faults = form.wording.check()
    for name, sentence in faults.items():
        at_field(form, name, sentence)
    return bool(faults)


def _wording_overtaken(kind: Obstacle, form: WordingForm) -> str:
    """The wording as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    theirs = _saved_wording(kind)
    address, version = url_for("letter_settings.wording", obstacle=kind), int(theirs.version.data)
    saved = conflicts.of_subject(f"obstacle_wording:{kind}", str(labels.OBSTACLES[kind]), address, version)
    return _wording_page(kind, form, conflicts.beside(saved, form, theirs))


@bp.post("/formuleringar/<obstacle>/ta-bort")
@roles(Role.COORDINATOR)
def drop_wording(obstacle: str) -> Response:
    """Lets the type of obstacle be worded as the program ships it."""
    keeping.drop_wording(db.session, me(), _obstacle(obstacle), version=_version(), at=now())
    db.session.commit()
    return _done(gettext("Programmets egen formulering används igen."))


# Letterhead and addresses.


@bp.get("/brevhuvud/<id:id>")
@roles(Role.COORDINATOR)
def letterhead(id: int) -> str:
    """The form of an association's letterhead."""
    association = reading.sender(db.session, me(), id)
    form = LetterheadForm(
        formdata=None, organisation_number=association.organisation_number, address=association.address
    )
    return render_template("letter_settings/letterhead.html", association=association, form=form)


@bp.post("/brevhuvud/<id:id>")
@roles(Role.COORDINATOR)
def keep_letterhead(id: int) -> Response | tuple[str, int]:
    """Saves it."""
    association, form = reading.sender(db.session, me(), id), LetterheadForm()
    if not form.validate():
        return render_template("letter_settings/letterhead.html", association=association, form=form), 422
    number, address = form.organisation_number.data or "", form.address.data or ""
    keeping.set_letterhead(db.session, me(), association, organisation_number=number, address=address, at=now())
    db.session.commit()
    return _done(gettext("Brevhuvudet är sparat."))


@bp.get("/adresser/<id:id>")
@roles(Role.COORDINATOR)
def mail_address(id: int) -> str:
    """The form of an agency's mail address."""
    agency = _agency(id)
    form = MailAddressForm(formdata=None, email=agency.email)
    return render_template("letter_settings/mail_address.html", agency=agency, form=form)


def _agency(id: int) -> "Agency":
    found = next((agency for agency in catalogue.agencies(db.session) if agency.id == id), None)
    if found is None:
        raise NotFound
    return found


@bp.post("/adresser/<id:id>")
@roles(Role.COORDINATOR)
def keep_mail_address(id: int) -> Response | tuple[str, int]:
    """Saves it."""
    agency, form = _agency(id), MailAddressForm()
    if not form.validate():
        return render_template("letter_settings/mail_address.html", agency=agency, form=form), 422
    keeping.set_mail_address(db.session, me(), agency, form.email.data or "", at=now())
    db.session.commit()
    return _done(gettext("Adressen till %(name)s är sparad.", name=agency.short_name), "adresser")


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _done(sentence: str, anchor: str | None = None) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("letter_settings.index", _anchor=anchor))
