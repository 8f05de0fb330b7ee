"""The list of what is met stands on its feet: every item is there, every test and file that it names too, and its
figures are the program's.
"""

import ast
import re

import pytest

from deviations.domain.logins import LIMITS, LONG_LIMITS, PENDING, AttemptKind
from deviations.domain.passwords import LONGEST, SHORTEST
from tests.house.tree import ROOT, inside, modules

# The items of OWASP ASVS 5.0 up to level 2 that apply to a program of this kind.
ITEMS = """
1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.9 1.3.1 1.3.2 1.3.5 1.3.6 1.3.7 1.3.11 1.5.1 2.1.1 2.1.2 2.1.3 2.2.1 2.2.2 2.2.3
2.3.1 2.3.2 2.3.3 2.3.4 2.4.1 3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.7.2
4.1.1 4.1.3 4.2.1 5.1.1 5.2.1 5.2.2 5.2.3 5.3.2 5.4.1 5.4.2 5.4.3 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.7 6.2.8 6.2.9
6.2.10 6.2.12 6.3.1 6.3.2 6.3.3 6.4.1 6.4.2 6.4.3 6.5.1 7.1.1 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.5 7.5.1
8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1 11.4.2 11.5.1 12.1.1 12.2.1 13.2.2 13.3.1 13.4.1 13.4.2 13.4.4 13.4.5 14.1.1
14.2.1 14.2.4 14.3.1 14.3.2 15.1.1 15.1.2 15.3.1 15.3.3 15.3.4 15.3.7 16.1.1 16.2.1 16.2.2 16.2.5 16.3.1 16.3.2 16.3.4
16.4.1 16.4.2 16.5.1 16.5.2 16.5.3
""".split()
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) [^|]+\| ([^|]+) \| (.+) \|$", re.M)
ROWS = ROW.findall(TEXT)
NAMED = sorted(set(re.findall(r"`((?:tests|docs|deviations|\.ci)/[^`\s]+)`", TEXT)))
DANGEROUS = re.compile(
    r"\b(eval|exec)\(|\bimport (subprocess|pickle|marshal)\b|\bos\.(system|popen)\(|render_template_string"
)


def test_every_item_is_judged_once() -> None:
    assert sorted(item for item, _, _ in ROWS) == sorted(ITEMS)


@pytest.mark.parametrize(("item", "state", "shown"), ROWS, ids=[item for item, _, _ in ROWS])
def test_what_is_met_names_what_shows_it(item: str, state: str, shown: str) -> None:
    assert state in {"met", "partly", "not met", "owner"}
    assert state in {"not met", "owner"} or re.search(r"`(tests|docs)/|\]\(#", shown)


def test_what_is_not_met_is_said_again_at_the_end() -> None:
    listed = set(re.findall(r"^- \*\*(\d+\.\d+\.\d+)\*\*", TEXT, re.M))
    assert listed == {item for item, state, _ in ROWS if state in {"partly", "not met"}}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_named_is_there(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists(), path
    if test:
        tree = ast.parse((ROOT / path).read_bytes())
        assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_limits_are_those_of_the_program() -> None:
    told = dict(re.findall(r"^\| [^|]*\(`(\w+)`\) \| ([^|]+) \|", TEXT, re.M))
    assert set(told) == set(AttemptKind)
    for kind, limit in LIMITS.items():
        time = "a day" if limit.within.days else f"in {int(limit.within.total_seconds() // 60)} minutes"
        assert f"{limit.most} {time}" in told[kind]
    for kind, limit in LONG_LIMITS.items():
        assert f"{limit.most} in a day" in told[kind]
    assert f"{SHORTEST} to {LONGEST} characters" in TEXT
    assert f"halfway in {int(PENDING.total_seconds() // 60)} minutes" in TEXT


def test_the_program_starts_no_other_program_and_builds_no_code() -> None:
    found = [
        f"{inside(path)}:{number}"
        for path in modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if DANGEROUS.search(line)
    ]
    assert found == []


def test_no_form_fills_a_table_by_itself() -> None:
    found = [inside(path) for path in modules() if "populate_obj" in path.read_text(encoding="utf-8")]
    assert found == []
