"""The demo report in a temporary folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report_tui.tui.dialogs import choice
from tests.scenes import ROOT


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A scratch copy of the demo report; returns the path of its README.md."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees where another one left off."""
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys choose at once: nobody types on while a dialog appears, but where a test is about that."""
    monkeypatch.setattr(choice, "TYPING_GUARD", 0.0)
