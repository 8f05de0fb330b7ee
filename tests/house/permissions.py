"""Asks every address of the program as every role, and writes what came of it: docs/permissions.md.

    python -m tests.house.permissions

writes the page anew; `tests/house/test_permissions.py` compares it. A person reads what has changed before committing.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from deviations.app import create_app
from tests import people
from tests.house.permission_values import ALSO, DATA, VALUES, fixed
from tests.house.permission_world import MINE, OTHER, PLACE, PROVIDER, WHO, World, build
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "permissions.md"
COLUMNS = {
    "": "nobody",
    "nina": "no role yet",
    "rut": "reporter",
    "lena": "lead",
    "vera": "coordinator",
    "stina": "steering",
    "adam": "admin",
}
UNANSWERED = (400, 502, 503)
"""What single sign-on answers when the other organisation's service is away, or did not send what came."""

YES, NO, LOGIN = "yes", "–", "log in"
RAW = "0" * 40


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of address, in one state of what it is about, and what each role gets."""

    address: str
    method: str
    state: str
    what: str
    gets: tuple[str, ...]


class Asker:
    """The program on a database of its own, as it was before each request that changes something."""

    def __init__(self, folder: Path) -> None:
        from tests.conftest import furnish

        self.database, self.kept = folder / "asked.sqlite3", folder / "kept.sqlite3"
        furnish(f"sqlite:///{self.database}")
        _trust_a_provider(folder / "instance")
        self.app = create_app(folder / "instance", database_url=f"sqlite:///{self.database}", testing=True)
        engine = self.app.extensions["engine"]
        with Session(engine.execution_options(write=True), expire_on_commit=False) as filled:
            self.world: World = build(filled, str(self.app.secret_key))
        engine.dispose()
        shutil.copyfile(self.database, self.kept)
        with self.app.test_request_context():
            session["csrf_token"] = RAW
            self.token = generate_csrf()

    def ask(self, who: str, rule: Rule, path: str) -> str:
        """What this person gets: YES, NO or LOGIN."""
        client, method = self._browser(who), method_of(rule)
        more = ALSO.get(rule.endpoint, lambda world: {})(self.world)
        data = {**DATA, **more, "csrf_token": self.token} if method != "GET" else None
        answer = client.open(path, method=method, data=data)
        if rule.endpoint.startswith("sso.") and answer.status_code in UNANSWERED:
            return YES
        came = _outcome(who, answer, f"{who} {method} {path}")
        if method != "GET" and came != NO:
            self._restore()
        return came

    def _browser(self, who: str) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = RAW
            if who:
                cookie["_user_id"], cookie["_fresh"] = people.token(who), True
        return client

    def _restore(self) -> None:
        self.app.extensions["engine"].dispose()
        for old in self.database.parent.glob(f"{self.database.name}*"):
            old.unlink()
        shutil.copyfile(self.kept, self.database)


def _trust_a_provider(instance: Path) -> None:
    """Another organisation's login service, which nobody answers for: its pages say so kindly."""
    instance.mkdir(mode=0o700)
    service = {"name": PROVIDER, "label": "Kommunen", "issuer": "http://127.0.0.1:9", "client_id": "x"}
    file = instance / "sso.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps([{**service, "client_secret": "y" * 40, "domains": ["example.com"]}]), encoding="utf-8")


def _outcome(who: str, answer: TestResponse, asked: str) -> str:
    status, leads = answer.status_code, answer.headers.get("Location", "")
    turned_away = status == 401 or (status in (302, 303) and leads.startswith("/logga-in"))
    if turned_away and not who:
        return LOGIN
    if status in (400, 401, 405, 429) or status >= 500 or (turned_away and "next=" in leads):
        raise AssertionError(f"{asked} gave {status} {leads}")
    return NO if status in (403, 404) else YES


