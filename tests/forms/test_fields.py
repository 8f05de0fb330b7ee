"""What every form does to typed text, and how it refuses what nothing can hold."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from wtforms import Form, ValidationError
from wtforms.validators import StopValidation
from wtforms.widgets import Select

from deviations.domain.days import today
from deviations.domain.passwords import SHORTEST
from deviations.forms.accounts import PasswordForm
from deviations.forms.barriers import BarrierForm
from deviations.forms.deviations import Choice, VersionedForm
from deviations.forms.fields import (
    BIGGEST_ID,
    NoLongerThan,
    Printable,
    Required,
    SaneDay,
    choices,
    clean,
    optional_id,
    showable,
)


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    """An app without pages or database, for the texts and the token."""
    from flask_babel import Babel

    app = Flask("prov")
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False, BABEL_DEFAULT_LOCALE="sv")
    Babel(app)
    return app


def field(data: Any) -> Any:
    return SimpleNamespace(data=data)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, ""),
        ("", ""),
        ("  hej \t\n", "hej"),
        ("ett\r\ntvå\rtre\nfyra", "ett\ntvå\ntre\nfyra"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("två  mellanslag", "två  mellanslag"),
    ],
)
def test_text_gets_one_kind_of_line_ends_and_letters(typed: str | None, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize("text", ["a\x00b", "\x07", "\x1b[0m", "\x7f", "\x85", "\ud800", "�", "\uffff"])
def test_what_cannot_be_kept_is_refused_and_can_be_shown(plain_app: Flask, text: str) -> None:
    with plain_app.test_request_context(), pytest.raises(ValidationError, match="osynligt tecken"):
        Printable()(None, field(text))  # type: ignore[arg-type]
    shown = showable(text)
    assert "�" in shown
    shown.encode()


@pytest.mark.parametrize("text", ["", None, "en\ntvå\ttre", "åäö ÅÄÖ é 漢字 🙂 §–”", "a\u202fb"])
def test_all_that_people_write_is_kept(text: str | None) -> None:
    Printable()(None, field(text))  # type: ignore[arg-type]
    assert showable(text or "") == (text or "")


def test_a_text_that_is_too_long_says_how_long_it_is(plain_app: Flask) -> None:
    with plain_app.test_request_context(), pytest.raises(ValidationError, match=r"är 6 tecken lång.*högst 5 tecken"):
        NoLongerThan(5)(None, field("123456"))  # type: ignore[arg-type]
    NoLongerThan(5)(None, field("12345"))  # type: ignore[arg-type]


def test_nothing_is_refused_with_the_fields_own_sentence() -> None:
    for nothing in ("", None):
        with pytest.raises(StopValidation, match="Skriv något"):
            Required("Skriv något.")(None, field(nothing))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["1", "7", str(BIGGEST_ID)])
def test_an_id_is_read(text: str) -> None:
    assert optional_id(text) == int(text)


@pytest.mark.parametrize("text", ["", None])
def test_no_choice_is_no_id(text: str | None) -> None:
    assert optional_id(text) is None


@pytest.mark.parametrize(
    "text", ["0", "-1", "abc", "1.0", " 1", "٣", "²", str(BIGGEST_ID + 1), str(2**63), "9" * 5_000]
)
def test_what_is_no_id_is_an_error_that_can_be_caught(text: str) -> None:
    with pytest.raises(ValueError):
        optional_id(text)


def test_days_are_of_this_century_and_not_of_the_future(plain_app: Flask) -> None:
    check = SaneDay()
    for good in (None, date(2000, 1, 1), today()):
        check(None, field(good))  # type: ignore[arg-type]
    for bad in (date(1999, 12, 31), today() + timedelta(days=1), date.min, date.max):
        with plain_app.test_request_context(), pytest.raises(ValidationError):
            check(None, field(bad))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "version"),
    [("1", 1), ("12", 12), ("", None), ("0", None), ("-1", None), ("x", None), ("٣", None), ("9" * 5_000, None)],
)
def test_a_version_is_what_the_form_showed_or_nothing(plain_app: Flask, typed: str, version: int | None) -> None:
    with plain_app.test_request_context(method="POST", data={"version": typed}):
        assert VersionedForm().shown_version == version


@pytest.mark.parametrize(("sent", "ids"), [("", []), ("1", [1]), ("3-1-3", [3, 1]), ("-", []), ("1-", [1])])
def test_the_reports_of_a_new_barrier_are_ids_and_hyphens(plain_app: Flask, sent: str, ids: list[int]) -> None:
    with plain_app.test_request_context(method="POST", data={"deviations": sent}):
        form = BarrierForm(rules=[], agencies=[], steps=[], obstacles=[])
        assert form.deviation_ids == ids


@pytest.mark.parametrize("sent", ["a", "1,2", "1-x", "0", "1-" * 3_000])
def test_anything_else_is_not(plain_app: Flask, sent: str) -> None:
    with plain_app.test_request_context(method="POST", data={"deviations": sent}):
        form = BarrierForm(rules=[], agencies=[], steps=[], obstacles=[])
        with pytest.raises(ValueError):
            _ = form.deviation_ids


def test_a_password_is_not_trimmed_or_changed(plain_app: Flask) -> None:
    typed = "  mellanslag på båda sidor  "
    with plain_app.test_request_context(method="POST", data={"password": typed}):
        form = PasswordForm()
        assert form.validate()
        assert form.password.data == typed
        assert len(typed) > SHORTEST


def test_choices_are_texts_with_labels() -> None:
    (one,) = choices([(7, "Sju")])
    assert (one.value, one.label) == ("7", "Sju")


class ChoosingForm(Form):
    """One choice."""

    barrier = Choice("Hinder")


def test_options_are_drawn_as_wtforms_draws_them() -> None:
    form = ChoosingForm(data={"barrier": "2"})
    form.barrier.choices = choices([("", "Välj"), (1, 'Väntan & "kö"'), (2, "<b>Intyg</b>"), (3, "Resor ’hit’ 'dit'")])
    assert form.barrier() == Select()(form.barrier)
    assert form.barrier().count(" selected ") == form.barrier().count("&lt;b&gt;Intyg") == 1
