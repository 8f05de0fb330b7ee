"""No way back leads to somebody else's pages: not after a login, not after a form, not by a link on a page."""

import re
from itertools import cycle, islice
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from lxml import html

from tests.people import PASSWORD, email
from tests.web.hostile.answers import filled
from tests.web.hostile.attack import Attack, is_token
from tests.web.hostile.conftest import ON_ONE, Program
from tests.web.hostile.crawl import NOBODY, browser
from tests.web.hostile.depth import each

AWAY = [
    "//ond.example", "///ond.example", "////ond.example", "https://ond.example", "HTTPS://ond.example",
    "http:ond.example", "https:/ond.example", "https:///ond.example", "http:\\\\ond.example", "ftp://ond.example",
    "//ond.example@localhost", "/\\ond.example", "\\\\ond.example", "\\/ond.example", "/\\/ond.example",
    "//\\ond.example", "/\\\\ond.example", "/\t/ond.example", "/\n/ond.example", "/\r/ond.example",
    "\t//ond.example", " //ond.example", "\x00//ond.example", "/%09/ond.example", "/%5cond.example",
    "/%2fond.example", "%2f%2fond.example", "/..//ond.example", "/.//ond.example", "//localhost@ond.example",
    "http://localhost@ond.example", "http://localhost:x@ond.example/", "//localhost.ond.example",
    "http://localhost\\@ond.example", "http://ond.example#localhost", "http://ond.example?localhost",
    "//ond.example%2f..", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "\x01javascript:alert(1)", "javascript&colon;1", "data:text/html,<script>alert(1)</script>", "vbscript:x",
    "file:///etc/passwd", "mailto:x@ond.example", "blob:x", "/\r\nLocation: https://ond.example",
    "/%0d%0aSet-Cookie: x=1", "/avvikelser\r\n\r\n<script>", "/\u2028/ond.example", "//ond\u3002example",
    "//ond\u3002example", "/\u2044ond.example", "\uff0f\uff0fond.example", "//xn--ond-example", "//[::1]",
    "//0x7f.1", "//2130706433", "/;@ond.example", "/@ond.example\\", ".ond.example", "@ond.example",
    "/#//ond.example", "?//",
]  # fmt: skip
EACH = 6  # of these for each place beside the login, in turn


def stays(location: str) -> bool:
    """Whether a browser that is sent there stays with us (WHATWG URL: blanks go, a backslash is a slash)."""
    read = re.sub(r"[\t\n\r]", "", location.strip("".join(map(chr, range(33))))).replace("\\", "/")
    there = urlsplit(urljoin("http://localhost/sida", read))
    return (there.scheme, there.netloc) == ("http", "localhost")


def leading_away(page: str) -> list[str]:
    """The addresses on a page that lead to the host of the list above, or run something."""
    links = html.fromstring(page).xpath("//@href | //@action | //@formaction | //@src")
    known = re.compile(r"https?://(?!.*ond\W*example)|mailto:(?!.*ond)|otpauth://totp/(?!.*ond)")
    return [link for link in links if not stays(link) and not known.match(link)]


@ON_ONE
@pytest.mark.parametrize("logged_in", [False, True])
def test_no_login_leads_away(program: Program, logged_in: bool) -> None:
    attack = Attack(program)
    for away in AWAY:
        client = browser(program.app, "rut" if logged_in else NOBODY)
        shown = client.get("/logga-in", query_string={"next": away})
        where = f"next={away!r}"
        if shown.status_code == 200:
            assert not leading_away(shown.get_data(as_text=True)), where
            key = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.get_data(as_text=True))
            assert key is not None
            given = {"csrf_token": key[1], "email": email("rut"), "password": PASSWORD, "next": away}
            shown = client.post("/logga-in", query_string={"next": away}, data=given)
        assert shown.status_code in (302, 303), where
        assert stays(shown.headers["Location"]), f"{where} leads to {shown.headers['Location']!r}"
    assert not attack.faults
    assert len(set(AWAY)) >= 46


@ON_ONE
def test_no_form_leads_away(program: Program) -> None:
    """Each field in which an own address stands, and each that is named as one, says where to go next."""
    attack, coming, tried = Attack(program), cycle(AWAY), 0
    for form in program.found.distinct():
        names = [one.name for one in form.fields if one.value.startswith("/") or one.name in _names(program)]
        for away in islice(coming, each(EACH, AWAY)) if names else ():
            sent = {**filled(form), **{name: [away] for name in names}}
            sent = {name: [attack.token(form.who)] if is_token(name) else value for name, value in sent.items()}
            answer = attack.ask("POST", form.who, form.action, f"{names} {away!r}", view=form.view, data=sent)
            tried += 1
            if answer is not None and not stays(answer.headers.get("Location", "/")):
                attack.faults.append(f"{form.view} {names} {away!r} leads to {answer.headers['Location']!r}")
    assert not attack.faults, "\n".join(attack.faults)
    assert tried > 20


def _names(program: Program) -> set[str]:
    """The names under which pages hand each other an own address."""
    return {"next"} | {
        name
        for _, path in program.found.pages
        for name, value in parse_qsl(urlsplit(path).query)
        if value.startswith("/")
    }


@ON_ONE
def test_no_page_leads_away_because_its_address_says_so(program: Program) -> None:
    coming, seen, faults = cycle(AWAY), set[str](), []
    names = sorted(_names(program) | {"back", "fran", "till", "tillbaka", "url", "redirect"})
    for who, path in program.found.pages:
        view = program.walk.view(path)
        if view in seen:
            continue
        seen.add(view)
        for away in islice(coming, each(1, AWAY)):
            query = urlencode([*parse_qsl(urlsplit(path).query), *((name, away) for name in names)])
            answer = browser(program.app, who).get(f"{urlsplit(path).path}?{query}")
            there = answer.headers.get("Location", "/")
            if answer.status_code in range(300, 400):
                faults += [] if stays(there) else [f"{view} sends to {there!r}"]
            else:
                faults += [f"{view} with {away!r}: {link!r}" for link in leading_away(answer.get_data(as_text=True))]
    assert not faults, "\n".join(faults)
    assert len(seen) > 50


def test_the_list_leads_away() -> None:
    """What the check takes for another place is one to a browser as well; what stays is odd, but ours."""
    away = ("//ond.example", "/\t/ond.example", "\\\\ond.example", "javascript:x", "https:///ond.example")
    assert not any(map(stays, away))
    assert all(map(stays, ("/", "/avvikelser?fore=3", "?x", "", "/%2fond.example", "http://localhost/")))
