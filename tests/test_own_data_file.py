"""`deviations own-data`: what is stored about a person, as a file, also when she has left."""

import json
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.cli import main
from deviations.domain.roles import Role
from deviations.models import AuditEntry, User
from deviations.models.engine import make_engine
from deviations.services import accounts
from tests.factories import NOW


def an_instance(folder: Path) -> Path:
    place = folder / "instance"
    assert CliRunner().invoke(main, ["--instance", str(place), "init"]).exit_code == 0
    engine = make_engine(f"sqlite:///{place / 'deviations.sqlite3'}")
    with Session(engine.execution_options(write=True)) as session:
        said = {"email": "nora@example.com", "name": "Nora", "role": Role.STEERING, "subproject": None}
        accounts.invite(session, None, **said, secret="x" * 32, at=NOW)
        user = session.scalars(select(User).where(User.email == "nora@example.com")).one()
        user.active, user.closed_at, user.masked_at, user.password_hash = False, NOW, NOW, "never-to-be-told"
        session.commit()
    engine.dispose()
    return place


def test_whoever_has_left_gets_a_file_for_her_eyes_only_and_the_log_says_so(tmp_path: Path) -> None:
    place, file = an_instance(tmp_path), tmp_path / "nora.json"
    done = CliRunner().invoke(main, ["--instance", str(place), "own-data", " Nora@example.com", "--output", str(file)])
    assert done.exit_code == 0, done.output
    assert "nora@example.com" in done.output
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["about"]["name"] == "Nora"
    assert told["stored"]
    assert "never-to-be-told" not in text
    engine = make_engine(f"sqlite:///{place / 'deviations.sqlite3'}")
    with Session(engine) as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "export.made"
    engine.dispose()


def test_an_unknown_address_and_a_folder_instead_of_a_file_are_refused(tmp_path: Path) -> None:
    place = an_instance(tmp_path)
    for arguments, words in (
        (["ingen@example.com", "--output", str(tmp_path / "a.json")], "inget konto"),
        (["nora@example.com", "--output", str(tmp_path)], "är en mapp"),
    ):
        refused = CliRunner().invoke(main, ["--instance", str(place), "own-data", *arguments])
        assert refused.exit_code == 1
        assert words in refused.output
    assert not (tmp_path / "a.json").exists()
