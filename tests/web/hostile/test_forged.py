"""No request that somebody else's page sends in a person's name does anything, whatever form it copies."""

from collections.abc import Iterator
from itertools import cycle, islice

import pytest

from deviations.extensions import csrf
from tests.web.hostile.answers import Sent, filled
from tests.web.hostile.attack import Attack, is_token, routes
from tests.web.hostile.conftest import ON_ONE, Program
from tests.web.hostile.crawl import NOBODY, Form
from tests.web.hostile.depth import each

# Who looks at the origin by rules of its own: docs/architecture.md, "The origin of the form"; and the server of a
# provider of logins, which has no browser and signs what it says.
OWN_RULES = {"filing", "deviations.web.sso.back_channel"}
TYPED = "Det här skrev jag länge på och vill ha tillbaka"
ELSEWHERE: dict[str, dict[str, str]] = {
    "a browser that says nothing": {},
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://ond.example"},
    "a neighbour of ours": {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
    "an old browser on another site": {"Origin": "https://ond.example", "Referer": "https://ond.example/logga-in"},
    "a page without an origin": {"Origin": "null"},
}


def forms(program: Program) -> Iterator[tuple[Form, Sent]]:
    """Every form that was found, and every address without one, as they would be sent."""
    seen = set[str]()
    for form in program.found.distinct():
        seen.add(form.view)
        yield form, filled(form)
    for rule, who, path in routes(program):
        if rule.endpoint not in seen:
            yield Form(who, path, path, rule.endpoint, ()), {"note": ["Hej hej"]}


@ON_ONE
@pytest.mark.parametrize("kind", ["missing", "wrong", "somebody else's"])
def test_without_its_own_token_no_form_does_anything_and_the_text_comes_back(program: Program, kind: str) -> None:
    attack, refused = Attack(program), 0
    tried = [one for one in forms(program) if not _answers_to_no_browser(program, one[0])]
    coming = cycle(ELSEWHERE.items())
    for (form, whole), (where, headers) in ((one, way) for one in tried for way in islice(coming, each(1, ELSEWHERE))):
        sent = {name: value for name, value in whole.items() if not is_token(name)}
        names = [name for name in whole if is_token(name)] or ["csrf_token"]
        if kind != "missing":
            key = "IjEi.aaaa.bbbb" if kind == "wrong" else attack.token("rolf" if form.who != "rolf" else NOBODY)
            sent |= {name: [key] for name in names}
        sent["note"], told = [TYPED], f"token {kind}, from {where}"
        answer = attack.ask(
            "POST", form.who, form.action, told, back=[TYPED], view=form.view, data=sent, headers=headers
        )
        if answer is not None and answer.status_code != 400:
            attack.faults.append(f"{form.view} takes what {where} sends with a token {kind}: {answer.status}")
        refused += 1
    assert not attack.faults, "\n".join(attack.faults)
    assert refused >= len(list(routes(program))) - 1


def _answers_to_no_browser(program: Program, form: Form) -> bool:
    view = program.app.view_functions[form.view]
    return f"{view.__module__}.{view.__name__}" in csrf._exempt_views


def test_nothing_else_is_exempt(program: Program) -> None:
    assert {blueprint.name if hasattr(blueprint, "name") else blueprint for blueprint in csrf._exempt_blueprints} | set(
        csrf._exempt_views
    ) <= OWN_RULES


def test_looking_changes_nothing(program: Program) -> None:
    """Other sites can make a browser fetch any address: the walk through all pages left only traces of a look."""
    assert program.changed_by_reading <= {"link_use", "audit_entry", "audit_head", "login_session"}
