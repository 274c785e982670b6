"""A settings file at the real program: its keys and its theme are used, and what is wrong in it is said."""

from __future__ import annotations

from pathlib import Path

from tests.pty.program import PROGRAM, demo, with_settings
from tests.pty.terminal import Terminal

__all__ = ["demo"]


def test_what_is_right_in_it_is_used_and_what_is_wrong_is_said(demo: Path, tmp_path: Path) -> None:
    env = with_settings(tmp_path, 'them = "light"\n\n[keys]\nquit = "alt+q"\n')
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=env) as terminal:
        terminal.wait_for("unknown setting 'them'")
        terminal.wait_for("Alt+Q quit")
        terminal.send(b"\x1bq")
        assert terminal.exit_code() == 0


def test_a_chosen_theme_is_there_the_next_time(demo: Path, tmp_path: Path) -> None:
    env = with_settings(tmp_path, "")
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=env) as terminal:
        terminal.wait_for("F10 quit")
        terminal.key("ctrl+p")
        terminal.wait_for("Search for commands")
        terminal.send("light")
        terminal.wait_until_gone("Edit this answer")
        terminal.wait_for("Theme: light")
        terminal.key("enter")
        terminal.wait_until_gone("Theme: light")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert (tmp_path / "state" / "theme").read_text(encoding="ascii") == "light\n"
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=env) as terminal:
        terminal.wait_for("F10 quit")
        terminal.key("ctrl+p")
        terminal.wait_for("Search for commands")
        terminal.send("theme")
        terminal.wait_for("Theme: dark")
