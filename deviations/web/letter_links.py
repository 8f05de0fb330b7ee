"""The links by which recipients answer without an account: made for each, shown once, withdrawn, and how they were
used.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from deviations.domain.letters import LetterStatus, LinkAct
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.letter_answers import LinkForm
from deviations.queries import letter_answers as answers
from deviations.queries import letters
from deviations.services import recipient_links
from deviations.web.access import me, now, roles
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Letter, RecipientLink

bp = Blueprint("letter_links", __name__, url_prefix="/skrivelser")

ACTS: Mapping[LinkAct, LazyString] = {
    LinkAct.OPENED: lazy_gettext("Öppnade sidan"),
    LinkAct.FETCHED: lazy_gettext("Hämtade skrivelsen"),
    LinkAct.ACKNOWLEDGED: lazy_gettext("Bekräftade mottagandet"),
    LinkAct.ASKED_FOR_TIME: lazy_gettext("Bad om mer tid"),
    LinkAct.ANSWERED: lazy_gettext("Svarade"),
}


@bp.get("/<id:id>/lankar")
@roles(Role.COORDINATOR)
def index(id: int) -> str:
    """Every link to the letter, with how it was used."""
    letter = letters.get(db.session, me(), id)
    return _page(letter, _form(letter))


def _form(letter: "Letter") -> LinkForm:
    return LinkForm(agencies=[(agency.id, agency.name) for agency in letter.recipients])


def _page(letter: "Letter", form: LinkForm) -> str:
    return render_template(
        "letters/links.html",
        letter=letter,
        form=form if letter.status is not LetterStatus.CLOSED else None,
        links=answers.links(db.session, me(), letter),
        acts=ACTS,
        now=now(),
        days=recipient_links.HOLDS.days,
    )


@bp.post("/<id:id>/lankar")
@roles(Role.COORDINATOR)
def make(id: int) -> str | tuple[str, int]:
    """Makes a link and shows it, this once."""
    letter = letters.get(db.session, me(), id)
    form = _form(letter)
    if not form.validate():
        return _page(letter, form), 422
    agency = next(one for one in letter.recipients if one.id == form.agency.id_chosen)
    link, token = recipient_links.make(db.session, me(), letter, agency, now())
    db.session.commit()
    address = _address(token)
    return render_template(
        "letters/link_made.html", letter=letter, link=link, address=address, mail=_mail(letter, link, address)
    )


def _address(token: str) -> str:
    """The link in full, under the name by which others reach the service where that is set."""
    mailing = current_app.extensions["settings"].mail
    root: str = mailing.public_url if mailing is not None else request.url_root.rstrip("/")
    return f"{root}{url_for('recipients.show', token=token).removeprefix(request.script_root)}"


def _mail(letter: "Letter", link: "RecipientLink", address: str) -> str:
    """A mail to the recipient as a mailto: address, for the coordinator's own mail program: nothing of it is kept."""
    subject = gettext("Er länk till skrivelsen %(number)s", number=letter.registry_number or "")
    text = gettext(
        "Hej!\n\nHär kan ni läsa skrivelsen %(number)s, bekräfta att ni har fått den, be om mer tid och svara. Ni "
        "behöver inget konto.\n\n%(address)s\n\nLänken är bara till er och gäller till den %(day)s.\n\n"
        "Vänliga hälsningar\n%(name)s\n%(association)s\n",
        number=letter.registry_number or "",
        address=address,
        day=day(link.expires_at),
        name=me().name,
        association=letter.association.name,
    )
    body = quote(text.replace("\n", "\r\n"))
    return f"mailto:{quote(link.agency.email, safe='@')}?subject={quote(subject)}&body={body}"


@bp.post("/<id:id>/lankar/<id:link_id>/dra-in")
@roles(Role.COORDINATOR)
def withdraw(id: int, link_id: int) -> Response:
    """Ends a link at once."""
    letter = letters.get(db.session, me(), id)
    recipient_links.withdraw(db.session, me(), answers.link(db.session, letter, link_id), now())
    db.session.commit()
    flash(gettext("Länken är indragen. Den som öppnar den får veta att den inte gäller."), "ok")
    return redirect(url_for("letter_links.index", id=id))
