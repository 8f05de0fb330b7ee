"""Two people at once: what somebody else saved beside what was about to be saved, and the choice between the two.

The second one is told by 409 and nothing of hers is lost: a decision can be sent again about the thing as it is now
(`page`), a form comes back with her own words and the new version (`beside`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_datetime, gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, HiddenField, SelectFieldBase, SelectMultipleField

from deviations.domain import workflow
from deviations.domain.days import day_of
from deviations.domain.workflow import NotAllowed, NotFound, Status
from deviations.extensions import db
from deviations.forms.deviations import VersionedForm
from deviations.forms.fields import showable
from deviations.queries import barriers, deviations, letters, saves, settings
from deviations.web import filters, inputs, labels, timeline
from deviations.web.access import kept_texts, me, now

if TYPE_CHECKING:
    from deviations.models import Barrier, Deviation, Letter, LexiconEntry

LONG = 300
"""Of a longer text only the passages that differ are shown."""


TEXTS = frozenset(
    {
        "answer",
        "body",
        "description",
        "expansion",
        "name",
        "note",
        "rule_hint",
        "solution",
        "summary",
        "term",
        "text",
        "title",
        "tried",
        "wished",
    }
)
"""The fields in which people write; what the others hold are numbers and codes, which nobody could read."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A thing as somebody else has saved it: its name and page, its version, who and when, and what was said."""

    name: str
    address: str
    version: int
    state: str
    who: str
    when: str
    told: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A field that says two things: what is saved, and what was about to be."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What a form shows over its fields when somebody else saved first."""

    saved: Saved
    rows: tuple[Row, ...]


def page(refused: NotAllowed | None = None) -> tuple[str, int] | None:
    """The page on which the second one chooses. None where what was sent showed the thing as it still is, or names no
    version. `refused` is why her step can't be taken any more.
    """
    shown = _shown_version()
    if shown is None or not current_user.is_authenticated:
        return None
    try:
        saved = _saved()
    except NotFound:  # it may not be read any more
        return None
    if saved is None or saved.version == shown:
        return None
    intent = _intended()
    why = labels.refusal(refused.code) if refused is not None else intent.hindered
    return (
        render_template(
            "errors/conflict.html",
            saved=saved,
            mine=intent.told,
            texts=[(name, text) for name, text in kept_texts() if name.rpartition("-")[2] in TEXTS],
            why=why,
            action=request.full_path.rstrip("?"),
            again=[] if why else _again(saved.version),
        ),
        409,
    )


def shown_anew(endpoint: str) -> Response:
    """Leads back to a short form that somebody else has saved, which shows what holds now."""
    db.session.rollback()
    flash(gettext("Någon annan sparade före dig. Här är det som gäller nu. Gör om din ändring om den behövs."), "warn")
    return redirect(url_for(endpoint))


def of_barrier(barrier: "Barrier") -> Saved:
    """A barrier as it is saved now."""
    address, state = url_for("barriers.show", id=barrier.id), str(labels.BARRIERS[barrier.status])
    return Saved(barrier.name, address, barrier.version, state, *_by(f"barrier:{barrier.id}"))


def of_letter(letter: "Letter") -> Saved:
    """A letter as it is saved now."""
    name, address = str(gettext("Skrivelse %(id)s", id=letter.id)), url_for("letters.show", id=letter.id)
    return Saved(name, address, letter.version, str(labels.LETTERS[letter.status]), *_by(f"letter:{letter.id}"))


def of_term(term: "LexiconEntry") -> Saved:
    """An own word of the lexicon as it is saved now."""
    state = str(gettext("Räknas inte") if term.off else gettext("Räknas"))
    address = url_for("lexicon.edit", id=term.id)
    return Saved(term.term, address, term.version, state, *_by(f"lexicon:{term.id}"))


def of_choice(name: str, title: str, address: str) -> Saved:
    """What the instance has chosen under a name (`queries.settings`), as it is saved now."""
    return Saved(title, address, settings.version(db.session, name), "", *_by(name))


def of_subject(subject: str, name: str, address: str, version: int) -> Saved:
    """Something that the audit log knows as `subject`, as it is saved now."""
    return Saved(name, address, version, "", *_by(subject))


def of_report(deviation: "Deviation") -> Saved:
    """A report as it is saved now, with the last step that was taken and what was said with it."""
    names = labels.states(deviation.kind)
    last = deviations.history(db.session, deviation)[-1]
    (step,) = timeline.steps([last], names, deviation)
    return Saved(
        name=str(gettext("Avvikelse %(id)s", id=deviation.id)),
        address=url_for("deviations.show", id=deviation.id),
        version=deviation.version,
        state=str(names[deviation.status]),
        who=step.who,
        when=_clock(last.at),
        told=step.what,
        note=step.note,
    )


def beside(saved: Saved, mine: VersionedForm, theirs: VersionedForm) -> Beside:
    """The fields that differ between what was sent (`mine`) and what is saved (`theirs`, the same form).

    What was sent gets the saved version, so that it can be sent again from the same page.
    """
    mine.version.data = str(saved.version)
    told = [(field, _text(theirs[field.name.removeprefix(mine._prefix)]), _text(field)) for field in _visible(mine)]
    rows = [Row(str(field.label.text), *_passages(a, b)) for field, a, b in told if a != b]
    return Beside(saved, tuple(rows))


def _visible(form: VersionedForm) -> Iterable[Field]:
    return [field for field in form if not isinstance(field, HiddenField) and field.type != "CSRFTokenField"]


def _text(field: Field) -> str:
    """What a field says, as a person would read it."""
    if isinstance(field, BooleanField):
        return str(gettext("Ja") if field.data else gettext("Nej"))
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field, SelectMultipleField) else [field.data]
        wanted = {str(value) for value in chosen or () if value}
        return ", ".join(sorted(str(choice.label) for choice in field.choices or () if str(choice.value) in wanted))
    return str(field.data if field.data is not None else "")


def _passages(theirs: str, mine: str) -> tuple[str, str]:
    """Two texts, of long ones the lines that differ only, with … where both say the same."""
    if max(len(theirs), len(mine)) <= LONG:
        return theirs, mine
    a, b = theirs.splitlines(), mine.splitlines()
    left: list[str] = []
    right: list[str] = []
    for kind, a0, a1, b0, b1 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        left += ["…"] if kind == "equal" else a[a0:a1]
        right += ["…"] if kind == "equal" else b[b0:b1]
    return "\n".join(left), "\n".join(right)


def _by(subject: str) -> tuple[str, str]:
    save = saves.last(db.session, subject)
    if save is None:
        return str(gettext("någon annan")), ""
    return save.who or str(gettext("programmet")), _clock(save.at)


def _clock(at: datetime) -> str:
    """14.32 today, else the day too."""
    return str(format_datetime(at, "HH.mm")) if day_of(at) == day_of(now()) else filters.moment(at)


def _saved() -> Saved | None:
    """What the request was about, as it is saved now; None where we can't tell."""
    id: int = (request.view_args or {}).get("id", 0)
    find = FOUND_AT.get("avvikelser" if request.blueprint == "local" else request.path.split("/")[1])
    return find(id) if find is not None and id else None


FOUND_AT: Mapping[str, Callable[[int], Saved]] = {
    "avvikelser": lambda id: of_report(deviations.get(db.session, me(), id)),
    "hinder": lambda id: of_barrier(barriers.get(db.session, me(), id)),
    "skrivelser": lambda id: of_letter(letters.get(db.session, me(), id)),
}


def _shown_version() -> int | None:
    """The version that the form showed. A form with a prefix has it before the field's name too."""
    sent = next((value for name, value in request.form.items() if name.endswith("version")), "")
    return int(sent) if inputs.is_id(sent) else None


def _again(version: int) -> list[tuple[str, str]]:
    """All that was sent, to be sent again about the version that is saved now; tokens are made anew."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if not name.endswith("csrf_token")]
    return [(name, str(version) if name.endswith("version") else showable(value)) for name, value in sent]


@dataclass(frozen=True, slots=True)
class Intent:
    """What the second one was about to do, in words, and why that is no use any more (empty where it is)."""

    told: str = ""
    hindered: str = ""


def _intended() -> Intent:
    """The step with a report that was sent, and whether it can still be taken."""
    args = request.view_args or {}
    code = args.get("target") or STEPS.get(request.endpoint or "")
    if request.blueprint != "deviations" or code not in set(Status):
        return Intent()
    deviation, to = deviations.get(db.session, me(), args["id"]), Status(code)
    if "target" not in args and to is Status.IN_REVIEW:
        return Intent("", _hindered(deviation, to))
    barrier = _barrier(args.get("barrier_id") or request.form.get("joined-barrier"))
    told = str(labels.decisions(deviation.kind)[to])
    if to is Status.JOINED and barrier is not None:
        told = str(gettext("Lägg till hindret ”%(name)s”", name=barrier.name))
    if deviation.status is to and (to is not Status.JOINED or deviation.barrier is barrier):
        there = gettext("Avvikelsen är redan där du ville ha den. Vill du säga något mer gör du det på dess sida.")
        return Intent(told, str(there))
    return Intent(told, _hindered(deviation, to))


STEPS: Mapping[str, Status] = {
    "deviations.join": Status.JOINED,
    "deviations.answer": Status.IN_REVIEW,
    "deviations.reopen": Status.IN_REVIEW,
}
"""Where the forms lead that do not say so in their address."""


def _hindered(deviation: "Deviation", to: Status) -> str:
    """Why the step can't be taken from where the report is now; empty where it can."""
    author = deviation.reporter_id
    if to in workflow.targets(me(), deviation.status, subproject=deviation.subproject_id, author=author):
        return ""
    state = str(labels.states(deviation.kind)[deviation.status]).lower()
    return str(gettext("Avvikelsen är nu: %(state)s. Därför går det inte att spara det du valde.", state=state))


def _barrier(id: int | str | None) -> "Barrier | None":
    typed = str(id or "")
    try:
        return barriers.get(db.session, me(), int(typed)) if inputs.is_id(typed) else None
    except NotFound:
        return None
