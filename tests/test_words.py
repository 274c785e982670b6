"""What is said is read in a terminal, in the app and on a page; keys may be set: one is named as it is, or not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import report_tui

KEY = re.compile(r"\b(?:F\d{1,2}|(?:Ctrl|Alt)\+\w)\b")
PACKAGE = Path(report_tui.__path__[0])
FILES = sorted(PACKAGE.rglob("*.py"))


def said(path: Path) -> list[str]:
    """The texts in a module that somebody may be shown."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documentation)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 200
    assert any("Choose between two versions" in text for path in FILES for text in said(path))
    assert KEY.search("press F9") and KEY.search('Ctrl+P "Choose"')


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_key_of_the_app_is_named_where_another_one_may_be_set(path: Path) -> None:
    assert [text for text in said(path) if KEY.search(text)] == []
