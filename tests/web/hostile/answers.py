"""Fills a form in as somebody would who wants it to be taken: what must be chosen is chosen, days are days."""

from collections.abc import Callable
from datetime import timedelta

from tests.factories import TODAY
from tests.people import PASSWORD
from tests.web.hostile.crawl import Field, Form, untouched

Sent = dict[str, list[str]]
PLAIN = "Så här blev det."
EVERY_BOX = 3  # of a group of boxes that none is ticked in, so many are ticked


def filled(
    form: Form,
    text: Callable[[Field], str] = lambda field: PLAIN,
    address: Callable[[Field], str] = lambda field: "hej@example.com",
) -> Sent:
    """What is sent when text fields say what `text` gives for them, those for mail addresses what `address` gives, and
    all others something that fits.
    """
    given = {one.name: _answer(one, text, address) for one in form.fields}
    return {**untouched(form), **{name: found for name, found in given.items() if found is not None}}


def _answer(field: Field, text: Callable[[Field], str], address: Callable[[Field], str]) -> list[str] | None:
    """What to put in a field; None to leave it as it is, without what it can't be without."""
    if field.is_text:
        return [text(field)]
    if field.kind == "email":
        return [address(field)]
    by_kind = {
        "password": [PASSWORD],
        "number": [field.value or "3"],
        "date": [field.value or (TODAY + timedelta(days=_ahead(field))).isoformat()],
    }
    if field.kind in by_kind:
        return by_kind[field.kind]
    if field.options and not any(field.chosen):
        return _choice(field)
    return None


def _ahead(field: Field) -> int:
    """Days that something is put off or promised to lie ahead, all others are today's."""
    return 14 if field.name in ("until", "answer_by", "due_on", "on") else 0


def _choice(field: Field) -> list[str]:
    there = [option for option in field.options if option]
    if field.kind == "checkbox":
        return there[:EVERY_BOX] if len(there) > 1 else there
    return there[-1:] if field.name == "harm" else there[:1]
