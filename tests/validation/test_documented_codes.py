"""Scripts rely on the codes of findings: each of them stands in `docs/check-json.md`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from report_tui.validation.figure_facts import FigureState

ROOT = Path(__file__).parents[2]
NO_CODES = {"answer-split", "beside-text", "remote-figures", *map(str, FigureState)}
"""Words of the same form: a checker's name, a placeholder's state, a line of the hand-in, what stands on disk."""


def words_with_hyphens(path: Path) -> set[str]:
    """The string constants of a module that could be codes."""
    constants = (node.value for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Constant))
    return {text for text in constants if isinstance(text, str) and re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", text)}


def test_every_code_is_documented() -> None:
    modules = [*(ROOT / "report_tui" / "validation").glob("*.py"), ROOT / "report_tui" / "core" / "report.py"]
    codes = set[str]().union(*map(words_with_hyphens, modules))
    documented = set(re.findall("`([a-z0-9-]+)`", (ROOT / "docs" / "check-json.md").read_text(encoding="utf-8")))
    assert len(codes) > 60
    assert sorted(codes - documented - NO_CODES) == []
