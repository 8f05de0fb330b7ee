"""Every template compiles, carries nothing inline, and leaves form tags to the components."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house.tree import TEMPLATES, templates

TEMPLATE = pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(TEMPLATES).as_posix())
INLINE = {
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "event attribute": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I),
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/json|importmap)\")", re.I),
    "javascript address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
}
FROM_ELSEWHERE = re.compile(r"<(?:link|script|img|source|iframe)\b[^>]*(?:href|src)=[\"'](?:https?:)?//", re.I)


def without_comments(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)


def test_there_are_templates() -> None:
    assert templates()


def test_every_template_compiles(app: Flask) -> None:
    for name in app.jinja_env.list_templates(filter_func=lambda name: not name.startswith("bootstrap")):
        app.jinja_env.get_template(name)


@TEMPLATE
def test_nothing_is_inline(path: Path) -> None:
    text = without_comments(path)
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@TEMPLATE
def test_form_tags_are_written_by_components_only(path: Path) -> None:
    """But for base.html, the frame around every page, whose only form logs out."""
    if "components" not in path.relative_to(TEMPLATES).parts and path.name != "base.html":
        assert "<form" not in without_comments(path)


@TEMPLATE
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    assert not FROM_ELSEWHERE.search(without_comments(path))


@TEMPLATE
def test_every_imported_macro_is_used(path: Path) -> None:
    text = without_comments(path)
    for names in re.findall(r"{%-?\s*from\s+\S+\s+import\s+(.+?)\s*(?:with(?:out)? context\s*)?-?%}", text, re.S):
        for name in names.split(","):
            called = name.split(" as ")[-1].strip()
            assert len(re.findall(rf"\b{re.escape(called)}\b", text)) > 1, f"{called} is imported and never used"
