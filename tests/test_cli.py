"""The command line does what it says, refuses in one Swedish sentence, and never leaves half a file."""

import hashlib
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deviations.cli import main

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = (sys.executable, "-c", "from deviations.cli import main; main()")
ROW = {
    "id": "R1",
    "title": "Ingen plats",
    "body": "Det finns ingen plats.",
    "municipality": "Haninge",
    "date": "2026-01-31",
}


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test runs in its own folder, and no setting of the developer's reaches it."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DEVIATIONS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo built by the command, once for this module."""
    place = tmp_path_factory.mktemp("cli") / "demo"
    assert run("--instance", place, "demo", "--no-serve").exit_code == 0
    return place


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A real instance, prepared."""
    place = tmp_path / "real"
    assert run("--instance", place, "init").exit_code == 0
    return place


def run(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def refused(result: Result, *words: str) -> None:
    """Assert a refusal: exit code 1, one line on stderr that holds these words, nothing on stdout."""
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.rstrip().endswith("."), result.stderr
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# Starting


def test_the_help_is_swedish() -> None:
    done = subprocess.run(
        [*PROGRAM, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode == 0
    assert "Kommandon:" in done.stdout and "Usage" not in done.stdout


@pytest.mark.parametrize(
    "args",
    [(), ("bygg",), ("letter",), ("letter", "x"), ("letter", "3", "--format", "odt"), ("demo", "--nej"),
     ("demo", "--port", "0"), ("import",), ("cluster", "--input"), ("audit",), ("serve", "--port", "abc")],
)  # fmt: skip
def test_wrong_usage_exits_with_2_and_says_so_in_swedish(args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert "Error" not in result.stderr and "Usage" not in result.stderr
    assert "--help" in result.stderr


@pytest.mark.parametrize(
    "args", [("serve",), ("migrate",), ("letter", "1", "--format", "md", "--output", "a.md"), ("audit", "verify")]
)
def test_looking_for_an_instance_does_not_make_one(args: tuple[str, ...], tmp_path: Path) -> None:
    refused(run("--instance", tmp_path / "none", *args), "deviations init")
    assert not (tmp_path / "none").exists()


def test_a_terminal_without_swedish_letters_stops_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, "--help"],
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0


# init, migrate, serve


def test_init_prepares_everything_and_gives_a_link(tmp_path: Path) -> None:
    result = run("init", "--admin-email", "Chef@example.org", "--admin-name", "Chef")
    assert result.exit_code == 0
    assert re.search(r"http://127\.0\.0\.1:8000/inbjudan/\S{40,}", result.stdout)
    assert "chef@example.org" in result.stdout and "8 delprojekt" in result.stdout
    database = sqlite3.connect(tmp_path / "instance" / "deviations.sqlite3")
    assert database.execute("SELECT count(*) FROM municipality").fetchone() == (290,)
    database.close()
    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0


def test_init_again_gives_a_new_link_until_the_administrator_has_a_password(instance: Path) -> None:
    again = run("--instance", instance, "init", "--admin-email", "other@example.org")
    assert again.exit_code == 0
    assert "redan" in again.stdout and "/inbjudan/" in again.stdout and "admin@localhost" in again.stdout
    database = sqlite3.connect(instance / "deviations.sqlite3")
    assert database.execute("SELECT count(*) FROM user").fetchone() == (1,)
    assert database.execute("SELECT count(*) FROM one_time_link").fetchone() == (1,)
    database.execute("UPDATE user SET password_hash = 'x'")
    database.commit()
    database.close()
    assert "/inbjudan/" not in run("--instance", instance, "init").stdout


def test_init_knows_its_associations(tmp_path: Path) -> None:
    refused(run("init", "--owner", "ABC"), "ABC", "OST")
    assert run("init", "--program", "Vägen", "--association", "SOD", "--association", "SBG").exit_code == 0


def test_migrate_says_when_there_is_nothing_to_do(instance: Path) -> None:
    assert "redan uppdaterad" in run("--instance", instance, "migrate").stdout


def test_a_database_of_another_version_is_not_served(instance: Path) -> None:
    database = sqlite3.connect(instance / "deviations.sqlite3")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    refused(run("--instance", instance, "serve"), "deviations migrate")
    refused(run("--instance", instance, "migrate"), "nyare")
    refused(run("--instance", instance, "init"), "nyare")


def test_a_demo_of_another_version_is_to_be_built_anew(instance: Path) -> None:
    (instance / "demo.json").write_text("{}")
    with sqlite3.connect(instance / "deviations.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    refused(run("--instance", instance, "demo", "--no-serve", "--json"), "--reset")


def test_a_damaged_database_is_refused(instance: Path) -> None:
    (instance / "deviations.sqlite3").write_bytes(b"this is no database at all" * 100)
    refused(run("--instance", instance, "serve"), "Databasen")


def test_other_machines_are_not_answered_without_a_proxy(instance: Path) -> None:
    refused(run("--instance", instance, "serve", "--host", "0.0.0.0"), "DEVIATIONS_BEHIND_PROXY")


def test_a_taken_port_is_refused(instance: Path, taken_port: int) -> None:
    refused(run("--instance", instance, "serve", "--port", taken_port), str(taken_port))
    refused(run("demo", "--port", taken_port), str(taken_port))


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_an_instance_is_served(instance: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*PROGRAM, "--instance", str(instance), "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        server.communicate(timeout=10)


def _answers(address: str) -> bool:
    for _ in range(100):
        try:
            with urllib.request.urlopen(address) as response:
                return bool(response.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEVIATIONS_SESSION_HOURS", "many"),
        ("DEVIATIONS_IDLE_MINUTES", "4"),
        ("DEVIATIONS_DATABASE_URL", "not an address"),
        ("DEVIATIONS_DATABASE_URL", "mysql://x"),
    ],
)
def test_a_bad_setting_is_named(name: str, value: str, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    refused(run("--instance", instance, "serve"), name)


# demo


def test_the_demo_shows_its_passwords_once(demo_folder: Path) -> None:
    again = run("--instance", demo_folder, "demo", "--no-serve", "--json")
    assert again.exit_code == 0
    assert "--reset" in again.stdout
    assert not re.search(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", again.stdout)
    figures = json.loads(again.stdout.splitlines()[-1])
    assert set(figures) == {"deviations", "municipalities", "barriers", "recurring", "letters"}
    assert figures["deviations"] >= 270


def test_the_demo_never_touches_a_real_instance(instance: Path) -> None:
    refused(run("--instance", instance, "demo", "--no-serve", "--reset"), "riktig instans")


def test_the_demo_stays_in_its_folder_whatever_database_is_set(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVIATIONS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert run("--instance", demo_folder, "demo", "--no-serve", "--json").exit_code == 0


def test_a_demo_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused(run("--instance", tmp_path / "file", "demo", "--no-serve"), "file")


# letter, audit


@pytest.mark.parametrize(("kind", "start"), [("md", b"# Hemst"), ("docx", b"PK"), ("pdf", b"%PDF")])
def test_a_letter_is_written(kind: str, start: bytes, demo_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / f"letter.{kind}"
    result = run("--instance", demo_folder, "letter", "3", "--format", kind, "--output", target)
    assert result.exit_code == 0, result.output
    assert target.read_bytes().startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_the_pdf_of_a_sent_letter_is_the_one_that_was_sent(demo_folder: Path, tmp_path: Path) -> None:
    run("--instance", demo_folder, "letter", "3", "--format", "pdf", "--output", tmp_path / "a.pdf")
    database = sqlite3.connect(demo_folder / "deviations.sqlite3")
    (digest,) = database.execute(
        "SELECT sha256 FROM letter_file JOIN letter ON letter.id = letter_id WHERE kind = 'pdf' AND barrier_id = 3"
    ).fetchone()
    database.close()
    assert hashlib.sha256((tmp_path / "a.pdf").read_bytes()).hexdigest() == digest


def test_a_barrier_without_a_letter_gives_a_draft_that_is_not_saved(demo_folder: Path, tmp_path: Path) -> None:
    result = run("--instance", demo_folder, "letter", "20", "--format", "md", "--output", tmp_path / "a.md")
    assert result.exit_code == 0 and "utkast" in result.stdout
    assert run("--instance", demo_folder, "demo", "--no-serve", "--json").stdout.endswith('"letters": 3}\n')


@pytest.mark.parametrize("number", ["0", "999", "9223372036854775808"])
def test_an_unknown_barrier_is_refused(number: str, demo_folder: Path, tmp_path: Path) -> None:
    result = run("--instance", demo_folder, "letter", number, "--format", "md", "--output", tmp_path / "a.md")
    refused(result, number)


def test_a_letter_needs_a_folder_to_lie_in(demo_folder: Path, tmp_path: Path) -> None:
    somewhere = ["--instance", demo_folder, "letter", "3", "--format", "md", "--output"]
    refused(run(*somewhere, tmp_path / "no" / "a.md"), "finns inte")
    refused(run(*somewhere, tmp_path), "mapp")


def test_a_changed_audit_line_is_found(instance: Path) -> None:
    assert run("--instance", instance, "audit", "verify").exit_code == 0
    database = sqlite3.connect(instance / "deviations.sqlite3")
    database.execute("UPDATE audit_entry SET action = 'nothing' WHERE id = 2")
    database.commit()
    database.close()
    refused(run("--instance", instance, "audit", "verify"), "rad 2")


def test_a_sent_letter_that_was_changed_by_hand_is_named(demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "demo")
    assert "Alla skickade skrivelser" in run("--instance", folder, "audit", "verify").stdout
    database = sqlite3.connect(folder / "deviations.sqlite3")
    id, number = database.execute("SELECT id, registry_number FROM letter WHERE seal IS NOT NULL").fetchone()
    database.execute("UPDATE letter SET body = body || ' Nej.' WHERE id = ?", (id,))
    database.execute("UPDATE letter_file SET content = x'25504446' WHERE letter_id = ? AND kind = 'pdf'", (id,))
    database.commit()
    database.close()
    refused(run("--instance", folder, "audit", "verify"), f"Skrivelse {id} ({number})", "texten, PDF-filen")


# import


def test_what_only_the_importer_knows_is_refused_too(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"\xff\xfe\x00")
    refused(run("--instance", instance, "import", tmp_path / "in.jsonl"), "UTF-8")
    refused(run("--instance", instance, "import", tmp_path / "none"), "finns inte")
    numbered = lines(tmp_path / "in.jsonl", {**ROW, "body": "Gäller 19121212-1212."})
    assert "Rad 1" in run("--instance", instance, "import", numbered).stderr


def test_reports_are_imported_once(instance: Path, tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", ROW, {**ROW, "id": 2, "municipality": "Kiruna"})
    assert "2 rapporter skulle" in run("--instance", instance, "import", source, "--dry-run").stdout
    assert "2 rapporter inlästa" in run("--instance", instance, "import", source).stdout
    assert "2 fanns redan" in run("--instance", instance, "import", source).stdout


def test_every_bad_row_is_named_and_nothing_is_imported(instance: Path, tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", ROW, {**ROW, "id": "R2", "title": ""}, {**ROW, "id": "R3", "date": "x"})
    result = run("--instance", instance, "import", source)
    assert result.exit_code == 1
    assert "Rad 2: Fältet title" in result.stderr and "Rad 3: Fältet date" in result.stderr
    source = lines(tmp_path / "in.jsonl", ROW)
    assert "1 rapport inläst" in run("--instance", instance, "import", source).stdout


# cluster, rank, evaluate, privacy-check


def test_reports_are_grouped_in_the_order_they_came(tmp_path: Path) -> None:
    alike = {"title": "Körkort krävs", "body": "Arbetsgivaren kräver körkort och lånet för körkort nekas av CSN."}
    other = {"title": "Ljudet i lokalen", "body": "Buller och skarpt ljus stänger ute dem med hjärntrötthet."}
    rows = [{"id": 7, **alike}, {"id": "a", **other}, {"id": 7.5, **alike, "agencies": ["CSN"]}, {"id": "b"}]
    target = tmp_path / "out.jsonl"
    result = run("cluster", "--input", lines(tmp_path / "in.jsonl", *rows), "--output", target)
    assert result.exit_code == 0, result.output
    found = read(target)
    assert [row["id"] for row in found] == [7, "a", 7.5, "b"]
    assert [row["barrier"] for row in found] == ["B1", None, "B1", None]


def test_personal_data_is_pointed_out(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(b"\xef\xbb\xbf" + json.dumps({"id": 1, "text": "Ring 070-174 06 05 nu"}).encode() + b"\r\n\r\n")
    result = run("privacy-check", "--input", source, "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    assert read(tmp_path / "out.jsonl") == [{"id": 1, "spans": [[5, 18, "PHONE"]]}]


SUBJECTS = ("körkort lån csn", "tolk tigrinja språk", "tandvård avslag ekonomi", "förskola öppettid natt")


def history(path: Path, count: int = 48) -> Path:
    """A labelled file, the latest report first: four barriers that share no words, and now and then a lone report."""
    rows = [
        {
            "id": number,
            "title": SUBJECTS[number % 4],
            "body": SUBJECTS[number % 4],
            "date": f"2026-{1 + number // 28:02}-{1 + number % 28:02}",
            "barrier_id": None if number % 10 == 9 else number % 4 if number % 4 else "0",
        }
        for number in range(count)
    ]
    return lines(path, *reversed(rows))


def test_barriers_are_ranked_for_each_report_from_the_fortieth_by_those_before_it(tmp_path: Path) -> None:
    target = tmp_path / "ranked.jsonl"
    result = run("rank", "--input", history(tmp_path / "in.jsonl"), "--output", target)
    assert result.exit_code == 0, result.output
    assert result.stdout == "48 rapporter lästa, 9 rangordnade mot dem som kom före.\n"
    found = read(target)
    assert [row["id"] for row in found] == list(range(39, 48))
    tops = [row["top"] for row in found]
    assert all(isinstance(top, list) and len(top) <= 10 and set(top) <= {"0", 1, 2, 3} for top in tops)
    assert [top[0] for top in tops if isinstance(top, list)] == [3, "0", 1, 2, 3, "0", 1, 2, 3]


def test_what_comes_later_changes_no_rank(tmp_path: Path) -> None:
    for count in (44, 48):
        source = history(tmp_path / f"in{count}", count)
        assert run("rank", "--input", source, "--output", tmp_path / f"out{count}").exit_code == 0
    assert read(tmp_path / "out48")[:5] == read(tmp_path / "out44")


def test_a_history_is_measured_in_swedish_with_all_half_and_no_fields(tmp_path: Path) -> None:
    result = run("evaluate", history(tmp_path / "in.jsonl"))
    assert result.exit_code == 0, result.output
    assert "Rapporter i filen: 48, varav 44 om 4 hinder och 4 ensamma." in result.stdout
    assert "alla fält" in result.stdout and "bara texten" in result.stdout
    first = next(line for line in result.stdout.splitlines() if line.startswith("Rätt hinder först"))
    assert first.count("1,00 (1,00–1,00)") == 3 and first.endswith("8 rapporter")


def test_a_history_that_is_too_short_to_rank_is_still_grouped(tmp_path: Path) -> None:
    result = run("evaluate", history(tmp_path / "in.jsonl", 12))
    assert result.exit_code == 0, result.output
    first = next(line for line in result.stdout.splitlines() if line.startswith("Rätt hinder först"))
    assert first.split()[3:] == ["–", "–", "–", "0", "rapporter"]


def test_a_file_without_two_reports_of_one_barrier_is_not_measured(tmp_path: Path) -> None:
    refused(run("evaluate", lines(tmp_path / "in.jsonl", {"id": 1, "barrier_id": "a"}, {"id": 2})), "barrier_id")


@pytest.mark.parametrize("barrier", [True, 1.5, ["a"], {"a": 1}])
def test_a_barrier_that_is_no_name_is_refused(barrier: object, tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", {"id": 1, "barrier_id": barrier})
    for args in (("rank", "--input", source, "--output", tmp_path / "out"), ("evaluate", source)):
        result = run(*args)
        assert result.exit_code == 1
        assert result.stderr.startswith("Rad 1: Fältet barrier_id ")


BAD_ROWS = [
    (b"{", "JSON"),
    (b"[1]", "JSON-objekt"),
    (b"[" * 100_000, "JSON"),
    (b'{"id": NaN, "text": "x", "title": "x"}', "JSON"),
    (b'{"id": 1e999, "text": "x"}', "id"),
    (b'{"text": "x"}', "id"),
    (b'{"id": true, "text": "x"}', "id"),
    (b'{"id": "\\ud800", "text": "x"}', "id"),
    (b'{"id": 1, "text": "\\ud800", "title": "\\ud800"}', "tecken"),
    (b'{"id": 1, "text": "\\u0000", "title": "\\u0000"}', "tecken"),
    (b'{"id": 1, "text": 5, "title": 5}', "text"),
]


@pytest.mark.parametrize("command", ["cluster", "rank", "privacy-check"])
@pytest.mark.parametrize(("line", "word"), BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_is_written(command: str, line: bytes, word: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b'{"id": 0, "text": "bra", "title": "bra"}\n' + line + b"\n")
    result = run(command, "--input", source, "--output", target)
    assert result.exit_code == 1
    assert result.stderr.startswith("Rad 2: ") and word in result.stderr
    assert not target.exists()


@pytest.mark.parametrize(
    "fields", [{"agencies": "AF"}, {"agencies": [1]}, {"date": "igår"}, {"weeks_lost": "3"}, {"weeks_lost": -1}]
)
def test_a_field_of_the_wrong_type_is_named(fields: dict[str, object], tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", {"id": 1, "title": "x", **fields})
    result = run("cluster", "--input", source, "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Rad 1: Fältet {next(iter(fields))} ")


@pytest.mark.parametrize("command", ["cluster", "rank", "privacy-check"])
def test_a_file_that_is_not_what_it_says_is_refused(command: str, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    refused(run(command, "--input", tmp_path / "none", "--output", target), "finns inte")
    refused(run(command, "--input", tmp_path, "--output", target), "mapp")
    for content in (b"\x89PNG\r\n\x1a\n\x00\x00", b'{"id": 1}\x00', '{"id": "å"}'.encode("latin-1")):
        (tmp_path / "binary").write_bytes(content)
        refused(run(command, "--input", tmp_path / "binary", "--output", target), "binary")
    refused(run(command, "--input", tmp_path / "binary", "--output", tmp_path / "no" / "out"), "finns inte")
    assert not target.exists()


@pytest.mark.parametrize("command", ["cluster", "rank", "privacy-check"])
def test_an_empty_file_gives_an_empty_file(command: str, tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    assert run(command, "--input", tmp_path / "in", "--output", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out").read_bytes() == b""


def test_an_old_result_stays_when_the_new_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("{")
    (tmp_path / "out").write_text("old")
    assert run("cluster", "--input", tmp_path / "in", "--output", tmp_path / "out").exit_code == 1
    assert (tmp_path / "out").read_text() == "old"


def test_both_doors_refuse_an_older_programs_search_words_in_the_same_sentence(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVIATIONS_INSTANCE", str(instance))
    started = (sys.executable, "-c", "import wsgi; print(wsgi.app.name)")
    assert subprocess.run(started, cwd=ROOT, capture_output=True, text=True).stdout == "deviations\n"
    with sqlite3.connect(instance / "deviations.sqlite3") as database:
        assert database.execute("DELETE FROM setting WHERE name = 'search'").rowcount == 1
    served = run("--instance", instance, "serve")
    refused(served, "Sökregistret", "deviations migrate")
    done = subprocess.run(started, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, served.stderr)
