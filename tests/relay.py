"""A real mail relay on loopback, which keeps what it takes and refuses what a test tells it to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import Engine

from deviations.adapters.mail import Relay, Security
from deviations.config import Config, MailSettings
from deviations.jobs.work import Work

SENDER = "Mellan stolarna <avvikelser@example.org>"
ADDRESS = "https://avvikelser.example.org"
SECRET = "a secret of this test alone, long enough"


@dataclass
class Box:
    """What a relay took (for whom, and the parsed mail), and how it answers: "550 …" for a recipient or a mail."""

    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    tried: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Called by aiosmtpd for each recipient."""
        self.tried += 1
        answer = self.recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd when a mail has come whole."""
        if self.data.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.taken += [(to, mail) for to in envelope.rcpt_tos]
        return self.data

    def texts(self) -> str:
        """All that a reader of these mails sees, subjects and texts."""
        return "\n\n".join(f"{mail['Subject']}\n{text_of(mail)}" for _to, mail in self.taken)


def text_of(mail: EmailMessage) -> str:
    """A mail's text, with line ends as Python has them."""
    return str(mail.get_content()).replace("\r\n", "\n")


@contextmanager
def relay(box: Any = None, port: int = 0) -> Iterator[tuple[Box, int]]:
    """Answers until the block ends; gives what it keeps, and its port."""
    box = box or Box()
    port = port or free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def some_settings(folder: Path, port: int | None, database_url: str = "sqlite://") -> Config:
    """An instance that sends by the relay on this port, or has none."""
    way = Relay("127.0.0.1", port, Security.NONE) if port else None
    mail = MailSettings(way, SENDER, ADDRESS) if way else None
    return Config(folder=folder, database_url=database_url, secret_key=SECRET, mail=mail)


def some_work(engine: Engine, folder: Path, port: int | None, now: Any) -> Work:
    """A worker's view of the test's database, at a moment of the test's choosing."""
    return Work(some_settings(folder, port), engine, now=now)
