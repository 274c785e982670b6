"""Ends that nobody chose, at the real program in a real terminal: nothing that was typed is lost."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from report_tui.storage import draft_records
from tests.pty.terminal import Terminal
from tests.pty.test_program import PROGRAM, demo, state

__all__ = ["demo", "state"]


def kept(state: dict[str, str]) -> dict[int, str]:
    """The texts in the one journal that was left behind."""
    (journal,) = (Path(state["REPORT_TUI_STATE"]) / "drafts").glob("*.draft")
    return dict(draft_records.read(journal.read_bytes())[1].changes.answers)


def editing(terminal: Terminal) -> None:
    """Open the first answer."""
    terminal.wait_for("Field Robotics 2026")
    terminal.key("enter")
    terminal.wait_for("esc list")


@pytest.mark.parametrize("burst", [0, 400])
def test_a_terminal_that_is_closed_while_the_app_draws(demo: Path, state: dict[str, str], burst: int) -> None:
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        editing(terminal)
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.send("w" * burst)
        terminal.hang_up()
        assert terminal.exit_code() in (128 + signal.SIGHUP, 0)
    assert kept(state)[1].replace("We", "w").startswith("precious w")
    assert demo.read_bytes() == before


def test_a_terminal_that_takes_no_output_any_more(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        editing(terminal)
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        # Nothing is read until it ends: the pipe fills up, and the app hangs in its next picture.
        for _ in range(60):
            terminal.key("ctrl+home", "f8", "ctrl+end", "f7")
        terminal.kill(signal.SIGTERM)
        assert terminal.ends_unread() == 128 + signal.SIGTERM
    assert kept(state)[1].startswith("precious We are")


def test_what_cannot_be_kept_in_a_file_is_said(demo: Path, state: dict[str, str]) -> None:
    Path(state["REPORT_TUI_STATE"]).write_text("in the way", encoding="utf-8")
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        editing(terminal)
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
    said = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode().replace("\r", "")
    assert "could not be written to a file; here it is" in said
    assert "<!-- question 1 -->\n\nprecious We are" in said


@pytest.mark.parametrize("close", [True, False])
def test_a_signal_while_the_students_own_editor_runs(
    demo: Path, state: dict[str, str], tmp_path: Path, close: bool
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        f"#!{sys.executable}\nimport sys, time\n"
        "with open(sys.argv[1], 'a') as file:\n    file.write('half written')\n"
        "print('in the editor', flush=True)\ntime.sleep(60)\n",
        encoding="utf-8",
    )
    editor.chmod(0o700)
    with Terminal([*PROGRAM, str(demo)], 200, 36, env={**state, "EDITOR": str(editor)}) as terminal:
        editing(terminal)
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.key("f8")
        terminal.wait_for("One battery")
        terminal.key("f9")
        terminal.wait_for("in the editor")
        if close:
            terminal.hang_up()
            assert terminal.exit_code() == 128 + signal.SIGHUP
        else:
            terminal.kill(signal.SIGTERM)
            assert terminal.exit_code() == 128 + signal.SIGTERM
            said = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
            assert "editor was ended by signal 15; what was typed lies in " in said
            assert "what was not saved is kept in " in said
    assert kept(state)[1].startswith("precious We are")
    (left,) = (Path(state["REPORT_TUI_STATE"]) / "editing").glob("*/*.md")
    assert left.read_text(encoding="utf-8").endswith("half written")


def test_a_paste_with_escapes_is_text_and_no_key(demo: Path, state: dict[str, str]) -> None:
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        editing(terminal)
        terminal.paste("log: \x1b[32mok \x1b[0m\x13 bad ")
        terminal.wait_for("3 control characters were taken out of the paste")
        terminal.wait_for("log: ok  bad We are")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
    assert demo.read_bytes() == before
