"""The second factor: the code after the password, its setting up, and the page where one looks after it."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.forms.logins import CodeForm, MoveForm, NewCodesForm, RecoveryForm, SetUpForm, SwitchOffForm
from deviations.queries import logins as queries
from deviations.queries import people
from deviations.services import second_factor
from deviations.services.attempts import TooManyGuesses
from deviations.services.tokens import hashed
from deviations.web import factor_parts, labels
from deviations.web.access import EVERYBODY, me, now, own_path, public, roles
from deviations.web.complaints import at_field
from deviations.web.entering import HALFWAY, enter, onward, settings, visit

if TYPE_CHECKING:
    from wtforms.fields import Field

    from deviations.models import PendingLogin, User

bp = Blueprint("second_factor", __name__)

FIELDS = {"wrong_code": "code", "wrong_password": "password", "wrong_present_code": "present"}


def _back() -> str | None:
    return own_path(request.args.get("next"))


def _halfway() -> "PendingLogin | None":
    token = session.get(HALFWAY)
    return queries.pending(db.session, hashed(token), now()) if isinstance(token, str) else None


def _again() -> Response:
    """Back to the beginning: nobody is halfway in this browser any more."""
    session.pop(HALFWAY, None)
    flash(gettext("Det har gått för lång tid sedan du började logga in. Börja om."), "warn")
    return redirect(url_for("logins.login", next=_back()))


def _refused(form: BaseForm, refused: NotAllowed) -> int:
    """Says in the form why not, and gives the answer's status."""
    at_field(form, FIELDS.get(refused.code, ""), labels.refusal(refused.code))
    return 429 if isinstance(refused, TooManyGuesses) else 422


# After the password


@bp.get("/logga-in/kod")
@public
def asked() -> Response | str:
    """The page that asks for the code."""
    if _halfway() is None:
        return _again()
    return _code_page(CodeForm(), _recovery_form(formdata=None))


def _recovery_form(**kwargs: object) -> RecoveryForm:
    return RecoveryForm(prefix="recovery-", **kwargs)


def _code_page(form: CodeForm, recovery: RecoveryForm) -> str:
    return render_template("logins/code.html", form=form, recovery=recovery, back=_back())


@bp.post("/logga-in/kod")
@public
def answer() -> Response | tuple[str, int]:
    """Opens the login by the code, or by a recovery code."""
    if _halfway() is None:
        return _again()
    form: CodeForm | RecoveryForm
    if "recovery-code" in request.form:
        form = _recovery_form()
        pages = (CodeForm(formdata=None), form)
    else:
        form = CodeForm()
        pages = (form, _recovery_form(formdata=None))
    if not form.validate():
        return _code_page(*pages), 422
    try:
        found = second_factor.complete(
            db.session, session[HALFWAY], form.code.data, now(), visit(), secret=settings().secret_key
        )
    except NotFound:
        return _again()
    except NotAllowed as refused:
        db.session.commit()  # the failure counts
        status = _refused(form, refused)
        return _code_page(*pages), status
    db.session.commit()
    return onward(found, _back())


@bp.get("/logga-in/koppla")
@public
def enrolment() -> Response | str:
    """The page on which somebody whose role needs a second factor sets it up before she is let in."""
    waiting = _to_enrol()
    return _enrol_page(CodeForm(), waiting) if waiting is not None else _again()


def _to_enrol() -> "User | None":
    waiting = _halfway()
    return waiting.user if waiting is not None and waiting.user.totp_confirmed_at is None else None


def _enrol_page(form: CodeForm, user: "User") -> str:
    return render_template("logins/enrol.html", form=form, back=_back(), **factor_parts.shown(user))


@bp.post("/logga-in/koppla")
@public
def enrol() -> Response | str | tuple[str, int]:
    """Lets her in when the telephone shows the right code, and shows the recovery codes."""
    user, form, back = _to_enrol(), CodeForm(), _back()
    if user is None:
        return _again()
    if not form.validate():
        return _enrol_page(form, user), 422
    offered = factor_parts.offered(user)
    try:
        found, codes = second_factor.enrol(
            db.session, session[HALFWAY], offered, form.code.data, now(), visit(), secret=settings().secret_key
        )
    except NotFound:
        return _again()
    except NotAllowed as refused:
        status = _refused(form, refused)
        return _enrol_page(form, user), status
    db.session.commit()
    enter(found.user, found.token)
    return _codes_page(codes, back or url_for("pages.start"))


