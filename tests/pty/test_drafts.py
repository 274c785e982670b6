"""Drafts at the real program: killed without a word, and started again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from report_tui import Report
from report_tui.storage import draft_records
from tests.pty.terminal import Terminal
from tests.pty.test_program import PROGRAM, demo, state

__all__ = ["demo", "state"]


def kept(state: dict[str, str], number: int) -> str:
    """The text of an answer in whatever journal holds it."""
    for path in (Path(state["REPORT_TUI_STATE"]) / "drafts").glob("*.draft"):
        text = draft_records.read(path.read_bytes())[1].changes.answers.get(number)
        if text is not None:
            return text
    return ""


def until_kept(terminal: Terminal, state: dict[str, str], number: int, start: str) -> None:
    """Read on until the journal holds an answer that begins so."""
    terminal._wait_until(lambda: kept(state, number).startswith(start), f"{start} in the journal", 15)


def is_stopped(terminal: Terminal) -> bool:
    """Whether the program is stopped, as by ctrl+z in a shell."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(terminal._child.pid)], capture_output=True, check=True)
    return told.stdout.startswith(b"T")


def test_what_was_typed_before_a_kill_is_offered_and_saved(demo: Path, state: dict[str, str]) -> None:
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        until_kept(terminal, state, 1, "precious We are")
        terminal.kill(signal.SIGKILL)
        assert terminal.exit_code() == -signal.SIGKILL
    assert demo.read_bytes() == before
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Typed just now and not saved: 1 answer")
        terminal.wait_for("+ precious We are")
        terminal.key("enter")
        terminal.wait_for("1 unsaved")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert Report.from_bytes(demo.read_bytes()).question(1).answer.text.startswith("precious We are")
    assert list((Path(state["REPORT_TUI_STATE"]) / "drafts").iterdir()) == []


def test_two_windows_see_each_other_and_one_that_is_killed_is_forgotten(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as one:
        one.wait_for("Field Robotics 2026")
        with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as two:
            one.wait_for("open in another window too")
            two.wait_for("open in another window too")
            two.key("enter")
            two.wait_for("esc list")
            two.send("precious ")
            until_kept(two, state, 1, "precious We are")
            two.kill(signal.SIGKILL)
            assert two.exit_code() == -signal.SIGKILL
        one.wait_until_gone("open in another window too")
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("+ precious We are")


def test_a_program_that_is_stopped_has_kept_everything(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.kill(signal.SIGTSTP)
        until_kept(terminal, state, 1, "precious We are")
        for _ in range(1000):
            if is_stopped(terminal):
                break
            terminal._read(0.05)
        terminal.kill(signal.SIGCONT)
        terminal.send("more ")
        terminal.wait_for("precious more We are")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")


def test_the_demo_keeps_no_journal(state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, "demo"], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        said = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "precious We are" in said
    assert not (Path(state["REPORT_TUI_STATE"]) / "drafts").exists()
