"""Mail by SMTP against a real relay: what arrives, what is refused, and what is never said in the open."""

import asyncio
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from deviations.adapters.mail import Post, Relay, Security, Undelivered, message
from tests.relay import SENDER, Box, free_port, relay, text_of

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def a_mail(**changed: Any) -> EmailMessage:
    said: dict[str, Any] = {
        "sender": SENDER,
        "to": "rut@example.com",
        "subject": "Löst på Åkersberga vårdcentral",
        "text": "Hej Örjan!\n\nÅtgärden är på väg. " + "Blåbär och smör. " * 30 + "\n.\nSlut på ån.\n",
        "message_id": "<1.abc@example.org>",
        "at": AT,
        "headers": {"List-Unsubscribe": "<https://avvikelser.example.org/konto>"},
    }
    return message(**{**said, **changed})


def undelivered(post: Post, to: str = "rut@example.com") -> Undelivered:
    with pytest.raises(Undelivered) as refused:
        post.send(a_mail(to=to), to)
    return refused.value


def test_swedish_letters_arrive_in_subject_and_text() -> None:
    with relay() as (box, port), Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        post.send(a_mail(), "rut@example.com")
    ((to, got),) = box.taken
    assert to == "rut@example.com"
    assert got["Subject"] == "Löst på Åkersberga vårdcentral"
    assert "Hej Örjan!" in text_of(got) and "\n.\nSlut på ån." in text_of(got)
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"] == "<1.abc@example.org>"
    assert got["Date"].datetime == AT
    assert got["From"].addresses[0].display_name == "Mellan stolarna"
    assert got.get_content_type() == "text/plain" and got.get_content_charset() == "utf-8"


def test_several_mails_go_over_one_connection() -> None:
    with relay() as (box, port), Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        for name in ("rut", "rita", "ruben"):
            post.send(a_mail(to=f"{name}@example.com"), f"{name}@example.com")
    assert [to for to, _ in box.taken] == ["rut@example.com", "rita@example.com", "ruben@example.com"]


@pytest.mark.parametrize(
    ("recipient", "data", "code", "for_good"),
    [
        ("550 5.1.1 no such person", "250 OK", "recipient 550", True),
        ("450 4.2.1 busy", "250 OK", "recipient 450", False),
        ("250 OK", "554 5.7.1 looks like spam", "mail 554", True),
        ("250 OK", "451 4.3.0 try later", "mail 451", False),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(recipient: str, data: str, code: str, for_good: bool) -> None:
    box = Box(recipients={"rut@example.com": recipient}, data=data)
    with relay(box) as (_, port), Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        refused = undelivered(post)
        assert (refused.code, refused.for_good, refused.unreachable) == (code, for_good, False)
        box.data, box.recipients = "250 OK", {}
        post.send(a_mail(to="rita@example.com"), "rita@example.com")
    assert [to for to, _ in box.taken] == ["rita@example.com"]


def test_nothing_that_is_raised_names_a_person() -> None:
    box = Box(recipients={"rut@example.com": "550 rut@example.com is unknown here"})
    with relay(box) as (_, port), Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        refused = undelivered(post)
    assert "rut" not in f"{refused!r} {refused.__cause__!r}"
    assert refused.__suppress_context__


def test_a_relay_that_does_not_answer_is_unreachable_until_it_does() -> None:
    port = free_port()
    with Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        assert undelivered(post).unreachable
        with relay(port=port) as (box, _):
            post.send(a_mail(), "rut@example.com")
        assert len(box.taken) == 1
        assert undelivered(post).code == "broken_off"
        with relay(port=port) as (box, _):
            post.send(a_mail(), "rut@example.com")
        assert len(box.taken) == 1


def test_a_relay_that_hangs_up_in_the_middle_is_broken_off() -> None:
    class Rude(Box):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            server.transport.close()
            await asyncio.sleep(0)
            return "250 OK"

    with relay(Rude()) as (_, port), Post(Relay("127.0.0.1", port, Security.NONE)) as post:
        refused = undelivered(post)
    assert (refused.code, refused.for_good) == ("broken_off", False)


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_relay_without_encryption_gets_nothing_from_one_who_wants_it(security: Security) -> None:
    with relay() as (box, port), Post(Relay("127.0.0.1", port, security, "rut", "hemligt")) as post:
        refused = undelivered(post)
    assert (refused.code, refused.unreachable) == ("tls", True)
    assert box.tried == 0


def test_a_relay_that_knows_no_login_is_unreachable_not_silently_used_without() -> None:
    with relay() as (box, port), Post(Relay("127.0.0.1", port, Security.NONE, "rut", "hemligt")) as post:
        assert undelivered(post).unreachable
    assert box.tried == 0


@pytest.mark.parametrize(
    "address",
    ["", "rut", "rut@example.com\nBcc: alla@example.com", "rut@example.com, rita@example.com", "a b@example.com", "@"],
)
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(Undelivered) as refused:
        a_mail(to=address)
    assert refused.value.for_good


def test_a_subject_adds_no_header() -> None:
    got = a_mail(subject="Hej\r\nBcc: alla@example.com\nX-Sak: 1")
    assert got["Bcc"] is None and got["X-Sak"] is None
    assert got["Subject"] == "Hej Bcc: alla@example.com X-Sak: 1"


def test_a_password_is_not_shown() -> None:
    assert "hemligt" not in repr(Relay("mail.example.org", 587, Security.STARTTLS, "rut", "hemligt"))
