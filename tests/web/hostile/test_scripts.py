"""What somebody writes stays text: hostile texts in every field of every form, looked for wherever they come out."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from deviations.adapters.oidc_answers import Person
from deviations.domain.logins import Lifetime, Visit
from deviations.jobs import work as rounds
from deviations.models.engine import make_engine
from deviations.services import sso
from tests.adapters import hostile
from tests.factories import NOW
from tests.relay import Box, relay, some_work
from tests.web.hostile import world
from tests.web.hostile.acts import CANARY, in_answer, in_file, in_page, in_text
from tests.web.hostile.conftest import Program
from tests.web.hostile.crawl import Form, Walk, browser
from tests.web.hostile.depth import DEEP
from tests.web.hostile.planting import MOST, TAKEN, Gardener, Planted, fitting, mark

EACH = 2  # files of one kind that are looked into
MORE = 20  # times at most that a form is filled in again
NAME = 120  # characters of a name that are taken from a login service


Copies = Callable[[], AbstractContextManager[Engine]]


@pytest.fixture
def copies(program: Program, request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    """Puts the program on a new copy of its database, in which what is done lasts."""
    extensions = program.app.extensions
    kept: Engine = extensions["engine"]
    number = count()

    @contextmanager
    def copy() -> Iterator[Engine]:
        kept.dispose()
        if kept.dialect.name == "sqlite":
            place = tmp_path / f"planted{next(number)}.sqlite3"
            shutil.copyfile(str(kept.url.database), place)
            url = f"sqlite:///{place}"
        else:
            server = request.getfixturevalue("postgres_server")
            url = server.create(f"planted{next(number)}", template=str(kept.url.database))
        extensions["engine"] = engine = make_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()
            extensions["engine"] = kept

    return copy


def test_nothing_that_anybody_writes_acts_anywhere(program: Program, copies: Copies, tmp_path: Path) -> None:
    """Every payload for each kind of field, dealt to the fields in turn. With `DEEP=1` for each field of each form, on
    as many copies of the program as that takes.
    """
    gardener, forms, faults = Gardener(program.app, DEEP), program.found.distinct(), list[str]()
    while True:
        gardener.planted = planted = Planted()
        with copies() as lasting:
            _come_by_a_login_service(lasting, program.app.extensions["settings"].secret_key, gardener)
            _plant(gardener, forms)
            faults += [f"{where}: {one}" for where, answer in planted.answers for one in in_answer(answer)]
            shown, looked = _look_around(program, planted, faults)
            mails = _mails(lasting, tmp_path, faults)
        assert not faults, "\n".join(faults)
        if len(forms) > 30:  # where few are left, less is seen
            assert len(planted.taken) >= 30, planted.refused
            assert len(shown) >= 40, "The walk comes by too few of the places where texts are shown."
            assert looked["pages with a planted text"] >= 80 and looked["files"] >= 10 and mails >= 40, (looked, mails)
        met = planted.taken | planted.refused  # others were not there any more
        forms = [form for form in forms if form.view in met and gardener.left(form)] if DEEP else []
        if not forms:
            break
    for kind in () if DEEP else MOST:
        assert not set(fitting(TAKEN, kind)) - gardener.stored[kind], kind
    assert fitting(TAKEN, "textarea") == TAKEN


def _plant(gardener: Gardener, forms: list[Form]) -> None:
    """Once into each form; where not all forms of a kind of field were enough for its payloads, once more."""
    for form in forms:
        gardener.plant(form)
    for _ in range(0 if DEEP else MORE):
        for form in forms:
            if form.view in gardener.planted.taken and gardener.left(form):
                gardener.plant(form, tame=True)


def _come_by_a_login_service(engine: Engine, secret: str, gardener: Gardener) -> None:
    """People whose names are the payloads, and refusals that say them: neither passes a form."""
    visit = Visit(Lifetime(timedelta(hours=12), timedelta(hours=1)))
    number = gardener.fields.setdefault(("a login service", "name"), len(gardener.fields) + 1)
    with Session(engine.execution_options(write=True)) as session:
        for place, payload in enumerate(TAKEN):
            name, mail = f"{mark(number)}{payload}"[:NAME], f"kommen{place}@example.com"
            person = Person(subject=f"p{place}", email=mail, verified=True, name=name, level="")
            sso.enter(session, world.PROVIDER, person, NOW, visit, secret=secret)
            sso.failed(session, world.PROVIDER, "sso_bad_answer", NOW, said=name)
        session.commit()


def _look_around(program: Program, planted: Planted, faults: list[str]) -> tuple[set[int], Counter[str]]:
    """Walks through the whole program again and looks into every page and file; which fields' texts were seen."""
    shown, looked = set[int](), Counter[str]()

    class Looking(Walk):
        def _read(self, name, path, answer):  # type: ignore[no-untyped-def]
            text = answer.get_data(as_text=True)
            shown.update(map(int, re.findall(rf"&lt;{CANARY}(\d+)", text)))
            looked["pages"] += 1
            looked["pages with a planted text"] += CANARY in text
            faults.extend(f"{path} for {name or 'nobody'}: {one}" for one in in_answer(answer))
            return super()._read(name, path, answer)

    walk = Looking(program.app, most=1)
    walk.everybody()
    for name, path in planted.pages.keys() - set(walk.found.pages):
        answer = browser(program.app, name).get(path)
        if answer.status_code == 200:
            walk._read(name, path, answer)
    for name, path in walk.found.files:
        kind = re.sub(r"\d+", "0", path)
        if looked[kind] < EACH:
            answer = browser(program.app, name).get(path)
            looked[kind] += 1
            if answer.status_code == 200:
                looked["files"] += 1
                faults.extend(f"{path} for {name}: {one}" for one in in_answer(answer))
    return shown, looked


def _mails(engine: Engine, folder: Path, faults: list[str]) -> int:
    """Sends all that waits, as the worker does the day after, to a real relay; what acts in a mail."""
    with relay(Box()) as (box, port):
        worker = some_work(engine, folder, port, lambda: NOW + timedelta(days=1))
        rounds.hourly(worker)
        rounds.summarise(worker)
        rounds.send(worker)
    for _to, mail in box.taken:
        faults.extend(f"mail {mail['Subject']!r}: {one}" for one in _in_mail(mail))
    return len(box.taken)


def _in_mail(mail: EmailMessage) -> Iterator[str]:
    """Mails are plain text, with a PDF at most; of what was written, nothing but the subject stands in their heads."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            yield from in_text(part.get_content())
        elif part.get_content_type() == "application/pdf":
            yield from in_file("application/pdf", part.get_payload(decode=True))
        elif not part.is_multipart():
            yield f"holds {part.get_content_type()}"
    yield from (f"{name} holds {CANARY}" for name in mail if name != "Subject" and CANARY in str(mail[name]))
    yield from in_text(str(mail["Subject"]).replace("\n", "\x00"))


def test_the_checks_find_what_acts() -> None:
    assert in_page("<p>zq</p>") == []
    for acting in ("<zq1>", "<p onclick=zq>", "<img src=//zq>", "<a href=' java\tscript:zq'>a</a>", "<p style='a:zq'>"):
        assert in_page(f"<p>a</p>{acting}"), acting
    assert in_file("text/csv", b"a;=zq")
    assert in_text("a\x1b") and in_text("a\u202e")


def test_there_are_enough_payloads() -> None:
    assert len(set(hostile.ALL)) >= 200
    assert len(set(TAKEN)) >= 150