def rules(app: Flask) -> list[Rule]:
    """Every route, in the order of its address."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def method_of(rule: Rule) -> str:
    """The method of a route that counts; a function answers to one."""
    return next(method for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if method in (rule.methods or ()))


def without_values(app: Flask) -> list[str]:
    """The routes whose address holds something that `permission_values` does not fill."""
    return [rule.endpoint for rule in rules(app) if rule.arguments and rule.endpoint not in VALUES]


def rows(asker: Asker) -> Iterator[Row]:
    """All rows, by asking."""
    for rule in rules(asker.app):
        for state, fill in (VALUES[rule.endpoint] if rule.arguments else {"": fixed()}).items():
            asked = fill(asker.world)
            gets = tuple(_cell(asker, rule, who, asked) for who in WHO)
            yield Row(_readable(rule), method_of(rule), state, _purpose(asker.app, rule), gets)


def _readable(rule: Rule) -> str:
    """The address as a person reads it: `/avvikelser/<id>`."""
    return rule.rule.replace("<id:", "<")


def _purpose(app: Flask, rule: Rule) -> str:
    told = (app.view_functions[rule.endpoint].__doc__ or "").strip().split("\n\n")[0]
    return " ".join(told.split()).split(" Raises ")[0]


def _cell(asker: Asker, rule: Rule, who: str, asked: Any) -> str:
    paths: dict[str, str] = {}
    for whose in WHO[who]:
        built = rule.build(asked(who, whose), append_unknown=False)
        assert built is not None, rule.endpoint
        paths[whose] = built[1]
    came = {path: asker.ask(who, rule, path) for path in dict.fromkeys(paths.values())}
    return word({whose: came[path] for whose, path in paths.items()})


def word(came: Mapping[str, str]) -> str:
    """What one person gets, of her own things and of others', in a word or two."""
    if len(set(came.values())) == 1:
        return next(iter(came.values()))
    allowed = {whose for whose, outcome in came.items() if outcome == YES}
    if PLACE not in came:
        return "own" if allowed == {MINE} else "others'"
    words = {
        frozenset({MINE}): "own",
        frozenset({MINE, PLACE}): "own place",
        frozenset({PLACE}): "own place, not own",
        frozenset({OTHER}): "other places",
        frozenset({PLACE, OTHER}): "others'",
        frozenset({MINE, OTHER}): "own, other places",
    }
    return words[frozenset(allowed)]


HEAD = """# Who may do what

<!-- Written by `python -m tests.house.permissions` from real requests. Don't edit it by hand. -->

Every address of the program, asked for by each role; the test compares this page with what the program does. Read a
change of it as what it is: somebody sees or does something else than before.

| word | means |
|---|---|
| yes | the page, the file, or the form's answer (also one that asks for something else to be typed) |
| – | refused: 404, as for something that is not there, or 403 with a sentence |
| own | yes for what she made herself (her report, draft, view, decision, login), refused for all others' |
| own place | yes for what belongs to a subproject where she has that role, her own too; refused for other places' |
| others' | yes for what is not hers, refused for her own |
| log in | asked to log in first |

*no role yet* is somebody with an account who waits for a role. The roles are *medarbetare* (reporter),
*delprojektledare* (lead), *verksamhetsutvecklare* (coordinator), *styrgrupp* (steering) and *administratör* (admin).
Who has several has what each of them gives, in its own place. What a page shows to whom is decided by
`queries/visibility.py` (see [architecture.md](architecture.md)).
"""
NOUNS = {
    "": "The start page, and pages for everybody",
    "logga-in": "Logging in and out",
    "konto": "One's own account",
    "avvikelser": "Reports",
    "delprojekt": "A lead's subproject",
    "triage": "Queues",
    "genomgang": "The weekly review",
    "hinder": "Barriers",
    "losningar": "Local solutions",
    "regler": "Rules",
    "skrivelser": "Letters",
    "svar": "A letter's recipient, by link",
    "administration": "Administration",
}
BELONG = {
    "genomgangar": "genomgang",
    "beslut": "triage",
    "installningar": "triage",
    "sso": "logga-in",
    "logga-ut": "logga-in",
    "glomt-losenord": "logga-in",
    "nytt-losenord": "logga-in",
    "inbjudan": "logga-in",
    "bekrafta-adress": "konto",
}
"""Addresses that stand among others; what is not named here is for everybody."""


def page(found: list[Row]) -> str:
    """The whole document."""
    parts = [HEAD]
    for noun, heading in NOUNS.items():
        of = [row for row in found if _noun(row.address) == noun]
        if of:
            parts.append(f"## {heading}\n\n{_table(of)}")
    return "\n".join(parts)


def _noun(address: str) -> str:
    first = address.split("/")[1]
    first = BELONG.get(first, first)
    return first if first in NOUNS else ""


def _table(found: list[Row]) -> str:
    head = f"| address | {' | '.join(COLUMNS.values())} | what |"
    lines = [head, "|---" * (len(COLUMNS) + 2) + "|"]
    for row in found:
        method = "" if row.method == "GET" else f"{row.method} "
        state = f" ({row.state})" if row.state else ""
        lines.append(f"| `{method}{row.address}`{state} | {' | '.join(row.gets)} | {row.what} |")
    return "\n".join(lines) + "\n"


def written(folder: Path) -> str:
    """The document as the program is now."""
    return page(list(rows(Asker(folder))))


def main() -> None:
    """Writes docs/permissions.md."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(written(Path(folder)), encoding="utf-8")
    PAGE.chmod(0o644)  # the program makes files that its owner alone reads
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
