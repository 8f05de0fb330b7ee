"""Hands finished mails to the organisation's relay by SMTP, and says in a short code what a relay refused and whether
trying again can help. Neither addresses nor texts stand in anything that is raised here.
"""

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from types import TracebackType
from typing import Self

TIMEOUT = 20.0  # seconds for each answer of the relay


class Security(StrEnum):
    """How the way to the relay is protected; the value is the scheme of its address."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail relay and how to log in to it."""

    host: str
    port: int
    security: Security
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


class Undelivered(Exception):
    """A mail that was not taken. `for_good`: trying again is useless. `unreachable`: no mail would be taken now."""

    def __init__(self, code: str, *, for_good: bool = False, unreachable: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good
        self.unreachable = unreachable


def address(text: str, name: str = "") -> Address:
    """The address of one person, as a header takes it. Raises ValueError for what is none, or more than one."""
    try:
        found = Address(display_name=name, addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):  # IndexError: of some that are cut short
        found = Address()
    if not found.username or not found.domain or not text.isprintable():
        raise ValueError
    return found


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along with a mail."""

    name: str
    kind: str  # such as "application/pdf"
    content: bytes = field(repr=False)


def message(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    at: datetime,
    headers: Mapping[str, str],
    attached: Sequence[Attached] = (),
    by_program: bool = True,
) -> EmailMessage:
    """A plain-text mail in UTF-8 to one person, with files. One that nobody pressed a button for is marked as written
    by a program (RFC 3834, 5), so that no out-of-office reply comes back.

    Line breaks in the subject become spaces. Raises Undelivered for an address that is none.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    try:
        made["To"] = address(to)
    except ValueError:
        raise Undelivered("bad_address", for_good=True) from None
    made["Subject"] = " ".join(subject.split())
    made["Date"] = format_datetime(at)
    made["Message-ID"] = message_id
    if by_program:
        made["Auto-Submitted"] = "auto-generated"
        made["X-Auto-Response-Suppress"] = "All"  # what Exchange heeds instead
    for name, value in headers.items():
        made[name] = value
    made.set_content(text, charset="utf-8", cte="quoted-printable")
    for file in attached:
        main, _, sub = file.kind.partition("/")
        made.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return made


class Post:
    """A connection to the relay, opened when the first mail is sent and again when the relay has closed it."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, mail: EmailMessage, to: str) -> None:
        """Returns when the relay has taken the mail. Raises Undelivered."""
        connection = self._connection()
        try:
            connection.send_message(mail, to_addrs=[to])
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()))[0]
            raise Undelivered(f"recipient {code}", for_good=code >= 500) from None
        except smtplib.SMTPDataError as refused:
            raise Undelivered(f"mail {refused.smtp_code}", for_good=refused.smtp_code >= 500) from None
        except smtplib.SMTPSenderRefused as refused:  # the setting's fault, which can be mended: never for good
            raise Undelivered(f"sender {refused.smtp_code}") from None
        except smtplib.SMTPNotSupportedError:  # å in the address, and a relay that knows ASCII only
            raise Undelivered("bad_address", for_good=True) from None
        except (smtplib.SMTPException, OSError):
            self.close()
            raise Undelivered("broken_off") from None

    def _connection(self) -> smtplib.SMTP:
        if self._open is None or self._open.sock is None:
            self.close()
            self._open = _opened(self.relay)
        return self._open

    def close(self) -> None:
        """Says goodbye if the relay is still there."""
        if self._open is not None:
            try:
                self._open.quit()
            except (smtplib.SMTPException, OSError):
                self._open.close()
            self._open = None


def _opened(relay: Relay) -> smtplib.SMTP:
    """Raises Undelivered (`unreachable`). A relay that was to be spoken to in secret is never spoken to in the open."""
    connection: smtplib.SMTP | None = None
    try:
        if relay.security is Security.TLS:
            connection = smtplib.SMTP_SSL(relay.host, relay.port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            connection = smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT)
        if relay.security is Security.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        if relay.user:
            connection.login(relay.user, relay.password)
    except (smtplib.SMTPException, OSError, UnicodeError) as fault:
        if connection is not None:
            connection.close()
        raise Undelivered(_why(fault), unreachable=True) from None
    return connection


def _why(fault: Exception) -> str:
    match fault:
        case smtplib.SMTPAuthenticationError():
            return "login"
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            return "tls"
        case _:
            return "unreachable"
