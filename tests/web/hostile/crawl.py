"""A browser that finds what there is by itself: it follows every link from the first page on, and notes every form."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from deviations.web.access import PUBLIC
from tests.people import WORK, token

NOBODY = ""
WALKERS = (NOBODY, "vera", "lena", "stina", "adam", "rut")
HALFWAY = {"a-code": "/logga-in/kod", "a-telephone": "/logga-in/koppla"}
"""Who has not come in yet: what is asked of them, and where."""
IDS = range(1, 9)
Kind = tuple[str, frozenset[str]]
ALIKE = 2  # so many pages of one kind (the same view, asked for with the same names) without a form that is new


@dataclass(frozen=True)
class Field:
    """A field of a form: its name, its kind, what stands in it, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()
    most: int = 0
    several: bool = False

    @property
    def is_text(self) -> bool:
        """Whether a person types in it what she likes."""
        return self.kind in ("text", "search", "textarea", "url", "tel")


@dataclass(frozen=True)
class Form:
    """A form as somebody found it: who, on which page, and where it is sent."""

    who: str
    page: str
    action: str
    view: str
    fields: tuple[Field, ...]
    buttons: tuple[tuple[str, str], ...] = ()
    token: str = field(default="", compare=False)
    aside: bool = False  # sent there by a script, or by a button of its own

    @property
    def kind(self) -> Kind:
        """By what two forms are the same one: the view that takes them, and the names of their fields."""
        return self.view, frozenset() if self.aside else frozenset(one.name for one in self.fields)


@dataclass
class Found:
    """All that a walk came by, and who did."""

    pages: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def distinct(self) -> list[Form]:
        """Each kind of form once, as the first person who has it sees it."""
        return list({form.kind: form for form in reversed(self.forms)}.values())[::-1]


def browser(app: Flask, name: str = NOBODY) -> FlaskClient:
    """A browser that looks at nothing itself, with the login of one of the people, maybe half-done."""
    client = FlaskClient(app, app.response_class, use_cookies=True)
    if name in HALFWAY:
        with client.session_transaction() as cookie:
            cookie["halfway"] = token(name)
    elif name:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token(name)
            cookie["_fresh"] = True
    return client


