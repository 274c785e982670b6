"""Signals, terminals, a killed editor and faults of ours: the text is kept, the terminal given back, the code right."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.core.changes import Changes, Draft
from report_tui.tui.ending import Ending
from report_tui.tui.flows.keeping import Keeping
from tests.pty.program import PROGRAM, demo, kept, state
from tests.pty.terminal import Terminal

__all__ = ["demo", "state"]

pytestmark = pytest.mark.pty
LEFT, CURSOR_SHOWN, CURSOR_HIDDEN, ENTERED = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?25l", b"\x1b[?1049h"
REPORTING = [b"\x1b[?1000", b"\x1b[?1003", b"\x1b[?1015", b"\x1b[?1006", b"\x1b[?2004", b"\x1b[?1004"]
"""The mouse, pastes and the focus are reported to a program only while it runs."""


def type_something(terminal: Terminal) -> None:
    """A word in front of the first answer."""
    terminal.wait_for("Field Robotics 2026")
    terminal.key("enter")
    terminal.wait_for("esc list")
    terminal.send("precious ")
    terminal.wait_for("precious We are")


def check_given_back(terminal: Terminal) -> str:
    """The terminal is as it was before; returns what was said below the picture."""
    raw = terminal.raw
    assert raw.rindex(LEFT) > raw.rindex(ENTERED)
    assert raw.rindex(CURSOR_SHOWN) > raw.rindex(CURSOR_HIDDEN)
    for mode in REPORTING:
        assert mode + b"h" not in raw or raw.rindex(mode + b"l") > raw.rindex(mode + b"h")
    assert terminal.modes() == terminal.modes_at_start
    said = raw.rpartition(LEFT)[2].decode()
    return re.sub(r"\x1b\[[0-9;?<>=]*[a-zA-Z]", "", said).replace("\r", "")


def wait_for_raw(terminal: Terminal, sequence: bytes, count: int) -> None:
    terminal.wait_until(lambda: terminal.raw.count(sequence) >= count, f"{sequence!r} to be sent {count} times")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_with_everything_kept(demo: Path, state: dict[str, str], name: str) -> None:
    number = getattr(signal, name)
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        terminal.kill(number)
        assert terminal.exit_code() == 128 + number
        said = check_given_back(terminal)
    assert said.count("\n") == 1
    assert "what was not saved is kept in " in said
    assert kept(state)[1].startswith("precious We are")
    assert demo.read_bytes() == before


APART = (
    "import signal, subprocess, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    "sys.exit(subprocess.call(sys.argv[1:], start_new_session=True))"
)
"""Starts a program that nobody tells when its terminal goes, as `setsid`, `nohup` and some containers do."""


def test_a_terminal_that_goes_without_a_signal(demo: Path, state: dict[str, str]) -> None:
    with Terminal([sys.executable, "-c", APART, *PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        terminal.hang_up()
        assert terminal.exit_code() == 128 + signal.SIGHUP
    assert kept(state)[1].startswith("precious We are")


def test_a_second_signal_while_it_ends(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            terminal.kill(number)
        assert terminal.exit_code() in {128 + number for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)}
        check_given_back(terminal)
    assert kept(state)[1].startswith("precious We are")


def test_a_signal_with_nothing_unsaved_says_nothing(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert check_given_back(terminal) == ""
    assert not list(Path(state["REPORT_TUI_STATE"]).glob("drafts/*"))


def test_a_terminal_that_is_closed_and_the_next_start_offers_the_text(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        terminal.send("and more ")
        terminal.hang_up()
        assert terminal.exit_code() == 128 + signal.SIGHUP
    assert kept(state)[1].startswith("precious ")
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("and not saved: ")
        terminal.key("enter")
        terminal.wait_until_gone("and not saved: ")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert Report.from_bytes(demo.read_bytes()).question(1).answer.text.startswith("precious ")
    assert not list(Path(state["REPORT_TUI_STATE"]).glob("drafts/*"))


def test_stopped_and_gone_on_with(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        terminal.kill(signal.SIGTSTP)
        terminal.wait_until(terminal.is_stopped, "the program to stop")
        terminal.settle()
        check_given_back(terminal)
        assert kept(state)[1].startswith("precious We are")
        terminal.kill(signal.SIGCONT)
        wait_for_raw(terminal, ENTERED, 2)
        terminal.wait_for("precious We are")
        terminal.wait_for("Field Robotics")  # the whole screen, which began empty
        terminal.wait_for("12  Extras")
        terminal.send("still ")
        terminal.wait_for("precious still We are")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
        assert check_given_back(terminal) == ""
    assert Report.from_bytes(demo.read_bytes()).question(1).answer.text.startswith("precious still We are")


async def test_the_terminal_is_given_back_between_two_things(demo: Path) -> None:
    """In the middle of something that is being written, whoever writes on would wait for itself."""
    given_back: list[int] = []
    before = signal.signal(signal.SIGTSTP, lambda number, _: given_back.append(number))
    keeping = Keeping(demo, lambda: Draft(b"", Changes()), keeps=False)
    try:
        Ending(demo, lambda: ({}, ()), keeping)._listen_for_stop(asyncio.get_running_loop())
        signal.raise_signal(signal.SIGTSTP)
        assert given_back == []
        await asyncio.sleep(0)
        assert given_back == [signal.SIGTSTP]
    finally:
        signal.signal(signal.SIGTSTP, before)


def test_stopped_and_killed(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        type_something(terminal)
        terminal.kill(signal.SIGTSTP)
        terminal.wait_until(terminal.is_stopped, "the program to stop")
        terminal.kill(signal.SIGKILL)
        assert terminal.exit_code() == -signal.SIGKILL
    assert kept(state)[1].startswith("precious We are")


def test_the_students_own_editor_is_killed(demo: Path, state: dict[str, str], tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        f"#!{sys.executable}\nimport os, sys, time\n"
        "with open(sys.argv[1], 'a') as file:\n    file.write('half written')\n"
        "print(f'in the editor {os.getpid()}.', flush=True)\ntime.sleep(60)\n",
        encoding="utf-8",
    )
    editor.chmod(0o700)
    with Terminal([*PROGRAM, str(demo)], 200, 36, env={**state, "EDITOR": str(editor)}) as terminal:
        type_something(terminal)
        terminal.key("f9")
        terminal.wait_for(re.compile(r"in the editor \d+\."))
        found = re.search(r"in the editor (\d+)\.", "\n".join(terminal.screen))
        assert found is not None
        os.kill(int(found[1]), signal.SIGKILL)
        terminal.wait_for("editor was ended by signal 9; what was typed lies in")
        terminal.wait_for("precious We are")
        terminal.wait_for("Field Robotics")  # the whole screen, which began empty
        terminal.wait_for("12  Extras")
        terminal.send("still ")
        terminal.wait_for("precious still We are")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
        assert check_given_back(terminal) == ""
    (left,) = (Path(state["REPORT_TUI_STATE"]) / "editing").glob("*/*.md")
    assert left.read_text(encoding="utf-8").endswith("half written")


FAULTS = {
    "f6": ("report_tui.tui.screens.main", "MainScreen", "action_checklist"),
    "f2": ("report_tui.tui.flows.disk", "Disk", "save_now"),
    "": ("report_tui.tui.widgets.truth_panel", "TruthPanel", "render"),
}
"""By the key behind F8 that comes upon it; the last one needs none, since all is drawn anew."""


@pytest.mark.parametrize("key", sorted(FAULTS))
def test_a_fault_of_ours_is_one_line_and_keeps_the_text(
    demo: Path, state: dict[str, str], tmp_path: Path, key: str
) -> None:
    """The fault is put in from outside, by a program that replaces one method when F8 was pressed, and starts ours."""
    module, owner, method = FAULTS[key]
    script = tmp_path / "with_a_fault.py"
    script.write_text(
        f"import {module} as module\n"
        "from report_tui.cli import main_entry\n"
        "from report_tui.tui.screens.main import MainScreen\n"
        "def fail(self, *_):\n    words = 'precious text of a student'\n    raise ValueError(words)\n"
        "def sow(self, step):\n"
        f"    module.{owner}.{method} = fail\n"
        "    self.app.refresh(layout=True)\n"
        "    [widget.refresh() for widget in self.query('*')]\n"
        "MainScreen.action_problem = sow\n"
        "main_entry()\n",
        encoding="utf-8",
    )
    with Terminal([sys.executable, str(script), str(demo)], 300, 36, env=state, cwd=Path.cwd()) as terminal:
        type_something(terminal)
        terminal.key("f8", *([key] if key else []))
        assert terminal.exit_code() == 2
        said = check_given_back(terminal)
    assert "Traceback" not in said
    assert "precious" not in said
    assert "unexpected ValueError in tui/" in said
    assert "what was not saved is kept in " in said
    assert kept(state)[1].startswith("precious We are")
