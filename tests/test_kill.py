"""The server is killed, as by a power cut, at the worst moments: what somebody wrote is there afterwards, and once.

The real program in a process of its own, on an instance of its own; `kill -9` gives it no chance to tidy up.
"""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from tests.pages import Page, form_values
from tests.people import token

TITLE = "Sex timmar räcker inte på återvinningen"
BODY = "Återvinningsgården vill ta emot i sex timmar, men det finns ingen försäkring under tio. Åäö är kvar."
SERVE = "from deviations.cli import main; main()"


class Program:
    """`deviations serve` on an instance, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "deviations.sqlite3"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DEVIATIONS_")}
        command = [sys.executable, "-c", SERVE, "--instance", str(self.folder), "serve", "--port", str(self.port)]
        here = str(Path(__file__).parent.parent)
        self.process = subprocess.Popen(
            command,
            env={**kept, "PYTHONPATH": here, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait_for(self._answers)

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, "The server ended by itself."
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """As if the plug were pulled."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    @staticmethod
    def wait_for(there: Callable[[], bool], seconds: float = 30) -> None:
        """Wait until something is so; fail when it does not become so."""
        until = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < until, "It did not happen in time."
            time.sleep(0.02)

    def count(self, question: str, *values: str) -> int:
        """What a counting question to the database file says."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            found: int = connection.execute(question, values).fetchone()[0]
        return found

    @property
    def reports(self) -> int:
        """How many reports there are with the title."""
        return self.count("SELECT count(*) FROM deviation WHERE title = ?", TITLE)

    @property
    def drafts(self) -> int:
        """How many drafts there are."""
        return self.count("SELECT count(*) FROM draft")


class Browser:
    """Somebody logged in, over plain HTTP."""

    def __init__(self, program: Program, name: str) -> None:
        self.program = program
        keeper = Flask("keeper")
        keeper.secret_key = (program.folder / "secret_key").read_text(encoding="ascii").strip()
        serializer = SecureCookieSessionInterface().get_signing_serializer(keeper)
        assert serializer is not None
        self.cookie = f"session={serializer.dumps({'_user_id': token(name), '_fresh': True})}"

    def _headers(self, extra: dict[str, str] | None = None) -> dict[str, str]:
        return {"Cookie": self.cookie, "Host": f"127.0.0.1:{self.program.port}", **(extra or {})}

    def ask(self, method: str, path: str, form: dict[str, object] | None = None) -> tuple[int, str, str]:
        """Status, address to go to, and body; cookies are kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.program.port, timeout=20)
        body = urlencode(form, doseq=True) if form is not None else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        connection.request(method, path, body, self._headers(kind))
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = cookie.split(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text

    def form(self, path: str) -> dict[str, object]:
        """The filing form on a page, as a browser would send it back."""
        status, place, text = self.ask("GET", path)
        if status == 302:  # a new form's address carries its key
            status, _, text = self.ask("GET", place)
        assert status == 200, (path, status)
        found = [form for form in Page(text).all("form") if form.get("id") == "filing"]
        return dict(form_values(found[0]))

    def send_and_hang_up(self, path: str, form: dict[str, object], *, part: float = 1.0) -> socket.socket:
        """Send a form (or the first part of it) and do not wait for the answer."""
        body = urlencode(form, doseq=True).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in self._headers().items())
        start = (
            f"POST {path} HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        line = socket.create_connection(("127.0.0.1", self.program.port), timeout=10)
        line.sendall(start.encode() + body[: int(len(body) * part)])
        return line


@pytest.fixture
def program(sqlite_template: Path, tmp_path: Path) -> Iterator[Program]:
    """The program, started, on a furnished instance."""
    from deviations import config

    folder = tmp_path / "instance"
    config.load(folder)
    shutil.copyfile(sqlite_template, folder / config.DATABASE_FILE)
    found = Program(folder)
    found.start()
    yield found
    found.kill()


def written(program: Program, form: dict[str, object]) -> dict[str, object]:
    """The form with what a person has typed and chosen."""
    haninge = program.count("SELECT id FROM municipality WHERE name = 'Haninge'")
    return {**form, "harm": "no", "title": TITLE, "body": BODY, "municipality": str(haninge)}


def test_a_draft_outlives_the_server_and_becomes_one_report(program: Program) -> None:
    rut = Browser(program, "rut")
    form = written(program, rut.form("/avvikelser/ny"))
    status, _, _ = rut.ask("POST", "/avvikelser/ny/utkast", form)
    assert status == 200

    program.kill()
    program.start()

    again = rut.form(f"/avvikelser/ny/{form['form_key']}")
    assert (again["title"], again["body"]) == (TITLE, BODY)
    status, _, _ = rut.ask("POST", "/avvikelser/ny", {**again, "harm": "no", "do": "send"})
    assert status == 302
    assert (program.reports, program.drafts) == (1, 0)


def test_a_report_filed_just_before_the_answer_could_come_is_there_once(program: Program) -> None:
    rut = Browser(program, "rut")
    form = {**written(program, rut.form("/avvikelser/ny")), "do": "send"}

    with rut.send_and_hang_up("/avvikelser/ny", form):
        program.wait_for(lambda: program.reports == 1)
        program.kill()
    program.start()

    assert program.reports == 1
    status, place, _ = rut.ask("POST", "/avvikelser/ny", form)  # the browser offers to send it again
    assert status == 302
    status, same_place, _ = rut.ask("GET", f"/avvikelser/ny/{form['form_key']}")  # or one goes back to the form
    assert status == 302
    assert place.split("?")[0] == same_place.split("?")[0]
    assert (program.reports, program.drafts) == (1, 0)


def test_a_report_cut_off_on_its_way_leaves_the_draft_as_it_was(program: Program) -> None:
    rut = Browser(program, "rut")
    form = written(program, rut.form("/avvikelser/ny"))
    assert rut.ask("POST", "/avvikelser/ny/utkast", form)[0] == 200

    with rut.send_and_hang_up("/avvikelser/ny", {**form, "do": "send"}, part=0.6):
        program.kill()
    program.start()

    assert (program.reports, program.drafts) == (0, 1)
    again = rut.form(f"/avvikelser/ny/{form['form_key']}")
    assert again["body"] == BODY
