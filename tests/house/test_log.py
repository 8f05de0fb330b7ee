"""Every line that the program writes in the audit log has words for the administrator."""

import ast
import re
from collections.abc import Iterator

from deviations.domain.log import BEGINS
from deviations.services import kin
from deviations.services.audit import STEPS
from deviations.web.log_words import ACTIONS, ASKED, NOUNS
from tests.house.tree import inside, modules

CODE = re.compile(r"[a-z_]+\.[a-z_]+\Z")
WORKED_OUT = {  # codes of which the program works out a part: `f"barrier.{act}"`
    *(f"barrier.{act}" for act in ("merged", "split")),
    *(f"proposal.{what}" for what in (kin.APART, kin.DIVIDED, kin.TOGETHER)),
    *(f"{noun}.noted" for noun in ("deviation", "barrier")),
    *STEPS,
}


def services() -> Iterator[tuple[str, ast.Module]]:
    """Every module that may write a line."""
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if "audit.record(" in text:
            yield inside(path), ast.parse(text)


def written() -> dict[str, str]:
    """Every code that a module with such a call holds, in the call or on its way there, and where it stands."""
    found: dict[str, str] = {}
    for name, tree in services():
        texts = (
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        found |= {text: name for text in texts if CODE.match(text) and not text.endswith((".html", ".json"))}
    return found


def subjects() -> set[str]:
    """What the lines are about, up to the colon."""
    found: set[str] = set()
    for _, tree in services():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record" and len(node.args) > 3:
                found |= _nouns(node.args[3])
    return found


def _nouns(told: ast.expr) -> set[str]:
    if isinstance(told, ast.IfExp):
        return _nouns(told.body) | _nouns(told.orelse)
    first = told.values[0] if isinstance(told, ast.JoinedStr) else told
    text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
    return {text.partition(":")[0]} if text else set()


def test_every_line_has_words() -> None:
    assert {code: where for code, where in written().items() if code not in ACTIONS} == {}
    assert WORKED_OUT - set(ACTIONS) == set()


def test_no_words_are_for_lines_that_nobody_writes() -> None:
    assert set(ACTIONS) - set(written()) - WORKED_OUT == set()


def test_everything_that_a_line_is_about_has_a_name() -> None:
    assert len(subjects()) > 15
    assert subjects() - set(NOUNS) == set()
    assert set(ASKED) <= set(NOUNS)


def test_every_line_is_of_one_kind() -> None:
    nouns = [noun for found in BEGINS.values() for noun in found]
    assert len(nouns) == len(set(nouns))
    assert set(nouns) <= {code.partition(".")[0] for code in ACTIONS}
