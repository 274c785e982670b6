"""The figure picker in a real terminal: it follows the folder by itself, and sends a picture only to who can show it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from report_tui.tui import kitty
from tests.pty.terminal import Terminal
from tests.scenes import ROOT

PROGRAM = (sys.executable, "-m", "report_tui")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A scratch copy of the demo report."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


def environment(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    return {"REPORT_TUI_STATE": str(tmp_path / "state"), "REPORT_TUI_CONFIG": str(tmp_path / "settings.toml")}


def test_an_open_picker_follows_the_folder(demo: Path, tmp_path: Path) -> None:
    figures = demo.parent / "figures"
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=environment(tmp_path, "")) as terminal:
        terminal.wait_for("Field Robotics")
        terminal.key("f4")
        terminal.wait_for("4 files")
        terminal.wait_for("▀▀▀▀")
        shutil.copy(figures / "wheel-slip.png", figures / "another.png")
        terminal.wait_for("another.png")
        (figures / "another.png").unlink()
        terminal.wait_for("4 files")
        terminal.key("f4")
        terminal.wait_for("ready")
        assert b"\x1b_G" not in terminal.raw
        terminal.key("f10")
        assert terminal.exit_code() == 0


def test_kittys_protocol_is_used_where_it_is_set_and_spoken(demo: Path, tmp_path: Path) -> None:
    env = environment(tmp_path, 'pictures = "kitty"\n') | {"TERM": "xterm-kitty"}
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=env) as terminal:
        terminal.wait_for("Field Robotics")
        terminal.key("f4")
        terminal.wait_for("4 files")
        terminal.wait_for(kitty.PLACE)
        first = kitty.number(1)
        assert f"\x1b_Ga=T,U=1,q=2,i={first},".encode() in terminal.raw
        assert b"\x1b[38;2;%d;%d;%dm" % kitty.colour(first) in terminal.raw
        assert terminal.raw.index(b"\x1b_G") < terminal.raw.index(kitty.PLACE.encode())
        terminal.key("f4")
        terminal.wait_for("ready")
        terminal.key("f10")
        assert terminal.exit_code() == 0
        assert kitty.taken_away(first).encode() in terminal.raw
