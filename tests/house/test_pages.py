"""The page-checking client sees what it is there to see."""

import pytest

from tests.pages import Page, form_values

GOOD = """<!doctype html><html lang="sv"><head><title>Start</title></head><body><main><h1>Start</h1>
<form method="post" action="/spara"><input type="hidden" name="csrf_token" value="x">
<label for="a">Namn</label><input id="a" name="a" value="Åsa">
<label>Text <textarea name="t">hej</textarea></label>
<select name="s" aria-label="Val"><option value="1">Ett</option>
<option value="2" selected>Två</option></select>
</form></main></body></html>"""


def faults(html: str) -> str:
    return " ".join(Page(html).faults())


def test_a_good_page_has_no_faults() -> None:
    assert faults(GOOD) == ""


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        (' lang="sv"', "", "no lang"),
        ("<title>Start</title>", "", "0 <title>"),
        ("<title>Start</title>", "<title> </title>", "empty"),
        ("<h1>Start</h1>", "", "0 <h1>"),
        ("<h1>", "<h1>x</h1><h1>", "2 <h1>"),
        ("<!doctype html>", "", "doctype"),
        ("</h1>", "</h2>", "HTML error"),
        ("<h1>", '<h1 id="a">', "'a' stands more than once"),
        ("<h1>", '<h1 style="color: red">', "inline style"),
        ("<h1>", '<h1 onclick="x()">', "inline onclick"),
        ("</main>", "<script>x()</script></main>", "<script> stands inline"),
        ('name="csrf_token"', 'name="token"', "0 csrf_token"),
        (' action="/spara"', "", "no action"),
        (' method="post"', "", "method None"),
        ('<label for="a">Namn</label>', "", "has no label"),
        ('<label for="a">', '<label for="b">', "points at nothing"),
        ('aria-label="Val"', "", "has no label"),
    ],
)
def test_a_fault_is_found(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert fault in faults(GOOD.replace(good, bad, 1))


def test_an_untouched_form_is_sent_as_a_browser_would() -> None:
    (form,) = Page(GOOD).all("form")
    assert form_values(form) == {"csrf_token": "x", "a": "Åsa", "t": "hej", "s": ["2"]}
