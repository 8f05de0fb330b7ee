"""The files of the repository, as the tests about the code see them."""

import configparser
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deviations"
TEMPLATES = PACKAGE / "templates"
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def inside(path: Path) -> str:
    """A path as it is written in a message: from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def modules() -> list[Path]:
    """Every Python file of the program."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def templates() -> list[Path]:
    """Every HTML template."""
    return sorted(TEMPLATES.rglob("*.html"))


def committed() -> list[Path]:
    """What is in git or about to be: all files that are not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def setting(section: str, name: str) -> str:
    """One setting of setup.cfg."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser.get(section, name)


def docs() -> str:
    """README, CONTRIBUTING and all of docs/ in one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCS if path.exists())
