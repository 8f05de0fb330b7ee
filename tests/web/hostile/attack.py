"""Sends a program what it may not stumble over, and looks at what it answers and at what it changes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.hostile.answers import Sent
from tests.web.hostile.conftest import Program
from tests.web.hostile.crawl import Form, browser

FORBIDDEN = re.compile(r"Traceback|invalid literal|Not a valid|field is required|Internal Server|Bad Request|Not Found")
# What a refusal may leave behind: what was typed is kept, a refusal noted, a guess and the use of a link counted. A
# recovery code is looked for by the statement that spends it.
LASTING = {"draft", "letter_autosave", "audit_entry", "audit_head", "attempt", "link_use", "login_session"}
LASTING |= {"recovery_code"}


def is_token(name: str) -> bool:
    """Whether this is the field that says that one of our own pages sent it."""
    return name.endswith("csrf_token")


class Attack:
    """Sends to a program what it may not stumble over, and notes where it does."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.faults: list[str] = []
        self.answers: Counter[int] = Counter()
        self._browsers: dict[str, FlaskClient] = {}
        self._tokens: dict[str, str] = {}

    def browser(self, who: str) -> FlaskClient:
        """The browser of one of the people, always the same."""
        return self._browsers.setdefault(who, browser(self.program.app, who))

    def token(self, who: str) -> str:
        """A token that holds for this browser."""
        if who not in self._tokens:
            page = self.browser(who).get("/om").get_data(as_text=True)
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            assert found is not None
            self._tokens[who] = found[1]
        return self._tokens[who]

    def send(self, form: Form, sent: Sent, what: str, back: Sequence[str] = ()) -> None:
        """Sends a form with its token; `back` are texts that a refusal has to give back."""
        whole = {name: self.token(form.who) if is_token(name) else value for name, value in sent.items()}
        self.ask("POST", form.who, form.action, what, data=whole, back=back, view=form.view)

    def ask(
        self, method: str, who: str, path: str, what: str, *, back: Sequence[str] = (), view: str = "", **sent: object
    ) -> TestResponse | None:
        """Asks, and looks at the answer, which is given back unless there was none."""
        watch, where = self.program.watch, f"{method} {path} ({view}) by {who or 'nobody'}, {what}"
        watch.forget()
        try:
            answer = self.browser(who).open(path, method=method, **sent)  # type: ignore[arg-type]
        except Exception as broken:  # in a test it comes through; a reader would get the page of a fault of ours
            self.faults.append(f"{where}: {type(broken).__name__}: {str(broken)[:300]}")
            return None
        self.answers[answer.status_code] += 1
        self.faults += [f"{where}: {fault}" for fault in _faults(answer, watch.changed, back)]
        return answer


def _faults(answer: TestResponse, changed: Sequence[str], back: Sequence[str]) -> Iterator[str]:
    status = answer.status_code
    if status in range(300, 400):
        return
    text = answer.get_data(as_text=True)
    if status >= 500:
        yield f"{status}"
    if FORBIDDEN.search(text):
        yield f"{status} says {FORBIDDEN.findall(text)[:3]}"
    if status < 400:
        return
    if half := set(changed) - LASTING:
        yield f"{status}, but it changed {sorted(half)}"
    if answer.mimetype == "text/html":
        (main,) = re.findall(r"<main.*?</main>", text, re.S) or [text]
        if '<html lang="sv"' in text[:300] and not re.search(r"[a-zåäö]{3,} .*\.", re.sub(r"<[^>]*>", " ", main)):
            yield f"{status} says nothing"
        if missing := [one for one in back if one not in text]:
            yield f"{status} does not give back {missing}"
    elif answer.mimetype == "application/json" and not answer.get_json():
        yield f"{status} says nothing"


def routes(program: Program) -> Iterator[tuple[Rule, str, str]]:
    """Every address that something can be sent to: with who may, and the ids of things that are there."""
    seen = {form.view: form for form in reversed(program.found.forms)}
    for rule in program.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            if rule.endpoint in seen:
                yield rule, seen[rule.endpoint].who, seen[rule.endpoint].action
            else:
                yield rule, who_may(program, rule), re.sub(r"<id:\w+>", "1", re.sub(r"<\w+>", "x", rule.rule))


def who_may(program: Program, rule: Rule) -> str:
    """One of the people for whom an address is; nobody where it is for all."""
    declared = {str(role) for role in program.app.view_functions[rule.endpoint].declared_roles}
    by_role = {"coordinator": "vera", "lead": "lena", "steering": "stina", "admin": "adam", "reporter": "rut"}
    return next((name for role, name in by_role.items() if role in declared), "")
