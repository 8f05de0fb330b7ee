"""Logging in by one's organisation's own login: there and back, linked and unlinked, and out at both ends."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from deviations.adapters.oidc_answers import Person, Refused, Unreachable
from deviations.adapters.oidc_settings import Provider
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.extensions import csrf, db
from deviations.forms.sso import LinkForm
from deviations.queries import identities, people
from deviations.services import logins, sso
from deviations.web import labels
from deviations.web.access import EVERYBODY, me, now, own_path, public, reads, roles
from deviations.web.complaints import at_field
from deviations.web.entering import onward, settings, visit
from deviations.web.sso_asking import (
    LINKING,
    agree_to_link,
    agreed,
    back_to,
    label_of,
    provider_of,
    recall,
    remember,
    service,
)
from deviations.web.sso_words import WORDS

if TYPE_CHECKING:
    from deviations.models import Identity, User

bp = Blueprint("sso", __name__)

FIELDS = {"wrong_password": "password", "wrong_code": "code"}
"""At which field it is said what is wrong."""


@bp.get("/sso/<provider>")
@public
def start(provider: str) -> Response | tuple[str, int]:
    """Sends the browser to the organisation's login page."""
    _check_source()
    linking = None
    if current_user.is_authenticated:
        if not agreed(provider):
            return redirect(url_for("pages.start"))
        linking = me().id
    chosen = service(provider)
    try:
        question = chosen.ask(back_to(provider))
    except Unreachable as error:
        return _down(chosen.provider, error)
    remember(provider, question, onward=own_path(request.args.get("next")), linking=linking)
    return redirect(question.url)


def _check_source() -> None:
    """Stops a network address that has been wrong too often, before anybody is asked or anything is written."""
    logins.check_source(db.session, visit().source, now())


@bp.get("/sso/<provider>/svar")
@public
def answer(provider: str) -> Response | tuple[str, int]:
    """Lets somebody in whom the login service has vouched for."""
    _check_source()
    chosen, asked = service(provider), recall(provider)
    if asked is None:
        return _refused(chosen.provider, "sso_started_over")
    question, onto, linking = asked
    try:
        person = chosen.answer(question, back_to(provider), request.args.to_dict())
    except Unreachable as error:
        return _down(chosen.provider, error)
    except Refused as refused:
        return _not_trusted(chosen.provider, refused)
    db.begin_writing()  # nobody waited for us while the login service was asked
    if linking is not None:
        return _link(chosen.provider, person, linking)
    return _enter(chosen.provider, person, onto)


def _enter(provider: Provider, person: Person, onto: str | None) -> Response | tuple[str, int]:
    try:
        found = sso.enter(db.session, provider, person, now(), visit(), secret=settings().secret_key)
    except NotAllowed as refused:
        db.session.commit()  # the refusal is in the log, and counts
        return _refused(provider, refused.code)
    db.session.commit()
    return onward(found, onto)


def _link(provider: Provider, person: Person, linking: int) -> Response | tuple[str, int]:
    session.pop(LINKING, None)
    if not current_user.is_authenticated or me().id != linking:
        return _refused(provider, "sso_started_over")
    try:
        sso.link(db.session, provider, person, people.account(db.session, linking), now())
    except NotAllowed as refused:
        return _refused(provider, refused.code)
    db.session.commit()
    flash(gettext("Nu kan du logga in med %(name)s också.", name=provider.label), "ok")
    return redirect(url_for("sso.own"))


def _not_trusted(provider: Provider, refused: Refused) -> tuple[str, int]:
    """The page for an answer that can't be trusted; all but a person's own no is written down."""
    if refused.code != "sso_cancelled":
        current_app.logger.warning("Single sign-on by %s refused: %s", provider.name, refused.why)
        db.begin_writing()
        logins.count_source(db.session, visit().source, now())
        sso.failed(db.session, provider, refused.code, now(), said=refused.why)
        db.session.commit()
    return _refused(provider, refused.code)


def _refused(provider: Provider, code: str) -> tuple[str, int]:
    return _page(provider, str(WORDS[code])), 403


def _down(provider: Provider, error: Unreachable) -> tuple[str, int]:
    current_app.logger.warning("Single sign-on by %s does not answer: %s", provider.name, error)
    sentence = gettext("%(name)s svarar inte just nu. Försök igen om en stund.", name=provider.label)
    return _page(provider, sentence), 503


def _page(provider: Provider, sentence: str) -> str:
    return render_template(
        "sso/refused.html", provider=provider, sentence=sentence, onto=own_path(request.args.get("next"))
    )


