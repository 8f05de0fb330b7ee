"""The settings of mail: what is taken, what is refused with a sentence, and that the password is never shown."""

from pathlib import Path

import pytest

from deviations.adapters.mail import Relay, Security
from deviations.config import BadSetting, load

GOOD = {
    "DEVIATIONS_SMTP_URL": "smtp+starttls://rut:hemligt@mail.example.org",
    "DEVIATIONS_MAIL_FROM": "Mellan stolarna <avvikelser@example.org>",
    "DEVIATIONS_PUBLIC_URL": "https://avvikelser.example.org/",
}


def set_to(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in {**GOOD, **changed}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("address", "relay"),
    [
        ("smtp://localhost", Relay("localhost", 25, Security.NONE)),
        ("smtp://10.0.0.5:2525/", Relay("10.0.0.5", 2525, Security.NONE)),
        ("smtp://rut:hemligt@127.0.0.1", Relay("127.0.0.1", 25, Security.NONE, "rut", "hemligt")),
        ("smtps://mail.example.org", Relay("mail.example.org", 465, Security.TLS)),
        (
            "smtp+starttls://rut%40example.org:a%2Fb%40c@mail.example.org:588",
            Relay("mail.example.org", 588, Security.STARTTLS, "rut@example.org", "a/b@c"),
        ),
        ("smtp+starttls://mail.example.org", Relay("mail.example.org", 587, Security.STARTTLS)),
    ],
)
def test_a_relay_is_written_as_an_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, relay: Relay
) -> None:
    set_to(monkeypatch, DEVIATIONS_SMTP_URL=address)
    mail = load(tmp_path).mail
    assert mail is not None and mail.relay == relay


def test_sender_and_address_are_taken_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_to(monkeypatch)
    mail = load(tmp_path).mail
    assert mail is not None
    assert (mail.sender, mail.host) == ("Mellan stolarna <avvikelser@example.org>", "example.org")
    assert mail.public_url == "https://avvikelser.example.org"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEVIATIONS_SMTP_URL", "mail.example.org"),
        ("DEVIATIONS_SMTP_URL", "http://mail.example.org"),
        ("DEVIATIONS_SMTP_URL", "smtp://"),
        ("DEVIATIONS_SMTP_URL", "smtp://mail.example.org:0x19"),
        ("DEVIATIONS_SMTP_URL", "smtp://mail.example.org:99999"),
        ("DEVIATIONS_SMTP_URL", "smtp://mail.example.org/hemligt"),
        ("DEVIATIONS_SMTP_URL", "smtps://hemligt@mail.example.org"),
        ("DEVIATIONS_SMTP_URL", "smtp://rut:hemligt@mail.example.org"),
        ("DEVIATIONS_SMTP_URL", "smtps://rut:hemligt@[mail"),
        ("DEVIATIONS_MAIL_FROM", ""),
        ("DEVIATIONS_MAIL_FROM", "Mellan stolarna"),
        ("DEVIATIONS_MAIL_FROM", "avvikelser@"),
        ("DEVIATIONS_MAIL_FROM", "a@example.org, b@example.org"),
        ("DEVIATIONS_MAIL_FROM", "a@example.org\nBcc: alla@example.org"),
        ("DEVIATIONS_PUBLIC_URL", ""),
        ("DEVIATIONS_PUBLIC_URL", "avvikelser.example.org"),
        ("DEVIATIONS_PUBLIC_URL", "ftp://avvikelser.example.org"),
        ("DEVIATIONS_PUBLIC_URL", "https://"),
        ("DEVIATIONS_PUBLIC_URL", "https://avvikelser.example.org/?a=1"),
        ("DEVIATIONS_PUBLIC_URL", "https://avvikelser.example.org:x"),
    ],
)
def test_what_cannot_work_is_refused_without_being_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    set_to(monkeypatch, **{name: value})
    with pytest.raises(BadSetting) as refused:
        load(tmp_path)
    sentence = str(refused.value)
    assert sentence.startswith(name) and sentence.endswith(".")
    assert "hemligt" not in sentence and not refused.value.__cause__


def test_without_a_relay_nothing_of_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_to(monkeypatch, DEVIATIONS_SMTP_URL="", DEVIATIONS_MAIL_FROM="", DEVIATIONS_PUBLIC_URL="")
    assert load(tmp_path).mail is None


def test_a_demo_never_sends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_to(monkeypatch)
    (tmp_path / "demo.json").write_text("{}", encoding="utf-8")
    assert load(tmp_path).mail is None


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_to(monkeypatch)
    assert "hemligt" not in repr(load(tmp_path))
