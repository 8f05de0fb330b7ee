"""What is installed is the whole program: code, templates, fonts, reference data, migrations, texts."""

from importlib import metadata

import pytest

from tests.house.tree import PACKAGE, ROOT, committed, setting


def installed_files() -> set[str]:
    """The files that pip unpacked from the wheel; skips where the program is not installed or only linked."""
    try:
        distribution = metadata.distribution("deviations")
    except metadata.PackageNotFoundError:
        pytest.skip("The program is not installed here (pip install .).")
    names = {path.as_posix() for path in distribution.files or [] if "__pycache__" not in path.parts}
    if "deviations/__init__.py" not in names:
        pytest.skip("The program is installed by a link to its source (pip install -e).")
    return names


def test_the_wheel_holds_every_file_of_the_package() -> None:
    wanted = {path.relative_to(ROOT).as_posix() for path in committed() if PACKAGE in path.parents}
    missing = wanted - installed_files()
    assert missing == set(), "not in the wheel, or newer than the installation: pip install -c constraints.txt ."


def test_the_wheel_holds_nothing_else() -> None:
    extra = {name for name in installed_files() if name.startswith("deviations/")}
    there = {path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*")}
    assert extra - there == set()


def test_the_wheel_names_its_licence() -> None:
    installed_files()
    about = metadata.metadata("deviations")
    assert about["License-Expression"] == "EUPL-1.2"
    assert about["Version"] == setting("metadata", "version")


def test_every_pinned_package_is_pinned_exactly() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    loose = [line for line in lines if line and not line.startswith("#") and "==" not in line]
    assert loose == []
    assert len(lines) > 50
