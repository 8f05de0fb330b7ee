"""Input of every bad kind in every form and at every address: a sentence or a right answer, and nothing half saved."""

import re
from itertools import cycle, islice
from urllib.parse import urlencode

from tests.web.hostile.answers import filled
from tests.web.hostile.attack import Attack, is_token, routes, who_may
from tests.web.hostile.conftest import ON_ONE, Program
from tests.web.hostile.crawl import Field, Form, untouched
from tests.web.hostile.depth import DEEP, each

BAD = {
    "empty": "",
    "white space": "  \t\r\n ",
    "long": "x" * 201,
    "longer": "å" * 10_001,
    "far too long": "x" * 70_000,
    "NUL": "a\x00b",
    "control": "a\x07\x1b\x7f\x85b",
    "bidi": "a\u202eb\u2066c",
    "no character": "a\ufffeb\U0001ffff",
    "zero": "0",
    "minus": "-1",
    "2^31": "2147483648",
    "2^63": "9223372036854775808",
    "huge": "9" * 5_000,
    "power": "1e999",
    "not a number": "NaN",
    "word": "abc",
    "arabic digits": "٣٤",
    "markup": "<script>alert(1)</script>{{7*7}}%s%(x)s${x}",
    "sql": "'; DROP TABLE deviation; --",
    "unknown id": "999999",
    "id and version": "999999:-1",
    "no date": "2026-02-30",
    "far date": "9999-12-31",
    "first date": "0001-01-01",
}
TYPED = "Det här skrev jag länge på"

URLENCODED = "application/x-www-form-urlencoded"
MANY = 20_000


def known(form: Form) -> list[Field]:
    """The fields of a form that can hold anything bad."""
    return [one for one in form.fields if not is_token(one.name) and one.kind != "file"]


KINDS = {"hidden": "hidden", "number": "number", "date": "date"} | dict.fromkeys(
    ("select", "radio", "checkbox"), "choice"
)


def test_no_bad_value_in_any_field_breaks_anything(program: Program) -> None:
    """All fields at once, each with another value; then each that is no text by itself, when nothing else stops it."""
    attack, met = Attack(program), dict[str, list[str]]()

    def bad_for(one: Field) -> str:
        had = met.setdefault(KINDS.get(one.kind, "text"), [])
        had.append(list(BAD)[len(had) % len(BAD)])
        return had[-1]

    for form in program.found.distinct():
        fields, whole = known(form), untouched(form)
        attack.send(form, {name: value if is_token(name) else [""] for name, value in whole.items()}, "all empty")
        for _ in range(each(1, BAD) if fields else 0):
            chosen = {one.name: bad_for(one) for one in fields}
            attack.send(form, {**whole, **{name: [BAD[bad]] for name, bad in chosen.items()}}, f"{chosen}")
        for one in (one for one in fields if DEEP or not one.is_text):
            for bad in BAD if DEEP else [bad_for(one)]:
                attack.send(form, {**filled(form), one.name: [BAD[bad]]}, f"{one.name} {bad}")
    assert not attack.faults, "\n".join(attack.faults)
    assert {kind for kind, had in met.items() if len(had) >= len(BAD)} == {"text", "choice", "hidden", "number", "date"}


def test_what_was_typed_comes_back_when_something_else_is_wrong(program: Program) -> None:
    attack = Attack(program)
    for form in program.found.distinct():
        texts = [one.name for one in known(form) if one.is_text]
        if texts:
            said = {name: f"{TYPED} {place}" for place, name in enumerate(texts)}
            wrong = {one.name: ["999999"] for one in known(form) if one.options or one.kind in ("date", "number")}
            sent = {**untouched(form), **wrong, **{name: [text] for name, text in said.items()}}
            attack.send(form, sent, "typed", back=() if form.aside else list(said.values()))
    assert not attack.faults, "\n".join(attack.faults)
    assert attack.answers[422] > 20


BODIES: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"title": ["hej"], "note": {"a": null}}'),
    "broken JSON": ("application/json", b'{"title": '),
    "text": ("text/plain", b"title=hej"),
    "XML": ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "no kind": ("", b"title=hej"),
    "multipart without its boundary": ("multipart/form-data", b"--x\r\n\r\nhej\r\n--x--"),
    "multipart that is cut": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nhej',
    ),
    "multipart of 1,100 parts": (
        "multipart/form-data; boundary=x",
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\nx\r\n' % n for n in range(1_100))
        + b"--x--",
    ),
    "a file where texts should be": (
        "multipart/form-data; boundary=x",
        b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"; filename="../x.exe"\r\n\r\nMZ\r\n' % name
            for name in (b"title", b"note", b"text", b"body", b"email", b"version")
        )
        + b"--x--",
    ),
    "bytes that are no letters": (
        URLENCODED,
        b"title=%ED%A0%80&note=%ff%fe&version=%C0%80&a=%zz&%u1234=%&\xff\x00=&&=;",
    ),
    "names as arrays": (URLENCODED, b"title[]=a&title[0][x]=b&note.x=c&__proto__[x]=1&version=1&version=2&version=x"),
    "a million bytes and one": (URLENCODED, b"note=" + b"x" * 1_000_001),
    "nearly a million bytes": (URLENCODED, b"note=" + b"x" * 990_000),
    "20,000 fields": (URLENCODED, "&".join(f"a{n}=xxx" for n in range(MANY)).encode()),
    "one field 20,000 times": (URLENCODED, b"&".join([b"note=xxx"] * MANY)),
}


