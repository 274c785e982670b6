"""The real program for tests in a pseudo-terminal: how it is started, on what, and what it left in its journal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from report_tui.storage import draft_records
from tests.scenes import ROOT

PROGRAM = (sys.executable, "-m", "report_tui")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A scratch copy of the demo report."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is remembered from elsewhere."""
    return {"REPORT_TUI_STATE": str(tmp_path / "state")}


def with_settings(tmp_path: Path, text: str) -> dict[str, str]:
    """An environment in which nothing is remembered, and the settings file says this."""
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    return {"REPORT_TUI_STATE": str(tmp_path / "state"), "REPORT_TUI_CONFIG": str(tmp_path / "settings.toml")}


def kept(state: dict[str, str]) -> dict[int, str]:
    """The texts in the one journal that was left behind."""
    (journal,) = (Path(state["REPORT_TUI_STATE"]) / "drafts").glob("*.draft")
    return dict(draft_records.read(journal.read_bytes())[1].changes.answers)
