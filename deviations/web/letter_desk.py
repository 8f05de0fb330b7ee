"""The desk where a letter is written: from recurring barriers to the text that is handed in, with its preview, advice
and what was typed and not saved.
"""

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import format_datetime, gettext
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from deviations.adapters.letter_tree import TooLarge
from deviations.domain import letter_blocks
from deviations.domain.letter_blocks import BLOCKS, named
from deviations.domain.letter_evidence import Evidence
from deviations.domain.plain_language import advise
from deviations.domain.privacy import refused as forbidden
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.forms.fields import clean, clean_line, showable
from deviations.forms.letters import BODY, LetterForm
from deviations.queries import letter_desk as desk
from deviations.services import letter_autosaves as autosaves
from deviations.services import letter_writing as writing
from deviations.services.checks import PersonalData
from deviations.web import conflicts, labels, letter_desk_parts, letter_marks, letter_page
from deviations.web.access import me, now, reads, roles
from deviations.web.complaints import complain

if TYPE_CHECKING:
    from deviations.models import Letter

bp = Blueprint("letter_desk", __name__, url_prefix="/skrivelser")

TEXTS = ("title", "body")
MARKED = (*TEXTS, "text")
"""The fields in which words are marked while somebody types: a letter's, and those of a typical case."""


@bp.get("/<id:id>/redigera")
@roles(Role.COORDINATOR)
def edit(id: int) -> str | tuple[str, int]:
    """The text of a draft beside how it will look; with `osparat`, what she had typed and not saved."""
    letter = letter_desk_parts.draft(id)
    kept = desk.autosave(db.session, me(), letter)
    if kept is None or "osparat" not in request.args:
        return _page(letter, _saved_form(letter), unsaved=kept)
    form = LetterForm(formdata=None, title=kept.title, body=kept.body, version=str(kept.based_on))
    if kept.based_on == letter.version:
        return _page(letter, form, going_on=True)
    saved = conflicts.of_letter(letter)
    return _page(letter, form, conflict=conflicts.beside(saved, form, _saved_form(letter)), going_on=True)


def _saved_form(letter: "Letter") -> LetterForm:
    """The form with the text that is saved, whatever was sent."""
    return LetterForm(formdata=None, title=letter.title, body=letter.body, version=str(letter.version))


def _page(letter: "Letter", form: LetterForm, **told: Any) -> str:
    title, body = form.title.data or "", form.body.data or ""
    if not hasattr(form, "marks"):
        form.marks = letter_marks.html(letter, {"title": title, "body": body})
    return render_template(
        "letters/edit.html",
        form=form,
        blocks=BLOCKS,
        beside=_beside(letter, title, body),
        comments=[one for one in letter.comments if one.settled_at is None and (one.text or one.passage)],
        **letter_desk_parts.of(letter, "edit"),
        **told,
    )


def _beside(letter: "Letter", title: str, body: str) -> dict[str, Any]:
    """What stands beside the text: how it will look, and advice on its language."""
    fits = len(body) <= BODY  # longer can't be saved
    return {
        "preview": letter_page.preview(letter, title=title, body=body),
        "stale": desk.stale(letter, body) if fits else [],
        "advice": [*_no_blocks(letter, body), *_advice(letter, body)] if fits else [],
    }


def _no_blocks(letter: "Letter", body: str) -> list[dict[str, Any]]:
    """What looks like an evidence block and is none of this letter's: it will stand as text."""
    beyond = [
        name for _, name in letter_blocks.placed(body) if (block := named(name)) and block[1] >= len(letter.about)
    ]
    told = gettext("Det här fylls inte i från underlaget. Kontrollera namnet, och att det står i ett stycke för sig.")
    found = []
    for name in dict.fromkeys([*letter_blocks.unknown(body), *beyond]):
        start = body.find(name)
        found.append({"sentence": str(told), "words": "{{" + name + "}}", "start": start, "end": start + len(name)})
    return found


def _advice(letter: "Letter", body: str) -> list[dict[str, Any]]:
    """Each piece of advice with the words that it is about, and where in the text they stand; its length is reckoned
    with what its evidence blocks become.
    """
    numbers = letter.numbers if letter.snapshots else []
    cases = [[case.text for case in letter.cases if case.barrier_id == one.barrier_id] for one in numbers]
    blocks = letter_blocks.written(body, [Evidence.from_json(one.evidence) for one in numbers], cases)
    return [
        {"sentence": one.sentence, "words": _plainly(body[one.start : one.end]), "start": one.start, "end": one.end}
        for one in advise(body, blocks)
    ]


def _plainly(markdown: str) -> str:
    """A few words of the text without the marks of Markdown around them."""
    return re.sub(r"^[#>\s-]+|[*_]+", "", markdown).strip()


