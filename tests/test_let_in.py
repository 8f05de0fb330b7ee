"""`deviations let-in`: the owner of the machine lets somebody in again, also the only administrator."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from deviations.cli import main
from deviations.models import AuditEntry, Identity, LoginSession, Setting, User
from deviations.models.engine import make_engine
from deviations.services import accounts, passwords

ADMIN = "admin@localhost"
NEW = "en alldeles ny mening"


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's reaches the test."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "INSTANCE", "SMTP_URL", "MAIL_FROM", "PUBLIC_URL"):
        monkeypatch.delenv(f"DEVIATIONS_{name}", raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A new instance, whose administrator has chosen a password and uses a second factor."""
    place = tmp_path / "instance"
    begun = run(place, "init")
    assert begun.exit_code == 0
    with writing(place) as session:
        user = accounts.accept(session, token_in(begun.output, "/inbjudan/"), "sju sjösjuka sjömän", datetime.now(UTC))
        user.totp_secret, user.totp_confirmed_at = "sealed", datetime.now(UTC)
        session.commit()
    return place


def engine_of(place: Path) -> Engine:
    return make_engine(f"sqlite:///{place / 'deviations.sqlite3'}")


def writing(place: Path) -> Session:
    return Session(engine_of(place).execution_options(write=True))


def run(place: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["--instance", str(place), *args])


def token_in(output: str, path: str) -> str:
    found = re.search(re.escape(f"http://127.0.0.1:8000{path}") + r"([\w-]{43})\n", output)
    assert found, output
    return found[1]


def test_a_new_instance_asks_for_a_second_factor_where_much_is_at_stake(place: Path) -> None:
    with Session(engine_of(place)) as session:
        stored = session.get(Setting, "security")
    assert stored is not None
    assert json.loads(stored.value)["second_factor"] == ["coordinator", "steering", "admin"]


def test_the_only_administrator_gets_a_link_for_a_new_password(place: Path) -> None:
    done = run(place, "let-in", " ADMIN@localhost")
    assert done.exit_code == 0
    with writing(place) as session:
        user = passwords.reset(session, token_in(done.output, "/nytt-losenord/"), NEW, datetime.now(UTC))
        session.commit()
        assert user.email == ADMIN
        assert user.totp_confirmed_at is not None
        lines = session.execute(select(AuditEntry.action, AuditEntry.actor_id)).all()
    assert ("password.reset_link_made", None) in lines


def test_a_lost_telephone_is_taken_off_when_that_is_asked_for(place: Path) -> None:
    done = run(place, "let-in", ADMIN, "--without-factor")
    assert "Tvåstegsinloggningen är borttagen." in done.output
    with Session(engine_of(place)) as session:
        assert session.scalars(select(User.totp_confirmed_at)).one() is None
        assert session.scalars(select(LoginSession)).all() == []
    assert "hade ingen tvåstegsinloggning" in run(place, "let-in", ADMIN, "--without-factor").output


def test_who_never_opened_her_account_gets_a_new_invitation(place: Path) -> None:
    with writing(place) as session:
        user = session.scalars(select(User)).one()
        user.password_hash = user.password_changed_at = None
        session.commit()
    assert token_in(run(place, "let-in", ADMIN).output, "/inbjudan/")


def test_who_came_by_her_organisation_alone_gets_a_link_for_a_password(place: Path) -> None:
    with writing(place) as session:
        user, at = session.scalars(select(User)).one(), datetime.now(UTC)
        user.password_hash = user.password_changed_at = None
        session.add(Identity(user=user, provider="kommunen", subject="her", linked_at=at, used_at=at))
        session.commit()
    assert token_in(run(place, "let-in", ADMIN).output, "/nytt-losenord/")


@pytest.mark.parametrize(("address", "words"), [("ingen@localhost", "inget konto"), (ADMIN, "stängt")])
def test_nobody_else_is_let_in(place: Path, address: str, words: str) -> None:
    with writing(place) as session:
        session.scalars(select(User)).one().active = False
        session.commit()
    done = run(place, "let-in", address)
    assert done.exit_code == 1
    assert words in done.output
    assert "/nytt-losenord/" not in done.output


def test_looking_for_an_instance_does_not_make_one(tmp_path: Path) -> None:
    assert run(tmp_path / "none", "let-in", ADMIN).exit_code == 1
    assert not (tmp_path / "none").exists()
