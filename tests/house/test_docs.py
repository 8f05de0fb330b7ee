"""The documents keep up with the program: each command, each setting, this version, and no dead link."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.house.tree import DOCS, PACKAGE, ROOT, docs, inside, setting

START = (
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/deviations demo",
    "python3 -m venv .venv && .venv/bin/pip install -c constraints.txt '.[test]' && .venv/bin/pytest",
)
WANTED = ["docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE"]


def test_every_command_is_described() -> None:
    group = import_module("deviations.cli").main
    assert isinstance(group, click.Group)
    undescribed = [name for name in group.commands if not re.search(rf"deviations (--\S+ \S+ )*{name}\b", docs())]
    assert undescribed == []


def test_every_command_has_a_help_text() -> None:
    group = import_module("deviations.cli").main
    assert [name for name, command in group.commands.items() if not command.get_short_help_str()] == []


def test_every_setting_is_described() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    settings = set(re.findall(r"\"(DEVIATIONS_[A-Z_]+)\"", code))
    assert {name for name in settings if name not in docs()} == set()


def test_the_changelog_has_this_version() -> None:
    version = setting("metadata", "version")
    assert re.search(rf"^## .*{re.escape(version)}", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)


def test_the_readme_starts_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command for command in START if command not in readme] == []
    assert readme.index(START[0]) < readme.index(START[1]) < 2500


@pytest.mark.parametrize("name", WANTED)
def test_a_wanted_document_is_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500


@pytest.mark.parametrize("path", [path for path in DOCS if path.exists()], ids=inside)
def test_no_link_is_dead(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.S)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    local = [target for target in targets if not target.startswith(("http://", "https://", "mailto:"))]
    assert [target for target in local if not (path.parent / target).exists()] == []
