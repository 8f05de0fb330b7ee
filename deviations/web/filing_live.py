"""What the filing form's script asks while somebody types, and the page itself when there is no script: likeness,
rules, marked words, and the draft.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import format_datetime, gettext
from werkzeug.wrappers import Response

from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.filing import LIMITS
from deviations.queries import catalogue, deviations, grouping
from deviations.queries import likes as liking
from deviations.services import drafts as keeping
from deviations.web import filing_marks, labels
from deviations.web import filing_parts as parts
from deviations.web.access import WORKERS, is_fetch, kept_texts, me, now, own_path, reads, roles

if TYPE_CHECKING:
    from deviations.domain.reasons import Reason
    from deviations.models import Rule
    from deviations.queries.likes import Likes

LONGEST_QUERY = 200
CARDS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A rule as the form offers it, with why it is suggested; None where she searched for it or has chosen it."""

    rule: "Rule"
    reason: "Reason | None" = None
    chosen: bool = False
    found: bool = False


def likes(fields: Mapping[str, Sequence[str]]) -> "Likes | None":
    """What is like that which is written so far; None when nothing is."""
    if not parts.begun_at_all(fields):
        return None
    return liking.likes(db.session, me(), parts.fact(fields))


def words(told: "Likes | None", offered: Sequence[Card] = ()) -> dict[str, str]:
    """The rules and parties that reasons name, in words; only those, as the script asks often."""
    reasons = [card.reason for card in offered if card.reason]
    if told is not None:
        for found in (told.barriers, told.reports, told.examples):
            reasons += [reason for like in found for reason in like.reasons]
    codes = {code for reason in reasons if reason.kind != "words" for code in reason.values}
    parties = {agency.code: agency.short_name for agency in catalogue.agencies_by_code(db.session, codes)}
    return parties | {rule.code: f"{rule.code} {rule.name}" for rule in catalogue.rules_by_code(db.session, codes)}


def cards(fields: Mapping[str, Sequence[str]], query: str) -> list[Card]:
    """The rules to choose among: the one that is chosen, those that the search finds, those that the text points to."""
    chosen = next(iter(fields.get("rule", ())), "")
    searched = catalogue.find_rules(db.session, query[:LONGEST_QUERY], limit=CARDS) if query.strip() else ()
    found: dict[int, Card] = {}
    for rule in catalogue.rules(db.session) if chosen else ():
        if str(rule.id) == chosen:
            found[rule.id] = Card(rule, chosen=True, found=rule in searched)
    for rule in searched:
        found.setdefault(rule.id, Card(rule, found=True))
    if parts.begun_at_all(fields):
        for told in grouping.rules(db.session, parts.fact(fields)):
            found.setdefault(told.rule.id, Card(told.rule, told.reason))
    return list(found.values())


def seal() -> str:
    """The key with which this person's browser seals what it could not send, the same from every login of hers."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.new(secret, f"the seal of drafts:{me().id}".encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def check_writer() -> Response | tuple[Response | str, int] | None:
    """Stops what one person wrote from being kept or filed by another, who has logged in since on the same computer."""
    if request.method != "POST" or request.form.get("who", "") in ("", str(me().id)):
        return None
    sentence = gettext(
        "Det här skrevs av någon annan, som var inloggad här förut. Logga in som den som skrev, och skicka igen."
    )
    if is_fetch():
        return jsonify(saved=None, sentence=sentence), 409
    title = gettext("Någon annan är inloggad nu")
    page = render_template("errors/error.html", title=title, text=sentence, texts=kept_texts(), by_another=True)
    return page, 409


@roles(*WORKERS)
@reads
def similar() -> str:
    """What is like the text, as a part of the page. Nothing is stored."""
    fields = parts.sent(request.form, {})
    told = likes(fields)
    return render_template("filing/_similar.html", likes=told, names=words(told))


@roles(*WORKERS)
@reads
def check() -> Response:
    """Which words of the texts may point somebody out, as parts of the page by field. Nothing is stored."""
    texts = {name: parts.text_of(request.form.to_dict(flat=False), name) for name in request.form if _is_text(name)}
    marks = filing_marks.find(texts, request.form.getlist("keep"))
    return jsonify(fields=filing_marks.html(marks, texts))


def _is_text(name: str) -> bool:
    """Whether a field is one that people write in; forms that share a page name their fields by a prefix."""
    return name.rpartition("-")[2] in LIMITS


@roles(*WORKERS)
@reads
def rules() -> str:
    """The rules that some ordinary words find, as choices; the one that is chosen already stays among them."""
    query = request.args.get("q", "")
    fields = {"rule": [request.args.get("rule", "")]}
    found = cards(fields, query)
    return render_template("filing/_rules.html", cards=found, q=query, names=words(None, found))


@roles(*WORKERS)
@reads
def save() -> Response | tuple[Response, int]:
    """Keeps the draft as it stands; says when, and where it is found again."""
    fields = parts.sent(request.form, {})
    key = next(iter(fields.get("form_key", ())), "")
    if "yes" in fields.get("harm", ()):
        db.begin_writing()
        keeping.discard(db.session, me(), key)
        db.session.commit()
        return jsonify(saved=None, harm=True)
    filed = deviations.filed_with(db.session, me(), key)
    if filed is not None:
        return jsonify(saved=None, address=url_for("deviations.show", id=filed.id))
    db.begin_writing()
    try:
        draft = keeping.keep(db.session, me(), key, fields, now())
    except NotAllowed as refused:
        return jsonify(saved=None, sentence=labels.refusal(refused.code)), 422
    db.session.commit()
    if draft is None:
        return jsonify(saved=None)
    told = format_datetime(draft.saved_at, gettext("HH.mm"))
    return jsonify(saved=told, address=url_for("filing.begun", key=key))


@roles(*WORKERS)
def discard() -> Response:
    """Throws a draft away."""
    keeping.discard(db.session, me(), request.form.get("form_key", ""))
    db.session.commit()
    if is_fetch():
        return jsonify(saved=None)
    flash(gettext("Utkastet är borttaget."), "ok")
    return redirect(own_path(request.form.get("back")) or url_for("deviations.mine"))
