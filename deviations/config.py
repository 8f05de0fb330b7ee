"""Where an instance lives and every setting it has: from the environment, from its folder, or the default here."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import getaddresses, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from deviations.adapters.mail import Relay, Security
from deviations.adapters.mail import address as mail_address
from deviations.adapters.oidc_settings import BadProvider, Provider
from deviations.adapters.oidc_settings import read as read_providers
from deviations.domain.logins import Lifetime

SECRET_FILE = "secret_key"
DATABASE_FILE = "deviations.sqlite3"
SHORTEST_SECRET = 32
PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BadSetting(Exception):
    """A setting that the program refuses to start with; the sentence says which and what to do."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How the instance sends mail: through which relay, from whom, and where its links lead."""

    relay: Relay
    sender: str
    public_url: str  # without a slash at its end

    @property
    def host(self) -> str:
        """The sender's domain, which Message-IDs are made with."""
        return parseaddr(self.sender)[1].rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one instance. `behind_proxy` trusts one proxy's headers and makes cookies Secure."""

    folder: Path
    database_url: str = field(repr=False)  # may hold the database's password
    secret_key: str = field(repr=False)
    behind_proxy: bool = False
    hosts: tuple[str, ...] = ()  # the names that the service answers to; none: this machine's, or any behind a proxy
    session_hours: int = 12
    idle_minutes: int = 60
    demo: bool = False
    mail: MailSettings | None = None  # None: mail waits in the outbox
    sso: tuple[Provider, ...] = ()  # the login services of other organisations

    @property
    def own_file(self) -> bool:
        """Whether the database is a file of SQLite's, with one server process; else it serves any number of them."""
        return self.database_url.startswith("sqlite")

    @property
    def lifetime(self) -> Lifetime:
        """How long a login lasts."""
        return Lifetime(whole=timedelta(hours=self.session_hours), idle=timedelta(minutes=self.idle_minutes))


def default_folder() -> Path:
    """`DEVIATIONS_INSTANCE`, or `instance/` in the current folder."""
    return Path(os.environ.get("DEVIATIONS_INSTANCE") or "instance")


def load(folder: Path, *, database_url: str | None = None) -> Config:
    """The settings of the instance in a folder, which is made (mode 700) with its secret at first use.

    Raises BadSetting for a secret that is too short, a number that is none, and mail settings that don't work.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = database_url or os.environ.get("DEVIATIONS_DATABASE_URL") or f"sqlite:///{folder / DATABASE_FILE}"
    demo = (folder / "demo.json").exists()
    return Config(
        folder=folder,
        database_url=url.replace("postgres://", "postgresql://", 1),
        secret_key=_secret(folder / SECRET_FILE),
        behind_proxy=os.environ.get("DEVIATIONS_BEHIND_PROXY", "") == "1",
        hosts=tuple(name.strip() for name in os.environ.get("DEVIATIONS_HOSTS", "").split(",") if name.strip()),
        session_hours=_number("DEVIATIONS_SESSION_HOURS", 12, 1, 168, "timmar"),
        idle_minutes=_number("DEVIATIONS_IDLE_MINUTES", 60, 5, 720, "minuter"),
        demo=demo,
        mail=None if demo else _mail(),  # invented people have no letter boxes
        sso=_sso(folder),
    )


def _number(name: str, unset: int, least: int, most: int, of_what: str) -> int:
    text = os.environ.get(name, str(unset))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSetting(f"{name} ska vara ett helt antal {of_what} mellan {least} och {most}.")
    return int(text)


def _sso(folder: Path) -> tuple[Provider, ...]:
    try:
        return read_providers(folder)
    except BadProvider as wrong:
        raise BadSetting(str(wrong)) from None


def _mail() -> MailSettings | None:
    """What is set for mail. What is wrong is never repeated: the address of the relay holds its password."""
    address = os.environ.get("DEVIATIONS_SMTP_URL", "").strip()
    if not address:
        return None
    return MailSettings(
        relay=_relay(address),
        sender=_sender(os.environ.get("DEVIATIONS_MAIL_FROM", "").strip()),
        public_url=_public_url(os.environ.get("DEVIATIONS_PUBLIC_URL", "").strip()),
    )


def _relay(address: str) -> Relay:
    try:
        parts = urlsplit(address)
        security = Security(parts.scheme)
        port = parts.port or PORTS[security]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        parts = None
    if parts is None or not parts.hostname or _more_than_a_host(parts) or bool(user) is not bool(password):
        raise BadSetting(
            "DEVIATIONS_SMTP_URL ska se ut som smtp+starttls://användare:lösenord@server:587, "
            "eller börja med smtps:// eller smtp://. Tecken som @ och / i lösenordet skrivs %40 och %2F."
        )
    if user and security is Security.NONE and parts.hostname not in LOOPBACK:
        raise BadSetting(
            "DEVIATIONS_SMTP_URL skulle skicka lösenordet okrypterat. Använd smtp+starttls:// eller smtps://."
        )
    return Relay(parts.hostname, port, security, user, password)


def _more_than_a_host(parts: SplitResult) -> bool:
    return parts.path not in ("", "/") or bool(parts.query or parts.fragment)


def _sender(text: str) -> str:
    people = getaddresses([text])
    try:
        ((name, address),) = people
        if not text.isprintable():
            raise ValueError
        return str(mail_address(address, name))
    except ValueError:  # also for none, or more than one
        raise BadSetting(
            "DEVIATIONS_MAIL_FROM ska vara avsändarens adress, till exempel "
            "Mellan stolarna <avvikelser@example.org>. Den behövs när DEVIATIONS_SMTP_URL är satt."
        ) from None


def _public_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or "@" in parts.netloc or not text.isprintable() or " " in text:
        raise BadSetting(
            "DEVIATIONS_PUBLIC_URL ska vara adressen som andra når tjänsten på, till exempel "
            "https://avvikelser.example.org. Den behövs när DEVIATIONS_SMTP_URL är satt."
        )
    return text.rstrip("/")


def _secret(path: Path) -> str:
    """The instance's secret, made once, readable by its owner only; it outlives restarts, else all logins would end."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_text(encoding="ascii").strip()
    else:
        secret = secrets.token_hex(32)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret + "\n")
    if len(secret) < SHORTEST_SECRET:
        raise BadSetting(f"Hemligheten i {path} är för kort. Ta bort filen så görs en ny, och alla loggas ut.")
    return secret
