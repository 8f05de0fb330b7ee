"""Where an instance lives and every setting it has: from the environment, from its folder, or the default here."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

SECRET_FILE = "secret_key"
DATABASE_FILE = "deviations.sqlite3"
SHORTEST_SECRET = 32


class BadSetting(Exception):
    """A setting that the program refuses to start with; the sentence says which and what to do."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one instance. `behind_proxy` trusts one proxy's headers and makes cookies Secure."""

    folder: Path
    database_url: str = field(repr=False)  # may hold the database's password
    secret_key: str = field(repr=False)
    behind_proxy: bool = False
    hosts: tuple[str, ...] = ()  # the names that the service answers to; none: this machine's, or any behind a proxy
    session_hours: int = 12
    demo: bool = False


def default_folder() -> Path:
    """`DEVIATIONS_INSTANCE`, or `instance/` in the current folder."""
    return Path(os.environ.get("DEVIATIONS_INSTANCE") or "instance")


def load(folder: Path, *, database_url: str | None = None) -> Config:
    """The settings of the instance in a folder, which is made (mode 700) with its secret at first use.

    Raises BadSetting for a secret that is too short or a number that is none.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = database_url or os.environ.get("DEVIATIONS_DATABASE_URL") or f"sqlite:///{folder / DATABASE_FILE}"
    return Config(
        folder=folder,
        database_url=url.replace("postgres://", "postgresql://", 1),
        secret_key=_secret(folder / SECRET_FILE),
        behind_proxy=os.environ.get("DEVIATIONS_BEHIND_PROXY", "") == "1",
        hosts=tuple(name.strip() for name in os.environ.get("DEVIATIONS_HOSTS", "").split(",") if name.strip()),
        session_hours=_hours(os.environ.get("DEVIATIONS_SESSION_HOURS", "12")),
        demo=(folder / "demo.json").exists(),
    )


def _hours(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 168:
        raise BadSetting("DEVIATIONS_SESSION_HOURS ska vara ett helt antal timmar mellan 1 och 168.")
    return int(text)


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
