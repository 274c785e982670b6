"""The figure picker in a real terminal: it follows the folder, and sends a picture only to who can show it."""

from __future__ import annotations

import shutil
from pathlib import Path

from report_tui.tui import kitty
from tests.pty.program import PROGRAM, demo, with_settings
from tests.pty.terminal import Terminal

__all__ = ["demo"]


def test_an_open_picker_follows_the_folder(demo: Path, tmp_path: Path) -> None:
    figures = demo.parent / "figures"
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=with_settings(tmp_path, "")) as terminal:
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
    env = with_settings(tmp_path, 'pictures = "kitty"\n') | {"TERM": "xterm-kitty"}
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
