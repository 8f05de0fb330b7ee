"""What the program is made of and under which terms: the list of packages, the warning about holes, licences, and the
file by which catalogues of public software find it.
"""

import json
import subprocess
import sys
from importlib import metadata
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.house.tree import ROOT, setting

STATUS = ("concept", "development", "beta", "stable", "obsolete")
CATEGORIES = frozenset(  # of the standard's list, those that could ever fit
    (
        "collaboration",
        "data-collection",
        "document-management",
        "feedback-and-reviews-management",
        "workflow-management",
    )
)
SCOPES = frozenset(("employment", "healthcare", "local-authorities", "welfare"))


def script(name: str) -> ModuleType:
    """A script of .ci/, as a module."""
    loader = SourceFileLoader(f"ci_{name}", str(ROOT / ".ci" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


# The list of packages


@pytest.fixture(scope="module")
def bom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The list that the command makes of this environment."""
    if find_spec("cyclonedx_py") is None:
        pytest.skip("No cyclonedx-bom here (pip install -c constraints.txt '.[check]').")
    try:
        metadata.distribution("deviations")
    except metadata.PackageNotFoundError:
        pytest.skip("The program is not installed here (pip install .).")
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    done = subprocess.run([sys.executable, ROOT / ".ci" / "sbom", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_list_of_packages_is_about_the_program(bom: dict[str, Any]) -> None:
    about = bom["metadata"]["component"]
    assert (bom["bomFormat"], about["name"], about["version"]) == (
        "CycloneDX",
        "deviations",
        setting("metadata", "version"),
    )
    assert about["licenses"][0]["license"]["id"] == "EUPL-1.2"


def test_it_holds_what_the_program_needs_and_none_of_the_tools(bom: dict[str, Any]) -> None:
    names = {part["name"].lower().replace("_", "-") for part in bom["components"]}
    assert {"flask", "werkzeug", "sqlalchemy", "wtforms", "typst", "cryptography", "psycopg-binary"} <= names
    assert not names & {"pytest", "ruff", "mypy", "pip-audit", "reuse", "hypothesis", "playwright", "pip"}


def test_each_package_has_its_exact_version_and_address(bom: dict[str, Any]) -> None:
    for part in bom["components"]:
        assert part["version"] == metadata.version(part["name"]), part["name"]
        assert part["purl"] == f"pkg:pypi/{part['name'].lower().replace('_', '-')}@{part['version']}"


def test_who_needs_whom_is_told_of_listed_packages_only(bom: dict[str, Any]) -> None:
    known = {part["bom-ref"] for part in bom["components"]} | {bom["metadata"]["component"]["bom-ref"]}
    told = {one["ref"]: set(one["dependsOn"]) for one in bom["dependencies"]}
    assert set(told) == known
    assert set().union(*told.values()) <= known
    assert any(ref.lower().startswith("flask==") for ref in told[bom["metadata"]["component"]["bom-ref"]])


# The warning about holes


def answer(*packages: tuple[str, int | None]) -> dict[str, Any]:
    """What pip-audit says: each package with so many holes, or (None) not known to the service."""
    return {
        "dependencies": [
            {"name": name, "skip_reason": "Dependency not found"}
            if holes is None
            else {
                "name": name,
                "version": "1.0",
                "vulns": [{"id": f"PYSEC-{n}", "fix_versions": ["1.1"] if n else []} for n in range(holes)],
            }
            for name, holes in packages
        ]
    }


def test_holes_are_told_with_the_version_that_mends_them() -> None:
    asked, lines = script("audit").said(answer(("flask", 2), ("jinja2", 0)))
    assert asked
    assert lines[0] == "WARNING: flask 1.0: PYSEC-0, mended in no version"
    assert lines[1] == "WARNING: flask 1.0: PYSEC-1, mended in 1.1"
    assert lines[-1] == "2 of 2 packages asked about, 2 known vulnerabilities."


def test_what_nobody_was_asked_about_is_never_called_free_of_holes() -> None:
    audit = script("audit")
    assert audit.said(answer(("flask", None), ("jinja2", None), ("deviations", None)))[0] is False
    asked, lines = audit.said(answer(("flask", 0), ("jinja2", None), ("deviations", None)))
    assert asked and lines[0] == "NOT ASKED ABOUT: jinja2"


# Licences


def test_every_licence_that_is_named_is_there_in_full() -> None:
    named = {
        line.split('"')[1] for line in read("REUSE.toml").splitlines() if line.startswith("SPDX-License-Identifier")
    }
    assert named == {path.stem for path in (ROOT / "LICENSES").iterdir()}
    assert read("LICENSES/EUPL-1.2.txt") == read("LICENSE")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# publiccode.yml


@pytest.fixture(scope="module")
def public() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="No PyYAML here (pip install -c constraints.txt '.[check]').")
    found: dict[str, Any] = yaml.safe_load(read("publiccode.yml"))
    return found


def test_publiccode_has_what_its_standard_asks_for(public: dict[str, Any]) -> None:
    """https://yml.publiccode.tools/schema.core.html"""
    assert public["publiccodeYmlVersion"] == "0.4"
    assert public["url"].startswith("https://") and public["name"] == "Mellan stolarna"
    assert public["platforms"] == ["web"] and public["softwareType"] == "standalone/web"
    assert public["developmentStatus"] in STATUS
    assert set(public["categories"]) <= CATEGORIES and set(public["intendedAudience"]["scope"]) <= SCOPES
    assert public["maintenance"]["type"] == "community" and public["maintenance"]["contacts"][0]["name"]
    assert public["localisation"]["localisationReady"] is True


@pytest.mark.parametrize("language", ["sv", "en"])
def test_publiccode_describes_it_in_both_languages(public: dict[str, Any], language: str) -> None:
    told = public["description"][language]
    assert len(told["shortDescription"]) <= 150
    assert 150 <= len(told["longDescription"]) <= 10_000
    assert len(told["features"]) >= 5
    assert language in public["localisation"]["availableLanguages"]


def test_publiccode_says_what_the_package_says(public: dict[str, Any]) -> None:
    assert public["softwareVersion"] == setting("metadata", "version")
    assert public["legal"]["license"] == setting("metadata", "license_expression")
    assert (ROOT / Path(public["logo"])).is_file()
