"""A PostgreSQL of the tests' own: a throwaway cluster, a migrated template, a fresh clone for each test."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine

# What a lost power cord may cost does not matter here; speed does. Autovacuum would only disturb the clones.
FAST_AND_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "listen_addresses": "127.0.0.1",
}


def server_programs() -> Path | None:
    """The folder with the newest installed `initdb`, or None where PostgreSQL's server is not installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if installed:
        return installed[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def why_not() -> str:
    """The reason why a cluster can't be started here, as a sentence; empty when it can."""
    if server_programs() is None:
        return "PostgreSQL's server is not installed (Debian: apt-get install postgresql-15)."
    if os.geteuid() == 0 and not (shutil.which("runuser") and _postgres_user()):
        return "Running as root, but there is no user `postgres` (or no `runuser`) to run the server as."
    return ""


def _postgres_user() -> pwd.struct_passwd | None:
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return None


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Cluster:
    """A running server: `address(name)` is a database's URL, `clone()` a fresh copy of the template."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.port = port
        self.admin: Engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")

    def address(self, name: str) -> str:
        """The URL of one database of this cluster."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database from `template` and give back its URL."""
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.address(name)

    @contextmanager
    def clone(self, template: str) -> Iterator[str]:
        """Lend the URL, always the same, of a fresh copy of `template`; whoever is still connected is thrown out."""
        name = f"copy_of_{template}"
        try:
            yield self.create(name, template)
        finally:
            with self.admin.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster in a temporary folder (as the user `postgres` when root), and remove it after.

    In memory where there is room (`tests.conftest`): writing the copies to a disk takes more than all that tests ask.
    """
    programs = server_programs()
    assert programs is not None, why_not()
    home = Path(tempfile.mkdtemp(prefix="deviations-pg-"))
    as_whom: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        as_whom = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_whom, str(programs / program), "-D", str(home / "data"), *arguments],
            cwd=home, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    try:
        run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--locale-provider=icu", "--icu-locale=sv-SE", "--no-sync", "--no-instructions")  # fmt: skip
        port = _free_port()
        settings = {**FAST_AND_CARELESS, "port": str(port), "unix_socket_directories": str(home)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        run("pg_ctl", "-w", "-t", "60", "-l", str(home / "log"), "-o", options, "start")
        running = Cluster(home, port)
        try:
            yield running
        finally:
            running.admin.dispose()
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)
