"""The pages: load and authorise in one call, one form, one service call, commit, redirect."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.routing import IntegerConverter

from deviations.domain.roles import Actor, Role
from deviations.web import (
    access,
    account_links,
    accounts,
    addresses,
    admin,
    audit,
    barrier_forms,
    barriers,
    catalogue,
    completing,
    deviations,
    distances,
    errors,
    filing,
    filters,
    followups,
    headers,
    hits,
    labels,
    letter_addresses,
    letter_answers,
    letter_cases,
    letter_desk,
    letter_links,
    letter_numbers,
    letter_reminders,
    letter_review,
    letter_sending,
    letter_settings,
    letter_templates,
    letter_versions,
    letters,
    lexicon,
    lists,
    local,
    logins,
    merging,
    minutes,
    noted,
    notes,
    own_data,
    pages,
    people_pages,
    policy,
    promised,
    promises,
    proposals,
    recipients,
    resets,
    retention,
    review,
    rule_forms,
    rulings,
    search,
    second_factor,
    security,
    solutions,
    sso,
    staff,
    statement,
    timeline,
    triage,
    views,
    waiting,
)
from deviations.web.access import READERS, WORKERS

# endpoint, word in the menu, the roles that see it
MENU: tuple[tuple[str, Callable[[], str], tuple[Role, ...]], ...] = (
    ("pages.start", lambda: gettext("Start"), tuple(Role)),
    ("filing.new", lambda: gettext("Rapportera"), WORKERS),
    ("deviations.mine", lambda: gettext("Mina avvikelser"), WORKERS),
    ("local.index", lambda: gettext("Delprojektet"), (Role.LEAD,)),
    ("triage.queue", lambda: gettext("Triage"), (Role.COORDINATOR,)),
    ("barriers.index", lambda: gettext("Hinder"), READERS),
    ("letters.index", lambda: gettext("Skrivelser"), READERS),
    ("catalogue.rules", lambda: gettext("Regler"), READERS),
    ("admin.index", lambda: gettext("Administration"), (Role.ADMIN,)),
)


# the pages that no word of the menu opens, by the words that they belong to: the first one that the person has
BELONGS: dict[str, tuple[str, ...]] = {
    "account_links": ("admin",),
    "audit": ("admin",),
    "barrier_forms": ("barriers",),
    "hits": ("barriers",),
    "letter_addresses": ("letters",),
    "letter_cases": ("letters",),
    "letter_desk": ("letters",),
    "letter_numbers": ("letters",),
    "letter_answers": ("letters",),
    "letter_links": ("letters",),
    "letter_reminders": ("letters",),
    "letter_settings": ("letters",),
    "letter_templates": ("letters",),
    "letter_versions": ("letters",),
    "lexicon": ("barriers",),
    "merging": ("barriers",),
    "minutes": ("triage", "local"),
    "people": ("admin",),
    "policy": ("barriers",),
    "promises": ("triage",),
    "proposals": ("barriers",),
    "retention": ("admin",),
    "review": ("triage",),
    "rule_forms": ("catalogue",),
    "security": ("admin",),
    "solutions": ("barriers",),
    "staff": ("local",),
    "statement": ("admin",),
    "triage": ("triage", "local"),
    "views": ("triage", "local"),
    "waiting": ("triage",),
}


class IdConverter(IntegerConverter):
    """An id in an address: what no database can hold is no address."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, min=1, max=2_147_483_647)


def init_app(app: Flask) -> None:
    """Adds the pages and all that they share."""
    app.url_map.converters["id"] = IdConverter
    for module in (access, distances, errors, filters, headers, local, noted, promised, timeline, waiting):
        module.init_app(app)
    reports = (filing, lists, deviations, completing, triage, review, views)
    work = (hits, lexicon, local, merging, minutes, notes, promises, rulings, search, solutions, waiting)
    hindering = (barriers, barrier_forms, proposals, policy)
    desk = (letter_desk, letter_addresses, letter_cases, letter_numbers, letter_versions)
    writing = (letters, *desk, letter_review, letter_sending, letter_settings, letter_templates)
    answering = (letter_answers, letter_links, letter_reminders, recipients)
    entries = (sso, logins, second_factor, security)
    others = (pages, accounts, catalogue, rule_forms, admin, statement, followups)
    keeping = (people_pages, audit, retention, own_data)
    keys = (account_links, addresses, resets, staff)
    for module in (*others, *keys, *entries, *keeping, *reports, *hindering, *writing, *answering, *work):
        app.register_blueprint(module.bp)
    app.context_processor(lambda: _shared(app))


def _shared(app: Flask) -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    return {
        "locale": str(get_locale() or "sv"),
        "demo": app.extensions["settings"].demo,
        "back": access.own_path(request.full_path.rstrip("?")) or url_for("pages.start"),
        "actor": _shown(actor) if actor else None,
        "nav_items": _menu(actor) if actor else [],
        "searches": actor is not None and actor.has(*READERS),
    }


def _shown(actor: Actor) -> SimpleNamespace:
    return SimpleNamespace(name=actor.name, role_labels=", ".join(str(labels.ROLES[role]) for role in actor.roles))


def _menu(actor: Actor) -> list[dict[str, Any]]:
    here = request.endpoint or ""
    section = "" if access.informs(here) else here.split(".")[0]  # what everybody may read is in nobody's part
    seen = [(endpoint, word) for endpoint, word, roles in MENU if actor.has(*roles)]
    words = [endpoint.split(".")[0] for endpoint, _ in seen]
    home = next((word for word in BELONGS.get(section, ()) if word in words), section)
    return [
        {
            "href": url_for(endpoint),
            "label": word(),
            "current": endpoint == here or (home not in {"pages", "deviations"} and endpoint.split(".")[0] == home),
        }
        for endpoint, word in seen
    ]
