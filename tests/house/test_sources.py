"""Every module says what it is for, has a name that says something, and lets only the entry points commit."""

import ast
import re

from tests.house.tree import PACKAGE, ROOT, committed, inside, modules

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "tools", "stuff"}
MAY_COMMIT = ("web/", "cli.py", "cli/", "demo/", "jobs/")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Folders of one machine, and what lies beside the repository on it.
OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(?:home|Users|work|root|mnt)/\w|\.\./shared\b|/tmp/[a-z]+/")


def test_every_module_opens_with_a_docstring() -> None:
    silent = [inside(path) for path in modules() if not ast.get_docstring(ast.parse(path.read_bytes()))]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    found = [inside(path) for path in committed() if path.stem.lower().strip("_") in SAYS_NOTHING]
    assert found == []


def test_only_the_entry_points_commit() -> None:
    found = [
        f"{inside(path)}:{number}"
        for path in modules()
        if not path.relative_to(PACKAGE).as_posix().startswith(MAY_COMMIT)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ".commit(" in line
    ]
    assert found == []


def test_nothing_committed_names_a_folder_of_one_machine() -> None:
    found = [
        f"{inside(path)}:{number}: {line.strip()[:100]}"
        for path in committed()
        if path.name != "test_sources.py" and b"\0" not in path.read_bytes()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert found == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    found = [
        f"{inside(path)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_each_switched_off_check_carries_its_reason() -> None:
    bare = re.compile(r"#\s*noqa(?!:\s*[A-Z0-9, ]+\s+[#-]\s*\w)")
    found = [
        f"{inside(path)}:{number}"
        for path in [*modules(), *sorted((ROOT / "tests").rglob("*.py"))]
        if path.name != "test_sources.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []
