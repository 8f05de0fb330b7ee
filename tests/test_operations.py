"""The owner's commands around a real instance: a backup to start from, and the look at what is not ready."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import postgres
from tests.test_cli import ROOT, refused, run

NAME = "deviations.sqlite3"


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test runs in its own folder, and no setting of the developer's reaches it."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("DEVIATIONS_", "FLASK_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real instance, made once."""
    place = tmp_path_factory.mktemp("backup") / "real"
    assert run("--instance", place, "init").exit_code == 0
    return place


@pytest.fixture
def instance(prepared: Path, tmp_path: Path) -> Path:
    """One of each test's own."""
    place = tmp_path / "real"
    shutil.copytree(prepared, place)
    return place


def made_by(output: str) -> Path:
    """The folder of the copy that was just taken."""
    found = re.search(r"kontrollerad: (\S+)", output)
    assert found is not None, output
    return Path(found[1])


def settings(place: Path) -> dict[str, object]:
    with sqlite3.connect(place / NAME) as database:
        rows = database.execute("SELECT name, value FROM setting").fetchall()
    database.close()
    return {name: json.loads(value) for name, value in rows}


# backup


def test_an_instance_starts_from_its_copy(instance: Path, tmp_path: Path) -> None:
    taken = run("--instance", instance, "backup", tmp_path / "copies", "--secrets")
    assert taken.exit_code == 0, taken.output
    copy = made_by(taken.stdout)
    assert copy.parent == tmp_path / "copies"
    restored = tmp_path / "restored"
    shutil.copytree(copy, restored)
    assert (restored / "secret_key").read_text() == (instance / "secret_key").read_text()
    assert "är hel" in run("--instance", restored, "audit", "verify").stdout
    assert "redan uppdaterad" in run("--instance", restored, "migrate").stdout
    # the same people and links: whoever has the first administrator's link can use it there
    tables = ("user", "one_time_link", "municipality", "rule")
    assert [count(restored, table) for table in tables] == [count(instance, table) for table in tables]


