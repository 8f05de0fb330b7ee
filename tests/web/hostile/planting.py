"""Writes hostile texts into every text field of every form that is found, as somebody who wants them to be taken."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from deviations.domain import privacy
from deviations.domain.characters import holdable
from tests.adapters import hostile
from tests.web.hostile.acts import CANARY, TURNS
from tests.web.hostile.answers import filled
from tests.web.hostile.crawl import Field, Form, Walk, browser, own

URLENCODED = "application/x-www-form-urlencoded"
ROOMS = (1_900, 900, 60)  # characters: what long fields hold, what most hold, what all hold
MOST = {"textarea": ROOMS[0], "line": 150, "address": 240}  # characters, by kind of field
TRIES = 3  # after so many refusals it is believed that a form takes a payload never


def _is_taken(text: str) -> bool:
    """Whether no rule of the house refuses the text for what stands in it, so that it can get into the database."""
    return all(holdable(letter) for letter in text) and not TURNS.search(text) and not privacy.find(text)


TAKEN = [text for text in hostile.ALL if _is_taken(text)]


def kind_of(one: Field) -> str:
    """What holds for a field: many lines, one line, or an address for mail."""
    return {"textarea": "textarea", "email": "address"}.get(one.kind, "line")


def is_typed(one: Field) -> bool:
    """Whether a person types in it what others may come to see."""
    return one.is_text or one.kind == "email"


def mark(number: int) -> str:
    """What closes any attribute and opens an element of its own, if not escaped; it says in which field it stood."""
    return f"'\"><{CANARY}{number} on{CANARY}=1>"


def fitting(payloads: list[str], kind: str, room: int = ROOMS[0]) -> list[str]:
    """The payloads that have room in a field of this kind."""
    return [one for one in payloads if len(mark(999)) + len(one) + len("\n@x.se") < min(room, MOST[kind])]


@dataclass
class Planted:
    """What was sent, what came of each form, and where one may see it."""

    sent: int = 0
    taken: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    answers: list[tuple[str, TestResponse]] = field(default_factory=list)
    pages: dict[tuple[str, str], None] = field(default_factory=dict)


class Gardener:
    """Goes from form to form, with the payloads for each field that its kind of field, or (`deep`) it itself, has met
    least.
    """

    def __init__(self, app: Flask, deep: bool = False) -> None:
        self.planted = Planted()
        self.fields: dict[tuple[str, str], int] = {}  # the number of each
        self.met: dict[str, Counter[str]] = defaultdict(Counter)  # payloads that were sent, by kind of field, or field
        self.stored: dict[str, set[str]] = defaultdict(set)  # those that a form took
        self._deep = deep
        self._walk = Walk(app)
        self._app = app
        self._browsers: dict[str, FlaskClient] = {}
        self._room: dict[str, int] = {}  # the place in ROOMS of what a form took

    def left(self, form: Form) -> bool:
        """Whether there is a payload that a field of this form, or of its kind, has not met."""
        fields = [one for one in form.fields if is_typed(one)]
        return any(self._waiting(form, one, payload) for one in fields for payload in self._fitting(form, one, TAKEN))

    def _waiting(self, form: Form, one: Field, payload: str) -> bool:
        key = self._key(form, one)
        return payload not in self.stored[key] and (not self._deep or self.met[key][payload] < TRIES)

    def _key(self, form: Form, one: Field) -> str:
        return f"{form.view} {one.name}" if self._deep else kind_of(one)

    def _fitting(self, form: Form, one: Field, payloads: list[str]) -> list[str]:
        return fitting(payloads, kind_of(one), ROOMS[self._room.get(form.view, 0)])

    def plant(self, form: Form, tame: bool = False) -> None:
        """Sends a form filled with payloads; once more, with shorter and tamer ones, where it was refused."""
        if not any(is_typed(one) for one in form.fields):
            return
        client = self._browsers.setdefault(form.who, browser(self._app, form.who))
        shown = self._found(form, client.get(form.page, follow_redirects=True))
        for place in range(self._room.get(form.view, 0), len(ROOMS)):
            if shown is None:
                return
            dealt: dict[str, list[str]] = {}
            sent = filled(shown, *[self._dealer(shown, ROOMS[place], tame or self._deep or place > 0, dealt)] * 2)
            data = urlencode(sent, doseq=True, errors="surrogatepass")
            answer = client.post(form.action, data=data, content_type=URLENCODED)
            self.planted.sent += 1
            self.planted.answers.append((f"{form.view} by {form.who or 'nobody'}", answer))
            if answer.status_code < 400:
                self._note(form, answer, place, dealt)
                return
            shown = self._found(form, answer) if answer.status_code == 422 else None
        self.planted.refused.add(form.view)

    def _note(self, form: Form, answer: TestResponse, place: int, dealt: dict[str, list[str]]) -> None:
        self._room[form.view] = place
        for key, payloads in dealt.items():
            self.stored[key].update(payloads)
        self.planted.taken.add(form.view)
        self.planted.pages |= {(form.who, form.page): None}
        if "Location" in answer.headers:
            self.planted.pages |= {(form.who, own(answer.headers["Location"])): None}

    def _found(self, form: Form, answer: TestResponse) -> Form | None:
        """The form as it stands on a page now, with its token."""
        if answer.mimetype != "text/html" or answer.status_code not in (200, 422):
            return None
        page = html.fromstring(answer.get_data(as_text=True))
        return next((one for one in self._walk.forms(form.who, form.page, page) if one.action == form.action), None)

    def _dealer(self, form: Form, room: int, tame: bool, dealt: dict[str, list[str]]) -> Callable[[Field], str]:
        return lambda one: self._text(form, one, room, TAKEN if tame else hostile.ALL, dealt)

    def _text(self, form: Form, one: Field, room: int, payloads: list[str], dealt: dict[str, list[str]]) -> str:
        """The payloads that were met least and have room in a field, behind its mark."""
        kind, key = kind_of(one), self._key(form, one)
        number = self.fields.setdefault((form.view, one.name), len(self.fields) + 1)
        text, met, stored = mark(number), self.met[key], self.stored[key]
        for payload in sorted(fitting(payloads, kind, room), key=lambda it: (it in stored, met[it])):
            if len(text) + len(payload) + len("\n@x.se") < min(room, MOST[kind]):
                text += f"\n{payload}"
                met[payload] += 1
                dealt.setdefault(key, []).append(payload)
        return text if kind != "address" else re.sub(r"\s+", "/", text).replace("@", "(at)") + "@x.se"
