"""The words by which reports are compared: the coordinator adds the instance's own, and tries how texts are read."""

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import OwnTerm, written
from deviations.domain.roles import Role
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.extensions import db
from deviations.forms.lexicon import RULES, SentenceForm, TermForm
from deviations.queries import catalogue, understanding
from deviations.queries import lexicon as reading
from deviations.services import lexicon as keeping
from deviations.services.checks import PersonalData
from deviations.web import conflicts, labels, names
from deviations.web.access import me, now, reads, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import LexiconEntry

bp = Blueprint("lexicon", __name__, url_prefix="/hinder/forslag/ordlista")

PAGE = 25
LONGEST_QUERY = 80
TYPED = ("term", "expansion")


@bp.get("")
@roles(Role.COORDINATOR)
def index() -> str:
    """Own words first, then those that ship."""
    return _page(SentenceForm())


def _page(form: SentenceForm, understood: understanding.Understood | None = None) -> str:
    session, names_of = db.session, catalogue.names(db.session)
    query = request.args.get("q", "")[:LONGEST_QUERY]
    own = [entry for entry in reading.own(session) if reading.has(reading.entry_of(entry), query)]
    shipped = reading.shipped(session, query)
    page = min(_page_number(), max(1, -(-len(shipped) // PAGE)))
    return render_template(
        "lexicon/index.html",
        form=form,
        understood=understood,
        parties=labels.listed([names_of.get(code, code) for code in understood.parties]) if understood else "",
        own=[(entry, reading.entry_of(entry)) for entry in own],
        shipped=shipped[(page - 1) * PAGE : page * PAGE],
        count=len(shipped),
        query=query,
        previous=_turned(query, page - 1) if page > 1 else None,
        next=_turned(query, page + 1) if page * PAGE < len(shipped) else None,
        names=names_of,
    )


def _page_number() -> int:
    typed = request.args.get("sida", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 4 and int(typed) > 0 else 1


def _turned(query: str, page: int) -> str:
    return url_for("lexicon.index", q=query or None, sida=page, _anchor="foljer-med")


@bp.post("/prova")
@roles(Role.COORDINATOR)
@reads
def understand() -> str | tuple[str, int]:
    """Shows how a sentence is read. Nothing is stored."""
    form = SentenceForm()
    if not form.validate():
        return _page(form), 422
    return _page(form, understanding.understood(db.session, form.sentence.data))


@bp.get("/aterkommer")
@roles(Role.COORDINATOR)
def offered() -> str:
    """Words that people's decisions tie to a rule and that the lexicon does not know."""
    found = understanding.candidates(db.session, me())
    return render_template("lexicon/offered.html", candidates=found, names=catalogue.names(db.session))


@bp.post("/aterkommer")
@roles(Role.COORDINATOR)
def answer() -> Response:
    """Takes in a word that was offered, or remembers that it is never to be."""
    add = request.form.get("do") == "add"
    term = OwnTerm(written(request.form.get("term", "")), TermKind.WORD, rules=(request.form.get("rule", ""),))
    try:
        (keeping.add if add else keeping.refuse)(db.session, me(), term, at=now())
    except PersonalData:
        raise NotFound from None  # no such word was offered
    db.session.commit()
    said = gettext("”%(word)s” finns nu i er ordlista.") if add else gettext("”%(word)s” föreslås inte igen.")
    flash(said % {"word": term.term}, "ok")
    return redirect(url_for("lexicon.offered"))


@bp.get("/nytt")
@roles(Role.COORDINATOR)
def new() -> str:
    """The form for a new word, or for one that ships and is to be read otherwise."""
    shipped = reading.shipped_term(request.args.get("ord", ""))
    form = _form(data=_filled(keeping.own(shipped))) if shipped else _form(kind=TermKind.WORD)
    return render_template("lexicon/form.html", form=form, entry=None, shipped=shipped)


@bp.post("/nytt")
@roles(Role.COORDINATOR)
def create() -> Response | tuple[str, int]:
    """Adds a word."""
    form = _form()
    try:
        if form.validate() and not names.asks(form, TYPED):
            added = keeping.add(db.session, me(), form.own_term, at=now())
            db.session.commit()
            return _done(gettext("”%(word)s” finns nu i er ordlista.", word=added.term))
    except (PersonalData, Incomplete, NotAllowed) as refused:
        complain(form, refused)
    return render_template("lexicon/form.html", form=form, entry=None, shipped=None), 422


@bp.get("/<id:id>")
@roles(Role.COORDINATOR)
def edit(id: int) -> str:
    """The form that changes an own word."""
    entry = reading.get(db.session, me(), id)
    return render_template("lexicon/form.html", form=_saved_form(entry), entry=entry, shipped=None)


@bp.post("/<id:id>")
@roles(Role.COORDINATOR)
def change(id: int) -> Response | tuple[str, int]:
    """Saves what is said of an own word."""
    entry, form = reading.get(db.session, me(), id), _form()
    try:
        if form.validate() and not names.asks(form, TYPED):
            keeping.change(db.session, me(), entry, form.own_term, version=form.shown_version or 0, at=now())
            db.session.commit()
            return _done(gettext("Ordet är ändrat."))
    except (PersonalData, Incomplete, NotAllowed) as refused:
        complain(form, refused)
    except StaleDataError:
        return _overtaken(id, form), 409
    return render_template("lexicon/form.html", form=form, entry=entry, shipped=None), 422


def _overtaken(id: int, form: TermForm) -> str:
    """The form as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    entry = reading.get(db.session, me(), id)
    conflict = conflicts.beside(conflicts.of_term(entry), form, _saved_form(entry))
    return render_template("lexicon/form.html", form=form, entry=entry, shipped=None, conflict=conflict)


@bp.post("/<id:id>/av")
@roles(Role.COORDINATOR)
def switch(id: int) -> Response:
    """Lets an own word count no more, or again."""
    entry = reading.get(db.session, me(), id)
    off = request.form.get("off") == "1"
    keeping.switch(db.session, me(), entry, off=off, version=_version(), at=now())
    db.session.commit()
    if off:
        return _done(gettext("”%(word)s” räknas inte längre.", word=entry.term))
    return _done(gettext("”%(word)s” räknas igen.", word=entry.term))


@bp.post("/av")
@roles(Role.COORDINATOR)
def switch_shipped() -> Response:
    """Lets a word that ships count no more."""
    entry = keeping.switch_shipped_off(db.session, me(), request.form.get("term", ""), at=now())
    db.session.commit()
    return _done(gettext("”%(word)s” räknas inte längre.", word=entry.term))


@bp.post("/<id:id>/ta-bort")
@roles(Role.COORDINATOR)
def take_away(id: int) -> Response:
    """Forgets an own word."""
    entry = reading.get(db.session, me(), id)
    keeping.take_away(db.session, me(), entry, version=_version(), at=now())
    db.session.commit()
    return _done(gettext("Ordet är borttaget ur er ordlista."))


def _version() -> int:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _done(sentence: str) -> Response:
    flash(sentence, "ok")
    return redirect(url_for("lexicon.index"))


def _form(**kwargs: object) -> TermForm:
    session = db.session
    return TermForm(
        rules=[(r.code, f"{r.code} {r.name}", r.agency_text.split(";")[0]) for r in catalogue.rules(session)],
        agencies=[(agency.code, agency.short_name) for agency in catalogue.agencies(session)],
        **kwargs,
    )


def _saved_form(entry: "LexiconEntry") -> TermForm:
    """The form with what is saved of a word, whatever was sent."""
    return _form(formdata=None, data={**_filled(reading.term_of(entry)), "version": str(entry.version)})


def _filled(term: OwnTerm) -> dict[str, object]:
    rules = dict(zip(RULES, term.rules, strict=False))
    return {"term": term.term, "kind": term.kind, "expansion": term.expansion, "agencies": list(term.agencies), **rules}