@bp.post("/<id:id>/redigera")
@roles(Role.COORDINATOR)
def save(id: int) -> Response | str | tuple[str, int]:
    """Saves the text as the draft's next version, or shows how it looks and saves nothing but what was typed."""
    letter = letter_desk_parts.draft(id)
    form = LetterForm()
    looks = request.form.get("do") == "look"
    if not form.validate() or letter_marks.asks(letter, form, TEXTS) or looks:
        _keep(letter, form)
        return _page(letter, form) if looks and not form.errors else (_page(letter, form), 422)
    typed = {"title": form.title.data, "body": form.body.data}
    try:
        passed = letter_marks.kept(typed)
        version = form.shown_version or 0
        writing.save(db.session, me(), letter, version=version, at=now(), passed=passed, **typed)
        db.session.commit()
    except PersonalData as refused:
        complain(form, refused)
        return _page(letter, form), 422
    except StaleDataError:
        return _overtaken(id, form), 409
    except TooLarge as refused:
        form.body.errors = [*form.body.errors, str(refused)]
        return _page(letter, form), 422
    flash(gettext("Utkastet är sparat."), "ok")
    return redirect(url_for("letters.show", id=id))


def _keep(letter: "Letter", form: LetterForm) -> None:
    """Keeps what was typed, so that it is there tomorrow too; of what is too long to be kept the page itself has it."""
    title, body = form.title.data or "", form.body.data or ""
    if len(body) <= autosaves.LONGEST:
        based_on = form.shown_version or letter.version
        autosaves.keep(db.session, me(), letter, title=title, body=body, based_on=based_on, at=now())
        db.session.commit()


def _overtaken(id: int, form: LetterForm) -> str:
    """The text as it was sent, under what somebody else saved meanwhile."""
    db.session.rollback()
    letter = letter_desk_parts.draft(id)
    _keep(letter, form)
    return _page(letter, form, conflict=conflicts.beside(conflicts.of_letter(letter), form, _saved_form(letter)))


@bp.post("/<id:id>/forhandsvisa")
@roles(Role.COORDINATOR)
@reads
def preview(id: int) -> str:
    """How the text in the editor will look, with advice; nothing is saved."""
    letter = letter_desk_parts.draft(id)
    form = LetterForm()
    title, body = form.title.data or "", form.body.data or ""
    warning = ""
    if spans := [*forbidden(title), *forbidden(body)]:
        sentence = labels.personal_data([span.kind for span in spans])
        warning = render_template("letters/_refused.html", sentence=sentence)
    return warning + render_template("letters/_beside.html", beside=_beside(letter, title, body))


@bp.post("/<id:id>/granska")
@roles(Role.COORDINATOR)
@reads
def check(id: int) -> Response:
    """The words in the text that may point somebody out, for the script that marks them while she types."""
    letter = letter_desk_parts.draft(id)
    typed = {name: showable(request.form[name])[: autosaves.LONGEST] for name in MARKED if name in request.form}
    texts = {name: clean_line(text) if name == "title" else clean(text) for name, text in typed.items()}
    return jsonify(fields=letter_marks.html(letter, texts))


@bp.post("/<id:id>/osparat")
@roles(Role.COORDINATOR)
def autosave(id: int) -> Response:
    """Keeps what is typed and not saved, for the script."""
    letter = letter_desk_parts.draft(id)
    form = LetterForm()
    typed = {"title": form.title.data or "", "body": form.body.data or ""}
    based_on = form.shown_version or letter.version
    kept = autosaves.keep(db.session, me(), letter, based_on=based_on, at=now(), **typed)
    db.session.commit()
    return jsonify(saved=format_datetime(kept.at, "HH.mm") if kept is not None else "")


@bp.post("/<id:id>/osparat/kasta")
@roles(Role.COORDINATOR)
def discard(id: int) -> Response:
    """Throws away what she had typed and not saved."""
    letter = letter_desk_parts.draft(id)
    autosaves.discard(db.session, me(), letter)
    db.session.commit()
    flash(gettext("Det du hade skrivit och inte sparat är borta. Utkastet är som det sparades senast."), "ok")
    return redirect(url_for("letter_desk.edit", id=id))


@bp.post("/<id:id>/skriv-om")
@roles(Role.COORDINATOR)
def redraft(id: int) -> Response:
    """Writes the text anew from the numbers in force; the one before is kept as a version."""
    letter = letter_desk_parts.draft(id)
    version = VersionedForm().shown_version or 0
    writing.redraft(db.session, me(), letter, version=version, at=now())
    db.session.commit()
    flash(gettext("Utkastet är omskrivet. Den tidigare texten finns kvar bland versionerna."), "ok")
    return redirect(url_for("letter_desk.edit", id=id))
