"""Every address says who may use it, and is closed to strangers unless it says that it is public."""

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from deviations.domain.roles import Role
from tests.pages import CheckingClient

PUBLIC = "public"
NOT_OURS = {"static"}  # Flask's own


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_OURS]


def declared(app: Flask, rule: Rule) -> frozenset[str]:
    return frozenset(str(role) for role in getattr(app.view_functions[rule.endpoint], "declared_roles", ()))


def an_address(rule: Rule) -> str:
    """The rule's address with something in every place: 1 for numbers, `x` for words."""
    places = rule._converters
    values = {name: 1 if isinstance(places[name], NumberConverter) else "x" for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_route_declares_its_roles(app: Flask) -> None:
    known = {PUBLIC, *Role}
    undeclared = {rule.endpoint: declared(app, rule) for rule in routes(app)}
    assert {endpoint: sorted(roles) for endpoint, roles in undeclared.items() if not roles or roles - known} == {}


def test_get_and_post_are_two_functions(app: Flask) -> None:
    both = [rule.endpoint for rule in routes(app) if {"GET", "POST"} <= (rule.methods or set())]
    assert both == []


def test_a_stranger_sees_nothing_but_public_pages(app: Flask, client: CheckingClient) -> None:
    with app.test_request_context():
        login = url_for("logins.login")
    for rule in routes(app):
        if PUBLIC in declared(app, rule):
            continue
        method = "GET" if "GET" in (rule.methods or set()) else "POST"
        response = client.open(an_address(rule), method=method)
        # 400: a POST without the form's token is refused before anybody asks who sent it.
        assert response.status_code in (302, 303, 400, 401, 404), f"{method} {rule.rule}: {response.status}"
        if response.status_code in (302, 303):
            assert response.headers["Location"].startswith(login), rule.rule


def test_every_page_forbids_what_it_did_not_bring_itself(app: Flask, client: CheckingClient) -> None:
    for rule in routes(app):
        if PUBLIC in declared(app, rule) and "GET" in (rule.methods or set()):
            policy = client.get(an_address(rule)).headers.get("Content-Security-Policy", "")
            assert "default-src 'self'" in policy or "default-src 'none'" in policy, rule.rule
            assert "unsafe-" not in policy, rule.rule


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("rut", Role.REPORTER),
        ("lena", Role.LEAD),
        ("vera", Role.COORDINATOR),
        ("stina", Role.STEERING),
        ("adam", Role.ADMIN),
    ],
)
def test_everybody_gets_whole_pages_and_none_of_the_others(
    app: Flask, logged_in: Callable[[str], CheckingClient], name: str, role: Role
) -> None:
    """The client inspects each page. The database holds no report, so what has a number is not there."""
    browser = logged_in(name)
    for rule in routes(app):
        if "GET" not in (rule.methods or set()):
            continue
        allowed = declared(app, rule) & {PUBLIC, role}
        status = browser.get(an_address(rule)).status_code
        assert status in ((200, 302, 303, 404) if allowed else (404,)), f"{rule.rule}: {status}"
        if allowed and not rule.arguments:
            assert status != 404, rule.rule
