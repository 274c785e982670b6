"""What the core and the checks say is read in a terminal, in the app and on a page: it fits all of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import report_tui

KEY = re.compile(r"\b(?:F\d{1,2}|(?:Ctrl|Alt)\+\w)\b", re.IGNORECASE)
FILES = sorted(
    path for layer in ("core", "validation", "render") for path in (Path(report_tui.__path__[0]) / layer).glob("*.py")
)


def said(path: Path) -> list[str]:
    """The texts in a module that somebody may be shown."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documentation)
    return [node.value for node in constants if isinstance(node.value, str)]


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 60
    assert any("Choose between two versions" in text for path in FILES for text in said(path))
    assert KEY.search("press F9") and KEY.search('Ctrl+P "Choose"')


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_key_of_the_app_is_named_where_there_may_be_no_app_or_another_key(path: Path) -> None:
    assert [text for text in said(path) if KEY.search(text)] == []
