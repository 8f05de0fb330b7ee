"""Imports point inwards, and what is heavy is not loaded before it is needed."""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

HEAVY = ("docx", "networkx", "numpy", "scipy", "typst")


def test_every_import_contract_is_kept() -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed (extra `check`).")
    code = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-2000:]


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("deviations.domain.workflow", ("flask", "sqlalchemy", "wtforms", "jinja2", *HEAVY)),
        ("deviations.models", ("flask", "wtforms", *HEAVY)),
        ("deviations.cli", HEAVY),
        ("deviations.app", HEAVY),
    ],
)
def test_a_module_starts_without_what_it_does_not_need(module: str, unwanted: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*[name for name in {unwanted!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == []
