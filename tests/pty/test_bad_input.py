"""Bad input at the real program: files that it cannot open, pastes that end too early, keys faster than any hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from report_tui import Report
from tests.faults import hostile
from tests.pty.terminal import Terminal

PROGRAM = (sys.executable, "-m", "report_tui")
BURST = "The crane lifts four crates at once, and the quay is wet. "
BURSTS = 25


def test_a_file_that_the_app_cannot_open_is_one_line(tmp_path: Path) -> None:
    report = tmp_path / "README.md"
    for name in ("no bytes", "binary", "UTF-16 LE with its mark", "a lone surrogate", "UTF-16 BE"):
        report.write_bytes(hostile.FILES[name]())
        with Terminal([*PROGRAM, str(report)], 100, 24, env={"REPORT_TUI_STATE": str(tmp_path / "state")}) as terminal:
            assert terminal.exit_code() == 2
            said = [line for line in terminal.screen if line]
            assert len(said) <= 3 and said[0].startswith("report-tui: "), said
            assert "README.md" in "".join(said) and "Traceback" not in "".join(said)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_bytes(hostile.report(""))
    return path


def answer(path: Path) -> str:
    return Report.from_bytes(path.read_bytes()).question(2).answer.text


def opened(report: Path) -> Terminal:
    return Terminal([*PROGRAM, str(report)], 120, 36, env={"REPORT_TUI_STATE": str(report.parent / "state")})


def edit_second(terminal: Terminal) -> None:
    terminal.wait_for("Harbour report")
    terminal.send("\x1b[B")
    terminal.wait_for("about part 2")
    terminal.key("enter")
    terminal.wait_for("esc list")


def test_a_paste_with_its_own_end_inside_is_text_and_then_keys(report: Path) -> None:
    with opened(report) as terminal:
        edit_second(terminal)
        terminal.paste("one \x1b[201~two \x1b[200~three \x1b[31mred\x1b[0m ")
        terminal.send("four")
        terminal.wait_for("four")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert answer(report) == "one two three red four"


def test_keys_faster_than_any_hand_all_arrive(report: Path) -> None:
    with opened(report) as terminal:
        edit_second(terminal)
        for number in range(BURSTS):
            # Each in one go; then what the program paints has to be read, or it could write no more.
            terminal.send(f"{BURST}n{number:03d}\r")
            terminal.wait_for(f"n{number:03d}", timeout=60)
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer", timeout=60)
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert answer(report) == "\n".join(f"{BURST}n{number:03d}" for number in range(BURSTS))
