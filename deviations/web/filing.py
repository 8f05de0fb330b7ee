"""File a report in two parts that work without scripts: whatever is sent is kept as a draft before it is judged."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from deviations.domain.workflow import Kind, NotAllowed, NotFound
from deviations.extensions import csrf, db
from deviations.forms.filing import FilingForm, is_key, new_key
from deviations.queries import deviations, drafts
from deviations.services import drafts as keeping
from deviations.services import filing
from deviations.web import filing_live, filing_marks, labels, same_here
from deviations.web import filing_parts as parts
from deviations.web.access import WORKERS, check_origin, me, now, reads, roles
from deviations.web.complaints import complain
from deviations.web.filing_parts import Fields, Places

bp = Blueprint("filing", __name__, url_prefix="/avvikelser")
csrf.exempt(bp)  # checked below, after the login: who has to log in again can send the same form afterwards
bp.before_request(check_origin)
bp.before_request(filing_live.check_writer)

bp.post("/ny/liknande")(filing_live.similar)
bp.post("/ny/granska")(filing_live.check)
bp.post("/ny/utkast")(filing_live.save)
bp.post("/ny/utkast/bort")(filing_live.discard)
bp.get("/ny/regler")(filing_live.rules)
bp.get("/samma/<of>/<id:id>")(same_here.same)
bp.post("/samma/<of>/<id:id>")(same_here.file_same)

Page = tuple[str, int]


@bp.get("/ny")
@roles(*WORKERS)
def new() -> Response:
    """A new form. Its key stands in the address, so that going back to it finds what became of it."""
    return redirect(url_for("filing.begun", key=new_key()))


@bp.get("/ny/<key>")
@roles(*WORKERS)
def begun(key: str) -> Response | str:
    """The first part, with the draft if there is one; the report, if the form has been filed."""
    return _opened(key, 1)


@bp.get("/ny/<key>/mer")
@roles(*WORKERS)
def more(key: str) -> Response | str:
    """The second part, which can be skipped."""
    return _opened(key, 2)


def _opened(key: str, part: int) -> Response | str:
    if not is_key(key):
        raise NotFound
    filed = deviations.filed_with(db.session, me(), key)
    if filed is not None:
        return redirect(url_for("deviations.show", id=filed.id))
    where = parts.places()
    fields = {**parts.begun(key, where.defaults), "part": [str(part)]}
    return _page(parts.made(fields, where), fields, where, part)


def _page(form: FilingForm, fields: Fields, where: Places, part: int, focus: str = "") -> str:
    form.part.data, form.who.data = str(part), str(me().id)
    texts = parts.texts(fields)
    marks = filing_marks.find(texts, fields.get("keep", ()))
    if focus:
        form[focus].render_kw = {**(form[focus].render_kw or {}), "autofocus": True}
    likes = filing_live.likes(fields)
    cards = filing_live.cards(fields, form.q.data or "") if part == 2 else []
    begun = {draft.form_key: draft for draft in drafts.mine(db.session, me())}
    this = begun.pop(form.form_key.data, None)
    return render_template(
        "filing/first.html" if part == 1 else "filing/more.html",
        form=form,
        asked_first=where.asked_first,
        marks=filing_marks.html(marks, texts),
        good=form.kind.data == Kind.GOOD_EXAMPLE,
        saved_at=this.saved_at if this else None,
        drafts=list(begun.values()),
        likes=likes,
        cards=cards,
        names=filing_live.words(likes, cards),
        sent_along=parts.summary(form, where),
        seal=filing_live.seal(),
    )


@bp.post("/ny")
@roles(*WORKERS)
@reads
def file() -> Response | Page:
    """What a button of either part does: send, go on, go back, save, search, mask a word, or "samma här"."""
    where = parts.places()
    fields = parts.sent(request.form, where.defaults)
    if "yes" in fields.get("harm", ()):
        return _not_here(fields)
    form = parts.made(fields, where)
    filed = _filed_before(form)
    if filed is not None:
        return filed
    fields["form_key"] = [form.form_key.data]
    fields["keep"] = sorted(set(fields.get("keep", ())) & filing_marks.keys(filing_marks.find(parts.texts(fields), ())))
    if "mask" in request.form:
        return _masked(fields, where)
    if "same" in request.form:
        return _same(form, fields, where)
    return _DOES.get(request.form.get("do", ""), _send)(form, fields, where)


def _not_here(fields: Fields) -> Page:
    """Somebody has come to harm: nothing of it is kept, not even a draft; the page says where to turn."""
    key = next(iter(fields.get("form_key", ())), "")
    if is_key(key):
        db.begin_writing()
        keeping.discard(db.session, me(), key)
        db.session.commit()
    texts = [(name, text) for name, text in parts.texts(fields).items() if text]
    again = [(n, v) for n, many in fields.items() for v in many if n not in ("harm", "part")]
    return render_template("filing/harm.html", texts=texts, again=again), 422


def _filed_before(form: FilingForm) -> Response | Page | None:
    """The way to the report that this form has become. Other words on it than were filed begin a form of their own."""
    filed = deviations.filed_with(db.session, me(), form.form_key.data)
    if filed is None:
        return None
    if parts.says_the_same(form, filed, set(request.form)):
        flash(same_here.already(filed), "info")
        return redirect(url_for("deviations.show", id=filed.id))
    form.form_key.data = new_key()
    flash(
        gettext(
            "Du har redan skickat det här formuläret, som avvikelse %(id)s. Det du har skrivit nu är ett nytt utkast. "
            "Skicka det bara om det är en ny händelse.",
            id=filed.id,
        ),
        "warn",
    )
    if request.form.get("do", "send") != "send" or {"mask", "same"} & set(request.form):
        return None
    where = parts.places()
    fields = {**parts.sent(request.form, where.defaults), "form_key": [form.form_key.data]}
    return _refused(form, fields, where)


def _keep(form: FilingForm, fields: Fields) -> bool:
    """Keeps the draft for good; whether that went well. Why not is said over the form."""
    db.begin_writing()
    try:
        keeping.keep(db.session, me(), form.form_key.data, fields, now())
        db.session.commit()
    except NotAllowed as refused:
        if refused.code != "broken_form":  # that is said already
            complain(form, refused)
        return False
    finally:
        db.end_writing()
    return True


def _refused(form: FilingForm, fields: Fields, where: Places) -> Page:
    _keep(form, fields)
    part = parts.shown_part(form, fields, where)
    for name in parts.SECOND if part == 1 else ():  # said when the second part is shown
        form[name].errors = []
    return _page(form, fields, where, part), 422


def _send(form: FilingForm, fields: Fields, where: Places) -> Response | Page:
    right = form.validate()
    asked = filing_marks.complain(form, filing_marks.find(parts.texts(fields), fields["keep"]))
    if asked or not right:
        return _refused(form, fields, where)
    db.begin_writing()
    try:
        deviation, is_new = filing.file(
            db.session, me(), parts.report(form), form_key=form.form_key.data, at=now(), twin_within=filing.SAID_WITHIN
        )
    except NotAllowed as refused:
        complain(form, refused)
        return _refused(form, fields, where)
    db.session.commit()
    same_here.thank(deviation, is_new)
    return redirect(url_for("deviations.show", id=deviation.id))


def _step(endpoint: str, form: FilingForm, fields: Fields, where: Places) -> Response | Page:
    if not _keep(form, fields):
        return _page(form, fields, where, 2 if fields.get("part") == ["2"] else 1), 422
    if filing.refusals(parts.texts(fields)):
        flash(labels.never_kept(), "warn")
    return redirect(url_for(endpoint, key=form.form_key.data))


def _save(form: FilingForm, fields: Fields, where: Places) -> Response | Page:
    if not parts.begun_at_all(fields):
        flash(gettext("Det finns inget att spara än. Skriv först vad som inte fungerar."), "info")
    answer = _step("filing.more" if fields.get("part") == ["2"] else "filing.begun", form, fields, where)
    if isinstance(answer, Response) and parts.begun_at_all(fields):
        flash(gettext("Utkastet är sparat. Du hittar det här och under Mina avvikelser."), "ok")
    return answer


def _find(form: FilingForm, fields: Fields, where: Places) -> Response | Page:
    _keep(form, fields)
    return _page(form, fields, where, 2, focus="q"), 200


_DOES: dict[str, Callable[[FilingForm, Fields, Places], Response | Page]] = {
    "send": _send,
    "more": partial(_step, "filing.more"),
    "back": partial(_step, "filing.begun"),
    "save": _save,
    "find": _find,
}


def _masked(fields: Fields, where: Places) -> Page:
    """The form again, with a word replaced by what it is."""
    found = filing_marks.masked(parts.texts(fields), request.form.get("mask", ""))
    if found is not None:
        fields[found[0]] = [found[1]]
    else:
        flash(gettext("Texten har ändrats sedan sidan visades. Tryck igen vid det ord som du vill ersätta."), "info")
    form = parts.made(fields, where)
    part = 1 if found and found[0] in parts.FIRST else 2 if found else parts.shown_part(form, fields, where)
    status = 200 if _keep(form, fields) else 422
    return _page(form, fields, where, part, focus=found[0] if found else ""), status


def _same(form: FilingForm, fields: Fields, where: Places) -> Response | Page:
    """One press on "samma här": the title is the line; what else was written stays as a draft.

    Where it can't stay, nothing is said either, and the form comes back whole.
    """
    same_here.thing(request.form["same"])
    form.validate()
    for name in set(form._fields) - {"harm", "form_key", "title", "occurred_on", "reporter", *parts.PLACE}:
        form[name].errors = []
    if not form.title.data:
        form.title.errors = []
    asked = filing_marks.complain(form, filing_marks.find({"title": form.title.data}, fields["keep"]))
    if asked or form.errors:
        return _refused(form, fields, where)
    db.begin_writing()
    try:
        deviation, is_new = same_here.say(form, same_here.thing(request.form["same"]), form.title.data)
        rest = any(text for name, text in parts.texts(fields).items() if name != "title")
        if rest:
            keeping.keep(db.session, me(), form.form_key.data, fields, now())
    except NotAllowed as refused:
        complain(form, refused)
        return _refused(form, fields, where)
    db.session.commit()
    if rest and filing.refusals(parts.texts(fields)):
        flash(labels.never_kept(), "warn")
    if rest:
        flash(gettext("Resten av det du skrev ligger kvar som utkast under Mina avvikelser."), "info")
    same_here.thank(deviation, is_new)
    return redirect(url_for("deviations.show", id=deviation.id))