@bp.post("/sso/<provider>/logout")
@csrf.exempt
@public
@reads
def back_channel(provider: str) -> tuple[Response, int]:
    """Told by the login service itself, with a signed token, that somebody has logged out there."""
    chosen = service(provider)
    try:
        ended = chosen.ended(request.form.get("logout_token", ""))
    except Unreachable as error:
        current_app.logger.warning("Single sign-on by %s does not answer: %s", provider, error)
        return jsonify(error="temporarily_unavailable"), 503
    except Refused as refused:
        current_app.logger.warning("A logout token of %s refused: %s", provider, refused.why)
        return jsonify(error="invalid_request"), 400
    db.begin_writing()
    sso.end_there(db.session, chosen.provider, ended, now())
    db.session.commit()
    return jsonify({}), 200


@bp.get("/konto/organisation")
@roles(*EVERYBODY)
def own() -> str:
    """Which logins of organisations one's account is linked to."""
    return _own_page()


def _own_page(form: LinkForm | None = None, asked: str = "") -> str:
    linked = identities.of(db.session, me().id)
    has = {identity.provider for identity in linked}
    user = people.account(db.session, me().id)
    return render_template(
        "sso/own.html",
        linked=[(identity, label_of(identity.provider)) for identity in linked],
        offered=[
            (provider, form if form and provider.name == asked else _link_form(provider.name, user, formdata=None))
            for provider in settings().sso
            if provider.name not in has
        ],
        opened=user.password_hash is not None,
    )


def _link_form(name: str, user: "User", **kwargs: Any) -> LinkForm:
    has = {"by_password": user.password_hash is not None, "by_code": user.totp_confirmed_at is not None}
    return LinkForm(prefix=f"{name}-", **has, **kwargs)


@bp.post("/konto/organisation/<provider>/koppla")
@roles(*EVERYBODY)
def link(provider: str) -> Response | tuple[str, int]:
    """Takes note that one wants to be linked, after one's password and one's code, and leads to the page that goes
    there.
    """
    chosen, user = provider_of(provider), people.account(db.session, me().id)
    form = _link_form(provider, user)
    if not form.validate():
        return _own_page(form, provider), 422
    typed = {"password": "", "typed": ""}
    typed |= {"password": form.password.data} if form.password else {}
    typed |= {"typed": form.code.data} if form.code else {}
    try:
        sso.check_owner(db.session, user, now(), **typed, secret=settings().secret_key, token=current_user.token)
    except NotAllowed as refused:
        db.session.commit()  # what was wrong counts
        at_field(form, FIELDS.get(refused.code, ""), labels.refusal(refused.code))
        return _own_page(form, provider), 422
    agree_to_link(chosen.name)
    return redirect(url_for("sso.ready", provider=chosen.name))


@bp.get("/konto/organisation/<provider>/koppla")
@roles(*EVERYBODY)
def ready(provider: str) -> Response | str:
    """The page with the link that goes to the organisation's login: a form may not lead to another site."""
    chosen = provider_of(provider)
    return render_template("sso/ready.html", provider=chosen) if agreed(provider) else redirect(url_for("sso.own"))


@bp.post("/konto/organisation/<id:id>/ta-bort")
@roles(*EVERYBODY)
def unlink(id: int) -> Response:
    """Takes one of one's own links away."""
    try:
        sso.unlink(db.session, me(), id, now(), but=current_user.token)
    except NotAllowed as refused:
        flash(str(WORDS[refused.code]), "warn")
        return redirect(url_for("sso.own"))
    db.session.commit()
    flash(gettext("Kopplingen är borttagen."), "ok")
    return redirect(url_for("sso.own"))


@bp.post("/administration/konton/<id:id>/kopplingar/<id:identity_id>/ta-bort")
@roles(Role.ADMIN)
def unlink_other(id: int, identity_id: int) -> Response:
    """Takes one of somebody's links away."""
    if identity_id not in {identity.id for identity in identities.of(db.session, id)}:
        raise NotFound
    sso.unlink(db.session, me(), identity_id, now(), but=current_user.token)
    db.session.commit()
    flash(gettext("Kopplingen är borttagen."), "ok")
    return redirect(url_for("people.show", id=id))


@bp.app_context_processor
def _shared() -> dict[str, Any]:
    """What the login page's buttons (sso/_buttons.html), the account's page and an administrator's page of somebody
    (sso/_links.html) ask for.
    """
    return {"sso_providers": settings().sso, "sso_label": label_of, "sso_links": _links_of}


def _links_of(user: int) -> Sequence["Identity"]:
    return identities.of(db.session, user)