BODIES_EACH = 2


@ON_ONE
def test_no_body_of_a_wrong_kind_breaks_any_address(program: Program) -> None:
    """Each carries a token that holds, so that it comes as far as the view. Each address gets some, in turn."""
    attack, turn = Attack(program), cycle(BODIES)
    for rule, who, path in routes(program):
        for what in islice(turn, each(BODIES_EACH, BODIES)):
            kind, body = BODIES[what]
            headers = {"X-CSRFToken": attack.token(who), "Sec-Fetch-Site": "same-origin"}
            attack.ask("POST", who, path, what, view=rule.endpoint, data=body, content_type=kind, headers=headers)
    assert not attack.faults, "\n".join(attack.faults)
    assert sum(attack.answers.values()) > BODIES_EACH * 100


ODD_EACH = 5
ODD = ("0", "-1", "2147483648", "9" * 400, "٣", "1.5", "%00", "%ED%A0%80", "999999", "..%2f", "x" * 3_000, "'\"<b>")


def test_nothing_odd_in_an_address_breaks_anything(program: Program) -> None:
    """Some in turn in each blank of each address, asked for and sent to by who may."""
    attack, turn = Attack(program), cycle(ODD)
    for rule in program.app.url_map.iter_rules():
        if rule.arguments and rule.endpoint != "static":
            who = who_may(program, rule)
            for odd in islice(turn, each(ODD_EACH, ODD)):
                path = re.sub(r"<[^>]+>", lambda _, odd=odd: odd, rule.rule)
                method = "GET" if "GET" in (rule.methods or ()) else "POST"
                attack.ask(
                    method, who, path, odd[:20], data={"csrf_token": attack.token(who)} if method == "POST" else None
                )
    assert not attack.faults, "\n".join(attack.faults)
    assert not set(attack.answers) - {200, 302, 303, 308, 400, 404, 405, 409, 422, 429}, attack.answers


QUERIES_EACH = 2
QUERIES = (
    "fore=-1&part=abc&status=xyz&kommun=x&delprojekt=-9&sida=-1&id=x&q=%22%28*%29+AND+NEAR%28&ord=%25_%5C",
    "fore=99999999999999999999&part=9223372036854775808&kommun=2147483648&fran=9999-12-31&till=0000-00-00&id=9e9",
    "status=%00&part=%ED%A0%80&fore=%D9%A3&indelning=%ff&q=%00&fran=%00&next=%0d%0aX:1&ord=%E2%80%AE",
    "_external=1&_scheme=javascript&_anchor=x&endpoint=y&_method=POST&self=1&values=2&q[]=1&q[a]=2",
    "q=" + "a" * 3_000 + "&" + "&".join(f"id={n}" for n in range(600)),
)
ODD_VALUES = ("", "-1", "\x00", "9" * 400, "2026-02-30", "<script>alert(1)</script>'\"")


def test_no_query_breaks_any_page(program: Program) -> None:
    """Names that pages know and names they don't, with values that are none; and every name a link was found with."""
    attack, asked, turn, odd = Attack(program), set[str](), cycle(QUERIES), cycle(ODD_VALUES)
    for who, path in program.found.pages:
        bare, _, query = path.partition("?")
        view = program.walk.view(bare)
        names = sorted({part.partition("=")[0] for part in query.split("&") if part})
        for value in islice(turn, each(QUERIES_EACH, QUERIES)) if view not in asked else ():
            attack.ask("GET", who, f"{bare}?{value}", value[:60], view=view)
        asked.add(view)
        kind = f"{view} {names}"
        if names and kind not in asked:
            asked.add(kind)
            for bad in islice(odd, each(QUERIES_EACH, ODD_VALUES)):
                attack.ask("GET", who, f"{bare}?{urlencode(dict.fromkeys(names, bad))}", f"{bad[:20]!r}", view=view)
    assert not attack.faults, "\n".join(attack.faults)
