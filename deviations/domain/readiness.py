"""What must be in order before an instance is used for real: from facts about it to what has to be mended, and what
should be.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from deviations.domain.roles import Role

FRESH_BACKUP = timedelta(days=8)  # a week, and a day to notice
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_WAIT = timedelta(hours=1)  # of a mail that could be sent
LAST_DAYS: Mapping[tuple[int, int], date] = {  # of security fixes: devguide.python.org/versions
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}


class Level(StrEnum):
    """How bad something is."""

    STOP = "stop"  # must be mended before others are let in
    WARN = "warn"  # should be mended


class Lack(StrEnum):
    """What may be wrong with an instance, in the order in which it is told."""

    DEMO = "demo"
    DEBUG = "debug"
    TLS = "tls"
    HOSTS = "hosts"
    PUBLIC_HTTP = "public_http"
    OPEN_FILES = "open_files"
    DAMAGED = "damaged"
    BROKEN_LOG = "broken_log"
    CHANGED_LETTERS = "changed_letters"
    NO_ADMIN = "no_admin"
    ADMIN_FACTOR_OFF = "admin_factor_off"
    NO_BACKUP = "no_backup"
    OLD_BACKUP = "old_backup"
    FACTOR_OFF = "factor_off"
    WITHOUT_FACTOR = "without_factor"
    ONE_ADMIN = "one_admin"
    WIDE_OPEN = "wide_open"
    OTHER_HOST = "other_host"
    PLAIN_DATABASE = "plain_database"
    ROOT = "root"
    NO_MAIL = "no_mail"
    STUCK_MAIL = "stuck_mail"
    WAITING = "waiting"
    NO_STATEMENT = "no_statement"
    OLD_PYTHON = "old_python"


STOPS = frozenset(
    {
        Lack.DEMO,
        Lack.DEBUG,
        Lack.TLS,
        Lack.HOSTS,
        Lack.PUBLIC_HTTP,
        Lack.OPEN_FILES,
        Lack.DAMAGED,
        Lack.BROKEN_LOG,
        Lack.CHANGED_LETTERS,
        Lack.NO_ADMIN,
        Lack.ADMIN_FACTOR_OFF,
        Lack.NO_BACKUP,
    }
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the instance is set up on its machine."""

    demo: bool = False
    debug: bool = False
    behind_proxy: bool = False
    listens_on: str = "127.0.0.1"
    hosts: Collection[str] = ()
    mail: bool = False
    public_host: str = ""  # of the address that stands in mail; empty where none is set
    public_tls: bool = True
    open_files: Collection[str] = ()  # names of files and folders that others on the machine can read
    database_in_the_clear: bool = False  # over a network, without TLS
    root: bool = False
    python: tuple[int, int] = (3, 11)


@dataclass(frozen=True, slots=True)
class Contents:
    """What its database says."""

    admins: int = 0  # who can log in
    factor_off: Collection[Role] = ()  # roles that should need a second factor, and here need none
    without_factor: int = 0  # people whose role needs one, and who have none yet
    waiting: int = 0  # people without any role
    backup: datetime | None = None
    oldest_mail: datetime | None = None  # that waits to be sent
    statement: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """What only a look through everything shows. Not looked at is as good as in order."""

    damaged: bool = False
    broken_at: int | None = None  # the audit log's first line that does not fit
    changed_letters: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order, with what its sentence needs: numbers, names."""

    lack: Lack
    told: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How bad it is."""
        return Level.STOP if self.lack in STOPS else Level.WARN


def judge(around: Surroundings, inside: Contents, looked: Looked, now: datetime) -> list[Finding]:
    """Everything that is not in order, the worst first."""
    found = [*_around(around, now), *_inside(inside, now, mail=around.mail), *_looked(looked)]
    order = list(Lack)
    return sorted(found, key=lambda one: (one.level is not Level.STOP, order.index(one.lack)))


def _around(around: Surroundings, now: datetime) -> list[Finding]:
    plain = {
        Lack.DEMO: around.demo,
        Lack.DEBUG: around.debug,
        Lack.TLS: not around.behind_proxy,
        Lack.HOSTS: around.behind_proxy and not around.hosts,
        Lack.PUBLIC_HTTP: not around.public_tls,
        Lack.NO_MAIL: not around.mail,
        Lack.PLAIN_DATABASE: around.database_in_the_clear,
        Lack.ROOT: around.root,
    }
    found = [Finding(lack) for lack, holds in plain.items() if holds]
    if around.open_files:
        found.append(Finding(Lack.OPEN_FILES, {"files": ", ".join(around.open_files)}))
    if around.behind_proxy and around.listens_on not in LOOPBACK:
        found.append(Finding(Lack.WIDE_OPEN, {"host": around.listens_on}))
    if around.public_host and around.hosts and around.public_host not in around.hosts:
        found.append(Finding(Lack.OTHER_HOST, {"host": around.public_host}))
    last = LAST_DAYS.get(around.python)
    if last is not None and now.date() > last:
        found.append(Finding(Lack.OLD_PYTHON, {"version": "{}.{}".format(*around.python), "day": last.isoformat()}))
    return found


def _inside(inside: Contents, now: datetime, *, mail: bool) -> list[Finding]:
    others = [role for role in Role if role in inside.factor_off and role is not Role.ADMIN]
    plain = {
        Lack.NO_ADMIN: not inside.admins,
        Lack.ONE_ADMIN: inside.admins == 1,
        Lack.ADMIN_FACTOR_OFF: Role.ADMIN in inside.factor_off,
        Lack.NO_BACKUP: inside.backup is None,
        Lack.NO_STATEMENT: not inside.statement,
    }
    found = [Finding(lack) for lack, holds in plain.items() if holds]
    if others:
        found.append(Finding(Lack.FACTOR_OFF, {"roles": others}))
    if inside.without_factor:
        found.append(Finding(Lack.WITHOUT_FACTOR, {"count": inside.without_factor}))
    if inside.waiting:
        found.append(Finding(Lack.WAITING, {"count": inside.waiting}))
    if inside.backup is not None and now - inside.backup > FRESH_BACKUP:
        found.append(Finding(Lack.OLD_BACKUP, {"days": (now - inside.backup).days}))
    if mail and inside.oldest_mail is not None and now - inside.oldest_mail > LONGEST_WAIT:
        found.append(Finding(Lack.STUCK_MAIL, {"hours": int((now - inside.oldest_mail).total_seconds() // 3600)}))
    return found


def _looked(looked: Looked) -> list[Finding]:
    found = [Finding(Lack.DAMAGED)] if looked.damaged else []
    if looked.broken_at is not None:
        found.append(Finding(Lack.BROKEN_LOG, {"line": looked.broken_at}))
    if looked.changed_letters:
        found.append(Finding(Lack.CHANGED_LETTERS, {"count": looked.changed_letters}))
    return found