class Walk:
    """A walk through a program: every page that somebody can get to from the first one, or by an address she has."""

    def __init__(self, app: Flask, most: int = ALIKE) -> None:
        self.app = app
        self.most = most
        self.found = Found()
        self.kinds = set[Kind]()
        self.alike = Counter[Kind]()  # pages of a kind since the last form that was new
        self._who = NOBODY
        self._views = app.url_map.bind("localhost")

    def view(self, path: str, method: str = "GET") -> str:
        """The name of the view behind an address; nothing where there is none."""
        try:
            return str(self._views.match(urlsplit(path).path, method=method)[0])
        except HTTPException:
            return ""

    def everybody(self, addresses: Iterable[str] = ()) -> Found:
        """Walks as each of the people and as nobody, who has the addresses that came by mail or on paper."""
        for name in WALKERS:
            self.as_one(name, addresses if name in (NOBODY, "rut") else ())
        for self._who, path in HALFWAY.items():
            answer = browser(self.app, self._who).get(path)
            if answer.status_code == 200:
                self._read(self._who, path, answer)
        return self.found

    def as_one(self, name: str, addresses: Iterable[str] = ()) -> None:
        """Walks as one of the people."""
        self._who = name
        client, seen, kinds = browser(self.app, name), set[str](), set[Kind]()
        ways = [*addresses, "/", *self._addresses()]
        while ways or (ways := [path for path in self._ids() if path not in seen]):
            path = ways.pop(0)
            view = self.view(path)
            kind = view, frozenset(key for key, _ in parse_qsl(urlsplit(path).query))
            if path in seen or not view or view == "static" or (kind in kinds and self.alike[kind] >= self.most):
                continue
            seen.add(path)
            if "." in self.app.url_map._rules_by_endpoint[view][0].rule.rpartition("/")[2]:
                self.found.files.append((name, path))  # made with some work, and without forms
                continue
            answer = client.get(path)
            if answer.status_code in range(300, 400):
                ways.insert(0, own(answer.headers["Location"]))
            elif answer.status_code == 200:
                known = len(self.kinds)
                ways += self._read(name, path, answer)
                self.alike[kind] = self.alike[kind] + 1 if len(self.kinds) == known else 0
                kinds.add(kind)

    def _addresses(self) -> Iterator[str]:
        """What can be asked for without having seen a link: every address without a blank."""
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and not rule.arguments and self._is_for(self._who, rule.endpoint):
                yield rule.rule

    def unseen(self) -> set[str]:
        """The views with pages that nobody has come by."""
        views = {rule.endpoint for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
        return views - {self.view(path) for _, path in self.found.pages + self.found.files} - {"static"}

    def _ids(self) -> Iterator[str]:
        """Addresses of pages that no link led to, with ids that there may be."""
        for rule in [rule for rule in self.app.url_map.iter_rules() if rule.endpoint in self.unseen()]:
            if rule.rule.count("<") == 1 == rule.rule.count("<id:") and self._is_for(self._who, rule.endpoint):
                yield from (re.sub(r"<id:\w+>", str(id), rule.rule) for id in IDS)

    def _is_for(self, name: str, view: str) -> bool:
        declared = {str(role) for role in getattr(self.app.view_functions[view], "declared_roles", ())}
        return bool(declared & {PUBLIC, str(WORK[name][0]) if name else PUBLIC})

    def _read(self, name: str, path: str, answer: TestResponse) -> list[str]:
        """Notes a page and its forms; where it leads."""
        if answer.mimetype != "text/html":
            self.found.files.append((name, path))
            return []
        self.found.pages.append((name, path))
        page = html.fromstring(answer.get_data(as_text=True))
        forms = list(self.forms(name, path, page))
        self.found.forms += forms
        self.kinds |= {form.kind for form in forms}
        return [own(link) for link in page.xpath("//a/@href") if link.startswith(("/", "?"))]

    def forms(self, name: str, path: str, page: html.HtmlElement) -> Iterator[Form]:
        """The forms of a page that change something, and where else its buttons and scripts send it."""
        for form in page.iter("form"):
            if form.get("method", "").lower() == "post":
                made = self._form(name, path, form)
                yield made
                for way in dict.fromkeys(str(one) for one in form.xpath("@*|.//@*") if one.startswith("/")):
                    if way != made.action and self.view(way, "POST") and not self.view(way):
                        yield replace(made, action=own(way), view=self.view(way, "POST"), aside=True)

    def _form(self, name: str, path: str, form: html.HtmlElement) -> Form:
        inside = [one for one in form.iter("input", "textarea", "select", "button") if not one.get("form")]
        outside = form.getroottree().xpath(f"//*[@form='{form.get('id')}']") if form.get("id") else []
        parts = [one for one in (*inside, *outside) if one.get("name") and one.get("disabled") is None]
        found = dict[str, Field]()
        for part in parts:
            if not _is_button(part):
                found[part.get("name")] = _with(found.get(part.get("name")), part)
        tokens = [one.value for name, one in found.items() if name.endswith("csrf_token")]
        return Form(
            name,
            path,
            own(form.get("action", path)),
            self.view(form.get("action", path), "POST"),
            tuple(found.values()),
            tuple((one.get("name"), one.get("value", "")) for one in parts if _is_button(one)),
            tokens[0] if tokens else "",
        )


def own(link: str) -> str:
    """An address within the program, without its host and the place on the page."""
    return link.removeprefix("http://localhost").partition("#")[0]


def _is_button(part: html.HtmlElement) -> bool:
    return part.tag == "button" or part.get("type") in ("submit", "image")


def _with(known: Field | None, part: html.HtmlElement) -> Field:
    """A field, or the choice that this part adds to one."""
    name = part.get("name")
    if part.tag == "textarea":
        return Field(name, "textarea", part.text_content(), most=int(part.get("maxlength") or 0))
    if part.tag == "select":
        options = tuple(one.get("value", one.text_content()) for one in part.iter("option"))
        chosen = tuple(o.get("value", o.text_content()) for o in part.iter("option") if o.get("selected") is not None)
        several = part.get("multiple") is not None
        return Field(
            name, "select", options=options, chosen=chosen or (() if several else options[:1]), several=several
        )
    kind, value = part.get("type", "text"), part.get("value", "")
    if kind not in ("radio", "checkbox"):
        return Field(name, kind, value, most=int(part.get("maxlength") or 0))
    options = (*(known.options if known else ()), part.get("value", "on"))
    ticked = (part.get("value", "on"),) if part.get("checked") is not None else ()
    return Field(name, kind, options=options, chosen=(*(known.chosen if known else ()), *ticked))


def untouched(form: Form) -> dict[str, list[str]]:
    """What a browser sends when nothing is changed, with its first button."""
    sent = {one.name: list(one.chosen) if one.options else [one.value] for one in form.fields if one.kind != "file"}
    return {**sent, **{name: [value] for name, value in form.buttons[:1]}}
