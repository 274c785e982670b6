"""`--plain` in a real terminal: no screen, an editor that has the keyboard, and ends that nobody asked for."""

from __future__ import annotations

import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui.storage import draft_records
from tests.pty.terminal import Terminal
from tests.scenes import ROOT

# An editor that ctrl+c does not end, as most do: it takes it for a key.
EDITOR = """
import pathlib, signal, sys
signal.signal(signal.SIGINT, lambda *_: print("no, thanks", flush=True))
print("editing", flush=True)
word = input()
path = pathlib.Path(sys.argv[-1])
path.write_bytes(path.read_bytes().rstrip() + word.encode() + b"\\n")
"""
# As long as a line from a terminal can be: the program says so, and so shows that it has read it.
LONG = "precious " * 1000


@pytest.fixture
def report(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


@pytest.fixture
def terminal(report: Path, tmp_path: Path) -> Iterator[Terminal]:
    editor = tmp_path / "editor.py"
    editor.write_text(EDITOR, encoding="utf-8")
    environment = {
        "REPORT_TUI_STATE": str(tmp_path / "state"),
        "VISUAL": f'"{sys.executable}" "{editor}"',
        "TERM": "dumb",
    }
    program = [sys.executable, "-m", "report_tui", "--plain", str(report)]
    with Terminal(program, 120, 36, env=environment) as terminal:
        terminal.wait_for("Command:")
        yield terminal


def rescued(tmp_path: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (tmp_path / "state" / "rescued").iterdir()]


def test_no_byte_moves_the_cursor(terminal: Terminal) -> None:
    terminal.send("lsit\nlist\n")
    terminal.wait_for("12. Extras: ok.")
    terminal.send("quit\n")
    assert terminal.exit_code() == 0  # who mistyped has seen it
    assert not re.search(rb"[^\r\n -~]", terminal.raw)


def test_an_editor_has_the_keyboard_and_ctrl_c(terminal: Terminal, report: Path) -> None:
    before = report.read_bytes()
    terminal.send("edit 1\n")
    terminal.wait_for("editing")
    terminal.key("ctrl+c")
    terminal.wait_for("no, thanks")
    terminal.send(" Not yet.\n")
    terminal.wait_for("1. Group: ok; not saved.")
    terminal.send("save\nquit\n")
    assert terminal.exit_code() == 0
    assert report.read_bytes() == before.replace(b"does not let go.", b"does not let go. Not yet.")


def test_ctrl_c_keeps_what_was_typed_and_goes_on(terminal: Terminal, report: Path, tmp_path: Path) -> None:
    before = report.read_bytes()
    terminal.send("write 1\n")
    terminal.wait_for("Type the answer")
    terminal.send(f"{LONG}\n")
    terminal.wait_for("its end may be lost")
    terminal.key("ctrl+c")
    terminal.wait_for("Stopped.")
    terminal.wait_for("What was not saved lies in")
    terminal.send("show 2\n")
    terminal.wait_for("Anchor, Compass")
    terminal.send("quit\n")
    assert terminal.exit_code() == 0
    assert report.read_bytes() == before
    assert LONG[:1000] in rescued(tmp_path)[0]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_keeps_what_was_not_saved(terminal: Terminal, report: Path, tmp_path: Path, name: str) -> None:
    before = report.read_bytes()
    terminal.send("write 1\nprecious\n.\n")
    terminal.wait_for("not saved.")
    terminal.kill(getattr(signal, name))
    assert terminal.exit_code() == 128 + getattr(signal, name)
    assert report.read_bytes() == before
    (kept,) = (tmp_path / "state" / "drafts").iterdir()
    assert draft_records.read(kept.read_bytes())[1].changes.answers == {1: "precious"}


def test_the_end_of_input_keeps_what_was_not_saved(terminal: Terminal, report: Path, tmp_path: Path) -> None:
    before = report.read_bytes()
    terminal.send("write 1\nprecious\n.\nquit\n")
    terminal.wait_for("Say save, or quit drop")
    terminal.key("ctrl+d")
    assert terminal.exit_code() == 1
    assert report.read_bytes() == before
    (kept,) = (tmp_path / "state" / "drafts").iterdir()
    assert draft_records.read(kept.read_bytes())[1].changes.answers == {1: "precious"}
