"""What the tests of the commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Runner


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Commands in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "TERM", "REPORT_TUI_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return Runner(tmp_path, capfdbinary)
