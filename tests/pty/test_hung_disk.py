"""The real program on a disk that stops answering: keys are answered, and the program can be left or ended."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from report_tui import Report
from tests.faults.test_signals import check_given_back, type_something
from tests.pty.program import demo, kept, state
from tests.pty.terminal import Terminal

__all__ = ["demo", "state"]

SCRIPT = """\
import os, sys, time
from pathlib import Path

FLAG, FOLDER = sys.argv.pop(1), sys.argv.pop(1)


def hanging(function):
    def called(*arguments, **named):
        if arguments and str(arguments[0]).startswith(FOLDER) and real_exists(FLAG):
            while real_exists(FLAG):  # whoever asks, the app's own thread as well
                time.sleep(0.01)
        return function(*arguments, **named)

    return called


def real_exists(path):
    try:
        real_stat(path)
    except OSError:
        return False
    return True


real_stat = os.stat
for name in ("open", "stat", "lstat", "scandir", "listdir", "replace", "readlink"):
    setattr(os, name, hanging(getattr(os, name)))

from report_tui.cli import main_entry

main_entry()
"""
"""Starts the program, and lets the folder of the report hang for as long as a file is there."""


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    return tmp_path / "the-disk-hangs"


@pytest.fixture
def command(tmp_path: Path, demo: Path, flag: Path) -> list[str]:
    script = tmp_path / "on_a_hanging_disk.py"
    script.write_text(SCRIPT, encoding="utf-8")
    return [sys.executable, str(script), str(flag), str(demo.parent), str(demo)]


def hang_in_a_save(terminal: Terminal, flag: Path) -> None:
    """Save onto the disk that hangs, and type on."""
    type_something(terminal)
    flag.touch()
    terminal.key("f2")
    terminal.wait_for("saving …")
    terminal.send("later ")
    terminal.wait_for("precious later We are")


def test_leaving_without_waiting(command: list[str], state: dict[str, str], flag: Path, demo: Path) -> None:
    before = demo.read_bytes()
    with Terminal(command, 120, 36, env=state, cwd=Path.cwd()) as terminal:
        hang_in_a_save(terminal, flag)
        terminal.key("f10")
        terminal.wait_for("The disk does not answer")
        terminal.key("up")
        terminal.settle()
        terminal.key("enter")
        assert terminal.exit_code() == 2
        said = check_given_back(terminal)
    assert "the disk did not answer before you left" in said
    assert "what was not saved is kept in " in said
    assert kept(state)[1].startswith("precious later We are")
    assert demo.read_bytes() == before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_while_a_save_hangs(
    command: list[str], state: dict[str, str], flag: Path, demo: Path, name: str
) -> None:
    number = getattr(signal, name)
    with Terminal(command, 120, 36, env=state, cwd=Path.cwd()) as terminal:
        hang_in_a_save(terminal, flag)
        terminal.kill(number)
        assert terminal.exit_code() == 128 + number
        said = check_given_back(terminal)
    assert "what was not saved is kept in " in said
    assert kept(state)[1].startswith("precious later We are")


def test_it_answers_again(command: list[str], state: dict[str, str], flag: Path, demo: Path) -> None:
    with Terminal(command, 120, 36, env=state, cwd=Path.cwd()) as terminal:
        hang_in_a_save(terminal, flag)
        flag.unlink()
        terminal.wait_for("Saved 1 answer")
        terminal.wait_until_gone("saving …")
        saved = Report.from_bytes(demo.read_bytes()).question(1).answer.text
        assert saved.startswith("precious We are")
        terminal.key("f2")
        terminal.wait_for(" saved")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert Report.from_bytes(demo.read_bytes()).question(1).answer.text == f"precious later {saved[9:]}"
    assert not list(Path(state["REPORT_TUI_STATE"]).glob("drafts/*"))


def test_leaving_while_pictures_hang(command: list[str], state: dict[str, str], flag: Path) -> None:
    """They are read in threads that the program would wait for at its end."""
    with Terminal(command, 160, 48, env=state, cwd=Path.cwd()) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.settle()
        flag.touch()
        terminal.key("down", "down", "down", "f4")
        terminal.wait_for("power-draw.png")
        terminal.settle()
        terminal.key("escape")
        terminal.wait_until_gone("bring one in")
        terminal.key("f10")
        assert terminal.exit_code() == 0
        assert check_given_back(terminal) == ""


def test_leaving_while_a_figure_is_renamed(command: list[str], state: dict[str, str], flag: Path, demo: Path) -> None:
    before = demo.read_bytes()
    with Terminal(command, 160, 48, env=state, cwd=Path.cwd()) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.settle()
        terminal.key("down", "down", "down", "f4")
        terminal.wait_for("power-draw.png")
        terminal.send("power")
        terminal.key("f6")
        terminal.wait_for("in every answer that names it")
        terminal.send("now")
        terminal.wait_for("figures/now.png")
        flag.touch()
        terminal.key("enter")
        terminal.wait_until_gone("in every answer that names it")
        terminal.key("escape")
        terminal.wait_for("changing figures …")
        terminal.key("enter")
        terminal.settle()
        terminal.send("later ")
        terminal.wait_for("later ")
        terminal.key("f10")
        terminal.wait_for("The disk does not answer")
        terminal.key("up")
        terminal.settle()
        terminal.key("enter")
        assert terminal.exit_code() == 2
        said = check_given_back(terminal)
    assert "what was not saved is kept in " in said
    flag.unlink()
    assert demo.read_bytes() == before
    assert (demo.parent / "figures" / "power-draw.png").exists()
