"""What every page must be, whoever asks: whole HTML, named, labelled, with safe forms and nothing inline."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# What html5lib (of 2020) reports although today's HTML allows it.
HARMLESS: frozenset[str] = frozenset()
TYPED_BY_PEOPLE = ("input", "select", "textarea")
NEED_NO_LABEL = ("hidden", "submit", "button", "reset", "image")
SAFE_METHODS = ("get", "post", "dialog")


@lru_cache(maxsize=50)
def _parsed(html: str, whole: bool) -> tuple[Element, list[tuple[tuple[int, int], str]]]:
    """The tree and what is wrong with the text; a page that was inspected is not parsed again for the test to read."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(html) if whole else parser.parseFragment(html)
    return root, [(place, code) for place, code, _ in parser.errors if code not in HARMLESS]


class Page:
    """A parsed page: find elements, read the text, and list what is wrong with it."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.whole = "<html" in html[:2000].lower()
        self.root, self.errors = _parsed(html, self.whole)

    def all(self, *tags: str) -> list[Element]:
        """Every element with one of these tags, in the order of the page."""
        return [element for element in self.root.iter() if element.tag in tags]

    def text(self, element: Element | None = None) -> str:
        """The readable text, white space made single."""
        return " ".join("".join((self.root if element is None else element).itertext()).split())

    def faults(self) -> Iterator[str]:
        """One sentence for each fault of the page."""
        lines = self.html.splitlines()
        for (line, _column), code in self.errors:
            yield f"HTML error {code!r} in line {line}: {lines[min(line, len(lines)) - 1].strip()[:120]!r}"
        if self.whole:
            yield from self._faults_of_a_whole_page()
        yield from self._faults_of_ids()
        yield from self._inline_things()
        for form in self.all("form"):
            yield from self._faults_of_a_form(form)
        yield from self._unlabelled()

    def _faults_of_a_whole_page(self) -> Iterator[str]:
        if not self.html.lstrip().lower().startswith("<!doctype html>"):
            yield "The page does not start with <!doctype html>."
        if not self.root.get("lang"):
            yield "<html> has no lang."
        titles = [title for title in self.all("title") if title in list(self.root.find("head") or ())]
        if len(titles) != 1 or not self.text(titles[0]):
            yield f"The page has {len(titles)} <title> in its head, or an empty one."
        headings = self.all("h1")
        if len(headings) != 1 or not self.text(headings[0]):
            yield f"The page has {len(headings)} <h1>, or an empty one."
        if len(self.all("main")) != 1:
            yield "The page has not exactly one <main>."

    def _faults_of_ids(self) -> Iterator[str]:
        ids = [element.get("id") for element in self.root.iter() if element.get("id") is not None]
        for twice in sorted({one for one in ids if one and ids.count(one) > 1}):
            yield f"The id {twice!r} stands more than once."
        for element in self.root.iter():
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                for target in (element.get(attribute) or "").split():
                    if target not in ids:
                        yield f"<{element.tag} {attribute}={target!r}> points at nothing."

    def _inline_things(self) -> Iterator[str]:
        for element in self.root.iter():
            for attribute in element.keys():  # noqa: SIM118 - an Element is not a mapping
                if attribute == "style" or str(attribute).startswith("on"):
                    yield f"<{element.tag}> has an inline {attribute}."
            is_code = element.tag == "script" and element.get("type") not in ("application/json", "importmap")
            if element.tag == "style" or (is_code and not element.get("src")):
                yield f"<{element.tag}> stands inline."

    def _faults_of_a_form(self, form: Element) -> Iterator[str]:
        method, action = form.get("method"), form.get("action")
        if method is None or method.lower() not in SAFE_METHODS:
            yield f"The form to {action!r} has method {method!r}."
        elif method.lower() != "dialog" and not action:
            yield "A form has no action."
        # A form with a prefix has it before the token's name too.
        tokens = [field for field in form.iter("input") if (field.get("name") or "").endswith("csrf_token")]
        if (method or "").lower() == "post" and len(tokens) != 1:
            yield f"The form to {action!r} has {len(tokens)} csrf_token."

    def _unlabelled(self) -> Iterator[str]:
        labelled = {label.get("for") for label in self.all("label") if self.text(label)} - {None}
        inside = {id(field) for label in self.all("label") for field in label.iter() if self.text(label)}
        for field in self.all(*TYPED_BY_PEOPLE):
            if field.tag == "input" and field.get("type", "text") in NEED_NO_LABEL:
                continue
            named = field.get("aria-label") or field.get("aria-labelledby")
            if not named and id(field) not in inside and field.get("id") not in labelled:
                yield f"<{field.tag} name={field.get('name')!r}> has no label."


def form_values(form: Element) -> dict[str, Any]:
    """What a browser would send for an untouched form: hidden fields, texts, ticked boxes, chosen options."""
    values: dict[str, Any] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "input" and kind not in ("submit", "button", "image", "reset", "file"):
            if kind not in ("checkbox", "radio"):
                values[name] = field.get("value", "")
            elif field.get("checked") is not None:
                values.setdefault(name, []).append(field.get("value", "on"))
        elif field.tag == "textarea":
            values[name] = "".join(field.itertext())
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None]
            if field.get("multiple") is None:
                chosen = chosen[-1:] or options[:1]
            values[name] = [option.get("value", "".join(option.itertext())) for option in chosen]
    return values


class CheckingClient(FlaskClient):
    """Flask's test client, but every HTML page that it fetches is inspected, and no answer may be a 5xx."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        where = f"{response.request.method} {response.request.path} ({response.status})"
        assert response.status_code < 500, f"{where}\n{response.get_data(as_text=True)[:2000]}"
        if response.mimetype == "text/html" and response.status_code not in range(300, 400):
            faults = list(Page(response.get_data(as_text=True)).faults())
            assert not faults, "\n".join([f"{where} is not as a page should be:", *faults])
        return response

    def page(self, path: str, status: int = 200) -> Page:
        """Fetch a page (redirects followed), expect this status, and give it back parsed."""
        response = self.get(path, follow_redirects=True)
        assert response.status_code == status, f"GET {path} gave {response.status}, not {status}."
        return Page(response.get_data(as_text=True))

    def submit(self, path: str, action: str | None = None, **changed: Any) -> TestResponse:
        """On a page, change fields of a form (a POST one, or that to `action`) and send it with its token."""
        forms = self.page(path).all("form")
        chosen = [
            form
            for form in forms
            if (form.get("action") == action if action else form.get("method", "").lower() == "post")
            and not set(changed) - {field.get("name") for field in form.iter()}
        ]
        assert chosen, f"{path} has no form that takes {sorted(changed)}."
        return self.post(chosen[0].get("action"), data={**form_values(chosen[0]), **changed})