def count(place: Path, table: str) -> int:
    with sqlite3.connect(place / NAME) as database:
        (number,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    database.close()
    return int(number)


def test_a_backup_is_written_down_and_the_log_still_holds(instance: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    assert run("--instance", instance, "backup").exit_code == 0
    told = settings(instance)["backup"]
    assert isinstance(told, dict) and told["noted"] is False
    assert before < datetime.fromisoformat(told["at"]) < datetime.now(UTC) + timedelta(seconds=1)
    assert "är hel" in run("--instance", instance, "audit", "verify").stdout
    assert len(list((instance / "backup").iterdir())) == 1


def test_a_backup_is_read_again_from_end_to_end(instance: Path) -> None:
    copy = made_by(run("--instance", instance, "backup").stdout)
    whole = run("backup", "--check", copy)
    assert whole.exit_code == 0 and "0 avvikelser" in whole.stdout
    (copy / NAME).write_bytes((copy / NAME).read_bytes()[:-1])
    refused(run("backup", "--check", copy), NAME)
    refused(run("backup", "--check", instance), "manifest.json")


@pytest.mark.parametrize("args", [("copies", "--noted"), ("--check",), ("--noted", "--check"), ("--keep", "0")])
def test_what_makes_no_sense_together_is_wrong_usage(instance: Path, args: tuple[str, ...]) -> None:
    assert run("--instance", instance, "backup", *args).exit_code == 2
    assert "backup" not in settings(instance)


def test_old_copies_go_when_asked_and_the_newest_stays(instance: Path) -> None:
    old = instance / "backup" / "mellan-stolarna-2020-01-01T000000Z"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text("{}")
    assert "En äldre kopia är borttagen." in run("--instance", instance, "backup", "--keep", 1).stdout
    (left,) = (instance / "backup").iterdir()
    assert left.name != old.name


def test_ones_own_routine_is_noted(instance: Path) -> None:
    assert run("--instance", instance, "backup", "--noted").exit_code == 0
    told = settings(instance)["backup"]
    assert isinstance(told, dict) and told["noted"] is True
    assert not (instance / "backup").exists()


@pytest.mark.postgres
def test_postgresql_is_copied_by_its_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_server: postgres.Cluster
) -> None:
    place = tmp_path / "real"
    with postgres_server.clone("template0") as url:
        monkeypatch.setenv("DEVIATIONS_DATABASE_URL", url)
        assert run("--instance", place, "init").exit_code == 0
        refused(run("--instance", place, "backup"), "pg_dump", "--noted")
        assert "no_backup" in codes(run("--instance", place, "check", "--json").stdout)
        assert run("--instance", place, "backup", "--noted").exit_code == 0
        assert "no_backup" not in codes(run("--instance", place, "check", "--json").stdout)


def test_where_nothing_can_be_written_it_says_so(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert run("--instance", instance, "backup", tmp_path / "file").exit_code == 2
    refused(run("--instance", instance, "backup", tmp_path / "file" / "below"), "gick inte att spara")
    assert "backup" not in settings(instance)


def test_looking_for_an_instance_does_not_make_one(tmp_path: Path) -> None:
    for command in ("backup", "check"):
        refused(run("--instance", tmp_path / "none", command), "deviations init")
    assert not (tmp_path / "none").exists()


# check


def codes(output: str) -> dict[str, str]:
    """What was found, with how bad it is."""
    return {one["code"]: one["level"] for one in json.loads(output)["found"]}


def ready(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets everything up as it should be."""
    for name, value in {
        "DEVIATIONS_BEHIND_PROXY": "1",
        "DEVIATIONS_HOSTS": "avvikelser.example.se",
        "DEVIATIONS_SMTP_URL": "smtp+starttls://mail.example.se",
        "DEVIATIONS_MAIL_FROM": "Mellan stolarna <a@example.se>",
        "DEVIATIONS_PUBLIC_URL": "https://avvikelser.example.se",
    }.items():
        monkeypatch.setenv(name, value)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    with sqlite3.connect(instance / NAME) as database:
        database.execute("UPDATE user SET password_hash = 'x', totp_confirmed_at = ?", (now,))
        database.execute(
            "INSERT INTO user (id, email, name, password_hash, active, language, mail_choice, shortcuts, created_at,"
            " totp_confirmed_at) SELECT 99, 'b@example.se', 'B', 'x', 1, 'sv', mail_choice, 1, created_at, ? FROM user",
            (now,),
        )
        database.execute("INSERT INTO membership (user_id, role) VALUES (99, 'admin')")
        told = {"owner": "Ö", "email": "a@b.se", "phone": "", "reply_days": 2, "conformity": "partial",
                "method": "self", "assessed_on": "2026-11-22", "shortcomings": "x", "burden": "", "outside": "",
                "security_email": ""}  # fmt: skip
        database.execute("INSERT INTO setting VALUES ('statement', ?)", (json.dumps(told),))
    database.close()
    assert run("--instance", instance, "backup").exit_code == 0


def test_a_new_instance_is_not_ready_and_says_what_to_do(instance: Path) -> None:
    result = run("--instance", instance, "check")
    assert result.exit_code == 1
    stops, warnings = result.stdout.split("Bör rättas:")
    assert "TLS" in stops and "DEVIATIONS_BEHIND_PROXY=1" in stops and "deviations backup" in stops
    assert "DEVIATIONS_SMTP_URL" in warnings and "tvåstegsinloggning" in warnings
    found = codes(run("--instance", instance, "check", "--json").stdout)
    assert {name for name, level in found.items() if level == "stop"} == {"tls", "no_admin", "no_backup"}


def test_an_instance_in_order_passes(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(instance, monkeypatch)
    result = run("--instance", instance, "check", "--json")
    assert set(codes(result.stdout)) <= {"root"}  # the tests may run as root
    assert (result.exit_code, json.loads(result.stdout)["ready"]) == (0, True)


def read_by_all(instance: Path) -> None:
    (instance / "secret_key").chmod(0o644)


def open_folder(instance: Path) -> None:
    instance.chmod(0o755)


def rewritten_log(instance: Path) -> None:
    with sqlite3.connect(instance / NAME) as database:
        database.execute("UPDATE audit_entry SET detail = '{\"x\": 1}' WHERE id = 2")
    database.close()


def factor_off(instance: Path) -> None:
    with sqlite3.connect(instance / NAME) as database:
        database.execute("INSERT OR REPLACE INTO setting VALUES ('security', '{\"second_factor\": []}')")
    database.close()


@pytest.mark.parametrize(
    ("harm", "code", "word"),
    [
        (read_by_all, "open_files", "secret_key"),
        (open_folder, "open_files", "real"),
        (rewritten_log, "broken_log", "rad 2"),
        (factor_off, "admin_factor_off", "Administratörer"),
    ],
)
def test_what_is_unsafe_about_an_instance_stops_it(
    instance: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None], code: str, word: str
) -> None:
    ready(instance, monkeypatch)
    harm(instance)
    result = run("--instance", instance, "check", "--json")
    assert result.exit_code == 1
    (found,) = [one for one in json.loads(result.stdout)["found"] if one["level"] == "stop"]
    assert found["code"] == code and word in found["text"] and found["do"].endswith(".")


def test_client_secrets_that_others_can_read_stop_everything(instance: Path) -> None:
    (instance / "sso.json").write_text("{}")
    (instance / "sso.json").chmod(0o640)
    result = run("--instance", instance, "check")
    assert result.exit_code == 1 and "sso.json" in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "code", "level"),
    [
        ("DEVIATIONS_BEHIND_PROXY", "0", "tls", "stop"),
        ("DEVIATIONS_HOSTS", "", "hosts", "stop"),
        ("DEVIATIONS_HOSTS", "annat.example.se", "other_host", "warn"),
        ("DEVIATIONS_PUBLIC_URL", "http://avvikelser.example.se", "public_http", "stop"),
        ("DEVIATIONS_SMTP_URL", "", "no_mail", "warn"),
        ("FLASK_DEBUG", "1", "debug", "stop"),
    ],
)
def test_an_unsafe_setting_is_found(
    instance: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, code: str, level: str
) -> None:
    ready(instance, monkeypatch)
    monkeypatch.setenv(name, value)
    result = run("--instance", instance, "check", "--json")
    assert codes(result.stdout)[code] == level
    assert result.exit_code == int(level == "stop")


def test_listening_to_the_whole_net_is_told(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(instance, monkeypatch)
    assert "wide_open" in codes(run("--instance", instance, "check", "--json", "--host", "0.0.0.0").stdout)


def test_a_demo_is_no_real_instance(instance: Path) -> None:
    (instance / "demo.json").write_text("{}")
    assert codes(run("--instance", instance, "check", "--json").stdout)["demo"] == "stop"


def test_a_database_of_another_version_is_told_of(instance: Path) -> None:
    with sqlite3.connect(instance / NAME) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    refused(run("--instance", instance, "check"), "deviations migrate")
    refused(run("--instance", instance, "backup"), "deviations migrate")


def test_debug_mode_is_not_served(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    refused(run("--instance", instance, "serve"), "FLASK_DEBUG")
    monkeypatch.setenv("DEVIATIONS_INSTANCE", str(instance))
    behind_gunicorn = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert behind_gunicorn.returncode == 1 and "FLASK_DEBUG" in behind_gunicorn.stderr