def _codes_page(codes: list[str], onto: str) -> str:
    return render_template("logins/codes.html", codes=codes, onto=onto, at=now())


# On one's own account


@bp.get("/konto/tva-steg")
@roles(*EVERYBODY)
def own() -> str:
    """Whether there is a second factor, and what one can do about it."""
    return _own_page()


def _new_codes_form(user: "User", **kwargs: object) -> NewCodesForm:
    return NewCodesForm(by_password=user.password_hash is not None, prefix="codes-", **kwargs)


def _off_form(user: "User", **kwargs: object) -> SwitchOffForm:
    return SwitchOffForm(by_password=user.password_hash is not None, prefix="off-", **kwargs)


def _typed(field: "Field | None") -> str:
    """What was written in a field; nothing in one that the account has no use for."""
    return str(field.data) if field is not None else ""


def _own_page(codes: NewCodesForm | None = None, off: SwitchOffForm | None = None) -> str:
    user = people.account(db.session, me().id)
    return render_template(
        "logins/factor.html",
        user=user,
        left=queries.codes_left(db.session, user.id),
        needed=queries.needs_factor(db.session, user),
        codes=codes or _new_codes_form(user, formdata=None),
        off=off or _off_form(user, formdata=None),
    )


@bp.get("/konto/tva-steg/koppla")
@roles(*EVERYBODY)
def setting_up() -> Response | str:
    """The page on which one sets up a telephone, the first or another one."""
    user = people.account(db.session, me().id)
    if user.password_hash is None and user.totp_confirmed_at is None:
        return redirect(url_for("second_factor.own"))  # nothing could show that it is she: that page says what to do
    return _set_up_page(_set_up_form(user), user)


def _set_up_form(user: "User") -> SetUpForm:
    if user.totp_confirmed_at is None:
        return SetUpForm()
    return MoveForm(by_password=user.password_hash is not None)


def _set_up_page(form: SetUpForm, user: "User") -> str:
    return render_template("logins/set_up.html", form=form, user=user, **factor_parts.shown(user))


@bp.post("/konto/tva-steg/koppla")
@roles(*EVERYBODY)
def set_up() -> str | tuple[str, int]:
    """Turns the second factor on, or moves it, and shows the recovery codes."""
    user = people.account(db.session, me().id)
    form = _set_up_form(user)
    if not form.validate():
        return _set_up_page(form, user), 422
    try:
        codes = second_factor.set_up(
            db.session,
            user,
            factor_parts.offered(user),
            form.code.data,
            now(),
            password=_typed(form.password),
            present=_typed(form.present) if isinstance(form, MoveForm) else "",
            secret=settings().secret_key,
            token=current_user.token,
        )
    except NotAllowed as refused:
        db.session.commit()  # the failure counts
        status = _refused(form, refused)
        return _set_up_page(form, user), status
    db.session.commit()
    factor_parts.confirmed()
    return _codes_page(codes, url_for("second_factor.own"))


@bp.post("/konto/tva-steg/reservkoder")
@roles(*EVERYBODY)
def new_codes() -> str | tuple[str, int]:
    """Ten new recovery codes in place of the old ones."""
    user = people.account(db.session, me().id)
    form = _new_codes_form(user)
    if not form.validate():
        return _own_page(codes=form), 422
    password, present = _typed(form.password), form.present.data
    try:
        codes = second_factor.new_codes(
            db.session, user, now(), password=password, present=present, secret=settings().secret_key
        )
    except NotAllowed as refused:
        db.session.commit()  # the failure counts
        status = _refused(form, refused)
        return _own_page(codes=form), status
    db.session.commit()
    return _codes_page(codes, url_for("second_factor.own"))


@bp.post("/konto/tva-steg/av")
@roles(*EVERYBODY)
def switch_off() -> Response | tuple[str, int]:
    """Goes without the second factor again, where the role allows it."""
    user = people.account(db.session, me().id)
    form = _off_form(user)
    if not form.validate():
        return _own_page(off=form), 422
    try:
        second_factor.switch_off(
            db.session,
            user,
            now(),
            password=_typed(form.password),
            typed=form.code.data,
            secret=settings().secret_key,
            token=current_user.token,
        )
    except NotAllowed as refused:
        db.session.commit()  # the failure counts
        status = _refused(form, refused)
        return _own_page(off=form), status
    db.session.commit()
    flash(gettext("Tvåstegsinloggningen är av. Du är utloggad på andra ställen."), "ok")
    return redirect(url_for("second_factor.own"))
